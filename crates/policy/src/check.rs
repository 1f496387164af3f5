//! Checks a region before it is published: days without a policy, rows and boundaries that no case reaches (with a case
//! generated for each), cases that fail, and the laws.

use crate::case::{self, CaseResult};
use crate::compile::shown_span;
use crate::explain::step_in_words;
use crate::fault::{Fault, Faults};
use crate::laws::{self, Verdict};
use crate::library::{Choice, Library, Region};
use crate::rows;
use crate::scenario;
use kernel::policy::{Above, Cite, Policy, Programme};
use kernel::{Circumstances, Dim, Fen, Flags, Item, Level, Step, StepKind, Venue};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What checking a region found. Faults that keep it from compiling are an error instead.
#[derive(Clone, Debug)]
pub struct Report {
    /// The region.
    pub region: Region,
    /// Cases and their results.
    pub cases: Vec<CaseResult>,
    /// Things to know that are not faults: uncovered days, unverified values.
    pub notes: Vec<Note>,
    /// Rows that no case reaches, with a generated case where one can be made.
    pub uncovered: Vec<Uncovered>,
    /// How many rows there are.
    pub rows: usize,
    /// The laws.
    pub laws: Vec<Verdict>,
}

/// Something to know about a region.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// 中文.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A row, or its boundary, that no case reaches.
#[derive(Clone, Debug)]
pub struct Uncovered {
    /// Where it stands.
    pub file: String,
    /// The row's line.
    pub line: u32,
    /// The article.
    pub article: String,
    /// The path.
    pub path: String,
    /// Only the boundary (a deductible just met, a limit just used up) is missing.
    pub boundary: bool,
    /// A case that reaches it.
    pub case: Option<String>,
}

impl Report {
    /// Cases that fail and binding laws that do not hold.
    #[must_use]
    pub fn failures(&self) -> Vec<Fault> {
        let mut failures: Vec<Fault> =
            self.cases.iter().flat_map(|case| case.failures.clone()).collect();
        for verdict in self.laws.iter().filter(|verdict| verdict.law.binding()) {
            if let Some(example) = &verdict.counterexample {
                failures.push(Fault {
                    file: self.region.timeline.region.to_string(),
                    line: 0,
                    article: String::new(),
                    problem: format!(
                        "{} / {}: {example}",
                        verdict.law.words().0,
                        verdict.law.words().1
                    ),
                    fix: "this law holds for every policy: please report the document".into(),
                });
            }
        }
        failures
    }
}

/// How hard the laws are tried.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Person-years a law and policy.
    pub trials: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for Effort {
    fn default() -> Effort {
        Effort { trials: 2_000, seed: 1 }
    }
}

/// Checks a region.
///
/// # Errors
/// The faults that keep the region, or a document of it that is not in force, from compiling.
pub fn check(
    library: &Library,
    code: &str,
    choice: &Choice,
    effort: Effort,
) -> Result<Report, Faults> {
    let region = library.region(code, choice)?;
    let cases = case::run_in(library, &region, choice)?;
    let laws = laws::try_all(&region.timeline, effort.trials, effort.seed);
    let notes = notes(&region);
    let (rows, uncovered) = uncovered(&region, &cases);
    Ok(Report { region, cases, notes, uncovered, rows, laws })
}

/// Days on which something is missing, and how many rules are unverified.
fn notes(region: &Region) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |zh: String, en: String| notes.push(Note { zh, en });
    let policies = &region.timeline.policies;
    for pair in policies.windows(2) {
        let (from, to) = (pair[0].to.next(), pair[1].from.previous());
        if from <= to {
            let span = |english| shown_span(from, to, english);
            note(format!("{}：没有政策", span(false)), format!("{}: no policy", span(true)));
        }
    }
    for policy in policies {
        let span = |english| shown_span(policy.from, policy.to, english);
        let (zh, en) = (span(false), span(true));
        if policy.programmes.is_empty() {
            note(format!("{zh}：没有待遇"), format!("{en}: no benefit programme"));
        }
        if policy.account.credit.is_none() {
            note(
                format!("{zh}：没有规定个人账户划入（[account.credit]）"),
                format!("{en}: no account credits ([account.credit])"),
            );
        }
    }
    if let Some(policy) = policies.last() {
        let unverified = policy.rules.iter().filter(|rule| rule.unverified.is_some()).count();
        let rules = policy.rules.len();
        if unverified > 0 {
            note(
                format!("{rules} 条规则中 {unverified} 条取值未核实"),
                format!("{unverified} of {rules} rules rest on unverified values"),
            );
        }
    }
    notes
}

