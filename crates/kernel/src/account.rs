//! 个人账户: what is credited each month, what the account may pay, and what happens when it closes.

use crate::date::{BenefitYear, Date, Month};
use crate::facts::{Circumstances, Cohort, Dim, Plan, Status, clamped, words};
use crate::money::{Fen, Rate, Rounding};
use crate::refusal::Refusal;
use crate::tables::{Axes, Cite};

words! {
    /// Where money for the personal part comes from.
    AccountSource {
        /// 本人个账, money of the current year.
        OwnCurrent = "own-current", "本人当年账户", "own account, current year";
        /// 本人个账, earlier money.
        OwnEarlier = "own-earlier", "本人历年账户", "own account, earlier years";
        /// 共济账户.
        Family = "family", "家庭共济账户", "family accounts";
    }
}

words! {
    /// What of the personal part an account may pay.
    AccountPays {
        /// Everything but what the deny list excludes.
        AllPersonal = "all-personal", "全部个人负担", "the whole personal part";
        /// Only the in-scope part.
        InScope = "in-scope", "政策范围内自付", "the in-scope personal part";
    }
}

words! {
    /// Whose account or whose bill, in relation to the person.
    Relation {
        /// 配偶.
        Spouse = "spouse", "配偶", "spouse";
        /// 父母.
        Parent = "parent", "父母", "parent";
        /// 子女.
        Child = "child", "子女", "child";
        /// 配偶父母.
        SpouseParent = "spouse-parent", "配偶父母", "spouse's parent";
    }
}

words! {
    /// What an account may be used for.
    Purpose {
        /// 门诊就医.
        Care = "care", "门诊就医", "outpatient care";
        /// 住院.
        Inpatient = "inpatient", "住院", "inpatient care";
        /// 药店购药.
        Pharmacy = "pharmacy", "药店购药", "pharmacy goods";
        /// 居民医保缴费.
        ResidentPremium = "resident-premium", "居民医保缴费", "residents' insurance premium";
        /// 长护险缴费.
        LongTermCarePremium = "long-term-care-premium", "长护险缴费", "long-term-care premium";
        /// 大额缴费.
        LargeAmountPremium = "large-amount-premium", "大额缴费", "large-amount premium";
    }
}

words! {
    /// Why an account closes.
    ClosureEvent {
        /// 死亡.
        Death = "death", "死亡", "death";
        /// 关系转出.
        TransferOut = "transfer-out", "关系转出", "transfer out";
        /// 出国(境)定居.
        Emigration = "emigration", "出国定居", "emigration";
        /// 注销身份信息.
        IdentityCancelled = "identity-cancelled", "注销身份", "identity cancelled";
    }
}

words! {
    /// To whom the balance of a closed account goes.
    ClosurePayee {
        /// 继承人.
        Heirs = "heirs", "继承人", "the heirs";
        /// 转入地.
        NewArea = "new-area", "转入地账户", "the account in the new area";
        /// 本人.
        Person = "person", "本人", "the person";
    }
}

/// The account rules of a policy.
#[derive(Clone, Debug)]
pub struct AccountRules {
    /// Monthly credits; `None`: the policy states none.
    pub credit: Option<Credit>,
    /// Order of payers of the personal part.
    pub order: Vec<AccountSource>,
    /// What of the personal part an account may pay.
    pub pays: AccountPays,
    /// An account cannot be used while entitlement is suspended.
    pub frozen_when_suspended: bool,
    /// Who may be bound.
    pub relations: Vec<Relation>,
    /// What it may be used for.
    pub purposes: Vec<Purpose>,
    /// Kinds of spending it may not be used for.
    pub deny: Vec<Box<str>>,
    /// What happens on each closing event.
    pub closures: Vec<Closure>,
    /// Interest on balances; `None`: the policy gives none.
    pub interest: Option<AccountInterest>,
    /// The rule on use.
    pub cite: Cite,
}

/// 划入标准 as a table.
#[derive(Clone, Debug)]
pub struct Credit {
    /// Over status, plan, cohort, age.
    pub axes: Axes,
    /// One a cell.
    pub amount: Vec<CreditAmount>,
    /// The row behind each.
    pub cite: Vec<Cite>,
    /// An age counts from the month of the birthday; otherwise from the month after.
    pub birthday_month_counts: bool,
    /// A month whose contribution is unpaid is credited all the same.
    pub credits_unpaid: bool,
}

