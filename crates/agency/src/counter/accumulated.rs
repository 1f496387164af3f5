//! 人员累计: visits, fees, deductible and what each fund and account paid, by year and by month of settlement.

use super::history::{record, settles};
use crate::agency::Agency;
use crate::reason::Refused;
use crate::record::{Booking, Record};
use kernel::{Category, Date, Fund, Moment};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Cells, Entry, EntryKind, Id, PersonKey, Wants};

/// What accumulates. Amounts are fen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Quantity {
    /// 就诊次数: visits with a settlement in force.
    Visits,
    /// 医疗费总额.
    Total,
    /// 符合政策范围.
    InScope,
    /// 起付线 met, limits used elsewhere included.
    Deductible,
    /// Paid by a fund.
    PaidBy(Fund),
    /// Paid from personal accounts, family accounts included.
    Accounts,
    /// 现金.
    Cash,
}

/// Over which stretch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Stretch {
    /// A benefit year.
    Year,
    /// A calendar month 1..=12 of settlement.
    Month(u8),
}

/// One accumulated value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accumulated {
    /// What.
    pub quantity: Quantity,
    /// Over which stretch.
    pub stretch: Stretch,
    /// Of this kind of care; `None`: of all.
    pub category: Option<Category>,
    /// Fen, or visits.
    pub value: i64,
}

/// Everything that accumulated in a benefit year.
#[derive(Clone, PartialEq, Debug)]
pub struct AccumulatedYear {
    /// The benefit year.
    pub year: i32,
    /// By stretch, kind of care and quantity, in that order; zeros are left out.
    pub values: Vec<Accumulated>,
    /// The policy's own accumulators, by name: fen or visits.
    pub cells: Cells,
}

/// What accumulated for a person in a benefit year.
///
/// # Errors
/// What the store says.
pub fn accumulated(
    agency: &Agency,
    person: &PersonKey,
    year: i32,
) -> Result<AccumulatedYear, Refused> {
    let people = BTreeSet::from([person.clone()]);
    let wants = Wants { people, years: Some((year, year)), ..Wants::default() };
    let cells = agency.store().read(&wants)?.years.remove(&(person.clone(), year));
    let first = Date::from_ymd(year, 1, 1).unwrap_or(Date::MIN);
    let from = Id::first_at(Moment::start_of(first));
    let mut sums = Sums::default();
    for entry in agency.store().history(person, from, Id::MAX)? {
        if entry.year == year {
            sums.add(&entry)?;
        }
    }
    Ok(AccumulatedYear { year, values: sums.values(), cells: cells.unwrap_or_default() })
}

type Key = (Stretch, Option<Category>, Quantity);

#[derive(Default)]
struct Sums {
    values: BTreeMap<Key, i64>,
    /// Settlements less what undid them, by visit.
    visits: BTreeMap<(Stretch, Option<Category>, Id), i64>,
}

impl Sums {
    fn add(&mut self, entry: &Entry) -> Result<(), Refused> {
        let month = Stretch::Month(entry.id.moment().date().ymd().1);
        if entry.kind == EntryKind::Import {
            let booking: Booking = serde_json::from_str(&entry.record).unwrap_or_default();
            let used = booking.moves.iter().filter(|(name, _)| is_deductible(name));
            let met = used.fold(0_i64, |sum, (_, by)| sum.saturating_add(*by));
            for stretch in [Stretch::Year, month] {
                self.sum((stretch, None, Quantity::Deductible), met);
            }
        }
        if !settles(entry.kind) {
            return Ok(());
        }
        let record = record(entry)?;
        let category = Category::from_code(&record.inputs.category);
        let sign = match entry.kind {
            EntryKind::Settlement | EntryKind::Reimbursement | EntryKind::Reinstatement => 1,
            _ => -1,
        };
        for stretch in [Stretch::Year, month] {
            for category in [None, category] {
                for (quantity, value) in quantities(&record) {
                    self.sum((stretch, category, quantity), value);
                }
                *self.visits.entry((stretch, category, entry.visit)).or_default() += sign;
            }
        }
        Ok(())
    }

    fn sum(&mut self, key: Key, by: i64) {
        let value = self.values.entry(key).or_default();
        *value = value.saturating_add(by);
    }

    fn values(mut self) -> Vec<Accumulated> {
        let visits = std::mem::take(&mut self.visits);
        for ((stretch, category, _), settled) in visits {
            self.sum((stretch, category, Quantity::Visits), i64::from(settled > 0));
        }
        let told = self.values.into_iter().filter(|(_, value)| *value != 0);
        told.map(|((stretch, category, quantity), value)| Accumulated {
            quantity,
            stretch,
            category,
            value,
        })
        .collect()
    }
}

fn quantities(record: &Record) -> impl Iterator<Item = (Quantity, i64)> + '_ {
    let decision = &record.decision;
    let funds =
        Fund::ALL.iter().map(|fund| (Quantity::PaidBy(*fund), decision.funds[*fund as usize]));
    [
        (Quantity::Total, decision.total),
        (Quantity::InScope, decision.in_scope),
        (Quantity::Deductible, decision.deductible),
        (Quantity::Accounts, decision.account_payment()),
        (Quantity::Cash, decision.cash),
    ]
    .into_iter()
    .chain(funds)
}

/// A cell of a programme's deductible: `ordinary.deductible`, `ordinary.deductible/2` and so on.
fn is_deductible(name: &Arc<str>) -> bool {
    let plain = name.split(['/', '@']).next().unwrap_or_default();
    plain.ends_with(".deductible")
}
