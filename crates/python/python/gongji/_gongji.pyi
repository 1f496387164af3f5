from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from os import PathLike

from typing import Any, Literal, Protocol, TypeAlias

from typing_extensions import CapsuleType

__version__: str
#: 算单据的程序：版本，加源码的哈希；同一份源码做的包和程序相同。
#: The build of what settles claims: its version, and a hash over its sources.
__engine__: str

Path: TypeAlias = str | PathLike[str]
Values: TypeAlias = Mapping[str, dict[str, str] | dict[int, str] | dict[bool, str]]
Money: TypeAlias = Literal["decimal", "fen"]
By: TypeAlias = Literal["month", "status", "plan", "age", "level", "area"]

class ArrowStream(Protocol):
    """polars、pandas、pyarrow 的表，DuckDB 的 relation。 Tables of polars, pandas, pyarrow; relations of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...

class ArrowArray(Protocol):
    """一批行，如 pyarrow.RecordBatch。 A batch of rows, as pyarrow.RecordBatch."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any: ...

Frame: TypeAlias = ArrowStream | ArrowArray

class Table:
    """一张表，可直接交给 polars.DataFrame、pyarrow.table、DuckDB，不复制。

    A table: polars.DataFrame(table), pyarrow.table(table) and the like take it over without a copy.
    """

    @property
    def num_rows(self) -> int: ...
    def __len__(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def __arrow_c_stream__(self, requested_schema: object = None) -> CapsuleType: ...
    def __arrow_c_schema__(self) -> CapsuleType: ...
    def to_dict(self) -> dict[str, list[Any]]:
        """列名 → 值；金额为 decimal.Decimal。 Columns as lists; money as decimal.Decimal."""

class GongjiError(Exception):
    """有什么不对、在哪里、怎样才对。 What is wrong, where, and what would be right."""

    zh: str
    en: str

class Policy:
    """一个统筹区的政策。 The policy of a region, compiled."""

    @staticmethod
    def load(
        region: str,
        *,
        day: date | str | None = None,
        with_: Sequence[str] = ...,
        set: Sequence[str] = ...,
        documents: Sequence[Path] = ...,
        policies: Path | None = None,
    ) -> Policy:
        """读出一个统筹区的政策。 Loads the policy of a region.

        region: 统筹区代码，可加 @日期。 Code of the region; with @DATE the policy of that day holds for all claims.
        day: 同上，单独给出。 The same, apart.
        with_: 启用默认不生效的文件（文号）。 Documents in force though by default they are not.
        set: 改用另一种取值，`路径=值`。 Values stated over the documents, `path=value`.
        documents: 另加的政策文件：路径，或多行的文本。 Further documents: paths, or texts of several lines.
        policies: 政策文件夹，缺省用自带的。 Folder of documents instead of those in the package.
        """

    def reformed(self, reform: Reform | Path) -> Policy:
        """改革后的政策；交给 simulate 时与改革前比较。

        The policy as a reform would have it; given to simulate, it is compared with the policy before.
        """

    def adjudicate(
        self,
        claims: Frame,
        *,
        map: Mapping[str, str] | None = None,
        value: Values | None = None,
        money: Money = "decimal",
        threads: int | None = None,
    ) -> Table:
        """逐行结算，结果的次序与表相同。 What every row of a table comes to, in the order of the table.

        claims: 单据，列见 docs/guide/simulate.md；同一人的累计按结算时间。
            Claims, columns as docs/guide/simulate.md has them; what accumulates does so in order of settlement.
        map: 我们的列名 → 表里的列名。 Our names of columns to those of the table.
        value: 列 → {表里的值: 代码}。 Column to {value in the table: code}.
        money: "decimal" 元，两位小数；"fen" 整数分，列名加 _fen。 Yuan, or whole fen under names that end in _fen.

        结果的列 Columns of the result: deductible, pool, large_amount, subsidy, patient, refusal.
        没有结算的行金额为空，refusal 是原因代码；多行一张的单据写在第一行。
            A row that is not settled has no amounts; refusal is the code of the reason. A claim of several rows stands at the
            first of them.
        """

    @staticmethod
    def regions(policies: Path | None = None) -> list[tuple[str, str, str]]:
        """代码、名称、英文名称。 Code, name and English name of every region."""

    @property
    def region(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def versions(self) -> list[tuple[str, str, str]]:
        """每一版的首日、末日、哈希。 First day, last day and hash of every version."""

class Reform:
    """改革方案。 A reform: documents, documents not in force by default, values stated over them."""

    def __new__(
        cls,
        *documents: Path,
        with_: Sequence[str] = ...,
        set: Sequence[str] = ...,
        dated: bool = False,
    ) -> Reform:
        """documents: 政策文件：路径，或多行的文本。 Documents: paths, or texts of several lines.

        with_: 启用默认不生效的文件（文号）。 Documents in force though by default they are not.
        set: 改一个值，`路径=值`。 Values stated over the documents, `path=value`.
        dated: 从施行日起用，而不是全年。 It holds from its own day on, not for all claims.
        """

class Run:
    """算出来的结果。 What claims came to under a policy, and under a reform."""

    @staticmethod
    def from_bytes(data: bytes, names: Sequence[str] = ...) -> Run: ...
    def to_bytes(self) -> bytes: ...
    def totals(self, by: Sequence[By] = ..., *, money: Money = "decimal") -> Table:
        """单据数、费用、各方支付，按 by 分。 Claims, spending and who pays, by whatever is kept apart.

        有改革时付费的列分 _before、_after。 With a reform, columns of payments end in _before and _after.
        """
    def deciles(self, *, money: Money = "decimal") -> Table:
        """按全年政策范围内费用十等分的人。 Tenths of people by in-scope spending of the year."""
    def winners(
        self,
        by: Sequence[Literal["status", "plan", "age", "level", "area"]] = ...,
        *,
        money: Money = "decimal",
    ) -> Table:
        """多得、少得的人和金额。 Who gains and who loses, and how much."""
    def burden(self, *, money: Money = "decimal") -> Table:
        """个人负担的分布：人数、合计、分位数、基尼系数，每个方案一行。

        How what is left to people is spread: quantiles (to 1/64) and the Gini coefficient, one row a policy; the true coefficient
        is greater by at most gini_error.
        """
    def examples(self, *, money: Money = "decimal") -> Table:
        """差别最大的人。 Who gains and who loses most."""
    def refused(self) -> Table:
        """没有结算的单据，按原因。 Claims not settled at all, by the reason."""
    @property
    def control(self) -> Table:
        """对账：有支付的单据、校验数、逐张结算的人。 Paid claims, check sum, people settled bill by bill; by policy."""
    @property
    def names(self) -> list[str]:
        """各方案的名称。 Names of the policies, as far as they are known."""
    @property
    def policies(self) -> list[str]:
        """各方案的各版。 Every version of each policy, one text a policy."""
    @property
    def claims(self) -> int:
        """单据数，冲销的减去。 Claims, less reversals."""
    @property
    def people(self) -> int: ...
    @property
    def paid_fen(self) -> list[int]:
        """各方案下基金共支付多少分。 What the funds pay in all, by policy, fen."""

def job(policy: Policy | str, reform: Reform | Path | None = None) -> str:
    """把政策和改革写成一段文本（JSON），任何机器都能照着算。 A policy, and a reform beside it, as one text (JSON)."""

def group(
    claims: Frame | Path | Sequence[Path],
    out: Path,
    *,
    map: Mapping[str, str] | None = None,
    value: Values | None = None,
    buckets: int = 64,
    threads: int | None = None,
    memory: int = 256,
) -> int:
    """把单据按人分组存成单据库，返回分桶数。 Groups claims by person into a store; returns the number of buckets.

    map: 我们的列名 → 文件里的列名。 Our names of columns to those of the files.
    value: 列 → {文件里的值: 代码}。 Column to {value in the files: code}, as `{"plan": {1: "individual-1"}}`.
    memory: 兆字节，超过的写临时文件。 Megabytes; what is beyond goes to a temporary file.
    """

def run_bucket(job: str, store: Path, bucket: int, *, threads: int = 1) -> bytes:
    """算一个分桶：可以重复、可以重做、可以算两次。 One bucket of a store: may be repeated, lost, done twice."""

class Task:
    """一个任务和一个单据库，政策编译一次，各分桶共用。 A job over a store, compiled once for all its buckets."""

    def __new__(cls, job: str, store: Path) -> Task: ...
    @property
    def buckets(self) -> int:
        """分桶数。 How many buckets the store has."""
    def run(self, bucket: int, *, threads: int = 1) -> bytes:
        """算一个分桶，结果与 `run_bucket` 逐字节相同。 One bucket, the same bytes as `run_bucket`."""

def merge(store: Path, results: Iterable[bytes], *, job: str | None = None) -> Run:
    """合并各分桶的结果；缺少、重复或与清单不符都不合并。 Puts the results of all buckets together, or refuses.

    job: 给出时核对结果是不是用它算的。 If given, the results must have been settled under it.
    """

def simulate(
    claims: Frame | Path | Sequence[Path],
    *,
    policy: Policy | str,
    reform: Reform | Path | None = None,
    map: Mapping[str, str] | None = None,
    value: Values | None = None,
    threads: int | None = None,
    memory: int = 256,
) -> Run:
    """把单据在政策和改革下重新算一遍。 Settles claims again under a policy, and under a reform beside it.

    claims: 内存里的表、Parquet 文件，或单据库的文件夹。 A table in memory, Parquet files, or the folder of a store.

    内存里的表在分组时另占每行约 20 字节。 A table in memory takes about 20 bytes a row beside its own while it is grouped.
    """
