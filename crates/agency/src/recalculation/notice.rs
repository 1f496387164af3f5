//! What a person is told of a recalculation, in Chinese.

use super::proposal::Proposal;
use kernel::Fen;
use std::fmt::Write as _;

/// The text of a notification. Amounts in yuan.
#[must_use]
pub fn notice(name: &str, person: &str, proposal: &Proposal) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for because in proposal.changed.iter().flat_map(|difference| &difference.because) {
        let text = because.text(false);
        if !reasons.contains(&text) {
            reasons.push(text);
        }
    }
    let mut articles: Vec<&str> = Vec::new();
    for article in proposal.changed.iter().flat_map(|difference| &difference.articles) {
        if !articles.contains(&&**article) {
            articles.push(article);
        }
    }
    let year = proposal.year;
    let count = proposal.changed.len();
    let mut text = format!("{name}（{person}）：");
    if count == 0 {
        let _ = write!(text, "您{year}年度的门诊结算经重新计算，没有变化。");
        return text;
    }
    let why =
        if reasons.is_empty() { String::new() } else { format!("因{}，", reasons.join("、")) };
    let _ = write!(text, "{why}您{year}年度有{count}笔门诊结算重新计算。");
    let total: i64 = proposal.funds().iter().sum();
    let amount = Fen::new(total.abs());
    match total {
        0 => text.push_str("各笔增减相抵，您不必补缴，也没有退款。"),
        1.. => {
            let _ = write!(text, "医保基金应多支付{amount}元，将退还给您。");
        }
        _ => {
            let _ = write!(text, "医保基金多支付了{amount}元，需由您退回。");
        }
    }
    for difference in &proposal.changed {
        let [before, after] =
            [&difference.before, &difference.after].map(|it| Fen::new(it.fund_payment()));
        let _ = write!(
            text,
            "{}在{}的结算：基金支付由{before}元改为{after}元。",
            difference.service, difference.institution
        );
    }
    if !articles.is_empty() {
        let _ = write!(text, "依据：{}。", articles.join("、"));
    }
    text.push_str("如有疑问，请持有效证件到经办机构查询。");
    text
}
