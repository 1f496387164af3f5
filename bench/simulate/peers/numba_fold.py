#!/usr/bin/env python3
"""numba: the true fold, claim by claim, also where people retire in the year; then, with the claims grouped in memory, the
fold alone on one thread, for one policy and for sixteen in one pass. Usage: numba_fold.py FILE"""
import sys, time
import numba, numpy as np, pyarrow.parquet as pq
from rule import CHECK, DEDUCTIBLE, LIMIT, MARK, answer

STATUS = ("active", "retired")
POLICIES = 16
code = lambda retired, plan, tier: (retired * 2 + plan - 1) * 3 + tier - 1
deductible, share, most = (np.zeros(12, np.int64) for _ in range(3))
for retired in (0, 1):
    for plan in (1, 2):
        for tier in (1, 2, 3):
            of = code(retired, plan, tier)
            deductible[of] = DEDUCTIBLE[STATUS[retired]]
            share[of] = (50 if tier == 3 else 60) + 10 * retired
            most[of] = LIMIT[plan, STATUS[retired]]


@numba.njit(cache=True)
def one(first, amount, kind, deductible, share, most, paid):
    for person in range(len(first) - 1):
        spent, used = 0, 0
        for row in range(first[person], first[person + 1]):
            of, spending = kind[row], np.int64(amount[row])
            due = min(spending, max(deductible[of] - spent, 0))
            spent += spending
            payment = min(((spending - due) * share[of] + 50) // 100, max(most[of] - used, 0))
            used += payment
            paid[row] = payment


@numba.njit(cache=True)
def many(first, amount, kind, deductible, share, most, sums):
    used = np.empty(sums.shape[0], np.int64)
    for person in range(len(first) - 1):
        spent = 0
        used[:] = 0
        for row in range(first[person], first[person + 1]):
            of, spending = kind[row], np.int64(amount[row])
            for policy in range(len(used)):
                due = min(spending, max(deductible[of, policy] - spent, 0))
                wanted = ((spending - due) * share[of, policy] + 50) // 100
                used[policy] += min(wanted, max(most[of, policy] - used[policy], 0))
            spent += spending
        sums += used


table = pq.read_table(sys.argv[1])
column = lambda name: table[name].to_numpy()
order = np.argsort(column("person_id"), kind="stable")
person, ts = column("person_id")[order], column("ts")[order]
amount = column("in_scope_fen")[order].astype(np.int32)
kind = code(column("retired")[order].astype(np.uint8), column("plan")[order].astype(np.uint8),
            column("tier")[order].astype(np.uint8)).astype(np.uint8)
first = np.append(np.flatnonzero(np.append(True, person[1:] != person[:-1])), len(person))
paid = np.empty(len(person), np.int64)
best, begun = 1e9, 0
for _ in range(4):
    begun = time.time()
    one(first, amount, kind, deductible, share, most, paid)
    best = min(best, time.time() - begun)
check = int((paid * (ts % MARK) % CHECK).sum() % CHECK)
answer("numba fold alone, 1 thread", best, len(paid), int(amount.sum(dtype=np.int64)), int(paid.sum()), check,
       int((paid > 0).sum()))
step = np.arange(POLICIES)
wide = lambda column, by: np.ascontiguousarray(column[:, None] + by * step)
best = 1e9
for _ in range(3):
    sums, begun = np.zeros(POLICIES, np.int64), time.time()
    many(first, amount, kind, wide(deductible, 10_00), wide(share, 0), wide(most, 100_00), sums)
    best = min(best, time.time() - begun)
print(f"numba 16 policies in one pass, 1 thread: {best:.2f} s, {len(paid) * POLICIES / best / 1e6:.0f} M claim-policies/s; "
      f"out[0]={sums[0]} out[15]={sums[15]}")
