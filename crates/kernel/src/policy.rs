//! What the law says, compiled: dense tables over the dimensions that matter, with a citation for every entry.
//!
//! A [`Policy`] holds for a span of days within which nothing changes; a [`Timeline`] is a region's policies in
//! order. The `policy` crate makes both from documents and guarantees what the fields promise; the evaluators rely
//! on it: every cell of a table is filled, indices are in range, rates are shares.

use crate::account::AccountRules;
use crate::assessment::{AssessmentRules, ReviewRules};
use crate::bill::Flags;
use crate::date::{BenefitYear, Date};
use crate::entitlement::EntitlementRules;
use crate::facts::{
    Category, Channel, Disease, DiseaseSet, Facts, Fund, Item, Level, Place, Status,
};
use crate::money::{Fen, Rate, Rounding};
use crate::payment::{PaymentRules, ReserveRules};
use crate::signup::SignUpRules;
use std::sync::Arc;

pub use crate::tables::{
    Accumulator, AccumulatorId, Axes, Axis, Cite, Per, Period, Rule, Term, Vocabulary,
};

/// A region's policies in order of time.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Division code of the 统筹区.
    pub region: Box<str>,
    /// Its name.
    pub name: Term,
    /// Adjacent, ordered, not overlapping.
    pub policies: Vec<Policy>,
    /// Shared by all policies of the timeline, so that a year survives a change of policy.
    pub accumulators: Arc<[Accumulator]>,
    /// Codes of the region.
    pub vocabulary: Arc<Vocabulary>,
}

impl Timeline {
    /// The policy in force on `day`.
    #[must_use]
    pub fn on(&self, day: Date) -> Option<&Policy> {
        self.index_on(day).map(|index| &self.policies[index])
    }

    /// The index of the policy in force on `day`.
    #[must_use]
    pub fn index_on(&self, day: Date) -> Option<usize> {
        let index = self.policies.partition_point(|policy| policy.from <= day).checked_sub(1)?;
        (day <= self.policies[index].to).then_some(index)
    }
}

/// What one region's law says on every day of a span.
#[derive(Clone, Debug)]
pub struct Policy {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Hex SHA-256 of the resolved statements: names the version for ever.
    pub version: Box<str>,
    /// The documents in force, main one first.
    pub documents: Vec<Box<str>>,
    /// When the benefit year begins.
    pub benefit_year: BenefitYear,
    /// Rounding to the fen.
    pub rounding: Rounding,
    /// From when a retirement counts.
    pub class_change: ClassChange,
    /// Limits after a change of plan within the year.
    pub plan_change: PlanChange,
    /// How a refund is computed.
    pub refund: RefundModel,
    /// The rule by which what is out of scope stays with the person.
    pub scope: Cite,
    /// Benefit lines in routing order.
    pub programmes: Vec<Programme>,
    /// All limits, own and shared.
    pub limits: Vec<Limit>,
    /// Pharmacy rules.
    pub pharmacy: PharmacyRules,
    /// Off-site and paper rules.
    pub offsite: OffsiteRules,
    /// Personal accounts.
    pub account: AccountRules,
    /// Entitlement.
    pub entitlement: EntitlementRules,
    /// Provider payment.
    pub payment: PaymentRules,
    /// Reserve of the pool; `None`: no month is too few.
    pub reserve: Option<ReserveRules>,
    /// Signing up with institutions.
    pub sign_up: SignUpRules,
    /// Supervision thresholds.
    pub supervision: Vec<Threshold>,
    /// Prescription review.
    pub review: ReviewRules,
    /// Assessment of institutions.
    pub assessment: AssessmentRules,
    /// Every rule.
    pub rules: Vec<Rule>,
    /// Sets of indices into `rules`; entry 0 is empty.
    pub citations: Vec<Box<[u16]>>,
    /// The timeline's accumulators.
    pub accumulators: Arc<[Accumulator]>,
    /// The timeline's codes.
    pub vocabulary: Arc<Vocabulary>,
}

