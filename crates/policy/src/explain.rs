//! A settlement in the words a person would want to read: what was charged, who pays, and which article says so.
//!
//! [`Explanation`] is a value with a stable, versioned form; text is only one way to show it.

use kernel::policy::{Cite, Policy, Rule, Term};
use kernel::{Bill, Content, Dim, Facts, Fen, Fund, Settlement, Status, Step, StepKind, Trace};
use serde::Serialize;
use std::fmt::Write as _;

/// A settlement explained.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Explanation {
    /// Version of this form and of the steps behind it.
    pub version: u32,
    /// `zh-CN` or `en`.
    pub language: &'static str,
    /// What the bill is.
    pub title: String,
    /// In the order of the decisions.
    pub sentences: Vec<Sentence>,
}

/// One sentence of an explanation.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Sentence {
    /// 0: about the bill; 1: about a step of a programme.
    pub level: u8,
    /// The sentence.
    pub text: String,
    /// Articles, e.g. 渝医保发〔2023〕32号 第四条.
    pub articles: Vec<String>,
    /// Why a value it rests on is not verified.
    pub unverified: Vec<String>,
}

/// Explains a settlement.
#[must_use]
pub fn explanation(
    policy: &Policy,
    bill: &Bill,
    facts: &Facts,
    settlement: &Settlement,
    trace: &Trace,
    english: bool,
) -> Explanation {
    let writer =
        Writer { policy, facts, bill, settlement, english, whole: true, sentences: Vec::new() };
    writer.explained(trace)
}

/// The same for a claim of which only the amounts in scope and outside it are known, and of own accounts nothing: neither
/// is divided further.
#[must_use]
pub fn claim_explanation(
    policy: &Policy,
    bill: &Bill,
    facts: &Facts,
    settlement: &Settlement,
    trace: &Trace,
    english: bool,
) -> Explanation {
    let writer =
        Writer { policy, facts, bill, settlement, english, whole: false, sentences: Vec::new() };
    writer.explained(trace)
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.title)?;
        for sentence in &self.sentences {
            let indent = if sentence.level == 0 { "  " } else { "    · " };
            write!(f, "{indent}{}", sentence.text)?;
            if !sentence.articles.is_empty() {
                write!(f, "  〔{}〕", sentence.articles.join("；"))?;
            }
            writeln!(f)?;
            for reason in &sentence.unverified {
                let mark = if self.language == "en" { "unverified" } else { "未核实" };
                writeln!(f, "      ⚠ {mark}: {reason}")?;
            }
        }
        Ok(())
    }
}

/// An article as cited: 文号 and 条.
#[must_use]
pub fn article(rule: &Rule) -> String {
    if rule.article.is_empty() {
        rule.document.to_string()
    } else {
        format!("{} {}", rule.document, rule.article)
    }
}

/// The articles of a citation, each once.
#[must_use]
pub fn articles(policy: &Policy, cite: Cite) -> Vec<String> {
    let mut articles = Vec::new();
    for rule in policy.cited(cite) {
        let article = article(rule);
        if !articles.contains(&article) {
            articles.push(article);
        }
    }
    articles
}

struct Writer<'a> {
    policy: &'a Policy,
    facts: &'a Facts,
    bill: &'a Bill,
    settlement: &'a Settlement,
    english: bool,
    /// Everything about the bill is known: what is out of scope by its kinds, and the accounts.
    whole: bool,
    sentences: Vec<Sentence>,
}

