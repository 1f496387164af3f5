//! The commands about the books, from files to checks.

use crate::command::{Ran, gongji};
use agency::core::{Clock, Core, Job, Settings};
use agency::town::{self, CHONGQING, Town, wares};
use agency::{Agency, Outcome};
use kernel::{Date, Moment, Month};
use server::WallClock;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::sqlite::{FILE, Sqlite};

fn example(table: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/import/{table}.csv"))
}

const TABLES: [&str; 8] =
    ["institutions", "agreements", "items", "prices", "people", "facts", "openings", "elsewhere"];

/// Imports a file of a table into the books of a folder.
fn imported(table: &str, file: &Path, folder: &Path, more: &[&str]) -> Ran {
    let (file, data) = (file.to_str().unwrap(), folder.join("data"));
    let place = ["--data", data.to_str().unwrap(), "--rejects", folder.to_str().unwrap()];
    gongji(&[&["import", table, file, "--region", "500000"][..], &place, more].concat())
}

#[test]
fn the_examples_go_in_once_and_the_books_are_right() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for table in TABLES {
        let ran = imported(table, &example(table), folder, &[]);
        assert_eq!((ran.code, ran.err.as_str()), (Ok(true), ""), "{table}");
        let fresh = if table == "prices" { "新增 0，更改 3" } else { "更改 0，不变 0" };
        assert!(ran.out.contains(fresh), "{}", ran.out);
    }
    for table in TABLES {
        let ran = imported(table, &example(table), folder, &["--lang", "en"]);
        assert!(ran.out.contains(" 0 added, 0 changed, ") && ran.out.contains(" 0 not taken"));
    }
    let data = folder.join("data");
    let checked = gongji(&["check-books", "--data", data.to_str().unwrap()]);
    assert_eq!(checked.code, Ok(true), "{}", checked.out);
    assert!(checked.out.contains("记账 4 笔，分录 6 条；账户 3 个"), "{}", checked.out);
    assert!(checked.out.ends_with("没有问题\n"));
}

#[test]
fn the_same_table_is_read_from_gb18030_and_from_a_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    assert!(imported("people", &example("people"), folder, &[]).code.unwrap());
    let text = fs::read_to_string(example("people")).unwrap();
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let file = folder.join("people-gb.csv");
    fs::write(&file, gb).unwrap();
    let ran = imported("people", &file, folder, &[]);
    assert!(ran.out.contains("新增 0，更改 0，不变 3，未导入 0"), "{}", ran.out);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(text.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            sheet.write_string(row, column, cell).unwrap();
        }
    }
    let file = folder.join("people.xlsx");
    book.save(&file).unwrap();
    let ran = imported("参保人", &file, folder, &[]);
    assert!(ran.out.contains("新增 0，更改 0，不变 3，未导入 0"), "{}", ran.out);
}

#[test]
fn rows_that_are_not_taken_can_be_put_right_and_imported_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = folder.join("people.csv");
    let good = fs::read_to_string(example("people")).unwrap();
    fs::write(&file, good.replace("1954-01-10", "1954-13-10")).unwrap();
    let ran = imported("people", &file, folder, &[]);
    assert_eq!(ran.code, Ok(false));
    let place = format!("{}：第 3 行，", file.display());
    let fault = "born（出生日期）“1954-13-10”：应为日期，如 2024-03-01\n";
    assert_eq!(ran.err, format!("{place}{fault}"));
    let rejects = folder.join("people.rejects.csv");
    let rows = fs::read_to_string(&rejects).unwrap();
    assert_eq!(rows.lines().count(), 2);
    assert!(rows.contains(",3,born,not-of-the-form,"), "{rows}");
    fs::write(folder.join("again.csv"), rows.replacen("1954-13-10", "1954-01-10", 1)).unwrap();
    let ran = imported("people", &folder.join("again.csv"), folder, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (Ok(true), ""), "its reject_ columns are ignored");
}

