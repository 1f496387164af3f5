//! Messages: answered again, reversed, reversed before they arrive.

use super::visits::charged;
use crate::village::counter::{Counter, Slip, answered, entry, record, refused, settled};
use crate::village::{
    DISTRICT, PHARMACY_1, line, message, purchase, reverse, settle, undo, upload,
};
use agency::{Outcome, Reason};
use store::EntryKind;

const NOON: &str = "2024-03-01 12:00:00";

fn buy() -> agency::business::settle::Purchase {
    purchase("甲", PHARMACY_1, vec![line("1", "A", 10_000, "2024-03-01 09:30:00")])
}

#[test]
fn the_same_message_again_gets_the_same_answer_and_changes_nothing() {
    let counter = Counter::open(NOON);
    let key = message(PHARMACY_1, "M1", "2102", 1);
    let first = counter.hand_in(vec![Slip::named(buy(), &key, NOON)]).remove(0);
    let before = counter.memory.tables().clone();
    counter.clock.forward(60_000);
    let again = counter.hand_in(vec![Slip::named(buy(), &key, NOON)]).remove(0);
    let (first, again) = (answered(&first), answered(&again));
    assert_eq!((&first.outcome, first.id), (&again.outcome, again.id));
    assert!(again.replayed && !first.replayed);
    assert_eq!(*counter.memory.tables(), before);
    let together = Counter::open(NOON);
    let both = vec![Slip::named(buy(), &key, NOON), Slip::named(buy(), &key, NOON)];
    let replies = together.hand_in(both);
    assert_eq!(answered(&replies[0]).outcome, answered(&replies[1]).outcome);
    assert_eq!(together.memory.tables().entries.len(), 1);
}

#[test]
fn another_body_under_an_old_number_is_a_new_message() {
    let counter = Counter::open(NOON);
    let slips =
        [1, 2].map(|digest| Slip::named(buy(), &message(PHARMACY_1, "M1", "2102", digest), NOON));
    let replies = counter.hand_in(slips.into());
    assert_ne!(entry(&replies[0]), entry(&replies[1]));
}

#[test]
fn a_refused_message_is_not_kept() {
    let counter = Counter::open(NOON);
    let key = message(PHARMACY_1, "M1", "2102", 1);
    let wrong = || agency::business::settle::Purchase { total: 1, ..buy() };
    let reply = counter.hand_in(vec![Slip::named(wrong(), &key, NOON)]).remove(0);
    assert_eq!(refused(&reply), Reason::TotalDiffers);
    assert!(counter.memory.tables().messages.is_empty());
}

#[test]
fn a_reversal_leaves_the_books_as_if_the_message_had_never_arrived() {
    let counter = Counter::open(NOON);
    let before = counter.memory.tables().clone();
    let key = message(PHARMACY_1, "M1", "2102", 1);
    let first = counter.hand_in(vec![Slip::named(buy(), &key, NOON)]).remove(0);
    let reply = counter.ask(reverse(&key, "甲", "2024-03-01 12:01:00"));
    assert!(matches!(answered(&reply).outcome, Outcome::Reversed { entry: Some(_) }));
    let money = |tables: &crate::memory::Tables| {
        let accounts = tables.accounts.values();
        accounts.map(|account| (account.current, account.earlier)).collect::<Vec<_>>()
    };
    assert_eq!(money(&counter.memory.tables()), money(&before));
    let kinds: Vec<_> = counter.memory.tables().entries.values().map(|it| it.kind).collect();
    assert_eq!(kinds, [EntryKind::Settlement, EntryKind::Reversal]);
    let again = counter.ask(reverse(&key, "甲", "2024-03-01 12:02:00"));
    assert_eq!(answered(&again).outcome, Outcome::NothingToReverse { already: true });
    let late = counter.hand_in(vec![Slip::named(buy(), &key, NOON)]).remove(0);
    assert_eq!(refused(&late), Reason::ReversedBefore);
    let undo = counter.ask(undo("甲", PHARMACY_1, entry(&first)));
    assert_eq!(refused(&undo), Reason::AlreadyUndone);
}

#[test]
fn a_message_that_arrives_after_its_reversal_is_refused_and_a_later_one_is_welcome() {
    let counter = Counter::open(NOON);
    let key = message(PHARMACY_1, "M1", "2102", 1);
    let reply = counter.ask(reverse(&key, "甲", "2024-03-01 11:59:00"));
    assert_eq!(answered(&reply).outcome, Outcome::NothingToReverse { already: false });
    let send = |sent: &str| counter.hand_in(vec![Slip::named(buy(), &key, sent)]).remove(0);
    assert_eq!(refused(&send("2024-03-01 11:58:00")), Reason::ReversedBefore);
    assert_eq!(refused(&send("2024-03-01 11:59:00")), Reason::ReversedBefore);
    settled(&send("2024-03-01 11:59:01"));
}

