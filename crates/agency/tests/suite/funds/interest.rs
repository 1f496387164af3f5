//! Interest on personal accounts: reckoned by hand, credited once whatever is run again, killed or run twice at once.

use super::{march, month};
use crate::office::{AREA, Office, at, day, person};
use agency::accounts::{InterestAsked, InterestRun, RunError, statement};
use agency::books::{self, Kind};
use agency::business::account::{
    AccountYear, Beneficiary, Credit, CreditSource, InterestProgress, PayPremium,
};
use agency::business::funds::Movement;
use agency::funds::{FundKind, Line};
use agency::ledger::Head;
use agency::{Reason, Refused, facts};
use kernel::account::{Purpose, Relation};
use kernel::{Date, Fen};
use std::panic::{AssertUnwindSafe, catch_unwind};
use store::{Changes, Entry, EntryKind, Fact, Id, Posting, Subject, Wants};

/// 0.36 % and 1.8 % a year of 360 days: a hundred-thousandth and five a day.
const RATES: &[&str] = &["account.interest.current=0.36%", "account.interest.earlier=1.8%"];

fn asked(year: i32) -> InterestAsked {
    InterestAsked { area: AREA, year, page: 1 }
}

impl Office {
    fn put(&self, who: &str, current: i64, earlier: i64) {
        let credit = Credit {
            person: person(who),
            from: CreditSource::Contributions,
            current,
            earlier,
            source: "测试".into(),
            reference: "1".into(),
            day: self.agency.now().date(),
        };
        self.ask("", &credit).unwrap();
    }

    fn interest(&self, year: i32) -> Result<InterestProgress, RunError> {
        InterestRun::begin(&self.agency, asked(year))?.finish(&mut |_| {})
    }

    /// Interest of a person, entry by entry: money of the year, earlier money.
    fn earned(&self, who: &str) -> Vec<(i64, i64)> {
        let entries = self.agency.store().history(&person(who), Id::MIN, Id::MAX).unwrap();
        let interest = entries.iter().filter(|entry| entry.kind == EntryKind::Interest);
        let of = |entry: &Entry, head: Head| {
            let own = entry.postings.iter().filter(|it| it.account == head.number());
            -own.map(|it| it.amount.get()).sum::<i64>()
        };
        interest.map(|it| (of(it, Head::AccountCurrent), of(it, Head::AccountEarlier))).collect()
    }

    /// Faults about interest and the funds; accounts of the office begin with money that no entry gave them.
    fn interest_faults(&self) -> Vec<Kind> {
        let (store, regions) = (self.agency.store(), self.agency.regions());
        let options = books::Options { memory: 1 << 20, replay: 0 };
        let report = books::check(store, regions, options, &mut |_| {}).unwrap();
        let known = [Kind::Account, Kind::Wallet, Kind::BalanceAfter, Kind::Negative];
        report.faults.iter().map(|it| it.kind).filter(|kind| !known.contains(kind)).collect()
    }
}

/// 300.00 of the year and 1000.00 of earlier years on 5 March 2024.
fn since_march() -> Office {
    let office = Office::under(RATES);
    office.put("P2", 30_000, 100_000);
    office
}