/// Paths whose rows cases are expected to reach.
fn expects_a_case(path: &str) -> bool {
    let tables =
        ["programme.", "limit.", "account.credit.amount", "account.closure", "entitlement.waiting"];
    // Where a band ends is said by the shares on both sides; only a last, closed band is cited.
    tables.iter().any(|table| path.starts_with(table)) && !path.ends_with(".bands.upto")
}

fn uncovered(region: &Region, cases: &[CaseResult]) -> (usize, Vec<Uncovered>) {
    let own: BTreeSet<&str> =
        region.documents.iter().map(|document| document.file.as_str()).collect();
    let hits: BTreeSet<(&str, u32)> = cases
        .iter()
        .flat_map(|case| case.hits.iter().map(|(file, line)| (file.as_str(), *line)))
        .collect();
    let mut rows = BTreeSet::new();
    let mut missing = Vec::new();
    for policy in &region.timeline.policies {
        for (index, rule) in policy.rules.iter().enumerate() {
            let expected = own.contains(&*rule.file) && expects_a_case(&rule.path);
            if !expected || !rows.insert((rule.file.to_string(), rule.line)) {
                continue;
            }
            if !hits.contains(&(&*rule.file, rule.line)) {
                missing.push(uncovered_row(region, policy, index, false));
            }
        }
        missing.extend(boundaries(region, policy, cases, &own));
    }
    missing.sort_by(|a, b| (&a.file, a.line, a.boundary).cmp(&(&b.file, b.line, b.boundary)));
    missing.dedup_by(|a, b| (&a.file, a.line) == (&b.file, b.line));
    (rows.len(), missing)
}

/// Rows of deductibles and limits whose amount no case exactly reaches.
fn boundaries(
    region: &Region,
    policy: &Policy,
    cases: &[CaseResult],
    own: &BTreeSet<&str>,
) -> Vec<Uncovered> {
    let mut reached: BTreeSet<(String, u32)> = BTreeSet::new();
    for settled in cases.iter().flat_map(|case| &case.settled) {
        let Some(settled_by) = region.timeline.on(settled.bill.service) else { continue };
        for step in &settled.trace.steps {
            let boundary = matches!(
                step.kind,
                StepKind::Deductible
                    | StepKind::PaymentLimit(_)
                    | StepKind::SpendingLimit(_)
                    | StepKind::OtherPayer(_)
            );
            if boundary && step.after >= step.table {
                reached.extend(
                    settled_by.cited(step.cite).map(|rule| (rule.file.to_string(), rule.line)),
                );
            }
        }
    }
    let mut missing = Vec::new();
    let mut amounts: Vec<Cite> = Vec::new();
    for programme in &policy.programmes {
        let deductible =
            programme.deductible.iter().flat_map(|rule| rule.amount.iter().zip(&rule.cite));
        let limits =
            programme.payment_limits.iter().flat_map(|used| used.amount.iter().zip(&used.cite));
        let real = |(amount, _): &(&Fen, &Cite)| **amount > Fen::ZERO && **amount < Fen::UNLIMITED;
        amounts.extend(deductible.chain(limits).filter(real).map(|(_, cite)| *cite));
    }
    for (index, rule) in policy.rules.iter().enumerate() {
        let is_amount = amounts.iter().any(|cite| {
            policy.citations[usize::from(cite.0)]
                .first()
                .is_some_and(|first| usize::from(*first) == index)
        });
        if is_amount
            && own.contains(&*rule.file)
            && !reached.contains(&(rule.file.to_string(), rule.line))
        {
            missing.push(uncovered_row(region, policy, index, true));
        }
    }
    missing
}

