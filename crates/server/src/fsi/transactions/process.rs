//! 结算过程: the steps of a decision with the articles behind them, as a person reads them in `setl_proc_info`.

use agency::counter::trace::{TraceRow, rows};
use agency::record::Record;
use agency::regions::Regions;
use kernel::{Fen, Rate, Refusal};
use std::fmt::Write as _;
use std::sync::Arc;

/// The most bytes of the field; provinces count bytes or characters.
const LONGEST: usize = 4_000;

/// The steps in words, each with its articles unless they are those of the step before.
pub(super) fn in_words(record: &Record, regions: &Regions) -> String {
    if let Some(original) = record.original {
        return format!("冲抵结算{original}");
    }
    let rows = rows(record, regions.version(&record.inputs.policy));
    let mut words = String::with_capacity(1_024);
    let mut cited = Cited::default();
    for row in &rows {
        let before = words.len();
        if before > 0 {
            words.push('；');
        }
        say(&mut words, row);
        cited.say(&mut words, &row.step.articles);
        if words.len() + '…'.len_utf8() > LONGEST {
            words.truncate(before);
            words.push('…');
            break;
        }
    }
    words
}

/// What was cited last, so that it is not said again.
#[derive(Default)]
struct Cited<'r> {
    articles: &'r [Arc<str>],
    document: &'r str,
}

impl<'r> Cited<'r> {
    /// `〔渝医保发〔2023〕32号 第四条〕`; after a citation of the same document only `〔第五条〕`.
    fn say(&mut self, words: &mut String, articles: &'r [Arc<str>]) {
        if articles.is_empty() || articles == self.articles {
            return;
        }
        for (place, article) in articles.iter().enumerate() {
            let (document, rest) = article.split_once(' ').unwrap_or((article, ""));
            words.push_str(if place == 0 { "〔" } else { "、" });
            let known = document == self.document && !rest.is_empty();
            words.push_str(if known { rest } else { article });
            self.document = document;
        }
        words.push('〕');
        self.articles = articles;
    }
}

/// One step. Amounts are yuan.
fn say(words: &mut String, row: &TraceRow) {
    let step = &row.step;
    let [from, amount, table, before, _] = step.amounts.map(Fen::new);
    let (name, rate) = (&row.name, Rate::new(step.rate));
    // Writing to a String does not fail.
    let _ = match &*step.kind {
        "routed" => write!(words, "{name}，政策范围内{amount}"),
        "withheld" => write!(words, "{name}，{amount}由个人负担"),
        "deductible" | "deductible-ceiling" => {
            write!(words, "{name}{}，已计{before}，本次{amount}", Limit(table))
        }
        "spending-limit" | "payment-limit" if amount == from => {
            write!(words, "{name}{}，已用{before}，本次{amount}", Limit(table))
        }
        "spending-limit" | "payment-limit" => {
            write!(words, "{name}{}，已用{before}，本次{from}限为{amount}", Limit(table))
        }
        "share" => write!(words, "{from}按{rate}支付{amount}"),
        _ => write!(words, "{name}{amount}"),
    };
}

/// A limit, or that there is none.
struct Limit(Fen);

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 >= Fen::UNLIMITED { f.write_str("不限") } else { self.0.fmt(f) }
    }
}

/// Why a benefit is withheld, in words.
pub(super) fn refusal(code: &str) -> &str {
    let found = Refusal::ALL.iter().find(|refusal| refusal.code() == code);
    found.map_or(code, |refusal| refusal.zh())
}
