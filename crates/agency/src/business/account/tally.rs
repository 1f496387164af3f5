//! What a credit run has come to so far: kept with the run, so that a restart goes on counting where it stopped.

use super::Skipped;
use kernel::{Fen, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// People who are credited alike.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreditClass {
    /// Code of the status.
    pub status: Arc<str>,
    /// 参保类型.
    pub plan: Arc<str>,
    /// The articles of the row, joined by `；`.
    pub articles: Arc<str>,
}

/// Counts and sums, fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// People looked at.
    pub people: u64,
    /// By class: entries and their amount.
    pub credited: Vec<(CreditClass, u64, i64)>,
    /// People who got nothing, by code of [`Skipped`].
    pub skipped: BTreeMap<Arc<str>, u64>,
    /// Credited beyond what is owed now, and left where it is.
    pub over: i64,
    /// Taken back: entries and their amount.
    pub taken_back: (u64, i64),
}

impl Tally {
    /// An entry was made.
    pub fn credited(&mut self, class: &CreditClass, entries: u64, amount: i64) {
        match self.credited.iter_mut().find(|(known, ..)| known == class) {
            Some((_, count, sum)) => {
                *count += entries;
                *sum += amount;
            }
            None => self.credited.push((class.clone(), entries, amount)),
        }
    }

    /// A person got nothing.
    pub fn skip(&mut self, why: Skipped) {
        *self.skipped.entry(Arc::from(why.code())).or_default() += 1;
    }

    /// Both together.
    pub fn add(&mut self, other: &Tally) {
        self.people += other.people;
        for (class, count, amount) in &other.credited {
            self.credited(class, *count, *amount);
        }
        for (why, count) in &other.skipped {
            *self.skipped.entry(why.clone()).or_default() += count;
        }
        self.over += other.over;
        self.taken_back.0 += other.taken_back.0;
        self.taken_back.1 += other.taken_back.1;
    }

    /// Entries that credited something.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.credited.iter().map(|(_, count, _)| count).sum()
    }

    /// Credited by all of them.
    #[must_use]
    pub fn amount(&self) -> Fen {
        Fen::new(self.credited.iter().map(|(.., amount)| amount).sum())
    }
}

impl CreditClass {
    /// The class of who is owed something.
    #[must_use]
    pub fn new(status: Status, plan: &Arc<str>, articles: &[Arc<str>]) -> CreditClass {
        CreditClass {
            status: Arc::from(status.code()),
            plan: plan.clone(),
            articles: Arc::from(articles.join("；")),
        }
    }
}
