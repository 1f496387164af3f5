"""A simulation on real clusters of two workers: the answer is that of one machine to the fen, also when one of them is killed
and when buckets are settled twice."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import BUCKETS, POLICIES, Cluster, Simulation, Town, done

import gongji
from gongji.cluster import simulate


def killed_on_the_way(town: Town, cluster: Cluster, folder: Path, *more: str) -> None:
    """One worker is stopped within a bucket and killed while others are being settled; the other worker settles the rest."""
    running = Simulation(town, cluster.url, folder, *more)
    running.until(1)
    cluster.workers[0].freeze()
    # It holds what it has begun, and perhaps results that nobody has fetched: whoever waits for them waits until it is gone.
    time.sleep(0.3)
    cluster.workers[0].kill()
    assert running.finished() < BUCKETS * 3 // 4, "the worker was killed too late to matter"
    code, report, errors = running.ended()
    assert code == 0, errors
    assert "失去了 1 个工作进程" in errors
    assert report == town.report
    assert running.result.read_bytes() == town.result


def settled_twice(town: Town, cluster: Cluster, folder: Path) -> None:
    """Two buckets are done twice: their results are the same, and count once."""
    out = folder / "out"
    out.mkdir()
    given = ["--cluster", cluster.url, "--store", str(town.store), "--job", str(town.job), "--out", str(out)]
    command = [sys.executable, "-m", "gongji.cluster", *given, "--again", "5", "--again", "17"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert lines[-1] == {"repeated": 2}
    assert sum("done" in line for line in lines) == BUCKETS + 2
    parts = sorted(out.glob("bucket-*.json"))
    assert len(parts) == BUCKETS
    merged = folder / "merged.json"
    run = gongji.merge(town.store, [part.read_bytes() for part in parts], job=town.job.read_text())
    merged.write_bytes(run.to_bytes())
    assert merged.read_bytes() == town.result
    # The same files by hand; one of them is lost, or there under another name.
    merge: list[str | Path] = ["claims", "merge", "--claims", town.store, *POLICIES]
    assert done(*merge, *parts) == town.report


def test_spark_loses_a_worker(town: Town, spark: Cluster, tmp_path: Path) -> None:
    killed_on_the_way(town, spark, tmp_path, "--cluster-set", "spark.executor.memory=512m")


def test_spark_settles_buckets_twice(town: Town, spark: Cluster, tmp_path: Path) -> None:
    settled_twice(town, spark, tmp_path)


def test_dask_loses_a_worker(town: Town, dask: Cluster, tmp_path: Path) -> None:
    killed_on_the_way(town, dask, tmp_path)


def test_dask_settles_buckets_twice(town: Town, dask: Cluster, tmp_path: Path) -> None:
    settled_twice(town, dask, tmp_path)


def test_a_worker_that_does_not_see_the_store_is_named(town: Town, dask: Cluster, tmp_path: Path) -> None:
    # A store that is gone after the driver has looked at it: what a folder is that only the driver mounts.
    from gongji.cluster import Place, Work
    from gongji.cluster.run import Manner, run_tasks

    nowhere = str(tmp_path / "not-here")
    work = Work.of(town.job.read_text(), nowhere)
    with pytest.raises(gongji.GongjiError) as caught:
        run_tasks(Place.read(dask.url), work, range(4), refuse_faults(), Manner(wait=20))
    assert f"这里看不到单据库 {nowhere}" in caught.value.zh
    assert caught.value.en.startswith("worker ")


def refuse_faults() -> Callable[[object], None]:
    from gongji.cluster import Answers

    return Answers(4).take  # type: ignore[return-value]


def test_a_damaged_bucket_is_refused(town: Town, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    for file in town.store.iterdir():
        (store / file.name).write_bytes(file.read_bytes())
    (store / "claims-0003.parquet").write_bytes((store / "claims-0004.parquet").read_bytes())
    with pytest.raises(gongji.GongjiError) as caught:
        simulate(store, policy="500000", cluster="dask://local[2]")
    assert "分桶 3" in caught.value.zh and "claims-0003.parquet" in caught.value.zh
    assert "内容与清单不符" in caught.value.zh


def test_python_asks_a_cluster_too(town: Town) -> None:
    reform = gongji.Reform(set=[POLICIES[-1]])
    run = simulate(town.store, policy="500000", reform=reform, cluster="dask://local[2]")
    assert run.to_bytes() == town.result
