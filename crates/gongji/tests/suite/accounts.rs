//! `gongji account`: what the commands print, and a credit run that is killed at random moments.

use crate::command::gongji;
use agency::facts;
use agency::months::PersonMonth;
use cluster::Cluster;
use fastrand::Rng;
use kernel::{Date, Fen, Moment, Month};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use store::{
    Account, Area, Changes, Document, EntryKind, Fact, Id, Person, PersonKey, Store, Subject, Wants,
};

const AREA: Area = Area(500_000);

/// Runs a command: whether it was content, and what it printed.
fn account(arguments: &[&str]) -> (Result<bool, String>, String) {
    let ran = gongji(&[&["account"], arguments].concat());
    (ran.code, ran.out)
}

fn now() -> Moment {
    gongji::load::run::beijing(std::time::SystemTime::now())
}

/// This month.
fn month() -> Month {
    now().date().month()
}

/// People in work with a paid month, every fifth retired, every seventh in arrears.
fn people(count: u32) -> Changes {
    let mut changes = Changes::default();
    for number in 0..count {
        let key = PersonKey::new(AREA, &format!("97{number:06}"));
        let text = |text: &str| Arc::<str>::from(text);
        changes.people.push(Person {
            key: key.clone(),
            name: Arc::from(format!("测试{number}")),
            cert_type: text("01"),
            cert_no: Arc::from(format!("97{number:016}")),
            gender: text("1"),
            born: Date::parse(if number % 10 == 0 { "1940-01-01" } else { "1960-06-15" }),
            detail: text("{}"),
        });
        let year = month().first_day().ymd().0;
        let (current, earlier, revision, last) = (Fen::ZERO, Fen::ZERO, 1, Id::MIN);
        changes.accounts.push(Account { key: key.clone(), current, earlier, year, revision, last });
        let retired = number % 5 == 0;
        let kinds = [(facts::PLAN, "employer"), (facts::ENTITLEMENT, "entitled")];
        let kinds = kinds.into_iter().chain(retired.then_some((facts::RETIREMENT, "")));
        for (place, (kind, other)) in kinds.enumerate() {
            changes.facts.push(Fact {
                id: Id::at(Moment(0), u128::from(number) * 8 + place as u128),
                subject: Subject::Person(key.clone()),
                kind: kind.into(),
                other: other.into(),
                from: Date::parse("2015-01-01").unwrap(),
                to: Date::MAX,
                learned_at: Moment(0),
                ended_at: None,
                detail: text(""),
            });
        }
        if !retired {
            let paid_on = if number % 7 == 0 { String::new() } else { now().date().to_string() };
            let base = 400_000 + i64::from(number) * 37;
            let body = PersonMonth { base, paid_on: paid_on.into(), ..PersonMonth::default() };
            let body = serde_json::to_string(&body).unwrap().into();
            let key = PersonMonth::key(&key, month());
            changes.documents.push(Document { key, at: Moment(0), state: 0, body });
        }
    }
    changes
}

/// What everybody holds, and in how many entries it came.
fn held(store: &dyn Store) -> BTreeMap<Arc<str>, (Fen, usize)> {
    let mut held = BTreeMap::new();
    for account in store.accounts(AREA, "", usize::MAX >> 1).unwrap() {
        let entries = store.history(&account.key, Id::MIN, Id::MAX).unwrap();
        let credits = entries.iter().filter(|entry| entry.kind == EntryKind::Credit).count();
        held.insert(account.key.person, (account.current + account.earlier, credits));
    }
    held
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongji"));
    command.env_remove("GONGJI_KILLS").env_remove("GONGJI_SEED");
    command
}

const PEOPLE: u32 = 1_500;

