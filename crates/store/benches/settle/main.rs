//! What the store's part of a settlement costs: one entry with four postings, a visit, an account, a year and a message,
//! with the look-ups before it, in a town of 300,000.

mod processor_time;
mod town;

use criterion::{BatchSize, Criterion, Throughput};
use processor_time::ProcessorTime;
use store::Store;
use store::sqlite::Sqlite;
use town::Town;

const PEOPLE: u64 = 300_000;

fn settle(criterion: &mut Criterion<ProcessorTime>, name: &str, store: &dyn Store) {
    let mut town = Town::found(store, PEOPLE);
    let mut group = criterion.benchmark_group(name);
    for size in [1, 16, 64] {
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(format!("commit/{size}"), |bencher| {
            bencher.iter_batched(
                || town.batch(size),
                |(wants, batch)| store.commit(&wants, &mut |found| batch.decide(&found)),
                BatchSize::PerIteration,
            );
        });
    }
    group.throughput(Throughput::Elements(64));
    group.bench_function("read/64", |bencher| {
        bencher.iter_batched(
            || town.batch(64),
            |(wants, batch)| {
                store.read(&wants).map(|found| batch.decide(&found).entries.len() == batch.len())
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().with_measurement(ProcessorTime).configure_from_args();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let sqlite = Sqlite::open(directory.path()).expect("open the books");
    settle(&mut criterion, "sqlite", &sqlite);
    criterion.final_summary();
}
