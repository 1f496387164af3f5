//! Populations: the same again, within memory, and near to what was aimed at.

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::RowAccessor;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use synth::{Calibration, Fault, Figure, Made, Region, Request, run};

fn region() -> Region {
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
    Region {
        code: "990000".to_owned(),
        plans: texts(&["employer", "individual-1", "individual-2", "lump-sum"]),
        diseases: texts(&["M03900", "M01600"]),
    }
}

fn make(out: &Path, people: u64, seed: u64, threads: usize) -> Made {
    let request = Request {
        region: region(),
        people,
        year: 2025,
        seed,
        threads,
        out: out.to_owned(),
        lines: true,
        contributions: true,
    };
    run(&request, &Calibration::shipped().unwrap(), &mut |_, _, _| {}).unwrap()
}

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder).unwrap().map(Result::unwrap);
    files
        .map(|file| (file.file_name().into_string().unwrap(), fs::read(file.path()).unwrap()))
        .collect()
}

#[test]
fn the_same_seed_makes_the_same_files_whatever_the_threads() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    make(&place("one"), 5_000, 7, 1);
    make(&place("three"), 5_000, 7, 3);
    make(&place("other"), 5_000, 8, 3);
    let one = bytes(&place("one"));
    assert!(one == bytes(&place("three")), "files differ");
    assert!(one != bytes(&place("other")));
    assert!(one.keys().all(|name| !name.starts_with('.')), "temporary files are gone");
}

#[test]
fn what_was_aimed_at_is_met() {
    let folder = tempfile::tempdir().unwrap();
    let made = make(&folder.path().join("out"), 40_000, 1, 2);
    let aims = Calibration::shipped().unwrap();
    let mut measured = 0;
    for (figure, aim, got) in made.tally.report(&aims) {
        let Some(got) = got else { continue };
        measured += 1;
        // Four standard deviations of a count of rare things; of means, a few hundredths.
        let happened = match figure {
            Figure::Joins | Figure::Leaves | Figure::Arrears | Figure::DeathsActive => 29_000.0,
            Figure::DeathsRetired => 10_000.0,
            Figure::PlanChange => 5_000.0,
            _ => f64::INFINITY,
        };
        let tolerated = 0.08 + 4.0 / (aim * happened).sqrt();
        let off = (got - aim).abs() / aim;
        assert!(off < tolerated, "{}: {got} for {aim}", figure.key());
    }
    assert_eq!(measured, Figure::ALL.len() - 3);
}

#[test]
fn files_agree_with_one_another() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let made = make(&out, 3_000, 3, 2);
    let mut sums: BTreeMap<i64, i64> = BTreeMap::new();
    rows(&out.join("lines.parquet"), |row| {
        *sums.entry(row.get_long(0).unwrap()).or_default() += fen(row, 5);
    });
    let (mut claims, mut reversals, mut before) = (0, 0, (0, 0));
    let (mut bills, mut total) = (BTreeSet::new(), 0);
    for file in made.files.iter().filter(|file| file.file.starts_with("claims-")) {
        rows(&out.join(&file.file), |row| {
            let bill = row.get_long(0).unwrap();
            assert!(bills.insert(bill), "{bill} twice");
            let order = (row.get_timestamp_millis(4).unwrap(), row.get_long(1).unwrap());
            assert!(before <= order, "in order of arrival");
            before = order;
            if let Ok(earlier) = row.get_long(5) {
                assert!(bills.contains(&earlier), "{bill} takes back what came before");
                reversals += 1;
                total -= sums[&earlier];
                return;
            }
            claims += 1;
            let parts = fen(row, 22) + fen(row, 23) + fen(row, 24);
            assert_eq!((fen(row, 21), parts), (sums[&bill], sums[&bill]), "{bill}");
            total += sums[&bill];
        });
    }
    let tally = &made.tally;
    assert_eq!((tally.claims, tally.reversals, tally.total), (claims, reversals, total));
    assert_eq!(tally.lines, rows(&out.join("lines.parquet"), |_| {}));
    assert_eq!(tally.stays, rows(&out.join("stays.parquet"), |_| {}));
    assert_eq!(rows(&out.join("people.parquet"), |_| {}), 3_000);
    let manifest = fs::read_to_string(out.join("manifest.json")).unwrap();
    assert!(manifest.contains(&format!("\"claims\": {claims}")), "{manifest}");
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    let request = Request {
        region: region(),
        people: 10,
        year: 2025,
        seed: 1,
        threads: 1,
        out: folder.path().to_owned(),
        lines: false,
        contributions: false,
    };
    let refused = run(&request, &Calibration::shipped().unwrap(), &mut |_, _, _| {});
    assert!(matches!(refused, Err(Fault::File { error, .. }) if error.contains("不是空的")));
    assert_eq!(bytes(folder.path()).len(), 1);
}

fn rows(path: &Path, mut each: impl FnMut(&parquet::record::Row)) -> u64 {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let mut count = 0;
    for row in reader.get_row_iter(None).unwrap() {
        each(&row.unwrap());
        count += 1;
    }
    count
}

/// A decimal of two places.
fn fen(row: &parquet::record::Row, place: usize) -> i64 {
    let decimal = row.get_decimal(place).unwrap();
    let bytes = decimal.data();
    let start = if bytes[0] & 0x80 != 0 { -1 } else { 0 };
    bytes.iter().fold(start, |sum, byte| sum << 8 | i64::from(*byte))
}
