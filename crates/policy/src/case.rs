//! Cases: worked examples beside the articles, run against the policy they stand in.

use crate::fault::Fault;
use crate::library::{Choice, Library, Region};
use crate::rows;
use crate::source::{CaseText, Document};
use crate::table::{self, Key};
use crate::value::{Data, Value};
use kernel::fold::PersonYear;
use kernel::policy::Policy;
use kernel::refund;
use kernel::{
    Bill, BillId, Facts, Fen, Fund, Moment, OrderKey, Refusal, Settlement, Timeline, Trace, Wallet,
};
use std::collections::BTreeMap;

mod keys;
mod reading;
mod accounts;

use keys::{CASE, EXPECT, PERSON};
use reading::{bill, pay_from, person_facts, update_facts, wallet};

/// What came of a case.
#[derive(Clone, Debug)]
pub struct CaseResult {
    /// Its title.
    pub title: String,
    /// Who vouches: text, published, reading, regression.
    pub basis: String,
    /// Its file.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// The article it stands under.
    pub article: String,
    /// What differs from what it expects; empty if it holds.
    pub failures: Vec<Fault>,
    /// What was settled, in the order of the visits; reversals are left out.
    pub settled: Vec<Settled>,
    /// Visits that were not settled: number from 0 and why.
    pub refused: Vec<(usize, Refusal)>,
    /// Rows of the policy it rests on: file and line.
    pub hits: Vec<(String, u32)>,
}

/// A visit of a case, settled.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The bill.
    pub bill: Bill,
    /// The facts it was settled on.
    pub facts: Facts,
    /// The decision.
    pub settlement: Settlement,
    /// Why.
    pub trace: Trace,
}

/// Runs all cases of a region's own documents. Documents not in force are run as if they were.
///
/// # Errors
/// The faults that keep the region from compiling.
pub fn run_all(
    library: &Library,
    code: &str,
    choice: &Choice,
) -> Result<Vec<CaseResult>, crate::Faults> {
    run_in(library, &library.region(code, choice)?, choice)
}

/// Runs all cases of a region that is compiled already, with the choice it was compiled with.
///
/// # Errors
/// As for [`run_all`], of the regions a case's own switches ask for.
pub fn run_in(
    library: &Library,
    region: &Region,
    choice: &Choice,
) -> Result<Vec<CaseResult>, crate::Faults> {
    let mut compiled: BTreeMap<(Option<String>, Vec<String>), Region> = BTreeMap::new();
    let mut results = Vec::new();
    for document in &region.documents {
        let with = (!document.front.in_force).then(|| document.front.document.clone());
        for case in &document.cases {
            let set = texts(case.table.get("set"));
            if with.is_none() && set.is_empty() {
                results.push(run(region, document, case));
                continue;
            }
            let key = (with.clone(), set.clone());
            if !compiled.contains_key(&key) {
                let mut choice = choice.clone();
                choice.with.extend(with.clone());
                choice.set.extend(set);
                let compiled_so = library
                    .region(&region.timeline.region, &choice)
                    .map_err(|faults| at_case(faults, document, case))?;
                compiled.insert(key.clone(), compiled_so);
            }
            results.push(run(&compiled[&key], document, case));
        }
    }
    Ok(results)
}

/// Faults of a case's own switches stand where the case stands.
fn at_case(faults: crate::Faults, document: &Document, case: &CaseText) -> crate::Faults {
    let place = |fault: Fault| match fault.file.strip_prefix("--set ") {
        Some(switch) => Fault {
            file: document.file.clone(),
            line: case.table.get("set").map_or(case.table.line, |set| set.line),
            article: document.articles[case.article].citation.clone(),
            problem: format!("set {switch}: {}", fault.problem),
            fix: fault.fix,
        },
        None => fault,
    };
    crate::Faults(faults.0.into_iter().map(place).collect())
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value.map_or(&[][..], Value::items).iter().filter_map(Value::text).map(str::to_string).collect()
}