#[test]
fn a_year_day_by_day_and_the_next_on_top_of_it() {
    let office = since_march();
    office.set("2025-01-02 09:00:00");
    let progress = office.interest(2024).unwrap();
    // 302 days: 30000 × 302 ÷ 100000 = 90.6 fen, 100000 × 302 × 5 ÷ 100000 = 1510 fen.
    assert_eq!(office.earned("P2"), [(0, 91 + 1_510)]);
    assert_eq!((progress.people, progress.credited, progress.fen), (2, 1, 1_601));
    let key = AccountYear::key(&person("P2"), 2024);
    let year = AccountYear::read(&office.agency.store().document(&key).unwrap().unwrap()).unwrap();
    assert_eq!((year.of_current, year.of_earlier, year.held), (91, 1_510, (30_000, 100_000)));
    office.set("2025-07-01 09:00:00");
    office.put("P2", 12_000, 0);
    office.set("2025-10-01 09:00:00");
    let premium = PayPremium {
        payer: person("P2"),
        purpose: Purpose::ResidentPremium,
        period: "2026".into(),
        beneficiary: Some(Beneficiary { number: "测试".into(), relation: Relation::Parent }),
        due: 10_000,
        partly: false,
        source: "经办".into(),
        reference: "B1".into(),
        day: day("2025-10-01"),
    };
    office.ask("", &premium).unwrap();
    office.set("2026-01-02 09:00:00");
    office.interest(2025).unwrap();
    // Earlier: 130000 on 1 January, 131601 on 364 days: 48032764 × 5 ÷ 100000 = 2401.6. Current: 12000 and 2000 on 92 days each:
    // 1288000 ÷ 100000 = 12.9.
    assert_eq!(office.earned("P2"), [(0, 1_601), (0, 13 + 2_402)]);
    assert_eq!(office.interest_faults(), []);
    let told =
        statement(office.agency.store(), &person("P2"), day("2026-01-01"), day("2026-12-31"));
    let told = told.unwrap();
    let last = told.movements.last().unwrap();
    assert_eq!((last.kind, last.amount()), (EntryKind::Interest, Fen::new(2_415)));
    assert!(last.note.starts_with("2025年计息，当年资金0.13元，历年资金24.02元"), "{}", last.note);
}

#[test]
fn a_year_on_its_last_balance_of_another_beginning() {
    let set = [RATES, &["account.interest.basis=\"year-end\"", "account.interest.start=\"07-01\""]];
    let office = Office::under(&set.concat());
    office.put("P2", 30_000, 100_000);
    office.set("2024-07-01 00:04:00");
    let early = office.interest(2023).unwrap_err().to_string();
    assert!(early.contains("2023年计息期至2024-06-30，次日零点五分起可以计息"), "{early}");
    office.set("2024-07-01 09:00:00");
    office.interest(2023).unwrap();
    // 300.00 × 0.36 % = 1.08, 1000.00 × 1.8 % = 18.00; still in the year of the money.
    assert_eq!(office.earned("P2"), [(108, 1_800)]);
}

#[test]
fn without_rates_in_the_policy_there_is_no_interest() {
    let office = Office::open();
    office.set("2025-01-02 09:00:00");
    let refused = office.interest(2024).unwrap_err();
    assert!(matches!(&refused, RunError::Refused(Refused { reason: Reason::PolicySilent, .. })));
    let office = since_march();
    let refused = office.interest(2024).unwrap_err().to_string();
    assert!(refused.contains("2024年计息期至2024-12-31"), "{refused}");
}

#[test]
fn nobody_is_credited_twice_or_missed_when_a_run_is_stopped_or_runs_twice() {
    let office = since_march();
    office.put("P1", 0, 200_000);
    office.set("2025-01-02 09:00:00");
    // Stopped after the first commit.
    let run = InterestRun::begin(&office.agency, asked(2024)).unwrap();
    let stopped = catch_unwind(AssertUnwindSafe(|| run.finish(&mut |_| panic!("killed"))));
    assert!(stopped.is_err());
    assert_eq!((office.earned("P1").len(), office.earned("P2").len()), (1, 0));
    let (one, other) = (
        InterestRun::begin(&office.agency, asked(2024)).unwrap(),
        InterestRun::begin(&office.agency, asked(2024)).unwrap(),
    );
    assert!(one.is_resumed());
    let progress = one.finish(&mut |_| {}).unwrap();
    assert_eq!((progress.attempt, progress.people, progress.credited), (1, 2, 2));
    let refused = other.finish(&mut |_| {}).unwrap_err().to_string();
    assert!(refused.contains("2024年计息已由另一进程办到"), "{refused}");
    // Run again, everybody was credited before.
    let again = office.interest(2024).unwrap();
    assert_eq!((again.attempt, again.credited, again.before), (2, 0, 2));
    // 200000 × 302 × 5 ÷ 100000.
    assert_eq!(office.earned("P1"), [(0, 3_020)]);
    assert_eq!(office.earned("P2"), [(0, 1_601)]);
    assert_eq!(office.interest_faults(), []);
}

