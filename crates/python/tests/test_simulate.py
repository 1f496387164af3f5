"""Runs over claims in memory, in files and in a store come to what the program says of the same claims."""

import json
import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeAlias

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Program, Town

import gongji

REFORM = 'programme.ordinary.deductible.amount=[{status="active",yuan=300},{status="retired",yuan=150}]'
By: TypeAlias = Literal["month", "status", "plan", "age", "level", "area"]
ALL: list[By] = ["month", "status", "plan", "age", "level", "area"]


@pytest.fixture(scope="module")
def said(program: Program, town: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program says."""
    folder = tmp_path_factory.mktemp("said")
    return program.result(
        folder, "--claims", *town.files, "--policy", "500000", "--reform-set", REFORM
    )


@pytest.fixture(scope="module")
def store(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "claims"
    gongji.group(town.table, folder, buckets=8)
    return folder


@pytest.fixture(scope="module")
def run(town: Town) -> gongji.Run:
    return gongji.simulate(town.table, policy="500000", reform=gongji.Reform(set=[REFORM]))


def by_pyarrow(town: Town, store: Path) -> Path:
    path = store.parent / "by-pyarrow.parquet"
    pq.write_table(town.table, path, row_group_size=997)
    return path


def by_polars(town: Town, store: Path) -> Path:
    path = store.parent / "by-polars.parquet"
    pl.DataFrame(town.table).write_parquet(path)
    return path


def by_pandas(town: Town, store: Path) -> Path:
    """Days as midnights, numbers of bills as texts, a column of categories."""
    path = store.parent / "by-pandas.parquet"
    frame = town.table.to_pandas(date_as_object=False, categories=["plan"])
    frame["reverses"] = frame["reverses"].astype("Int64").astype("string")
    frame["bill"] = frame["bill"].astype("string")
    frame.to_parquet(path, engine="pyarrow")
    return path


SOURCES: dict[str, Callable[[Town, Path], Any]] = {
    "files": lambda town, store: town.files,
    "file by pyarrow": by_pyarrow,
    "file by polars": by_polars,
    "file by pandas": by_pandas,
    "store": lambda town, store: store,
    "pyarrow": lambda town, store: town.table,
    "polars": lambda town, store: pl.DataFrame(town.table).sample(fraction=1, shuffle=True, seed=1),
    "duckdb": lambda town, store: duckdb.connect().from_arrow(town.table).order("in_scope"),
}


def plain(result: dict[str, Any]) -> tuple[Any, ...]:
    """What does not depend on the order in which claims came."""
    totals = result["totals"]
    return (
        result["policies"],
        totals["segments"],
        totals["control"],
        totals["people"],
        sorted(totals["months"]),
    )


@pytest.mark.parametrize("source", SOURCES)
def test_wherever_claims_are_they_come_to_the_same(
    source: str, town: Town, store: Path, policy: gongji.Policy, said: dict[str, Any]
) -> None:
    claims = SOURCES[source](town, store)
    run = gongji.simulate(claims, policy=policy, reform=gongji.Reform(set=[REFORM]))
    assert plain(json.loads(run.to_bytes())) == plain(said)


BY_AGE = 'programme.ordinary.share.rate=[{age="<70",rate="60%"},{age=">=70",rate="70%"}]'
BY_TENURE = 'programme.ordinary.share.rate=[{tenure="<100",rate="50%"},{tenure=">=100",rate="60%"}]'


@pytest.mark.parametrize("looks", [None, BY_AGE, BY_TENURE])
def test_what_policies_do_not_look_at_makes_no_difference(
    looks: str | None, town: Town, store: Path
) -> None:
    """A store keeps every age and month enrolled; of a table only what the policies ask for is taken."""
    reform = gongji.Reform(set=[looks or REFORM])
    runs = [gongji.simulate(claims, policy="500000", reform=reform) for claims in (town.table, store)]
    table, stored = (plain(json.loads(run.to_bytes())) for run in runs)
    assert table == stored
    reformed = gongji.Policy.load("500000").reformed(reform)
    rows = pl.DataFrame(reformed.adjudicate(town.table))
    ages = pl.DataFrame(runs[0].totals(by=["age", "area"]))
    assert len(ages) > 20
    assert ages["pool_after"].sum() == rows["pool"].sum()
    assert ages["deductible_after"].sum() == rows["deductible"].sum()


def test_totals_are_those_of_the_rows(town: Town, run: gongji.Run, policy: gongji.Policy) -> None:
    rows = pl.DataFrame(policy.adjudicate(town.table))
    choices: list[list[By]] = [[], ["month"], ["status", "level"], ALL]
    for by in choices:
        totals = pl.DataFrame(run.totals(by=by))
        assert totals.columns[: len(by)] == by
        for name in ("deductible", "pool", "large_amount", "subsidy", "patient"):
            assert totals[f"{name}_before"].sum() == rows[name].sum()
        assert totals["claims"].sum() == run.claims
    months = pl.DataFrame(run.totals(by=["month"]))
    assert months["month"].is_sorted()
    assert months["month"].n_unique() == len(months) == 12


def test_totals_of_one_policy_have_no_before_and_after(town: Town, policy: gongji.Policy) -> None:
    names = gongji.simulate(town.table, policy=policy).totals(by=["plan"]).column_names
    assert names == [
        *("plan", "claims", "in_scope", "outside"),
        *("deductible", "pool", "large_amount", "subsidy", "patient"),
    ]


def test_tables_of_people_agree_with_the_run(run: gongji.Run) -> None:
    deciles = pl.DataFrame(run.deciles(money="fen"))
    assert deciles["people"].sum() == run.people
    assert deciles["paid_after_fen"].sum() == run.paid_fen[1]
    winners = run.winners().to_dict()
    assert winners["people"] == [run.people]
    gain = winners["gain"][0] - winners["loss"][0]
    assert gain == Decimal(run.paid_fen[1] - run.paid_fen[0]) / 100
    by_status = pl.DataFrame(run.winners(by=["status"], money="fen"))
    assert by_status["winners"].sum() == winners["winners"][0]
    burden = pl.DataFrame(run.burden())
    totals = pl.DataFrame(run.totals())
    assert burden["people"].to_list() == [run.people] * 2
    assert burden["patient"].to_list() == [totals["patient_before"][0], totals["patient_after"][0]]
    first = burden.row(0, named=True)
    assert 0 <= first["p10"] <= first["p25"] <= first["p50"] <= first["p75"] <= first["p90"] <= first["p99"]
    assert 0 < first["gini"] < 1
    differences = run.examples().to_dict()["difference"]
    assert differences == sorted(differences, reverse=True)


def test_the_control_totals_name_their_policies(run: gongji.Run, said: dict[str, Any]) -> None:
    control = run.control.to_dict()
    assert control["policy"] == run.names == ["重庆市", REFORM]
    assert control["check"] == [each["check"] for each in said["totals"]["control"]]
    assert len(run.refused().column_names) == 4


def test_a_table_is_taken_over_by_whoever_reads_arrow(run: gongji.Run) -> None:
    table = run.totals(by=["month"])
    arrow = pa.table(table)
    assert arrow.schema == pa.schema(table)
    assert arrow.schema.field("pool_before").type == pa.decimal128(18, 2)
    assert pl.DataFrame(table).equals(pl.DataFrame(arrow))
    assert len(table) == table.num_rows == arrow.num_rows
    connection = duckdb.connect()
    assert connection.from_arrow(table).aggregate("sum(claims)").fetchall() == [(run.claims,)]


def test_a_run_goes_through_pickle_and_bytes(run: gongji.Run) -> None:
    again = pickle.loads(pickle.dumps(run))
    assert again.to_bytes() == run.to_bytes()
    assert again.names == run.names
    assert gongji.Run.from_bytes(run.to_bytes()).claims == run.claims


def test_by_is_one_of_the_divisions(run: gongji.Run) -> None:
    with pytest.raises(gongji.GongjiError, match="month, status, plan, age, level, area"):
        run.totals(by=["county"])  # type: ignore[list-item]
    with pytest.raises(gongji.GongjiError, match="at most once"):
        run.totals(by=["plan", "plan"])
    with pytest.raises(gongji.GongjiError, match="status, plan, age, level, area"):
        run.winners(by=["month"])  # type: ignore[list-item]


def test_a_reform_may_be_a_document_or_its_text(town: Town, examples: Path) -> None:
    path = examples / "notebooks/reform.md"
    text = path.read_text()
    runs = [
        gongji.simulate(town.table, policy="500000", reform=reform)
        for reform in (text, path, str(path), gongji.Reform(path), gongji.Reform(text))
    ]
    runs.append(gongji.simulate(town.table, policy=gongji.Policy.load("500000").reformed(path)))
    assert len({tuple(run.paid_fen) for run in runs}) == 1
    before, after = runs[0].paid_fen
    assert before < after
    with pytest.raises(gongji.GongjiError, match="no-such"):
        gongji.job("500000", "no-such.md")


def test_policies_say_what_they_are() -> None:
    policy = gongji.Policy.load("500000")
    assert (policy.region, policy.name, policy.name_en) == ("500000", "重庆市", "Chongqing")
    first, last, version = policy.versions[0]
    assert first < last
    assert len(version) >= 12
    assert repr(policy).startswith("<gongji.Policy 500000 重庆市")
    assert ("450000", "广西壮族自治区", "Guangxi") in gongji.Policy.regions()
    dated = gongji.Policy.load("500000", day="2024-06-01")
    assert dated.versions == gongji.Policy.load("500000@2024-06-01").versions


def test_a_region_may_be_ones_own(examples: Path) -> None:
    folder = examples / "policies"
    path = folder / "991000-my-city/outpatient.md"
    for policy in (
        gongji.Policy.load("991000", policies=folder),
        gongji.Policy.load("991000", documents=[path]),
        gongji.Policy.load("991000", documents=[path.read_text()]),
    ):
        assert policy.name_en == "My city (invented)"
        assert gongji.job(policy) != gongji.job("500000")
    assert gongji.Policy.regions(folder) == [("991000", "我的市（虚构）", "My city (invented)")]
