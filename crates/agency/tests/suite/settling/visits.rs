//! The way of a visit: registered, attended, charged, settled, undone.

use crate::village::counter::{Counter, answered, entry, record, refused};
use crate::village::{CITY, DISTRICT, attend, line, register, settle, undo, upload};
use agency::business::lines::WithdrawLines;
use agency::business::visit::CancelVisit;
use agency::{Outcome, Reason};
use store::Id;

const TODAY: &str = "2024-03-01 09:00:00";

/// Registers, attends and charges at a hospital; in fen: 1000 of class A, 100 of B over its ceiling of 80, 50 of C.
pub(crate) fn charged(counter: &Counter, who: &str, institution: &str) -> Id {
    let reply = counter.ask(register(who, institution, "V1", TODAY));
    let Outcome::Registered { visit } = answered(&reply).outcome else { panic!("{reply:?}") };
    answered(&counter.ask(attend(who, institution, visit)));
    let lines = vec![
        line("1", "A", 100_000, TODAY),
        line("2", "B", 10_000, TODAY),
        line("3", "C", 5_000, TODAY),
    ];
    let reply = counter.ask(upload(who, institution, visit, lines));
    let Outcome::Lines(splits) = &answered(&reply).outcome else { panic!("{reply:?}") };
    let parts: Vec<_> = splits.iter().map(|split| split.parts).collect();
    assert_eq!(parts, [[0, 0, 0, 100_000], [0, 2_000, 800, 7_200], [5_000, 0, 0, 0]]);
    visit
}

#[test]
fn a_bill_is_settled_as_the_region_says() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let visit = charged(&counter, "甲", DISTRICT);
    let reply = counter.ask(settle("甲", DISTRICT, visit, 115_000));
    let decision = &record(&reply).decision;
    // In scope 1072, deductible 200, 60 % of 872 = 523.20.
    assert_eq!((decision.in_scope, decision.deductible), (107_200, 20_000));
    assert_eq!(decision.funds, [52_320, 0, 0]);
    // 626.80 is the person's: 500 of this year, 126.80 of earlier years.
    assert_eq!((decision.account_current, decision.account_earlier), (50_000, 12_680));
    assert_eq!((decision.family_payment(), decision.cash), (0, 0));
    assert_eq!(record(&reply).balance, 7_320);
    assert_eq!(decision.rate, 6_000);
    assert_eq!(decision.room[0], Some(300_000));
}

#[test]
fn an_undo_restores_everything_but_the_history() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let visit = charged(&counter, "甲", DISTRICT);
    let before = counter.memory.tables().clone();
    let settled = counter.ask(settle("甲", DISTRICT, visit, 115_000));
    let undone = counter.ask(undo("甲", DISTRICT, entry(&settled)));
    assert_eq!(record(&undone).decision, record(&settled).decision.negated());
    let after = counter.memory.tables().clone();
    assert!(after.years.values().all(std::collections::BTreeMap::is_empty));
    assert_eq!(after.visits, before.visits, "the batch is open again");
    for (key, account) in &after.accounts {
        let known = &before.accounts[key];
        assert_eq!((account.current, account.earlier), (known.current, known.earlier));
    }
    assert_eq!(after.entries.len(), 2);
    let again = counter.ask(undo("甲", DISTRICT, entry(&settled)));
    assert_eq!(refused(&again), Reason::AlreadyUndone);
    let anew = counter.ask(settle("甲", DISTRICT, visit, 115_000));
    assert_eq!(record(&anew).decision.funds, record(&settled).decision.funds);
}

#[test]
fn a_trial_says_what_a_settlement_would_and_writes_nothing() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let visit = charged(&counter, "甲", DISTRICT);
    let before = counter.memory.tables().clone();
    let request = settle("甲", DISTRICT, visit, 115_000);
    let trial = counter.agency.trial(&request, None);
    assert_eq!(*counter.memory.tables(), before);
    assert_eq!(entry(&trial), Id::MIN);
    let real = counter.ask(request);
    let (trial, real) = (record(&trial), record(&real));
    assert_eq!(
        (&trial.decision, &trial.moves, &trial.trace),
        (&real.decision, &real.moves, &real.trace)
    );
    assert_eq!(trial.balance, real.balance);
}

