"""Tasks on Spark: a partition for every bucket.

Spark does again what a lost worker did not finish, and may do slow tasks twice at once (`spark.speculation`); it hands on
one result a partition. Whether that is so is checked by `Answers` and `gongji.merge`, not believed.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from .fault import fault
from .place import Place
from .reach import reached
from .run import Manner
from .task import Answer, Work, settle

if TYPE_CHECKING:
    from pyspark import Accumulator, Broadcast, SparkContext

#: What one task tells on the way: bucket, and its fault if there is one.
Told = list[tuple[int, tuple[str, str] | None]]

POLL = 0.1


class Lists:
    """How Spark adds up what tasks tell: one list behind the other. Of a partition it takes one task's, as it does of results."""

    def zero(self, _value: Told) -> Told:
        """Nothing."""
        return []

    def addInPlace(self, value1: Told, value2: Told) -> Told:
        """Both."""
        value1.extend(value2)
        return value1


def run(
    place: Place, work: Work, buckets: Sequence[int], take: Callable[[Answer], None], manner: Manner
) -> None:
    """Has every bucket settled."""
    context = _context(place, manner)
    try:
        _wait_for_workers(context, place, manner)
        given, told = context.broadcast(work), context.accumulator([], Lists())

        def partition(numbers: Iterable[int]) -> Iterator[Answer]:
            return _partition(numbers, given, told)

        tasks = context.parallelize(list(buckets), max(len(buckets), 1)).mapPartitions(partition)
        with ThreadPoolExecutor(1) as apart:
            collecting: Future[list[Answer]] = apart.submit(tasks.collect)
            try:
                _watch(collecting, context, told, place, manner)
            except BaseException:
                context.cancelAllJobs()
                raise
        for answer in _collected(collecting):
            take(answer)
    finally:
        context.stop()


def _partition(numbers: Iterable[int], given: "Broadcast[Work]", told: "Accumulator[Told]") -> Iterator[Answer]:
    for bucket in numbers:
        answer = settle(given.value, bucket)
        told.add([(bucket, answer.fault)])
        yield answer


def _context(place: Place, manner: Manner) -> "SparkContext":
    try:
        from pyspark import SparkConf, SparkContext
    except ImportError as error:
        raise fault(
            f"{sys.executable} 里没有 pyspark；请安装：{sys.executable} -m pip install 'pyspark>=4,<5'",
            f"there is no pyspark in {sys.executable}; install it: {sys.executable} -m pip install 'pyspark>=4,<5'",
        ) from error
    if not place.local:
        reached(place, manner.wait)
    python = manner.worker_python or os.environ.get("PYSPARK_PYTHON") or sys.executable
    os.environ["PYSPARK_PYTHON"] = python
    master = f"local[{place.local},{manner.tries}]" if place.local else f"spark://{place.host}:{place.port}"
    conf = SparkConf().setMaster(master).setAppName("gongji simulate")
    settings = {
        "spark.task.maxFailures": str(manner.tries),
        "spark.speculation": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    for name, value in {**settings, **manner.settings}.items():
        conf.set(name, value)
    try:
        return SparkContext(conf=conf)
    except Exception as error:
        raise _not_started(error) from error


def _not_started(error: Exception) -> Exception:
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    if "JAVA_GATEWAY_EXITED" in str(error) or isinstance(error, FileNotFoundError):
        return fault(
            f"Spark 启动不了：要有 Java 17 或更新的（java 在 PATH 里，或设 JAVA_HOME）（{said}）",
            f"Spark does not start: it needs Java 17 or later (java in PATH, or JAVA_HOME) ({said})",
        )
    return fault(f"Spark 启动不了（{said}）", f"Spark does not start ({said})")


def _executors(context: "SparkContext") -> int:
    """How many workers' processes there are, without the driver."""
    scala: Any = context._jsc.sc()
    return len(scala.statusTracker().getExecutorInfos()) - 1


def _wait_for_workers(context: "SparkContext", place: Place, manner: Manner) -> None:
    end = time.monotonic() + manner.wait
    while not place.local and _executors(context) < 1:
        if time.monotonic() >= end:
            raise _no_workers(place, manner)
        time.sleep(POLL)


def _no_workers(place: Place, manner: Manner) -> Exception:
    return fault(
        f"{manner.wait:.0f} 秒内 {place} 没有给出工作节点：都占用着，或内存、核数不够，或连不回这台机器",
        f"{place} gave no worker within {manner.wait:.0f} s: all are taken, lack memory or cores, or cannot connect back here",
    )


def _watch(
    collecting: "Future[list[Answer]]",
    context: "SparkContext",
    told: "Accumulator[Told]",
    place: Place,
    manner: Manner,
) -> None:
    """Tells of buckets as they are done, and ends the job at the first fault."""
    heard, most, since = 0, 0, time.monotonic()
    while not collecting.done():
        time.sleep(POLL)
        news = told.value[heard:]
        heard += len(news)
        for bucket, wrong in news:
            if wrong:
                raise fault(*wrong)
            manner.done(bucket)
        now = 0 if place.local else _executors(context)
        if now < most:
            manner.note(
                f"失去了 {most - now} 个工作进程，它们没算完的分桶由其余的重算",
                f"lost {most - now} of the workers' processes; others settle what they had not finished",
            )
        most = now
        since = time.monotonic() if now or place.local else since
        if time.monotonic() - since > manner.wait:
            raise _no_workers(place, manner)


def _collected(collecting: "Future[list[Answer]]") -> list[Answer]:
    try:
        return collecting.result()
    except Exception as error:
        text = str(error)
        if "No module named 'gongji'" in text or "No module named 'pyspark'" in text:
            raise fault(
                "工作节点的 Python 里没有 gongji 包：在每个节点安装同一个 wheel，或用 --worker-python 指明装了它的 Python",
                "the workers' Python has no package gongji: install the same wheel on every machine, "
                "or name the Python that has it with --worker-python",
            ) from error
        said = next((line for line in reversed(text.splitlines()) if line.strip()), type(error).__name__)
        lines = [line for line in text.splitlines() if "Error" in line or "Exception" in line]
        said = (lines or [said])[0].strip()
        raise fault(f"Spark 没有算完：{said}", f"Spark did not finish: {said}") from error
