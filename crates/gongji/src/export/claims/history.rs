//! A person's entries as claims: what each settlement was decided on, as last corrected; what took settlements back; limits
//! used elsewhere.

use agency::record::{Booking, Corrected, Decision, Inputs, PaperCase};
use anyhow::{Result, anyhow};
use kernel::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use store::{Entered, EntryKind, Id};

/// What of a settlement's record is needed: its trace is not read.
#[derive(Deserialize)]
pub(super) struct Settled {
    pub(super) case: About,
    pub(super) inputs: Inputs,
    pub(super) decision: Decision,
    #[serde(default)]
    original: Option<Id>,
}

/// Of its case.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct About {
    pub(super) visit: Id,
    pub(super) institution: Arc<str>,
    pub(super) paper: Option<Box<PaperCase>>,
}

/// What the funds paid and what was charged, as the books hold it now, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Booked {
    /// By fund: pool, large amount, subsidy.
    pub(crate) funds: [i64; 3],
    /// Deductible charged.
    pub(crate) deductible: i64,
}

impl Booked {
    pub(crate) fn add(&mut self, funds: [i64; 3], deductible: i64) {
        for (sum, by) in self.funds.iter_mut().zip(funds) {
            *sum += by;
        }
        self.deductible += deductible;
    }
}

/// Why claims may come to something else than the books hold, though the policy is that of the books.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Untold {
    /// A settlement was decided under a version of the policy that no longer holds on its day.
    OtherPolicy,
    /// 冲正 of an undo: settlements between the two were decided without the bill, and are settled with it here.
    Reinstated,
    /// Corrected after others had been taken back: what was taken back stays in the books as it was.
    CorrectedAround,
    /// Use elsewhere that went down, or of what is no limit of the year: claims cannot say so.
    OtherUse,
    /// Moves of accumulators entered by hand.
    ByHand,
}

/// One event of a person's history.
pub(super) struct Event {
    /// The entry.
    pub(super) id: Id,
    /// Its place in the history.
    pub(super) serial: i64,
    pub(super) what: What,
}

/// What happened.
pub(super) enum What {
    /// A settlement.
    Settled(Box<Settled>, Booked),
    /// A settlement was taken back: which, and its service date.
    TakenBack(Id, Date, Booked),
    /// So much of a limit was used elsewhere.
    Used(Arc<str>, i64, Date),
}

/// The history of a person.
#[derive(Default)]
pub(super) struct History {
    pub(super) events: Vec<Event>,
    pub(super) untold: Vec<Untold>,
}

/// Puts entries, oldest first, into claims.
pub(super) fn history(entries: &[Entered]) -> Result<History> {
    let again = entries.iter().filter(|entry| entry.kind == EntryKind::Reinstatement);
    let void: HashSet<Id> = again.flat_map(|entry| [entry.undoes, entry.id]).collect();
    let mut reading = Reading::default();
    for (serial, entry) in (1..).zip(entries) {
        if void.contains(&entry.id) {
            reading.note(Untold::Reinstated);
            continue;
        }
        reading.entry(serial, entry).map_err(|error| anyhow!("{}: {error}", entry.id))?;
    }
    Ok(reading.end())
}

#[derive(Default)]
struct Reading {
    history: History,
    /// Where settlements stand among the events.
    places: HashMap<Id, usize>,
    /// By benefit year, a service date of it.
    days: BTreeMap<i32, Date>,
    /// Use elsewhere: its place among the events and its benefit year.
    uses: Vec<(usize, i32)>,
    taken_back: bool,
}

impl Reading {
    fn note(&mut self, untold: Untold) {
        if !self.history.untold.contains(&untold) {
            self.history.untold.push(untold);
        }
    }

    fn push(&mut self, id: Id, serial: i64, what: What) {
        self.history.events.push(Event { id, serial, what });
    }

