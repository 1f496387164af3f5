//! The bill as it is presented, and its decomposition: total = 全自费 + 超限价 + 先行自付 + in scope.

use crate::date::{Date, Moment};
use crate::facts::{Capabilities, Category, Channel, Disease, Item, Level, Place, Venue, words};
use crate::money::{Fen, Rate, Rounding};
use crate::refusal::Refusal;

/// Names a bill within a person's history. Adapters derive it from their own numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct BillId(pub u128);

/// The total order of a person's events: settlement time, then a serial that breaks ties. Two events on one day
/// never depend on file order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct OrderKey {
    /// When it was settled.
    pub at: Moment,
    /// Breaks ties.
    pub serial: u64,
}

words! {
    /// 医保目录类别 (national `chrgitm_lv`).
    CatalogueClass {
        /// 甲类: wholly in scope.
        A = "A", "甲类", "class A";
        /// 乙类: the person first pays a ratio.
        B = "B", "乙类", "class B";
        /// 丙类 or outside the catalogues: the person pays all.
        C = "C", "丙类", "class C";
    }
}

/// Programme flags of a fee line, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Flags(pub u8);

impl Flags {
    /// Codes in documents and files; bit `n` of the set is the `n`-th.
    pub const CODES: &'static [&'static str] =
        &["negotiated", "listed", "two-disease", "consultation", "general-fee", "chronic"];
    /// 中文, in the same order.
    pub const ZH: &'static [&'static str] =
        &["国谈药品", "单列药品", "两病用药", "诊察费", "一般诊疗费", "慢特病用药"];

    /// The set with the one flag of this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Flags> {
        Flags::CODES.iter().position(|&known| known == code).map(|bit| Flags(1 << bit))
    }

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// True if the sets share a flag.
    #[must_use]
    pub const fn meets(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }
}

/// One fee line 费用明细.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeeLine {
    /// 明细金额, fen, not negative.
    pub amount: Fen,
    /// 甲乙丙.
    pub class: CatalogueClass,
    /// 先行自付比例 of a class B line; zero for class A; zero or 100 % for class C.
    pub first_pay: Rate,
    /// 限价: the most of this line's amount that may be in scope (unit ceiling × quantity).
    pub ceiling: Option<Fen>,
    /// The item, if some rule names it.
    pub item: Item,
    /// The disease this line treats, if the bill says so.
    pub disease: Disease,
    /// Programme flags.
    pub flags: Flags,
    /// On the list of things a personal account may not pay.
    pub denied: bool,
}

impl FeeLine {
    /// A class A line with nothing special.
    #[must_use]
    pub fn new(amount: Fen) -> FeeLine {
        FeeLine {
            amount,
            class: CatalogueClass::A,
            first_pay: Rate::ZERO,
            ceiling: None,
            item: Item::default(),
            disease: Disease::NONE,
            flags: Flags::default(),
            denied: false,
        }
    }

    /// Splits the line (reference interface I9, I11): what exceeds the ceiling first, then the ratio of the rest.
    ///
    /// # Errors
    /// A refusal if the amount or the ratio does not fit the class.
    pub fn decompose(&self, rounding: Rounding) -> Result<Amounts, Refusal> {
        check_amount(self.amount)?;
        if !self.first_pay.is_share() {
            return Err(Refusal::FirstPayOutOfRange);
        }
        let mut parts = Amounts { total: self.amount, ..Amounts::default() };
        match self.class {
            CatalogueClass::C if self.first_pay == Rate::ZERO || self.first_pay == Rate::ONE => {
                parts.full_self_pay = self.amount;
            }
            CatalogueClass::C => return Err(Refusal::FirstPayOnClassC),
            CatalogueClass::A if self.first_pay != Rate::ZERO => {
                return Err(Refusal::FirstPayOnClassA);
            }
            CatalogueClass::A | CatalogueClass::B => {
                if let Some(ceiling) = self.ceiling {
                    check_amount(ceiling)?;
                    parts.over_ceiling = self.amount.room(ceiling);
                }
                parts.first_pay = self.first_pay.of(self.amount - parts.over_ceiling, rounding);
                parts.in_scope = self.amount - parts.over_ceiling - parts.first_pay;
            }
        }
        Ok(parts)
    }
}

