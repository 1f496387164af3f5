//! Cases: worked examples beside the articles, run against the policy they stand in.

use crate::fault::Fault;
use crate::library::{Choice, Library, Region};
use crate::rows;
use crate::source::{CaseText, Document};
use crate::table::{self, Key, Kind, key};
use crate::value::{Data, Value};
use kernel::account::{ClosureEvent, CreditFacts};
use kernel::bill::{Amounts, CatalogueClass};
use kernel::entitlement::{Contribution, entitlement_on};
use kernel::fold::{PersonYear, refund};
use kernel::policy::Policy;
use kernel::{
    AccountUse, Admission, Bill, BillId, Category, Channel, Cohort, Content, Date, Disease,
    DiseaseSet, Entitlement, Facts, FeeLine, Fen, Flags, Fund, Level, Moment, OrderKey, Place,
    Plan, Prescription, Rate, Refusal, Settlement, Status, Timeline, Trace, Venue, Wallet,
};
use std::collections::BTreeMap;

const CASE: &[Key] = &[
    key("title", Kind::Text, "what the case shows"),
    key(
        "basis",
        Kind::Word(&["text", "published", "reading", "regression"]),
        "who vouches for the figures",
    ),
    key("source", Kind::Text, "of a published case"),
    key("person", Kind::Special("a table"), "the insured"),
    key(
        "used",
        Kind::Special("a table of amounts"),
        "accumulators used elsewhere before the first visit",
    ),
    key("visits", Kind::List(VISIT), "bills in settlement order"),
    key("credits", Kind::List(CREDIT), "monthly account credits"),
    key("contributions", Kind::List(CONTRIBUTION), "contribution months and when they were paid"),
    key("entitled", Kind::List(ENTITLED), "days and whether the person is entitled"),
    key("closures", Kind::List(CLOSURE), "events that close the account"),
    key(
        "settlements",
        Kind::List(PAYMENT),
        "what an institution is paid for a month, or (with budget) a year",
    ),
    key("set", Kind::Texts, "switches: path=value"),
];
const PERSON: &[Key] = &[
    key("status", Kind::Word(Status::CODES), "default active"),
    key("retired_on", Kind::Day, "when retirement was registered"),
    key("plan", Kind::Text, "code of the plan; default the region's first"),
    key("plans_held", Kind::Texts, "all plans of the year"),
    key("cohort", Kind::Text, "code of the cohort"),
    key("born", Kind::Day, "birth date"),
    key("enrolled_on", Kind::Day, "first enrolment"),
    key("contract", Kind::Flag, "family-doctor contract"),
    key("filings", Kind::Texts, "diseases with a filing"),
    key("suspended", Kind::Word(&["arrears", "waiting", "not-insured"]), "not entitled"),
    key("account", Kind::Money, "own account, money of the current year"),
    key("account_earlier", Kind::Money, "own account, earlier money"),
    key("family", Kind::Amounts, "family accounts"),
];
const VISIT: &[Key] = &[
    key("on", Kind::Day, "service date"),
    key("time", Kind::Text, "hh:mm"),
    key("level", Kind::Whole, "0 to 3; default 2"),
    key("venue", Kind::Word(Venue::CODES), "default hospital"),
    key("place", Kind::Word(Place::CODES), "default local"),
    key("channel", Kind::Word(Channel::CODES), "default direct"),
    key("category", Kind::Word(Category::CODES), "default ordinary"),
    key("disease", Kind::Text, "code"),
    key("chosen", Kind::Flag, "the chosen institution"),
    key("contract", Kind::Flag, "from this visit on"),
    key("inpatient", Kind::Special("true | \"same-day\""), "while an inpatient"),
    key("institution", Kind::Special("a number or a name"), "the institution"),
    key("visit", Kind::Whole, "number of the visit, to join bills"),
    key("in_scope", Kind::Money, "wholly in scope, or with the other parts"),
    key("total", Kind::Money, "total"),
    key("full_self_pay", Kind::Money, "全自费"),
    key("over_ceiling", Kind::Money, "超限价"),
    key("first_pay", Kind::Money, "先行自付"),
    key("lines", Kind::List(LINE), "fee lines"),
    key("prescription", Kind::Special("{ level = 2, designated = true }"), "外配处方"),
    key("designated", Kind::Flag, "default true"),
    key("submitted", Kind::Day, "when a paper claim was submitted"),
    key("status", Kind::Word(Status::CODES), "from this visit on"),
    key("plan", Kind::Text, "from this visit on"),
    key("account", Kind::Word(AccountUse::CODES), "which accounts may pay; default family"),
    key("reverses", Kind::Whole, "reverses the n-th visit"),
    key("expect", Kind::Special("a table"), "what must come out"),
];
const LINE: &[Key] = &[
    key("class", Kind::Word(CatalogueClass::CODES), "default A"),
    key("amount", Kind::Money, "amount"),
    key("first_pay", Kind::Rate, "ratio of a class B line"),
    key("ceiling", Kind::Money, "most of the line that may be in scope"),
    key("item", Kind::Text, "item code"),
    key("flag", Kind::Words(Flags::CODES), "flags"),
    key("disease", Kind::Text, "disease code"),
    key("denied", Kind::Flag, "an account may not pay it"),
];
const EXPECT: &[Key] = &[
    key("total", Kind::Text, ""),
    key("full_self_pay", Kind::Text, ""),
    key("over_ceiling", Kind::Text, ""),
    key("first_pay", Kind::Text, ""),
    key("in_scope", Kind::Text, ""),
    key("deductible", Kind::Text, ""),
    key("pool", Kind::Text, ""),
    key("large_amount", Kind::Text, ""),
    key("subsidy", Kind::Text, ""),
    key("patient", Kind::Text, ""),
    key("account", Kind::Text, ""),
    key("account_earlier", Kind::Text, ""),
    key("family", Kind::Text, ""),
    key("cash", Kind::Text, ""),
    key("programme", Kind::Text, ""),
    key("refusal", Kind::Text, ""),
];
const CREDIT: &[Key] = &[
    key("month", Kind::Text, "2024-03"),
    key("base", Kind::Money, "contribution base"),
    key("paid", Kind::Flag, "the contribution is paid; default true"),
    key("expect", Kind::Money, "the credit"),
];
const CONTRIBUTION: &[Key] =
    &[key("month", Kind::Text, "2024-03"), key("paid", Kind::Day, "when it was paid")];
