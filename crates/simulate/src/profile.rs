//! Profiles: what is known about a claim besides its person, time and amounts, as texts, each combination once.
//!
//! Claims of a year share a few hundred or thousand profiles. A claim carries the number of its profile; whatever a policy
//! makes of the profile is worked out once.

/// Declares the attributes: variant, column in files, what it says.
macro_rules! attributes {
    ($($(#[$meta:meta])* $name:ident = $code:literal;)+) => {
        /// An attribute of a profile.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Attribute { $($(#[$meta])* $name),+ }

        impl Attribute {
            /// All, in order of their number.
            pub const ALL: &'static [Attribute] = &[$(Attribute::$name),+];
            /// Names of their columns, in the same order.
            pub const CODES: &'static [&'static str] = &[$($code),+];
        }
    };
}

attributes! {
    /// 人员状态: `active`, `retired`, or `retired-this-month` (registered on or before the day, in its month).
    Status = "status";
    /// 参保类型, a code of the region.
    Plan = "plan";
    /// Plans held in the benefit year so far, codes with semicolons between; only for policies that take the best limit.
    PlansHeld = "plans_held";
    /// 人群, a code of the region.
    Cohort = "cohort";
    /// 周岁 on the service date.
    Age = "age";
    /// Whole months enrolled on the service date.
    Tenure = "tenure";
    /// 协议结算等级: `0` to `3`.
    Level = "level";
    /// 机构类型.
    Venue = "venue";
    /// 就医地.
    Place = "place";
    /// 结算渠道.
    Channel = "channel";
    /// 医疗类别.
    Category = "category";
    /// 病种 of the visit.
    Disease = "disease";
    /// 病种 备案, codes with semicolons between.
    Filings = "filings";
    /// Those of them filed as 两病 only, codes with semicolons between.
    TwoDisease = "two_disease";
    /// Diseases for which the institution is the person's chosen one, codes with semicolons between.
    ChosenFor = "chosen_for";
    /// 本人定点: `yes` or `no`.
    Chosen = "chosen";
    /// 家庭医生签约: `yes` or `no`.
    Contract = "contract";
    /// 定点: `yes` or `no`.
    Designated = "designated";
    /// What the agreement of a pharmacy allows, codes with semicolons between, or `none`; not given: all.
    Capabilities = "capabilities";
    /// 待遇状态.
    Entitlement = "entitlement";
    /// 住院状态.
    Admission = "admission";
    /// 处方机构等级; not given: no prescription.
    PrescriptionLevel = "prescription_level";
    /// 处方机构定点: `yes` or `no`.
    PrescriptionDesignated = "prescription_designated";
    /// 项目编码 of the part.
    Item = "item";
    /// 待遇标志 of the part, with semicolons between.
    Flags = "flags";
    /// 病种 of the part.
    LineDisease = "line_disease";
    /// 统筹区 or district, for totals only.
    Area = "area";
    /// The row is no claim: other systems used up so much of this shared limit.
    UsedLimit = "used_limit";
    /// `yes`: the row is no claim, but reverses one that is not there, and says nothing else.
    Reversal = "reversal";
    /// 递交日期 of a paper claim, which decides whether it is late: `YYYY-MM-DD`; not given: the day it was settled.
    Submitted = "submitted";
}

impl Attribute {
    /// How many there are.
    pub const COUNT: usize = Attribute::ALL.len();

    /// The name of its column.
    #[must_use]
    pub const fn code(self) -> &'static str {
        Attribute::CODES[self as usize]
    }
}

/// The text of every attribute; empty where it is not given.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Profile([Box<str>; Attribute::COUNT]);

impl Profile {
    /// What it says of an attribute.
    #[must_use]
    pub fn get(&self, attribute: Attribute) -> &str {
        &self.0[attribute as usize]
    }

    /// Says something of an attribute.
    pub fn set(&mut self, attribute: Attribute, text: &str) {
        self.0[attribute as usize] = text.into();
    }
}

impl Profile {
    /// By the texts, attribute after attribute.
    #[must_use]
    pub fn order(a: &Profile, b: &Profile) -> std::cmp::Ordering {
        // Most attributes are given in neither; comparing nothing with nothing is a call all the same.
        let given = a.0.iter().zip(&b.0).filter(|(a, b)| !(a.is_empty() && b.is_empty()));
        given
            .map(|(a, b)| a.cmp(b))
            .find(|order| order.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    }
}