#[test]
fn what_cannot_be_imported_is_refused_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let file = folder.join("people.csv");
    fs::write(&file, "人员编号,姓名\n1,测试甲\n").unwrap();
    let error = imported("people", &file, folder, &[]).code.unwrap_err();
    assert!(error.ends_with("缺少列 cert_no（证件号码）；表头是：人员编号、姓名"), "{error}");
    fs::write(folder.join("people.json"), "[]").unwrap();
    let error = imported("people", &folder.join("people.json"), folder, &[]).code.unwrap_err();
    assert!(error.ends_with("只能导入 CSV、XLSX 和 Parquet"), "{error}");
    let error = gongji(&["check-books", "--data", folder.to_str().unwrap()]).code.unwrap_err();
    assert!(error.contains("这里没有账务库"), "{error}");
}

/// Books of the town with one purchase; its entry.
fn town(folder: &Path) -> String {
    town_at(folder, Arc::new(WallClock))
}

/// A clock that stands.
struct Standing(Moment);

impl Clock for Standing {
    fn now(&self) -> Moment {
        self.0
    }
}

/// Books of the town with one purchase on the tenth of last month; the month.
pub(crate) fn settled_last_month(folder: &Path) -> Month {
    let month = WallClock.now().date().month().plus(-1);
    let tenth = Date::from_days(month.first_day().days() + 9);
    town_at(folder, Arc::new(Standing(Moment(Moment::start_of(tenth).0 + 36_000_000))));
    month
}

fn town_at(folder: &Path, clock: Arc<dyn Clock>) -> String {
    let store = Sqlite::open(folder).unwrap();
    let now = clock.now();
    town::build(&store, &Town::new(40), now, &mut |_| {}).unwrap();
    let (library, choice) = (policy::Library::shipped(), policy::Choice::default());
    let agency = Agency::open(Arc::new(store), &library, &choice, clock, 7).unwrap();
    let core = Core::start(Arc::new(agency), Settings::default()).unwrap();
    let ware = &wares(now.date())[0];
    let line = agency::business::lines::StatedLine {
        serial: "1".into(),
        batch: "1".into(),
        item: ware.code.clone(),
        amount: 2 * ware.price.get(),
        quantity: 20_000,
        price: ware.price.get() * 10_000,
        at: now,
        ..Default::default()
    };
    let purchase = agency::business::settle::Purchase {
        person: Town::person(CHONGQING, 1),
        institution: "P99500000001".into(),
        at: now,
        scheme: "310".into(),
        category: "41".into(),
        disease: "".into(),
        credential: "02".into(),
        total: line.amount,
        lines: vec![line],
        account_use: kernel::AccountUse::Own,
        invoice: "".into(),
        prescription: "".into(),
    };
    let (answer, waiting) = std::sync::mpsc::channel();
    core.submit(Job {
        business: Box::new(purchase),
        message: None,
        sent: None,
        reply: Box::new(move |reply| answer.send(reply).unwrap()),
    });
    let Outcome::Settled(settled) = waiting.recv().unwrap().unwrap().outcome else { panic!() };
    core.close();
    settled.entry.to_string()
}

