//! `gongji seek --target 'reserve >= …'`: the balance of the pool as typed, or from the books, and which it was is said.

use crate::command::gongji;
use agency::Agency;
use agency::business::funds::KeepMonths;
use agency::core::{Core, Job, Settings};
use agency::funds::MonthSums;
use agency::ledger::Head;
use kernel::Month;
use server::clock::WallClock;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::sqlite::Sqlite;
use store::{Area, EntryKind};

/// Books of Chongqing in which the months of 2024 are kept: 9,044.25 yuan of contributions in January, and `spent` fen paid by
/// the pool in December.
fn books(folder: &Path, spent: i64) {
    let store = Sqlite::open(folder).unwrap();
    let (library, choice) = (policy::Library::shipped(), policy::Choice::default());
    let clock = Arc::new(WallClock);
    let agency = Agency::open(Arc::new(store), &library, &choice, clock, 7).unwrap();
    let core = Core::start(Arc::new(agency), Settings::default()).unwrap();
    let months = (1..=12).map(|number| {
        let posted = match number {
            1 => vec![(EntryKind::Contribution.number(), Head::PoolIncome.number(), -904_425)],
            12 => vec![(EntryKind::Settlement.number(), Head::PoolFund.number(), spent)],
            _ => Vec::new(),
        };
        (Month::new(2024, number).unwrap(), MonthSums { posted, paid: Vec::new() })
    });
    let (answer, waiting) = std::sync::mpsc::channel();
    core.submit(Job {
        business: Box::new(KeepMonths {
            area: Area::parse("500000").unwrap(),
            months: months.collect(),
        }),
        message: None,
        sent: None,
        reply: Box::new(move |reply| answer.send(reply.map(|_| ())).unwrap()),
    });
    waiting.recv().unwrap().unwrap();
    core.close();
}

/// The example's claims of 2024: 2,950 fen more or less for every five points of the share. Only what P-LI paid beyond the
/// deductible moves (690 − 100 yuan): all others are above their limits.
fn claims(folder: &Path) -> PathBuf {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.csv");
    let text = std::fs::read_to_string(example).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains(",2025-01-03,")).collect();
    let (csv, parquet) = (folder.join("claims.csv"), folder.join("claims.parquet"));
    std::fs::write(&csv, lines.join("\n")).unwrap();
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_gongji"));
    let ran = program.arg("convert-bills").arg(&csv).arg("-o").arg(&parquet).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    parquet
}

const VARY: &str = "比例=programme.ordinary.share.rate+=0%..10% step 1%";

struct Case {
    folder: tempfile::TempDir,
    claims: PathBuf,
}

impl Case {
    fn new(spent: i64) -> Case {
        let folder = tempfile::tempdir().unwrap();
        books(&folder.path().join("books"), spent);
        let claims = claims(folder.path());
        Case { folder, claims }
    }

    fn seek(&self, more: &[&str]) -> crate::command::Ran {
        let data = self.folder.path().join("books");
        let claims = ["seek", "--claims", self.claims.to_str().unwrap(), "--policy", "500000"];
        let books = ["--data", data.to_str().unwrap(), "--region", "500000", "--vary", VARY];
        gongji(&[&claims[..], &books, more].concat())
    }

    fn refused(&self, more: &[&str]) -> String {
        self.seek(more).code.unwrap_err()
    }
}

