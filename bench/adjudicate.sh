#!/usr/bin/env bash
# Measures `gongji adjudicate` on made-up bills: bills a second and peak memory on one core, and whether
# the result is the same at any number of threads. Usage: bench/adjudicate.sh [bills] [persons] [region]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bills=${1:-1000000}
persons=${2:-50000}
region=${3:-500000}

cargo build --release --quiet --package gongji
gongji=${CARGO_TARGET_DIR:-target}/release/gongji
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$gongji" sample-bills --bills "$bills" --persons "$persons" --seed 1 --region "$region" >"$work/bills.csv"
echo "bills:   $bills of $persons persons, $(du -m "$work/bills.csv" | cut -f1) MB of CSV"

# Prints seconds and kilobytes of one run.
measure() {
    /usr/bin/time -f "%e %M" "$@" 2>&1 >/dev/null | tail -1
}

best=
for run in 1 2 3; do
    read -r seconds kilobytes <<<"$(measure taskset -c 0 "$gongji" adjudicate "$work/bills.csv" -o "$work/1.csv" --threads 1)"
    echo "run $run:   $seconds s, $((kilobytes / 1024)) MB on one core"
    if [ -z "$best" ] || awk "BEGIN { exit !($seconds < $best) }"; then best=$seconds; fi
done
awk "BEGIN { printf \"best:    %d bills a second\\n\", $bills / $best }"

for threads in 2 4; do
    "$gongji" adjudicate "$work/bills.csv" -o "$work/$threads.csv" --threads "$threads" 2>/dev/null
    if cmp --quiet "$work/1.csv" "$work/$threads.csv"; then
        echo "threads: $threads gives the same bytes"
    else
        echo "threads: $threads gives OTHER bytes" >&2
        exit 1
    fi
done
