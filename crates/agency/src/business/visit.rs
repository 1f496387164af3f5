//! Visits 就诊: registered, cancelled, and what they are for.

use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Id, PersonKey};

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
    pub doctor: Arc<str>,
    /// 医师姓名.
    pub doctor_name: Arc<str>,
    /// 科室编码.
    pub department: Arc<str>,
    /// 科室名称.
    pub department_name: Arc<str>,
    /// 科别.
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
    pub category: Arc<str>,
    /// 病种编码; empty if none.
    pub disease: Arc<str>,
    /// 病种名称.
    pub disease_name: Arc<str>,
    /// 主要病情描述.
    pub complaint: Arc<str>,
    /// Diagnoses in their order.
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
    pub scheme: Arc<str>,
    /// 就诊凭证类型.
    pub credential: Arc<str>,
    /// Doctor, department.
    pub staff: Staff,
    /// What it is for, once uploaded.
    pub purpose: Option<Purpose>,
    /// Batches that are settled, and by which entry.
    pub settled: Vec<(Arc<str>, Id)>,
    /// A pharmacy purchase: registered and settled in one message.
    pub purchase: bool,
}
