//! The same bills in every format and encoding come to the same settlements, and the same settlements
//! stand in every format.

use std::path::{Path, PathBuf};

use anyhow::Result;
use gongji::adjudicate::convert::{self, ConvertArgs};
use gongji::formats::input::Layout;
use gongji::formats::{Broken, Encoding, Input, Row, RowSink};
use gongji::lang::Lang;
use gongji::results::ResultColumn;
use kernel::Fen;

use crate::desk::{adjudicate, example, settled};

fn converted(from: &Path, to: PathBuf) -> PathBuf {
    let args = ConvertArgs { file: from.to_owned(), output: to.clone(), encoding: Encoding::Auto };
    convert::run(&args, Lang::En).unwrap();
    to
}

#[test]
fn every_format_of_the_same_bills_gives_the_same_settlements() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["chongqing.csv", "guangxi.csv", "lines.jsonl", "chongqing-gb18030.csv"] {
        let bills = example(name);
        let expected = settled(&bills, &[]);
        assert!(expected.lines().count() > 3, "{name}");
        for to in ["csv", "json", "jsonl", "xlsx", "parquet"] {
            let copy = converted(&bills, folder.path().join(format!("copy.{to}")));
            assert_eq!(settled(&copy, &[]), expected, "{name} as {to}");
        }
    }
}

#[test]
fn the_examples_in_binary_formats_are_the_csv_examples() {
    let expected = settled(&example("chongqing.csv"), &[]);
    for copy in ["chongqing.xlsx", "chongqing.parquet"] {
        if std::env::var_os("GONGJI_BLESS").is_some() {
            converted(&example("chongqing.csv"), example(copy));
        }
        assert_eq!(settled(&example(copy), &[]), expected, "{copy}");
    }
}

#[test]
fn encodings_and_delimiters_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(example("guangxi.csv")).unwrap();
    let names =
        [("P-HUANG", "黄某"), ("P-WEI", "韦某"), ("active", "在职"), ("service_date", "服务日期")];
    let text = names.iter().fold(text, |text, (from, to)| text.replace(from, to));
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let utf16: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms = [
        ("utf-8", text.clone().into_bytes()),
        ("mark", format!("\u{feff}{text}").into_bytes()),
        ("gb18030", gb.into_owned()),
        ("utf-16", utf16),
        ("windows", text.replace('\n', "\r\n").into_bytes()),
        ("tabs", text.replace(',', "\t").into_bytes()),
    ];
    let mut results = forms.iter().map(|(name, bytes)| {
        let path = folder.path().join(format!("{name}.csv"));
        std::fs::write(&path, bytes).unwrap();
        (name, settled(&path, &[]))
    });
    let (_, expected) = results.next().unwrap();
    for (name, result) in results {
        assert_eq!(result, expected, "{name}");
    }
}

#[test]
fn every_format_of_the_result_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let bills = example("guangxi.csv");
    let mut expected = None;
    for to in ["csv", "json", "jsonl", "xlsx", "parquet"] {
        let path = folder.path().join(format!("result.{to}"));
        let ran = adjudicate(Lang::Zh, &[bills.to_str().unwrap(), "-o", path.to_str().unwrap()]);
        assert_eq!(ran.code, Ok(0), "{}", ran.err);
        let rows = rows(&path);
        assert_eq!(&rows, expected.get_or_insert_with(|| rows.clone()), "{to}");
    }
    assert_eq!(expected.unwrap().len(), 10);
}

#[test]
fn every_row_adds_up() {
    let folder = tempfile::tempdir().unwrap();
    let bills = folder.path().join("bills.csv");
    std::fs::write(&bills, crate::desk::sample_bills(5_000, 300)).unwrap();
    let result = folder.path().join("result.csv");
    std::fs::write(&result, settled(&bills, &[])).unwrap();
    let place = |column: ResultColumn| column as usize;
    for row in rows(&result) {
        let sum = |columns: &[ResultColumn]| -> Fen {
            columns.iter().map(|column| Fen::parse_yuan(&row[place(*column)]).unwrap()).sum()
        };
        use ResultColumn as R;
        let total = sum(&[R::Total]);
        assert_eq!(sum(&[R::FullSelfPay, R::OverCeiling, R::FirstPay, R::InScope]), total);
        let funds = [R::Pool, R::LargeAmount, R::Subsidy];
        assert_eq!(sum(&funds) + sum(&[R::Patient]), total);
        let own = [R::Account, R::AccountEarlier, R::Family, R::Cash];
        assert_eq!(sum(&own), sum(&[R::Patient]));
        assert!(!row[place(R::Articles)].is_empty());
    }
}

/// The rows of a result in any format, amounts without trailing zeros' differences.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let layout = Layout {
        names: || ResultColumn::fields().into_iter().map(|field| field.name).collect(),
        find: |key, _| ResultColumn::fields().iter().position(|field| field.name == key),
    };
    let mut gathered = Gathered::default();
    let input = Input::open(path, None, Encoding::Auto, Lang::En).unwrap();
    input.read(layout, &mut gathered, &mut |_| {}, Lang::En).unwrap();
    gathered.0
}

#[derive(Default)]
struct Gathered(Vec<Vec<String>>);

impl RowSink for Gathered {
    fn header(&mut self, names: &[String], _: bool) -> Result<()> {
        assert_eq!(names.len(), ResultColumn::ALL.len());
        Ok(())
    }
    fn stray(&mut self, name: &str) {
        panic!("stray {name}");
    }
    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let alike = |text: &str| match text {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            text => Fen::parse_yuan(text).map_or(text.to_owned(), |amount| amount.to_string()),
        };
        self.0.push((0..row.cells.len()).map(|at| alike(row.cell(at))).collect());
        Ok(())
    }
    fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()> {
        panic!("row {}: {why:?}", row.number);
    }
}
