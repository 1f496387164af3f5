//! What came of the year: figures, and every check with what it found.

use super::play::Year;
use crate::lang::Lang;
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// How many faults of a check are shown.
const SHOWN: usize = 12;

/// Something that was asked in two ways.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Check {
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// How much was looked at.
    pub words: String,
    /// What disagrees.
    pub faults: Vec<String>,
}

impl Check {
    /// A check, and what it found.
    #[must_use]
    pub fn of(zh: &'static str, en: &'static str, faults: Vec<String>) -> Check {
        Check { zh, en, words: String::new(), faults }
    }

    /// The same, saying how much was looked at.
    #[must_use]
    pub fn saying(self, words: String) -> Check {
        Check { words, ..self }
    }
}

/// What came of the year.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// The area.
    pub area: String,
    /// The year.
    pub year: i32,
    /// People at the beginning.
    pub people: u32,
    /// The seed.
    pub seed: u64,
    /// Figures: 中文, value.
    pub figures: Vec<(String, String)>,
    /// Checks.
    pub checks: Vec<Check>,
}

impl Report {
    /// A report without checks yet.
    #[must_use]
    pub(super) fn new(year: &Year<'_>) -> Report {
        let plan = year.plan;
        Report {
            area: plan.area.to_string(),
            year: plan.year,
            people: plan.people,
            seed: plan.seed,
            figures: Vec::new(),
            checks: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, check: Check) {
        self.checks.push(check);
    }

    pub(super) fn check(&mut self, zh: &'static str, en: &'static str, faults: Vec<String>) {
        self.add(Check::of(zh, en, faults));
    }

    /// Nothing disagrees.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.checks.iter().all(|check| check.faults.is_empty())
    }

    fn figure(&mut self, name: &str, value: &dyn ToString) {
        self.figures.push((name.to_owned(), value.to_string()));
    }

    /// The figures of a year that was played.
    pub(super) fn finish(&mut self, year: &Year<'_>) {
        let tally = &year.tally;
        let sums = tally.settlements.values().chain(tally.refunds.values());
        let whole = sums.fold(super::tally::Sum::default(), super::tally::Sum::with).amounts;
        let yuan = |fen: i64| Fen::new(fen).to_string();
        let undone = tally.bills.iter().filter(|bill| bill.undone).count();
        self.figure("报文", &year.counters.answered);
        self.figure("接口请求", &year.staff.answered);
        self.figure("结算", &tally.bills.len());
        self.figure("冲正", &tally.reversed);
        self.figure("退费", &undone);
        self.figure("总额（净）", &yuan(whole.total));
        self.figure("统筹", &yuan(whole.funds[0]));
        self.figure("大额", &yuan(whole.funds[1]));
        self.figure("补助", &yuan(whole.funds[2]));
        self.figure("个人账户", &yuan(whole.accounts));
        self.figure("其中亲属", &yuan(whole.family));
        self.figure("现金", &yuan(whole.cash));
        self.figure("缴费到账", &yuan(tally.received.iter().sum()));
        self.figure("个账划入", &yuan(tally.credits.iter().sum()));
        self.figure("扣款", &yuan(tally.deducted.values().sum()));
        self.figure("年终超总额不付", &yuan(tally.beyond_budgets()));
        self.figure("拨付", &yuan(tally.paid));
        self.figure("重算更正（净）", &yuan(tally.corrected.iter().sum()));
        for (name, value) in &year.notes {
            self.figure(name, value);
        }
    }

    /// Saves it, as JSON or as a page.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let text = match path.extension().and_then(|it| it.to_str()) {
            Some("json") => serde_json::to_string_pretty(self)?,
            Some("html" | "htm") => page(self),
            _ => bail!("{}：应为 .json 或 .html / expected .json or .html", path.display()),
        };
        std::fs::write(path, text).with_context(|| path.display().to_string())
    }

    /// Prints it.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn print(&self, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        let Report { area, year, people, seed, .. } = self;
        let title = lang.choose(
            || format!("{area} {year} 年，期初 {people} 人，种子 {seed}"),
            || format!("{area} in {year}: {people} people at the beginning, seed {seed}"),
        );
        writeln!(out, "{title}")?;
        for (name, value) in &self.figures {
            writeln!(out, "  {name}：{value}")?;
        }
        for check in &self.checks {
            let mark = if check.faults.is_empty() { "✓" } else { "✗" };
            writeln!(out, "{mark} {} {}", lang.pick(check.zh, check.en), check.words)?;
            for fault in check.faults.iter().take(SHOWN) {
                writeln!(out, "    {fault}")?;
            }
            if check.faults.len() > SHOWN {
                writeln!(out, "    … {}", check.faults.len())?;
            }
        }
        let verdict = if self.clean() {
            lang.pick("全部相符", "everything agrees")
        } else {
            lang.pick("有不相符的", "something disagrees")
        };
        writeln!(out, "{verdict}")
    }
}

/// The report as a page.
fn page(report: &Report) -> String {
    let Report { area, year, people, seed, figures, checks } = report;
    let title = format!("{area} {year} 年");
    let mut page = format!(
        "<!doctype html>\n<html lang=\"zh\"><meta charset=\"utf-8\"><title>{title}</title>\n\
         <style>body{{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto}}\
         table{{border-collapse:collapse}}td,th{{padding:.2em 1em;border-bottom:1px solid #ccc}}\
         .bad{{color:#b00}}</style>\n<h1>{title}</h1>\n<p>期初 {people} 人，种子 {seed}</p>\n<table>\n"
    );
    for (name, value) in figures {
        let _ = writeln!(page, "<tr><th>{}<td>{}", escaped(name), escaped(value));
    }
    page.push_str("</table>\n<h2>核对</h2>\n<ul>\n");
    for check in checks {
        let (class, mark) = if check.faults.is_empty() { ("", "✓") } else { ("bad", "✗") };
        let (zh, words) = (escaped(check.zh), escaped(&check.words));
        let _ = writeln!(page, "<li class=\"{class}\">{mark} {zh} {words}");
        if !check.faults.is_empty() {
            let faults: Vec<String> = check.faults.iter().map(|it| escaped(it)).collect();
            let _ = writeln!(page, "<pre>{}</pre>", faults.join("\n"));
        }
    }
    page.push_str("</ul>\n</html>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