impl Writer<'_> {
    fn explained(mut self, trace: &Trace) -> Explanation {
        self.decomposition();
        for step in &trace.steps {
            self.step(step);
        }
        self.payers();
        let title = self.title();
        let language = if self.english { "en" } else { "zh-CN" };
        Explanation { version: Trace::VERSION, language, title, sentences: self.sentences }
    }

    fn pick<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.english { en } else { zh }
    }

    fn name<'t>(&self, term: &'t Term) -> &'t str {
        let name = if self.english { &term.en } else { &term.zh };
        if name.is_empty() { &term.code } else { name }
    }

    fn fund(&self, fund: Fund) -> &'static str {
        if self.english { fund.en() } else { fund.zh() }
    }

    fn yuan(&self, amount: Fen) -> String {
        if self.english { format!("¥{amount}") } else { format!("{amount} 元") }
    }

    fn say(&mut self, level: u8, text: String, cite: Cite) {
        let unverified = self.policy.cited(cite).filter_map(|rule| {
            let reason = rule.unverified.as_ref()?;
            Some(format!("{} {}", rule.path, reason))
        });
        let mut unverified: Vec<String> = unverified.collect();
        unverified.dedup();
        self.sentences.push(Sentence {
            level,
            text,
            articles: articles(self.policy, cite),
            unverified,
        });
    }

    fn title(&self) -> String {
        let status = match (self.facts.status, self.english) {
            (Status::Active | Status::Retired, true) => self.facts.status.en(),
            (_, false) => self.facts.status.zh(),
        };
        let plan = self
            .policy
            .vocabulary
            .plans
            .get(usize::from(self.facts.plan.0))
            .map_or("", |term| self.name(term));
        let (level, venue) = if self.english {
            (self.bill.level.en(), self.bill.venue.en())
        } else {
            (self.bill.level.zh(), self.bill.venue.zh())
        };
        let total = self.yuan(self.settlement.amounts.total);
        let words = self.pick("总费用", "total");
        format!("{} {status} {plan} · {venue} {level} · {words} {total}", self.bill.service)
    }

    fn decomposition(&mut self) {
        let amounts = self.settlement.amounts;
        let lines = if let Content::Lines(lines) = &self.bill.content { lines.len() } else { 0 };
        let outside = amounts.total - amounts.in_scope;
        let mut text = if !self.whole && self.english {
            format!(
                "Total {} = outside the scope {outside} + in scope {}",
                amounts.total, amounts.in_scope
            )
        } else if !self.whole {
            format!(
                "总费用 {} = 政策范围外 {outside} + 政策范围内 {}",
                amounts.total, amounts.in_scope
            )
        } else if self.english {
            format!(
                "Total {} = fully self-paid {} + over the ceiling {} + first pay {} + in scope {}",
                amounts.total,
                amounts.full_self_pay,
                amounts.over_ceiling,
                amounts.first_pay,
                amounts.in_scope
            )
        } else {
            format!(
                "总费用 {} = 全自费 {} + 超限价 {} + 先行自付 {} + 政策范围内 {}",
                amounts.total,
                amounts.full_self_pay,
                amounts.over_ceiling,
                amounts.first_pay,
                amounts.in_scope
            )
        };
        if lines > 0 && self.whole {
            let _ = if self.english {
                write!(text, " ({lines} fee lines)")
            } else {
                write!(text, "（{lines} 条明细）")
            };
        }
        self.say(0, text, if outside == Fen::ZERO { Cite::NONE } else { self.policy.scope });
    }

    fn step(&mut self, step: &Step) {
        let level = u8::from(!matches!(step.kind, StepKind::Routed));
        if let Some(text) = self.words(step) {
            self.say(level, text, step.cite);
        }
    }

    /// The words for a step; `None` for what the totals already say.
    fn words(&self, step: &Step) -> Option<String> {
        let (from, amount, table) =
            (self.yuan(step.from), self.yuan(step.amount), self.yuan(step.table));
        let (before, rate) = (self.yuan(step.before), step.rate);
        let en = self.english;
        Some(match step.kind {
            StepKind::Routed => {
                let none = self.pick("不属于任何门诊待遇", "belongs to no programme");
                let name = step.programme.map_or(none, |index| {
                    self.name(&self.policy.programmes[usize::from(index)].term)
                });
                if en {
                    format!("{name}: {amount} in scope")
                } else {
                    format!("{name}：政策范围内 {amount}")
                }
            }
            StepKind::Withheld(refusal) if en => {
                format!("No benefit: {}; {amount} stays with the person", refusal.en())
            }
            StepKind::Withheld(refusal) => format!("不予支付：{refusal}；{amount}由个人负担"),
            StepKind::OwnAccountFirst if en => {
                format!("The own account pays first: {amount} of {from}")
            }
            StepKind::OwnAccountFirst => format!("先用个人账户：{from}中支付 {amount}"),
            StepKind::Deductible if en => {
                format!("Deductible {table}, met so far {before}, now {amount}")
            }
            StepKind::Deductible => format!("起付标准 {table}，此前已累计 {before}，本次 {amount}"),
            StepKind::DeductibleCeiling if en => {
                format!("All levels together at most {table}, so far {before}: now {amount}")
            }
            StepKind::DeductibleCeiling => {
                format!("各级起付合计最多 {table}，此前 {before}，本次 {amount}")
            }
            StepKind::SpendingLimit(limit) => {
                let name = self.name(&self.policy.limits[usize::from(limit)].term);
                if en {
                    format!("{name} {table}, used {before}: {amount} of {from} may be shared")
                } else {
                    format!("{name} {table}，此前已用 {before}：{from}中 {amount}可以分担")
                }
            }
            StepKind::Share(_) if step.from == Fen::ZERO => return None,
            StepKind::Share(band) => {
                let bands = self.policy.programmes[usize::from(step.programme?)].bands.upto.len();
                let which = match (bands, en) {
                    (1, _) => String::new(),
                    (_, true) => format!("Band {}: ", band + 1),
                    (_, false) => format!("第 {} 段：", band + 1),
                };
                if en {
                    format!("{which}{from} × {rate} = {amount}")
                } else {
                    format!("{which}支付比例 {rate}：{from} × {rate} = {amount}")
                }
            }
            StepKind::BeyondBands if en => {
                format!("{amount} lies beyond the last band and stays with the person")
            }
            StepKind::BeyondBands => format!("{amount}超出最后一段，由个人负担"),
            StepKind::FixedFee if en => format!("Fixed amount {table}: {amount} of {from}"),
            StepKind::FixedFee => format!("定额 {table}：{from}中支付 {amount}"),
            StepKind::PaymentLimit(limit) => return self.payment_limit(step, usize::from(limit)),
            StepKind::OtherPayer(fund) if en => {
                format!("Of the excess {from}, the {} pays {amount} at {rate}", self.fund(fund))
            }
            StepKind::OtherPayer(fund) => {
                format!("超出的 {from}按 {rate} 由{}支付 {amount}", self.fund(fund))
            }
            StepKind::OtherProgramme(other) => {
                let name = self.name(&self.policy.programmes[usize::from(other)].term);
                if en {
                    format!("{amount} of spending goes on to {name}")
                } else {
                    format!("其对应费用 {amount}转入{name}")
                }
            }
            StepKind::FullSelfPay
            | StepKind::OverCeiling
            | StepKind::FirstPay
            | StepKind::Paid(_)
            | StepKind::AccountCurrent
            | StepKind::AccountEarlier
            | StepKind::AccountFamily
            | StepKind::Cash => return None,
        })
    }

    fn payment_limit(&self, step: &Step, limit: usize) -> Option<String> {
        let limit = &self.policy.limits[limit];
        if step.table >= Fen::UNLIMITED {
            return None;
        }
        let name = self.name(&limit.term);
        let (table, before, amount) =
            (self.yuan(step.table), self.yuan(step.before), self.yuan(step.amount));
        let excess = step.from - step.amount;
        let left = self.yuan(step.table.room(step.after));
        Some(match (excess == Fen::ZERO, self.english) {
            (true, true) => {
                format!("{name} {table}, used {before}: {amount} is within it, {left} left")
            }
            (true, false) => {
                format!("{name} {table}，此前已用 {before}：{amount}在限额之内，还剩 {left}")
            }
            (false, true) => format!(
                "{name} {table}, used {before}: {amount} paid, {} above it",
                self.yuan(excess)
            ),
            (false, false) => format!(
                "{name} {table}，此前已用 {before}：支付 {amount}，超出 {}",
                self.yuan(excess)
            ),
        })
    }

    fn payers(&mut self) {
        let settlement = self.settlement;
        let mut parts = Vec::new();
        for (fund, amount) in Fund::ALL.iter().zip(settlement.funds) {
            if amount != Fen::ZERO {
                parts.push(format!("{} {}", self.fund(*fund), self.yuan(amount)));
            }
        }
        let funds = if parts.is_empty() {
            self.pick("基金不支付", "no fund pays").to_string()
        } else {
            parts.join(self.pick("，", ", "))
        };
        self.say(0, funds, Cite::NONE);
        let mut sources = Vec::new();
        for (zh, en, amount) in [
            ("本人账户（当年）", "own account (this year)", settlement.account_current),
            ("本人账户（历年）", "own account (earlier years)", settlement.account_earlier),
            ("家庭共济账户", "family accounts", settlement.family_payment()),
            ("现金", "cash", settlement.cash),
        ] {
            if amount != Fen::ZERO && self.whole {
                sources.push(format!("{} {}", self.pick(zh, en), self.yuan(amount)));
            }
        }
        let patient = self.yuan(settlement.patient());
        let sources = sources.join(self.pick("，", ", "));
        let text = match (sources.is_empty(), self.english) {
            (true, false) => format!("个人负担 {patient}"),
            (true, true) => format!("the person bears {patient}"),
            (false, false) => format!("个人负担 {patient}：{sources}"),
            (false, true) => format!("the person bears {patient}: {sources}"),
        };
        let from_accounts = self.whole && settlement.patient() != settlement.cash;
        self.say(0, text, if from_accounts { self.policy.account.cite } else { Cite::NONE });
        if settlement.review {
            let note = self.pick(
                "入院或出院当日就诊，请复核",
                "on the day of an admission or discharge: to be reviewed",
            );
            self.say(0, note.to_string(), Cite::NONE);
        }
    }
}