#[test]
fn what_an_account_paid_for_a_relative_earns_no_interest() {
    let office = since_march();
    let changes = paid_for_a_relative();
    office.agency.store().commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    office.set("2025-01-02 09:00:00");
    office.interest(2024).unwrap();
    // 500.00 less of earlier money on the 31 days of December: 75 fen × 31 ÷ 30 = 77.5 fen less of 1510.
    assert_eq!(office.earned("P2"), [(0, 91 + 1_432 + 1)]);
}

/// On 1 December P2's account paid 500.00 of a bill of P1.
fn paid_for_a_relative() -> Changes {
    let id = Id::at(at("2024-12-01 10:00:00"), 9);
    let posting = |head: Head, party: &str, fen: i64| Posting {
        account: head.number(),
        party: party.into(),
        amount: Fen::new(fen),
    };
    let entry = Entry {
        id,
        key: person("P1"),
        kind: EntryKind::Settlement,
        institution: "H".into(),
        visit: Id::MIN,
        undoes: Id::MIN,
        year: 2024,
        clearing: "11".into(),
        total: Fen::new(50_000),
        funds: Fen::ZERO,
        accounts: Fen::new(50_000),
        cash: Fen::ZERO,
        payers: vec!["P2".into()],
        postings: vec![
            posting(Head::AccountEarlier, "P2", 50_000),
            posting(Head::Payable, "H", -50_000),
        ],
        record: "{}".into(),
    };
    let fact = Fact {
        id: Id::at(at("2024-03-01 10:00:00"), 9),
        subject: Subject::Person(person("P1")),
        kind: facts::FAMILY.into(),
        other: "P2".into(),
        from: day("2024-03-01"),
        to: Date::MAX,
        learned_at: at("2024-03-01 10:00:00"),
        ended_at: None,
        detail: r#"{"relation":"spouse"}"#.into(),
    };
    Changes { entries: vec![entry], facts: vec![fact], ..Changes::default() }
}

#[test]
fn the_banks_interest_waits_until_accounts_are_credited() {
    let office = march(RATES);
    office.set("2025-01-02 09:00:00");
    office.moves(Movement::Interest(FundKind::Accounts), 5_000, "B3").unwrap();
    let waiting = |office: &Office| office.report("2025-01").sheet().accounts[3];
    assert_eq!(waiting(&office), 5_300);
    let progress = office.interest(2024).unwrap();
    assert_eq!(waiting(&office), 5_300 - progress.fen);
    let income = office.report("2025-01").income(FundKind::Accounts);
    // The bank's is income, once; crediting it moves it within the fund.
    assert_eq!((income.line(Line::Interest).month, income.line(Line::Other).month), (5_000, 0));
    assert_eq!(month("2025-01"), office.report("2025-01").month);
}

#[test]
fn a_year_of_interest_that_says_something_else_is_found() {
    let office = since_march();
    office.set("2025-01-02 09:00:00");
    office.interest(2024).unwrap();
    let key = AccountYear::key(&person("P2"), 2024);
    let found = office.agency.store().document(&key).unwrap().unwrap();
    let body = found.body.replace("\"fen\":1601", "\"fen\":1600").into();
    let damaged =
        Changes { documents: vec![store::Document { body, ..found }], ..Changes::default() };
    office.agency.store().commit(&Wants::default(), &mut |_| damaged.clone()).unwrap();
    assert_eq!(office.interest_faults(), [Kind::Interest]);
}