/// Runs the credit run and kills it, again and again, until one is left alone.
fn survive(books: &[String; 2], mut kill: impl FnMut(&mut Rng), open: impl Fn() -> Box<dyn Store>) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (kills, seed) = (number("GONGJI_KILLS").unwrap_or(6), number("GONGJI_SEED").unwrap_or(1));
    let mut dice = Rng::with_seed(seed);
    let month = month().to_string();
    let mut finished = 0;
    for _ in 0..kills {
        let mut command = program();
        command.args(["account", "credit", "--region", "500000", "--page", "7", "--month", &month]);
        let mut child =
            command.args(books).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(dice.u64(60..500)));
        kill(&mut dice);
        let _ = child.kill();
        finished += u32::from(child.wait().unwrap().success());
    }
    let mut command = program();
    command.args(["account", "credit", "--region", "500000", "--month", &month]).args(books);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}{err}");
    assert!(text.contains(&format!("{PEOPLE} 人")), "{text}");
    // By hand: 115 yuan of those born in 1940, 105 of the other retired, 2 % of the base, half up, of those who paid.
    for (person, found) in held(&*open()) {
        let number: i64 = person[2..].parse().unwrap();
        let amount = match number {
            _ if number % 10 == 0 => 11_500,
            _ if number % 5 == 0 => 10_500,
            _ if number % 7 == 0 => 0,
            _ => (2 * (400_000 + number * 37) + 50) / 100,
        };
        assert_eq!(found, (Fen::new(amount), usize::from(amount > 0)), "{person}");
    }
    let output = program().arg("check-books").args(books).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    println!(
        "{kills} kills (seed {seed}), {finished} runs came to their end before; {}",
        text.lines().next().unwrap()
    );
}

#[test]
fn a_credit_run_killed_on_sqlite_misses_nobody_and_credits_nobody_twice() {
    let folder = tempfile::tempdir().unwrap();
    let store = Sqlite::open(folder.path()).unwrap();
    let rows = people(PEOPLE);
    store.commit(&Wants::default(), &mut |_| rows.clone()).unwrap();
    drop(store);
    let books = ["--data".to_owned(), folder.path().display().to_string()];
    survive(&books, |_| {}, || Box::new(Sqlite::open(folder.path()).unwrap()));
}

#[test]
fn a_credit_run_killed_on_postgresql_misses_nobody_and_credits_nobody_twice() {
    let mut cluster = Cluster::start(&Default::default()).unwrap();
    let url = cluster.connection_string();
    let store = Postgres::open(&url).unwrap();
    let rows = people(PEOPLE);
    store.commit(&Wants::default(), &mut |_| rows.clone()).unwrap();
    drop(store);
    let books = ["--postgres".to_owned(), url.clone()];
    // Now and then the database goes instead of the program.
    let kill = |dice: &mut Rng| {
        if dice.bool() {
            cluster.kill().unwrap();
            cluster.restart().unwrap();
        }
    };
    survive(&books, kill, || Box::new(Postgres::open(&url).unwrap()));
}

/// Two people in books of their own.
fn desk(folder: &Path) -> [String; 6] {
    let store = Sqlite::open(folder).unwrap();
    let rows = people(2);
    store.commit(&Wants::default(), &mut |_| rows.clone()).unwrap();
    let data = folder.display().to_string();
    [
        "--data".into(),
        data,
        "--region".into(),
        "500000".into(),
        "--person".into(),
        "97000000".into(),
    ]
}

