//! What is known about the insured, the institution and the visit: the dimensions that rules may depend on.

use crate::date::Date;
use crate::money::Fen;

/// Declares a closed list of words: its variants in order, their code in documents and files, 中文 and English.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// All, in order of their number.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Codes in policy documents and files, in the same order.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The code in policy documents and files.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }

            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.code() == code)
            }

            /// 中文名.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $($name::$variant => $zh),+ }
            }

            /// English name.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $($name::$variant => $en),+ }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// 人员状态: in work or retired.
    Status {
        /// 在职.
        Active = "active", "在职", "in work";
        /// 退休.
        Retired = "retired", "退休", "retired";
    }
}

words! {
    /// 协议结算等级 of an institution, by its agreement (CQ Art 13), not its health-ministry grade.
    Level {
        /// 未定级, 社区.
        Ungraded = "0", "未定级/社区", "ungraded/community";
        /// 一级.
        One = "1", "一级", "level 1";
        /// 二级.
        Two = "2", "二级", "level 2";
        /// 三级.
        Three = "3", "三级", "level 3";
    }
}

words! {
    /// 医药机构类型: where the bill arises.
    Venue {
        /// 定点医疗机构.
        Hospital = "hospital", "医疗机构", "hospital or clinic";
        /// 互联网医疗机构.
        Internet = "internet", "互联网医院", "internet hospital";
        /// 定点零售药店.
        Pharmacy = "pharmacy", "零售药店", "pharmacy";
    }
}

words! {
    /// 就医地: in the pooling area, or the kind of off-site care 异地就医.
    Place {
        /// 参保地.
        Local = "local", "参保地", "local";
        /// 异地已备案.
        Filed = "filed", "异地已备案", "off-site, filed";
        /// 异地转诊.
        Referred = "referred", "异地转诊", "off-site, referred";
        /// 异地急诊.
        Emergency = "emergency", "异地急诊", "off-site, emergency";
        /// 异地安置.
        Resettled = "resettled", "异地安置", "off-site, resettled";
        /// 异地未备案.
        Unfiled = "unfiled", "异地未备案", "off-site, not filed";
    }
}

words! {
    /// 结算渠道.
    Channel {
        /// 联网直接结算.
        Direct = "direct", "联网结算", "direct";
        /// 手工(零星)报销.
        Paper = "paper", "手工报销", "paper claim";
    }
}

words! {
    /// 医疗类别 (national `med_type`).
    Category {
        /// 普通门诊, 11.
        Ordinary = "ordinary", "普通门诊", "ordinary outpatient";
        /// 挂号, 12.
        Registration = "registration", "门诊挂号", "registration";
        /// 急诊, 13.
        Emergency = "emergency", "急诊", "emergency";
        /// 门诊慢特病, 14.
        Chronic = "chronic", "门诊慢特病", "chronic disease";
        /// 门诊两病, 9901.
        TwoDisease = "two-disease", "门诊两病", "two diseases";
        /// 特药, 18.
        SpecialDrug = "special-drug", "特药", "special drug";
        /// 定点药店购药, 41.
        Pharmacy = "pharmacy", "药店购药", "pharmacy purchase";
    }
}

words! {
    /// Who pays from public money.
    Fund {
        /// 统筹基金.
        Pool = "pool", "统筹基金", "pool fund";
        /// 大额医疗费用补助(互助)基金.
        LargeAmount = "large-amount", "大额互助", "large-amount fund";
        /// 公务员补助等其他补助.
        Subsidy = "subsidy", "补助", "subsidy";
    }
}

words! {
    /// 待遇状态 on the day of service.
    Entitlement {
        /// 待遇享受期内.
        Entitled = "entitled", "享受待遇", "entitled";
        /// 未参保 or ended.
        NotInsured = "not-insured", "未参保", "not insured";
        /// 欠费暂停.
        Arrears = "arrears", "欠费暂停", "suspended for arrears";
        /// 等待期.
        Waiting = "waiting", "等待期", "in a waiting period";
    }
}

words! {
    /// 是否住院 at the time of service.
    Admission {
        /// 未住院.
        Out = "no", "未住院", "not an inpatient";
        /// 住院期间.
        Inpatient = "yes", "住院期间", "an inpatient";
        /// 入院或出院当日: allowed, and noted for review.
        SameDay = "same-day", "入出院当日", "on the day of admission or discharge";
    }
}

words! {
    /// A dimension of a policy table. The order is that of [`Circumstances`].
    Dim {
        /// 人员状态.
        Status = "status", "人员状态", "status";
        /// 参保类型.
        Plan = "plan", "参保类型", "plan";
        /// 人群.
        Cohort = "cohort", "人群", "cohort";
        /// 周岁.
        Age = "age", "周岁", "age";
        /// 机构等级.
        Level = "level", "机构等级", "level";
        /// 机构类型.
        Venue = "venue", "机构类型", "venue";
        /// 就医地.
        Place = "place", "就医地", "place";
        /// 结算渠道.
        Channel = "channel", "结算渠道", "channel";
        /// 是否本人定点.
        Chosen = "chosen", "本人定点", "chosen institution";
        /// 家庭医生签约.
        Contract = "contract", "家庭医生签约", "family-doctor contract";
        /// 参保月数.
        Tenure = "tenure", "参保月数", "months enrolled";
        /// 年内第几次.
        Visit = "visit", "年内第几次", "visit of the year";
        /// 病种.
        Disease = "disease", "病种", "disease";
    }
}

impl Dim {
    /// How many there are.
    pub const COUNT: usize = Dim::ALL.len();
}

/// 参保类型, an index into the region's vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Plan(pub u8);

