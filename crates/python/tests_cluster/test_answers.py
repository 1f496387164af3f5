"""What is taken of answers, and what is refused; no cluster is needed for it."""

import dataclasses
import hashlib
import time
import zlib

import pytest

import gongji
from gongji.cluster import Answer, Answers, Place
from gongji.cluster.reach import reached


def answer(bucket: int, result: bytes = b"{}") -> Answer:
    digest = hashlib.sha256(result).hexdigest()
    return Answer(bucket, "worker-1", gongji.__engine__, zlib.compress(result), digest)


def refused(answers: Answers, given: Answer) -> gongji.GongjiError:
    with pytest.raises(gongji.GongjiError) as caught:
        answers.take(given)
    return caught.value


def test_a_bucket_that_comes_twice_the_same_counts_once() -> None:
    heard: list[tuple[int, bytes]] = []
    answers = Answers(2, lambda bucket, result: heard.append((bucket, result)))
    for bucket in (1, 0, 1):
        answers.take(answer(bucket, b"%d" % bucket))
    assert heard == [(1, b"1"), (0, b"0")]
    assert (answers.repeated, answers.results()) == (1, [b"0", b"1"])


def test_a_bucket_that_comes_twice_otherwise_is_refused() -> None:
    answers = Answers(2)
    answers.take(answer(1, b"1"))
    assert refused(answers, answer(1, b"2")).zh.startswith("分桶 1 算了两次，结果不同（后一次在工作节点 worker-1）")


def test_a_bucket_that_does_not_come_is_named() -> None:
    answers = Answers(3)
    answers.take(answer(1))
    with pytest.raises(gongji.GongjiError, match="缺少分桶 0, 2 的结果"):
        answers.results()


def test_another_build_is_refused() -> None:
    error = refused(Answers(1), dataclasses.replace(answer(0), engine="0.0.1+other"))
    assert error.en == f"worker worker-1 has gongji 0.0.1+other, here it is {gongji.__engine__}; install the same wheel everywhere"


def test_what_was_damaged_on_its_way_is_refused() -> None:
    whole = answer(0)
    for damaged in (whole.result[:-1], whole.result[:-1] + b"x", zlib.compress(b"{ }")):
        error = refused(Answers(1), dataclasses.replace(whole, result=damaged))
        assert error.zh == "分桶 0 的结果在路上坏了（工作节点 worker-1）"


def test_a_fault_is_handed_on_and_a_bucket_too_many_refused() -> None:
    assert refused(Answers(1), dataclasses.replace(answer(0), fault=("错", "wrong"))).zh == "错"
    assert "没有分桶 7" in refused(Answers(2), answer(7)).zh


def test_addresses_are_read() -> None:
    assert Place.read("spark://10.0.0.1") == Place("spark", "10.0.0.1", 7077)
    assert Place.read("dask://scheduler.local:9000") == Place("dask", "scheduler.local", 9000)
    assert Place.read("dask://local[3]") == Place("dask", local=3)
    assert Place.read("spark://local").local >= 1
    assert str(Place.read("spark://local[2]")) == "spark://local[2]"
    for wrong in ("ray://here", "spark://", "spark://local[x]", "spark://a:b", "here"):
        with pytest.raises(gongji.GongjiError, match="spark://HOST:7077"):
            Place.read(wrong)


def test_a_cluster_that_nobody_answers_for_is_said_in_time() -> None:
    begin = time.monotonic()
    with pytest.raises(gongji.GongjiError, match="1 秒内连不上 dask://127.0.0.1:1"):
        reached(Place("dask", "127.0.0.1", 1), 1.0)
    assert time.monotonic() - begin < 30, "it does not wait for ever"
