//! What was decided becomes part of what the next one sees.

use super::World;
use std::sync::Arc;
use store::{Changes, Fact, PersonFile, PersonKey, Subject};

impl World {
    /// Takes over a decision.
    pub fn apply(&mut self, changes: &Changes) {
        let found = &mut self.found;
        for account in &changes.accounts {
            found.accounts.insert(account.key.clone(), account.clone());
        }
        for row in &changes.years {
            found.years.insert((row.key.clone(), row.year), row.cells.clone());
        }
        for visit in &changes.visits {
            found.visits.insert(visit.id, visit.clone());
        }
        for sheet in &changes.sheets {
            found.lines.insert(sheet.visit, sheet.lines.clone());
        }
        for entry in &changes.entries {
            found.entries.insert(entry.id, entry.clone());
        }
        for (_, entry, by) in &changes.undone {
            found.undone.insert(*entry, *by);
        }
        for document in &changes.documents {
            found.documents.insert(document.key.clone(), document.clone());
        }
        for message in &changes.messages {
            let same =
                |known: &store::Message| known.key == message.key && known.person == message.person;
            match found.messages.iter_mut().find(|known| same(known)) {
                Some(known) => *known = message.clone(),
                None => found.messages.push(message.clone()),
            }
        }
        self.apply_files(changes);
    }

    fn apply_files(&mut self, changes: &Changes) {
        for person in &changes.people {
            let file = self.files.entry(person.key.clone()).or_insert_with(|| {
                let (person, facts) = (person.clone(), Vec::new());
                Arc::new(PersonFile { person, facts, revision: 0 })
            });
            Arc::make_mut(file).person = person.clone();
        }
        for fact in &changes.facts {
            let Subject::Person(person) = &fact.subject else { continue };
            self.edit(person, |facts| {
                facts.push(fact.clone());
                let place = |fact: &Fact| (fact.kind.clone(), fact.from, fact.id);
                facts.sort_unstable_by_key(place);
            });
        }
        for (subject, id, at) in &changes.ended {
            let Subject::Person(person) = subject else { continue };
            self.edit(person, |facts| {
                facts.iter_mut().filter(|fact| fact.id == *id).for_each(|fact| {
                    fact.ended_at = Some(*at);
                });
            });
        }
        for account in &changes.accounts {
            if let Some(file) = self.files.get_mut(&account.key)
                && file.revision != account.revision
            {
                Arc::make_mut(file).revision = account.revision;
            }
        }
    }

    fn edit(&mut self, person: &PersonKey, change: impl FnOnce(&mut Vec<Fact>)) {
        if let Some(file) = self.files.get_mut(person) {
            change(&mut Arc::make_mut(file).facts);
        }
    }
}
