//! Whether entries stand, read from the books: an undo takes a settlement back, a reversal takes either back, and after the
//! reversal of an undo its settlement stands again.

use std::collections::{BTreeSet, HashMap};
use store::queries::Answer;
use store::{EntryKind, Id, PersonKey, Store, Wants};

/// How an entry was taken back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TakenBack {
    /// The entry that takes it back.
    pub by: Id,
    /// What that is: an undo, a reversal, or the reinstatement that takes an undo back.
    pub kind: EntryKind,
}

impl TakenBack {
    /// True if to the institution the entry never happened.
    #[must_use]
    pub const fn never_happened(&self) -> bool {
        only_takes_back(self.kind)
    }
}

/// True if an entry only takes a message back: to the institution it never happened.
#[must_use]
pub const fn only_takes_back(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Reversal | EntryKind::Reinstatement)
}

/// What became of settlements and undos; those that stand are left out.
///
/// # Errors
/// The store's own.
pub fn taken_back(
    store: &dyn Store,
    entries: impl IntoIterator<Item = (PersonKey, Id)>,
) -> Answer<HashMap<Id, TakenBack>> {
    let mut fates = HashMap::new();
    // Where each entry stands now: itself, or what reinstated it.
    let mut standing: Vec<(PersonKey, Id, Id)> =
        entries.into_iter().map(|(person, id)| (person, id, id)).collect();
    while !standing.is_empty() {
        let undone = read(store, standing.iter().map(|(person, _, at)| (person, *at)))?.undone;
        standing.retain(|(_, _, at)| undone.contains_key(at));
        let found = read(store, standing.iter().map(|(person, _, at)| (person, undone[at])))?;
        let mut next = Vec::new();
        for (person, id, at) in standing {
            let by = undone[&at];
            let Some(kind) = found.entries.get(&by).map(|entry| entry.kind) else { continue };
            match found.undone.get(&by) {
                Some(again) if kind == EntryKind::Undo => next.push((person, id, *again)),
                _ => drop(fates.insert(id, TakenBack { by, kind })),
            }
        }
        standing = next;
    }
    Ok(fates)
}

fn read<'a>(
    store: &dyn Store,
    entries: impl Iterator<Item = (&'a PersonKey, Id)>,
) -> Answer<store::Found> {
    let entries: BTreeSet<_> = entries.map(|(person, id)| (person.clone(), id)).collect();
    if entries.is_empty() {
        return Ok(store::Found::default());
    }
    store.read(&Wants { entries, ..Wants::default() })
}
