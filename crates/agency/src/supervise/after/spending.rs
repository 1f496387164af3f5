//! 个人账户异常支出 (GX Art 19): an account emptied in a burst at one pharmacy; a credit spent at pharmacies as soon as it is
//! there, month after month.

use super::claim::{Claim, Personal};
use super::finding::{Concerned, Draft, Side};
use super::known::{Basis, Known};
use super::rules::{Found, Rule};
use kernel::{Fen, Moment, Month};
use std::collections::BTreeMap;
use std::sync::Arc;

const HOUR: i64 = 60 * 60 * 1_000;

/// 集中刷空.
pub(super) fn burst(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let mut places: BTreeMap<&Arc<str>, Vec<&Claim>> = BTreeMap::new();
    for claim in personal.claims.iter().filter(|claim| claim.pharmacy && claim.own > 0) {
        places.entry(&claim.institution).or_default().push(claim);
    }
    let mut found = Vec::new();
    for claims in places.values() {
        let mut rest = &claims[..];
        while let Some((first, _)) = rest.split_first() {
            let Some(hours) = known.limit("account-burst.hours", first.day()) else { break };
            let until = first.at.saturating_add(hours.value.saturating_mul(HOUR));
            let (group, later) = rest.split_at(rest.partition_point(|claim| claim.at <= until));
            rest = later;
            let last = group.last().unwrap_or(first);
            let Some(basis) = emptied(known, group).filter(|_| known.span.holds(last.at())) else {
                continue;
            };
            let spent: i64 = group.iter().map(|claim| claim.own).sum();
            let words = format!(
                "{}至{}在{}结算{}次，本人账户支出{}元，原余额{}元",
                first.at(),
                last.at(),
                known.institution(&first.institution),
                group.len(),
                Fen::new(spent),
                Fen::new(first.held),
            );
            let draft = Draft {
                side: Side::Person,
                party: &personal.person,
                key: &first.id.to_string(),
                words,
                claims: group.iter().map(|claim| of_account(claim)).collect(),
                basis: basis.and(&hours.basis),
            };
            found.push(draft.of(rule, known));
        }
    }
    Ok(found)
}

/// The account's money is in question, not the funds'.
fn of_account(claim: &Claim) -> Concerned {
    Concerned { account: claim.own, ..Concerned::context(claim) }
}

fn emptied(known: &Known<'_>, group: &[&Claim]) -> Option<Basis> {
    let first = group.first()?;
    let limit = |name| known.limit(name, first.day());
    let (share, least) = (limit("account-burst.share")?, limit("account-burst.yuan")?);
    let times = limit("account-burst.settlements")?;
    let spent: i64 = group.iter().map(|claim| claim.own).sum();
    let often = i64::try_from(group.len()).unwrap_or(0) >= times.value;
    let much = spent >= least.value.saturating_mul(100);
    let most = spent.saturating_mul(100) >= first.held.saturating_mul(share.value);
    (often && much && most).then(|| share.basis.and(&least.basis).and(&times.basis))
}

/// 划入后即刷: counted are months in a row that end with one in the span.
pub(super) fn credit_day(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let day = known.span.to;
    let limit = |name| known.limit(name, day);
    let limits = (limit("credit-day.days"), limit("credit-day.share"), limit("credit-day.months"));
    let (Some(days), Some(share), Some(months)) = limits else { return Ok(Vec::new()) };
    // By month: when the first credit came, and how much came.
    let mut credits: BTreeMap<Month, (i64, i64)> = BTreeMap::new();
    for credit in &personal.credits {
        let month = credits.entry(Moment(credit.at).date().month()).or_insert((credit.at, 0));
        month.1 = month.1.saturating_add(credit.fen);
    }
    let (mut found, mut row, mut claims) = (Vec::new(), 0_i64, Vec::new());
    let mut before: Option<Month> = None;
    for (month, (at, fen)) in credits {
        let until = at.saturating_add(days.value.saturating_mul(24 * HOUR));
        let at_once = personal.claims.iter().filter(|it| it.pharmacy && it.own > 0);
        let at_once = at_once.filter(|it| at <= it.at && it.at <= until);
        let at_once: Vec<&Claim> = at_once.collect();
        let spent: i64 = at_once.iter().map(|claim| claim.own).sum();
        let does = fen > 0 && spent.saturating_mul(100) >= fen.saturating_mul(share.value);
        if !does || before.is_none_or(|before| before.plus(1) != month) {
            (row, claims) = (0, Vec::new());
        }
        before = Some(month);
        if !does {
            continue;
        }
        row += 1;
        claims.extend(at_once.into_iter().map(of_account));
        let in_span = claims.last().is_some_and(|last| holds(known, last));
        if row < months.value || !in_span {
            continue;
        }
        let words = format!(
            "至{month}连续{row}个月，划入后{}天内在药店支出达到划入额的{}%；本月划入{}元，支出{}元",
            days.value,
            share.value,
            Fen::new(fen),
            Fen::new(spent),
        );
        let draft = Draft {
            side: Side::Person,
            party: &personal.person,
            key: &month.to_string(),
            words,
            claims: claims.clone(),
            basis: days.basis.clone().and(&share.basis).and(&months.basis),
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}

fn holds(known: &Known<'_>, concerned: &Concerned) -> bool {
    Moment::parse(&concerned.at).is_some_and(|at| known.span.holds(at))
}
