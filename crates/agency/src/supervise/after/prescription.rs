//! 一张处方重复取药: more bought than prescribed; dispensed in the hospital and bought outside as well; the same line of a
//! hospital's prescription charged in two settlements.

use super::claim::{Claim, Personal, Supply};
use super::finding::{Concerned, Draft, Side, Suspicion};
use super::known::{Basis, Known};
use super::rules::{Found, Rule};
use crate::business::prescription::{Prescription, read};
use crate::quantity;
use crate::reason::Reason;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::PersonKey;

pub(super) fn check(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let mut found = charged_twice(rule, known, personal);
    for claim in &personal.claims {
        if claim.prescription.is_empty() || !known.span.holds(claim.at()) {
            continue;
        }
        let key = PersonKey { area: known.area, person: personal.person.clone() };
        let read = read::prescription(known.store, &key, &claim.prescription);
        match read {
            Ok(prescription) => {
                found.extend(too_much(rule, known, personal, claim, &prescription));
                found.extend(inside_and_out(rule, known, personal, claim, &prescription));
            }
            Err(refused) if refused.reason == Reason::PrescriptionUnknown => {}
            Err(refused) => return Err(refused),
        }
    }
    Ok(found)
}

/// A line of a hospital's prescription in two settlements: the same item, number and quantity.
fn charged_twice(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Vec<Suspicion> {
    let mut seen: BTreeMap<(&str, &str, &str, i64), &Claim> = BTreeMap::new();
    let mut found = Vec::new();
    for claim in personal.claims.iter().filter(|claim| !claim.pharmacy) {
        for line in personal.supplies_of(claim).filter(|line| !line.prescription.is_empty()) {
            let Supply { prescription, item, quantity, amount, .. } = line;
            let key = (&*claim.institution, &**prescription, &**item, *quantity);
            let Some(first) = seen.get(&key).copied().filter(|first| first.id != claim.id) else {
                seen.insert(key, claim);
                continue;
            };
            if known.span.holds(claim.at()) {
                let words = format!(
                    "处方{prescription}的{item}于{}、{}在{}两次结算，数量均为{}",
                    first.at(),
                    claim.at(),
                    known.institution(&claim.institution),
                    quantity::text(*quantity),
                );
                let claims = vec![
                    Concerned { item: item.clone(), ..Concerned::context(first) },
                    Concerned::fees(claim, item, *amount),
                ];
                found.push(of(rule, known, claim, item, &words, claims));
            }
        }
    }
    found
}

/// What was bought of a medicine so far is more than prescribed.
fn too_much(
    rule: &Rule,
    known: &Known<'_>,
    personal: &Personal,
    claim: &Claim,
    prescription: &Prescription,
) -> Vec<Suspicion> {
    let mut found = Vec::new();
    for medicine in &prescription.medicines {
        let standing =
            prescription.purchases.iter().filter(|it| !it.released && it.entry <= claim.id);
        let bought = standing.flat_map(|it| &it.bought).filter(|it| it.item == medicine.item);
        let bought: i64 = bought.map(|it| it.quantity).sum();
        let fees = claim.lines.iter().filter(|(item, _)| *item == medicine.item);
        let fees: i64 = fees.map(|(_, fen)| fen).sum();
        if bought <= medicine.quantity || fees == 0 {
            continue;
        }
        let words = format!(
            "处方{}的{}处方数量{}，至{}已购{}",
            prescription.number,
            medicine.item,
            quantity::text(medicine.quantity),
            claim.at(),
            quantity::text(bought),
        );
        let others = personal.claims.iter().filter(|it| it.id != claim.id);
        let same = others.filter(|it| it.prescription == claim.prescription);
        let mut claims: Vec<Concerned> = same.map(Concerned::context).collect();
        claims.push(Concerned::fees(claim, &medicine.item, fees));
        found.push(of(rule, known, claim, &medicine.item, &words, claims));
    }
    found
}

/// The hospital that wrote the prescription dispensed the same medicine of it, too.
fn inside_and_out(
    rule: &Rule,
    known: &Known<'_>,
    personal: &Personal,
    claim: &Claim,
    prescription: &Prescription,
) -> Vec<Suspicion> {
    let own = &prescription.own_number;
    let mut found = Vec::new();
    if own.is_empty() {
        return found;
    }
    for (item, fen) in &claim.lines {
        let hospital = &prescription.prescriber.institution;
        let at_hospital = personal.claims.iter().filter(|it| it.institution == *hospital);
        let dispensed = at_hospital.filter(|it| {
            let mut lines = personal.supplies_of(it);
            lines.any(|line| line.prescription == *own && line.item == *item)
        });
        let Some(dispensed) = dispensed.min_by_key(|it| it.id) else { continue };
        let words = format!(
            "处方{own}的{item}已于{}在{}院内取药，又凭外配处方{}于{}在{}购药",
            dispensed.at(),
            known.institution(hospital),
            prescription.number,
            claim.at(),
            known.institution(&claim.institution),
        );
        let claims = vec![
            Concerned { item: item.clone(), ..Concerned::context(dispensed) },
            Concerned::fees(claim, item, *fen),
        ];
        found.push(of(rule, known, claim, item, &words, claims));
    }
    found
}

fn of(
    rule: &Rule,
    known: &Known<'_>,
    claim: &Claim,
    item: &Arc<str>,
    words: &str,
    claims: Vec<Concerned>,
) -> Suspicion {
    let draft = Draft {
        side: Side::Person,
        party: &claim.person,
        key: &format!("{} {item}", claim.id),
        words: format!("{}：{words}", claim.person),
        claims,
        basis: Basis::default(),
    };
    draft.of(rule, known)
}
