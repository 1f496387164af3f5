//! From the words of a case to facts, accounts and bills.

use super::texts;
use crate::rows;
use crate::value::{Data, Value};
use kernel::bill::{Amounts, CatalogueClass};
use kernel::{
    AccountUse, Admission, Bill, BillId, Capabilities, Category, Channel, Cohort, Content, Date,
    Disease, DiseaseSet, Entitlement, Facts, FeeLine, Fen, Flags, Level, Place, Plan, Prescription,
    Rate, Settlement, Status, Timeline, Venue, Wallet,
};

pub(super) fn term(codes: &[&str], code: Option<&str>) -> Option<u8> {
    codes.iter().position(|known| Some(*known) == code).and_then(|index| u8::try_from(index).ok())
}

pub(super) fn person_facts(timeline: &Timeline, person: &Value) -> Facts {
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
    Facts {
        plans_held: held,
        cohort: Cohort(
            term(&rows::codes(kernel::Dim::Cohort, vocabulary), text("cohort")).unwrap_or(0),
        ),
        born: person.get("born").and_then(Value::day),
        enrolled_on: person.get("enrolled_on").and_then(Value::day),
        entitlement: suspended.unwrap_or(Entitlement::Entitled),
        contract: person.get("contract").and_then(Value::flag).unwrap_or(false),
        filings: diseases(timeline, person.get("filings")),
        two_disease: diseases(timeline, person.get("two_disease")),
        ..Facts::new(status, plan)
    }
}

fn diseases(timeline: &Timeline, stated: Option<&Value>) -> DiseaseSet {
    let codes = texts(stated);
    codes.iter().filter_map(|code| rows::disease(code, &timeline.vocabulary)).collect()
}

pub(super) fn update_facts(
    timeline: &Timeline,
    facts: &mut Facts,
    person: &Value,
    visit: &Value,
    on: Date,
) {
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
    facts.chosen_for = diseases(timeline, visit.get("chosen_for"));
    facts.admission = match visit.get("inpatient") {
        Some(Value { data: Data::Flag(true), .. }) => Admission::Inpatient,
        Some(value) if value.text() == Some("same-day") => Admission::SameDay,
        _ => Admission::Out,
    };
}

pub(super) fn wallet(person: &Value) -> Wallet {
    let yuan = |key: &str| person.get(key).and_then(Value::yuan).unwrap_or_default();
    let family =
        person.get("family").map_or(&[][..], Value::items).iter().filter_map(Value::yuan).collect();
    Wallet { current: yuan("account"), earlier: yuan("account_earlier"), family }
}

/// Takes from the accounts what a settlement used, or puts back what a reversal returns.
pub(super) fn pay_from(wallet: &mut Wallet, settlement: &Settlement) {
    wallet.current -= settlement.account_current;
    wallet.earlier -= settlement.account_earlier;
    for (balance, paid) in wallet.family.iter_mut().zip(&settlement.family) {
        *balance -= *paid;
    }
}

/// Reads a visit as a bill.
pub(super) fn bill(
    timeline: &Timeline,
    visit: &Value,
    on: Date,
    id: BillId,
) -> Result<Bill, (u32, String)> {
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
        capabilities: visit
            .get("capabilities")
            .map_or(Capabilities::ALL, |stated| Capabilities::of(texts(Some(stated)))),
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
