//! Writing, with the checks that the contract promises.

use super::Tables;
use std::collections::BTreeSet;
use store::{Changes, Line, Sheet, StoreError};

impl Tables {
    /// Writes everything, or nothing.
    pub(crate) fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        self.check(changes)?;
        for person in &changes.people {
            self.people.insert(person.key.clone(), person.clone());
        }
        for it in &changes.credentials {
            let key = (it.key.area, it.kind.clone(), it.number.clone());
            self.credentials.insert(key, it.clone());
        }
        for fact in &changes.facts {
            self.facts.insert(fact.id, fact.clone());
        }
        for (_, id, at) in &changes.ended {
            if let Some(fact) = self.facts.get_mut(id) {
                fact.ended_at = Some(*at);
            }
        }
        for it in &changes.institutions {
            self.institutions.insert((it.area, it.code.clone()), it.clone());
        }
        for it in &changes.items {
            self.items.insert((it.area, it.code.clone(), it.from.days()), it.clone());
        }
        for it in &changes.accounts {
            self.accounts.insert(it.key.clone(), it.clone());
        }
        for it in &changes.years {
            self.years.insert((it.key.clone(), it.year), it.cells.clone());
        }
        for it in &changes.visits {
            self.visits.insert(it.id, it.clone());
        }
        for it in &changes.sheets {
            self.lines.insert(it.visit, it.lines.clone());
        }
        for it in &changes.entries {
            self.entries.insert(it.id, it.clone());
        }
        for (_, entry, by) in &changes.undone {
            self.undone.insert(*entry, *by);
        }
        for it in &changes.messages {
            self.messages.insert((it.key.clone(), it.person.clone()), it.clone());
        }
        for it in &changes.documents {
            self.documents.insert(it.key.clone(), it.clone());
        }
        for it in &changes.archives {
            let key = (it.area, it.digest.clone());
            self.archives.entry(key).or_insert_with(|| it.clone());
        }
        self.closings.extend(changes.closings.iter().cloned());
        for area in changes.directories() {
            *self.directories.entry(area).or_default() += 1;
        }
        Ok(())
    }

    fn check(&self, changes: &Changes) -> Result<(), StoreError> {
        let conflict = |what: String| Err(StoreError::Conflict(what));
        for entry in &changes.entries {
            if let Some(known) = self.entries.get(&entry.id) {
                return conflict(format!("two entries: {known:?}, {entry:?}"));
            }
        }
        let mut undone: Vec<_> = changes.undone.iter().map(|(_, entry, _)| *entry).collect();
        undone.sort_unstable();
        let twice = undone.windows(2).any(|pair| pair[0] == pair[1]);
        if twice || undone.iter().any(|entry| self.undone.contains_key(entry)) {
            return conflict("an entry is undone twice".into());
        }
        for visit in &changes.visits {
            if self.visits.get(&visit.id).is_some_and(|known| known.key != visit.key) {
                return conflict(format!("visit {} is another person's", visit.id));
            }
        }
        if let Some(Sheet { visit, .. }) = changes.sheets.iter().find(|sheet| !is_in_order(sheet)) {
            return conflict(format!("lines of visit {visit} are not in order"));
        }
        for account in &changes.accounts {
            if self.accounts.get(&account.key).is_some_and(|known| known.last > account.last) {
                return conflict(format!("ids of {} go back", account.key.person));
            }
        }
        Ok(())
    }
}

/// Lines by batch and serial, no serial twice.
fn is_in_order(sheet: &Sheet) -> bool {
    let serials: BTreeSet<_> = sheet.lines.iter().map(|line| &line.serial).collect();
    let place = |line: &Line| (line.batch.clone(), line.serial.clone());
    serials.len() == sheet.lines.len() && sheet.lines.is_sorted_by_key(place)
}
