//! Months and years with institutions, by amounts reckoned by hand. The law is Chongqing's: 200.00 deductible, 60 % at level
//! 2 and 50 % at level 3 for the employed; here with a deposit of 5 %, and over- and underspends shared 30 : 70 and 50 : 50.

use crate::office::{AREA, HOSPITAL_2, HOSPITAL_3, OUTSIDER, Office, PILLS, at, day, person};
use agency::books;
use agency::business::account::{Learn, NewFact};
use agency::business::clearing::{
    Answer, CloseMonth, Confirm, DecideOrder, Deduct, Dispute, KeepRun, SetBudget,
};
use agency::business::desk::{ApplyClearing, ClearingAsked, WithdrawClearing};
use agency::clearing::{
    self, Closed, PaymentOrder, Run, Statement, StatementState, close_month, close_year, make_order,
};
use agency::ledger::Head;
use agency::reconcile::Totals;
use agency::{Outcome, Reason, Refused, facts};
use kernel::{Fen, Month, Rate};
use std::sync::Arc;
use store::{Changes, Document, EntryKind, Id, PersonKey, Wants};

const TERMS: &[&str] =
    &["payment.deposit=5%", "payment.overspend_share=30%", "payment.underspend_share=50%"];

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn party(institution: &str) -> PersonKey {
    PersonKey::new(AREA, institution)
}

impl Office {
    fn close(&self, text: &str) -> Result<Closed, Refused> {
        let (agency, core) = (&self.agency, &self.core);
        close_month(agency, core, AREA, month(text), None, &mut |_, _| {})
    }

    fn deduct(&self, text: &str, fen: i64, reference: &str) -> Result<Outcome, Refused> {
        let deduct = Deduct {
            institution: party(HOSPITAL_2),
            month: month(text),
            amount: Fen::new(fen),
            reason: "超量开药".into(),
            article: "渝医保发〔2023〕32号 第十一条".into(),
            reference: reference.into(),
            by: "审核甲".into(),
            known: 0,
        };
        self.ask("", &deduct)
    }

    fn statement(&self, institution: &str, period: &str) -> (Statement, StatementState) {
        let store = self.agency.store();
        clearing::statement(store, AREA, &institution.into(), period).unwrap().unwrap()
    }

    fn confirm(&self, institution: &str, period: &str) -> Result<Outcome, Refused> {
        let (institution, by) = (party(institution), "院方".into());
        self.ask("", &Confirm { institution, period: period.into(), by })
    }

    fn order(&self, period: &str, batch: &str) -> Result<PaymentOrder, Refused> {
        let (batch, maker) = (Arc::from(batch), Arc::from("制单甲"));
        make_order(&self.agency, &self.core, AREA, period, &batch, &maker)
    }

    fn decide(&self, batch: &str, checker: &str, refused: &str) -> Result<Outcome, Refused> {
        let decide = DecideOrder {
            area: AREA,
            batch: batch.into(),
            checker: checker.into(),
            refused: refused.into(),
            institutions: Vec::new(),
        };
        self.ask("", &decide)
    }

    /// The balance of a head, of one party or of all.
    fn balance(&self, head: Head, party: &str) -> i64 {
        let entries = self.agency.store().entries(AREA, Id::MIN, Id::MAX, 10_000).unwrap();
        let postings = entries.iter().flat_map(|entry| &entry.postings);
        let own = postings.filter(|it| it.account == head.number());
        own.filter(|it| party.is_empty() || &*it.party == party).map(|it| it.amount.get()).sum()
    }

