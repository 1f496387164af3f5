//! What is owed to an account for a month (重庆第九条, 广西第七条), from the person's file and the month of contributions.

use crate::facts::{self, ENTITLEMENT, Occasion};
use crate::months::PersonMonth;
use crate::regions::Version;
use kernel::account::{Credit, CreditFacts, monthly_credit};
use kernel::{Category, Date, Entitlement, Facts, Fen, Moment, Month, Refusal, Status};
use std::sync::Arc;
use store::PersonFile;

/// What an account is owed for a month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entitled {
    /// In work or retired in the month: who pays it, the contributions or the pool.
    pub status: Status,
    /// 参保类型 in the month.
    pub plan: Arc<str>,
    /// Fen; never negative.
    pub amount: Fen,
    /// The row's articles: `渝医保发〔2023〕32号 第九条`.
    pub articles: Arc<[Arc<str>]>,
}

/// Why a person is credited nothing for a month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Skipped {
    /// 月初之前已死亡.
    Dead,
    /// 当月未参保.
    NotInsured,
    /// 账户已注销.
    Closed,
    /// 在职而没有当月缴费记录.
    NoContribution,
    /// 当月欠费: credited once it is paid.
    Unpaid,
    /// 政策不设账户 (个人一档), or a table's zero.
    NoAccount,
    /// The table depends on something that is not known of the person.
    FactMissing,
    /// 已划入: nothing changed since.
    Credited,
    /// More was credited than is owed now, and it was not taken back.
    Over,
    /// No account row.
    NoRow,
}

impl Skipped {
    /// All.
    pub const ALL: &'static [Skipped] = &[
        Skipped::Dead,
        Skipped::NotInsured,
        Skipped::Closed,
        Skipped::NoContribution,
        Skipped::Unpaid,
        Skipped::NoAccount,
        Skipped::FactMissing,
        Skipped::Credited,
        Skipped::Over,
        Skipped::NoRow,
    ];

    /// How it stands in files.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Skipped::Dead => "dead",
            Skipped::NotInsured => "not-insured",
            Skipped::Closed => "closed",
            Skipped::NoContribution => "no-contribution",
            Skipped::Unpaid => "unpaid",
            Skipped::NoAccount => "no-account",
            Skipped::FactMissing => "fact-missing",
            Skipped::Credited => "credited-before",
            Skipped::Over => "over-credited",
            Skipped::NoRow => "no-row",
        }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Skipped::Dead => "月初之前已死亡",
            Skipped::NotInsured => "当月未参保",
            Skipped::Closed => "账户已注销",
            Skipped::NoContribution => "没有当月缴费记录",
            Skipped::Unpaid => "当月欠费，补缴后补划",
            Skipped::NoAccount => "政策不划入（无账户或为零）",
            Skipped::FactMissing => "缺少计算所需的信息",
            Skipped::Credited => "已划入，没有变化",
            Skipped::Over => "多划，未扣回",
            Skipped::NoRow => "没有账户行",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Skipped::Dead => "dead before the month",
            Skipped::NotInsured => "not insured in the month",
            Skipped::Closed => "account closed",
            Skipped::NoContribution => "no contribution on record",
            Skipped::Unpaid => "unpaid; credited once it is paid",
            Skipped::NoAccount => "the policy credits nothing",
            Skipped::FactMissing => "a fact is missing",
            Skipped::Credited => "credited before, nothing changed",
            Skipped::Over => "over-credited, not taken back",
            Skipped::NoRow => "no account row",
        }
    }
}

/// What is owed for a month, or why nothing is. `month` is none if no contribution was declared.
///
/// Whole months: no day is counted (default, no source). Whoever dies in the month is still owed it (likewise). Status and
/// plan are those of the month's first day, of whoever joined later in the month those of its last.
pub fn entitled(
    file: &PersonFile,
    version: Version<'_>,
    credit: &Credit,
    month: Month,
    contribution: Option<&PersonMonth>,
    known: Moment,
) -> Result<Entitled, Skipped> {
    // A month that was withdrawn, or only looked at by a run, says nothing.
    let contribution = contribution.filter(|it| it.is_declared());
    let (first, last) = (month.first_day(), month.last_day());
    if facts::death(file, known).is_some_and(|died| died < first) {
        return Err(Skipped::Dead);
    }
    if !is_insured(file, first, last, known) {
        return Err(Skipped::NotInsured);
    }
    let law = version.law;
    let (person, plan) = of_month(file, version, month, known);
    let stated = contribution.filter(|it| !it.plan.is_empty());
    let stated = stated.and_then(|it| law.codes.plans.iter().position(|code| *code == it.plan));
    let plan = stated.and_then(|index| u8::try_from(index).ok()).map_or(plan, kernel::Plan);
    let retired = person.status == Status::Retired;
    let facts = CreditFacts {
        status: person.status,
        plan,
        cohort: person.cohort,
        born: person.born,
        base: Fen::new(contribution.map_or(0, |month| month.base)),
        paid: retired || contribution.is_some_and(|month| Date::parse(&month.paid_on).is_some()),
    };
    // First whether the policy credits anything at all: what the person would get had it been paid.
    let whole = CreditFacts { paid: true, ..facts };
    let missing = |_: Refusal| Skipped::FactMissing;
    let rounding = version.policy.rounding;
    let (amount, cite) = monthly_credit(credit, &whole, month, rounding).map_err(missing)?;
    if contribution.is_none() && !retired && is_share(credit, &whole, month, rounding) {
        return Err(Skipped::NoContribution);
    }
    if amount == Fen::ZERO {
        return Err(Skipped::NoAccount);
    }
    let (amount, _) = monthly_credit(credit, &facts, month, rounding).map_err(missing)?;
    if amount == Fen::ZERO {
        return Err(Skipped::Unpaid);
    }
    let code = law.codes.plans.get(usize::from(plan.0)).cloned().unwrap_or_default();
    let articles = version.words.cited(cite).articles.clone();
    Ok(Entitled { status: person.status, plan: code, amount, articles })
}

/// Some spell of entitlement, whatever its state, touches the month.
fn is_insured(file: &PersonFile, first: Date, last: Date, known: Moment) -> bool {
    facts::of_kind(file, ENTITLEMENT).iter().any(|spell| {
        spell.from <= last
            && first <= spell.to
            && facts::believed(spell, known)
            && *spell.other != *Entitlement::NotInsured.code()
    })
}

/// The row credits a share of the base: what it comes to depends on the contribution.
fn is_share(
    credit: &Credit,
    facts: &CreditFacts,
    month: Month,
    rounding: kernel::Rounding,
) -> bool {
    const BASE: Fen = Fen::yuan(1_000_000);
    let of = |base| monthly_credit(credit, &CreditFacts { base, ..*facts }, month, rounding);
    of(BASE).map(|(amount, _)| amount) != of(Fen::ZERO).map(|(amount, _)| amount)
}

fn of_month(
    file: &PersonFile,
    version: Version<'_>,
    month: Month,
    known: Moment,
) -> (Facts, kernel::Plan) {
    let on = |day: Date| {
        let service = Moment::start_of(day);
        let category = Category::Ordinary;
        let occasion = Occasion { service, institution: "", category, known };
        facts::as_of(file, version.law, version.policy, &occasion)
    };
    let first = on(month.first_day());
    let plans = version.law.codes.plans.len();
    if usize::from(first.plan.0) < plans {
        let plan = first.plan;
        return (first, plan);
    }
    let last = on(month.last_day());
    let plan = last.plan;
    // The class is still that of the first day.
    (Facts { status: first.status, ..last }, plan)
}
