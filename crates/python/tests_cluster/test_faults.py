"""What goes wrong between here and a cluster is said, with what to do about it."""

import sys
from pathlib import Path

import pytest
from conftest import Process, Town, free_port

import gongji
from gongji.cluster import simulate


def refused(store: Path, cluster: str, wait: float = 60.0, worker_python: str | None = None) -> gongji.GongjiError:
    with pytest.raises(gongji.GongjiError) as caught:
        simulate(store, policy="500000", cluster=cluster, wait=wait, worker_python=worker_python)
    return caught.value


@pytest.mark.parametrize(("engine", "module"), [("spark", "pyspark"), ("dask", "distributed")])
def test_an_engine_that_is_not_installed_is_named(
    town: Town, engine: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    error = refused(town.store, f"{engine}://local[1]")
    assert f"{sys.executable} -m pip install" in error.zh and module in error.zh


def test_a_master_without_workers_is_said_in_time(town: Town, tmp_path: Path) -> None:
    import pyspark

    port = free_port()
    start = str(Path(pyspark.__file__).parent / "bin/spark-class")
    here = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"]
    master = Process([start, "org.apache.spark.deploy.master.Master", *here], tmp_path / "master.log")
    try:
        master.until("I have been elected leader")
        error = refused(town.store, f"spark://127.0.0.1:{port}", wait=3.0)
    finally:
        master.kill()
    assert error.zh.startswith(f"3 秒内 spark://127.0.0.1:{port} 没有给出工作节点"), error.zh


def test_workers_without_the_package_are_said(town: Town) -> None:
    # The Python that the environment was made from has nothing installed.
    bare: str = sys._base_executable  # type: ignore[attr-defined]
    error = refused(town.store, "spark://local[1]", worker_python=bare)
    assert error.zh.startswith("工作节点的 Python 里没有 gongji 包"), error.zh


def test_no_store_is_refused_before_a_cluster_is_looked_for(tmp_path: Path) -> None:
    assert "不是单据库" in refused(tmp_path, "spark://nowhere.invalid").zh
