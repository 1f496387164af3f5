//! What came of the year: figures, and every check with what it found.

use super::play::Year;
use crate::formats::Form;
use crate::formats::form::{Table, Value};
use crate::lang::Lang;
use anyhow::{Context as _, Result};
use kernel::Fen;
use serde::Serialize;
use std::collections::BTreeMap;
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

/// How much of a scheme was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Caught {
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// Frauds that were planted.
    pub planted: u64,
    /// Of these, some settlement of which a finding names.
    pub found: u64,
    /// Of these, by a rule that is meant for it.
    pub by_own_rule: u64,
}

/// What supervision found, against what was planted.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Score {
    /// By rule: findings, and how many of them name a planted settlement.
    pub rules: BTreeMap<String, (u64, u64)>,
    /// By scheme.
    pub schemes: Vec<Caught>,
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
    /// Supervision.
    pub score: Score,
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
            score: Score::default(),
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
        let undone = tally.bills.iter().filter(|bill| bill.undone.is_some()).count();
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
        self.figure("零星报销核定", &yuan(tally.paper.iter().sum()));
        self.figure("重算更正（净）", &yuan(tally.corrected().iter().sum()));
        for (name, value) in &year.notes {
            self.figure(name, value);
        }
    }

    /// Saves it as JSON.
    ///
    /// # Errors
    /// What cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text).with_context(|| path.display().to_string())
    }

    /// Precision by rule, recall by scheme.
    fn print_score(&self, lang: Lang, out: &mut dyn Write) -> std::io::Result<()> {
        let head = (
            "疑点（规则：个数，其中有埋下的，查准率）",
            "findings (rule: count, planted, precision)",
        );
        writeln!(out, "{}", lang.pick(head.0, head.1))?;
        for (rule, (found, right)) in &self.score.rules {
            writeln!(out, "  {rule}：{found}，{right}，{}", percent(*right, *found))?;
        }
        let head = (
            "埋下的骗保（个数，查到，本规则查到，查全率）",
            "frauds (planted, found, by their own rule, recall)",
        );
        writeln!(out, "{}", lang.pick(head.0, head.1))?;
        for caught in &self.score.schemes {
            let Caught { planted, found, by_own_rule, .. } = caught;
            let name = lang.pick(caught.zh, caught.en);
            let recall = percent(*by_own_rule, *planted);
            writeln!(out, "  {name}：{planted}，{found}，{by_own_rule}，{recall}")?;
        }
        Ok(())
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
        self.print_score(lang, out)?;
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

/// A share in whole per cent.
fn percent(part: u64, whole: u64) -> String {
    match whole {
        0 => "—".to_owned(),
        _ => format!("{} %", part * 100 / whole),
    }
}

/// The report on paper.
#[must_use]
pub fn form(report: &Report) -> Form {
    let Report { area, year, people, seed, .. } = report;
    let mut form = Form::new(format!("{area} {year}年演练报告"));
    form.head([
        ("统筹区", area.clone()),
        ("年度", year.to_string()),
        ("期初人数", people.to_string()),
        ("种子", seed.to_string()),
    ]);
    let mut figures = Table::new(&["项目", "数"]);
    for (name, value) in &report.figures {
        figures.row([Value::words(name), Value::Number(value.clone())]);
    }
    form.table(figures);
    form.heading("核对");
    let mut checks = Table::new(&["", "核对什么", "范围", "不符"]);
    for check in &report.checks {
        let mark = if check.faults.is_empty() { "✓" } else { "✗" };
        let shown: Vec<&str> = check.faults.iter().take(SHOWN).map(String::as_str).collect();
        checks.row([mark, check.zh, &check.words, &shown.join("；")].map(Value::words));
    }
    form.table(checks);
    form.heading("监管");
    let mut rules = Table::new(&["规则", "疑点", "其中有埋下的", "查准率"]);
    for (rule, (found, right)) in &report.score.rules {
        let precision = percent(*right, *found);
        let [found, right] = [found, right].map(|count| Value::Number(count.to_string()));
        rules.row([Value::words(rule), found, right, Value::Number(precision)]);
    }
    form.table(rules);
    let mut schemes = Table::new(&["骗保", "埋下", "查到", "本规则查到", "查全率"]);
    for caught in &report.score.schemes {
        let Caught { zh, planted, found, by_own_rule, .. } = caught;
        let recall = percent(*by_own_rule, *planted);
        let counts = [planted, found, by_own_rule].map(|count| Value::Number(count.to_string()));
        let cells = [Value::words(*zh)].into_iter().chain(counts).chain([Value::Number(recall)]);
        schemes.row(cells);
    }
    form.table(schemes);
    form
}
