//! A proposal as a table: each settlement by payer, before and after, with what changed and the articles.

use crate::formats::terminal::pad;
use crate::lang::Lang;
use agency::recalculation::{Difference, Proposal};
use anyhow::Result;
use kernel::Fen;
use std::io::Write;

/// Rows of a settlement: the payers, and the deductible.
const ROWS: [(&str, &str); 5] = [
    ("统筹基金", "pool fund"),
    ("大额互助", "large-amount fund"),
    ("补助", "subsidies"),
    ("个人负担", "patient"),
    ("其中起付标准", "of it deductible"),
];

/// Prints it.
pub(super) fn print(proposal: &Proposal, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let english = lang == Lang::En;
    let Proposal { year, claims, changed, .. } = proposal;
    let count = changed.len();
    let title = lang.choose(
        || format!("{year} 年度：有效结算 {claims} 笔，有差异 {count} 笔"),
        || format!("{year}: {claims} settlements stand, {count} differ"),
    );
    writeln!(out, "{title}")?;
    for difference in changed {
        let Difference { settlement, service, institution, because, articles, .. } = difference;
        writeln!(out, "\n{service}  {institution}  {settlement}")?;
        let mut reasons: Vec<String> = because.iter().map(|it| it.text(english)).collect();
        if reasons.is_empty() {
            let follows = lang.pick("随前面的结算变动", "follows from the settlements before it");
            reasons.push(follows.to_owned());
        }
        writeln!(out, "  {}", reasons.join(if english { "; " } else { "；" }))?;
        rows(difference, lang, out)?;
        if !articles.is_empty() {
            let label = lang.pick("依据：", "articles: ");
            writeln!(out, "  {label}{}", articles.join("、"))?;
        }
    }
    if count > 0 {
        let total: i64 = proposal.funds().iter().sum();
        let amount = Fen::new(total.abs());
        let words = match total {
            0 => lang.pick("合计：不增不减", "in all: nothing").to_owned(),
            1.. => lang.choose(
                || format!("合计：基金多付 {amount} 元，退还个人"),
                || format!("in all: the funds pay {amount} more, owed to the person"),
            ),
            _ => lang.choose(
                || format!("合计：基金少付 {amount} 元，向个人追回"),
                || format!("in all: the funds pay {amount} less, owed by the person"),
            ),
        };
        writeln!(out, "\n{words}")?;
    }
    let digest: String = proposal.digest.chars().take(16).collect();
    Ok(writeln!(out, "{}{digest}", lang.pick("提案摘要 ", "digest "))?)
}

/// The amounts that are or were something.
fn rows(difference: &Difference, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let header = [("", ""), ("原", "before"), ("现", "after"), ("差额", "by")];
    line(&header.map(|(zh, en)| lang.pick(zh, en).to_owned()), out)?;
    let of = |amounts: &agency::recalculation::Amounts| {
        let [pool, large, subsidy] = amounts.funds;
        [pool, large, subsidy, amounts.patient, amounts.deductible]
    };
    let amounts = of(&difference.before).into_iter().zip(of(&difference.after));
    for ((zh, en), (before, after)) in ROWS.iter().zip(amounts) {
        if before != 0 || after != 0 {
            let shown = [before, after, after - before].map(|fen| Fen::new(fen).to_string());
            let [before, after, by] = shown;
            line(&[lang.pick(zh, en).to_owned(), before, after, by], out)?;
        }
    }
    Ok(())
}

fn line(cells: &[String; 4], out: &mut dyn Write) -> Result<()> {
    let mut line = "  ".to_owned();
    for (place, cell) in cells.iter().enumerate() {
        pad(&mut line, cell, if place == 0 { 20 } else { 14 }, place > 0);
    }
    Ok(writeln!(out, "{}", line.trim_end())?)
}
