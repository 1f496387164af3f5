//! A simple auditor: reads the books as they are and says what contradicts itself. It shares no code with what posts.

use crate::memory::Tables;
use crate::village::law;
use agency::business::visit::{CANCELLED, VisitBody};
use agency::ledger::Head;
use agency::record::Record;
use kernel::Fen;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Cells, Entry, EntryKind, Id, PersonKey};

/// Everything that contradicts itself, in words. `opening` are the books before the first request.
pub(crate) fn audit(now: &Tables, opening: &Tables) -> Vec<String> {
    let audit = Audit { now, opening, faults: Vec::new() };
    audit.run()
}

/// The settlements that stand: not undone, or reinstated after that.
pub(crate) fn standing(tables: &Tables) -> BTreeSet<Id> {
    let settlements = tables.entries.values().filter(|it| it.kind == EntryKind::Settlement);
    let stands = |entry: &&Entry| {
        let mut chain = 0;
        let mut last = entry.id;
        while let Some(next) = tables.undone.get(&last) {
            last = *next;
            chain += 1;
        }
        chain % 2 == 0
    };
    settlements.filter(stands).map(|entry| entry.id).collect()
}

struct Audit<'a> {
    now: &'a Tables,
    opening: &'a Tables,
    faults: Vec<String>,
}

