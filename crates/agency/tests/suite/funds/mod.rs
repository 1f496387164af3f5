//! The funds: income, spending, balance sheet and reserve, by amounts reckoned by hand, and tied to the postings by SQL that
//! knows nothing of the program.

mod interest;
mod money;
mod tables;

use crate::office::{AREA, HOSPITAL_2, Office, PILLS, day, person};
use agency::accounts::{CreditAsked, CreditRun};
use agency::business::account::{Beneficiary, Credit, CreditSource, PayPremium, TransferIn};
use agency::business::enrolment::{Declare, Declared, KeepEmployer};
use agency::business::funds::{KeepMonths, MoveMoney, Movement, OpenFunds};
use agency::enrolment::{self, Employer};
use agency::funds::{self, FundKind, Line, Report};
use agency::ledger::Head;
use agency::{Outcome, Refused};
use kernel::account::{Purpose, Relation};
use kernel::{Date, Month};
use std::sync::Arc;

const FACTORY: &str = "99DW000001";

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn opening() -> OpenFunds {
    OpenFunds {
        area: AREA,
        day: day("2024-02-29"),
        bank: 1_000_000,
        left: [800_000, 130_000, 50_000, 0],
        owed: vec![(Head::Payable, HOSPITAL_2.into(), 20_000)],
        source: "原系统".into(),
    }
}

impl Office {
    fn moves(&self, movement: Movement, amount: i64, number: &str) -> Result<Outcome, Refused> {
        let (reference, source) = (Arc::from(number), Arc::from("财务"));
        let day = self.agency.now().date();
        self.ask("", &MoveMoney { area: AREA, movement, amount, reference, source, day })
    }

    fn declare(&self, of: &str, paid: &str) {
        let row = Declared {
            person: "P1".into(),
            month: month(of),
            plan: "employer".into(),
            base: 600_000,
            employer_share: 51_000,
            own_share: 12_000,
            large_amount: 9_500,
            paid_on: Date::parse(paid),
            withdrawn: false,
        };
        let known = enrolment::known_months(self.agency.store(), AREA, [&row.person]).unwrap();
        let (employer, source) = (FACTORY.into(), "测试".into());
        let declare = Declare { area: AREA, employer, rows: vec![row], known, source };
        self.ask("", &declare).unwrap();
    }

    fn report(&self, of: &str) -> Report {
        let (store, regions) = (self.agency.store(), self.agency.regions());
        Report::read(store, regions, AREA, month(of), self.agency.now()).unwrap()
    }

    fn keep(&self, to: &str) -> Result<Outcome, Refused> {
        let months = funds::due(self.agency.store(), AREA, month(to), false, &mut |_| {}).unwrap();
        self.ask("", &KeepMonths { area: AREA, months })
    }
}

/// March 2024: the funds are opened, contributions arrive and are credited, bills are paid, premiums taken, money moves.
fn march(set: &[&str]) -> Office {
    let office = Office::under(set);
    office.ask("", &opening()).unwrap();
    let credit = Credit {
        person: person("P2"),
        from: CreditSource::Opening,
        current: 30_000,
        earlier: 100_000,
        source: "原系统".into(),
        reference: "1".into(),
        day: day("2024-02-29"),
    };
    office.ask("", &credit).unwrap();
    let employer = Employer {
        name: "测试机械厂".into(),
        district: "测试区".into(),
        since: day("2023-01-01"),
        until: Date::MAX,
    };
    office.ask("", &KeepEmployer { area: AREA, code: FACTORY.into(), employer }).unwrap();
    office.declare("2024-03", "2024-03-05");
    let asked = CreditAsked {
        area: AREA,
        month: month("2024-03"),
        take_back: false,
        page: 9,
        lanes: Some(1),
    };
    CreditRun::begin(&office.agency, asked).unwrap().finish(&|_| {}).unwrap();
    // 500.00: 200.00 deductible, then 60 %: the pool pays 180.00, then 60.00 of 100.00, and 120.00 that are undone.
    office.care(HOSPITAL_2, PILLS, 50_000, "M1");
    office.care(HOSPITAL_2, PILLS, 10_000, "M2");
    let undone = office.care(HOSPITAL_2, PILLS, 20_000, "M3");
    office.undo(HOSPITAL_2, undone.entry, "M4");
    let premium = PayPremium {
        payer: person("P1"),
        purpose: Purpose::ResidentPremium,
        period: "2025".into(),
        beneficiary: Some(Beneficiary { number: "测试".into(), relation: Relation::Parent }),
        due: 10_000,
        partly: false,
        source: "经办".into(),
        reference: "B1".into(),
        day: day("2024-03-05"),
    };
    office.ask("", &premium).unwrap();
    let transfer = TransferIn {
        person: person("P2"),
        amount: 4_200,
        from: "510000".into(),
        reference: "T1".into(),
        day: day("2024-03-05"),
    };
    office.ask("", &transfer).unwrap();
    office.moves(Movement::Interest(FundKind::Pool), 2_500, "B1").unwrap();
    office.moves(Movement::Interest(FundKind::Accounts), 300, "B2").unwrap();
    office.moves(Movement::FiscalSubsidy(FundKind::Pool), 10_000, "C1").unwrap();
    office.moves(Movement::Premiums(Purpose::ResidentPremium), 6_000, "D1").unwrap();
    office.moves(Movement::TransferReceived, 4_200, "T1").unwrap();
    office
}