#[test]
fn a_settlement_is_decided_again_and_explained_with_its_articles() {
    let folder = tempfile::tempdir().unwrap();
    let entry = town(folder.path());
    let data = folder.path().to_str().unwrap();
    let ran = gongji(&["replay", "--data", data, "--entry", &entry]);
    assert_eq!(ran.code, Ok(true), "{}", ran.out);
    for words in ["重新计算，与库中逐字节一致", "渝医保发〔2023〕32号 第十条", "个人负担"]
    {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let person = Town::person(CHONGQING, 1).person;
    let ran = gongji(&["--lang", "en", "replay", "--data", data, "--person", &person]);
    for words in ["decided again: the same", "期初余额", "the person bears"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let error = gongji(&["replay", "--data", data, "--entry", "123"]).code.unwrap_err();
    assert_eq!(error, "--entry 123：应为 26 位的结算ID");
    let nobody = gongji(&["replay", "--data", data, "--person", "nobody"]).code.unwrap_err();
    assert!(nobody.starts_with("账务库里没有这样的记账"));
}

#[test]
fn a_settlement_that_was_tampered_with_is_found_by_check_and_replay() {
    let folder = tempfile::tempdir().unwrap();
    let entry = town(folder.path());
    let data = folder.path().to_str().unwrap();
    assert_eq!(gongji(&["check-books", "--data", data, "--all"]).code, Ok(true));
    let db = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    let sql =
        "UPDATE entry SET record = json_set(record, '$.trace.steps[0][2][1]', 1) WHERE kind = 1";
    db.execute_batch(sql).unwrap();
    drop(db);
    let ran = gongji(&["check-books", "--data", data, "--all"]);
    assert_eq!(ran.code, Ok(false));
    let words =
        format!("[replay] 500000 按原政策重新计算，结果不同 人员 995000000001 记账 {entry}");
    assert!(ran.out.contains(&words), "{}", ran.out);
    let json = gongji(&["check-books", "--data", data, "--all", "--json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["by_kind"]["replay"], 1);
    assert_eq!(json["faults"][0]["entry"], entry.as_str());
    let ran = gongji(&["replay", "--data", data, "--entry", &entry]);
    assert_eq!(ran.code, Ok(false));
    assert!(ran.out.contains("与库中不同"), "{}", ran.out);
}

#[test]
fn a_day_is_closed_once_and_the_sheet_balances() {
    let folder = tempfile::tempdir().unwrap();
    town(folder.path());
    let data = folder.path().to_str().unwrap();
    let ran = gongji(&["close-day", "--data", data]);
    assert_eq!(ran.code, Ok(true));
    let error = gongji(&["close-day", "--data", data, "--day", "2999-01-01"]).code.unwrap_err();
    assert!(error.starts_with("2999-01-01 还没有过完，不能日结；最晚可结 "), "{error}");
    let error = gongji(&["close-day", "--data", data, "--day", "昨天"]).code.unwrap_err();
    assert_eq!(error, "--day 昨天：应为日期，如 2026-03-01");
}

#[test]
fn a_backup_comes_back_whole_and_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.sqlite"));
    town(&data);
    let [from, to] = [&data, &copy].map(|path| path.to_str().unwrap());
    // The server holds the directory meanwhile.
    let server = Sqlite::open(&data).unwrap();
    let ran = gongji(&["backup", "--data", from, "--to", to]);
    assert_eq!(ran.code, Ok(true));
    drop(server);
    let again = gongji(&["backup", "--data", from, "--to", to]).code.unwrap_err();
    assert!(again.contains("exists already"), "{again}");
    let fresh = folder.path().join("fresh");
    let ran = gongji(&["restore", "--from", to, "--data", fresh.to_str().unwrap()]);
    assert_eq!(ran.code, Ok(true), "{}", ran.out);
    assert!(ran.out.contains("已从 ") && ran.out.ends_with("没有问题\n"), "{}", ran.out);
    let over = gongji(&["restore", "--from", to, "--data", fresh.to_str().unwrap()]);
    assert!(over.code.unwrap_err().contains("无法恢复"));
}

#[test]
fn a_backup_of_a_database_comes_back_into_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let cluster = cluster::Cluster::start(&cluster::Settings::default()).unwrap();
    let (from, to) = (cluster.connection_string(), cluster.new_database("fresh").unwrap());
    let store = store::postgres::Postgres::open(&from).unwrap();
    town::build(&store, &Town::new(40), WallClock.now(), &mut |_| {}).unwrap();
    drop(store);
    let copy = copy.to_str().unwrap();
    assert_eq!(gongji(&["backup", "--postgres", &from, "--to", copy]).code, Ok(true));
    let ran = gongji(&["restore", "--from", copy, "--postgres", &to]);
    assert_eq!(ran.code, Ok(true), "{}", ran.out);
    assert!(ran.out.ends_with("没有问题\n"), "{}", ran.out);
    let over = gongji(&["restore", "--from", copy, "--postgres", &to]);
    assert!(over.code.unwrap_err().contains("has books already"));
}