#[test]
fn the_commands_say_what_they_did_and_what_they_did_not() {
    let folder = tempfile::tempdir().unwrap();
    let whose = desk(folder.path());
    let whose: Vec<&str> = whose.iter().map(String::as_str).collect();
    let ask = |command: &str, more: &[&str]| account(&[&[command], &whose[..], more].concat());
    let (month, report) = (month().to_string(), folder.path().join("report.csv"));
    let report = report.to_str().unwrap();
    let credit = [&["credit"], &whose[..4], &["--month", &month, "--out", report]].concat();
    let (code, out) = account(&credit);
    assert_eq!(code, Ok(true), "{out}");
    // 115.00, and 2 % of 4000.37.
    assert!(out.contains("2 人，划入 2 人 195.01 元"), "{out}");
    let table = std::fs::read_to_string(report).unwrap();
    assert!(table.starts_with("结果,参保类型,条款或原因,人数,金额\n"), "{table}");
    assert!(table.contains("退休,employer,渝医保发〔2023〕32号 第九条,1,115.00"), "{table}");
    let (code, out) = account(&credit);
    assert_eq!(code, Ok(true));
    assert!(out.contains("第 2 次") && out.contains("已划入，没有变化"), "{out}");

    let premium = ["--purpose", "居民医保缴费", "--period", "2027", "--amount", "40.00"];
    let (code, out) = ask("premium", &premium);
    assert_eq!(
        (code, out.as_str()),
        (Ok(true), "已从账户缴居民医保缴费 2027：40.00 元，仍欠 0.00 元\n")
    );
    let (code, out) = ask("premium", &premium);
    assert_eq!(code, Ok(false));
    assert!(out.contains("居民医保缴费2027已缴40.00"), "{out}");
    let due = folder.path().join("due.csv");
    let rows = "person,purpose,period,amount\n97000001,长护险缴费,2027,200.00\n97000009,long-term-care-premium,2027,5\n97000001,健身,2027,5\n";
    std::fs::write(&due, rows).unwrap();
    let file = due.to_str().unwrap();
    let (code, out) = account(&[&["premiums", file, "--partly"], &whose[..4]].concat());
    assert_eq!(code, Ok(false));
    // 80.01 is there.
    assert!(out.starts_with("3 行，已缴 80.01 元，未缴清 3 行\n"), "{out}");
    assert!(out.contains("119.99") && out.contains("未找到参保人"), "{out}");
    assert!(out.contains("应为以下之一"), "{out}");
    let (code, out) = ask("bind", &["--payer", "97000001", "--relation", "配偶父母"]);
    assert_eq!(code, Ok(false));
    assert!(out.contains("该亲属关系不能共济：配偶父母"), "{out}");
    let (code, out) = ask("bind", &["--payer", "97000001", "--relation", "spouse"]);
    assert_eq!(code, Ok(true), "{out}");
    let (code, out) = ask("bind", &["--payer", "97000001", "--relation", "spouse"]);
    assert!(code == Ok(false) && out.contains("已绑定共济账户"), "{out}");
    let (code, out) = ask("unbind", &["--payer", "97000001"]);
    assert_eq!(code, Ok(true), "{out}");
    let come = ["--amount", "10.00", "--from", "贵阳市", "--reference", "Z1"];
    assert_eq!(ask("transfer-in", &come).0, Ok(true));
    assert_eq!(ask("transfer-in", &come).0, Ok(false));
    let (code, out) = ask("close", &["--event", "emigration"]);
    assert_eq!(code, Ok(true));
    assert!(out.contains("85.00 元付本人"), "{out}");
    assert_eq!(ask("close", &["--event", "emigration"]).0, Ok(false));
}

#[test]
fn a_statement_is_printed_and_written_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let whose = desk(folder.path());
    let whose: Vec<&str> = whose.iter().map(String::as_str).collect();
    let month = month().to_string();
    assert_eq!(account(&[&["credit"], &whose[..4], &["--month", &month]].concat()).0, Ok(true));
    let from = ["--from", "2020-01-01"];
    let (code, out) = account(&[&["statement"], &whose[..], &from].concat());
    assert_eq!(code, Ok(true), "{out}");
    assert!(out.contains("期初余额") && out.contains("渝医保发〔2023〕32号 第九条"), "{out}");
    for name in ["statement.csv", "statement.xlsx"] {
        let file = folder.path().join(name);
        let to = ["--lang", "en", "--out", file.to_str().unwrap()];
        let (code, out) = account(&[&["statement"], &whose[..], &from, &to].concat());
        assert_eq!(code, Ok(true), "{out}");
        assert!(out.contains("opening balance") && out.contains("closing balance"), "{out}");
        assert!(file.metadata().unwrap().len() > 100);
    }
    let table = std::fs::read_to_string(folder.path().join("statement.csv")).unwrap();
    assert!(
        table.lines().last().unwrap().contains("closing balance,115.00,0.00,115.00"),
        "{table}"
    );
    let (code, _) = account(&[&["statement"], &whose[..4], &["--person", "没有"]].concat());
    assert!(code.unwrap_err().contains("未找到参保人"));
    let (code, out) = account(&["rules", "--region", "450100", "--on", "2026-01-01"]);
    assert_eq!(code, Ok(true));
    assert!(
        out.contains("配偶父母") && out.contains("负面清单：公共卫生、体育健身、养生保健"),
        "{out}"
    );
}
