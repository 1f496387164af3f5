//! 大额保费欠缴: large-amount premiums that were declared and have not arrived, less what accounts paid of them.
//!
//! A premium is of a month that was declared with an amount ([`PersonMonth::large_amount`]), or of whatever time a bill that an
//! account paid in part was about ([`PremiumPaid`]). An account that paid for a year has paid for its months; what is missing
//! of the year is told once. Bounds: reads all months and premiums of the area, keeps what is unpaid.

use crate::agency::Agency;
use crate::business::account::PremiumPaid;
use crate::clearing::walk;
use crate::documents::{MONTH, PREMIUM};
use crate::months::PersonMonth;
use crate::reason::{Reason, Refused};
use kernel::Month;
use kernel::account::Purpose;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Document, PersonKey, Wants};

/// People looked up at a time.
const PAGE: usize = 500;

/// A premium that is not paid in full.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unpaid {
    /// For whom.
    pub person: Arc<str>,
    /// 姓名; empty if the person is not in these books.
    pub name: Arc<str>,
    /// For which time: a month, or as the bill said.
    pub period: Arc<str>,
    /// The employer that declared it; empty for those who pay by themselves, and for bills.
    pub employer: Arc<str>,
    /// 参保类型 of the month; empty for bills.
    pub plan: Arc<str>,
    /// Due, less what relatives' accounts paid of it, fen: what the person's own account is to pay in all.
    pub due: i64,
    /// Paid from the person's own account so far, fen; less than what is due.
    pub paid: i64,
    /// Paid from relatives' accounts, fen.
    pub by_relatives: i64,
}

/// What accounts paid of a bill.
#[derive(Clone, Copy, Default)]
struct Bill {
    due: i64,
    own: i64,
    by_relatives: i64,
}

/// Bills by person and time.
type Bills = BTreeMap<(Arc<str>, Arc<str>), Bill>;

/// The premiums of an area that are unpaid, of months up to `to`; by person, then by time.
///
/// # Errors
/// What the store says, or [`Reason::Conflict`] for what cannot be read.
pub fn unpaid(agency: &Agency, area: Area, to: Month) -> Result<Vec<Unpaid>, Refused> {
    let store = agency.store();
    let mut bills = Bills::new();
    walk(store, area, PREMIUM, "", &mut |document| bill(&document, &mut bills))?;
    let mut all: Vec<Unpaid> = Vec::new();
    walk(store, area, MONTH, "", &mut |document| {
        let (month, own) = PersonMonth::read(&document)?;
        if month <= to && own.paid_on.is_empty() && own.large_amount > 0 {
            all.extend(of_month(&document.key.owner, month, &own, &bills));
        }
        Ok(())
    })?;
    // Bills of other times, and of months that nobody declared.
    let told: BTreeSet<(Arc<str>, Arc<str>)> =
        all.iter().map(|own| (own.person.clone(), own.period.clone())).collect();
    for ((person, period), bill) in bills {
        let later = Month::parse(&period).is_some_and(|month| month > to);
        let key = (person, period);
        if !later && !told.contains(&key) {
            let (person, period) = key;
            all.extend(missing(person, period, bill.due, bill));
        }
    }
    all.sort_by(|a, b| (&a.person, &a.period).cmp(&(&b.person, &b.period)));
    named(agency, area, &mut all)?;
    Ok(all)
}

/// What is missing of a declared month, if anything is.
fn of_month(person: &Arc<str>, month: Month, own: &PersonMonth, bills: &Bills) -> Option<Unpaid> {
    let period: Arc<str> = Arc::from(month.to_string());
    let year: Arc<str> = Arc::from(format!("{:04}", month.first_day().ymd().0));
    if bills.contains_key(&(person.clone(), year)) {
        return None;
    }
    let bill = bills.get(&(person.clone(), period.clone())).copied().unwrap_or_default();
    let unpaid = missing(person.clone(), period, own.large_amount, bill)?;
    Some(Unpaid { employer: own.employer.clone(), plan: own.plan.clone(), ..unpaid })
}

/// What is missing of so much that is due, if anything is.
fn missing(person: Arc<str>, period: Arc<str>, due: i64, bill: Bill) -> Option<Unpaid> {
    (bill.own + bill.by_relatives < due).then(|| Unpaid {
        person,
        name: Arc::default(),
        period,
        employer: Arc::default(),
        plan: Arc::default(),
        due: due - bill.by_relatives,
        paid: bill.own,
        by_relatives: bill.by_relatives,
    })
}

/// Notes a bill that an account paid, wholly or in part, if it is of a large-amount premium.
fn bill(document: &Document, bills: &mut Bills) -> Result<(), Refused> {
    let purpose = format!("{}-", Purpose::LargeAmountPremium.code());
    let Some(rest) = document.key.number.strip_prefix(&*purpose) else { return Ok(()) };
    let Some((period, whose)) = parts(rest) else { return Ok(()) };
    let paid: PremiumPaid = serde_json::from_str(&document.body)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    let owner = &document.key.owner;
    let own = whose.is_empty() || *whose == **owner;
    let person = if own { owner.clone() } else { Arc::from(whose) };
    // Several accounts may have paid for the same.
    let bill = bills.entry((person, Arc::from(period))).or_default();
    bill.due = bill.due.max(paid.due);
    *(if own { &mut bill.own } else { &mut bill.by_relatives }) += paid.paid;
    Ok(())
}

/// The time of a bill and for whom it is: `2026-03-P1`, `2026-`.
fn parts(rest: &str) -> Option<(&str, &str)> {
    let of_month = |at: usize| {
        let (period, whose) = (rest.get(..at)?, rest.get(at..)?.strip_prefix('-')?);
        Some((period, whose))
    };
    let month = of_month(7).filter(|(period, _)| Month::parse(period).is_some());
    let is_year = |(period, _): &(&str, &str)| period.bytes().all(|byte| byte.is_ascii_digit());
    let year = || of_month(4).filter(is_year);
    month.or_else(year).or_else(|| rest.rsplit_once('-'))
}

fn named(agency: &Agency, area: Area, all: &mut [Unpaid]) -> Result<(), Refused> {
    for some in all.chunks_mut(PAGE) {
        let key = |own: &Unpaid| PersonKey { area, person: own.person.clone() };
        let people = some.iter().map(key).collect();
        let world = agency.look(Wants { people, ..Wants::default() })?;
        for own in some {
            if let Some(file) = world.file(&key(own)) {
                own.name = file.person.name.clone();
            }
        }
    }
    Ok(())
}
