//! What is exported says the same in every format, and comes back by import.

use crate::books::settled_last_month;
use crate::command::gongji;
use gongji::formats::input::Layout;
use gongji::formats::{Broken, Encoding, Input, Row, RowSink};
use gongji::lang::Lang;
use std::fs;
use std::path::Path;

const TABLES: [&str; 7] =
    ["people", "accounts", "months", "entries", "settlements", "statements", "claims"];

/// All rows of a file as texts, the header first.
struct Texts(Vec<Vec<String>>);

impl RowSink for Texts {
    fn header(&mut self, names: &[String], _: bool) -> anyhow::Result<()> {
        self.0.push(names.to_vec());
        Ok(())
    }

    fn stray(&mut self, _: &str) {}

    fn row(&mut self, row: &Row<'_>) -> anyhow::Result<()> {
        // Text knows yes and no, Parquet true and false; XLSX drops zeros behind the point.
        let plain = |text: &str| match text {
            "true" => "yes".to_owned(),
            "false" => "no".to_owned(),
            text if text.contains('.') && text.parse::<f64>().is_ok() => {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            text => text.to_owned(),
        };
        self.0.push((0..row.cells.len()).map(|at| plain(row.cell(at))).collect());
        Ok(())
    }

    fn broken(&mut self, row: &Row<'_>, why: Broken) -> anyhow::Result<()> {
        panic!("{}: {why:?}", row.number)
    }
}

fn read(path: &Path) -> Vec<Vec<String>> {
    let input = Input::open(path, None, Encoding::default(), Lang::En).unwrap();
    let layout = Layout { names: Vec::new, find: |_, _| None };
    let mut texts = Texts(Vec::new());
    input.read(layout, &mut texts, &mut |_| {}, Lang::En).unwrap();
    texts.0
}

fn export(data: &str, table: &str, out: &Path, more: &[&str]) -> Result<String, String> {
    let (out, place) = (out.to_str().unwrap(), ["--data", data, "--region", "500000"]);
    let ran = gongji(&[&["export", table, "--out", out][..], &place, more].concat());
    ran.code.map(|content| {
        assert!(content);
        ran.out
    })
}

#[test]
fn every_table_says_the_same_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let month = settled_last_month(&data).to_string();
    let data = data.to_str().unwrap();
    let close = ["clear", "close", "--data", data, "--region", "500000", "--month", &month];
    assert_eq!(gongji(&close).code, Ok(true));
    for table in TABLES {
        let csv = folder.path().join(format!("{table}.csv"));
        let said = export(data, table, &csv, &[]).unwrap();
        let rows = read(&csv);
        assert!(said.contains(&format!(" {} 行", rows.len() - 1)), "{table}: {said}");
        for format in ["parquet", "xlsx"] {
            let copy = folder.path().join(format!("{table}.{format}"));
            export(data, table, &copy, &[]).unwrap();
            assert_eq!(read(&copy), rows, "{table} as {format}");
        }
        let again = export(data, table, &csv, &[]).unwrap_err();
        assert!(again.ends_with("文件已存在"), "{again}");
    }
    let of = |table: &str| read(&folder.path().join(format!("{table}.csv")));
    assert_eq!((of("people").len(), of("accounts").len()), (31, 31));
    assert!(of("statements").len() > 1);
    let settlements = of("settlements");
    let column = |name: &str| settlements[0].iter().position(|it| it == name).unwrap();
    let cell = |name: &str| settlements[1][column(name)].as_str();
    assert_eq!(settlements.len(), 2);
    let who = [cell("person"), cell("gender"), cell("status"), cell("plan"), cell("institution")];
    assert_eq!(who, ["995000000001", "1", "active", "employer", "P99500000001"]);
    let age: i32 = cell("age").parse().unwrap();
    assert!((35..60).contains(&age) && cell("service_date").starts_with(&month), "{age}");
    assert!(["undone", "paper"].iter().all(|name| cell(name) == "no"));
    assert!(!cell("total").is_empty() && !cell("venue").is_empty() && !cell("level").is_empty());
    // Postings of every entry sum to zero, and all of them together.
    let entries = of("entries");
    let amount = entries[0].iter().position(|it| it == "amount").unwrap();
    let fen = |text: &str| kernel::Fen::parse_yuan(text).unwrap().get();
    let sum: i64 = entries[1..]
        .iter()
        .filter(|row| !row[amount].is_empty())
        .map(|row| fen(&row[amount]))
        .sum();
    assert_eq!(sum, 0);
    let later = folder.path().join("later.csv");
    let said = export(data, "entries", &later, &["--from", "2999-01-01"]).unwrap();
    assert!(said.contains(" 0 行"), "{said}");
}

#[test]
fn people_and_months_come_back_by_import_from_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    settled_last_month(&data);
    let data = data.to_str().unwrap();
    let months = folder.path().join("m.csv");
    fs::write(
        &months,
        "region,person,month,plan,base,employer_share,own_share,large_amount,paid_on\n\
         500000,995000000006,2026-01,individual-2,6000.00,0,640.20,5.00,2026-01-12\n\
         500000,995000000006,2026-02,individual-2,6000.00,0,640.20,5.00,\n",
    )
    .unwrap();
    let import = ["import", "contributions", "--data", data, months.to_str().unwrap()];
    assert_eq!(gongji(&import).code, Ok(true));
    let other = folder.path().join("other");
    let other = other.to_str().unwrap();
    for (table, as_table, rows) in [("people", "people", 30), ("months", "contributions", 2)] {
        let out = folder.path().join(format!("{table}.parquet"));
        export(data, table, &out, &[]).unwrap();
        let path = out.to_str().unwrap();
        let ran = gongji(&["import", as_table, path, "--data", other, "--region", "500000"]);
        assert_eq!(ran.code, Ok(true), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains(&format!("新增 {rows}，")), "{}", ran.out);
        let ran = gongji(&["import", as_table, path, "--data", other, "--region", "500000"]);
        assert!(ran.out.contains(&format!("不变 {rows}，未导入 0")), "{}", ran.out);
    }
    let facts = folder.path().join("i.parquet");
    fs::write(&facts, "PAR1").unwrap();
    let cut = gongji(&["import", "people", facts.to_str().unwrap(), "--data", other]);
    assert!(cut.code.unwrap_err().contains("不是 Parquet 文件，或者被截断"));
}

#[test]
fn what_cannot_be_exported_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    settled_last_month(&data);
    let data = data.to_str().unwrap();
    let out = folder.path().join("people");
    let wrong = export(data, "people", &out, &[]).unwrap_err();
    assert!(wrong.contains("文件名应以 .csv、.xlsx、.parquet"), "{wrong}");
    let out = folder.path().join("people.csv");
    let wrong = export(data, "people", &out, &["--from", "2026-01-01"]).unwrap_err();
    assert!(wrong.contains("只用于 entries、settlements"), "{wrong}");
    let wrong = export(data, "entries", &out, &["--from", "2026"]).unwrap_err();
    assert!(wrong.contains("--from 2026：应为日期"), "{wrong}");
    assert!(!out.exists() && fs::read_dir(folder.path()).unwrap().count() == 1);
    let page = gongji(&["export", "--columns"]).out;
    for table in TABLES {
        assert!(page.contains(&format!("\n## {table} ")), "{table}");
    }
}
