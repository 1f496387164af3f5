"""Tasks on Dask: a future for every bucket."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from .fault import fault
from .place import Place
from .reach import reached
from .run import Manner
from .task import Answer, Work, settle

if TYPE_CHECKING:
    from distributed import Client, Future


def run(
    place: Place, work: Work, buckets: Sequence[int], take: Callable[[Answer], None], manner: Manner
) -> None:
    """Has every bucket settled, and hands on answers as they come."""
    client = _client(place, manner)
    try:
        _settle(client, work, buckets, take, manner)
    finally:
        local = client.cluster if place.local else None
        client.close()
        if local:
            local.close()


def _settle(
    client: "Client", work: Work, buckets: Sequence[int], take: Callable[[Answer], None], manner: Manner
) -> None:
    from distributed import as_completed

    run = uuid4().hex
    # Each task has the job with it: none waits for a worker that holds it and does not answer.
    futures = [
        client.submit(settle, work, bucket, key=f"gongji-{run}-{number}", pure=True, retries=manner.tries - 1)
        for number, bucket in enumerate(buckets)
    ]
    most = len(client.scheduler_info(n_workers=-1)["workers"])
    try:
        for future in as_completed(futures):
            answer: Answer = _result(future)
            take(answer)
            manner.done(answer.bucket)
            now = len(client.scheduler_info(n_workers=-1)["workers"])
            if now < most:
                manner.note(
                    f"失去了 {most - now} 个工作进程，它们没算完的分桶由其余的重算",
                    f"lost {most - now} of the workers' processes; others settle what they had not finished",
                )
            most = now
    finally:
        client.cancel(futures)


def _result(future: "Future[Answer]") -> Answer:
    try:
        answer: Answer = future.result()
        return answer
    except Exception as error:
        causes = [error, error.__cause__, error.__context__]
        if any("No module named 'gongji'" in str(cause) for cause in causes):
            raise fault(
                "调度器或工作节点的 Python 里没有 gongji 包：在每个节点安装同一个 wheel",
                "the Python of the scheduler or of a worker has no package gongji: install the same wheel everywhere",
            ) from error
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        raise fault(f"Dask 没有算完：{said}", f"Dask did not finish: {said}") from error


def _client(place: Place, manner: Manner) -> "Client":
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise fault(
            f"{sys.executable} 里没有 dask；请安装：{sys.executable} -m pip install distributed",
            f"there is no dask in {sys.executable}; install it: {sys.executable} -m pip install distributed",
        ) from error
    if place.local:
        workers = LocalCluster(
            n_workers=place.local, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
        )
        return Client(workers)
    reached(place, manner.wait)
    try:
        client = Client(f"tcp://{place.host}:{place.port}", timeout=manner.wait)
    except (OSError, TimeoutError) as error:
        raise fault(
            f"{place} 不像是 Dask 的调度器（{error}）", f"{place} does not answer as a scheduler of Dask ({error})"
        ) from error
    try:
        client.wait_for_workers(1, timeout=manner.wait)
    except TimeoutError as error:
        client.close()
        raise fault(
            f"{manner.wait:.0f} 秒内 {place} 没有工作节点", f"{place} has no worker within {manner.wait:.0f} s"
        ) from error
    return client
