#!/usr/bin/env python3
"""A year of made-up outpatient claims in order of arrival, from a fixed seed, as one Parquet file.

Columns: person_id, retired, plan (1: individual-1, 2: employer), tier (1 to 3), in_scope_fen, ts (microseconds since 1970
UTC, rising from row to row). Few visits for most people and many for some; amounts have a long tail. A million claims are
made at a time, so memory does not grow with their number.

--flip F   this share of people in work retires on some day of the year
--real     as an agency would export it: texts instead of codes, a bill number, the service date, the birthday, 3,000
           institutions, a district, and what is outside of the scope
"""
import argparse
import numpy as np, pyarrow as pa, pyarrow.parquet as pq

parser = argparse.ArgumentParser()
parser.add_argument("--claims", type=int, default=20_000_000)
parser.add_argument("--people", type=int, default=0, help="default: a person for every 20 claims")
parser.add_argument("--flip", type=float, default=0.0)
parser.add_argument("--real", action="store_true")
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--out", required=True)
args = parser.parse_args()

GROUP = 1_000_000
YEAR = (1_704_067_200 - 8 * 3600) * 1_000_000           # 2024-01-01 in Beijing
LENGTH = 366 * 86_400 * 1_000_000
chance = np.random.default_rng(args.seed)
people = args.people or max(1, args.claims // 20)

retired = chance.random(people) < 0.27
plan = np.where(chance.random(people) < 0.93, 2, 1).astype(np.int8)
reach = np.cumsum(chance.gamma(0.7, 1.0, people) * np.where(retired, 2.2, 1.0))
reach /= reach[-1]
never = np.iinfo(np.int64).max
retires = np.full(people, never)
if args.flip:
    some = ~retired & (chance.random(people) < args.flip)
    retires[some] = YEAR + chance.integers(0, LENGTH, int(some.sum()))
if args.real:
    age = np.where(retired, chance.integers(60, 90, people), chance.integers(20, 60, people))
    born = ((54 - age) * 365.25 + chance.integers(0, 365, people)).astype(np.int32)
    institutions = pa.array([f"H5000{number:07d}" for number in range(3000)])
    districts = pa.array([f"5001{number:02d}" for number in range(1, 39)])


def columns(first, count):
    """The claims from `first` on, which fall into their part of the year."""
    start, end = (YEAR + LENGTH * place // args.claims for place in (first, first + count))
    ts = start + np.sort(chance.integers(0, end - start - count, count)) + np.arange(count)
    person = np.minimum(np.searchsorted(reach, chance.random(count)), people - 1)
    tier = chance.choice(np.array([1, 2, 3], np.int8), count, p=[0.40, 0.25, 0.35])
    yuan = np.exp(np.array([0, 4.2, 4.8, 5.4])[tier] + 0.8 * chance.standard_normal(count))
    fen = np.maximum(1, np.rint(yuan * 100)).astype(np.int64)
    is_retired = retired[person] | (ts >= retires[person])
    if not args.real:
        return {"person_id": person.astype(np.int64), "retired": is_retired, "plan": plan[person],
                "tier": tier, "in_scope_fen": fen, "ts": ts}
    at = ts // 1_000_000 * 1_000_000 + 8 * 3600 * 1_000_000
    days = (at // 86_400_000_000).astype(np.int32)
    # A tenth is settled some days after the service.
    days -= np.where(chance.random(count) < 0.1, chance.integers(1, 30, count), 0).astype(np.int32)
    place = np.minimum((chance.random(count) ** 3 * 3000).astype(np.int32), 2999)
    words = lambda list, which: pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), pa.array(list))
    return {"bill": np.arange(first, first + count), "person": person.astype(np.int64),
            "settled_at": pa.array(at, pa.timestamp("us")), "service_date": pa.array(days, pa.date32()),
            "status": words(["active", "retired"], is_retired),
            "plan": words(["individual-1", "employer"], plan[person] - 1),
            "born": pa.array(born[person], pa.date32()), "level": words(["1", "2", "3"], tier - 1),
            "institution": pa.DictionaryArray.from_arrays(pa.array(place), institutions),
            "district": pa.DictionaryArray.from_arrays(pa.array(place % 38), districts),
            "in_scope_fen": fen, "full_self_pay_fen": fen * chance.integers(0, 20, count) // 100}


writer = None
for first in range(0, args.claims, GROUP):
    table = pa.table(columns(first, min(GROUP, args.claims - first)))
    writer = writer or pq.ParquetWriter(args.out, table.schema, compression="zstd")
    writer.write_table(table, row_group_size=GROUP)
writer.close()
