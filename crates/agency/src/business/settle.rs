//! Settlements 结算 and pharmacy purchases 药店结算: the same decision, on lines uploaded before or sent along.

pub(super) mod charge;
mod purchase;
mod visit;

use super::lines::StatedLine;
use kernel::{AccountUse, Moment};
use std::sync::Arc;
use store::{Id, PersonKey};

/// 清算类别 of outpatient care (national list).
pub const CLEARING_OUTPATIENT: &str = "11";
/// 清算类别 of pharmacy purchases (national list).
pub const CLEARING_PHARMACY: &str = "41";

/// Settles the lines of one batch of a visit. As a trial it decides the same and writes nothing.
#[derive(Clone, Debug)]
pub struct Settle {
    /// Whose.
    pub person: PersonKey,
    /// The visit.
    pub visit: Id,
    /// Where.
    pub institution: Arc<str>,
    /// 收费批次号.
    pub batch: Arc<str>,
    /// 险种 as stated.
    pub scheme: Arc<str>,
    /// 医疗类别 as stated (national list); empty: that of the visit.
    pub category: Arc<str>,
    /// 就诊凭证类型 as stated.
    pub credential: Arc<str>,
    /// 医疗费总额, fen.
    pub total: i64,
    /// Sums of the uploaded parts as the sender has them, fen; all zero or absent: not checked.
    pub parts: Option<[i64; 4]>,
    /// Accounts that may pay.
    pub account_use: AccountUse,
    /// 发票号.
    pub invoice: Arc<str>,
}

/// A pharmacy purchase: registers, uploads and settles in one message.
#[derive(Clone, Debug)]
pub struct Purchase {
    /// Whose.
    pub person: PersonKey,
    /// The pharmacy.
    pub institution: Arc<str>,
    /// When.
    pub at: Moment,
    /// 险种 as stated.
    pub scheme: Arc<str>,
    /// 医疗类别 as stated.
    pub category: Arc<str>,
    /// 病种编码; empty if none.
    pub disease: Arc<str>,
    /// 就诊凭证类型.
    pub credential: Arc<str>,
    /// 医疗费总额, fen.
    pub total: i64,
    /// The lines.
    pub lines: Vec<StatedLine>,
    /// Accounts that may pay.
    pub account_use: AccountUse,
    /// 发票号.
    pub invoice: Arc<str>,
    /// 电子处方编号 behind it; empty if none.
    pub prescription: Arc<str>,
}