#[test]
fn a_months_income_and_spending_by_fund() {
    let office = march(&[]);
    office.set("2024-03-31 18:00:00");
    let report = office.report("2024-03");
    let lines = |fund: FundKind| -> Vec<(Line, i64, i64)> {
        let income = report.income(fund);
        let whole = income.lines.iter().filter(|it| it.programme.is_none());
        whole.map(|it| (it.line, it.sum.month, it.sum.year)).collect()
    };
    let same = |line: Line, fen: i64| (line, fen, fen);
    assert_eq!(
        lines(FundKind::Pool),
        [
            same(Line::Opening, 800_000),
            same(Line::Contributions, 51_000),
            same(Line::Interest, 2_500),
            same(Line::FiscalSubsidy, 10_000),
            same(Line::Benefits, 24_000),
        ]
    );
    let pool = report.income(FundKind::Pool);
    let sums = [pool.income.month, pool.expense.month, pool.surplus.month, pool.balance];
    assert_eq!(sums, [63_500, 24_000, 39_500, 839_500]);
    let ordinary = pool.lines.iter().find(|it| it.programme.is_some()).unwrap();
    assert_eq!((ordinary.line, ordinary.sum.month), (Line::Benefits, 24_000));
    assert_eq!(report.programme(ordinary.programme.as_deref().unwrap()).0, "普通门诊统筹");
    assert_eq!(
        lines(FundKind::Accounts),
        [
            same(Line::Opening, 130_000),
            same(Line::Contributions, 12_000),
            same(Line::Interest, 300),
            same(Line::TransferIn, 4_200),
            same(Line::Benefits, 36_000),
            same(Line::Premiums, 10_000),
        ]
    );
    let accounts = report.income(FundKind::Accounts);
    assert_eq!((accounts.surplus.month, accounts.balance), (-29_500, 100_500));
    assert_eq!(
        lines(FundKind::LargeAmount),
        [same(Line::Opening, 50_000), same(Line::Contributions, 9_500)]
    );
    assert!(lines(FundKind::Subsidy).is_empty());
}

#[test]
fn the_balance_sheet_balances() {
    let office = march(&[]);
    let sheet = office.report("2024-03").sheet();
    let items = |items: &[funds::Item]| -> Vec<(Head, i64)> {
        items.iter().map(|item| (item.head, item.fen)).collect()
    };
    assert_eq!(items(&sheet.assets), [(Head::Bank, 1_083_500), (Head::Receivable, 0)]);
    assert_eq!(
        items(&sheet.debts),
        [
            (Head::Payable, 80_000),
            (Head::Deposit, 0),
            (Head::PayableToPeople, 0),
            (Head::PremiumsCollected, 4_000),
        ]
    );
    assert_eq!((sheet.assets(), sheet.debts(), sheet.left()), (1_083_500, 84_000, 999_500));
    assert!(sheet.balances());
    // What is credited of contributions and what waits of the bank's interest.
    assert_eq!(sheet.accounts[2..], [0, 300]);
}

#[test]
fn a_reserve_under_the_policys_months_is_flagged() {
    let office = march(&["reserve.months=40"]);
    // March is not over: nothing to average.
    assert_eq!(office.report("2024-03").reserve().tenths, None);
    office.set("2024-04-02 09:00:00");
    office.moves(Movement::FiscalSubsidy(FundKind::Pool), 100, "C2").unwrap();
    let reserve = office.report("2024-04").reserve();
    assert_eq!((reserve.balance, reserve.spent, reserve.months), (839_600, 24_000, 1));
    // 8396.00 at 240.00 a month: 34.98 months.
    assert_eq!(reserve.shown().as_deref(), Some("34.9"));
    assert_eq!((reserve.threshold, reserve.short), (Some(40), true));
    let office = march(&["reserve.months=34"]);
    office.set("2024-04-02 09:00:00");
    let reserve = office.report("2024-03").reserve();
    assert_eq!((reserve.shown().as_deref(), reserve.short), (Some("34.9"), false));
    let office = march(&[]);
    office.set("2024-04-02 09:00:00");
    let reserve = office.report("2024-03").reserve();
    assert_eq!((reserve.threshold, reserve.short), (None, false), "Chongqing says nothing");
}
