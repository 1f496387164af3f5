//! Each amount of a settlement on a line of its own, with how it came about and the article behind it.

use kernel::{Fen, Policy, Settlement, Step, StepKind, Trace};

use super::citation::article;
use crate::formats::terminal::{pad, width};
use crate::lang::Lang;

/// The lines, each indented and ended.
#[must_use]
pub fn lines(policy: &Policy, settlement: &Settlement, trace: &Trace, lang: Lang) -> String {
    let several = settlement.portions.len() > 1;
    let mut lines = Vec::new();
    for step in &trace.steps {
        let Some((mut label, how)) = wording(policy, step, lang) else { continue };
        if let (true, Some(programme)) = (several, step.programme) {
            label = format!("{}·{label}", name(policy, programme, lang));
        }
        let mut rules = article(policy, step.cite).unwrap_or_default();
        if policy.cited(step.cite).any(|rule| rule.unverified.is_some()) {
            rules.push_str(lang.pick("（未核实）", " (unverified)"));
        }
        lines.push([label, step.amount.to_string(), how, rules]);
    }
    let widest = |column: usize, least: usize| {
        lines.iter().map(|line| width(&line[column])).max().unwrap_or(0).max(least)
    };
    let widths = [widest(0, 16), widest(1, 10), widest(2, 30)];
    let mut text = String::new();
    for [label, amount, how, rules] in &lines {
        text.push_str("    ");
        pad(&mut text, label, widths[0], false);
        text.push_str("  ");
        pad(&mut text, amount, widths[1], true);
        text.push_str("  ");
        pad(&mut text, how, widths[2], false);
        text.push_str("  ");
        text.push_str(rules);
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn name(policy: &Policy, programme: u16, lang: Lang) -> String {
    let term = policy.programmes.get(usize::from(programme)).map(|programme| &programme.term);
    term.map(|term| lang.pick(&term.zh, &term.en).to_owned()).unwrap_or_default()
}

/// What the amount is, and how it came about; `None` for steps that decided nothing.
fn wording(policy: &Policy, step: &Step, lang: Lang) -> Option<(String, String)> {
    let Step { from, amount, table, before, rate, .. } = *step;
    let zh = |label: &str, how: String| Some((label.to_owned(), how));
    let named = |index: u16| {
        let term = policy.limits.get(usize::from(index)).map(|limit| &limit.term);
        term.map(|term| lang.pick(&term.zh, &term.en).to_owned()).unwrap_or_default()
    };
    let used = |index: u16| {
        let limit = named(index);
        lang.choose(
            || format!("原 {from}；{limit} {table}，已用 {before}"),
            || format!("of {from}; {limit} {table}, {before} used"),
        )
    };
    match step.kind {
        StepKind::FullSelfPay => zh(lang.pick("全自费", "full self-pay"), String::new()),
        StepKind::OverCeiling => zh(lang.pick("超限价自费", "over ceiling"), String::new()),
        StepKind::FirstPay => zh(lang.pick("先行自付", "first pay"), String::new()),
        StepKind::Withheld(refusal) => zh(
            lang.pick("基金不付", "no fund pays"),
            lang.pick(refusal.zh(), refusal.en()).to_owned(),
        ),
        StepKind::OwnAccountFirst if amount != Fen::ZERO => {
            zh(lang.pick("先用个人账户", "own account first"), String::new())
        }
        StepKind::Deductible => zh(
            lang.pick("起付标准", "deductible"),
            lang.choose(
                || format!("标准 {table}，此前 {before}"),
                || format!("{table} a year, {before} before"),
            ),
        ),
        StepKind::DeductibleCeiling if amount < from => zh(
            lang.pick("起付封顶", "deductible ceiling"),
            lang.choose(
                || format!("封顶 {table}，此前 {before}"),
                || format!("{table} in all, {before} before"),
            ),
        ),
        StepKind::SpendingLimit(index) | StepKind::PaymentLimit(index) if amount < from => {
            zh(lang.pick("限额以内", "within the limit"), used(index))
        }
        StepKind::Share(_) if from != Fen::ZERO => {
            zh(lang.pick("按比例支付", "share"), format!("{from} × {rate}"))
        }
        StepKind::BeyondBands => zh(lang.pick("超过各段", "beyond the bands"), String::new()),
        StepKind::FixedFee => zh(
            lang.pick("定额支付", "fixed fee"),
            lang.choose(|| format!("定额 {table}"), || format!("fixed at {table}")),
        ),
        StepKind::OtherPayer(fund) => {
            zh(lang.pick(fund.zh(), fund.en()), format!("{from} → {rate}"))
        }
        StepKind::AccountCurrent => zh(lang.pick("个人账户（当年）", "own account"), String::new()),
        StepKind::AccountEarlier => {
            zh(lang.pick("个人账户（历年）", "own account, earlier"), String::new())
        }
        StepKind::AccountFamily => zh(lang.pick("共济账户", "family accounts"), String::new()),
        StepKind::Cash => zh(lang.pick("现金", "cash"), String::new()),
        _ => None,
    }
}
