"""One task: a bucket of a store settled. It may be repeated, lost, or done twice at the same time."""

import hashlib
import os
import socket
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .._gongji import GongjiError, Task, __engine__


@dataclass(frozen=True)
class Work:
    """What every task is given."""

    #: What `gongji.job` writes, compressed.
    job: bytes
    #: Folder of the store, the same on every machine.
    store: str

    @staticmethod
    def of(job: str, store: str) -> "Work":
        """A job over a store."""
        return Work(zlib.compress(job.encode()), store)


@dataclass(frozen=True)
class Answer:
    """What a task came to."""

    bucket: int
    #: Machine and process.
    worker: str
    #: What settled it, as `gongji.__engine__` names it.
    engine: str
    #: The bytes that `gongji.run_bucket` gives, compressed; none: there is a fault.
    result: bytes
    #: SHA-256 of them as they were.
    digest: str
    #: What is wrong, in Chinese and English.
    fault: tuple[str, str] | None = None


def settle(work: Work, bucket: int) -> Answer:
    """Settles a bucket. What is wrong for good is an answer; anything else is raised, and may be tried again."""
    worker = f"{socket.gethostname()} ({os.getpid()})"
    try:
        manifest = Path(work.store, "manifest.json").read_bytes()
    except FileNotFoundError:
        store = work.store
        return _wrong(
            bucket,
            worker,
            f"这里看不到单据库 {store}；它要放在各节点路径相同的共享文件夹里",
            f"the store {store} is not to be seen here; keep it in a shared folder that every machine has at the same path",
        )
    try:
        result = _prepared(work, manifest).run(bucket)
    except GongjiError as error:
        return _wrong(bucket, worker, error.zh, error.en)
    return Answer(bucket, worker, __engine__, zlib.compress(result, 1), hashlib.sha256(result).hexdigest())


@lru_cache(maxsize=1)
def _prepared(work: Work, _manifest: bytes) -> Task:
    """What this process keeps from task to task: policies compiled for the claims of a store as it is now."""
    return Task(zlib.decompress(work.job).decode(), work.store)


def _wrong(bucket: int, worker: str, zh: str, en: str) -> Answer:
    said = (f"工作节点 {worker}，分桶 {bucket}：{zh}", f"worker {worker}, bucket {bucket}: {en}")
    return Answer(bucket, worker, __engine__, b"", "", said)