fn uncovered_row(region: &Region, policy: &Policy, rule: usize, boundary: bool) -> Uncovered {
    let found = &policy.rules[rule];
    Uncovered {
        file: found.file.to_string(),
        line: found.line,
        article: found.article.to_string(),
        path: found.path.to_string(),
        boundary,
        case: generate(region, policy, rule, boundary),
    }
}

/// A case that reaches a row: the first cell that cites it, with an amount that meets the deductible and, for a
/// boundary, uses the limit up. What it expects is what the kernel answers: a regression case, to be read by a person.
fn generate(region: &Region, policy: &Policy, rule: usize, boundary: bool) -> Option<String> {
    let cites =
        |cite: Cite| policy.citations[usize::from(cite.0)].iter().any(|r| usize::from(*r) == rule);
    for (index, programme) in policy.programmes.iter().enumerate() {
        let bands = programme.bands.upto.len();
        for cell in 0..programme.axes.cells {
            let deductible = programme.deductible.as_ref();
            let by_deductible = deductible.is_some_and(|d| cites(d.cite[cell]));
            let band = (0..bands).find(|band| cites(programme.bands.cites[cell * bands + band]));
            let limit = programme.payment_limits.iter().find(|used| cites(used.cite[cell]));
            let led_on = programme.payment_limits.iter().find(|used| {
                matches!(policy.limits[usize::from(used.limit)].above, Above::Payer { cite, .. } if cites(cite))
            });
            let by_route = cites(programme.cite);
            let by_fee = programme.fixed_fees.iter().any(|fee| cites(fee.cite[cell]));
            if !(by_deductible
                || band.is_some()
                || limit.is_some()
                || led_on.is_some()
                || by_route
                || by_fee)
            {
                continue;
            }
            let threshold = deductible.map_or(Fen::ZERO, |d| d.amount[cell]);
            let rate = programme.bands.rates[cell * bands + band.unwrap_or(0)];
            let mut amount =
                if by_deductible && boundary { threshold } else { threshold + Fen::yuan(100) };
            if let Some(used) = led_on.or(limit.filter(|_| boundary)) {
                amount = threshold + rate.spending_reaching(used.amount[cell])? + Fen::yuan(1);
            }
            if let Some(band) = band.filter(|band| *band > 0) {
                amount += programme.bands.upto[band - 1] + Fen::yuan(100);
            }
            let at = rows::sample(&programme.axes, cell);
            let reaches = |step: &Step| cites(step.cite) && (!boundary || step.after >= step.table);
            let text = case_text(region, policy, index, &at, amount.min(Fen::MAX_AMOUNT), reaches);
            if text.is_some() {
                return text;
            }
        }
    }
    None
}

