#!/usr/bin/env python3
"""Polars, streaming. The running sums of the year stand for the fold: right as long as nobody's deductible and limit
change in the year. Relies on the file's order. Usage: polars_claims.py FILE [OUT.parquet]"""
import sys, time
import polars as pl
from rule import CHECK, DEDUCTIBLE, LIMIT, MARK, answer

begun = time.time()
file, out = sys.argv[1], sys.argv[2:]
retired, amount = pl.col("retired"), pl.col("in_scope_fen")
by_status = lambda of: pl.when(retired).then(of["retired"]).otherwise(of["active"])
plans = {plan: {status: LIMIT[plan, status] for status in DEDUCTIBLE} for plan in (1, 2)}
deductible = by_status(DEDUCTIBLE).cast(pl.Int64)
limit = pl.when(pl.col("plan") == 2).then(by_status(plans[2])).otherwise(by_status(plans[1])).cast(pl.Int64)
share = pl.when(pl.col("tier") == 3).then(50).otherwise(60) + pl.when(retired).then(10).otherwise(0)
above = lambda spent: pl.max_horizontal(spent - deductible, 0)
spent, wanted, sum_wanted = pl.col("spent"), pl.col("wanted"), pl.col("sum_wanted")
claims = (
    pl.scan_parquet(file)
    .with_columns(spent=amount.cum_sum().over("person_id"))
    .with_columns(wanted=(((above(spent) - above(spent - amount)) * share.cast(pl.Int64) + 50) // 100))
    .with_columns(sum_wanted=wanted.cum_sum().over("person_id"))
    .with_columns(paid=pl.min_horizontal(sum_wanted, limit) - pl.min_horizontal(sum_wanted - wanted, limit))
)
if out:
    claims.select("person_id", "ts", "paid").collect(engine="streaming").write_parquet(out[0], compression="zstd")
    print(f"polars rows: {time.time() - begun:.2f} s inside")
else:
    paid = pl.col("paid")
    row = claims.select(
        claims=pl.len(), in_scope=amount.sum(), sum_paid=paid.sum(),
        check=(paid * (pl.col("ts") % MARK) % CHECK).sum() % CHECK, claims_paid=(paid > 0).sum(),
    ).collect(engine="streaming").row(0)
    answer("polars", time.time() - begun, *row)
