"""Real clusters on this machine, and the store that they work on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = os.environ.get("GONGJI_PROGRAM", str(ROOT / "target/release/gongji"))
BUCKETS = 128
REFORM = 'programme.ordinary.deductible.amount=[{status="active",yuan=300},{status="retired",yuan=150}]'
POLICIES = ["--policy", "500000", "--reform-set", REFORM]


@dataclass(frozen=True)
class Town:
    """A store, and what one machine says of it."""

    store: Path
    job: Path
    report: str
    result: bytes


def program(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs the command line."""
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)


def done(*arguments: str | Path) -> str:
    """Runs it, and says what it printed."""
    ran = program(*arguments)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Invented people, their claims in many buckets."""
    import gongji

    folder = tmp_path_factory.mktemp("town")
    done("synth", "--region", "500000", "--people", "4000", "--seed", "1", "--out", folder / "town")
    store, result = folder / "store", folder / "local.json"
    claims = sorted((folder / "town").glob("claims-*.parquet"))
    done("claims", "group", "--claims", *claims, "--out", store, "--buckets", str(BUCKETS))
    report = done("simulate", "--claims", store, *POLICIES, "--threads", "1", "--result", result)
    job = folder / "job.json"
    job.write_text(gongji.job("500000", gongji.Reform(set=[REFORM])), encoding="utf-8")
    return Town(store, job, report, result.read_bytes())


class Process:
    """A process of a cluster, in a session of its own."""

    def __init__(self, command: list[str], log: Path) -> None:
        self.log = log
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_NO_DAEMONIZE": "1"}
        with log.open("wb") as out:
            self.popen = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment
            )

    def family(self) -> list[psutil.Process]:
        """It and everything that it started."""
        try:
            own = psutil.Process(self.popen.pid)
            return [*own.children(recursive=True), own]
        except psutil.NoSuchProcess:
            return []

    def freeze(self) -> None:
        """Stops it and everything that it started where they stand: what they have begun, they do not finish."""
        for process in self.family():
            process.send_signal(signal.SIGSTOP)

    def kill(self) -> None:
        """Kills it and everything that it started, by their numbers; they cannot clear up."""
        for process in self.family():
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                pass
        self.popen.wait()

    def until(self, words: str) -> None:
        """Waits until it has said something."""
        end = time.monotonic() + 60
        while words not in self.log.read_text(errors="replace"):
            assert self.popen.poll() is None and time.monotonic() < end, self.log.read_text(errors="replace")
            time.sleep(0.1)


@dataclass
class Cluster:
    """A master or scheduler, and two workers."""

    url: str
    master: Process
    workers: list[Process]

    def end(self) -> None:
        """Ends what is left."""
        for process in [*self.workers, self.master]:
            process.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture
def spark(tmp_path: Path) -> Iterator[Cluster]:
    """Spark: a master with two workers of one core."""
    import pyspark

    start, port = str(Path(pyspark.__file__).parent / "bin/spark-class"), str(free_port())
    master_class, worker_class = (f"org.apache.spark.deploy.{name}" for name in ("master.Master", "worker.Worker"))
    here = ["--host", "127.0.0.1", "--webui-port", "0"]
    master = Process([start, master_class, *here, "--port", port], tmp_path / "master.log")
    workers: list[Process] = []
    cluster = Cluster(f"spark://127.0.0.1:{port}", master, workers)
    try:
        master.until("I have been elected leader")
        for number in range(2):
            own = ["--cores", "1", "--memory", "1g", "--work-dir", str(tmp_path / f"work-{number}")]
            command = [start, worker_class, *here, *own, cluster.url]
            workers.append(Process(command, tmp_path / f"worker-{number}.log"))
        for worker in workers:
            worker.until("Successfully registered with master")
        yield cluster
    finally:
        cluster.end()


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Cluster]:
    """Dask: a scheduler with two workers of one thread."""
    port, python = free_port(), sys.executable
    listen = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    scheduler = Process([python, "-m", "distributed.cli.dask_scheduler", *listen], tmp_path / "scheduler.log")
    workers: list[Process] = []
    cluster = Cluster(f"dask://127.0.0.1:{port}", scheduler, workers)
    try:
        scheduler.until("Scheduler at")
        for number in range(2):
            own = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path / f"work-{number}")]
            command = [python, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", "--no-nanny", *own]
            workers.append(Process(command, tmp_path / f"worker-{number}.log"))
        for worker in workers:
            worker.until("Registered to")
        yield cluster
    finally:
        cluster.end()


class Simulation:
    """`gongji simulate --cluster`, running, with what its Python process tells it kept beside."""

    def __init__(self, town: Town, cluster: str, folder: Path, *more: str) -> None:
        self.told = folder / "told.jsonl"
        self.result = folder / "cluster.json"
        python = folder / "python"
        # The protocol goes through unchanged; a copy of it says how far the run is.
        python.write_text(f'#!/bin/bash\nset -o pipefail\n"{sys.executable}" "$@" | tee "{self.told}"\n')
        python.chmod(0o755)
        at = ["--cluster", cluster, "--python", str(python), "--worker-python", sys.executable]
        command = [PROGRAM, "simulate", "--claims", str(town.store), *POLICIES, *at, *more]
        environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
        self.popen = subprocess.Popen(
            [*command, "--result", str(self.result)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def lines(self) -> list[dict[str, object]]:
        """What has been told so far."""
        text = self.told.read_text() if self.told.exists() else ""
        return [json.loads(line) for line in text.splitlines() if line.endswith("}")]

    def finished(self) -> int:
        """How many buckets are done."""
        return sum("done" in line for line in self.lines())

    def until(self, buckets: int) -> None:
        """Waits until so many are done."""
        end = time.monotonic() + 120
        while self.finished() < buckets:
            if self.popen.poll() is not None or time.monotonic() > end:
                self.popen.kill()
                raise AssertionError(self.popen.communicate())
            time.sleep(0.02)

    def ended(self) -> tuple[int, str, str]:
        """Its exit code, and what it printed."""
        out, errors = self.popen.communicate(timeout=240)
        return self.popen.returncode, out, errors