/// Runs a case that stands in no document, e.g. a bill given on the command line.
#[must_use]
pub fn run_table(region: &Region, file: &str, table: &Value) -> CaseResult {
    let article = crate::source::Article {
        citation: String::new(),
        heading: String::new(),
        line: 0,
        gist: String::new(),
    };
    let document = Document {
        file: file.to_string(),
        front: crate::source::Front::default(),
        articles: vec![article],
        fences: Vec::new(),
        cases: Vec::new(),
        body: (1, String::new()),
    };
    run(region, &document, &CaseText { article: 0, table: table.clone() })
}

/// Runs one case.
#[must_use]
pub fn run(region: &Region, document: &Document, case: &CaseText) -> CaseResult {
    let text =
        |key: &str| case.table.get(key).and_then(Value::text).unwrap_or_default().to_string();
    let mut runner = Runner {
        timeline: &region.timeline,
        result: CaseResult {
            title: text("title"),
            basis: text("basis"),
            file: document.file.clone(),
            line: case.table.line,
            article: document.articles[case.article].citation.clone(),
            failures: Vec::new(),
            settled: Vec::new(),
            refused: Vec::new(),
            hits: Vec::new(),
        },
    };
    runner.check_keys(CASE, &case.table);
    if let Some(person) = case.table.get("person") {
        runner.check_keys(PERSON, person);
    }
    if !runner.result.failures.is_empty() {
        return runner.result; // what is not understood is not run
    }
    if runner.result.title.is_empty() || runner.result.basis.is_empty() {
        runner.fail(
            case.table.line,
            "the case has no title or no basis",
            "title = \"…\", basis = \"text\"",
        );
    }
    runner.visits(&case.table);
    runner.credits(&case.table);
    runner.entitlement(&case.table);
    runner.closures(&case.table);
    runner.payments(&case.table);
    runner.result
}

struct Runner<'a> {
    timeline: &'a Timeline,
    result: CaseResult,
}

/// A visit read: what to settle, or what to reverse.
enum Visit {
    Bill(Box<Bill>, Box<Facts>),
    Reverse(usize, OrderKey),
    Unreadable,
}

