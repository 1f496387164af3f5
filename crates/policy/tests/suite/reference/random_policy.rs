//! A policy that no region has: any combination of the mechanisms that pay a bill.
//!
//! A [`Spec`] is drawn from a seed, written as a policy document, and interpreted word by word.

mod conditions;
mod document;
mod draw;
mod settle;

mod hand_worked;
mod laws;

pub(crate) use conditions::{Condition, Row, Span};

use super::money::{Fen, Rate, Rounding};
use super::person_year::{Category, Channel, Fund, Place};
use super::random_person_year::{Retirement, Shape};

#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) seed: u64,
    /// The benefit year begins on the first day of this month.
    pub(crate) year_starts_in: u32,
    pub(crate) rounding: Rounding,
    pub(crate) retirement: Retirement,
    pub(crate) plan_change: PlanChange,
    /// A published figure. The document states an amount as a share of it wherever one gives the amount.
    pub(crate) statistic: Option<Statistic>,
    pub(crate) pharmacy: Pharmacy,
    /// Where and how a bill may be settled. A local one settled directly always may.
    pub(crate) offsite: Vec<(Place, Channel)>,
    pub(crate) programmes: Vec<Programme>,
    pub(crate) shared_limits: Vec<Limit>,
}

/// Whose limits hold after a change of plan within the year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlanChange {
    Current,
    Highest,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Statistic {
    pub(crate) fen: Fen,
    /// Shares of it are rounded to the yuan.
    pub(crate) whole_yuan: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pharmacy {
    pub(crate) covered: bool,
    pub(crate) prescription_required: bool,
    pub(crate) level: PharmacyLevel,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum PharmacyLevel {
    /// Without a prescription, the pharmacy's own.
    Prescriber,
    Own,
    Fixed(u8),
}

/// A benefit line. A fee line goes to the first that takes it.
#[derive(Clone, Debug)]
pub(crate) struct Programme {
    pub(crate) routes: Vec<Route>,
    pub(crate) filing_required: bool,
    pub(crate) blocked_for_inpatients: bool,
    pub(crate) requires_chosen: bool,
    pub(crate) requires_contract: bool,
    pub(crate) pays: Fund,
    pub(crate) benefit: Benefit,
}

/// Item `Pn`, perhaps on bills of some categories only, or for some disease only.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) item: usize,
    pub(crate) categories: Option<Vec<Category>>,
    pub(crate) disease: Option<DiseaseRoute>,
}

#[derive(Clone, Debug)]
pub(crate) enum DiseaseRoute {
    Any,
    OneOf(Vec<usize>),
}

#[derive(Clone, Debug)]
pub(crate) enum Benefit {
    FixedFee(FixedFee),
    Shared(SharedCost),
}

/// The fund pays up to the amount of the row.
#[derive(Clone, Debug)]
pub(crate) struct FixedFee {
    pub(crate) amount: Vec<Row>,
    pub(crate) limits: Vec<Limit>,
}

#[derive(Clone, Debug)]
pub(crate) struct SharedCost {
    pub(crate) own_account_first: Option<AccountMoney>,
    pub(crate) deductible: Option<Deductible>,
    pub(crate) bands: Option<Bands>,
    pub(crate) rate: Vec<Row>,
    pub(crate) adjust: Vec<Adjust>,
    pub(crate) limits: Vec<Limit>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountMoney {
    CurrentYear,
    All,
}

#[derive(Clone, Debug)]
pub(crate) struct Deductible {
    pub(crate) period: Period,
    pub(crate) amount: Vec<Row>,
    pub(crate) basis: DeductibleBasis,
    pub(crate) per: Per,
    pub(crate) ceiling: Option<Vec<Row>>,
    /// Every row that holds is taken off.
    pub(crate) reduce: Vec<Row>,
    /// The programme whose accumulator this one uses; period, basis and `per` are the same there.
    pub(crate) shared_with: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeductibleBasis {
    Paid,
    Spending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Period {
    BenefitYear,
    /// Of the calendar: benefit years here begin with a quarter.
    Quarter,
    Month,
    Visit,
    DayInstitution,
}

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Per {
    None,
    Level,
    Disease,
}

#[derive(Clone, Debug)]
pub(crate) struct Bands {
    pub(crate) basis: BandBasis,
    /// Rising.
    pub(crate) upto: Vec<Fen>,
    /// Whether one more band lies beyond the last boundary.
    pub(crate) open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BandBasis {
    Spending,
    Payment,
}

#[derive(Clone, Debug)]
pub(crate) struct Adjust {
    pub(crate) when: Vec<Condition>,
    pub(crate) change: Change,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Points(Rate),
    Times(Rate),
}

#[derive(Clone, Debug)]
pub(crate) struct Limit {
    /// Limits are named in the order they stand in, so that sorting by name keeps it.
    pub(crate) name: String,
    pub(crate) programmes: Vec<usize>,
    pub(crate) basis: LimitBasis,
    /// Whose payments count and are bounded.
    pub(crate) funds: Vec<Fund>,
    pub(crate) period: Period,
    /// None: unlimited, only counts.
    pub(crate) amount: Option<Vec<Row>>,
    /// Scales the amount.
    pub(crate) first_year: Option<Vec<Row>>,
    pub(crate) per: Per,
    pub(crate) external: bool,
    pub(crate) above: Above,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitBasis {
    Payment,
    InScope,
    AboveDeductible,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Above {
    Patient,
    Payer {
        fund: Fund,
        /// None: the same share.
        share: Option<Rate>,
        /// Of the shared limits.
        limit: Option<usize>,
    },
    Programme(usize),
}

impl Spec {
    /// What person-years should crowd around under this policy.
    pub(crate) fn shape(&self) -> Shape {
        let mut amounts = vec![10_000];
        let mut rates = vec![5000];
        let mut imports = Vec::new();
        let values = |rows: &[Row]| rows.iter().map(|row| row.value).collect::<Vec<_>>();
        for programme in &self.programmes {
            let limits = match &programme.benefit {
                Benefit::FixedFee(fee) => {
                    amounts.extend(values(&fee.amount));
                    &fee.limits
                }
                Benefit::Shared(cost) => {
                    rates.extend(values(&cost.rate));
                    amounts.extend(cost.deductible.iter().flat_map(|d| values(&d.amount)));
                    amounts.extend(cost.bands.iter().flat_map(|bands| bands.upto.clone()));
                    &cost.limits
                }
            };
            for limit in limits {
                amounts.extend(limit.amount.iter().flat_map(|rows| values(rows)));
            }
        }
        for limit in &self.shared_limits {
            let limited = limit.amount.iter().flat_map(|rows| values(rows)).collect::<Vec<_>>();
            if limit.external {
                imports.push((limit.name.clone(), limited.first().copied().unwrap_or(100_000)));
            }
            amounts.extend(limited);
        }
        Shape {
            items: self.programmes.len(),
            diseases: draw::DISEASES,
            year_starts_in: self.year_starts_in,
            plans: draw::PLANS,
            retirement: self.retirement,
            amounts,
            rates,
            imports,
        }
    }

    /// Whether it is all said by claims on one programme, which know neither places nor accounts.
    pub(crate) fn takes_claims(&self) -> bool {
        let [Programme { benefit: Benefit::Shared(cost), .. }] = &self.programmes[..] else {
            return false;
        };
        let limits = cost.limits.iter().chain(&self.shared_limits).map(|limit| limit.period);
        let mut periods = limits.chain(cost.deductible.iter().map(|deductible| deductible.period));
        cost.own_account_first.is_none()
            && self.plan_change == PlanChange::Current
            && periods.all(|period| period != Period::DayInstitution)
    }

    fn shared_cost(&self, programme: usize) -> Option<&SharedCost> {
        match &self.programmes[programme].benefit {
            Benefit::Shared(cost) => Some(cost),
            Benefit::FixedFee(_) => None,
        }
    }
}

pub(crate) use document::REGION;
pub(crate) use draw::draw;
