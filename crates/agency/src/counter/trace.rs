//! 政策项: why a settlement is what it is, one row a step, with the article behind it.

use super::history::{Asking, settlements};
use crate::agency::Agency;
use crate::reason::Refused;
use crate::record::{Record, TraceStep};
use crate::regions::Version;
use kernel::policy::Term;
use kernel::{Fund, Refusal};
use std::sync::Arc;
use store::Id;

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceRow {
    /// Place in the settlement, from 1.
    pub number: usize,
    /// The step as it is kept: word, amounts, share, articles.
    pub step: TraceStep,
    /// What the step is called, in Chinese.
    pub name: String,
    /// Paid by a fund in this step, fen.
    pub fund: i64,
    /// Left to the person in this step, fen.
    pub person: i64,
}

/// The steps of a settlement; of an undo, none.
///
/// # Errors
/// [`crate::Reason::VisitUnknown`], [`crate::Reason::SettlementUnknown`], or what the store says.
pub fn trace(
    agency: &Agency,
    asking: &Asking,
    visit: Id,
    entry: Id,
) -> Result<Vec<TraceRow>, Refused> {
    let found = settlements(agency, asking, visit, Some(entry))?;
    let Some(found) = found.first() else { return Ok(Vec::new()) };
    let version = agency.regions().version(&found.record.inputs.policy);
    Ok(rows(&found.record, version))
}

/// The steps of a record, in words of the policy version that decided it.
#[must_use]
pub fn rows(record: &Record, version: Option<Version<'_>>) -> Vec<TraceRow> {
    let row = |(place, step): (usize, &TraceStep)| {
        let (fund, person) = borne(step);
        let name = name(step, version);
        TraceRow { number: place + 1, step: step.clone(), name, fund, person }
    };
    record.trace.iter().enumerate().map(row).collect()
}

/// Who bears what in a step. Sums of what other steps decided (`routed`, `paid`) bear nothing themselves.
fn borne(step: &TraceStep) -> (i64, i64) {
    let [from, amount, ..] = step.amounts;
    match &*step.kind {
        "share" | "fixed-fee" => (amount, from.saturating_sub(amount).max(0)),
        "other-payer" => (amount, 0),
        // What a limit takes away from the share of the step before.
        "payment-limit" => {
            let over = from.saturating_sub(amount).max(0);
            (-over, over)
        }
        "full-self-pay" | "over-ceiling" | "first-pay" | "withheld" | "deductible" => (0, amount),
        "beyond-bands" => (0, amount),
        _ => (0, 0),
    }
}

fn name(step: &TraceStep, version: Option<Version<'_>>) -> String {
    let of = &step.of;
    let policy = version.map(|version| version.policy);
    let programme = || match policy {
        Some(policy) => term(policy.programmes.iter().map(|programme| &programme.term), of),
        None => of.to_string(),
    };
    let limit = || match policy {
        Some(policy) => term(policy.limits.iter().map(|limit| &limit.term), of),
        None => of.to_string(),
    };
    let fund = || Fund::from_code(of).map_or_else(|| of.to_string(), |fund| fund.zh().into());
    match &*step.kind {
        "full-self-pay" => "全自费".into(),
        "over-ceiling" => "超限价自费".into(),
        "first-pay" => "先行自付".into(),
        "routed" => format!("归入{}", programme()),
        "withheld" => format!("不予支付：{}", refusal(of)),
        "own-account-first" => "先用个人账户".into(),
        "deductible" => format!("{}起付标准", programme()),
        "deductible-ceiling" => "各级起付合计上限".into(),
        "spending-limit" | "payment-limit" => limit(),
        "share" => format!("统筹支付第{of}段"),
        "beyond-bands" => "超出最高段".into(),
        "fixed-fee" => "定额支付".into(),
        "other-payer" => format!("超限额部分由{}支付", fund()),
        "other-programme" => format!("超限额部分转入{}", programme()),
        "paid" => format!("{}支付合计", fund()),
        "account-current" => "本人当年账户支付".into(),
        "account-earlier" => "本人历年账户支付".into(),
        "account-family" => "家庭共济账户支付".into(),
        "cash" => "现金支付".into(),
        other => other.to_string(),
    }
}

fn term<'a>(mut terms: impl Iterator<Item = &'a Term>, code: &str) -> String {
    let known = terms.find(|term| *term.code == *code);
    known.map_or(code, |term| &term.zh).to_string()
}

fn refusal(code: &Arc<str>) -> String {
    let known = Refusal::ALL.iter().find(|refusal| *refusal.code() == **code);
    known.map_or_else(|| code.to_string(), ToString::to_string)
}
