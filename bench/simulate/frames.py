"""The Python package on the claims of this bench: `python frames.py CLAIMS.parquet file|memory|adjudicate`."""

import resource
import sys
import time

import gongji
import pyarrow.parquet as pq

VALUE = {"plan": {1: "individual-1", 2: "employer"}}


def timed(name, work):
    """Seconds of three runs, and the most memory so far."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        seconds.append(f"{time.perf_counter() - start:.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{name}: {', '.join(seconds)}; {result}; {peak} MiB")
    return result


def main():
    path, what = sys.argv[1:]
    policy = gongji.Policy.load("500000")
    claims = path if what == "file" else pq.read_table(path)
    if what == "adjudicate":
        timed("fen", lambda: policy.adjudicate(claims, value=VALUE, money="fen"))
        timed("decimal", lambda: policy.adjudicate(claims, value=VALUE))
    else:
        run = timed(what, lambda: gongji.simulate(claims, policy=policy, value=VALUE))
        print(run.paid_fen, run.control.to_dict())


main()