    /// The books are right, but for the accounts that these tests begin with.
    fn check(&self) {
        let (store, regions) = (self.agency.store(), self.agency.regions());
        let today = books::last_over(self.agency.now());
        books::close(store, today, self.agency.now()).unwrap();
        let options = books::Options { memory: 1 << 20, replay: 1 };
        let report = books::check(store, regions, options, &mut |_| {}).unwrap();
        let wrong: Vec<_> =
            report.faults.iter().filter(|fault| !matches!(&*fault.person, "P1" | "P2")).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// March: 500.00 (fund 180.00, account 320.00), 100.00 (60.00, 40.00), one undone, one reversed.
fn march() -> (Office, Id) {
    let office = Office::under(TERMS);
    let first = office.care(HOSPITAL_2, PILLS, 50_000, "M1");
    office.care(HOSPITAL_2, PILLS, 10_000, "M2");
    let undone = office.care(HOSPITAL_2, PILLS, 20_000, "M3");
    office.undo(HOSPITAL_2, undone.entry, "M4");
    office.care(HOSPITAL_2, PILLS, 5_000, "M5");
    office.reverse(HOSPITAL_2, "M5", "2207");
    office.set("2024-04-01 00:05:00");
    (office, first.entry)
}

#[test]
fn a_month_from_its_entries_to_the_bank() {
    let (office, first) = march();
    assert_eq!(
        office.deduct("2024-03", 4_000, "案1"),
        Ok(Outcome::Filed { number: "2024-03-001".into() })
    );
    let again = office.deduct("2024-03", 4_000, "案1");
    assert_eq!(again, Ok(Outcome::Filed { number: "2024-03-001".into() }), "one case, once");
    let closed = office.close("2024-03").unwrap();
    // Four institutions have an agreement.
    assert_eq!((closed.made, closed.unchanged, closed.refused.len()), (4, 0, 0));
    let (statement, state) = office.statement(HOSPITAL_2, "2024-03");
    assert_eq!(state, StatementState::Drafted);
    let sum = statement.sum();
    assert_eq!((sum.count, sum.total, sum.pool, sum.accounts), (2, 60_000, 24_000, 36_000));
    assert_eq!((sum.large, sum.subsidy, sum.cash), (0, 0, 0));
    // 240.00 − 40.00 = 200.00, of it 5 % withheld: 190.00 and 360.00 from accounts.
    assert_eq!((statement.owed(), statement.deposit, statement.payable), (20_000, 1_000, 55_000));
    assert_eq!(office.balance(Head::Payable, HOSPITAL_2), -55_000);
    assert_eq!(office.balance(Head::Deposit, HOSPITAL_2), -1_000);
    assert_eq!(office.balance(Head::Deductions, ""), -4_000);
    let (idle, state) = office.statement(HOSPITAL_3, "2024-03");
    assert_eq!((idle.payable, state), (0, StatementState::Confirmed), "nothing to confirm");
    assert_eq!(office.close("2024-03").unwrap().unchanged, 4);
    assert!(office.deduct("2024-03", 100, "").unwrap_err().to_string().contains("已结算"));

    let dispute = |claim: Id| Dispute {
        institution: party(HOSPITAL_2),
        period: "2024-03".into(),
        words: "处方在限量之内".into(),
        claims: vec![claim],
        by: "院方".into(),
    };
    let store = office.agency.store();
    let stranger = dispute(Id(7)).checked(store).unwrap_err();
    assert_eq!(stranger.reason, Reason::SettlementUnknown);
    office.ask("", &dispute(first).checked(store).unwrap()).unwrap();
    assert_eq!(office.confirm(HOSPITAL_2, "2024-03").unwrap_err().reason, Reason::DocumentState);
    assert_eq!(
        office.order("2024-03", "B0").unwrap_err().reason,
        Reason::DocumentUnknown,
        "what is disputed is not paid"
    );
    let answer = Answer {
        institution: party(HOSPITAL_2),
        period: "2024-03".into(),
        words: "部分成立".into(),
        corrections: vec![("2024-03-001".into(), Fen::new(1_500))],
        by: "审核乙".into(),
    };
    let unknown = Answer { corrections: vec![("2024-03-009".into(), Fen::ZERO)], ..answer.clone() };
    assert_eq!(office.ask("", &unknown).unwrap_err().reason, Reason::DocumentUnknown);
    office.ask("", &answer).unwrap();
    let (statement, state) = office.statement(HOSPITAL_2, "2024-03");
    // 240.00 − 15.00 = 225.00, of it 11.25 withheld: 213.75 and 360.00.
    assert_eq!((statement.deposit, statement.payable), (1_125, 57_375));
    assert_eq!(state, StatementState::Drafted);
    assert_eq!(office.balance(Head::Payable, HOSPITAL_2), -57_375);
    assert_eq!(office.balance(Head::Deductions, ""), -1_500);
    assert_eq!(office.close("2024-03").unwrap().unchanged, 4, "a correction is no other sum");

    office.confirm(HOSPITAL_2, "2024-03").unwrap();
    let order = office.order("2024-03", "B1").unwrap();
    assert_eq!((order.lines.len(), order.total), (1, 57_375));
    assert_eq!(order.lines[0].statement, statement.number);
    assert_eq!(office.order("2024-03", "B1"), Ok(order), "the same order again");
    assert_eq!(
        office.order("2024-03", "B2").unwrap_err().reason,
        Reason::DocumentUnknown,
        "it is in an order already"
    );
    assert_eq!(office.decide("B1", "制单甲", "").unwrap_err().reason, Reason::NotAllowed);
    office.decide("B1", "复核乙", "户名不符").unwrap();
    assert_eq!(office.balance(Head::Bank, ""), 0);
    office.order("2024-03", "B3").unwrap();
    office.decide("B3", "复核乙", "").unwrap();
    let twice = office.decide("B3", "复核丙", "").unwrap_err();
    assert_eq!(twice.reason, Reason::DocumentState, "nothing is paid twice");
    assert_eq!(office.balance(Head::Bank, ""), -57_375);
    assert_eq!(office.balance(Head::Payable, HOSPITAL_2), 0);
    let (statement, state) = office.statement(HOSPITAL_2, "2024-03");
    assert_eq!((state, &*statement.order), (StatementState::Paid, "B3"));
    assert_eq!(statement.entries.len(), 3, "closing, correction, payment");
    office.set("2024-04-02 09:00:00");
    office.check();
}

#[test]
fn a_month_that_is_not_over_or_not_the_next_is_not_closed() {
    let (office, _) = march();
    office.set("2024-04-01 00:04:59");
    assert!(office.close("2024-03").unwrap_err().to_string().contains("尚未结束"));
    office.set("2024-06-01 00:05:00");
    let run = Run { month: "2024-03".into(), institutions: 4, done: 2, refused: 0 };
    office.ask("", &KeepRun { area: AREA, run }).unwrap();
    let early = office.close("2024-04").unwrap_err().to_string();
    assert!(early.contains("2024-03结算了4家中的2家"), "{early}");
    assert_eq!(office.close("2024-03").unwrap().made, 4, "a run that was cut short goes on");
    let gap = office.close("2024-05").unwrap_err().to_string();
    assert!(gap.contains("下一个月是2024-04"), "{gap}");
    office.close("2024-04").unwrap();
    assert!(office.close("2024-02").is_err());
}

#[test]
fn other_sums_for_a_closed_month_are_refused_with_both() {
    let (office, _) = march();
    office.close("2024-03").unwrap();
    let (statement, _) = office.statement(HOSPITAL_2, "2024-03");
    let mut lines = statement.lines;
    lines[0].pool += 1;
    let close = CloseMonth {
        institution: party(HOSPITAL_2),
        month: month("2024-03"),
        lines,
        deductions: 0,
        heads: 0,
        per_head: Fen::ZERO,
    };
    let refused = office.ask("", &close).unwrap_err();
    assert_eq!(refused.reason, Reason::BooksDiffer);
    let words = refused.to_string();
    assert!(words.contains("基金240.00") && words.contains("基金240.01"), "{words}");
}

#[test]
fn what_is_posted_after_the_closing_belongs_to_the_next_month_and_a_debt_is_carried_on() {
    let (office, first) = march();
    office.close("2024-03").unwrap();
    office.confirm(HOSPITAL_2, "2024-03").unwrap();
    office.order("2024-03", "B1").unwrap();
    office.decide("B1", "复核乙", "").unwrap();
    office.set("2024-04-10 10:00:00");
    // The largest settlement of March is undone in April: 180.00 and 320.00 come back.
    office.undo(HOSPITAL_2, first, "A1");
    assert_eq!(office.close("2024-03").unwrap().unchanged, 4);
    office.set("2024-05-01 00:05:00");
    office.close("2024-04").unwrap();
    let (april, _) = office.statement(HOSPITAL_2, "2024-04");
    assert_eq!((april.sum().count, april.deposit, april.payable), (-1, 0, -50_000));
    office.confirm(HOSPITAL_2, "2024-04").unwrap();
    assert!(office.order("2024-04", "B2").is_err(), "a debt is not paid out");
    office.set("2024-05-20 10:00:00");
    // 1500.00: 200.00 deductible again, 60 % of 1300.00; the account has 1500.00 − 40.00.
    office.care(HOSPITAL_2, PILLS, 150_000, "Y1");
    office.set("2024-06-01 00:05:00");
    office.close("2024-05").unwrap();
    let (may, _) = office.statement(HOSPITAL_2, "2024-05");
    let sum = may.sum();
    assert_eq!((sum.pool, sum.accounts, may.brought), (78_000, 72_000, -50_000));
    // 780.00 − 39.00 + 720.00 − 500.00.
    assert_eq!((may.deposit, may.payable), (3_900, 96_100));
    assert_eq!(office.statement(HOSPITAL_2, "2024-04").1, StatementState::Carried);
    office.confirm(HOSPITAL_2, "2024-05").unwrap();
    office.order("2024-05", "B3").unwrap();
    office.decide("B3", "复核乙", "").unwrap();
    assert_eq!(office.balance(Head::Payable, HOSPITAL_2), 0);
    office.check();
}

#[test]
fn a_statement_that_was_tampered_with_is_found_by_the_check() {
    let (office, _) = march();
    office.close("2024-03").unwrap();
    office.set("2024-04-02 09:00:00");
    office.check();
    let store = office.agency.store();
    let key = Statement::key(AREA, &HOSPITAL_2.into(), "2024-03");
    let document = store.document(&key).unwrap().unwrap();
    let body = document.body.replace("\"deposit\":1200", "\"deposit\":1100");
    let body = body.replace("\"pool\":24000", "\"pool\":24100");
    let changed = Document { body: body.into(), ..document };
    let changes = Changes { documents: vec![changed], ..Changes::default() };
    store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    let options = books::Options { memory: 1 << 20, replay: 0 };
    let report = books::check(store, office.agency.regions(), options, &mut |_| {}).unwrap();
    let found = report.faults.iter().filter(|fault| fault.kind == books::Kind::Statement);
    assert_eq!(found.count(), 2, "{:#?}", report.faults);
}

fn asked(office: &Office, line: &clearing::ClassLine) -> Result<ApplyClearing, Refused> {
    let fen = Fen::new;
    let asked = ClearingAsked {
        area: AREA,
        institution: HOSPITAL_2.into(),
        class: line.class.clone(),
        method: "1".into(),
        month: month("2024-03"),
        from: day("2024-03-01"),
        to: day("2024-03-31"),
        stated: Totals {
            count: line.count,
            total: fen(line.total),
            funds: fen(line.funds()),
            accounts: fen(line.accounts),
            cash: fen(line.cash),
        },
        recognised: fen(line.total),
    };
    ApplyClearing::prepare(office.agency.store(), asked, office.agency.now().date())
}

#[test]
fn an_application_that_states_the_same_confirms_and_withdrawing_it_takes_that_back() {
    let (office, _) = march();
    let state = || office.statement(HOSPITAL_2, "2024-03");
    let lines = clearing::sums(office.agency.store(), AREA, month("2024-03")).unwrap();
    let line = lines[HOSPITAL_2][0].clone();
    let filed = office.ask(HOSPITAL_2, &asked(&office, &line).unwrap()).unwrap();
    let Outcome::Filed { number } = filed else { panic!("{filed:?}") };
    office.close("2024-03").unwrap();
    assert_eq!(state().1, StatementState::Confirmed, "applied before the closing");
    assert_eq!(state().0.applications, std::slice::from_ref(&number));
    let withdraw = WithdrawClearing { area: AREA, institution: HOSPITAL_2.into(), number };
    office.ask(HOSPITAL_2, &withdraw).unwrap();
    assert_eq!((state().1, state().0.applications.len()), (StatementState::Drafted, 0));
    let again = office.ask(HOSPITAL_2, &asked(&office, &line).unwrap()).unwrap();
    let Outcome::Filed { number } = again else { panic!("{again:?}") };
    assert_eq!(state().1, StatementState::Confirmed, "applied after the closing");
    office.order("2024-03", "B1").unwrap();
    let late = WithdrawClearing { number, ..withdraw };
    let refused = office.ask(HOSPITAL_2, &late).unwrap_err();
    assert!(refused.to_string().contains("已列入拨付单B1"), "{refused}");
}

#[test]
fn a_year_over_and_under_budget() {
    let (office, _) = march();
    for (institution, fen) in [(HOSPITAL_2, 20_000), (HOSPITAL_3, 80_000)] {
        let budget = SetBudget {
            institution: party(institution),
            year: 2024,
            amount: Fen::new(fen),
            note: "".into(),
            by: "财务".into(),
        };
        office.ask("", &budget).unwrap();
        assert_eq!(office.ask("", &budget), Ok(Outcome::Done), "the same again");
    }
    let stranger = SetBudget {
        institution: party("H0"),
        year: 2024,
        amount: Fen::ZERO,
        note: "".into(),
        by: "财务".into(),
    };
    assert_eq!(office.ask("", &stranger).unwrap_err().reason, Reason::InstitutionUnknown);
    office.deduct("2024-03", 1_500, "").unwrap();
    office.close("2024-03").unwrap();
    office.set("2024-04-10 10:00:00");
    office.care(HOSPITAL_2, PILLS, 10_000, "A1"); // fund 60.00
    office.care(HOSPITAL_3, PILLS, 100_000, "A2"); // fund 500.00, the deductible is used up
    for number in 5..=12 {
        office.set(&format!("2024-{number:02}-01 00:05:00"));
        let before = month(&format!("2024-{number:02}")).plus(-1);
        office.close(&before.to_string()).unwrap();
    }
    let all = |ratio: Rate| {
        let ratio = move |institution: &str| {
            Some(if institution == HOSPITAL_2 { Rate::new(8_000) } else { ratio })
        };
        close_year(&office.agency, &office.core, AREA, 2024, &ratio, &mut |_, _| {})
    };
    let whole = Rate::new(10_000);
    assert!(all(whole).unwrap_err().to_string().contains("2024-12还没有结算完"));
    office.set("2025-01-01 00:05:00");
    office.close("2024-12").unwrap();
    let waiting = all(whole).unwrap();
    assert_eq!(waiting.refused.len(), 2, "statements that wait for their confirmation");
    let uses = clearing::budget_use(office.agency.store(), AREA, 2024).unwrap();
    let used = uses.iter().find(|it| &*it.institution == HOSPITAL_2).unwrap();
    assert_eq!((used.budget, used.used, used.months), (Some(20_000), 28_500, 10));
    for (institution, period) in
        [(HOSPITAL_2, "2024-03"), (HOSPITAL_2, "2024-04"), (HOSPITAL_3, "2024-04")]
    {
        office.confirm(institution, period).unwrap();
    }
    assert_eq!((all(whole).unwrap().made, all(whole).unwrap().unchanged), (2, 4));

    // 285.00 against 200.00: the fund bears 30 % of 85.00. Deposits 11.25 + 3.00, of which 80 % come back.
    let (over, _) = office.statement(HOSPITAL_2, "2024");
    let year = over.year.as_ref().unwrap();
    assert_eq!((year.actual, year.due, year.difference), (28_500, 22_550, -5_950));
    assert_eq!((year.deposit, year.released, year.forfeited), (1_425, 1_140, 285));
    assert_eq!(over.payable, -4_810);
    // 500.00 against 800.00: the institution keeps 50 % of 300.00, and its deposit of 25.00 comes back.
    let (under, _) = office.statement(HOSPITAL_3, "2024");
    let year = under.year.as_ref().unwrap();
    assert_eq!((year.due, year.difference, year.released), (65_000, 15_000, 2_500));
    assert_eq!(under.payable, 17_500);
    assert_eq!(office.balance(Head::Deposit, ""), 0);
    assert_eq!(office.balance(Head::Deductions, ""), -1_500 - 285);

    office.confirm(HOSPITAL_3, "2024").unwrap();
    assert_eq!(office.order("2024", "Y1").unwrap().total, 17_500);
    office.decide("Y1", "复核乙", "").unwrap();
    let locked = SetBudget { institution: party(HOSPITAL_2), ..stranger };
    assert_eq!(office.ask("", &locked).unwrap_err().reason, Reason::DocumentState);
    office.set("2025-02-01 00:05:00");
    office.close("2025-01").unwrap();
    let (january, _) = office.statement(HOSPITAL_2, "2025-01");
    assert_eq!((january.brought, january.payable), (-4_810, -4_810), "the overspend is carried");
    office.check();
}

#[test]
fn by_head_an_institution_is_paid_for_its_contracts() {
    let office = Office::under(&["payment.method=capitation"]);
    for number in ["P1", "P2"] {
        let fact = NewFact {
            kind: facts::CONTRACT.into(),
            other: HOSPITAL_2.into(),
            from: day("2024-01-01"),
            to: day("2024-12-31"),
            detail: "".into(),
        };
        let learn = Learn { person: person(number), facts: vec![fact], wrong: Vec::new() };
        office.ask("", &learn).unwrap();
    }
    office.care(HOSPITAL_2, PILLS, 50_000, "M1");
    office.care(HOSPITAL_3, PILLS, 10_000, "M2");
    office.set("2024-04-01 00:05:00");
    assert!(office.close("2024-03").unwrap_err().to_string().contains("人头标准"));
    let close = |fen: i64| {
        let (agency, core) = (&office.agency, &office.core);
        close_month(agency, core, AREA, month("2024-03"), Some(Fen::new(fen)), &mut |_, _| {})
    };
    close(3_000).unwrap();
    // Two heads at 30.00 in place of 180.00 by settlements; the accounts' 320.00 are paid as they are.
    let (statement, _) = office.statement(HOSPITAL_2, "2024-03");
    assert_eq!((statement.heads, statement.capitation), (2, -12_000));
    assert_eq!((statement.payable, statement.unverified), (38_000, true));
    assert_eq!(office.balance(Head::Payable, HOSPITAL_2), -38_000);
    let (actual, _) = office.statement(HOSPITAL_3, "2024-03");
    assert_eq!((actual.heads, actual.capitation, actual.payable), (0, 0, 10_000));
    assert_eq!(close(3_000).unwrap().unchanged, 4);
    assert_eq!(close(3_100).unwrap().refused[0].1.reason, Reason::BooksDiffer);
    office.check();
}

#[test]
fn an_institution_without_an_agreement_has_a_statement_only_if_something_happened() {
    let (office, _) = march();
    office.close("2024-03").unwrap();
    let store = office.agency.store();
    let outsider = clearing::statement(store, AREA, &OUTSIDER.into(), "2024-03").unwrap();
    assert_eq!(outsider, None);
    let kinds = store.entries(AREA, Id::first_at(at("2024-04-01 00:00:00")), Id::MAX, 100);
    let kinds: Vec<_> = kinds.unwrap().iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Clearing], "one entry: the deposit");
}