/// A cohort 人群 the region distinguishes (e.g. by birth year), an index into its vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Cohort(pub u8);

/// 病种: 0 is none, otherwise one more than the index into the region's vocabulary.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Disease(pub u8);

impl Disease {
    /// No disease named.
    pub const NONE: Disease = Disease(0);
}

/// An item code that some rule names; 0 is every other item.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Item(pub u16);

/// A set of diseases.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DiseaseSet([u64; 4]);

impl DiseaseSet {
    /// Adds a disease; [`Disease::NONE`] is never a member.
    pub fn insert(&mut self, disease: Disease) {
        if disease != Disease::NONE {
            self.0[usize::from(disease.0 / 64)] |= 1 << (disease.0 % 64);
        }
    }

    /// True if `disease` is in the set.
    #[must_use]
    pub fn contains(&self, disease: Disease) -> bool {
        self.0[usize::from(disease.0 / 64)] >> (disease.0 % 64) & 1 == 1
    }
}

impl FromIterator<Disease> for DiseaseSet {
    fn from_iter<I: IntoIterator<Item = Disease>>(diseases: I) -> DiseaseSet {
        let mut set = DiseaseSet::default();
        diseases.into_iter().for_each(|disease| set.insert(disease));
        set
    }
}

/// What a pharmacy's agreement allows besides selling, as a set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capabilities(pub u8);

impl Capabilities {
    /// Codes in documents and files; bit `n` of the set is the `n`-th.
    pub const CODES: &'static [&'static str] = &["pooling", "dual-channel"];
    /// 中文, in the same order.
    pub const ZH: &'static [&'static str] = &["门诊统筹", "双通道"];
    /// None.
    pub const NONE: Capabilities = Capabilities(0);
    /// 门诊统筹药店: the pool may pay what is bought there.
    pub const POOLING: Capabilities = Capabilities(1);
    /// 双通道药店: negotiated drugs are paid there.
    pub const DUAL_CHANNEL: Capabilities = Capabilities(2);
    /// All: what is taken of an institution that says nothing.
    pub const ALL: Capabilities = Capabilities(3);

    /// The set of these codes; codes that no rule knows are passed over.
    #[must_use]
    pub fn of<C: AsRef<str>>(codes: impl IntoIterator<Item = C>) -> Capabilities {
        let bit = |code: C| Capabilities::CODES.iter().position(|known| *known == code.as_ref());
        let bits = codes.into_iter().filter_map(bit);
        Capabilities(bits.fold(0, |set, bit| set | 1 << bit))
    }

    /// True if the sets share a capability.
    #[must_use]
    pub const fn meets(self, other: Capabilities) -> bool {
        self.0 & other.0 != 0
    }
}

/// The facts about the insured as of the service date.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Facts {
    /// In work or retired, already by the policy's rule for changes within a month.
    pub status: Status,
    /// 参保类型 on the day.
    pub plan: Plan,
    /// Plans held in this benefit year so far, bit `n` for `Plan(n)`; only read where the policy takes the best of
    /// the year. Zero means just `plan`.
    pub plans_held: u32,
    /// 人群, if the region distinguishes cohorts.
    pub cohort: Cohort,
    /// Birth date; needed only where a rule depends on age.
    pub born: Option<Date>,
    /// First enrolment; needed only where a rule depends on tenure.
    pub enrolled_on: Option<Date>,
    /// 待遇状态 on the day.
    pub entitlement: Entitlement,
    /// A family-doctor contract is in force.
    pub contract: bool,
    /// The institution is the person's chosen one.
    pub chosen: bool,
    /// Whether the person was an inpatient at the time.
    pub admission: Admission,
    /// Diseases the person has a valid filing 备案 for.
    pub filings: DiseaseSet,
    /// Diseases filed as 两病 only: they open no benefit of chronic diseases.
    pub two_disease: DiseaseSet,
    /// Diseases for which the institution is the person's chosen one.
    pub chosen_for: DiseaseSet,
}

impl Facts {
    /// An entitled person of this status and plan about whom nothing else is known.
    #[must_use]
    pub fn new(status: Status, plan: Plan) -> Facts {
        Facts {
            status,
            plan,
            plans_held: 0,
            cohort: Cohort(0),
            born: None,
            enrolled_on: None,
            entitlement: Entitlement::Entitled,
            contract: false,
            chosen: false,
            admission: Admission::Out,
            filings: DiseaseSet::default(),
            two_disease: DiseaseSet::default(),
            chosen_for: DiseaseSet::default(),
        }
    }
}

/// The raw value of every [`Dim`] for one portion of one bill. 255 means "not known": tables that depend on the
/// dimension then refuse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Circumstances(pub [u8; Dim::COUNT]);

impl Circumstances {
    /// Not known.
    pub const UNKNOWN: u8 = 255;

    /// The value of one dimension.
    #[inline]
    #[must_use]
    pub const fn get(&self, dim: Dim) -> u8 {
        self.0[dim as usize]
    }

    /// Sets one dimension.
    #[inline]
    pub const fn set(&mut self, dim: Dim, value: u8) {
        self.0[dim as usize] = value;
    }
}

/// A count clamped so that 255 stays free for "not known".
#[must_use]
pub fn clamped(count: i32) -> u8 {
    u8::try_from(count.clamp(0, 254)).unwrap_or(254)
}

/// What the personal accounts hold when the bill is settled.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wallet {
    /// Own account, money of the current year.
    pub current: Fen,
    /// Own account, money of earlier years.
    pub earlier: Fen,
    /// Family accounts 共济账户 bound to the person, in binding order.
    pub family: Vec<Fen>,
}