impl Audit<'_> {
    fn run(mut self) -> Vec<String> {
        self.postings_balance();
        self.accounts_are_sums_of_postings();
        self.accumulators_are_sums_of_moves();
        self.ids_grow();
        self.visits_name_what_stands();
        self.entries_say_what_their_records_say();
        self.what_is_taken_back_is_negated();
        self.no_limit_is_exceeded();
        self.messages_name_their_entries();
        self.faults
    }

    fn check(&mut self, holds: bool, words: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(words());
        }
    }

    fn postings_balance(&mut self) {
        for entry in self.now.entries.values() {
            let sum: Fen = entry.postings.iter().map(|posting| posting.amount).sum();
            self.check(sum == Fen::ZERO, || format!("postings of {} sum to {sum}", entry.id));
        }
    }

    fn accounts_are_sums_of_postings(&mut self) {
        let mut money: BTreeMap<(Arc<str>, Head), Fen> = BTreeMap::new();
        for posting in self.now.entries.values().flat_map(|entry| &entry.postings) {
            if let Some(head @ (Head::AccountCurrent | Head::AccountEarlier)) =
                Head::from_number(posting.account)
            {
                *money.entry((posting.party.clone(), head)).or_default() -= posting.amount;
            }
        }
        for (key, account) in &self.now.accounts {
            let opened = &self.opening.accounts[key];
            for (head, now, opened) in [
                (Head::AccountCurrent, account.current, opened.current),
                (Head::AccountEarlier, account.earlier, opened.earlier),
            ] {
                let posted = money.get(&(key.person.clone(), head)).copied().unwrap_or_default();
                let name = &key.person;
                self.check(opened + posted == now, || {
                    format!("{name} {head:?}: {opened} and postings of {posted}, but {now}")
                });
                self.check(!now.is_negative(), || format!("{name} {head:?} is {now}"));
            }
        }
    }

    fn accumulators_are_sums_of_moves(&mut self) {
        #[derive(serde::Deserialize)]
        struct Moves {
            moves: Vec<(Arc<str>, i64)>,
        }
        let mut sums: BTreeMap<(PersonKey, i32), Cells> = BTreeMap::new();
        for entry in self.now.entries.values() {
            let record: Moves = serde_json::from_str(&entry.record).unwrap();
            let cells = sums.entry((entry.key.clone(), entry.year)).or_default();
            for (name, by) in record.moves {
                *cells.entry(name).or_default() += by;
            }
        }
        for ((person, year), mut cells) in sums {
            cells.retain(|_, amount| *amount != 0);
            let negative = cells.iter().find(|(_, amount)| **amount < 0);
            let negative = negative.map(|(name, amount)| format!("{name} {amount}"));
            self.check(negative.is_none(), || format!("{person:?} {year}: {negative:?}"));
            let none = Cells::new();
            let row = self.now.years.get(&(person.clone(), year)).unwrap_or(&none);
            self.check(*row == cells, || format!("{person:?} {year}: {row:?}, moves {cells:?}"));
        }
    }

    fn ids_grow(&mut self) {
        let mut newest: BTreeMap<&PersonKey, Id> = BTreeMap::new();
        for entry in self.now.entries.values() {
            newest.insert(&entry.key, entry.id);
        }
        for (person, id) in newest {
            let last = self.now.accounts[person].last;
            self.check(last == id, || format!("{person:?}: newest {id}, row says {last}"));
        }
    }

    fn visits_name_what_stands(&mut self) {
        let standing = standing(self.now);
        let mut stands: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for id in &standing {
            stands.entry(self.now.entries[id].visit).or_default().insert(*id);
        }
        for (id, visit) in &self.now.visits {
            let body = VisitBody::of(visit).unwrap();
            let named: BTreeSet<Id> = body.settled.iter().map(|(_, entry)| *entry).collect();
            let real = stands.remove(id).unwrap_or_default();
            self.check(named == real, || format!("visit {id} names {named:?}, stands {real:?}"));
            let batches: BTreeSet<_> = body.settled.iter().map(|(batch, _)| batch).collect();
            let once = batches.len() == body.settled.len();
            self.check(once, || format!("a batch of visit {id} is settled twice"));
            let gone = body.purchase && real.is_empty();
            let cancelled = visit.state == CANCELLED;
            self.check(!body.purchase || gone == cancelled, || format!("purchase {id}"));
        }
        self.check(stands.is_empty(), || format!("settlements without a visit: {stands:?}"));
    }

    fn entries_say_what_their_records_say(&mut self) {
        for entry in self.now.entries.values().filter(|entry| is_settlement(entry)) {
            let record = Record::from_json(&entry.record).unwrap();
            let decision = &record.decision;
            let said = [
                decision.total,
                decision.fund_payment(),
                decision.account_payment(),
                decision.cash,
            ];
            let columns = [entry.total, entry.funds, entry.accounts, entry.cash].map(Fen::get);
            self.check(said == columns, || format!("{}: {said:?}, {columns:?}", entry.id));
            let paid = said[1] + said[2] + said[3];
            self.check(paid == said[0], || format!("{}: {paid} of {}", entry.id, said[0]));
            let again = record.again(&law()).and_then(|record| record.to_json());
            self.check(again.as_ref().is_ok_and(|again| *again == entry.record), || {
                format!("{} decides again to\n{again:?}\nnot\n{}", entry.id, entry.record)
            });
        }
    }

    fn what_is_taken_back_is_negated(&mut self) {
        for (entry, by) in &self.now.undone {
            let (Some(entry), Some(by)) = (self.now.entries.get(entry), self.now.entries.get(by))
            else {
                self.faults.push(format!("{entry} is undone by {by}: not in the books"));
                continue;
            };
            let [first, second] =
                [entry, by].map(|entry| Record::from_json(&entry.record).unwrap());
            self.check(second.decision == first.decision.negated(), || {
                format!("{} is not the negation of {}", by.id, entry.id)
            });
            self.check(by.undoes == entry.id && by.id > entry.id, || {
                format!("{} undoes {}, and says {}", by.id, entry.id, by.undoes)
            });
        }
        let taking = |entry: &&Entry| entry.undoes != Id::MIN;
        for entry in self.now.entries.values().filter(taking) {
            let known = self.now.undone.get(&entry.undoes);
            self.check(known == Some(&entry.id), || format!("{} undoes nothing", entry.id));
        }
    }

    /// 重庆 第六条: at most 4,000 yuan a year from ordinary outpatient care, 3,000 for those in work, 800 in the first
    /// individual tier.
    fn no_limit_is_exceeded(&mut self) {
        let mut paid: BTreeMap<(&PersonKey, i32), (i64, i64)> = BTreeMap::new();
        for id in standing(self.now) {
            let entry = &self.now.entries[&id];
            let record = Record::from_json(&entry.record).unwrap();
            let facts = &record.inputs.facts;
            let most = match (&*facts.plan, &*facts.status) {
                ("individual-1", "active") => 80_000,
                ("individual-1", _) => 120_000,
                (_, "active") => 300_000,
                _ => 400_000,
            };
            let (sum, highest) = paid.entry((&entry.key, entry.year)).or_default();
            *sum += entry.funds.get();
            *highest = most.max(*highest);
        }
        for ((person, year), (sum, most)) in paid {
            self.check(sum <= most, || format!("{person:?} {year}: funds paid {sum} of {most}"));
        }
    }

    fn messages_name_their_entries(&mut self) {
        for message in self.now.messages.values().filter(|message| message.entry != Id::MIN) {
            let entry = self.now.entries.get(&message.entry);
            let own = entry.is_some_and(|entry| entry.key.person == message.person);
            self.check(own, || format!("message {:?} names {:?}", message.key, message.entry));
        }
    }
}

fn is_settlement(entry: &Entry) -> bool {
    !matches!(
        entry.kind,
        EntryKind::Credit | EntryKind::Rollover | EntryKind::Import | EntryKind::Correction
    )
}