#[test]
fn a_client_with_one_number_for_everything_may_settle_again_after_an_undo_or_a_reversal() {
    let counter = Counter::open(NOON);
    let key = message(PHARMACY_1, "0", "2102", 1);
    let send = |sent: &str| counter.hand_in(vec![Slip::named(buy(), &key, sent)]).remove(0);
    let first = send("2024-03-01 11:58:00");
    answered(&counter.ask(undo("甲", PHARMACY_1, entry(&first))));
    let duplicate = send("2024-03-01 11:58:00");
    assert_eq!(entry(&duplicate), entry(&first), "a late duplicate settles nothing");
    counter.clock.forward(60_000);
    let second = send("2024-03-01 12:00:30");
    assert_ne!(entry(&second), entry(&first));
    answered(&counter.ask(reverse(&key, "甲", "2024-03-01 12:00:40")));
    assert_eq!(refused(&send("2024-03-01 12:00:35")), Reason::ReversedBefore);
    settled(&send("2024-03-01 12:00:50"));
}

#[test]
fn lines_sent_again_later_are_taken_again() {
    let counter = Counter::open(NOON);
    let visit = charged(&counter, "甲", DISTRICT);
    let key = message(DISTRICT, "0", "2204", 1);
    let lines = || vec![line("9", "A", 100, "2024-03-01 09:30:00")];
    let send = |sent: &str| {
        let request = upload("甲", DISTRICT, visit, lines());
        counter.hand_in(vec![Slip::named(request, &key, sent)]).remove(0)
    };
    assert!(!answered(&send("2024-03-01 11:00:00")).replayed);
    let person = crate::village::person("甲");
    let institution = DISTRICT.into();
    let withdraw =
        agency::business::lines::WithdrawLines { person, visit, institution, batch: None };
    answered(&counter.ask(withdraw));
    assert!(answered(&send("2024-03-01 11:00:00")).replayed, "a duplicate");
    assert!(counter.memory.tables().lines[&visit].is_empty());
    assert!(!answered(&send("2024-03-01 11:05:00")).replayed, "meant");
    assert_eq!(counter.memory.tables().lines[&visit].len(), 1);
}

#[test]
fn the_reversal_of_an_undo_lets_the_settlement_stand_again() {
    let counter = Counter::open(NOON);
    let visit = charged(&counter, "甲", DISTRICT);
    let first = counter.ask(settle("甲", DISTRICT, visit, 115_000));
    let standing = counter.memory.tables().clone();
    let key = message(DISTRICT, "M2", "2208", 2);
    let slip = Slip::named(undo("甲", DISTRICT, entry(&first)), &key, NOON);
    let undone = counter.hand_in(vec![slip]).remove(0);
    let reply = counter.ask(reverse(&key, "甲", NOON));
    assert!(matches!(answered(&reply).outcome, Outcome::Reversed { entry: Some(_) }));
    let tables = counter.memory.tables().clone();
    assert_eq!(tables.years, standing.years);
    assert_eq!(tables.visits, standing.visits);
    let again = agency::record::Record::from_json(&tables.entries.values().last().unwrap().record);
    let again = again.unwrap();
    assert_eq!(again.decision, record(&first).decision);
    assert_eq!(again.original, Some(entry(&first)));
    assert_ne!(entry(&undone), entry(&first));
    // It stands: it can be undone once more, by its own name.
    let twice = counter.ask(undo("甲", DISTRICT, entry(&first)));
    assert_eq!(record(&twice).decision, record(&first).decision.negated());
    let thrice = counter.ask(undo("甲", DISTRICT, entry(&first)));
    assert_eq!(refused(&thrice), Reason::AlreadyUndone);
}

#[test]
fn an_undo_is_not_reversed_over_what_was_settled_since() {
    let counter = Counter::open(NOON);
    let visit = charged(&counter, "甲", DISTRICT);
    let first = counter.ask(settle("甲", DISTRICT, visit, 115_000));
    let key = message(DISTRICT, "M2", "2208", 2);
    let slip = Slip::named(undo("甲", DISTRICT, entry(&first)), &key, NOON);
    answered(&counter.hand_in(vec![slip]).remove(0));
    answered(&counter.ask(settle("甲", DISTRICT, visit, 115_000)));
    let reply = counter.ask(reverse(&key, "甲", NOON));
    assert_eq!(refused(&reply), Reason::Overtaken);
}

#[test]
fn a_request_that_fails_does_not_disturb_its_neighbours() {
    let counter = Counter::open(NOON);
    let wrong = agency::business::settle::Purchase { total: 1, ..buy() };
    let replies = counter.hand_in(vec![Slip::of(buy()), Slip::of(wrong), Slip::of(buy())]);
    assert!(replies[0].is_ok() && replies[1].is_err() && replies[2].is_ok());
    assert_eq!(counter.memory.tables().entries.len(), 2);
}
