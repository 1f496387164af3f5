"""A store, its buckets settled one by one, and what they come to together."""

import json
import pickle
from pathlib import Path

import pytest
from conftest import Program

import gongji

REFORM = 'programme.ordinary.deductible.amount=[{status="active",yuan=300},{status="retired",yuan=150}]'


@pytest.fixture(scope="module")
def store(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store") / "claims"
    assert gongji.group(examples / "chongqing.parquet", folder, buckets=4) == 4
    return folder


@pytest.fixture(scope="module")
def job() -> str:
    return gongji.job("500000", gongji.Reform(set=[REFORM]))


@pytest.fixture(scope="module")
def parts(store: Path, job: str) -> list[bytes]:
    return [gongji.run_bucket(job, store, bucket) for bucket in range(4)]


def test_buckets_come_to_what_the_program_says(
    program: Program, examples: Path, store: Path, job: str, parts: list[bytes], tmp_path: Path
) -> None:
    run = gongji.merge(store, parts, job=job)
    said = program.result(
        tmp_path, "--claims", examples / "chongqing.parquet", "--policy", "500000", "--reform-set", REFORM
    )
    ours = json.loads(run.to_bytes())
    assert ours["totals"]["control"] == said["totals"]["control"]
    assert ours["policies"] == said["policies"]
    assert run.names[0] == "重庆市"
    assert run.paid_fen[0] != run.paid_fen[1]


def test_parts_may_come_in_any_order_and_from_anything_that_yields_them(
    store: Path, job: str, parts: list[bytes]
) -> None:
    merged = gongji.merge(store, reversed(parts))
    assert merged.paid_fen == gongji.merge(store, parts, job=job).paid_fen
    assert merged.names == []


def test_a_bucket_run_again_is_the_same_bytes(store: Path, job: str, parts: list[bytes]) -> None:
    assert gongji.run_bucket(job, store, 2, threads=2) == parts[2]


def test_buckets_of_one_task_are_the_same_bytes(store: Path, job: str, parts: list[bytes]) -> None:
    task = gongji.Task(job, store)
    assert [task.run(bucket) for bucket in range(task.buckets)] == parts
    assert task.run(2, threads=2) == parts[2]
    with pytest.raises(gongji.GongjiError, match="the store has 4, from 0 on"):
        task.run(4)


def test_a_task_over_no_store_or_of_no_job_is_refused(store: Path, job: str, tmp_path: Path) -> None:
    with pytest.raises(gongji.GongjiError, match="不是单据库"):
        gongji.Task(job, tmp_path)
    with pytest.raises(gongji.GongjiError, match="no job as gongji.job writes it"):
        gongji.Task("{}", store)


def test_a_missing_bucket_is_refused(store: Path, parts: list[bytes]) -> None:
    with pytest.raises(gongji.GongjiError, match="缺少分桶 1 的结果") as caught:
        gongji.merge(store, parts[:1] + parts[2:])
    assert caught.value.en == "bucket 1 is missing"


def test_a_bucket_there_twice_is_refused(store: Path, parts: list[bytes]) -> None:
    with pytest.raises(gongji.GongjiError, match="bucket 3 is there twice"):
        gongji.merge(store, [*parts, parts[3]])


def test_results_under_other_policies_are_refused(store: Path, parts: list[bytes]) -> None:
    other = gongji.job("500000", gongji.Reform(set=[REFORM.replace("300", "310")]))
    with pytest.raises(gongji.GongjiError, match="not settled under the policies of this job"):
        gongji.merge(store, parts, job=other)
    with pytest.raises(gongji.GongjiError, match="different versions"):
        gongji.merge(store, [*parts[:3], gongji.run_bucket(other, store, 3)])


def test_bytes_that_are_no_result_are_refused(store: Path) -> None:
    with pytest.raises(gongji.GongjiError, match="no result of gongji.run_bucket"):
        gongji.merge(store, [b"{}"])
    with pytest.raises(gongji.GongjiError, match="there are no results"):
        gongji.merge(store, [])


def test_a_bucket_outside_the_store_is_refused(store: Path, job: str) -> None:
    with pytest.raises(gongji.GongjiError, match="the store has 4, from 0 on"):
        gongji.run_bucket(job, store, 4)


def test_a_folder_that_is_no_store_is_refused(job: str, tmp_path: Path) -> None:
    with pytest.raises(gongji.GongjiError, match="不是单据库"):
        gongji.run_bucket(job, tmp_path, 0)


def test_a_store_is_not_written_over(examples: Path, store: Path) -> None:
    with pytest.raises(gongji.GongjiError, match="there is a store here already"):
        gongji.group([examples / "chongqing.parquet"], store)


def test_a_job_that_makes_no_sense_is_refused_before_it_is_sent() -> None:
    with pytest.raises(gongji.GongjiError):
        gongji.job("999999")
    with pytest.raises(gongji.GongjiError):
        gongji.job("500000", gongji.Reform(set=["no.such.path=1"]))
    with pytest.raises(gongji.GongjiError, match="no job as gongji.job writes it"):
        gongji.run_bucket("{}", "store", 0)


def test_an_error_comes_back_whole_from_another_process(tmp_path: Path) -> None:
    with pytest.raises(gongji.GongjiError) as caught:
        gongji.merge(tmp_path, [])
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is gongji.GongjiError
    assert (error.zh, error.en) == (caught.value.zh, caught.value.en)
    assert str(error) == str(caught.value)