impl Policy {
    /// The rules that a citation names.
    pub fn cited(&self, cite: Cite) -> impl Iterator<Item = &Rule> + '_ {
        let set = self.citations.get(usize::from(cite.0)).map_or(&[][..], |set| set);
        set.iter().filter_map(|&rule| self.rules.get(usize::from(rule)))
    }

    /// 在职 or 退休 on `day` for a person whose retirement was registered on `retired_on`.
    #[must_use]
    pub fn status_on(&self, day: Date, retired_on: Option<Date>) -> Status {
        let counts_from = match (retired_on, self.class_change) {
            (None, _) => return Status::Active,
            (Some(registered), ClassChange::SameDay) => registered,
            (Some(registered), ClassChange::MonthAfter) => registered.month().plus(1).first_day(),
        };
        if day >= counts_from { Status::Retired } else { Status::Active }
    }
}

/// From when a retirement counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ClassChange {
    /// From the day it is registered.
    #[default]
    SameDay,
    /// From the first day of the month after.
    MonthAfter,
}

/// Which limit holds after a change of plan within the year.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PlanChange {
    /// That of the plan on the service date.
    #[default]
    Current,
    /// The highest of the plans held in the year.
    Highest,
}

/// How a refund is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum RefundModel {
    /// The exact negation of the original settlement.
    #[default]
    Exact,
    /// A negative settlement with the original's treatment on the accumulators of today.
    Current,
}

/// 待遇: one benefit line.
#[derive(Clone, Debug)]
pub struct Programme {
    /// Code and names.
    pub term: Term,
    /// The article that establishes it.
    pub cite: Cite,
    /// A fee line matching any of these is taken.
    pub routes: Vec<Route>,
    /// Only for a disease the person has a filing for.
    pub filing_required: bool,
    /// A filing as 两病 does not do.
    pub chronic_filing: bool,
    /// Pays nothing while the person is an inpatient; cites the rule.
    pub blocked_during_admission: Option<Cite>,
    /// Pays nothing outside the chosen institution, of a filed disease also one chosen for it; cites the rule.
    pub requires_chosen: Option<Cite>,
    /// Pays nothing without a family-doctor contract; cites the rule.
    pub requires_contract: Option<Cite>,
    /// At pharmacies pays only where the agreement says 双通道; cites the rule.
    pub requires_dual_channel: Option<Cite>,
    /// Who pays first.
    pub fund: Fund,
    /// Some table or accumulator keeps diseases apart: fee lines of different diseases are portions of their own.
    pub by_disease: bool,
    /// The dimensions its tables depend on.
    pub axes: Axes,
    /// 起付标准.
    pub deductible: Option<Deductible>,
    /// The own account pays in-scope spending first.
    pub own_account_first: Option<(AccountMoney, Cite)>,
    /// 分段.
    pub bands: Bands,
    /// Limits on spending, in order.
    pub spending_limits: Vec<LimitUse>,
    /// Limits on fund payment, in order.
    pub payment_limits: Vec<LimitUse>,
    /// 定额: pays up to a fixed amount an item and bill instead of all the above.
    pub fixed_fees: Vec<FixedFee>,
    /// Counts visits, if a table depends on the visit's number.
    pub visits: Option<AccumulatorId>,
    /// For the `current` refund model: fund payment before limits.
    pub unlimited_payment: Option<AccumulatorId>,
    /// Spending above the deductible, for bands by spending and the `current` refund model.
    pub covered: Option<AccumulatorId>,
}

impl Programme {
    /// True if the person has filed the disease as the programme asks, or it asks for no filing.
    #[must_use]
    pub fn is_filed(&self, facts: &Facts, disease: Disease) -> bool {
        !self.filing_required
            || facts.filings.contains(disease)
            || !self.chronic_filing && facts.two_disease.contains(disease)
    }

    /// True if every amount is fixed per item.
    #[must_use]
    pub fn is_fixed_fee(&self) -> bool {
        !self.fixed_fees.is_empty()
    }
}

