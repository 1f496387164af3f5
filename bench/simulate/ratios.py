#!/usr/bin/env python3
"""Medians of what `run` measured, and how often the peers' medians hold ours. Usage: ratios.py TIMES.tsv"""
import collections, statistics, sys

runs = collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, *numbers = line.rstrip("\n").split("\t")
    runs[name].append([float(number) for number in numbers])
median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
print(f"{'':<32}{'wall':>8}{'least':>8}{'most':>8}{'processor':>11}{'peak MB':>9}")
for name, (wall, user, system, memory) in median.items():
    walls = [row[0] for row in runs[name]]
    print(f"{name:<32}{wall:>7.2f}s{min(walls):>7.2f}s{max(walls):>7.2f}s{user + system:>10.2f}s{memory / 1024:>9.0f}")
for ours, peer, bar in [("gongji, file to totals", "polars, file to totals", 3.5),
                        ("gongji, file to totals", "duckdb, file to totals", 8),
                        ("gongji, a row a claim", "polars, a row a claim", 2)]:
    wall = median[peer][0] / median[ours][0]
    least = min(row[0] for row in runs[peer]) / min(row[0] for row in runs[ours])
    print(f"{ours}: {wall:.1f} x as fast as {peer.split(',')[0]} by medians, {least:.1f} x by the best runs (bar {bar})")
