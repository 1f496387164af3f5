//! Which entries of a history stand, and which only take each other back.

use std::collections::{HashMap, HashSet};
use store::{Entered, EntryKind, Id};

/// What became of the entries of a history.
pub(super) struct Chain {
    /// What was taken back, and by which entry.
    undone: HashMap<Id, Id>,
    /// Undos that were reversed, and what reversed them: to the books neither happened.
    void: HashSet<Id>,
}

impl Chain {
    pub(super) fn of(entries: &[&Entered]) -> Chain {
        let takes = |entry: &&Entered| {
            entry.undoes != Id::MIN
                && matches!(
                    entry.kind,
                    EntryKind::Undo
                        | EntryKind::Reversal
                        | EntryKind::Reinstatement
                        | EntryKind::Withdrawal
                )
        };
        let taking: Vec<&Entered> = entries.iter().copied().filter(takes).collect();
        let undone = taking.iter().map(|entry| (entry.undoes, entry.id)).collect();
        let again = taking.iter().filter(|entry| entry.kind == EntryKind::Reinstatement);
        let void = again.flat_map(|entry| [entry.undoes, entry.id]).collect();
        Chain { undone, void }
    }

    /// True for an undo that was itself reversed, and for its reversal.
    pub(super) fn is_void(&self, entry: Id) -> bool {
        self.void.contains(&entry)
    }

    /// True if a settlement stands: not taken back, or what took it back was reversed.
    pub(super) fn stands(&self, settlement: Id) -> bool {
        let (mut at, mut stands) = (settlement, true);
        for _ in 0..=self.undone.len() {
            let Some(by) = self.undone.get(&at) else { return stands };
            (at, stands) = (*by, !stands);
        }
        stands
    }
}
