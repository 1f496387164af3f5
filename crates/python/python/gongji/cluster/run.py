"""A simulation on a cluster, from a job and a store to what all buckets come to."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike, fspath
from pathlib import Path

from .._gongji import Policy, Reform, Run, merge
from .._gongji import job as job_of
from .answers import Answers
from .fault import fault
from .place import Place
from .task import Answer, Work


def _silent(_zh: str, _en: str) -> None:
    pass


def _unheard(_bucket: int) -> None:
    pass


@dataclass(frozen=True)
class Manner:
    """How a cluster is used."""

    #: Seconds to wait for the cluster and for its first worker.
    wait: float = 60.0
    #: How often a task may fail before the run does.
    tries: int = 4
    #: Settings of the engine, as it names them.
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Python of the workers; none: what the engine takes.
    worker_python: str | None = None
    #: Is told what happens on the way, in Chinese and English.
    note: Callable[[str, str], None] = _silent
    #: Is told each bucket that is done.
    done: Callable[[int], None] = _unheard


def buckets_of(store: str) -> int:
    """How many buckets a store has."""
    path = Path(store, "manifest.json")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        return len(manifest["buckets"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise fault(
            f"{path}：不是单据库，或没有写完（{error}）", f"{path}: no store of claims, or not finished ({error})"
        ) from error


def run_tasks(
    place: Place, work: Work, buckets: Sequence[int], take: Callable[[Answer], None], manner: Manner
) -> None:
    """Has tasks done for these buckets, and hands on what each comes to. A number that stands there twice is done twice."""
    if place.engine == "spark":
        from . import spark as engine
    else:
        from . import dask as engine  # type: ignore[no-redef]
    engine.run(place, work, buckets, take, manner)


def simulate(
    store: str | PathLike[str],
    *,
    policy: Policy | str,
    reform: Reform | str | PathLike[str] | None = None,
    cluster: str,
    wait: float = 60.0,
    tries: int = 4,
    settings: Mapping[str, str] | None = None,
    worker_python: str | None = None,
) -> Run:
    """在集群上把单据库在政策和改革下重新算一遍。 Settles a store's claims again on a cluster.

    store: 单据库的文件夹，各节点路径相同。 Folder of the store, the same on every machine.
    cluster: `spark://主机:7077`、`dask://主机:8786`、`spark://local[2]`、`dask://local[2]`。
    wait: 等集群和第一个工作节点多少秒。 Seconds to wait for the cluster and its first worker.
    tries: 一个任务可以失败几次。 How often a task may fail.
    settings: Spark 的设置。 Settings of Spark.
    worker_python: 工作节点上的 Python（Spark）。 Python of Spark's workers.
    """
    place, folder = Place.read(cluster), str(Path(fspath(store)).absolute())
    job, buckets = job_of(policy, reform), buckets_of(folder)
    answers = Answers(buckets)
    manner = Manner(wait, tries, settings or {}, worker_python)
    run_tasks(place, Work.of(job, folder), range(buckets), answers.take, manner)
    return merge(folder, answers.results(), job=job)