/// Refuses amounts that no bill can carry.
pub(crate) fn check_amount(amount: Fen) -> Result<(), Refusal> {
    if amount.is_negative() {
        Err(Refusal::NegativeAmount)
    } else if amount > Fen::MAX_AMOUNT {
        Err(Refusal::AmountTooLarge)
    } else {
        Ok(())
    }
}

/// The decomposition of a bill or line. `total` is the sum of the others.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts {
    /// 总费用.
    pub total: Fen,
    /// 全自费: class C and outside the catalogues.
    pub full_self_pay: Fen,
    /// 超限价自费.
    pub over_ceiling: Fen,
    /// 先行自付.
    pub first_pay: Fen,
    /// 符合政策范围.
    pub in_scope: Fen,
}

impl Amounts {
    /// A bill wholly in scope.
    #[must_use]
    pub fn in_scope(amount: Fen) -> Amounts {
        Amounts { total: amount, in_scope: amount, ..Amounts::default() }
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        for amount in
            [self.total, self.full_self_pay, self.over_ceiling, self.first_pay, self.in_scope]
        {
            check_amount(amount)?;
        }
        if self.full_self_pay + self.over_ceiling + self.first_pay + self.in_scope == self.total {
            Ok(())
        } else {
            Err(Refusal::PartsDoNotAddUp)
        }
    }

    pub(crate) fn add(&mut self, other: Amounts) {
        self.total += other.total;
        self.full_self_pay += other.full_self_pay;
        self.over_ceiling += other.over_ceiling;
        self.first_pay += other.first_pay;
        self.in_scope += other.in_scope;
    }
}

/// What a bill consists of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    /// Only the decomposition is known (header form).
    Amounts(Amounts),
    /// The fee lines.
    Lines(Vec<FeeLine>),
}

/// 外配处方: who prescribed what a pharmacy dispenses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Prescription {
    /// The prescriber's settlement level on the day of the prescription.
    pub level: Level,
    /// The prescriber has an agreement with this pooling area.
    pub designated: bool,
}

words! {
    /// 个人账户使用标志 (national `acct_used_flag`).
    AccountUse {
        /// Cash only.
        None = "none", "不使用", "none";
        /// The own account.
        Own = "own", "本人个账", "own account";
        /// The own account, then family accounts.
        Family = "family", "本人及共济账户", "own and family accounts";
    }
}

/// One outpatient bill or pharmacy purchase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bill {
    /// Names it.
    pub id: BillId,
    /// When it was settled, with a tie breaker.
    pub order: OrderKey,
    /// 服务日期: decides the policy version and the benefit year.
    pub service: Date,
    /// 医疗类别.
    pub category: Category,
    /// The disease the visit is for.
    pub disease: Disease,
    /// The institution; any number that names it within the region.
    pub institution: u64,
    /// The visit; bills of one visit share "per visit" deductibles and limits. Zero: this bill is the visit.
    pub visit: u64,
    /// 定点: an agreement is in force on the service date.
    pub designated: bool,
    /// Hospital, internet hospital or pharmacy.
    pub venue: Venue,
    /// What a pharmacy's agreement allows on the service date.
    pub capabilities: Capabilities,
    /// 协议结算等级 on the service date.
    pub level: Level,
    /// Where, in relation to the pooling area.
    pub place: Place,
    /// Direct or paper.
    pub channel: Channel,
    /// 外配处方 behind a pharmacy purchase.
    pub prescription: Option<Prescription>,
    /// Which accounts may pay the personal part.
    pub account_use: AccountUse,
    /// Its amounts.
    pub content: Content,
}