    fn entry(&mut self, serial: i64, entry: &Entered) -> Result<()> {
        match entry.kind {
            EntryKind::Settlement | EntryKind::Reimbursement => self.settled(serial, entry),
            EntryKind::Undo | EntryKind::Reversal | EntryKind::Withdrawal => {
                self.taken_back(serial, entry)
            }
            EntryKind::Correction => self.corrected(entry),
            EntryKind::Import => self.used(serial, entry),
            _ => Ok(()),
        }
    }

    fn settled(&mut self, serial: i64, entry: &Entered) -> Result<()> {
        let settled: Settled = serde_json::from_str(&entry.record)?;
        self.days.insert(entry.year, service(&settled.inputs)?);
        self.places.insert(entry.id, self.history.events.len());
        let Decision { funds, deductible, .. } = settled.decision;
        let what = What::Settled(Box::new(settled), Booked { funds, deductible });
        self.push(entry.id, serial, what);
        Ok(())
    }

    fn taken_back(&mut self, serial: i64, entry: &Entered) -> Result<()> {
        let settled: Settled = serde_json::from_str(&entry.record)?;
        let original = settled.original.unwrap_or(entry.undoes);
        let Decision { funds, deductible, .. } = settled.decision;
        let what =
            What::TakenBack(original, service(&settled.inputs)?, Booked { funds, deductible });
        self.push(entry.id, serial, what);
        self.taken_back = true;
        Ok(())
    }

    /// The settlement is now what it was corrected to, and stands where it stood.
    fn corrected(&mut self, entry: &Entered) -> Result<()> {
        let Some(corrected) = Corrected::from_json(&entry.record) else {
            let booking: Booking = serde_json::from_str(&entry.record)?;
            if !booking.moves.is_empty() {
                self.note(Untold::ByHand);
            }
            return Ok(());
        };
        if self.taken_back {
            self.note(Untold::CorrectedAround);
        }
        let correction = corrected.correction;
        let place = self.places.get(&correction.settlement).copied();
        let event = place.and_then(|place| self.history.events.get_mut(place));
        if let Some(Event { what: What::Settled(settled, booked), .. }) = event {
            booked.add(correction.funds, correction.deductible);
            if let Some(after) = correction.after {
                settled.inputs = after.inputs;
                settled.decision = after.decision;
            }
        }
        Ok(())
    }

    fn used(&mut self, serial: i64, entry: &Entered) -> Result<()> {
        let booking: Booking = serde_json::from_str(&entry.record)?;
        let day = Date::parse(&booking.day).unwrap_or(entry.id.moment().date());
        for (name, by) in booking.moves {
            match name.strip_prefix("limit.") {
                Some(limit) if by > 0 && !limit.contains(['/', '@']) => {
                    self.uses.push((self.history.events.len(), entry.year));
                    self.push(entry.id, serial, What::Used(Arc::from(limit), by, day));
                }
                _ => self.note(Untold::OtherUse),
            }
        }
        Ok(())
    }

    /// Use elsewhere is of a benefit year: any service date of it will do. A year without settlements makes no difference.
    fn end(mut self) -> History {
        for (place, year) in self.uses {
            let event = self.history.events.get_mut(place);
            if let (Some(Event { what: What::Used(_, _, day), .. }), Some(known)) =
                (event, self.days.get(&year))
            {
                *day = *known;
            }
        }
        self.history
    }
}

fn service(inputs: &Inputs) -> Result<Date> {
    Date::parse(&inputs.service).ok_or_else(|| anyhow!("service {:?}", inputs.service))
}

#[cfg(test)]
mod tests {
    use super::{Untold, What, history};
    use kernel::{Date, Moment};
    use serde_json::json;
    use store::{Entered, EntryKind, Id};

    fn at(number: u8) -> Id {
        let day = Date::from_ymd(2025, 1, number).unwrap();
        Id::first_at(Moment::start_of(day))
    }

