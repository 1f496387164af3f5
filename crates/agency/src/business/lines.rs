//! Fee lines 费用明细: uploaded and withdrawn while they are not settled.

mod rules;
mod split;

pub(super) use split::{Splitter, no_policy};

use crate::reason::{Reason, Refused};
use crate::record::LineSplit;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Id, Line, PersonKey, Sheet};

/// The most lines one message may carry.
pub const MOST_IN_A_MESSAGE: usize = 2_000;
/// The most lines one visit may have.
pub const MOST_IN_A_VISIT: usize = 10_000;

/// Uploads lines of a visit; a line sent again replaces what was said, as long as its batch is not settled.
#[derive(Clone, Debug)]
pub struct UploadLines {
    /// Whose.
    pub person: PersonKey,
    /// The visit.
    pub visit: Id,
    /// Where.
    pub institution: Arc<str>,
    /// The lines.
    pub lines: Vec<StatedLine>,
}

/// A line as the sender states it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatedLine {
    /// 费用明细流水号.
    pub serial: Arc<str>,
    /// 收费批次号.
    pub batch: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// 明细金额, fen.
    pub amount: i64,
    /// 数量, ten-thousandths.
    pub quantity: i64,
    /// 单价, millionths of a yuan.
    pub price: i64,
    /// When the fee arose.
    pub at: Moment,
    /// Everything else.
    pub rest: LineRest,
}

/// What a line says besides its amount.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineRest {
    /// 医药机构目录编码.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub own_item: Arc<str>,
    /// 病种编码; empty if none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease: Arc<str>,
    /// 处方号.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub prescription: Arc<str>,
    /// 外购处方.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub external: bool,
    /// 医院审批标志: 0 not needed, 1 approved, 2 refused.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub approval: Arc<str>,
    /// 开单科室编码.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub department: Arc<str>,
    /// 开单科室名称.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub department_name: Arc<str>,
    /// 开单医生编码.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub doctor: Arc<str>,
    /// 开单医生姓名.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub doctor_name: Arc<str>,
    /// 周期天数, hundredths of a day.
    #[serde(skip_serializing_if = "crate::stored::is_zero")]
    pub days: i64,
    /// 用法: dose, frequency, way.
    #[serde(skip_serializing_if = "crate::stored::are_empty")]
    pub usage: [Arc<str>; 3],
    /// 追溯码.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trace_codes: Vec<Arc<str>>,
}

/// Withdraws lines that are not settled 费用明细撤销.
#[derive(Clone, Debug)]
pub struct WithdrawLines {
    /// Whose.
    pub person: PersonKey,
    /// The visit.
    pub visit: Id,
    /// Where.
    pub institution: Arc<str>,
    /// The batch; `None`: all.
    pub batch: Option<Arc<str>>,
}

/// The body of a stored line.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LineBody {
    /// How it splits, as it was answered.
    pub split: LineSplit,
    /// What else was said.
    pub rest: LineRest,
}

impl LineBody {
    /// Reads that of a stored line.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(line: &Line) -> Result<LineBody, Refused> {
        serde_json::from_str(&line.body).map_err(|_| Refused::new(Reason::Conflict, &*line.serial))
    }
}

impl StatedLine {
    /// As a row of a visit.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub(super) fn row(&self, split: &LineSplit) -> Result<Line, Refused> {
        /// [`LineBody`], borrowed.
        #[derive(Serialize)]
        struct Body<'a> {
            split: &'a LineSplit,
            rest: &'a LineRest,
        }
        let body = serde_json::to_string(&Body { split, rest: &self.rest })
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        Ok(Line {
            batch: self.batch.clone(),
            serial: self.serial.clone(),
            item: self.item.clone(),
            amount: kernel::Fen::new(self.amount),
            at: self.at,
            body: Arc::from(body),
        })
    }
}

/// The lines of a visit in their order.
pub(super) fn sheet(person: &PersonKey, visit: Id, mut lines: Vec<Line>) -> Sheet {
    lines.sort_by(|a, b| (&a.batch, &a.serial).cmp(&(&b.batch, &b.serial)));
    Sheet { visit, key: person.clone(), lines }
}
