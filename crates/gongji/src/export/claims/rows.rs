//! A settlement as rows: one for each part of its in-scope spending that a rule may treat apart.

use super::history::{Booked, Event, Settled, What};
use crate::export::column::Value;
use agency::record::{Decision, LineInput};
use kernel::{Channel, Date, Flags};
use std::collections::HashSet;
use std::sync::Arc;

/// What a row says.
#[derive(Default)]
pub(super) struct Line<'a> {
    pub(super) person: &'a str,
    pub(super) event: Option<&'a Event>,
    pub(super) settled: Option<&'a Settled>,
    pub(super) service: Option<Date>,
    pub(super) reverses: Option<Arc<str>>,
    pub(super) used_limit: Option<Arc<str>>,
    /// Fen.
    pub(super) in_scope: i64,
    pub(super) part: Part,
    /// Of the first row of a claim.
    pub(super) booked: Option<Booked>,
}

/// What tells a part of a bill from others.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Part {
    item: Arc<str>,
    flags: u8,
    disease: Arc<str>,
}

/// The rows of an event. Items that no rule names make no difference, and are left out.
pub(super) fn lines<'a>(
    person: &'a str,
    event: &'a Event,
    items: &HashSet<Arc<str>>,
) -> Vec<Line<'a>> {
    let line = Line { person, event: Some(event), ..Line::default() };
    match &event.what {
        What::Used(limit, by, day) => {
            let used_limit = Some(limit.clone());
            vec![Line { used_limit, in_scope: *by, service: Some(*day), ..line }]
        }
        What::TakenBack(original, day, booked) => {
            let reverses = Some(Arc::from(original.to_string()));
            vec![Line { reverses, service: Some(*day), booked: Some(*booked), ..line }]
        }
        What::Settled(settled, booked) => {
            let service = Date::parse(&settled.inputs.service);
            let parts = parts(settled, items)
                .into_iter()
                .zip(std::iter::once(Some(*booked)).chain(std::iter::repeat(None)));
            let settled = Some(&**settled);
            parts
                .map(|((part, in_scope), booked)| Line {
                    settled,
                    service,
                    in_scope,
                    part,
                    booked,
                    ..Line { person, event: Some(event), ..Line::default() }
                })
                .collect()
        }
    }
}

/// The parts of a settlement with their in-scope spending, fen: at least one.
fn parts(settled: &Settled, items: &HashSet<Arc<str>>) -> Vec<(Part, i64)> {
    let part = |line: &LineInput| Part {
        item: items.get(&line.item).cloned().unwrap_or_default(),
        flags: line.flags,
        disease: line.disease.clone(),
    };
    let mut parts: Vec<(Part, i64)> = Vec::new();
    let lines = settled.inputs.lines.iter().zip(&settled.decision.lines);
    for (line, [.., in_scope]) in lines.filter(|(_, [.., in_scope])| *in_scope != 0) {
        let part = part(line);
        match parts.iter_mut().find(|(known, _)| *known == part) {
            Some((_, sum)) => *sum += in_scope,
            None => parts.push((part, *in_scope)),
        }
    }
    if parts.is_empty() {
        parts.push((Part::default(), settled.decision.in_scope));
    }
    parts
}

