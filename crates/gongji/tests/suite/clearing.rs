//! `gongji clear`, from budgets to the bank.

use crate::books::settled_last_month;
use crate::command::gongji;
use gongji::formats::input::{Input, Layout};
use gongji::formats::{Broken, Encoding, Row, RowSink};
use gongji::lang::Lang;
use std::fs;
use std::path::Path;

/// What a command said, and whether it was content.
fn clear(data: &Path, arguments: &[&str]) -> Result<(bool, String), String> {
    let place = ["--data", data.to_str().unwrap(), "--region", "500000"];
    gongji(&[&["clear"], arguments, &place].concat()).printed()
}

fn said(data: &Path, arguments: &[&str]) -> String {
    let (content, out) = clear(data, arguments).unwrap();
    assert!(content, "{out}");
    out
}

const PHARMACY: &str = "P99500000001";

#[test]
fn a_month_is_closed_confirmed_paid_and_printed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let month = settled_last_month(&data).to_string();
    let (month, year) = (month.as_str(), &month[..4]);
    let budgets = folder.path().join("budgets.csv");
    fs::write(&budgets, format!("institution,amount,note\n{PHARMACY},1000.00,核定\nH0,1,\n"))
        .unwrap();
    let file = budgets.to_str().unwrap();
    let import = ["budget", "--year", year, "--file", file, "--by", "财务"];
    let (content, out) = clear(&data, &import).unwrap();
    assert!(!content && out.contains("设定 1 家，不变 0 家，未导入 1 行"), "{out}");
    let which = ["--institution", PHARMACY, "--month", month];
    let deduct = ["--amount", "1.00", "--reason", "缺少处方", "--by", "审核甲"];
    let out = said(&data, &[&["deduct"][..], &which, &deduct].concat());
    assert!(out.contains(&format!("扣款 {month}-001")), "{out}");
    let early = clear(&data, &["close", "--month", "2999-01"]).unwrap_err();
    assert!(early.contains("2999-01尚未结束"), "{early}");
    let out = said(&data, &["close", "--month", month]);
    assert!(out.contains("不变 0 家\n  1 人次"), "{out}");
    let again = said(&data, &["close", "--month", month]);
    assert!(again.contains("新结 0 家"), "{again}");
    said(&data, &[&["confirm"][..], &which, &["--by", "药店"]].concat());
    let order = folder.path().join("order.csv");
    let pay = ["pay", "--month", month, "--batch", "B1", "--maker", "制单甲", "--out"];
    let out = said(&data, &[&pay[..], &[order.to_str().unwrap()]].concat());
    assert!(out.contains("拨付单 B1：1 家"), "{out}");
    let order = fs::read_to_string(&order).unwrap();
    let lines: Vec<&str> = order.lines().collect();
    assert_eq!(lines[0], "机构编号,机构名称,金额,结算单号");
    let of = |line: &str| line.split(',').nth(2).unwrap().to_owned();
    assert_eq!(of(lines[1]), of(lines[2]), "the control total is the only line's");
    let approve = ["approve", "--batch", "B1", "--checker"];
    let own = clear(&data, &[&approve[..], &["制单甲"]].concat()).unwrap_err();
    assert!(own.contains("复核人应为另一人"), "{own}");
    said(&data, &[&approve[..], &["复核乙"]].concat());
    assert!(clear(&data, &[&approve[..], &["复核乙"]].concat()).is_err());
    let uses = said(&data, &["budget", "--year", year]);
    assert!(uses.contains("1000.00") && uses.contains(PHARMACY), "{uses}");
    let list = said(&data, &["statement", "--month", month]);
    assert!(list.contains("已拨付"), "{list}");

    let (page, book) = (folder.path().join("a.html"), folder.path().join("a.xlsx"));
    let papers = ["--html", page.to_str().unwrap(), "--xlsx", book.to_str().unwrap()];
    said(&data, &[&["statement"][..], &which, &papers].concat());
    let html = fs::read_to_string(&page).unwrap();
    let amount = of(lines[1]);
    for words in ["定点医药机构月结算单", "应拨付（大写）", "（盖章）", &amount]
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(!html.contains("http"), "the page needs nothing else");
    let input = Input::open(&book, None, Encoding::default(), Lang::Zh).unwrap();
    let mut cells = Texts(String::new());
    let layout = Layout { names: Vec::new, find: |_, _| None };
    input.read(layout, &mut cells, &mut |_| {}, Lang::Zh).unwrap();
    assert!(cells.0.contains("应拨付"), "{}", cells.0);
}

struct Texts(String);

impl RowSink for Texts {
    fn header(&mut self, names: &[String], _: bool) -> anyhow::Result<()> {
        self.0.push_str(&names.join(","));
        Ok(())
    }
    fn stray(&mut self, _: &str) {}
    fn row(&mut self, row: &Row<'_>) -> anyhow::Result<()> {
        self.0.push_str(row.text);
        Ok(())
    }
    fn broken(&mut self, _: &Row<'_>, _: Broken) -> anyhow::Result<()> {
        Ok(())
    }
}
