//! 项目与性别、年龄不符: items that the catalogue has for the other sex or another age.

use super::claim::{Claim, Personal};
use super::finding::{Concerned, Draft, Side};
use super::known::{Basis, Known};
use super::rules::{Found, Rule};
use crate::directory::Listing;
use std::sync::Arc;

/// 性别.
pub(super) fn sex(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let name = |sex: &str| if sex == "1" { "男性" } else { "女性" };
    unsuited(rule, known, personal, |claim, listing| {
        let file = personal.file.as_ref();
        let own = file.map_or(&*claim.gender, |file| &*file.person.gender);
        let only = &*listing.detail.sex;
        let conflict = !only.is_empty() && matches!(own, "1" | "2") && only != own;
        conflict.then(|| format!("限{}使用，参保人为{}", name(only), name(own)))
    })
}

/// 年龄.
pub(super) fn age(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let born = personal.file.as_ref().and_then(|file| file.person.born);
    let Some(born) = born else { return Ok(Vec::new()) };
    unsuited(rule, known, personal, |claim, listing| {
        let age = claim.day().age_of(born);
        let limits = (listing.detail.min_age, listing.detail.max_age);
        let limit = match limits {
            (Some(youngest), _) if age < youngest => format!("限{youngest}岁及以上"),
            (_, Some(oldest)) if age > oldest => format!("限{oldest}岁及以下"),
            _ => return None,
        };
        Some(format!("{limit}使用，参保人{age}岁"))
    })
}

/// One finding a claim that has such items.
fn unsuited(
    rule: &Rule,
    known: &Known<'_>,
    personal: &Personal,
    conflict: impl Fn(&Claim, &Listing) -> Option<String>,
) -> Found {
    let Some(directory) = known.directories.get(&known.area) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for claim in personal.claims.iter().filter(|claim| known.span.holds(claim.at())) {
        let (mut words, mut first, mut fees) = (Vec::new(), Arc::default(), 0_i64);
        for (item, fen) in &claim.lines {
            let Some(listing) = directory.item(item, claim.day()) else { continue };
            let Some(why) = conflict(claim, listing) else { continue };
            if words.is_empty() {
                first = item.clone();
            }
            words.push(format!("{item}{}：{why}", listing.name));
            fees = fees.saturating_add(*fen);
        }
        if words.is_empty() {
            continue;
        }
        words.dedup();
        let (at, place) = (claim.at(), known.institution(&claim.institution));
        let draft = Draft {
            side: Side::Institution,
            party: &claim.institution,
            key: &claim.id.to_string(),
            words: format!("{}于{at}在{place}：{}", personal.person, words.join("；")),
            claims: vec![Concerned::fees(claim, &first, fees)],
            basis: Basis::default(),
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}
