//! 分解收费: one occasion made several bills, to repeat a fixed fee or to stay below a threshold.
//!
//! Settlements under one visit number are one occasion and may be several: registration, tests, medicines. Counted are
//! visit numbers of one person at one institution within some hours of the first.

use super::claim::{Claim, Personal};
use super::finding::{Concerned, Draft, Side};
use super::known::{Basis, Known};
use super::rules::{Found, Rule};
use kernel::Fen;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::Id;

const HOUR: i64 = 60 * 60 * 1_000;

pub(super) fn check(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let mut places: BTreeMap<&Arc<str>, Vec<&Claim>> = BTreeMap::new();
    for claim in personal.claims.iter().filter(|claim| !claim.internet) {
        places.entry(&claim.institution).or_default().push(claim);
    }
    let mut found = Vec::new();
    for claims in places.values().filter(|claims| claims.len() > 1) {
        let mut rest = &claims[..];
        while let Some((first, _)) = rest.split_first() {
            let Some(hours) = known.limit("split-bills.hours", first.day()) else { break };
            let until = first.at.saturating_add(hours.value.saturating_mul(HOUR));
            let (group, later) = rest.split_at(rest.partition_point(|claim| claim.at <= until));
            rest = later;
            let last = group.last().unwrap_or(first);
            if !known.span.holds(last.at()) {
                continue;
            }
            let several = several(known, group).map(|(why, basis)| (why, basis.and(&hours.basis)));
            let Some((why, basis)) = several else { continue };
            let draft = Draft {
                side: Side::Institution,
                party: &first.institution,
                key: &first.id.to_string(),
                words: format!("{}：{why}", words(known, first, group)),
                claims: concerned(group),
                basis,
            };
            found.push(draft.of(rule, known));
        }
    }
    Ok(found)
}

/// Why a group is more than one occasion ought to be.
fn several(known: &Known<'_>, group: &[&Claim]) -> Option<(String, Basis)> {
    let day = group.first()?.day();
    let visits: BTreeSet<Id> = group.iter().map(|claim| claim.visit).collect();
    let fixed: Vec<&&Claim> = group.iter().filter(|claim| claim.fixed > 0).collect();
    let of_fixed: BTreeSet<Id> = fixed.iter().map(|claim| claim.visit).collect();
    let reached = |name, count: usize| {
        known.limit(name, day).filter(|limit| i64::try_from(count).unwrap_or(0) >= limit.value)
    };
    if let Some(limit) = reached("split-bills.fixed", of_fixed.len()) {
        let paid = Fen::new(fixed.iter().map(|claim| claim.fixed).sum());
        return Some((format!("定额支付{}次共{paid}元", of_fixed.len()), limit.basis));
    }
    let limit = reached("split-bills.settlements", visits.len())?;
    let mut why = format!("{}个就诊号", visits.len());
    let mut basis = limit.basis;
    let total: i64 = group.iter().map(|claim| claim.total).sum();
    if let Some(below) = known.limit("split-bills.below", day) {
        let fen = below.value.saturating_mul(100);
        if group.iter().all(|claim| claim.total < fen) && total >= fen {
            why = format!("{why}，各次均低于{}元，合计{}元", below.value, Fen::new(total));
            basis = basis.and(&below.basis);
        }
    }
    Some((why, basis))
}

fn words(known: &Known<'_>, first: &Claim, group: &[&Claim]) -> String {
    let last = group.last().map_or(first, |last| last);
    let place = known.institution(&first.institution);
    format!("{}于{}至{}在{place}结算{}次", first.person, first.at(), last.at(), group.len())
}

/// The first bill stands; the others are in question.
fn concerned(group: &[&Claim]) -> Vec<Concerned> {
    let whole = group.iter().map(|claim| Concerned::whole(claim));
    let mut all: Vec<Concerned> = whole.collect();
    if let Some(first) = all.first_mut() {
        (first.fund, first.account) = (0, 0);
    }
    all
}
