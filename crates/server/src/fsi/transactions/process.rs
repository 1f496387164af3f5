//! 结算过程: the steps of a decision with the articles behind them, as a person reads them in `setl_proc_info`.

use agency::record::{Record, TraceStep};
use agency::regions::Regions;
use kernel::policy::Term;
use kernel::{Fen, Fund, Policy, Rate, Refusal};
use std::fmt::Write as _;

/// The most bytes of the field; provinces count bytes or characters.
const LONGEST: usize = 4_000;

/// The steps in words, each with its articles unless they are those of the step before.
pub(super) fn in_words(record: &Record, regions: &Regions) -> String {
    if let Some(original) = record.original {
        return format!("冲抵结算{original}");
    }
    let policy = regions.version(&record.inputs.policy).map(|version| version.policy);
    let mut words = String::with_capacity(1_024);
    let mut cited: &[std::sync::Arc<str>] = &[];
    for step in &record.trace {
        let before = words.len();
        if before > 0 {
            words.push('；');
        }
        say(&mut words, step, policy);
        if !step.articles.is_empty() && *step.articles != *cited {
            cite(&mut words, &step.articles);
            cited = &step.articles;
        }
        if words.len() + '…'.len_utf8() > LONGEST {
            words.truncate(before);
            words.push('…');
            break;
        }
    }
    words
}

fn cite(words: &mut String, articles: &[std::sync::Arc<str>]) {
    for (place, article) in articles.iter().enumerate() {
        words.push_str(if place == 0 { "〔" } else { "、" });
        words.push_str(article);
    }
    words.push('〕');
}

/// One step. Amounts are yuan.
fn say(words: &mut String, step: &TraceStep, policy: Option<&Policy>) {
    let [from, amount, table, before, _] = step.amounts.map(Fen::new);
    let rate = Rate::new(step.rate);
    let limit = Limit(table);
    let of = &*step.of;
    // Writing to a String does not fail.
    let _ = match &*step.kind {
        "full-self-pay" => write!(words, "全自费{amount}"),
        "over-ceiling" => write!(words, "超限价{amount}"),
        "first-pay" => write!(words, "先行自付{amount}"),
        "routed" => write!(words, "归入{}，政策范围内{amount}", programme(policy, of)),
        "withheld" => write!(words, "{}，{amount}由个人负担", refusal(of)),
        "own-account-first" => write!(words, "起付前由个人账户支付{amount}"),
        "deductible" => write!(words, "起付标准{limit}，已计{before}，本次计{amount}"),
        "deductible-ceiling" => write!(words, "起付封顶{limit}，已计{before}，本次计{amount}"),
        "spending-limit" => write!(words, "费用限额{limit}，已用{before}，{from}中计入{amount}"),
        "share" => write!(words, "{from}按{rate}支付{amount}"),
        "beyond-bands" => write!(words, "超出各段{amount}不支付"),
        "fixed-fee" => write!(words, "定额{table}，支付{amount}"),
        "payment-limit" => write!(words, "支付限额{limit}，已用{before}，{from}中支付{amount}"),
        "other-payer" => write!(words, "超出部分由{}支付{amount}", fund(of)),
        "other-programme" => write!(words, "超出部分{amount}转入{}", programme(policy, of)),
        "paid" => write!(words, "{}支付{amount}", fund(of)),
        "account-current" => write!(words, "个人账户（当年）支付{amount}"),
        "account-earlier" => write!(words, "个人账户（历年）支付{amount}"),
        "account-family" => write!(words, "共济账户支付{amount}"),
        "cash" => write!(words, "现金{amount}"),
        other => write!(words, "{other}{amount}"),
    };
}

/// A limit, or that there is none.
struct Limit(Fen);

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 >= Fen::UNLIMITED { f.write_str("不限") } else { self.0.fmt(f) }
    }
}

/// Name of a programme; its code if the policy is not known any more.
fn programme<'a>(policy: Option<&'a Policy>, code: &'a str) -> &'a str {
    let named = |term: &'a Term| if term.zh.is_empty() { code } else { &*term.zh };
    let programmes = policy.map_or(&[][..], |policy| &policy.programmes);
    let found = programmes.iter().find(|programme| *programme.term.code == *code);
    match found {
        Some(programme) => named(&programme.term),
        None if code.is_empty() => "无适用待遇",
        None => code,
    }
}

fn fund(code: &str) -> &str {
    Fund::from_code(code).map_or(code, |fund| fund.zh())
}

/// Why a benefit is withheld, in words.
pub(super) fn refusal(code: &str) -> &str {
    let found = Refusal::ALL.iter().find(|refusal| refusal.code() == code);
    found.map_or(code, |refusal| refusal.zh())
}
