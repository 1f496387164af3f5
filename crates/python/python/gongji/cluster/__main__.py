"""`python3 -m gongji.cluster`: what `gongji simulate --cluster` starts. One line of JSON for everything that happens.

Lines: `{"done": bucket}`, `{"note": {"zh", "en"}}`, `{"repeated": count}` at the end, `{"fault": {"zh", "en"}}` and exit
code 1. Results are files `bucket-NNNN.json`, each under its name only when it is whole. When standard input ends, whoever
asked is gone, and so is this.
"""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TextIO

from .._gongji import GongjiError, __engine__
from .answers import Answers
from .fault import fault
from .place import Place
from .run import Manner, buckets_of, run_tasks
from .task import Work


class Teller:
    """Says what happens, a line at a time, from any thread."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def say(self, **what: object) -> None:
        """One line."""
        with self._lock:
            self._out.write(json.dumps(what, ensure_ascii=False) + "\n")
            self._out.flush()

    def done(self, bucket: int) -> None:
        """A bucket is done."""
        self.say(done=bucket)

    def note(self, zh: str, en: str) -> None:
        """Something happened on the way."""
        self.say(note={"zh": zh, "en": en})


def main() -> int:
    """Runs the tasks."""
    teller = Teller(_apart())
    given = _arguments()
    if given.watched:
        threading.Thread(target=_end_with_input, daemon=True).start()
    try:
        _run(given, teller)
    except GongjiError as error:
        teller.say(fault={"zh": error.zh, "en": error.en})
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _run(given: argparse.Namespace, teller: Teller) -> None:
    if given.engine not in (None, __engine__):
        raise fault(
            f"{sys.executable} 里的 gongji 包是 {__engine__}，程序是 {given.engine}；请装同一版的",
            f"the package gongji in {sys.executable} is {__engine__}, the program is {given.engine}; install the same",
        )
    out, place = Path(given.out), Place.read(given.cluster)

    def keep(bucket: int, result: bytes) -> None:
        path = out / f"bucket-{bucket:04}.json"
        part = path.with_suffix(".part")
        part.write_bytes(result)
        part.rename(path)

    buckets = buckets_of(given.store)
    answers = Answers(buckets, keep)
    settings = dict(setting.split("=", 1) for setting in given.set)
    manner = Manner(given.wait, given.tries, settings, given.worker_python, teller.note, teller.done)
    job = Path(given.job).read_text(encoding="utf-8")
    wanted = [*range(buckets), *given.again]
    run_tasks(place, Work.of(job, given.store), wanted, answers.take, manner)
    answers.results()
    teller.say(repeated=answers.repeated)


def _setting(text: str) -> str:
    if "=" not in text:
        raise argparse.ArgumentTypeError(f"{text}: NAME=VALUE")
    return text


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m gongji.cluster", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cluster", required=True, help="spark://HOST:7077, dask://HOST:8786, spark://local[2], dask://local[2]")
    parser.add_argument("--store", required=True, help="folder of the store, the same on every machine")
    parser.add_argument("--job", required=True, help="file with what gongji.job writes")
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for the cluster and its first worker")
    parser.add_argument("--tries", type=int, default=4, help="how often a task may fail")
    parser.add_argument("--set", action="append", default=[], type=_setting, metavar="NAME=VALUE", help="a setting of Spark")
    parser.add_argument("--worker-python", help="Python of Spark's workers")
    parser.add_argument("--again", action="append", default=[], type=int, metavar="BUCKET", help="settle this bucket once more")
    parser.add_argument("--engine", help="what the package must be, as gongji.__engine__ names it")
    parser.add_argument("--watched", action="store_true", help="end when standard input ends")
    return parser.parse_args()


def _apart() -> TextIO:
    """Standard output for our lines alone: whatever else is printed goes to standard error."""
    ours = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return ours


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
