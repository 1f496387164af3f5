//! An invented town: people with accounts, files and a visit of five fee lines each; and batches that settle visits.

use fastrand::Rng;
use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use store::{
    Account, Area, Changes, Entry, EntryKind, Fact, Found, Id, Line, Message, MessageKey, Person,
    PersonKey, Posting, Sheet, Store, Subject, Visit, Wants, YearRow,
};

const AREA: Area = Area(990_000);
const INSTITUTIONS: u64 = 200;
/// People written by one commit of the setting-up.
const AT_ONCE: u64 = 4_096;

/// Where the town is and what has happened in it.
pub(crate) struct Town {
    people: u64,
    random: Rng,
    clock: i64,
    record: Arc<str>,
    body: Arc<str>,
}

impl Town {
    /// Founds a town in empty books.
    pub(crate) fn found(store: &dyn Store, people: u64) -> Town {
        let start = Moment::parse("2026-11-02 08:00:00").map_or(0, |moment| moment.0);
        let town = Town {
            people,
            random: Rng::with_seed(1),
            clock: start,
            record: json(2_400).into(),
            body: json(300).into(),
        };
        for first in (0..people).step_by(usize::try_from(AT_ONCE).unwrap_or(1)) {
            let mut changes = Changes::default();
            for number in first..people.min(first + AT_ONCE) {
                town.settle_in(number, &mut changes);
            }
            let result = store.commit(&Wants::default(), &mut |_| changes.clone());
            result.expect("write the town");
        }
        town
    }

    fn settle_in(&self, number: u64, changes: &mut Changes) {
        let key = key(number);
        let visit = visit_of(number);
        changes.people.push(Person {
            key: key.clone(),
            name: "测试甲".into(),
            cert_type: "01".into(),
            cert_no: format!("990000{number:012}").into(),
            gender: "1".into(),
            born: Date::from_ymd(1980, 1, 1),
            detail: "{}".into(),
        });
        for (kind, tail) in [("plan", 1), ("entitlement", 2)] {
            changes.facts.push(Fact {
                id: Id(visit.0 + tail),
                subject: Subject::Person(key.clone()),
                kind: kind.into(),
                other: "employee".into(),
                from: Date::MIN,
                to: Date::MAX,
                learned_at: Moment(0),
                ended_at: None,
                detail: Arc::default(),
            });
        }
        changes.accounts.push(account(&key, 100_000, Id::MIN));
        changes.years.push(year(&key, 10_000));
        changes.visits.push(self.visit(number));
        let lines = (0..5).map(|serial| Line {
            batch: "1".into(),
            serial: format!("{number:012}{serial}").into(),
            item: "XA01".into(),
            amount: Fen::yuan(20),
            at: visit.moment(),
            body: self.body.clone(),
        });
        changes.sheets.push(Sheet { visit, key: key.clone(), lines: lines.collect() });
    }

    fn visit(&self, number: u64) -> Visit {
        let id = visit_of(number);
        Visit {
            id,
            key: key(number),
            institution: institution(number),
            number: format!("MZ{number:012}").into(),
            began: id.moment(),
            state: 0,
            body: self.body.clone(),
        }
    }

    /// What settling the visits of some people needs, and the batch that settles them.
    pub(crate) fn batch(&mut self, size: usize) -> (Wants, Batch) {
        let mut wants = Wants { years: Some((2025, 2026)), ..Wants::default() };
        let mut people = Vec::with_capacity(size);
        for _ in 0..size {
            let number = self.random.u64(..self.people);
            if wants.people.insert(key(number)) {
                people.push(number);
            }
        }
        self.clock += 8;
        let batch = Batch {
            at: Moment(self.clock),
            tail: u64::from(self.random.u32(..)),
            visits: people.iter().map(|number| self.visit(*number)).collect(),
            record: self.record.clone(),
        };
        for (place, visit) in batch.visits.iter().enumerate() {
            wants.visits.insert((visit.key.clone(), visit.id));
            wants.messages.insert(batch.message_key(place));
            let as_sent = batch.message_key(place);
            wants.messages.insert(MessageKey { digest: as_sent.digest ^ 1, ..as_sent });
        }
        wants.areas.insert(AREA);
        (wants, batch)
    }
}

