//! Kinds of dated facts.

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
/// 两病备案; `other` is a disease code. It opens no benefit of programmes that ask for a chronic filing.
pub const TWO_DISEASE: &str = "two-disease";
/// 双通道药品备案; `other` is an item.
pub const DUAL_CHANNEL: &str = "dual-channel";
/// 本人定点; `other` is an institution.
pub const CHOSEN: &str = "chosen";
/// 按病种定点; `other` is an institution, `detail` a [`Chosen`].
pub const CHOSEN_FOR: &str = "chosen-for";
/// 家庭医生签约; `other` is an institution.
pub const CONTRACT: &str = "contract";
/// 家庭共济: `other` is the 人员编号 of the relative whose account pays, `detail` a [`Family`]. Binding order is the order
/// of ids.
pub const FAMILY: &str = store::FAMILY;
/// 账户冻结: while it holds the person's account pays nothing.
pub const HOLD: &str = "hold";
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

/// 暂停协议: while it holds, the institution is treated as if its agreement were not in force.
pub const SUSPENSION: &str = "suspension";

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

/// Detail of a [`CHOSEN_FOR`], among whatever else it says.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// The disease it was chosen for, a code of the region's vocabulary.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease: Arc<str>,
}

/// Detail of a [`FAMILY`] binding.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Family {
    /// What the payer is to the person: a code of `kernel::account::Relation`.
    pub relation: String,
}
