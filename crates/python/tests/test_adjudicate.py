"""Rows of a table settled: the same, row by row, as the program that settles one claim at a time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from conftest import Program, Town

import gongji

AMOUNTS = ("deductible", "pool", "large_amount", "subsidy", "patient")


def in_duckdb(table: pa.Table) -> Any:
    connection = duckdb.connect()
    return connection.from_arrow(table).filter("true")


def in_words(table: pa.Table) -> pa.Table:
    """The same with texts for the numbers of bills."""
    for name in ("bill", "reverses"):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, table.column(name).cast(pa.string()))
    return table


LIBRARIES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "batch": lambda table: table.combine_chunks().to_batches()[0],
    "reader": lambda table: table.to_reader(max_chunksize=97),
    "polars": lambda table: pl.DataFrame(table),
    "polars categories": lambda table: pl.DataFrame(table).with_columns(
        pl.col("plan", "level", "category", "district").cast(pl.Categorical)
    ),
    "pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    # Pandas makes floats of whole numbers of which some are missing.
    "pandas objects": lambda table: table.to_pandas(date_as_object=False).astype({"reverses": "Int64"}),
    "pandas categories": lambda table: in_words(table).to_pandas(categories=["plan", "level", "status"]),
    "duckdb": in_duckdb,
}


@pytest.fixture(scope="module")
def settled(program: Program, town: Town, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return program.adjudicated(tmp_path_factory.mktemp("settled"), *town.files)


def compare(table: pa.Table, result: gongji.Table, settled: dict[str, dict[str, Any]]) -> None:
    """Every row of the result is what was settled for the bill of the same row of the table."""
    rows = pa.table(result).to_pylist()
    bills = table.column("bill").to_pylist()
    assert len(rows) == len(bills) == len(settled)
    for bill, row in zip(bills, rows, strict=True):
        wanted = settled[str(bill)]
        assert {name: row[name] for name in AMOUNTS} == {name: wanted[name] for name in AMOUNTS}, bill
        assert row["refusal"] == wanted["withheld"], bill


@pytest.mark.parametrize("library", LIBRARIES)
def test_any_table_is_settled_row_by_row(
    library: str, town: Town, policy: gongji.Policy, settled: dict[str, dict[str, Any]]
) -> None:
    compare(town.table, policy.adjudicate(LIBRARIES[library](town.table)), settled)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_order_of_rows_is_that_of_the_table(
    threads: int, town: Town, policy: gongji.Policy, settled: dict[str, dict[str, Any]]
) -> None:
    backwards = town.table.take(pa.array(range(town.table.num_rows - 1, -1, -1)))
    compare(backwards, policy.adjudicate(backwards, threads=threads), settled)


def test_the_town_has_what_makes_settling_hard(town: Town, settled: dict[str, dict[str, Any]]) -> None:
    assert town.table.column("reverses").null_count < town.table.num_rows
    reasons = {row["withheld"] for row in settled.values()}
    assert len(reasons) > 2
    assert any(row["pool"] < 0 for row in settled.values())


def test_columns_may_be_empty_chunked_or_of_other_widths(
    town: Town, policy: gongji.Policy, settled: dict[str, dict[str, Any]]
) -> None:
    table = town.table
    none = table.slice(0, 0)
    chunks = [none, *(table.slice(start, 113) for start in range(0, table.num_rows, 113)), none]
    level = pc.cast(table.column("level"), pa.int8())
    person = pc.cast(table.column("person"), pa.uint32())
    cut = pa.concat_tables(chunks)
    cut = cut.set_column(cut.schema.get_field_index("level"), "level", level)
    cut = cut.set_column(cut.schema.get_field_index("person"), "person", person)
    cut = cut.append_column("chosen", pa.nulls(table.num_rows))
    compare(table, policy.adjudicate(cut), settled)


def test_money_may_be_whole_fen(town: Town, policy: gongji.Policy) -> None:
    fen = pc.cast(pc.multiply(town.table.column("in_scope"), pa.scalar(100)), pa.int64())
    place = town.table.schema.get_field_index("in_scope")
    renamed = town.table.set_column(place, "in_scope_fen", fen)
    result = policy.adjudicate(renamed, money="fen").to_dict()
    yuan = policy.adjudicate(town.table).to_dict()
    assert result["pool_fen"] == [int(amount * 100) for amount in yuan["pool"]]
    assert {type(amount) for amount in result["patient_fen"]} == {int}
    with pytest.raises(gongji.GongjiError, match='"decimal"'):
        policy.adjudicate(renamed, money="yuan")  # type: ignore[arg-type]


PLANS = {310: "employer", 391: "individual-1", 392: "individual-2", 399: "lump-sum"}


def test_names_and_values_may_be_others(town: Town, policy: gongji.Policy) -> None:
    frame = pl.DataFrame(town.table).rename({"person": "psn_no", "in_scope": "范围内"})
    coded = frame.with_columns(
        plan=pl.col("plan").replace_strict({plan: code for code, plan in PLANS.items()}),
        status=pl.col("status") == "retired",
    )
    result = policy.adjudicate(
        coded,
        map={"person": "psn_no", "in_scope": "范围内"},
        value={"plan": PLANS},
    )
    assert result.to_dict() == policy.adjudicate(town.table).to_dict()


def test_a_reversal_takes_back_and_a_row_without_a_policy_is_not_settled(
    policy: gongji.Policy, examples: Path
) -> None:
    claims = pl.read_parquet(examples / "chongqing.parquet")
    early = claims.head(1).with_columns(
        bill=pl.lit("EARLY"), service_date=pl.date(1999, 1, 1)
    )
    result = pl.DataFrame(policy.adjudicate(pl.concat([early, claims])))
    paid = dict(zip(["EARLY", *claims["bill"]], result.iter_rows(named=True), strict=True))
    assert paid["CQ-010"]["pool"] == -paid["CQ-009"]["pool"] != 0
    assert paid["CQ-010"]["patient"] == -paid["CQ-009"]["patient"]
    assert paid["EARLY"] == {**dict.fromkeys(AMOUNTS), "refusal": "no-policy"}


def test_a_policy_of_a_day_and_a_reform_settle_otherwise(town: Town, policy: gongji.Policy) -> None:
    reform = gongji.Reform(
        set=['programme.ordinary.deductible.amount=[{status="active",yuan=5000},{status="retired",yuan=0}]']
    )
    reformed = policy.reformed(reform).adjudicate(town.table)
    assert reformed.to_dict()["deductible"] != policy.adjudicate(town.table).to_dict()["deductible"]
    day = gongji.Policy.load("500000", day="2024-06-01").adjudicate(town.table)
    assert day.num_rows == town.table.num_rows
