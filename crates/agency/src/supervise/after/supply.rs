//! 用药期内重复取药: the same medicine again, wherever, while the days of what was supplied before are far from over.

use super::claim::{Claim, Personal, Supply};
use super::finding::{Concerned, Draft, Side};
use super::known::Known;
use super::rules::{Found, Rule};
use crate::quantity;
use kernel::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One hundredth of a day is the unit of days of supply.
const DAY: i64 = 100;

/// What is left of a medicine.
struct Stock<'a> {
    /// When it ends, hundredths of a day since 1970.
    until: i64,
    /// The claim that supplied it last.
    last: &'a Claim,
}

/// What a claim supplies, by item: days and fen.
fn supplied<'a>(personal: &'a Personal, claim: &'a Claim) -> BTreeMap<&'a Arc<str>, (i64, i64)> {
    let mut supplied = BTreeMap::new();
    for Supply { item, days, amount, .. } in personal.supplies_of(claim) {
        if *days > 0 {
            let (sum, fen): &mut (i64, i64) = supplied.entry(item).or_default();
            (*sum, *fen) = (sum.saturating_add(*days), fen.saturating_add(*amount));
        }
    }
    supplied
}

pub(super) fn check(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let mut stocks: BTreeMap<&Arc<str>, Stock<'_>> = BTreeMap::new();
    let mut found = Vec::new();
    for claim in &personal.claims {
        let today = i64::from(claim.day) * DAY;
        for (item, (days, fen)) in supplied(personal, claim) {
            let before = stocks.get(item);
            let left = before.map_or(0, |stock| stock.until - today);
            let limit = known.limit("duplicate-medicine.days", claim.day());
            let limit = limit.filter(|limit| left > limit.value.saturating_mul(DAY));
            if let (Some(limit), Some(before)) = (limit, before)
                && known.span.holds(claim.at())
            {
                let draft = Draft {
                    side: Side::Person,
                    party: &personal.person,
                    key: &format!("{} {item}", claim.id),
                    words: words(known, item, before, claim, (days, left)),
                    claims: vec![
                        Concerned { item: item.clone(), ..Concerned::context(before.last) },
                        Concerned::fees(claim, item, fen),
                    ],
                    basis: limit.basis,
                };
                found.push(draft.of(rule, known));
            }
            let until = today.saturating_add(left.max(0)).saturating_add(days);
            stocks.insert(item, Stock { until, last: claim });
        }
    }
    Ok(found)
}

fn words(
    known: &Known<'_>,
    item: &str,
    before: &Stock<'_>,
    claim: &Claim,
    (days, left): (i64, i64),
) -> String {
    let listed =
        known.directories.get(&known.area).and_then(|it| it.item(item, claim.day()).cloned());
    let name = listed.map_or_else(String::new, |listing| listing.name.to_string());
    let text = |days: i64| quantity::text(days.saturating_mul(quantity::ONE / DAY));
    let last = Date::from_days(i32::try_from(before.until / DAY).unwrap_or(i32::MAX));
    format!(
        "{item}{name}：{}在{}取药后可用至{last}，{}又在{}取药{}天，手中尚余{}天",
        before.last.day(),
        known.institution(&before.last.institution),
        claim.day(),
        known.institution(&claim.institution),
        text(days),
        text(left),
    )
}
