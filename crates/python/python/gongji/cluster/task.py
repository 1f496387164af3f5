"""One task: a bucket of a store settled. It may be repeated, lost, or done twice at the same time."""

import hashlib
import os
import socket
import zlib
from dataclasses import dataclass

from .._gongji import GongjiError, __engine__, run_bucket


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
    if not os.path.isfile(os.path.join(work.store, "manifest.json")):
        store = work.store
        return _wrong(
            bucket,
            worker,
            f"这里看不到单据库 {store}；它要放在各节点路径相同的共享文件夹里",
            f"the store {store} is not to be seen here; keep it in a shared folder that every machine has at the same path",
        )
    try:
        result = run_bucket(zlib.decompress(work.job).decode(), work.store, bucket)
    except GongjiError as error:
        return _wrong(bucket, worker, error.zh, error.en)
    return Answer(bucket, worker, __engine__, zlib.compress(result, 1), hashlib.sha256(result).hexdigest())


def _wrong(bucket: int, worker: str, zh: str, en: str) -> Answer:
    said = (f"工作节点 {worker}，分桶 {bucket}：{zh}", f"worker {worker}, bucket {bucket}: {en}")
    return Answer(bucket, worker, __engine__, b"", "", said)
