//! Sums of the postings of a month, and the document that keeps them once it is over.

use crate::clearing::walk;
use crate::documents::FUND_MONTH;
use crate::ledger::Head;
use crate::reason::{Reason, Refused};
use kernel::{Fund, Moment, Month};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use store::queries::Answer;
use store::{Area, Document, DocumentKey, EntryKind, Id, Queries};

/// Owner of the documents.
pub const OWNER: &str = "fund";

/// What was posted in a month. Amounts are fen, debits positive.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct MonthSums {
    /// Kind of entry and head, by number, and the sum. Sums of zero are left out.
    pub posted: Vec<(i16, i16, i64)>,
    /// What the funds paid by programme: its code, kind of entry, fen by fund.
    pub paid: Vec<(Arc<str>, i16, [i64; 3])>,
}

impl MonthSums {
    /// Where a month is kept.
    #[must_use]
    pub fn key(area: Area, month: Month) -> DocumentKey {
        let (kind, owner) = (Arc::from(FUND_MONTH), Arc::from(OWNER));
        DocumentKey { area, kind, owner, number: Arc::from(month.to_string()) }
    }

    /// The month of a document, and its sums.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<(Month, MonthSums), Refused> {
        let number = &document.key.number;
        let conflict =
            |what: String| Refused::new(Reason::Conflict, format!("基金月结{number}：{what}"));
        let month = Month::parse(number).ok_or_else(|| conflict("月份应写作YYYY-MM".into()))?;
        let sums = serde_json::from_str(&document.body);
        Ok((month, sums.map_err(|error| conflict(error.to_string()))?))
    }

    /// As a document.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, area: Area, month: Month, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let key = MonthSums::key(area, month);
        Ok(Document { key, at, state: 1, body: Arc::from(body) })
    }

    /// The sum of a head over all kinds.
    #[must_use]
    pub fn of(&self, head: Head) -> i64 {
        let own = self.posted.iter().filter(|(_, known, _)| *known == head.number());
        own.map(|(.., fen)| fen).sum()
    }

    /// Each pair of head and kind with its sum; a number that the chart does not know is passed over, as
    /// `check-books` reports it.
    pub fn pairs(&self) -> impl Iterator<Item = (Head, EntryKind, i64)> + '_ {
        self.posted.iter().filter_map(|(kind, head, fen)| {
            Some((Head::from_number(*head)?, EntryKind::from_number(*kind)?, *fen))
        })
    }

    /// What a fund paid by programme in settlements and what takes them back, or in paper claims: code and fen.
    #[must_use]
    pub fn by_programme(&self, fund: Fund, paper: bool) -> BTreeMap<Arc<str>, i64> {
        let mut all: BTreeMap<Arc<str>, i64> = BTreeMap::new();
        for (programme, kind, funds) in &self.paid {
            let of_paper = [EntryKind::Reimbursement, EntryKind::Withdrawal];
            if of_paper.iter().any(|it| it.number() == *kind) == paper {
                *all.entry(programme.clone()).or_default() += funds[fund as usize];
            }
        }
        all
    }
}

/// The first id of a month.
pub(crate) fn first_id(month: Month) -> Id {
    Id::first_at(Moment::start_of(month.first_day()))
}

/// Sums a month up from the postings.
///
/// # Errors
/// The store's own.
pub fn live(queries: &dyn Queries, area: Area, month: Month) -> Answer<MonthSums> {
    let (from, to) = (first_id(month), first_id(month.plus(1)));
    let posted = queries.posted_by_kind(area, from, to)?;
    let posted = posted.into_iter().filter(|(.., fen)| fen.get() != 0);
    let paid = queries.paid_by_programme(area, from, to)?;
    let some = |funds: &[kernel::Fen; 3]| funds.iter().any(|fen| fen.get() != 0);
    let paid = paid.into_iter().filter(|(.., funds)| some(funds));
    Ok(MonthSums {
        posted: posted.map(|(kind, head, fen)| (kind.number(), head, fen.get())).collect(),
        paid: paid
            .map(|(programme, kind, funds)| (programme, kind.number(), funds.map(kernel::Fen::get)))
            .collect(),
    })
}

/// The months that are kept.
///
/// # Errors
/// The store's own, or a document that cannot be read.
pub(crate) fn kept(
    queries: &dyn Queries,
    area: Area,
) -> Result<BTreeMap<Month, MonthSums>, Refused> {
    let mut all = BTreeMap::new();
    walk(queries, area, FUND_MONTH, OWNER, &mut |document| {
        let (month, sums) = MonthSums::read(&document)?;
        all.insert(month, sums);
        Ok(())
    })?;
    Ok(all)
}

/// The month of the first entry of an area; `None`: there is none.
///
/// # Errors
/// The store's own.
pub(crate) fn first_month(queries: &dyn Queries, area: Area) -> Answer<Option<Month>> {
    let first = queries.entries(area, Id::MIN, Id::MAX, 1)?;
    Ok(first.first().map(|entry| entry.id.moment().date().month()))
}

/// Every month from the first entry to `to`, kept or summed up now.
///
/// # Errors
/// The store's own, or a document that cannot be read.
pub(crate) fn until(
    queries: &dyn Queries,
    area: Area,
    to: Month,
) -> Result<BTreeMap<Month, MonthSums>, Refused> {
    let mut all = kept(queries, area)?;
    all.retain(|month, _| *month <= to);
    let Some(first) = first_month(queries, area)? else { return Ok(all) };
    let mut month = first;
    while month <= to {
        if let Entry::Vacant(place) = all.entry(month) {
            place.insert(live(queries, area, month)?);
        }
        month = month.plus(1);
    }
    Ok(all)
}

/// The months from the first entry to `to` that are over and not kept, with their sums: what [`crate::business::funds::KeepMonths`]
/// keeps. A month that is kept already is summed up again if `again`, so that a difference shows.
///
/// # Errors
/// The store's own, or a document that cannot be read.
pub fn due(
    queries: &dyn Queries,
    area: Area,
    to: Month,
    again: bool,
    told: &mut dyn FnMut(Month),
) -> Result<Vec<(Month, MonthSums)>, Refused> {
    let known = kept(queries, area)?;
    let mut all = Vec::new();
    let Some(mut month) = first_month(queries, area)? else { return Ok(all) };
    while month <= to {
        if again || !known.contains_key(&month) {
            all.push((month, live(queries, area, month)?));
            told(month);
        }
        month = month.plus(1);
    }
    Ok(all)
}
