//! Keys to be looked up, column by column.

use super::connection::Parameter;
use super::row::uuid;
use crate::id::{Id, PersonKey};
use crate::model::{DocumentKey, MessageKey};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Keys of people, column by column.
pub(super) struct People<'a> {
    pub(super) areas: Vec<i32>,
    pub(super) people: Vec<&'a str>,
}

impl<'a> People<'a> {
    pub(super) fn of(keys: impl Iterator<Item = &'a PersonKey>) -> People<'a> {
        let (areas, people) = keys.map(|key| (key.area.0, &*key.person)).unzip();
        People { areas, people }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    pub(super) fn parameters(&self) -> [&Parameter<'_>; 2] {
        [&self.areas, &self.people]
    }
}

/// Keys of visits or entries, column by column, and the span that they lie in, by which partitions are left out.
pub(super) struct Names<'a> {
    pub(super) areas: Vec<i32>,
    pub(super) ids: Vec<Uuid>,
    pub(super) people: Vec<&'a str>,
    pub(super) first: Uuid,
    pub(super) last: Uuid,
}

impl<'a> Names<'a> {
    pub(super) fn of(keys: &'a BTreeSet<(PersonKey, Id)>) -> Names<'a> {
        let ids: Vec<Uuid> = keys.iter().map(|(_, id)| uuid(*id)).collect();
        Names {
            areas: keys.iter().map(|(key, _)| key.area.0).collect(),
            people: keys.iter().map(|(key, _)| &*key.person).collect(),
            first: ids.iter().min().copied().unwrap_or_default(),
            last: ids.iter().max().copied().unwrap_or_default(),
            ids,
        }
    }

    pub(super) fn parameters(&self) -> [&Parameter<'_>; 5] {
        [&self.areas, &self.ids, &self.people, &self.first, &self.last]
    }
}

/// Keys of messages, column by column.
pub(super) struct Messages<'a> {
    pub(super) areas: Vec<i32>,
    pub(super) institutions: Vec<&'a str>,
    pub(super) numbers: Vec<&'a str>,
    pub(super) transactions: Vec<&'a str>,
    pub(super) digests: Vec<Uuid>,
}

impl<'a> Messages<'a> {
    pub(super) fn of(keys: &'a BTreeSet<MessageKey>) -> Messages<'a> {
        Messages {
            areas: keys.iter().map(|key| key.area.0).collect(),
            institutions: keys.iter().map(|key| &*key.institution).collect(),
            numbers: keys.iter().map(|key| &*key.number).collect(),
            transactions: keys.iter().map(|key| &*key.transaction).collect(),
            digests: keys.iter().map(|key| Uuid::from_u128(key.digest)).collect(),
        }
    }

    pub(super) fn parameters<'b>(&'b self, last: &'b Parameter<'b>) -> [&'b Parameter<'b>; 5] {
        [&self.areas, &self.institutions, &self.numbers, &self.transactions, last]
    }
}

/// Keys of documents, column by column.
pub(super) struct Documents<'a> {
    pub(super) areas: Vec<i32>,
    pub(super) kinds: Vec<&'a str>,
    pub(super) owners: Vec<&'a str>,
    pub(super) numbers: Vec<&'a str>,
}

impl<'a> Documents<'a> {
    pub(super) fn of(keys: &'a BTreeSet<DocumentKey>) -> Documents<'a> {
        Documents {
            areas: keys.iter().map(|key| key.area.0).collect(),
            kinds: keys.iter().map(|key| &*key.kind).collect(),
            owners: keys.iter().map(|key| &*key.owner).collect(),
            numbers: keys.iter().map(|key| &*key.number).collect(),
        }
    }

    pub(super) fn parameters(&self) -> [&Parameter<'_>; 4] {
        [&self.areas, &self.kinds, &self.owners, &self.numbers]
    }
}
