//! Kinds of dated facts, and reading them as of a day and of what was known then.
//!
//! Of people: who they are to the policy on a day. Of institutions: what their agreement says on a day.

use std::sync::Arc;

/// 参保类型; `other` is a plan of the region's vocabulary.
pub const PLAN: &str = "plan";
/// 人群; `other` is a cohort of the region's vocabulary.
pub const COHORT: &str = "cohort";
/// 待遇状态; `other` is a code of `kernel::Entitlement`. No spell on a day: not insured.
pub const ENTITLEMENT: &str = "entitlement";
/// 退休; holds from the day it was registered.
pub const RETIREMENT: &str = "retirement";
/// 首次参保; holds from the day of first enrolment.
pub const ENROLLED: &str = "enrolled";
/// 死亡; holds from the day of death.
pub const DEATH: &str = "death";
/// 住院; `other` is the institution, `detail` an [`Admission`]. `to` is the day of discharge.
pub const ADMISSION: &str = "admission";
/// 慢特病备案; `other` is a disease code.
pub const FILING: &str = "filing";
/// 两病备案; `other` is a disease code. Counts as a filing except for bills of the chronic category, so that it opens no
/// benefit of 慢特病.
pub const TWO_DISEASE: &str = "two-disease";
/// 双通道药品备案; `other` is an item.
pub const DUAL_CHANNEL: &str = "dual-channel";
/// 本人定点; `other` is an institution.
pub const CHOSEN: &str = "chosen";
/// 家庭医生签约; `other` is an institution.
pub const CONTRACT: &str = "contract";
/// 家庭共济: `other` is the 人员编号 of the relative whose account pays, `detail` a [`Family`]. Binding order is the order
/// of ids.
pub const FAMILY: &str = store::FAMILY;
/// 异地备案; `other` is a code of `kernel::Place`.
pub const OFFSITE: &str = "offsite";
/// 转院; `other` is the institution referred to.
pub const REFERRAL: &str = "referral";

/// 协议; an agreement is in force.
pub const AGREEMENT: &str = "agreement";
/// 协议结算等级; `other` is a code of `kernel::Level`.
pub const LEVEL: &str = "level";
/// 门诊统筹药店, 互联网医院 and the like; `other` is the capability.
pub const CAPABILITY: &str = "capability";

/// Detail of a person's record (`store::Person::detail`).
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PersonDetail {
    /// 民族 (national list); empty if not known.
    pub nation: Arc<str>,
    /// 公务员.
    pub civil_servant: bool,
    /// 单位名称; empty if none.
    pub employer: Arc<str>,
}

/// Detail of an [`ADMISSION`].
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Admission {
    /// 入院时间, `YYYY-MM-DD hh:mm:ss`; empty if only the day is known.
    pub admitted: String,
    /// 出院时间, likewise.
    pub discharged: String,
    /// 住院号.
    pub number: String,
    /// 科室.
    pub department: String,
    /// 主要诊断.
    pub diagnosis: String,
}

/// Detail of a [`FAMILY`] binding.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Family {
    /// What the payer is to the person: a code of `kernel::account::Relation`.
    pub relation: String,
}

/// True if a fact holds on a day, as known at a moment.
#[must_use]
pub fn holds(fact: &store::Fact, day: kernel::Date, known: kernel::Moment) -> bool {
    fact.from <= day
        && day <= fact.to
        && fact.learned_at <= known
        && fact.ended_at.is_none_or(|ended| ended > known)
}
