from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from os import PathLike
from typing import TypeAlias

__version__: str

Path: TypeAlias = str | PathLike[str]
Values: TypeAlias = Mapping[str, dict[str, str] | dict[int, str] | dict[bool, str]]

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
    def from_bytes(data: bytes) -> Run: ...
    def to_bytes(self) -> bytes: ...
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
    @property
    def check(self) -> list[int]:
        """各方案的校验数。 Check sums, by policy."""

def job(policy: Policy | str, reform: Reform | Path | None = None) -> str:
    """把政策和改革写成一段文本（JSON），任何机器都能照着算。 A policy, and a reform beside it, as one text (JSON)."""

def group(
    claims: Path | Sequence[Path],
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

def merge(store: Path, results: Iterable[bytes], *, job: str | None = None) -> Run:
    """合并各分桶的结果；缺少、重复或与清单不符都不合并。 Puts the results of all buckets together, or refuses.

    job: 给出时核对结果是不是用它算的。 If given, the results must have been settled under it.
    """

def simulate(
    claims: Path | Sequence[Path],
    *,
    policy: Policy | str,
    reform: Reform | Path | None = None,
    map: Mapping[str, str] | None = None,
    value: Values | None = None,
    threads: int | None = None,
    memory: int = 256,
) -> Run:
    """把单据在政策和改革下重新算一遍。 Settles claims again under a policy, and under a reform beside it.

    claims: Parquet 文件，或单据库的文件夹。 Parquet files, or the folder of a store.
    """