/// A dimension's value in words, e.g. 在职, 三级.
#[must_use]
pub fn value_in_words(
    dim: Dim,
    code: &str,
    vocabulary: &kernel::policy::Vocabulary,
    english: bool,
) -> String {
    let of_terms = |terms: &[Term]| {
        let found = terms.iter().find(|term| &*term.code == code)?;
        Some(if english { found.en.to_string() } else { found.zh.to_string() })
            .filter(|name| !name.is_empty())
    };
    macro_rules! of_words {
        ($type:ty) => {
            <$type>::from_code(code)
                .map(|value| if english { value.en() } else { value.zh() }.to_string())
        };
    }
    let yes_no = |zh: [&str; 2], en: [&str; 2]| {
        let words = if english { en } else { zh };
        Some(words[usize::from(code == "true")].to_string())
    };
    let found = match dim {
        Dim::Status => of_words!(Status),
        Dim::Level => of_words!(kernel::Level),
        Dim::Venue => of_words!(kernel::Venue),
        Dim::Place => of_words!(kernel::Place),
        Dim::Channel => of_words!(kernel::Channel),
        Dim::Plan => of_terms(&vocabulary.plans),
        Dim::Cohort => of_terms(&vocabulary.cohorts),
        Dim::Disease if code == "none" => {
            Some(if english { "no disease".into() } else { "无病种".into() })
        }
        Dim::Disease => of_terms(&vocabulary.diseases),
        Dim::Chosen => {
            yes_no(["非定点", "本人定点"], ["not the chosen institution", "the chosen institution"])
        }
        Dim::Contract => yes_no(["未签约", "已签约"], ["no contract", "family-doctor contract"]),
        Dim::Age => Some(range_in_words(code, ["岁", "years old"], english)),
        Dim::Tenure => Some(range_in_words(code, ["个月参保", "months enrolled"], english)),
        Dim::Visit => Some(range_in_words(code, ["次就诊", "visits"], english)),
    };
    found.unwrap_or_else(|| code.to_string())
}

/// `<=69` as 69 岁及以下.
fn range_in_words(code: &str, unit: [&str; 2], english: bool) -> String {
    let unit = unit[usize::from(english)];
    match (code.strip_prefix("<="), code.strip_prefix(">="), code.split_once(".."), english) {
        (Some(to), _, _, false) => format!("{to} {unit}及以下"),
        (Some(to), _, _, true) => format!("up to {to} {unit}"),
        (_, Some(from), _, false) => format!("{from} {unit}及以上"),
        (_, Some(from), _, true) => format!("{from} {unit} and more"),
        (_, _, Some((from, to)), false) => format!("{from} 至 {to} {unit}"),
        (_, _, Some((from, to)), true) => format!("{from} to {to} {unit}"),
        _ => format!("{code} {unit}"),
    }
}

/// A step of an axis in words: its values joined.
#[must_use]
pub fn step_in_words(
    dim: Dim,
    step: &str,
    vocabulary: &kernel::policy::Vocabulary,
    english: bool,
) -> String {
    let joined = if english { " or " } else { "、" };
    step.split('/')
        .map(|code| value_in_words(dim, code, vocabulary, english))
        .collect::<Vec<_>>()
        .join(joined)
}