impl Runner<'_> {
    fn fail(&mut self, line: u32, problem: impl Into<String>, fix: impl Into<String>) {
        self.result.failures.push(Fault {
            file: self.result.file.clone(),
            line,
            article: self.result.article.clone(),
            problem: match self.result.title.as_str() {
                "" => problem.into(),
                title => format!("{title}: {}", problem.into()),
            },
            fix: fix.into(),
        });
    }

    fn check_keys(&mut self, keys: &'static [Key], value: &Value) {
        let mut misfits = Vec::new();
        table::check_keys(keys, value, false, &mut misfits);
        for misfit in misfits {
            self.fail(misfit.line, misfit.problem, misfit.fix);
        }
    }

    /// Codes that the region does not know.
    fn check_codes(&mut self, value: &Value) {
        use kernel::Dim::{Cohort, Disease, Plan};
        for (key, dim) in [
            ("plan", Plan),
            ("plans_held", Plan),
            ("cohort", Cohort),
            ("filings", Disease),
            ("disease", Disease),
        ] {
            let known = rows::codes(dim, &self.timeline.vocabulary);
            for code in texts(value.get(key)).iter().filter(|code| !known.contains(&code.as_str()))
            {
                let fix = if known.is_empty() {
                    "the region has no such codes".into()
                } else {
                    format!("known: {}", known.join(", "))
                };
                self.fail(value.line, format!("{key} is \"{code}\""), fix);
            }
        }
    }

    fn visits(&mut self, case: &Value) {
        let Some(list) = case.get("visits") else { return };
        let empty = Value { line: case.line, data: Data::Table(Vec::new()) };
        let person = case.get("person").unwrap_or(&empty);
        self.check_codes(person);
        list.items().iter().for_each(|visit| self.check_codes(visit));
        if !self.result.failures.is_empty() {
            return;
        }
        let mut facts = person_facts(self.timeline, person);
        let visits: Vec<Visit> = list
            .items()
            .iter()
            .enumerate()
            .map(|(index, visit)| self.visit(index, visit, person, &mut facts))
            .collect();
        let mut years: BTreeMap<i32, PersonYear<'_>> = BTreeMap::new();
        let mut done: Vec<Option<Settlement>> = Vec::new();
        let mut wallet = wallet(person);
        for (index, (visit, value)) in visits.iter().zip(list.items()).enumerate() {
            let outcome = self.settle(index, visit, &visits, &done, &mut years, &wallet, case);
            if let Ok(settlement) = &outcome {
                pay_from(&mut wallet, settlement);
            }
            if let Err(refusal) = &outcome {
                self.result.refused.push((index, *refusal));
            }
            if !matches!(visit, Visit::Unreadable) {
                self.compare(value, &outcome);
            }
            done.push(outcome.ok());
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the state of a case as it runs")]
    fn settle<'v>(
        &mut self,
        index: usize,
        visit: &'v Visit,
        visits: &'v [Visit],
        done: &[Option<Settlement>],
        years: &mut BTreeMap<i32, PersonYear<'v>>,
        wallet: &Wallet,
        case: &Value,
    ) -> Result<Settlement, Refusal> {
        let timeline = self.timeline;
        let id = BillId(index as u128 + 1);
        match visit {
            Visit::Unreadable => Err(Refusal::NoLines),
            Visit::Bill(bill, facts) => {
                let policy = timeline.on(bill.service).ok_or(Refusal::NoPolicy)?;
                let benefit_year = policy.benefit_year.of(bill.service);
                let fresh = !years.contains_key(&benefit_year);
                let first_year = years.is_empty();
                let person = years
                    .entry(benefit_year)
                    .or_insert_with(|| PersonYear::new(timeline, benefit_year));
                if fresh && first_year {
                    self.import(case, &mut person.year);
                }
                let (settlement, trace) =
                    kernel::adjudicate_traced(policy, facts, &person.year, wallet, bill)?;
                person.year.post(&settlement.moves);
                self.record(policy, bill, facts, &settlement, trace);
                Ok(settlement)
            }
            Visit::Reverse(original, order) => {
                let settled = done
                    .get(*original)
                    .and_then(Option::as_ref)
                    .ok_or(Refusal::OriginalNotFound)?;
                let Some(Visit::Bill(bill, facts)) = visits.get(*original) else {
                    return Err(Refusal::OriginalNotFound);
                };
                let policy = timeline.on(settled.service).ok_or(Refusal::NoPolicy)?;
                let person =
                    years.get_mut(&settled.benefit_year).ok_or(Refusal::OriginalNotFound)?;
                let reversal = refund(policy, &person.year, settled, bill, facts, id, *order);
                person.year.post(&reversal.moves);
                Ok(reversal)
            }
        }
    }

    fn import(&mut self, case: &Value, year: &mut kernel::Year) {
        let used = case.get("used").map_or(&[][..], Value::entries);
        for (name, amount) in used {
            let full = if name.contains('.') { name.clone() } else { format!("limit.{name}") };
            let cell = kernel::Year::whole_year_cell(&self.timeline.accumulators, &full);
            match (cell, amount.yuan()) {
                (Some((_, cell)), Some(amount)) => year.add(cell, amount),
                (Some(_), None) => {
                    let problem = format!("used: {name} is {}", amount.shown());
                    self.fail(amount.line, problem, "an amount: 200 or \"200.50\"");
                }
                (None, _) => {
                    let accumulators = self.timeline.accumulators.iter();
                    let known: Vec<&str> =
                        accumulators.map(|accumulator| &*accumulator.name).collect();
                    let fix = if known.is_empty() {
                        "the region counts nothing".into()
                    } else {
                        format!("known: {}", known.join(", "))
                    };
                    self.fail(amount.line, format!("used: nothing is counted as \"{name}\""), fix);
                }
            }
        }
    }

    fn record(
        &mut self,
        policy: &Policy,
        bill: &Bill,
        facts: &Facts,
        settlement: &Settlement,
        trace: Trace,
    ) {
        for step in &trace.steps {
            for rule in policy.cited(step.cite) {
                let hit = (rule.file.to_string(), rule.line);
                if !self.result.hits.contains(&hit) {
                    self.result.hits.push(hit);
                }
            }
        }
        let (bill, facts, settlement) = (bill.clone(), facts.clone(), settlement.clone());
        self.result.settled.push(Settled { bill, facts, settlement, trace });
    }

    fn visit(&mut self, index: usize, visit: &Value, person: &Value, facts: &mut Facts) -> Visit {
        let Some(on) = visit.get("on").and_then(Value::day) else {
            self.fail(visit.line, "the visit has no day", "on = 2024-03-01");
            return Visit::Unreadable;
        };
        let order = |at| OrderKey { at, serial: index as u64 };
        if let Some(original) = visit.get("reverses").and_then(Value::whole) {
            let original = usize::try_from(original.saturating_sub(1)).unwrap_or(usize::MAX);
            return Visit::Reverse(original, order(Moment::start_of(on)));
        }
        match bill(self.timeline, visit, on, BillId(index as u128 + 1)) {
            Ok(mut bill) => {
                let settled_on = visit.get("submitted").and_then(Value::day).unwrap_or(on);
                bill.order = order(Moment::start_of(settled_on));
                update_facts(self.timeline, facts, person, visit, on);
                Visit::Bill(Box::new(bill), Box::new(facts.clone()))
            }
            Err((line, problem)) => {
                self.fail(line, problem, "see the grammar page for what a visit may say");
                Visit::Unreadable
            }
        }
    }

    fn compare(&mut self, visit: &Value, outcome: &Result<Settlement, Refusal>) {
        let Some(expect) = visit.get("expect") else { return };
        for (name, wanted) in expect.entries() {
            let Some(wanted_text) = wanted.text() else {
                self.fail(
                    wanted.line,
                    format!("expect.{name} is {}", wanted.shown()),
                    "a text, e.g. \"480.00\"",
                );
                continue;
            };
            let found = expected_value(name, self.timeline, outcome);
            match found {
                None => {
                    let known: Vec<&str> = EXPECT.iter().map(|key| key.name).collect();
                    let misfit = table::unknown(wanted.line, name, &known);
                    self.fail(misfit.line, misfit.problem, misfit.fix);
                }
                Some(found) => {
                    let same_amount = Fen::parse_yuan(&found)
                        .is_ok_and(|f| Fen::parse_yuan(wanted_text) == Ok(f));
                    if found != wanted_text && !same_amount {
                        let day = visit.get("on").map_or(String::new(), Value::shown);
                        let problem =
                            format!("visit of {day}: {name} is {found}, expected {wanted_text}");
                        self.fail(wanted.line, problem, "correct the case, or the table it tests");
                    }
                }
            }
        }
    }
}