impl Line<'_> {
    /// The values, in the order of the columns.
    pub(super) fn values(&self) -> Vec<Value> {
        let (inputs, case) = (self.settled.map(|it| &it.inputs), self.settled.map(|it| &it.case));
        let facts = inputs.map(|inputs| &inputs.facts);
        let decision = self.settled.map(|it| &it.decision).filter(|_| self.booked.is_some());
        let text =
            |text: Option<&Arc<str>>| text.map_or(Value::Empty, |text| Value::Text(text.clone()));
        let list = |codes: Option<&Vec<Arc<str>>>| {
            codes.map_or(Value::Empty, |codes| Value::text(codes.join(";")))
        };
        let day = |text: Option<&Arc<str>>| text.map_or(Value::Empty, |text| Value::day_of(text));
        let flag = |flag: Option<bool>| flag.map_or(Value::Empty, Value::Flag);
        let money = |fen: Option<i64>| fen.map_or(Value::Empty, Value::Money);
        let prescriber = inputs.and_then(|inputs| inputs.prescriber.as_ref());
        let paper = inputs.filter(|inputs| *inputs.channel == *Channel::Paper.code());
        let booked = |of: fn(&Booked) -> i64| money(self.booked.as_ref().map(of));
        vec![
            Value::text(self.person),
            self.event.map_or(Value::Empty, |event| Value::Moment(event.id.moment())),
            Value::day(self.service),
            self.event.map_or(Value::Empty, |event| Value::Whole(event.serial)),
            match (self.event, &self.used_limit) {
                (Some(event), None) => Value::text(event.id.to_string()),
                _ => Value::Empty,
            },
            text(self.reverses.as_ref()),
            Value::Money(self.in_scope),
            money(decision.map(|decision| decision.full_self_pay)),
            money(decision.map(|decision| decision.over_ceiling)),
            money(decision.map(|decision| decision.first_pay)),
            text(facts.map(|facts| &facts.status)),
            text(facts.map(|facts| &facts.plan)),
            list(facts.map(|facts| &facts.plans_held)),
            text(facts.map(|facts| &facts.cohort)),
            day(facts.map(|facts| &facts.born)),
            day(facts.map(|facts| &facts.enrolled_on)),
            text(inputs.map(|inputs| &inputs.level)),
            text(inputs.map(|inputs| &inputs.venue)),
            text(inputs.map(|inputs| &inputs.place)),
            text(inputs.map(|inputs| &inputs.channel)),
            text(inputs.map(|inputs| &inputs.category)),
            text(inputs.map(|inputs| &inputs.disease)),
            list(facts.map(|facts| &facts.filings)),
            list(facts.map(|facts| &facts.two_disease)),
            flag(facts.map(|facts| facts.chosen)),
            list(facts.map(|facts| &facts.chosen_for)),
            flag(facts.map(|facts| facts.contract)),
            flag(inputs.map(|inputs| inputs.designated)),
            match inputs.and_then(|inputs| inputs.capabilities.as_ref()) {
                None => Value::Empty,
                Some(none) if none.is_empty() => Value::text("none"),
                Some(codes) => Value::text(codes.join(";")),
            },
            text(facts.map(|facts| &facts.entitlement)),
            text(facts.map(|facts| &facts.admission)),
            text(prescriber.map(|(level, _)| level)),
            flag(prescriber.map(|(_, designated)| *designated)),
            text(paper.map(|inputs| &inputs.submitted)),
            Value::Text(self.part.item.clone()),
            Value::text(flag_codes(self.part.flags)),
            Value::Text(self.part.disease.clone()),
            self.settled.map_or(Value::Empty, institution),
            match (inputs, case) {
                (Some(inputs), Some(case)) if inputs.visit != 0 => {
                    Value::text(case.visit.to_string())
                }
                _ => Value::Empty,
            },
            money(self.settled.map(|it| it.inputs.wallet.0)),
            money(self.settled.map(|it| it.inputs.wallet.1)),
            self.used_limit.clone().map_or(Value::Empty, Value::Text),
            booked(|booked| booked.funds[0]),
            booked(|booked| booked.funds[1]),
            booked(|booked| booked.funds[2]),
            booked(|booked| booked.deductible),
            money(decision.map(Decision::account_payment)),
            money(decision.map(|decision| decision.cash)),
        ]
    }
}

/// Its code; of a paper claim from an institution in no directory, as its receipt names it.
fn institution(settled: &Settled) -> Value {
    let issuer = settled.case.paper.as_ref().map(|paper| &paper.issuer);
    let named = [Some(&settled.case.institution), issuer]
        .into_iter()
        .flatten()
        .find(|name| !name.is_empty());
    match named {
        Some(name) => Value::Text(name.clone()),
        None => Value::text(format!("{:016x}", settled.inputs.institution)),
    }
}

fn flag_codes(flags: u8) -> String {
    let set = Flags::CODES.iter().enumerate().filter(|(bit, _)| flags >> bit & 1 == 1);
    set.map(|(_, code)| *code).collect::<Vec<_>>().join(";")
}