/// Conditions under which a fee line belongs to a programme; all given ones must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Route {
    /// Bit `n` for category number `n`; `None`: any.
    pub categories: Option<u16>,
    /// Any of these flags.
    pub flags: Option<Flags>,
    /// Any of these items.
    pub items: Option<Vec<Item>>,
    /// A disease condition.
    pub diseases: Option<DiseaseRoute>,
}

impl Route {
    /// The bit of a category.
    #[must_use]
    pub const fn category_bit(category: Category) -> u16 {
        1 << category as u16
    }
}

/// A disease condition of a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DiseaseRoute {
    /// Some disease is named.
    Any,
    /// One of these.
    OneOf(DiseaseSet),
}

/// 起付标准 of a programme.
#[derive(Clone, Debug)]
pub struct Deductible {
    /// Where it is accumulated.
    pub accumulator: AccumulatorId,
    /// Met by what was paid as deductible, or by all in-scope spending.
    pub basis: DeductibleBasis,
    /// Amount a cell.
    pub amount: Vec<Fen>,
    /// The row behind each amount.
    pub cite: Vec<Cite>,
    /// Most that all levels together may ask, with its accumulator.
    pub ceiling: Option<Ceiling>,
}

/// What meets a deductible.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeductibleBasis {
    /// Deductible paid so far (累计补差 across levels).
    Paid,
    /// All in-scope spending so far.
    Spending,
}

/// Most that all levels together may ask as deductible.
#[derive(Clone, Debug)]
pub struct Ceiling {
    /// Accumulates over levels.
    pub accumulator: AccumulatorId,
    /// Amount a cell.
    pub amount: Vec<Fen>,
    /// The row behind each amount.
    pub cite: Vec<Cite>,
}

/// Which money of the own account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountMoney {
    /// 当年账户.
    CurrentYear,
    /// 当年 and 历年.
    All,
}

/// 分段: shares by cumulative spending or payment.
#[derive(Clone, Debug)]
pub struct Bands {
    /// What the position in the bands is measured by.
    pub basis: BandBasis,
    /// Accumulates the position; `None` with one open band.
    pub position: Option<AccumulatorId>,
    /// Upper bound of each band; the last may be [`Fen::UNLIMITED`].
    pub upto: Vec<Fen>,
    /// Share of band `b` in cell `c` at `c * upto.len() + b`.
    pub rates: Vec<Rate>,
    /// The rows behind each share, the base row first.
    pub cites: Vec<Cite>,
    /// The statement of the bands.
    pub cite: Cite,
}

/// What the position in the bands is measured by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BandBasis {
    /// Spending above the deductible in the benefit year.
    Spending,
    /// Fund payment in the benefit year.
    Payment,
}

/// 支付限额, own or shared.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Code and names; an own limit's code is `<programme>.<limit>`.
    pub term: Term,
    /// What is limited.
    pub basis: LimitBasis,
    /// Where it is used up.
    pub accumulator: AccumulatorId,
    /// Bit `n` for fund number `n`: whose payments use it up and are bounded.
    pub funds: u8,
    /// What happens to the excess.
    pub above: Above,
    /// Other systems feed it.
    pub external: bool,
}

impl Limit {
    /// True if the limit covers payments of `fund`.
    #[inline]
    #[must_use]
    pub const fn covers(&self, fund: Fund) -> bool {
        self.funds >> (fund as u8) & 1 == 1
    }
}

/// What a limit limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LimitBasis {
    /// Fund payment.
    Payment,
    /// In-scope spending, the person's part included.
    InScope,
    /// Spending above the deductible.
    AboveDeductible,
}

/// Who bears what exceeds a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Above {
    /// The person.
    Patient,
    /// Another fund, at the same or another share, up to its own limit (大额互助).
    Payer {
        /// Which fund.
        fund: Fund,
        /// `None`: the same share.
        share: Option<Rate>,
        /// Index into [`Policy::limits`].
        limit: Option<u16>,
        /// The rule.
        cite: Cite,
    },
    /// The spending behind it enters another programme (an index; always a later one).
    Programme(u16),
}