/// A bill in these circumstances as a case, if some step of it `reaches` the row.
fn case_text(
    region: &Region,
    policy: &Policy,
    index: usize,
    at: &Circumstances,
    amount: Fen,
    reaches: impl Fn(&Step) -> bool,
) -> Option<String> {
    let programme = &policy.programmes[index];
    if at.get(Dim::Visit) > 1 && programme.visits.is_some() {
        return None; // needs earlier visits: left to a person
    }
    let way = scenario::way_into(policy, index, at)?;
    let day = scenario::day_in(policy, 60);
    let (bill, facts) = scenario::bill(programme, &way, at, day, amount, 1);
    let year = kernel::Year::new(policy.benefit_year.of(day), &region.timeline.accumulators);
    let wallet = kernel::Wallet::default();
    let (settlement, trace) =
        kernel::adjudicate_traced(policy, &facts, &year, &wallet, &bill).ok()?;
    if !trace.steps.iter().any(reaches) {
        return None;
    }
    let vocabulary = &policy.vocabulary;
    let code = |dim: Dim| {
        rows::codes(dim, vocabulary).get(usize::from(at.get(dim))).map(ToString::to_string)
    };
    let mut person = format!("status = \"{}\"", facts.status.code());
    for dim in [Dim::Plan, Dim::Cohort] {
        if let Some(code) = code(dim) {
            let _ = write!(person, ", {} = \"{code}\"", dim.code());
        }
    }
    for (dim, name, day) in
        [(Dim::Age, "born", facts.born), (Dim::Tenure, "enrolled_on", facts.enrolled_on)]
    {
        if let Some(day) = day.filter(|_| programme.axes.axes.iter().any(|axis| axis.dim == dim)) {
            let _ = write!(person, ", {name} = {day}");
        }
    }
    if facts.contract {
        person.push_str(", contract = true");
    }
    let disease = (way.disease.0 > 0)
        .then(|| vocabulary.diseases[usize::from(way.disease.0 - 1)].code.to_string());
    if let Some(disease) = &disease {
        let _ = write!(person, ", filings = [\"{disease}\"]");
    }
    let visit = visit_text(policy, &bill, &way, disease.as_deref(), facts.chosen, amount);
    let mut expect =
        format!("deductible = \"{}\", pool = \"{}\"", settlement.deductible, settlement.funds[0]);
    for (name, amount) in [("large_amount", settlement.funds[1]), ("subsidy", settlement.funds[2])]
    {
        if amount > Fen::ZERO {
            let _ = write!(expect, ", {name} = \"{amount}\"");
        }
    }
    Some(format!(
        "```toml case\ntitle  = \"生成：{}\"\nbasis  = \"regression\"\nperson = {{ {person} }}\nvisits = [\n  {{ on = {day}, {visit}, expect = {{ {expect}, patient = \"{}\" }} }},\n]\n```\n",
        title(policy, programme, at),
        settlement.patient(),
    ))
}

/// The programme and the circumstances its tables tell apart.
fn title(policy: &Policy, programme: &Programme, at: &Circumstances) -> String {
    let mut words = vec![programme.term.zh.to_string()];
    for axis in &programme.axes.axes {
        let share = axis.share[usize::from(at.get(axis.dim))];
        let step = axis.samples.iter().position(|raw| axis.share[usize::from(*raw)] == share);
        let step = step.map_or("", |step| &*axis.steps[step]);
        words.push(step_in_words(axis.dim, step, &policy.vocabulary, false));
    }
    words.join("，")
}

fn visit_text(
    policy: &Policy,
    bill: &kernel::Bill,
    way: &scenario::Way,
    disease: Option<&str>,
    chosen: bool,
    amount: Fen,
) -> String {
    let level = Level::ALL.iter().position(|level| *level == bill.level).unwrap_or(2);
    let mut visit = format!("level = {level}");
    for (name, code, usual) in [
        ("venue", bill.venue.code(), "hospital"),
        ("place", bill.place.code(), "local"),
        ("channel", bill.channel.code(), "direct"),
        ("category", bill.category.code(), "ordinary"),
    ] {
        if code != usual {
            let _ = write!(visit, ", {name} = \"{code}\"");
        }
    }
    if bill.venue == Venue::Pharmacy {
        let _ = write!(visit, ", prescription = {{ level = {level}, designated = true }}");
    }
    if chosen {
        visit.push_str(", chosen = true");
    }
    if let Some(disease) = disease {
        let _ = write!(visit, ", disease = \"{disease}\"");
    }
    if way.item == Item::default() && way.flags == Flags::default() {
        let _ = write!(visit, ", in_scope = \"{amount}\"");
    } else {
        let mut line = format!("class = \"A\", amount = \"{amount}\"");
        if way.item != Item::default() {
            let _ = write!(
                line,
                ", item = \"{}\"",
                policy.vocabulary.items[usize::from(way.item.0 - 1)]
            );
        }
        if let Some(flag) = Flags::CODES.get(way.flags.0.trailing_zeros() as usize) {
            let _ = write!(line, ", flag = [\"{flag}\"]");
        }
        let _ = write!(visit, ", lines = [{{ {line} }}]");
    }
    visit
}
