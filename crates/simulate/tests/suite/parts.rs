//! However claims are cut up, stored, spilled or dealt to threads, they come to the same; and results are put together only
//! if nothing is missing or there twice.

use crate::exact::{people, reading, rows_of, shipped, shuffled, write_plain};
use crate::reference::chongqing;
use crate::told::Told;
use crate::written::{Row, write};
use kernel::Timeline;
use simulate::{NoRows, Reading, RunResult, Source, Store, Totals, merge, run, store};
use std::path::{Path, PathBuf};

fn rows(timeline: &Timeline) -> Vec<Row> {
    let mut rows = Vec::new();
    for (index, person) in people(&chongqing::shape(), 0, 200).iter().enumerate() {
        let told = Told::new(timeline, person);
        rows.extend(rows_of(timeline, person, &format!("测试{index}"), &told));
    }
    rows
}

fn totals(source: &Source, timeline: &Timeline, threads: usize) -> Totals {
    result(source, timeline, 0..source.buckets(), threads).totals
}

fn result(
    source: &Source,
    timeline: &Timeline,
    buckets: std::ops::Range<usize>,
    threads: usize,
) -> RunResult {
    run(source, &[timeline, timeline], buckets, threads, |_| Ok(NoRows), |_| ()).expect("a result")
}

fn written(folder: &Path, name: &str, rows: &[Row]) -> PathBuf {
    let path = folder.join(name);
    write(&path, rows);
    path
}

#[test]
fn neither_files_nor_threads_nor_memory_nor_order_change_a_fen() {
    let timeline = shipped("500000");
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(&timeline);
    let one = written(folder.path(), "one.parquet", &rows);
    let expected = totals(&Source::read(&reading(&one)).expect("claims"), &timeline, 1);
    let mixed = shuffled(rows, 7);
    let (front, back) = mixed.split_at(mixed.len() / 3);
    let files =
        vec![written(folder.path(), "a.parquet", front), written(folder.path(), "b.parquet", back)];
    for memory in [0, 64 << 20] {
        for buckets in [None, Some(1), Some(64)] {
            let reading = Reading { files: files.clone(), memory, buckets, ..reading(&one) };
            let source = Source::read(&reading).expect("claims");
            assert_eq!(totals(&source, &timeline, 3), expected);
        }
    }
    assert!(expected.all_claimed().claims > 1000);
}

#[test]
fn a_store_comes_to_the_same_and_its_buckets_are_put_together() {
    let timeline = shipped("500000");
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), "claims.parquet", &rows(&timeline));
    let source = Source::read(&reading(&path)).expect("claims");
    let expected = totals(&source, &timeline, 2);
    let place = folder.path().join("store");
    let manifest = store::group(&source, &place, 2, |_| ()).expect("a store");
    let source = Source::stored(Store::open(&place).expect("the store"));
    assert_eq!(totals(&source, &timeline, 2), expected);

    let results: Vec<RunResult> = (0..source.buckets())
        .map(|bucket| result(&source, &timeline, bucket..bucket + 1, 1))
        .collect();
    let merged = merge(&manifest, &results).expect("all buckets");
    assert_eq!(merged.totals, expected);

    let twice = [&results[..], &results[..1]].concat();
    assert!(merge(&manifest, &twice).expect_err("twice").en.contains("bucket 0 is there twice"));
    assert!(
        merge(&manifest, &results[1..]).expect_err("missing").en.contains("bucket 0 is missing")
    );
    let mut other = results.clone();
    other[3].buckets[0].fen += 1;
    assert!(merge(&manifest, &other).expect_err("other fen").en.contains("bucket 3 holds other"));
    let mut other = results.clone();
    other[2].policies[0].push('x');
    assert!(merge(&manifest, &other).expect_err("other policy").en.contains("different versions"));
    let mut other = results;
    assert_eq!(other[1].engine, simulate::ENGINE);
    other[1].engine.push('x');
    assert!(merge(&manifest, &other).expect_err("other build").en.contains("different builds"));
}

#[test]
fn a_damaged_store_is_not_read() {
    let timeline = shipped("500000");
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), "claims.parquet", &rows(&timeline));
    let source = Source::read(&reading(&path)).expect("claims");
    let place = folder.path().join("store");
    store::group(&source, &place, 2, |_| ()).expect("a store");
    let again = store::group(&source, &place, 2, |_| ());
    assert!(again.expect_err("not over another").en.contains("there is a store here already"));
    // Two buckets change places.
    let file = |bucket: &str| place.join(format!("claims-{bucket}.parquet"));
    std::fs::rename(file("0001"), file("spare")).expect("moved");
    std::fs::rename(file("0002"), file("0001")).expect("moved");
    std::fs::rename(file("spare"), file("0002")).expect("moved");
    let source = Source::stored(Store::open(&place).expect("the store"));
    let failed = run(&source, &[&timeline], 0..source.buckets(), 1, |_| Ok(NoRows), |_| ());
    assert!(failed.expect_err("damaged").en.contains("not what the manifest says"));
    std::fs::remove_file(place.join("manifest.json")).expect("removed");
    assert!(Store::open(&place).err().expect("no manifest").en.contains("not finished"));
}

#[test]
fn people_with_numbers_and_huge_amounts_come_to_the_same_in_memory_and_in_a_temporary_file() {
    let timeline = shipped("500000");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    write_plain(&path, u32::MAX.into());
    let of = |memory, buckets| {
        let source = Source::read(&Reading { memory, buckets, ..reading(&path) }).expect("claims");
        totals(&source, &timeline, 2)
    };
    let expected = of(64 << 20, Some(16));
    assert_eq!(expected.all_claimed().claims, 4000);
    assert!(expected.all_claimed().in_scope > 4_000_000_000_000);
    for (memory, buckets) in [(0, Some(16)), (0, Some(1)), (64 << 20, None)] {
        assert_eq!(of(memory, buckets), expected);
    }
}
