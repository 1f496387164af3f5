//! A purchase on an external prescription: the prescriber's level decides, nothing is dispensed twice, what is taken back
//! is given back.

use crate::village::counter::{Counter, Slip, answered, entry, record, refused};
use crate::village::{PHARMACY_1, line, message, moment, person, purchase, reverse, undo};
use agency::Reason;
use agency::business::prescription::{self, Issue, Medicine, Prescriber, Prescription, State};
use agency::business::settle::Purchase;
use store::{Changes, EntryKind};

const NOON: &str = "2024-03-02 12:00:00";

/// The village with a prescription of a hospital of level 2: one piece of A for 甲.
fn prescribed() -> Counter {
    let counter = Counter::open(NOON);
    let at = moment("2024-03-01 09:00:00");
    let medicine = Medicine { item: "A".into(), quantity: 10_000, ..Medicine::default() };
    let written = Prescription {
        number: "RX1".into(),
        person: "甲".into(),
        prescriber: Prescriber { level: "2".into(), designated: true, ..Prescriber::default() },
        prescribed: at,
        valid_until: moment("2024-03-31 23:59:59"),
        medicines: vec![medicine],
        issue: Some(Issue::default()),
        ..Prescription::default()
    };
    let document = written.filed(prescription::key(&person("甲"), "RX1"), at).unwrap();
    let changes = Changes { documents: vec![document], ..Changes::default() };
    counter.memory.tables().write(&changes).unwrap();
    counter
}

fn buy() -> Purchase {
    let lines = vec![line("1", "A", 100_000, "2024-03-02 11:30:00")];
    Purchase { prescription: "RX1".into(), ..purchase("甲", PHARMACY_1, lines) }
}

fn state(counter: &Counter) -> State {
    let tables = counter.memory.tables();
    let document = &tables.documents[&prescription::key(&person("甲"), "RX1")];
    Prescription::of(document).unwrap().state()
}

#[test]
fn the_prescribers_level_decides_the_share() {
    let reply = prescribed().ask(buy());
    let record = record(&reply);
    // (1000 − 200) × 60 %, as at the prescriber's.
    assert_eq!((record.decision.deductible, record.decision.funds), (20_000, [48_000, 0, 0]));
    assert_eq!(record.inputs.prescriber, Some(("2".into(), true)));
    assert_eq!(&*record.case.prescription, "RX1");
}

#[test]
fn a_prescription_is_not_dispensed_twice_until_its_settlement_is_undone() {
    let counter = prescribed();
    let first = counter.hand_in(vec![Slip::of(buy()), Slip::of(buy())]);
    assert_eq!(refused(&first[1]), Reason::PrescriptionDispensed, "in one batch, too");
    assert_eq!(state(&counter), State::Used);
    answered(&counter.ask(undo("甲", PHARMACY_1, entry(&first[0]))));
    assert_eq!(state(&counter), State::Issued);
    answered(&counter.ask(buy()));
    assert_eq!(state(&counter), State::Used);
}

#[test]
fn the_reversal_of_an_undo_takes_the_prescription_again_if_nobody_else_has() {
    let counter = prescribed();
    let key = message(PHARMACY_1, "M2", "2103", 2);
    let bought = counter.ask(buy());
    let undone = Slip::named(undo("甲", PHARMACY_1, entry(&bought)), &key, NOON);
    answered(&counter.hand_in(vec![undone]).remove(0));
    answered(&counter.ask(reverse(&key, "甲", NOON)));
    assert_eq!(state(&counter), State::Used);
    let kinds: Vec<_> = counter.memory.tables().entries.values().map(|it| it.kind).collect();
    assert_eq!(kinds, [EntryKind::Settlement, EntryKind::Undo, EntryKind::Reinstatement]);
}