/// A value of the outcome by its name in `expect`; `None` if there is no such name.
fn expected_value(
    name: &str,
    timeline: &Timeline,
    outcome: &Result<Settlement, Refusal>,
) -> Option<String> {
    let settlement = match (name, outcome) {
        ("refusal", Err(refusal)) => return Some(refusal.code().into()),
        ("refusal", Ok(settlement)) => {
            return Some(settlement.withheld.map_or("none", Refusal::code).into());
        }
        (_, Ok(settlement)) => settlement,
        (_, Err(refusal)) => return Some(format!("refused ({})", refusal.code())),
    };
    let amount = match name {
        "total" => settlement.amounts.total,
        "full_self_pay" => settlement.amounts.full_self_pay,
        "over_ceiling" => settlement.amounts.over_ceiling,
        "first_pay" => settlement.amounts.first_pay,
        "in_scope" => settlement.amounts.in_scope,
        "deductible" => settlement.deductible,
        "pool" => settlement.paid_by(Fund::Pool),
        "large_amount" => settlement.paid_by(Fund::LargeAmount),
        "subsidy" => settlement.paid_by(Fund::Subsidy),
        "patient" => settlement.patient(),
        "account" => settlement.account_current,
        "account_earlier" => settlement.account_earlier,
        "family" => settlement.family_payment(),
        "cash" => settlement.cash,
        "programme" => {
            let policy = timeline.on(settlement.service)?;
            let name = |portion: &kernel::Portion| {
                portion
                    .programme
                    .map_or("none", |index| &policy.programmes[usize::from(index)].term.code)
            };
            let mut names: Vec<&str> = settlement.portions.iter().map(name).collect();
            names.dedup();
            return Some(names.join(", "));
        }
        _ => return None,
    };
    Some(amount.to_string())
}
