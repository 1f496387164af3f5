//! Files of people kept in memory: the last few ten thousand asked for.

use std::collections::HashMap;
use std::sync::Arc;
use store::{PersonFile, PersonKey};

/// When so many are young, they grow old, and the old ones are forgotten.
const YOUNG: usize = 16_384;

/// A memory of two generations: whatever was not asked for while a whole generation grew up is forgotten.
#[derive(Default)]
pub(super) struct Memory {
    young: HashMap<PersonKey, Arc<PersonFile>>,
    old: HashMap<PersonKey, Arc<PersonFile>>,
}

impl Memory {
    pub(super) fn get(&self, person: &PersonKey) -> Option<Arc<PersonFile>> {
        self.young.get(person).or_else(|| self.old.get(person)).cloned()
    }

    pub(super) fn put(&mut self, person: PersonKey, file: Arc<PersonFile>) {
        // Two threads may come in either order; a revision never goes back.
        if self.get(&person).is_some_and(|known| known.revision > file.revision) {
            return;
        }
        if self.young.len() >= YOUNG {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(person, file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Area, Person};

    fn file(name: &str, revision: i64) -> (PersonKey, Arc<PersonFile>) {
        let key = PersonKey::new(Area(500_000), name);
        let text = || Arc::from("");
        let person = Person {
            key: key.clone(),
            name: text(),
            cert_type: text(),
            cert_no: text(),
            gender: text(),
            born: None,
            detail: text(),
        };
        (key, Arc::new(PersonFile { person, facts: Vec::new(), revision }))
    }

    #[test]
    fn what_is_not_asked_for_is_forgotten_and_memory_is_bounded() {
        let mut memory = Memory::default();
        let (first, first_file) = file("first", 1);
        memory.put(first.clone(), first_file);
        for number in 0..3 * YOUNG {
            let (key, it) = file(&number.to_string(), 1);
            memory.put(key, it);
        }
        assert!(memory.get(&first).is_none());
        assert!(memory.young.len() + memory.old.len() <= 2 * YOUNG);
    }

    #[test]
    fn an_older_revision_does_not_replace_a_newer_one() {
        let mut memory = Memory::default();
        let (key, newer) = file("P1", 2);
        memory.put(key.clone(), newer);
        memory.put(key.clone(), file("P1", 1).1);
        assert_eq!(memory.get(&key).map(|file| file.revision), Some(2));
    }
}
