//! In-scope spending that no claim may have, and reversals, of which it does not matter.

use parquet::data_type::ByteArray;
use simulate::store::{Data, Table};
use simulate::{Claims, Mapping, Reading, Source};
use std::path::PathBuf;

/// Reads claims of one person, each with what it reverses, and says their in-scope spending, or why they were refused.
fn read(amounts: &[i64], reverses: Option<&[&str]>) -> Result<Vec<u32>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    let people = vec![7; amounts.len()];
    let times: Vec<i64> = (1..).take(amounts.len()).map(|hour| hour * 3_600_000_000).collect();
    let bills: Vec<_> =
        (0..amounts.len()).map(|row| ByteArray::from(&*format!("B{row}"))).collect();
    let reverses: Option<Vec<_>> =
        reverses.map(|names| names.iter().map(|name| ByteArray::from(*name)).collect());
    let mut columns = vec![
        ("person", Data::Number(&people)),
        ("in_scope_fen", Data::Number(amounts)),
        ("settled_at", Data::Moment(&times)),
        ("bill", Data::Text(&bills)),
    ];
    columns.extend(reverses.as_ref().map(|names| ("reverses", Data::Text(names))));
    let mut table = Table::new(&path);
    table.group(&columns).and_then(|()| table.finish()).expect("a file");
    let source = Source::read(&reading(path)).map_err(|fault| fault.en)?;
    let mut claims = Claims::default();
    source.taker().and_then(|mut taker| taker.take(0, &mut claims)).expect("a bucket");
    Ok(claims.amount)
}

fn reading(path: PathBuf) -> Reading {
    Reading {
        files: vec![path],
        mapping: Mapping::none(),
        threads: 1,
        memory: usize::MAX,
        buckets: Some(1),
    }
}

#[test]
fn the_greatest_amount_is_taken_and_one_fen_more_is_not() {
    assert_eq!(read(&[0, 4_294_967_294, 1], None), Ok(vec![0, 4_294_967_294, 1]));
    for wrong in [4_294_967_295, -1, i64::MAX, i64::MIN + 1] {
        let said = read(&[5, wrong, 5], None).expect_err("no such claim");
        assert!(said.contains(&format!("in_scope is {wrong} fen: should be from 0")), "{said}");
    }
}

#[test]
fn of_a_reversal_any_amount_will_do() {
    let names = ["", "", "B0"];
    assert_eq!(read(&[500, 70, -500], Some(&names)), Ok(vec![500, 70, 0]));
    assert_eq!(read(&[500, 70, i64::MAX], Some(&names)), Ok(vec![500, 70, 0]));
    let said = read(&[500, -70, -500], Some(&names)).expect_err("no such claim");
    assert!(said.contains("in_scope is -70 fen"), "{said}");
}

#[test]
fn an_amount_of_a_dictionary_is_named_though_it_was_met_long_before_its_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("claims.parquet");
    let rows = 140_000;
    let mut amounts: Vec<u64> = (0..rows).map(|row| row % 7).collect();
    amounts.extend([5_000_000_000]);
    let people: Vec<i64> = (0..).take(amounts.len()).map(|row: i64| row % 1_000).collect();
    let times: Vec<i64> = (1..).take(amounts.len()).map(|second| second * 1_000_000).collect();
    let columns = [
        ("person", Data::Number(&people)),
        ("in_scope_fen", Data::Name(&amounts)),
        ("settled_at", Data::Moment(&times)),
    ];
    let mut table = Table::new(&path);
    table.group(&columns).and_then(|()| table.finish()).expect("a file");
    let said = Source::read(&reading(path)).map(|_| ()).expect_err("no such claim").en;
    assert!(said.contains("in_scope is 5000000000 fen"), "{said}");
}