#[test]
fn the_reserve_is_that_of_the_books_and_moves_by_what_a_candidate_pays_more() {
    // 9,044.25 − 6,000.00 = 3,044.25 are left after twelve months in which 6,000.00 were spent: 6.08 months. At +5 % the pool
    // pays 29.50 more: (3,044.25 − 29.50) × 12 ÷ 6,029.50 = 6 months exactly. At +6 % it is 5.98.
    let case = Case::new(600_000);
    let (met, said) = case.seek(&["--year", "2024", "--target", "reserve >= 6"]).printed().unwrap();
    assert!(met, "{said}");
    for words in [
        "500000 重庆市，2024 年，12 个月）：统筹累计结余 3044.25 元，支出 6000.00 元",
        "现行：可支付月数 6.0",
        "达到：比例=+5%，可支付月数 6.0；相邻的 比例=+6% 达不到，可支付月数 5.9",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    // The same as the report of the funds says.
    let data = case.folder.path().join("books");
    let reserve = ["funds", "reserve", "--month", "2024-12", "--data", data.to_str().unwrap()];
    let report = gongji(&[&reserve[..], &["--region", "500000"]].concat());
    for words in ["3044.25", "6000.00", "6.0"] {
        assert!(report.out.contains(words), "{words}: {}", report.out);
    }
    // Beside files the books are there for nothing else: their reserve stands beside any target.
    let (_, said) = case.seek(&["--year", "2024", "--lang", "en"]).printed().unwrap();
    assert!(said.contains("balance of the pool 3044.25, spent 6000.00 yuan"), "{said}");
    assert!(said.contains("reserve\n"), "{said}");
}

#[test]
fn claims_that_cost_more_than_the_books_spent_are_remarked_on() {
    // The pool pays 4,154.00 for the claims; the books spent 4,153.99.
    let (_, said) =
        Case::new(415_399).seek(&["--year", "2024", "--target", "reserve >= 6"]).printed().unwrap();
    assert!(said.contains("统筹支付 4154.00 元，多于账上全年的支出 4153.99 元"), "{said}");
    let (_, said) =
        Case::new(415_400).seek(&["--year", "2024", "--target", "reserve >= 6"]).printed().unwrap();
    assert!(!said.contains("注意"), "{said}");
}

#[test]
fn figures_that_are_typed_go_before_and_are_said_to_be_typed() {
    let case = Case::new(600_000);
    let claims = case.claims.to_str().unwrap();
    let typed = ["seek", "--claims", claims, "--policy", "500000", "--vary", VARY];
    let typed = [&typed[..], &["--target", "reserve >= 1", "--balance", "5000"]].concat();
    let (_, said) = gongji(&typed).printed().unwrap();
    assert!(said.contains("可支付月数用键入的数：统筹累计结余 5000.00 元"), "{said}");
    let (_, said) = gongji(&[&typed[..], &["--income", "12.5"]].concat()).printed().unwrap();
    assert!(said.contains("统筹年初结余 5000.00 元，全年收入 12.50 元"), "{said}");
    let twice = case.refused(&["--year", "2024", "--balance", "5000"]);
    assert!(twice.contains("结余给了两处"), "{twice}");
}

#[test]
fn books_that_give_no_reserve_are_refused_with_what_is_wrong() {
    let case = Case::new(600_000);
    let ask = |more: &[&str]| case.refused(&[&["--target", "reserve >= 6"], more].concat());
    assert!(ask(&[]).contains("用 --year 写明哪一年"));
    assert!(ask(&["--year", "2999"]).contains("--year 2999：可支付月数要用已过完的年度，今天是"));
    assert!(ask(&["--year", "2023"]).contains("500000 在 2023 年没有账，账从 2024-01 起"));
    let nothing = Case::new(0).refused(&["--year", "2024"]);
    assert!(nothing.contains("在 2024 年统筹基金支出合计 0.00 元，算不出可支付月数"), "{nothing}");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    let later = Case { claims: example, ..case };
    let later = later.refused(&["--year", "2024"]);
    assert!(later.contains("单据从 2024-01 到 2025-01，账务库的结余和支出是 2024 年的"), "{later}");
}

#[test]
fn an_area_without_books_is_refused_and_claims_are_of_one_place_elsewhere() {
    let case = Case::new(600_000);
    let (claims, data) = (case.claims.to_str().unwrap(), case.folder.path().join("books"));
    let of = |command, region| {
        let both = [command, "--claims", claims, "--policy", "500000", "--vary", VARY];
        let books = ["--data", data.to_str().unwrap(), "--year", "2024", "--region", region];
        gongji(&[&both[..], &books].concat()).code.unwrap_err()
    };
    let empty = of("seek", "450000");
    assert!(empty.contains("450000 在 2024 年没有账，一笔账也没有"), "{empty}");
    let unknown = of("seek", "500001");
    assert!(unknown.contains("--region 500001：账簿里没有这个统筹区"), "{unknown}");
    let swept = of("sweep", "500000");
    assert!(swept.contains("--claims 不与 --data、--postgres 同用"), "{swept}");
}
