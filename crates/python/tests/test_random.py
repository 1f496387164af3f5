"""Random claims, settled as a table and one at a time by the program, come to the same fen by fen."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from conftest import Program
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gongji

FIRST = datetime.datetime(2024, 1, 1)


@st.composite
def claims(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Claims of a few people over two years, in any order; a person keeps plan and status."""
    people = {
        f"P{number}": (
            draw(st.sampled_from(["employer", "individual-1", "individual-2", "lump-sum"])),
            draw(st.sampled_from(["active", "retired"])),
        )
        for number in range(draw(st.integers(1, 4)))
    }
    # No two at the same moment: what then comes first is each program's own affair.
    moments = draw(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=25, unique=True))
    rows = []
    for number, minutes in enumerate(moments):
        person = draw(st.sampled_from(sorted(people)))
        pharmacy = draw(st.booleans())
        settled_at = FIRST + datetime.timedelta(minutes=minutes)
        rows.append(
            {
                "bill": f"B{number}",
                "person": person,
                "plan": people[person][0],
                "status": people[person][1],
                "service_date": settled_at.date(),
                "settled_at": settled_at,
                "venue": "pharmacy" if pharmacy else "hospital",
                "category": "pharmacy" if pharmacy else "ordinary",
                "level": None if pharmacy else draw(st.sampled_from(["0", "1", "2", "3"])),
                "prescription_level": draw(st.sampled_from([None, "1", "3"])) if pharmacy else None,
                "entitlement": draw(st.sampled_from([None, "entitled", "arrears"])),
                "full_self_pay": draw(st.one_of(st.none(), yuan(20_000))),
                "in_scope": draw(yuan(600_000)),
            }
        )
    return rows


def yuan(fen: int) -> st.SearchStrategy[Decimal]:
    """Up to so many fen."""
    return st.integers(0, fen).map(lambda amount: Decimal(amount).scaleb(-2))


@given(rows=claims())
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_table_comes_to_what_its_claims_come_to_one_by_one(
    rows: list[dict[str, Any]], program: Program, policy: gongji.Policy, tmp_path: Path
) -> None:
    money = pl.Decimal(18, 2)
    frame = pl.DataFrame(
        rows,
        schema_overrides={
            "in_scope": money,
            "full_self_pay": money,
            **dict.fromkeys(["level", "prescription_level", "entitlement"], pl.String),
        },
    )
    path = tmp_path / "bills.parquet"
    whole = pl.col("in_scope") + pl.col("full_self_pay").fill_null(Decimal(0))
    frame.with_columns(region=pl.lit("500000"), total=whole).write_csv(
        path.with_suffix(".csv"), datetime_format="%Y-%m-%d %H:%M:%S"
    )
    settled = program.adjudicated(tmp_path, path.with_suffix(".csv"))
    result = policy.adjudicate(frame).to_dict()
    for row, bill in enumerate(frame["bill"]):
        wanted = settled[bill]
        for name in ("deductible", "pool", "large_amount", "subsidy", "patient"):
            assert result[name][row] == wanted[name], (bill, name)
        assert result["refusal"][row] == wanted["withheld"], bill