impl Bill {
    /// An ordinary local bill wholly in scope, settled on the day of service.
    #[must_use]
    pub fn new(id: BillId, service: Date, level: Level, in_scope: Fen) -> Bill {
        Bill {
            id,
            order: OrderKey {
                at: Moment::start_of(service),
                serial: u64::try_from(id.0 & u128::from(u64::MAX)).unwrap_or(0),
            },
            service,
            category: Category::Ordinary,
            disease: Disease::NONE,
            institution: 0,
            visit: 0,
            designated: true,
            venue: Venue::Hospital,
            capabilities: Capabilities::ALL,
            level,
            place: Place::Local,
            channel: Channel::Direct,
            prescription: None,
            account_use: AccountUse::Family,
            content: Content::Amounts(Amounts::in_scope(in_scope)),
        }
    }
}

/// 限价 of a line: unit ceiling (in millionths of a yuan, national 6 decimals) × quantity (in ten-thousandths),
/// half up to the fen; `None` if it does not fit an amount.
#[must_use]
pub fn line_ceiling(unit_ceiling: i64, quantity: i64) -> Option<Fen> {
    let product = i128::from(unit_ceiling) * i128::from(quantity);
    // millionths of yuan × ten-thousandths = 1e-10 yuan = 1e-8 fen
    let fen = (product + 50_000_000).div_euclid(100_000_000);
    i64::try_from(fen).ok().map(Fen::new).filter(|fen| check_amount(*fen).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(class: CatalogueClass, amount: i64, first_pay: i32, ceiling: Option<i64>) -> FeeLine {
        FeeLine {
            class,
            first_pay: Rate::new(first_pay),
            ceiling: ceiling.map(Fen::new),
            ..FeeLine::new(Fen::new(amount))
        }
    }

    fn parts(line: &FeeLine) -> Result<[i64; 4], Refusal> {
        let a = line.decompose(Rounding::HalfUp)?;
        assert_eq!(a.check(), Ok(()));
        Ok([a.full_self_pay, a.over_ceiling, a.first_pay, a.in_scope].map(Fen::get))
    }

    #[test]
    fn a_line_splits_as_the_live_samples_do() {
        // Reference interface, I11: 4.52 × 0.05 → 0.23 first pay, 4.29 in scope.
        assert_eq!(parts(&line(CatalogueClass::B, 452, 500, None)), Ok([0, 0, 23, 429]));
        assert_eq!(parts(&line(CatalogueClass::C, 150, 10_000, None)), Ok([150, 0, 0, 0]));
        assert_eq!(parts(&line(CatalogueClass::A, 200, 0, Some(200))), Ok([0, 0, 0, 200]));
        assert_eq!(parts(&line(CatalogueClass::B, 1_000, 1_000, Some(800))), Ok([0, 200, 80, 720]));
    }

    #[test]
    fn a_ratio_that_does_not_fit_the_class_is_refused() {
        assert_eq!(
            parts(&line(CatalogueClass::C, 150, 1_000, None)),
            Err(Refusal::FirstPayOnClassC)
        );
        assert_eq!(
            parts(&line(CatalogueClass::A, 150, 1_000, None)),
            Err(Refusal::FirstPayOnClassA)
        );
        assert_eq!(
            parts(&line(CatalogueClass::B, 150, 10_001, None)),
            Err(Refusal::FirstPayOutOfRange)
        );
        assert_eq!(parts(&line(CatalogueClass::A, -1, 0, None)), Err(Refusal::NegativeAmount));
    }

    #[test]
    fn a_unit_ceiling_times_a_quantity_rounds_half_up() {
        assert_eq!(line_ceiling(1_234_567, 10_000), Some(Fen::new(123)));
        assert_eq!(line_ceiling(5_000, 10_000), Some(Fen::new(1)));
        assert_eq!(line_ceiling(i64::MAX, i64::MAX), None);
    }
}
