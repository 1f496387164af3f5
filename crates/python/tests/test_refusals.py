"""What is wrong with a table is said, with the column and what would be right."""

import datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import gongji

SOUND: dict[str, list[Any]] = {
    "person": [1, 2],
    "plan": ["employer", "employer"],
    "level": [2, 2],
    "settled_at": [datetime.datetime(2024, 5, 1, 9), datetime.datetime(2024, 5, 2, 9)],
    "in_scope": [Decimal("1000.00"), Decimal("10.50")],
}


def frame(**changed: Any) -> pa.Table:
    """A sound table but for these columns; without those that are None."""
    columns = {name: column for name, column in {**SOUND, **changed}.items() if column is not None}
    return pa.table(columns)


def refusal(policy: gongji.Policy, table: Any, **keywords: Any) -> gongji.GongjiError:
    with pytest.raises(gongji.GongjiError) as caught:
        policy.adjudicate(table, **keywords)
    error = caught.value
    assert str(error) == f"{error.zh} / {error.en}"
    return error


def test_the_sound_table_is_settled(policy: gongji.Policy) -> None:
    assert policy.adjudicate(frame()).num_rows == 2


def test_only_columns_that_somebody_looks_at_can_be_wrong(policy: gongji.Policy) -> None:
    table = frame(age=[30.5, None], tenure=["long", "short"], area=[1.5, 2.5])
    assert policy.adjudicate(table).to_dict() == policy.adjudicate(frame()).to_dict()
    by_age = 'programme.ordinary.share.rate=[{age="<70",rate="60%"},{age=">=70",rate="70%"}]'
    error = refusal(policy.reformed(gongji.Reform(set=[by_age])), table)
    assert "列 age：是浮点数" in error.zh
    with pytest.raises(gongji.GongjiError, match="column age: is a float"):
        gongji.simulate(table, policy=policy)


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        ({"person": None}, "缺少列 person", "no column person"),
        ({"in_scope": None}, "缺少列 in_scope", "no column in_scope"),
        ({"settled_at": None}, "缺少列 settled_at", "no column settled_at"),
        ({"in_scope": [1000.0, 10.5]}, "列 in_scope：金额不能是浮点数", "column in_scope: money is no float"),
        ({"in_scope": [1000, 10]}, "列 in_scope：应为 DECIMAL(18,2)", "whole fen under a name that ends in _fen"),
        (
            {"in_scope": pa.array(["1000", "10.5"])},
            "列 in_scope：应为 DECIMAL(18,2)",
            "column in_scope: should be DECIMAL(18,2)",
        ),
        ({"in_scope": [Decimal("1.005"), None]}, "列 in_scope：应为 DECIMAL", "should be DECIMAL(18,2)"),
        ({"in_scope": [Decimal("1.00"), None]}, "in_scope 为 — 分", "in_scope is — fen"),
        ({"in_scope": [Decimal("1.00"), Decimal("-1.00")]}, "冲销用 reverses", "reversals are told by"),
        ({"in_scope": [Decimal("1.00"), Decimal("42949672.96")]}, "应在 0 到", "should be from 0 to"),
        ({"in_scope": [Decimal("99999999999999999.99"), None]}, "超过 18 位", "more than 18 digits"),
        ({"person": [1, None]}, "有一行没有人员", "a row has no person"),
        ({"settled_at": [datetime.datetime(2024, 5, 1), None]}, "既没有结算时间", "has neither settled_at"),
        ({"settled_at": ["2024-05-01", "2024-05-02"]}, "列 settled_at：应为时间戳", "should be a timestamp"),
        ({"person": [1.0, None]}, "pandas 把有空值的整数变成浮点数", "pandas makes floats of whole numbers"),
        ({"plan": [["employer"], ["employer"]]}, "列 plan：不是扁平的列", "column plan: is nested"),
        ({"plan": ["employer", "farmer"]}, "列 plan 的值 farmer 不认识", "column plan: farmer is not known"),
        ({"level": None}, "缺少机构等级", "no level of the institution"),
        ({"bill": [1, 2], "reverses": ["", "1"]}, "列 bill 和 reverses 应为同一种类型", "of one kind"),
        ({"in_scope_fen": [1, 2]}, "是同一项", "mean the same"),
    ],
)
def test_a_column_that_is_not_right_is_named(
    policy: gongji.Policy, changed: dict[str, Any], zh: str, en: str
) -> None:
    error = refusal(policy, frame(**changed))
    assert zh in error.zh
    assert en in error.en


def test_what_is_no_table_is_refused(policy: gongji.Policy) -> None:
    assert "dict 不是表" in refusal(policy, SOUND).zh
    with pytest.raises(gongji.GongjiError, match="is no table"):
        gongji.simulate(7, policy=policy)  # type: ignore[arg-type]


def test_a_column_that_does_not_exist_cannot_be_mapped(policy: gongji.Policy) -> None:
    assert "there is no column persn" in refusal(policy, frame(), map={"persn": "id"}).en
    error = refusal(policy, frame(), value={"person": {"1": "2"}})
    assert "column person has no codes to map" in error.en


def test_a_table_without_rows_comes_to_a_table_without_rows(policy: gongji.Policy) -> None:
    table = frame()
    names = policy.adjudicate(table).column_names
    for empty in (table.slice(0, 0), table.schema.empty_table(), pl.DataFrame(table).clear()):
        result = policy.adjudicate(empty)
        assert (result.num_rows, result.column_names) == (0, names)
        assert gongji.simulate(empty, policy=policy).claims == 0


def test_people_may_have_numbers_that_lie_far_apart(policy: gongji.Policy) -> None:
    numbers = [500101199001011234, 11]
    assert policy.adjudicate(frame(person=numbers)).to_dict() == policy.adjudicate(frame()).to_dict()


def test_a_region_or_a_value_that_is_not_known_is_refused() -> None:
    with pytest.raises(gongji.GongjiError, match="123456"):
        gongji.Policy.load("123456")
    with pytest.raises(gongji.GongjiError, match="该日没有生效的政策"):
        gongji.Policy.load("500000", day=datetime.date(1990, 1, 1))
    with pytest.raises(gongji.GongjiError, match="2024-03-01"):
        gongji.Policy.load("500000@tomorrow")
    with pytest.raises(gongji.GongjiError, match="no-such-folder"):
        gongji.Policy.regions("no-such-folder")


def test_a_reform_is_not_reformed_again(policy: gongji.Policy) -> None:
    reform = gongji.Reform(set=["refund.model=current"])
    with pytest.raises(gongji.GongjiError, match="reformed policy already"):
        policy.reformed(reform).reformed(reform)


def test_kinds_of_numbers_days_and_times_mean_the_same(policy: gongji.Policy) -> None:
    zoned = pl.DataFrame(frame()).with_columns(
        # Nine in the morning in Beijing is one in the morning in UTC.
        pl.col("settled_at").dt.offset_by("-8h").dt.replace_time_zone("UTC"),
        pl.col("person").cast(pl.String),
        pl.col("level").cast(pl.UInt8),
        in_scope=pl.Series(["1000", "10.5"]).str.to_decimal(scale=1),
        service_date=pl.Series(["2024-05-01", "2024-05-02"]).str.to_datetime("%Y-%m-%d", time_unit="ns"),
        born=pl.Series(["1990-01-01", None]).str.to_date(),
    )
    assert policy.adjudicate(zoned).to_dict() == policy.adjudicate(frame()).to_dict()
