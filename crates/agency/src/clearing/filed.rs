//! What is filed besides statements: annual budgets 总额, deductions 扣款, payment orders 拨付单.

use super::Signed;
use crate::documents;
use kernel::Month;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, DocumentKey};

/// 年度总额 of an institution (CQ Art 7). It binds the institution, never the patient (CQ Art 11).
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// The year.
    pub year: i32,
    /// Fen.
    pub fen: i64,
    /// In a few words.
    pub note: Arc<str>,
    /// Who set it.
    pub by: Signed,
    /// What it was before, oldest first.
    pub was: Vec<(i64, Signed)>,
}

impl Budget {
    /// Where it is kept.
    #[must_use]
    pub fn key(area: Area, institution: &Arc<str>, year: i32) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::BUDGET),
            owner: institution.clone(),
            number: Arc::from(format!("{year:04}")),
        }
    }
}

/// 审核扣款 of a month.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Deduction {
    /// `YYYY-MM-NNN`.
    pub number: Arc<str>,
    /// Why.
    pub reason: Arc<str>,
    /// The article it rests on.
    pub article: Arc<str>,
    /// Number of the case or file behind it; the same again is the same deduction. Empty if none.
    pub reference: Arc<str>,
    /// Fen, as filed.
    pub fen: i64,
    /// Fen, after a dispute; `None` while it stands as filed.
    pub corrected: Option<i64>,
    /// Who filed it.
    pub by: Signed,
}

impl Deduction {
    /// Where the deduction of a month with this serial is kept.
    #[must_use]
    pub fn key(area: Area, institution: &Arc<str>, month: Month, serial: usize) -> DocumentKey {
        Deduction::key_of(area, institution, &format!("{month}-{serial:03}"))
    }

    /// Where the deduction with this number is kept.
    #[must_use]
    pub fn key_of(area: Area, institution: &Arc<str>, number: &str) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::DEDUCTION),
            owner: institution.clone(),
            number: Arc::from(number),
        }
    }

    /// What is deducted now, fen.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.corrected.unwrap_or(self.fen)
    }
}

/// Where a payment order stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum OrderState {
    /// 待复核.
    Made = 0,
    /// 已复核, and paid.
    Approved = 1,
    /// 已退回.
    Refused = 2,
}

/// A line of a payment order.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderLine {
    /// 定点机构编号.
    pub institution: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// Fen.
    pub fen: i64,
    /// 结算单号.
    pub statement: Arc<str>,
}

/// 拨付单: confirmed statements of a period that are paid together.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentOrder {
    /// 批次.
    pub batch: Arc<str>,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// In the order of codes.
    pub lines: Vec<OrderLine>,
    /// 控制总额: the sum of the lines, fen.
    pub total: i64,
    /// 制单.
    pub maker: Signed,
    /// 复核.
    pub checker: Option<Signed>,
    /// Why it was refused; empty if it was not.
    pub refused: Arc<str>,
}

impl PaymentOrder {
    /// Where it is kept.
    #[must_use]
    pub fn key(area: Area, batch: &Arc<str>) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::PAYMENT_ORDER),
            owner: batch.clone(),
            number: batch.clone(),
        }
    }
}