/// How a programme uses a limit.
#[derive(Clone, Debug)]
pub struct LimitUse {
    /// Index into [`Policy::limits`].
    pub limit: u16,
    /// Amount a cell; [`Fen::UNLIMITED`] where the limit only counts.
    pub amount: Vec<Fen>,
    /// The row behind each amount.
    pub cite: Vec<Cite>,
}

/// 定额 of one item.
#[derive(Clone, Debug)]
pub struct FixedFee {
    /// The item.
    pub item: Item,
    /// Amount a cell.
    pub amount: Vec<Fen>,
    /// The row behind each amount.
    pub cite: Vec<Cite>,
}

/// Whose level a pharmacy purchase has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PharmacyLevel {
    /// The prescriber's (CQ Art 12).
    #[default]
    Prescriber,
    /// This one.
    Fixed(Level),
    /// The one on the bill; tables may have rows for pharmacies.
    Own,
}

/// 药店.
#[derive(Clone, Debug, Default)]
pub struct PharmacyRules {
    /// Purchases can be covered.
    pub covered: bool,
    /// Only with an external prescription.
    pub prescription_required: bool,
    /// Whose level.
    pub level: PharmacyLevel,
    /// Only at a 门诊统筹药店; cites the rule.
    pub pooling_required: Option<Cite>,
    /// The rule.
    pub cite: Cite,
}

/// 异地 and 手工报销.
#[derive(Clone, Debug)]
pub struct OffsiteRules {
    /// Bit `place * 2 + channel`: this combination is covered. Local direct always is.
    pub covered: u16,
    /// Last day to submit a paper claim.
    pub deadline: Deadline,
    /// A late one is paid all the same: whoever reviews it is warned.
    pub late_is_paid: bool,
    /// Whose catalogue applies, same bits: set means the place of care's.
    pub place_of_care_catalogue: u16,
    /// What a paper claim must contain.
    pub documents: Vec<Box<str>>,
    /// The rule on places.
    pub cite: Cite,
    /// The rule on the deadline.
    pub deadline_cite: Cite,
}

impl OffsiteRules {
    /// The bit of a combination.
    #[must_use]
    pub const fn bit(place: Place, channel: Channel) -> u16 {
        1 << (place as u16 * 2 + channel as u16)
    }
}

/// Last day to submit a paper claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deadline {
    /// None.
    None,
    /// So many days after the service.
    Days(u16),
    /// That month and day of the year after the service.
    NextYear(u8, u8),
}

impl Deadline {
    /// The last day for a service on `day`.
    #[must_use]
    pub fn last_day(self, day: Date) -> Date {
        match self {
            Deadline::None => Date::MAX,
            Deadline::Days(days) => Date::from_days(day.days() + i32::from(days)),
            Deadline::NextYear(month, of_month) => {
                Date::from_ymd(day.ymd().0 + 1, month, of_month).unwrap_or(Date::MAX)
            }
        }
    }
}

/// A supervision threshold as data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Threshold {
    /// Which check.
    pub rule: Box<str>,
    /// The value in `unit`.
    pub value: i64,
    /// The unit.
    pub unit: Box<str>,
    /// The article.
    pub cite: Cite,
}

/// True if the route takes a fee line.
impl Route {
    /// Whether a line of a bill of `category` belongs here.
    #[inline]
    #[must_use]
    pub fn takes(&self, category: Category, flags: Flags, item: Item, disease: Disease) -> bool {
        self.categories.is_none_or(|set| set & Route::category_bit(category) != 0)
            && self.flags.is_none_or(|set| set.meets(flags))
            && self
                .items
                .as_ref()
                .is_none_or(|items| item != Item::default() && items.contains(&item))
            && match self.diseases {
                None => true,
                Some(DiseaseRoute::Any) => disease != Disease::NONE,
                Some(DiseaseRoute::OneOf(set)) => set.contains(disease),
            }
    }
}