const ENTITLED: &[Key] =
    &[key("on", Kind::Day, "the day"), key("expect", Kind::Flag, "entitled or not")];
const CLOSURE: &[Key] = &[
    key("event", Kind::Word(ClosureEvent::CODES), "what happened"),
    key("on", Kind::Day, "when"),
    key("balance", Kind::Money, "the balance"),
    key("expect", Kind::Special("a table"), "pay, frozen_from"),
];
const PAYMENT: &[Key] = &[
    key("actual", Kind::Money, "what is owed for the month or year"),
    key("budget", Kind::Money, "of the year"),
    key("expect", Kind::Special("a table"), "payable, deposit"),
];

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
    let region = library.region(code, choice)?;
    let mut compiled: BTreeMap<(Option<String>, Vec<String>), Region> = BTreeMap::new();
    let mut results = Vec::new();
    for document in &region.documents {
        let with = (!document.front.in_force).then(|| document.front.document.clone());
        for case in &document.cases {
            let set = texts(case.table.get("set"));
            if with.is_none() && set.is_empty() {
                results.push(run(&region, document, case));
                continue;
            }
            let key = (with.clone(), set.clone());
            if !compiled.contains_key(&key) {
                let mut choice = choice.clone();
                choice.with.extend(with.clone());
                choice.set.extend(set);
                let compiled_so = library.region(code, &choice).map_err(|faults| at_case(faults, document, case))?;
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
    let article = crate::source::Article { citation: String::new(), heading: String::new(), line: 0, gist: String::new() };
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
        for (name, entry) in value.entries() {
            match keys.iter().find(|key| key.name == name) {
                Some(key) => {
                    let before = misfits.len();
                    key.kind.check(entry, &mut misfits);
                    for misfit in &mut misfits[before..] {
                        misfit.problem = format!("{name}: {}", misfit.problem);
                    }
                }
                None => {
                    let known: Vec<&str> = keys.iter().map(|key| key.name).collect();
                    misfits.push(table::unknown(entry.line, name, &known));
                }
            }
        }
        for misfit in misfits {
            self.fail(misfit.line, misfit.problem, misfit.fix);
        }
    }

    /// Codes that the region does not know.
    fn check_codes(&mut self, value: &Value) {
        use kernel::Dim::{Cohort, Disease, Plan};
        for (key, dim) in [("plan", Plan), ("plans_held", Plan), ("cohort", Cohort), ("filings", Disease), ("disease", Disease)] {
            let known = rows::codes(dim, &self.timeline.vocabulary);
            for code in texts(value.get(key)).iter().filter(|code| !known.contains(&code.as_str())) {
                let fix = if known.is_empty() { "the region has no such codes".into() } else { format!("known: {}", known.join(", ")) };
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
                    let known: Vec<&str> = accumulators.map(|accumulator| &*accumulator.name).collect();
                    let fix = if known.is_empty() { "the region counts nothing".into() } else { format!("known: {}", known.join(", ")) };
                    self.fail(amount.line, format!("used: nothing is counted as \"{name}\""), fix);
                }
            }
        }
    }

    fn record(&mut self, policy: &Policy, bill: &Bill, facts: &Facts, settlement: &Settlement, trace: Trace) {
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

    fn credits(&mut self, case: &Value) {
        let Some(list) = case.get("credits") else { return };
        let person = case.get("person");
        for credit in list.items() {
            let (month, expect) = (
                credit.get("month").and_then(Value::month),
                credit.get("expect").and_then(Value::yuan),
            );
            let (Some(month), Some(expect)) = (month, expect) else {
                self.fail(
                    credit.line,
                    "the credit has no month or expects nothing",
                    "month = \"2024-03\", expect = \"120.00\"",
                );
                continue;
            };
            let Some(policy) = self.timeline.on(month.first_day()) else {
                self.fail(
                    credit.line,
                    format!("no policy in {month}"),
                    "a month in which the policy is in force",
                );
                continue;
            };
            let Some(table) = &policy.account.credit else {
                self.fail(
                    credit.line,
                    format!("the policy states no credits in {month}"),
                    "[account.credit]",
                );
                continue;
            };
            let mut facts = person_facts(self.timeline, person.unwrap_or(case));
            if let Some(registered) =
                person.and_then(|person| person.get("retired_on")).and_then(Value::day)
            {
                facts.status = policy.status_on(month.first_day(), Some(registered));
            }
            let facts = CreditFacts {
                status: facts.status,
                plan: facts.plan,
                cohort: facts.cohort,
                born: facts.born,
                base: credit.get("base").and_then(Value::yuan).unwrap_or_default(),
                paid: credit.get("paid").and_then(Value::flag).unwrap_or(true),
            };
            match kernel::monthly_credit(table, &facts, month, policy.rounding) {
                Ok((amount, cite)) => {
                    for rule in policy.cited(cite) {
                        self.result.hits.push((rule.file.to_string(), rule.line));
                    }
                    if amount != expect {
                        let problem = format!("credit of {month} is {amount}, expected {expect}");
                        self.fail(credit.line, problem, "correct the case, or the table it tests");
                    }
                }
                Err(refusal) => self.fail(
                    credit.line,
                    format!("credit of {month}: {refusal}"),
                    "state the fact in `person`",
                ),
            }
        }
    }

    fn entitlement(&mut self, case: &Value) {
        let Some(list) = case.get("entitled") else { return };
        let facts = person_facts(self.timeline, case.get("person").unwrap_or(case));
        let contributions: Vec<Contribution> = case
            .get("contributions")
            .map_or(&[][..], Value::items)
            .iter()
            .filter_map(|paid| {
                let month = paid.get("month").and_then(Value::month)?;
                Some(Contribution { month, paid_on: paid.get("paid").and_then(Value::day)? })
            })
            .collect();
        for row in list.items() {
            let (on, expect) =
                (row.get("on").and_then(Value::day), row.get("expect").and_then(Value::flag));
            let (Some(on), Some(expect)) = (on, expect) else {
                self.fail(
                    row.line,
                    "the row has no day or expects nothing",
                    "{ on = 2024-05-01, expect = true }",
                );
                continue;
            };
            let Some(policy) = self.timeline.on(on) else {
                self.fail(
                    row.line,
                    format!("no policy on {on}"),
                    "a day on which the policy is in force",
                );
                continue;
            };
            let found = entitlement_on(&policy.entitlement, facts.plan, &contributions, on);
            let waiting =
                policy.entitlement.waiting.get(usize::from(facts.plan.0)).map(|waits| waits.cite);
            for cite in [Some(policy.entitlement.cite), waiting].into_iter().flatten() {
                for rule in policy.cited(cite) {
                    self.result.hits.push((rule.file.to_string(), rule.line));
                }
            }
            if (found == Entitlement::Entitled) != expect {
                self.fail(
                    row.line,
                    format!("on {on}: {}, expected {expect}", found.en()),
                    "correct the case, or the rules",
                );
            }
        }
    }

    fn closures(&mut self, case: &Value) {
        let Some(list) = case.get("closures") else { return };
        for row in list.items() {
            let on = row.get("on").and_then(Value::day);
            let event = row.get("event").and_then(Value::text).and_then(ClosureEvent::from_code);
            let (Some(on), Some(event)) = (on, event) else {
                self.fail(
                    row.line,
                    "the closure has no day or no event",
                    "{ event = \"death\", on = 2024-05-01 }",
                );
                continue;
            };
            let policy = self.timeline.on(on);
            let found = policy.and_then(|policy| {
                policy.account.closures.iter().find(|closure| closure.event == event)
            });
            let (Some(policy), Some(closure)) = (policy, found) else {
                self.fail(
                    row.line,
                    format!("the policy says nothing of {} on {on}", event.code()),
                    "[account.closure]",
                );
                continue;
            };
            self.result
                .hits
                .extend(policy.cited(closure.cite).map(|rule| (rule.file.to_string(), rule.line)));
            for (name, wanted) in row.get("expect").map_or(&[][..], Value::entries) {
                let found = match name.as_str() {
                    "pay" => closure.payee.code().to_string(),
                    "frozen_from" => closure.frozen_from(on).to_string(),
                    _ => {
                        let misfit = table::unknown(wanted.line, name, &["pay", "frozen_from"]);
                        self.fail(misfit.line, misfit.problem, misfit.fix);
                        continue;
                    }
                };
                let wanted_text = wanted.text().map_or_else(|| wanted.shown(), str::to_string);
                if found != wanted_text {
                    self.fail(
                        wanted.line,
                        format!("{name} is {found}, expected {wanted_text}"),
                        "correct the case or the table",
                    );
                }
            }
        }
    }

    fn payments(&mut self, case: &Value) {
        let Some(list) = case.get("settlements") else { return };
        let Some(policy) = self.timeline.policies.last() else { return };
        for row in list.items() {
            let Some(actual) = row.get("actual").and_then(Value::yuan) else {
                self.fail(
                    row.line,
                    "the settlement names no actual amount",
                    "actual = \"100000.00\"",
                );
                continue;
            };
            let month = policy.payment.month(actual, policy.rounding);
            let budget = row.get("budget").and_then(Value::yuan);
            let year = budget.map(|budget| policy.payment.year(actual, budget, policy.rounding));
            self.result.hits.extend(
                policy.cited(policy.payment.cite).map(|rule| (rule.file.to_string(), rule.line)),
            );
            for (name, wanted) in row.get("expect").map_or(&[][..], Value::entries) {
                let found = match name.as_str() {
                    "payable" => year.unwrap_or(month.payable),
                    "deposit" => month.deposit,
                    _ => {
                        let misfit = table::unknown(wanted.line, name, &["payable", "deposit"]);
                        self.fail(misfit.line, misfit.problem, misfit.fix);
                        continue;
                    }
                };
                if wanted.yuan() != Some(found) {
                    let problem = format!("{name} is {found}, expected {}", wanted.shown());
                    self.fail(wanted.line, problem, "correct the case, or the table it tests");
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

fn term(codes: &[&str], code: Option<&str>) -> Option<u8> {
    codes.iter().position(|known| Some(*known) == code).and_then(|index| u8::try_from(index).ok())
}

fn person_facts(timeline: &Timeline, person: &Value) -> Facts {
    let vocabulary = &timeline.vocabulary;
    let text = |key: &str| person.get(key).and_then(Value::text);
    let status = text("status").and_then(Status::from_code).unwrap_or(Status::Active);
    let plans = rows::codes(kernel::Dim::Plan, vocabulary);
    let plan = Plan(term(&plans, text("plan")).unwrap_or(if person.get("plan").is_some() {
        254
    } else {
        0
    }));
    let held = texts(person.get("plans_held"))
        .iter()
        .filter_map(|code| term(&plans, Some(code)))
        .fold(0, |set, plan| set | 1 << plan);
    let suspended = text("suspended").and_then(Entitlement::from_code);
    let filings: DiseaseSet = texts(person.get("filings"))
        .iter()
        .filter_map(|code| rows::disease(code, vocabulary))
        .collect();
    Facts {
        plans_held: held,
        cohort: Cohort(
            term(&rows::codes(kernel::Dim::Cohort, vocabulary), text("cohort")).unwrap_or(0),
        ),
        born: person.get("born").and_then(Value::day),
        enrolled_on: person.get("enrolled_on").and_then(Value::day),
        entitlement: suspended.unwrap_or(Entitlement::Entitled),
        contract: person.get("contract").and_then(Value::flag).unwrap_or(false),
        filings,
        ..Facts::new(status, plan)
    }
}

fn update_facts(timeline: &Timeline, facts: &mut Facts, person: &Value, visit: &Value, on: Date) {
    let text = |key: &str| visit.get(key).and_then(Value::text);
    let registered = person.get("retired_on").and_then(Value::day);
    if let (Some(registered), Some(policy)) = (registered, timeline.on(on)) {
        facts.status = policy.status_on(on, Some(registered));
    }
    if let Some(status) = text("status").and_then(Status::from_code) {
        facts.status = status;
    }
    if let Some(plan) = term(&rows::codes(kernel::Dim::Plan, &timeline.vocabulary), text("plan")) {
        facts.plan = Plan(plan);
    }
    facts.plans_held |= 1u32.checked_shl(u32::from(facts.plan.0)).unwrap_or(0);
    if let Some(contract) = visit.get("contract").and_then(Value::flag) {
        facts.contract = contract;
    }
    facts.chosen = visit.get("chosen").and_then(Value::flag).unwrap_or(false);
    facts.admission = match visit.get("inpatient") {
        Some(Value { data: Data::Flag(true), .. }) => Admission::Inpatient,
        Some(value) if value.text() == Some("same-day") => Admission::SameDay,
        _ => Admission::Out,
    };
}

fn wallet(person: &Value) -> Wallet {
    let yuan = |key: &str| person.get(key).and_then(Value::yuan).unwrap_or_default();
    let family =
        person.get("family").map_or(&[][..], Value::items).iter().filter_map(Value::yuan).collect();
    Wallet { current: yuan("account"), earlier: yuan("account_earlier"), family }
}

/// Takes from the accounts what a settlement used, or puts back what a reversal returns.
fn pay_from(wallet: &mut Wallet, settlement: &Settlement) {
    wallet.current -= settlement.account_current;
    wallet.earlier -= settlement.account_earlier;
    for (balance, paid) in wallet.family.iter_mut().zip(&settlement.family) {
        *balance -= *paid;
    }
}

/// Reads a visit as a bill.
fn bill(timeline: &Timeline, visit: &Value, on: Date, id: BillId) -> Result<Bill, (u32, String)> {
    let text = |key: &str| visit.get(key).and_then(Value::text);
    let number = |key: &str| {
        visit.get(key).and_then(Value::whole).and_then(|number| u64::try_from(number).ok())
    };
    let level = |value: Option<&Value>| {
        let number = value.and_then(Value::whole).and_then(|number| usize::try_from(number).ok());
        number.and_then(|number| Level::ALL.get(number)).copied()
    };
    let disease = |value: Option<&Value>| match value.and_then(Value::text) {
        None => Ok(Disease::NONE),
        Some(code) => rows::disease(code, &timeline.vocabulary)
            .ok_or_else(|| (visit.line, format!("there is no disease \"{code}\" in [vocabulary]"))),
    };
    let yuan = |key: &str| visit.get(key).and_then(Value::yuan);
    if visit.get("level").is_some() && level(visit.get("level")).is_none() {
        return Err((visit.line, "the level is not 0, 1, 2 or 3".into()));
    }
    let content = match visit.get("lines") {
        Some(lines) => {
            let lines: Result<Vec<FeeLine>, _> =
                lines.items().iter().map(|line| fee_line(timeline, line, &disease)).collect();
            Content::Lines(lines?)
        }
        None => {
            let part = |key: &str| yuan(key).unwrap_or_default();
            let parts = part("full_self_pay") + part("over_ceiling") + part("first_pay");
            let in_scope = yuan("in_scope").or_else(|| yuan("total").map(|total| total - parts));
            let Some(in_scope) = in_scope else {
                return Err((visit.line, "the visit has no amount".into()));
            };
            Content::Amounts(Amounts {
                total: yuan("total").unwrap_or(in_scope + parts),
                full_self_pay: part("full_self_pay"),
                over_ceiling: part("over_ceiling"),
                first_pay: part("first_pay"),
                in_scope,
            })
        }
    };
    let prescription = visit.get("prescription").map(|prescription| Prescription {
        level: level(prescription.get("level")).unwrap_or(Level::Two),
        designated: prescription.get("designated").and_then(Value::flag).unwrap_or(true),
    });
    Ok(Bill {
        category: text("category").and_then(Category::from_code).unwrap_or(Category::Ordinary),
        disease: disease(visit.get("disease"))?,
        institution: number("institution")
            .or_else(|| text("institution").map(number_of_name))
            .unwrap_or(1),
        visit: number("visit").unwrap_or(0),
        designated: visit.get("designated").and_then(Value::flag).unwrap_or(true),
        venue: text("venue").and_then(Venue::from_code).unwrap_or(Venue::Hospital),
        place: text("place").and_then(Place::from_code).unwrap_or(Place::Local),
        channel: text("channel").and_then(Channel::from_code).unwrap_or(Channel::Direct),
        prescription,
        account_use: text("account").and_then(AccountUse::from_code).unwrap_or(AccountUse::Family),
        content,
        ..Bill::new(id, on, level(visit.get("level")).unwrap_or(Level::Two), Fen::ZERO)
    })
}

/// A number for the name of an institution, the same for the same name.
fn number_of_name(name: &str) -> u64 {
    name.bytes().fold(7, |number: u64, byte| number.wrapping_mul(257).wrapping_add(u64::from(byte)))
}

fn fee_line(
    timeline: &Timeline,
    line: &Value,
    disease: &impl Fn(Option<&Value>) -> Result<Disease, (u32, String)>,
) -> Result<FeeLine, (u32, String)> {
    let amount = line
        .get("amount")
        .and_then(Value::yuan)
        .ok_or((line.line, "the line has no amount".to_string()))?;
    let text = |key: &str| line.get(key).and_then(Value::text);
    let item =
        text("item").and_then(|code| crate::mechanism::fixed_fee::item(code, &timeline.vocabulary));
    Ok(FeeLine {
        class: text("class").and_then(CatalogueClass::from_code).unwrap_or(CatalogueClass::A),
        first_pay: line.get("first_pay").and_then(Value::rate).unwrap_or(Rate::ZERO),
        ceiling: line.get("ceiling").and_then(Value::yuan),
        item: item.unwrap_or_default(),
        disease: disease(line.get("disease"))?,
        flags: texts(line.get("flag"))
            .iter()
            .filter_map(|code| Flags::from_code(code))
            .fold(Flags::default(), Flags::with),
        denied: line.get("denied").and_then(Value::flag).unwrap_or(false),
        ..FeeLine::new(amount)
    })
}
