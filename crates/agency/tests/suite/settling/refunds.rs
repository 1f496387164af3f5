//! Where the policy refunds on the accumulators of today: an undo is a negative settlement, a reversal is still exact.

use crate::memory::Memory;
use crate::village::counter::{Counter, Slip, answered, entry, record};
use crate::village::{Rows, attend, law, line, register, reverse, settle, undo, upload};
use agency::Outcome;
use agency::business::lines::UploadLines;
use agency::business::settle::Settle;
use agency::business::undo::Undo;
use agency::business::visit::{Attend, Register};
use agency::core::Reply;
use agency::directory::{HOSPITAL, ItemDetail};
use agency::facts;
use agency::record::Record;
use kernel::AccountUse;
use store::{Area, Id, MessageKey, PersonKey};

const SAMPLE: Area = Area(990_200);
const CLINIC: &str = "H99020000001";
const NOON: &str = "2024-03-01 12:00:00";

fn who() -> PersonKey {
    PersonKey::new(SAMPLE, "己")
}

/// A clinic of the sample region, where 100 yuan are deductible and 60 % are paid above, with a visit that goes on.
fn sample() -> (Counter, Id) {
    let mut rows = Rows::default();
    rows.person(&who(), 100_000, 0);
    rows.fact(&who(), facts::PLAN, "employer", "2020-01-01", "");
    rows.fact(&who(), facts::ENTITLEMENT, "entitled", "2020-01-01", "");
    rows.institution(SAMPLE, CLINIC, HOSPITAL, "0");
    rows.item(SAMPLE, "A", &ItemDetail { class: "A".into(), ..ItemDetail::default() });
    let counter = Counter::over(Memory::with(&rows.changes), NOON);
    let visit = Register { person: who(), ..register("己", CLINIC, "V1", NOON) };
    let Outcome::Registered { visit } = answered(&counter.ask(visit)).outcome else {
        panic!("not registered")
    };
    answered(&counter.ask(Attend { person: who(), ..attend("己", CLINIC, visit) }));
    (counter, visit)
}

/// A bill of 100 yuan, in cash as far as the fund does not pay.
fn bill(counter: &Counter, visit: Id, batch: &str) -> Reply {
    let mut fee = line(batch, "A", 10_000, "2024-03-01 11:00:00");
    fee.batch = batch.into();
    let lines = upload("己", CLINIC, visit, vec![fee]);
    answered(&counter.ask(UploadLines { person: who(), ..lines }));
    counter.ask(Settle {
        person: who(),
        batch: batch.into(),
        account_use: AccountUse::None,
        ..settle("己", CLINIC, visit, 10_000)
    })
}

#[test]
fn an_undo_on_todays_accumulators_is_reversed_exactly_and_decides_again_to_the_same_bytes() {
    let (counter, visit) = sample();
    let first = bill(&counter, visit, "1");
    let second = bill(&counter, visit, "2");
    assert_eq!(record(&first).decision.funds, [0, 0, 0]);
    assert_eq!(record(&second).decision.funds, [6_000, 0, 0]);
    let asked = Undo { person: who(), ..undo("己", CLINIC, entry(&first)) };
    let message = crate::village::message(CLINIC, "M1", "2208", 1);
    let message = MessageKey { area: SAMPLE, ..message };
    let undone = counter.hand_in(vec![Slip::named(asked, &message, NOON)]).remove(0);
    let decision = record(&undone).decision.clone();
    // The first bill was all deductible. Without it the second would have been: its 60 yuan come back.
    assert_eq!((decision.funds, decision.cash), ([-6_000, 0, 0], -4_000));
    let mut request = reverse(&message, "己", NOON);
    request.person = who();
    answered(&counter.ask(request));
    let tables = counter.memory.tables();
    for entry in tables.entries.values() {
        let stored = Record::from_json(&entry.record).unwrap();
        let again = stored.again(&law()).unwrap().to_json().unwrap();
        assert_eq!(again, entry.record, "{:?}", entry.kind);
    }
    let last = Record::from_json(&tables.entries.values().last().unwrap().record).unwrap();
    assert_eq!(last.decision, decision.negated());
}
