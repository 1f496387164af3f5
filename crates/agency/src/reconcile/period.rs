//! Which entries are reconciled: over which days, and settlements or refunds.

use crate::reason::{Reason, Refused};
use kernel::{Date, Moment};
use store::{EntryKind, Id};

/// The most days that one reconciliation spans.
const MAX_DAYS: i32 = 366;

/// A span of days by settlement time, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

impl Period {
    /// A span of at most a year.
    ///
    /// # Errors
    /// [`Reason::Content`] if it ends before it begins or is too long.
    pub fn new(from: Date, to: Date) -> Result<Period, Refused> {
        let days = to.days().saturating_sub(from.days());
        if days < 0 {
            let words = format!("结束日期{to}早于开始日期{from}");
            return Err(Refused::new(Reason::Content, words));
        }
        if days >= MAX_DAYS {
            let words = format!("{from}至{to}超过{MAX_DAYS}天");
            return Err(Refused::new(Reason::Content, words));
        }
        Ok(Period { from, to })
    }

    /// Ids given within it: from the first, inclusive, to the last, exclusive.
    #[must_use]
    pub fn ids(&self) -> (Id, Id) {
        let id = |day: Date| Id::first_at(Moment::start_of(day));
        (id(self.from), id(self.to.next()))
    }

    /// True if the id was given within it.
    #[must_use]
    pub fn holds(&self, id: Id) -> bool {
        let (from, to) = self.ids();
        from <= id && id < to
    }
}

/// Which rows: settlements, refunds or both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Rows {
    /// Both together.
    #[default]
    All,
    /// Settlements only.
    Settlements,
    /// Refunds only.
    Refunds,
}

impl Rows {
    /// True if an entry of this kind is among them. What takes a message back goes with what it takes back.
    #[must_use]
    pub const fn hold(self, kind: EntryKind) -> bool {
        match kind {
            EntryKind::Settlement | EntryKind::Reversal => !matches!(self, Rows::Refunds),
            EntryKind::Undo | EntryKind::Reinstatement => !matches!(self, Rows::Settlements),
            _ => false,
        }
    }
}