#[test]
fn what_does_not_fit_a_visit_is_refused_with_its_reason() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let visit = charged(&counter, "甲", DISTRICT);
    let ask = |request| refused(&counter.ask(request));
    assert_eq!(ask(settle("甲", CITY, visit, 115_000)), Reason::VisitUnknown);
    assert_eq!(ask(settle("乙", DISTRICT, visit, 115_000)), Reason::VisitUnknown);
    assert_eq!(ask(settle("甲", DISTRICT, visit, 114_999)), Reason::TotalDiffers);
    let batch = |batch: &str| {
        let mut request = settle("甲", DISTRICT, visit, 115_000);
        request.batch = batch.into();
        request
    };
    assert_eq!(ask(batch("2")), Reason::NoLines);
    let mut parts = settle("甲", DISTRICT, visit, 115_000);
    parts.parts = Some([5_000, 2_000, 800, 107_201]);
    assert_eq!(ask(parts), Reason::PartsDiffer);
    answered(&counter.ask(settle("甲", DISTRICT, visit, 115_000)));
    assert_eq!(ask(batch("1")), Reason::BatchSettled);
    let again = upload("甲", DISTRICT, visit, vec![line("1", "A", 100, TODAY)]);
    assert_eq!(refused(&counter.ask(again)), Reason::LineSettled);
    let mut twice = line("1", "A", 100, TODAY);
    twice.batch = "2".into();
    let other_batch = counter.ask(upload("甲", DISTRICT, visit, vec![twice]));
    assert_eq!(refused(&other_batch), Reason::LineTwice);
    let person = crate::village::person("甲");
    let cancel = CancelVisit { person, visit, institution: DISTRICT.into() };
    assert_eq!(refused(&counter.ask(cancel)), Reason::VisitSettled);
}

#[test]
fn a_visit_is_named_by_its_number_and_day_and_can_be_cancelled_and_registered_again() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let registered = |number: &str, at: &str| {
        let reply = counter.ask(register("甲", CITY, number, at));
        let Outcome::Registered { visit } = answered(&reply).outcome else { panic!("{reply:?}") };
        visit
    };
    let visit = registered("V1", TODAY);
    assert_eq!(registered("V1", "2024-03-01 11:00:00"), visit);
    assert_ne!(registered("V1", "2024-02-29 11:00:00"), visit);
    assert_ne!(registered("V2", TODAY), visit);
    let person = crate::village::person("甲");
    let cancel = CancelVisit { person: person.clone(), visit, institution: CITY.into() };
    answered(&counter.ask(cancel));
    let late = counter.ask(upload("甲", CITY, visit, vec![line("1", "A", 100, TODAY)]));
    assert_eq!(refused(&late), Reason::VisitCancelled);
    assert_eq!(registered("V1", TODAY), visit);
    answered(&counter.ask(upload("甲", CITY, visit, vec![line("1", "A", 100, TODAY)])));
    let all = WithdrawLines { person, visit, institution: CITY.into(), batch: None };
    let reply = counter.ask(all.clone());
    assert_eq!(answered(&reply).outcome, Outcome::Withdrawn(1));
    assert_eq!(answered(&counter.ask(all)).outcome, Outcome::Withdrawn(0));
}

#[test]
fn a_line_is_checked_against_quantity_and_price_and_the_catalogue_of_its_day() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let reply = counter.ask(register("甲", CITY, "V1", TODAY));
    let Outcome::Registered { visit } = answered(&reply).outcome else { panic!("{reply:?}") };
    let one = |change: &dyn Fn(&mut agency::business::lines::StatedLine)| {
        let mut stated = line("1", "BR", 1_000, TODAY);
        change(&mut stated);
        counter.ask(upload("甲", CITY, visit, vec![stated]))
    };
    let parts = |reply: &agency::core::Reply| match &answered(reply).outcome {
        Outcome::Lines(splits) => (splits[0].parts, splits[0].note.to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&one(&|line| line.amount = 1_002)), Reason::LineAmount);
    assert_eq!(refused(&one(&|line| line.amount = -1_000)), Reason::LineAmount);
    let tomorrow = one(&|line| line.at = crate::village::moment("2024-03-02 10:00:00"));
    assert_eq!(refused(&tomorrow), Reason::Content);
    let (split, note) = parts(&one(&|_| {}));
    assert_eq!((split, note.as_str()), ([1_000, 0, 0, 0], "限制使用，医院未审批通过，全自费"));
    let (split, note) = parts(&one(&|line| line.rest.approval = "1".into()));
    assert_eq!((split, note.as_str()), ([0, 0, 100, 900], ""));
    let (split, note) = parts(&one(&|line| line.item = "X".into()));
    assert_eq!((split, note.as_str()), ([1_000, 0, 0, 0], "不在医保目录内，全自费"));
    // A fen of difference is let pass.
    assert_eq!(parts(&one(&|line| line.amount = 1_001)).0, [1_001, 0, 0, 0]);
}
