"""Answers of tasks: each bucket once. A bucket that comes again must come as the same bytes, and is then left aside."""

import hashlib
import zlib
from collections.abc import Callable

from .._gongji import __engine__
from .fault import fault
from .task import Answer


class Answers:
    """What has come so far."""

    def __init__(self, buckets: int, heard: Callable[[int, bytes], None] | None = None) -> None:
        """buckets: how many there are. heard: is told each bucket once, with its result."""
        self._buckets = buckets
        self._heard = heard
        self._results: dict[int, bytes] = {}
        #: How many answers came again.
        self.repeated = 0

    def take(self, answer: Answer) -> None:
        """Takes an answer, or refuses it."""
        result = _result(answer, self._buckets)
        known = self._results.get(answer.bucket)
        if known is None:
            self._results[answer.bucket] = result
            if self._heard:
                self._heard(answer.bucket, result)
        elif known == result:
            self.repeated += 1
        else:
            raise fault(
                f"分桶 {answer.bucket} 算了两次，结果不同（后一次在工作节点 {answer.worker}）；都不采用",
                f"bucket {answer.bucket} was settled twice and came to different results "
                f"(the second on worker {answer.worker}); neither is taken",
            )

    def results(self) -> list[bytes]:
        """The results by bucket; all of them, or an error that names what is missing."""
        missing = [str(bucket) for bucket in range(self._buckets) if bucket not in self._results]
        if missing:
            named = ", ".join(missing[:10])
            raise fault(f"缺少分桶 {named} 的结果", f"no results of buckets {named}")
        return [self._results[bucket] for bucket in sorted(self._results)]


def _result(answer: Answer, buckets: int) -> bytes:
    """The bytes of an answer that nothing is wrong with."""
    bucket, worker = answer.bucket, answer.worker
    if answer.engine != __engine__:
        raise fault(
            f"工作节点 {worker} 上的 gongji 是 {answer.engine}，这里是 {__engine__}；请在各节点装同一个包",
            f"worker {worker} has gongji {answer.engine}, here it is {__engine__}; install the same wheel everywhere",
        )
    if answer.fault:
        raise fault(*answer.fault)
    if not 0 <= bucket < buckets:
        raise fault(f"没有分桶 {bucket}，单据库有 {buckets} 个", f"no bucket {bucket}: the store has {buckets}")
    try:
        result = zlib.decompress(answer.result)
    except zlib.error:
        result = b""
    if hashlib.sha256(result).hexdigest() != answer.digest:
        raise fault(
            f"分桶 {bucket} 的结果在路上坏了（工作节点 {worker}）",
            f"the result of bucket {bucket} was damaged on its way (worker {worker})",
        )
    return result
