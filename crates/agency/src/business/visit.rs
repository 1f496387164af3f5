//! Visits 就诊: registered, cancelled, and what they are for.

mod rules;

use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Id, PersonKey, Visit};

/// [`Visit::state`] of a visit that goes on.
pub const OPEN: i16 = 0;
/// [`Visit::state`] of a cancelled one, or of a purchase that was taken back.
pub const CANCELLED: i16 = 1;

/// Registers a visit 门诊挂号. The same number at the same institution on the same day is the same visit.
#[derive(Clone, Debug)]
pub struct Register {
    /// Whose.
    pub person: PersonKey,
    /// Where.
    pub institution: Arc<str>,
    /// The institution's number of it.
    pub number: Arc<str>,
    /// When it begins.
    pub began: Moment,
    /// 险种 as stated.
    pub scheme: Arc<str>,
    /// 就诊凭证类型.
    pub credential: Arc<str>,
    /// Doctor, department.
    pub staff: Staff,
}

/// Doctor and department of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Staff {
    /// 医师编码.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub doctor: Arc<str>,
    /// 医师姓名.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub doctor_name: Arc<str>,
    /// 科室编码.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub department: Arc<str>,
    /// 科室名称.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub department_name: Arc<str>,
    /// 科别.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub specialty: Arc<str>,
}

/// Cancels a visit 挂号撤销, unless something of it is settled.
#[derive(Clone, Debug)]
pub struct CancelVisit {
    /// Whose.
    pub person: PersonKey,
    /// The visit.
    pub visit: Id,
    /// Where.
    pub institution: Arc<str>,
}

/// Says what a visit is for 就诊信息上传. Sent again, it replaces what was said; a diagnosis is voided by `valid: false`.
#[derive(Clone, Debug)]
pub struct Attend {
    /// Whose.
    pub person: PersonKey,
    /// The visit.
    pub visit: Id,
    /// Where.
    pub institution: Arc<str>,
    /// What was said.
    pub purpose: Purpose,
}

/// What a visit is for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Purpose {
    /// 医疗类别 as stated (national list).
    #[serde(skip_serializing_if = "str::is_empty")]
    pub category: Arc<str>,
    /// 病种编码; empty if none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease: Arc<str>,
    /// 病种名称.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease_name: Arc<str>,
    /// 主要病情描述.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub complaint: Arc<str>,
    /// Diagnoses in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnoses: Vec<Diagnosis>,
}

/// One diagnosis.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Diagnosis {
    /// 诊断类别.
    pub kind: Arc<str>,
    /// 排序号.
    pub order: i32,
    /// 诊断代码.
    pub code: Arc<str>,
    /// 诊断名称.
    pub name: Arc<str>,
    /// 诊断科室.
    pub department: Arc<str>,
    /// 诊断医生编码.
    pub doctor: Arc<str>,
    /// 诊断医生姓名.
    pub doctor_name: Arc<str>,
    /// 诊断时间 as stated.
    pub at: Arc<str>,
    /// 有效.
    pub valid: bool,
}

/// The body of a stored visit.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitBody {
    /// 险种 as stated at registration.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub scheme: Arc<str>,
    /// 就诊凭证类型.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub credential: Arc<str>,
    /// Doctor, department.
    pub staff: Staff,
    /// What it is for, once uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    /// Batches that are settled, and by which entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<(Arc<str>, Id)>,
    /// A pharmacy purchase: registered and settled in one message.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub purchase: bool,
}

impl VisitBody {
    /// Reads that of a stored visit.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(visit: &Visit) -> Result<VisitBody, Refused> {
        serde_json::from_str(&visit.body)
            .map_err(|_| Refused::new(Reason::Conflict, visit.id.to_string()))
    }

    /// As stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn to_json(&self) -> Result<Arc<str>, Refused> {
        let text = serde_json::to_string(self);
        text.map(Arc::from).map_err(|error| Refused::new(Reason::Conflict, error.to_string()))
    }

    /// True if a batch is settled.
    #[must_use]
    pub fn is_settled(&self, batch: &str) -> bool {
        self.settled.iter().any(|(settled, _)| **settled == *batch)
    }
}

/// A visit of a person at an institution that is not cancelled.
///
/// # Errors
/// [`Reason::VisitUnknown`], [`Reason::VisitCancelled`].
pub(super) fn open<'w>(
    world: &'w World,
    person: &PersonKey,
    visit: Id,
    institution: &str,
) -> Result<(&'w Visit, VisitBody), Refused> {
    let unknown = || Refused::new(Reason::VisitUnknown, visit.to_string());
    let found = world.visit(person, visit).ok_or_else(unknown)?;
    if *found.institution != *institution {
        return Err(unknown());
    }
    if found.state == CANCELLED {
        return Err(Refused::new(Reason::VisitCancelled, visit.to_string()));
    }
    Ok((found, VisitBody::of(found)?))
}
