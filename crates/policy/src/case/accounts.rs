//! Cases without bills: account credits and closures, entitlement, what an institution is paid.

use super::Runner;
use super::reading::person_facts;
use crate::table;
use crate::value::Value;
use kernel::Entitlement;
use kernel::account::{ClosureEvent, CreditFacts};
use kernel::entitlement::{Contribution, entitlement_on};

impl Runner<'_> {
    pub(super) fn credits(&mut self, case: &Value) {
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

    pub(super) fn entitlement(&mut self, case: &Value) {
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

    pub(super) fn closures(&mut self, case: &Value) {
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

    pub(super) fn payments(&mut self, case: &Value) {
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