    fn entry(number: u8, kind: EntryKind, undoes: Id, record: &serde_json::Value) -> Entered {
        Entered { id: at(number), kind, undoes, year: 2025, record: record.to_string().into() }
    }

    /// A settlement of which the pool paid so much.
    fn settled(paid: i64) -> serde_json::Value {
        let decision = json!({"total": 10_000, "funds": [paid, 0, 0], "deductible": 200});
        json!({"case": {}, "inputs": {"service": "2025-01-01"}, "decision": decision})
    }

    fn taking_back(paid: i64, original: Id) -> serde_json::Value {
        let mut record = settled(paid);
        record["original"] = json!(original);
        record
    }

    fn none() -> Id {
        Id::MIN
    }

    #[test]
    fn an_undo_that_was_taken_back_never_was() {
        let entries = [
            entry(1, EntryKind::Settlement, none(), &settled(600)),
            entry(2, EntryKind::Undo, at(1), &taking_back(-600, at(1))),
            entry(3, EntryKind::Reinstatement, at(2), &taking_back(600, at(1))),
        ];
        let found = history(&entries).unwrap();
        assert!(matches!(&found.events[..], [event] if matches!(event.what, What::Settled(..))));
        assert_eq!(found.untold, [Untold::Reinstated]);

        // Undone once more, it is gone: by the settlement's name, whatever is named as taken back.
        let again = entry(4, EntryKind::Undo, at(3), &taking_back(-600, at(1)));
        let found = history(&[&entries[..], &[again]].concat()).unwrap();
        let [_, back] = &found.events[..] else { panic!("two events") };
        assert!(matches!(back.what, What::TakenBack(original, ..) if original == at(1)));
    }

    #[test]
    fn a_settlement_is_what_it_was_last_corrected_to() {
        let correction = json!({
            "moves": [], "balance": 0,
            "correction": {
                "settlement": at(1), "funds": [-100, 0, 0], "deductible": 50,
                "after": {"inputs": {"service": "2025-01-01", "level": "3"}, "decision": {"total": 10_000, "in_scope": 9_000}}
            }
        });
        let entries = [
            entry(1, EntryKind::Settlement, none(), &settled(600)),
            entry(2, EntryKind::Correction, at(1), &correction),
        ];
        let found = history(&entries).unwrap();
        let [event] = &found.events[..] else { panic!("one event") };
        let What::Settled(settled, booked) = &event.what else { panic!("a settlement") };
        assert_eq!((&*settled.inputs.level, settled.decision.in_scope), ("3", 9_000));
        assert_eq!((booked.funds, booked.deductible), ([500, 0, 0], 250));
        assert!(found.untold.is_empty());
    }

    #[test]
    fn use_elsewhere_is_of_its_benefit_year_and_cannot_go_down() {
        let used = |by: i64| json!({"moves": [["limit.pool-year", by]]});
        let entries = [
            entry(1, EntryKind::Import, none(), &used(5_000)),
            entry(2, EntryKind::Import, none(), &used(-1_000)),
            entry(3, EntryKind::Import, none(), &json!({"moves": [["ordinary.visits", 1]]})),
            entry(4, EntryKind::Settlement, none(), &settled(600)),
        ];
        let found = history(&entries).unwrap();
        let [event, _] = &found.events[..] else { panic!("two events") };
        let What::Used(limit, by, day) = &event.what else { panic!("use elsewhere") };
        assert_eq!(
            (&**limit, *by, *day),
            ("pool-year", 5_000, Date::from_ymd(2025, 1, 1).unwrap())
        );
        assert_eq!(found.untold, [Untold::OtherUse]);
    }

    #[test]
    fn a_record_that_cannot_be_read_is_named() {
        let entries = [entry(1, EntryKind::Settlement, none(), &json!({"case": {}}))];
        let error = history(&entries).err().unwrap().to_string();
        assert!(error.starts_with(&at(1).to_string()), "{error}");
    }
}
