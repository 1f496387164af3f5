//! What is found for what is wanted.

use super::Tables;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Found, Message, PersonFile, PersonKey, Subject, Wants};

impl Tables {
    pub(crate) fn find(&self, wants: &Wants) -> Found {
        let mut found = Found::default();
        for person in self.with_payers(wants) {
            let Some(account) = self.accounts.get(&person) else { continue };
            let known = wants.known.get(&person).map(|file| file.revision);
            if known != Some(account.revision) {
                found.files.insert(person.clone(), Arc::new(self.file(&person, account.revision)));
            }
            found.accounts.insert(person, account.clone());
        }
        if let Some((from, to)) = wants.years {
            let within = self.years.iter().filter(|((person, year), _)| {
                wants.people.contains(person) && (from..=to).contains(year)
            });
            found.years.extend(within.map(|(key, cells)| (key.clone(), cells.clone())));
        }
        let named = self.messages.values().filter(|it| wants.messages.contains(&it.key));
        found.messages.extend(named.cloned());
        let like = |message: &&Message| {
            wants.originals.iter().any(|key| {
                let known = &message.key;
                (known.area, &known.institution, &known.number, &known.transaction)
                    == (key.area, &key.institution, &key.number, &key.transaction)
            })
        };
        let mut originals: Vec<_> = self.messages.values().filter(like).cloned().collect();
        originals.sort_by_key(|message| message.id);
        found.messages.extend(originals);
        let of_messages = found.messages.iter().map(|message| message.entry);
        let wanted = wants.entries.iter().map(|(_, entry)| *entry);
        for id in of_messages.chain(wanted).collect::<BTreeSet<_>>() {
            found.entries.extend(self.entries.get(&id).map(|entry| (id, entry.clone())));
            found.undone.extend(self.undone.get(&id).map(|by| (id, *by)));
        }
        for (_, id) in &wants.visits {
            found.visits.extend(self.visits.get(id).map(|visit| (*id, visit.clone())));
            found.lines.insert(*id, self.lines.get(id).cloned().unwrap_or_default());
        }
        for key in &wants.documents {
            found.documents.extend(self.documents.get(key).map(|it| (key.clone(), it.clone())));
        }
        let revisions = self.directories.iter().filter(|(area, _)| wants.areas.contains(area));
        found.directories.extend(revisions.map(|(area, revision)| (*area, *revision)));
        found
    }

    /// Everybody wanted, everybody whose account pays for them, and everybody who paid in one of the entries.
    fn with_payers(&self, wants: &Wants) -> BTreeSet<PersonKey> {
        let mut people = wants.people.clone();
        let bound = self.facts.values().filter(|fact| {
            let Subject::Person(person) = &fact.subject else { return false };
            *fact.kind == *store::FAMILY && fact.ended_at.is_none() && wants.people.contains(person)
        });
        people.extend(bound.map(|fact| PersonKey::new(fact.subject.area(), &fact.other)));
        for (person, entry) in &wants.entries {
            let payers = self.entries.get(entry).map_or(&[][..], |entry| &entry.payers);
            people.extend(payers.iter().map(|payer| PersonKey::new(person.area, payer)));
        }
        people
    }

    fn file(&self, person: &PersonKey, revision: i64) -> PersonFile {
        let subject = Subject::Person(person.clone());
        let own = self.facts.values().filter(|fact| fact.subject == subject);
        let mut facts: Vec<_> = own.cloned().collect();
        facts.sort_by(|a, b| (&a.kind, a.from, a.id).cmp(&(&b.kind, b.from, b.id)));
        PersonFile { person: self.people[person].clone(), facts, revision }
    }
}
