//! What came to a place: everybody's settlements there in order of time, and the profile that pharmacies are compared by.

use super::claim::Claim;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::Id;

const HOUR: i64 = 60 * 60 * 1_000;
/// Amounts in whole tens of yuan are round, fen.
const ROUND: i64 = 1_000;
/// 夜间: from this hour to [`MORNING`].
const EVENING: i64 = 22;
/// See [`EVENING`].
const MORNING: i64 = 6;

/// A settlement on its way to its place.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Sale {
    /// The settlement.
    pub id: Id,
    /// Whose.
    pub person: Arc<str>,
    /// When, milliseconds.
    pub at: i64,
    /// At a pharmacy.
    pub pharmacy: bool,
    /// At an internet hospital.
    pub internet: bool,
    /// 总费用, fen.
    pub total: i64,
    /// Paid by the funds, fen.
    pub fund: i64,
    /// Paid from accounts, fen.
    pub account: i64,
    /// The fee lines, at a pharmacy.
    pub lines: Vec<(Arc<str>, i64)>,
}

impl Sale {
    /// That of a claim.
    #[must_use]
    pub fn of(claim: &Claim) -> Sale {
        Sale {
            id: claim.id,
            person: claim.person.clone(),
            at: claim.at,
            pharmacy: claim.pharmacy,
            internet: claim.internet,
            total: claim.total,
            fund: claim.fund,
            account: claim.account,
            lines: if claim.pharmacy { claim.lines.clone() } else { Vec::new() },
        }
    }
}

/// A settlement at a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// The settlement.
    pub id: Id,
    /// When, milliseconds.
    pub at: i64,
    /// Whose: a place in [`Local::people`].
    pub who: usize,
    /// 总费用, fen.
    pub total: i64,
    /// Paid by the funds, fen.
    pub fund: i64,
    /// Paid from accounts, fen.
    pub account: i64,
}

/// Everybody who came to a place in the span.
#[derive(Clone, Debug, Default)]
pub struct Local {
    /// The place.
    pub institution: Arc<str>,
    /// Nobody comes here: an internet hospital.
    pub internet: bool,
    /// 人员编号.
    pub people: Vec<Arc<str>>,
    /// By time.
    pub seen: Vec<Seen>,
}

/// What pharmacies are compared by.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The pharmacy.
    pub institution: Arc<str>,
    /// Settlements.
    pub count: i64,
    /// 总费用, fen.
    pub total: i64,
    /// Paid from accounts, fen.
    pub account: i64,
    /// Settlements of round amounts.
    pub round: i64,
    /// Settlements at night.
    pub night: i64,
    /// The item that most was paid for, and how much, fen.
    pub top: (Arc<str>, i64),
}

/// True for an amount in whole tens of yuan.
#[must_use]
pub const fn is_round(total: i64) -> bool {
    total > 0 && total % ROUND == 0
}

/// True between late evening and early morning.
#[must_use]
pub fn is_at_night(at: i64) -> bool {
    let hour = (at - Moment::start_of(Moment(at).date()).0) / HOUR;
    !(MORNING..EVENING).contains(&hour)
}

/// A place in the making: settlements come in order of their ids.
#[derive(Default)]
pub(super) struct Gathered {
    local: Local,
    profile: Profile,
    numbers: HashMap<Arc<str>, usize>,
    items: BTreeMap<Arc<str>, i64>,
    pharmacy: bool,
}

impl Gathered {
    pub(super) fn new(institution: &Arc<str>) -> Gathered {
        let mut gathered = Gathered::default();
        gathered.local.institution = institution.clone();
        gathered.profile.institution = institution.clone();
        gathered
    }

    pub(super) fn institution(&self) -> &Arc<str> {
        &self.local.institution
    }

    pub(super) fn add(&mut self, sale: Sale) {
        let Gathered { local, profile, numbers, items, pharmacy } = self;
        let next = local.people.len();
        let who = *numbers.entry(sale.person.clone()).or_insert(next);
        if who == next {
            local.people.push(sale.person);
        }
        let Sale { id, at, total, fund, account, .. } = sale;
        local.internet |= sale.internet;
        local.seen.push(Seen { id, at, who, total, fund, account });
        *pharmacy |= sale.pharmacy;
        profile.count += 1;
        profile.total = profile.total.saturating_add(total);
        profile.account = profile.account.saturating_add(account);
        profile.round += i64::from(is_round(total));
        profile.night += i64::from(is_at_night(at));
        for (item, fen) in sale.lines {
            let sum = items.entry(item).or_default();
            *sum = sum.saturating_add(fen);
        }
    }

    /// The place, and its profile if it is a pharmacy.
    pub(super) fn done(mut self) -> (Local, Option<Profile>) {
        self.local.seen.sort_by_key(|seen| (seen.at, seen.id));
        // Of equal ones the first by code.
        let top = self.items.into_iter().rev().max_by_key(|(_, fen)| *fen);
        self.profile.top = top.unwrap_or_default();
        (self.local, Some(self.profile).filter(|_| self.pharmacy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_begins_at_ten_and_ends_at_six() {
        let at = |text| Moment::parse(text).unwrap().0;
        assert!(is_at_night(at("2024-03-01 22:00:00")) && is_at_night(at("2024-03-01 05:59:59")));
        assert!(!is_at_night(at("2024-03-01 06:00:00")));
        assert!(!is_at_night(at("2024-03-01 21:59:59")));
    }
}