/// What is credited for a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CreditAmount {
    /// A fixed amount, fen.
    Fixed(Fen),
    /// A share of the month's contribution base.
    ShareOfBase(Rate),
}

/// What the credit of a month depends on.
#[derive(Clone, Copy, Debug)]
pub struct CreditFacts {
    /// Status in the month.
    pub status: Status,
    /// Plan in the month.
    pub plan: Plan,
    /// Cohort.
    pub cohort: Cohort,
    /// Birth date, where the table depends on age.
    pub born: Option<Date>,
    /// Contribution base of the month, fen.
    pub base: Fen,
    /// The month's contribution is paid (always true for those who no longer pay).
    pub paid: bool,
}

/// What is credited to an account for a month, and the row that says so.
///
/// # Errors
/// [`Refusal::FactMissing`] if the table depends on something not known; [`Refusal::NegativeAmount`] or
/// [`Refusal::AmountTooLarge`] for an impossible base.
pub fn monthly_credit(
    credit: &Credit,
    facts: &CreditFacts,
    month: Month,
    rounding: Rounding,
) -> Result<(Fen, Cite), Refusal> {
    crate::bill::check_amount(facts.base)?;
    let reference = if credit.birthday_month_counts { month } else { month.plus(-1) };
    let mut circumstances = Circumstances([Circumstances::UNKNOWN; Dim::COUNT]);
    circumstances.set(Dim::Status, facts.status as u8);
    circumstances.set(Dim::Plan, facts.plan.0);
    circumstances.set(Dim::Cohort, facts.cohort.0);
    if let Some(born) = facts.born {
        circumstances.set(Dim::Age, clamped(reference.last_day().age_of(born)));
    }
    let cell = credit.axes.cell(&circumstances).map_err(Refusal::FactMissing)?;
    let amount = match credit.amount[cell] {
        _ if !facts.paid && !credit.credits_unpaid => Fen::ZERO,
        CreditAmount::Fixed(amount) => amount,
        CreditAmount::ShareOfBase(rate) => rate.of(facts.base, rounding),
    };
    Ok((amount, credit.cite[cell]))
}

words! {
    /// What interest is reckoned on.
    InterestBasis {
        /// 积数: the balance at the end of each day.
        Daily = "daily", "逐日余额", "the balance at the end of each day";
        /// The balance at the end of the year of interest.
        YearEnd = "year-end", "年末余额", "the balance at the end of the year";
    }
}

/// 账户计息: interest on the balance of a personal account, once a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AccountInterest {
    /// A year's rate on money of the calendar year.
    pub current: Rate,
    /// A year's rate on earlier money.
    pub earlier: Rate,
    /// What it is reckoned on.
    pub basis: InterestBasis,
    /// Days of a year in the reckoning by days: 360 or 365.
    pub days: u16,
    /// The year of interest; it is credited once it is over.
    pub year: BenefitYear,
    /// The rule.
    pub cite: Cite,
}

impl AccountInterest {
    /// Interest on `points`: fen times days under [`InterestBasis::Daily`], fen under [`InterestBasis::YearEnd`]. Fen.
    #[must_use]
    pub fn of(&self, rate: Rate, points: i128, rounding: Rounding) -> Fen {
        let whole = i128::from(Rate::ONE.get());
        let divisor = match self.basis {
            InterestBasis::Daily => whole * i128::from(self.days.max(1)),
            InterestBasis::YearEnd => whole,
        };
        let exact = points.max(0).saturating_mul(i128::from(rate.get()));
        let (fen, rest) = (exact / divisor, exact % divisor);
        let up = match rounding {
            Rounding::Down => false,
            Rounding::HalfUp => rest * 2 >= divisor,
            Rounding::HalfEven => rest * 2 > divisor || (rest * 2 == divisor && fen % 2 == 1),
        };
        Fen::new(i64::try_from(fen + i128::from(up)).unwrap_or(i64::MAX))
    }
}

/// What happens to the account on an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Closure {
    /// Which event.
    pub event: ClosureEvent,
    /// Who receives the balance.
    pub payee: ClosurePayee,
    /// Payments are refused from the day of the event; otherwise from the day after.
    pub frozen_from_day_of: bool,
    /// The rule.
    pub cite: Cite,
}

impl Closure {
    /// The first day on which the account pays nothing any more.
    #[must_use]
    pub fn frozen_from(&self, event: Date) -> Date {
        if self.frozen_from_day_of { event } else { event.next() }
    }
}