/// Some settlements, to be decided together.
pub(crate) struct Batch {
    at: Moment,
    tail: u64,
    visits: Vec<Visit>,
    record: Arc<str>,
}

impl Batch {
    pub(crate) fn len(&self) -> usize {
        self.visits.len()
    }

    fn message_key(&self, place: usize) -> MessageKey {
        let institution = &self.visits[place].institution;
        MessageKey {
            area: AREA,
            institution: institution.clone(),
            number: format!("{institution}{}{place:04}", self.at.0).into(),
            transaction: "2207".into(),
            digest: u128::from(self.tail) << 96 | self.visits[place].id.0 >> 32,
        }
    }

    /// One entry, four postings, a visit, an account, a year and a message for each.
    pub(crate) fn decide(&self, found: &Found) -> Changes {
        let mut changes = Changes::default();
        for (place, visit) in self.visits.iter().enumerate() {
            let before = &found.accounts[&visit.key];
            let spent =
                found.years.get(&(visit.key.clone(), 2026)).map_or(0, |cells| cells["pool"]);
            let total: i64 = found.lines[&visit.id].iter().map(|line| line.amount.get()).sum();
            let id = Id::at(self.at, u128::from(self.tail) << 32 | place as u128);
            self.settle(place, id, total, &mut changes);
            changes.accounts.push(account(&visit.key, before.current.get() - total / 5, id));
            changes.years.push(year(&visit.key, spent + total / 2));
        }
        changes
    }

    fn settle(&self, place: usize, id: Id, total: i64, changes: &mut Changes) {
        let visit = &self.visits[place];
        let (funds, accounts) = (total / 2, total / 5);
        let payable = -(funds + accounts);
        let sides: [(i16, &Arc<str>, i64); 4] = [
            (1001, &Arc::default(), funds),
            (2001, &visit.key.person, accounts - 10),
            (2002, &visit.key.person, 10),
            (2101, &visit.institution, payable),
        ];
        let postings = sides.map(|(account, party, amount)| Posting {
            account,
            party: party.clone(),
            amount: Fen::new(amount),
        });
        changes.visits.push(visit.clone());
        changes.entries.push(Entry {
            id,
            key: visit.key.clone(),
            kind: EntryKind::Settlement,
            institution: visit.institution.clone(),
            visit: visit.id,
            undoes: Id::MIN,
            year: 2026,
            clearing: "11".into(),
            total: Fen::new(total),
            funds: Fen::new(funds),
            accounts: Fen::new(accounts),
            cash: Fen::new(total - funds - accounts),
            payers: Vec::new(),
            postings: postings.into(),
            record: self.record.clone(),
        });
        changes.messages.push(Message {
            key: self.message_key(place),
            person: visit.key.person.clone(),
            at: self.at,
            sent: Some(self.at),
            id: Id(id.0 + 1),
            entry: id,
            state: 0,
            outcome: Arc::default(),
        });
    }
}

fn key(number: u64) -> PersonKey {
    PersonKey::new(AREA, &format!("99000000000000{number:012}"))
}

fn institution(number: u64) -> Arc<str> {
    format!("H99{:09}", number % INSTITUTIONS).into()
}

/// Visits began in the order of people's numbers, some seconds apart.
fn visit_of(number: u64) -> Id {
    let start = Moment::parse("2026-11-01 08:00:00").map_or(0, |moment| moment.0);
    let began = start + i64::try_from(number * 50).unwrap_or(0);
    Id::at(Moment(began), u128::from(number) << 8)
}

fn account(key: &PersonKey, current: i64, last: Id) -> Account {
    let (current, earlier) = (Fen::new(current), Fen::yuan(500));
    Account { key: key.clone(), current, earlier, year: 2026, revision: 1, last }
}

fn year(key: &PersonKey, spent: i64) -> YearRow {
    let cells = [("pool", spent), ("pool-total", spent * 2), ("visits", 3)];
    let cells = cells.into_iter().map(|(name, value)| (Arc::from(name), value)).collect();
    YearRow { key: key.clone(), year: 2026, cells }
}

/// A JSON text of about this many bytes.
fn json(bytes: usize) -> String {
    let words = (0..bytes / 20).map(|n| format!("\"name-{n:04}\":{n:06}"));
    format!("{{{}}}", words.collect::<Vec<_>>().join(","))
}
