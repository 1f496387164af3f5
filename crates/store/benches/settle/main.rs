//! What the store's part of a settlement costs: one entry with four postings, a visit, an account, a year and a message,
//! with the look-ups before it. On SQLite the processor time of this process is measured, on PostgreSQL, where most of the
//! work is the server's, the time on the wall.

mod processor_time;
mod town;

use cluster::{Cluster, Settings};
use criterion::measurement::Measurement;
use criterion::{BatchSize, Criterion, Throughput};
use processor_time::ProcessorTime;
use store::Store;
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use town::Town;

const PEOPLE: u64 = 300_000;

fn settle<M: Measurement>(criterion: &mut Criterion<M>, name: &str, store: &dyn Store) {
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
                let found = store.read(&wants)?;
                Ok::<_, store::StoreError>(batch.decide(&found).entries.len() == batch.len())
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn main() {
    let names = |name: &str| std::env::args().any(|argument| argument.starts_with(name));
    let wanted = |name: &str| names(name) || !(names("sqlite") || names("postgres"));
    if wanted("sqlite") {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let sqlite = Sqlite::open(directory.path()).expect("open the books");
        let criterion = Criterion::default().with_measurement(ProcessorTime);
        settle(&mut criterion.configure_from_args(), "sqlite", &sqlite);
    }
    if wanted("postgres") {
        let options = [("shared_buffers", "2GB"), ("max_wal_size", "4GB")];
        let options = options.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let cluster = Cluster::start(&Settings { options, ..Settings::default() });
        let connection = cluster.as_ref().map(Cluster::connection_string).expect("PostgreSQL");
        let postgres = Postgres::open(&connection).expect("open the books");
        settle(&mut Criterion::default().configure_from_args(), "postgres", &postgres);
    }
}
