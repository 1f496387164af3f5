#!/usr/bin/env python3
"""DuckDB: the same running sums as window functions. Usage: duckdb_claims.py FILE [OUT.parquet]"""
import os, sys, time
import duckdb
from rule import CHECK, DEDUCTIBLE, LIMIT, MARK, answer

begun = time.time()
file, out = sys.argv[1], sys.argv[2:]
status = lambda of: f"CASE WHEN retired THEN {of['retired']} ELSE {of['active']} END"
limit = {plan: status({word: LIMIT[plan, word] for word in DEDUCTIBLE}) for plan in (1, 2)}
rows = f"""
WITH claims AS (
  SELECT person_id, ts, in_scope_fen::BIGINT AS amount,
         ({status(DEDUCTIBLE)})::BIGINT AS deductible,
         (CASE WHEN tier = 3 THEN 50 ELSE 60 END + CASE WHEN retired THEN 10 ELSE 0 END)::BIGINT AS share,
         (CASE WHEN plan = 2 THEN {limit[2]} ELSE {limit[1]} END)::BIGINT AS most
  FROM read_parquet('{file}')),
spent AS (SELECT *, (sum(amount) OVER year)::BIGINT AS spent FROM claims
          WINDOW year AS (PARTITION BY person_id ORDER BY ts ROWS UNBOUNDED PRECEDING)),
wanted AS (SELECT *, ((greatest(spent - deductible, 0) - greatest(spent - amount - deductible, 0)) * share + 50) // 100
           AS wanted FROM spent),
summed AS (SELECT *, (sum(wanted) OVER year)::BIGINT AS wanted_so_far FROM wanted
           WINDOW year AS (PARTITION BY person_id ORDER BY ts ROWS UNBOUNDED PRECEDING)),
paid AS (SELECT person_id, ts, amount, least(wanted_so_far, most) - least(wanted_so_far - wanted, most) AS paid FROM summed)
"""
db = duckdb.connect()
db.execute(f"SET threads = {os.cpu_count()}; SET preserve_insertion_order = false")
if out:
    db.execute(f"COPY ({rows} SELECT person_id, ts, paid FROM paid) TO '{out[0]}' (FORMAT PARQUET, COMPRESSION ZSTD)")
    print(f"duckdb rows: {time.time() - begun:.2f} s inside")
else:
    sums = f"count(*), sum(amount)::BIGINT, sum(paid)::BIGINT, sum(paid * (ts % {MARK})) % {CHECK}, count(*) FILTER (paid > 0)"
    row = db.execute(f"{rows} SELECT {sums} FROM paid").fetchone()
    answer("duckdb", time.time() - begun, *row)
