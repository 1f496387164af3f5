#!/usr/bin/env python3
"""What rows on disk come to, one row a claim: ours or a peer's, read back after the clock has stopped, so that nobody's time has
it in. Usage: rows_answer.py CLAIMS ROWS, where ROWS is a file or a folder of files."""
import os, sys
import polars as pl
from rule import CHECK, MARK, said

claims, rows = sys.argv[1:]
written = pl.scan_parquet(os.path.join(rows, "*.parquet") if os.path.isdir(rows) else rows)
names = written.collect_schema().names()
if "settled_at" in names:
    # Ours say the time of the region's clock, and yuan.
    ts = pl.col("settled_at").cast(pl.Int64) - 8 * 3600 * 1_000_000
    paid = (pl.col("paid") * 100).cast(pl.Int64)
else:
    ts, paid = pl.col("ts"), pl.col("paid")
amount = pl.col("in_scope_fen").cast(pl.Int64).sum()
in_scope = (written if "in_scope_fen" in names else pl.scan_parquet(claims)).select(amount)
sums = written.select(ts=ts, paid=paid).select(
    claims=pl.len(), paid=pl.col("paid").sum(), check=(pl.col("paid") * (pl.col("ts") % MARK) % CHECK).sum() % CHECK,
    claims_paid=(pl.col("paid") > 0).sum(),
).collect(engine="streaming").row(0)
count, paid, check, claims_paid = sums
said(count, in_scope.collect(engine="streaming").item(), paid, check, claims_paid)
