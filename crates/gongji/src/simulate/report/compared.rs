//! What was compared: policies, their versions and what changes between them; the claims; control totals.

use super::{Room, Told, both};
use ::simulate::{Side, month_of};
use kernel::{Date, Policy, Refusal};
use policy::diff::diff;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// First and last day of the months in which there are claims.
fn span(told: &Told<'_>) -> Option<(Date, Date)> {
    let (least, most) = told.span?;
    Some((month_of(least)?.first_day(), month_of(most + 1)?.first_day().previous()))
}

/// Each side with the versions that were in force while there were claims.
pub(super) fn sides(told: &Told<'_>, _: Room) -> Value {
    let span = span(told);
    let version = |policy: &Policy| {
        // A policy that holds for all days has no days of its own.
        let day = |day: Date| if day == Date::MIN || day == Date::MAX { None } else { Some(day) };
        json!({
            "from": day(policy.from).map(|day| day.to_string()),
            "to": day(policy.to).map(|day| day.to_string()),
            "version": policy.version,
            "documents": policy.documents,
        })
    };
    let of = |side: &Side| {
        let meets = |policy: &&Policy| {
            span.is_none_or(|(first, last)| policy.from <= last && policy.to >= first)
        };
        let versions = side.timeline.policies.iter().filter(meets).map(version);
        json!({ "name": both(&*side.zh, &*side.en), "versions": versions.collect::<Vec<_>>() })
    };
    told.sides.iter().map(of).collect()
}

/// What changes, for every pair of versions that were in force on some day.
pub(super) fn changes(told: &Told<'_>, _: Room) -> Value {
    let ([before, after], Some((first, last))) = (told.sides, span(told)) else {
        return Value::Null;
    };
    let versions = [before, after].into_iter().flat_map(|side| &side.timeline.policies);
    let mut days: Vec<Date> = std::iter::once(first)
        .chain(versions.map(|policy| policy.from))
        .filter(|day| *day >= first && *day <= last)
        .collect();
    days.sort_unstable();
    days.dedup();
    let pair = |day: &Date| {
        let (old, new) = (before.timeline.on(*day)?, after.timeline.on(*day)?);
        let lines = |english| lines(old, new, english);
        Some(json!({ "from": day.to_string(), "lines": [lines(false), lines(true)] }))
    };
    days.iter().filter_map(pair).collect()
}

fn lines(old: &Policy, new: &Policy, english: bool) -> Value {
    let line = |line: &policy::diff::Line| {
        json!({
            "place": line.place,
            "before": line.before,
            "after": line.after,
            "better": line.for_the_insured.map(|order| match order {
                Ordering::Greater => 1,
                Ordering::Equal => 0,
                Ordering::Less => -1,
            }),
            "articles": line.articles,
            "unverified": line.unverified,
        })
    };
    let change = |change: &policy::diff::Change| {
        let lines: Vec<Value> = change.lines.iter().map(line).collect();
        json!({ "name": change.name, "lines": lines })
    };
    diff(old, new, english).iter().map(change).collect()
}

/// The claims all this is about.
pub(super) fn claims(told: &Told<'_>, _: Room) -> Value {
    let totals = &told.result.totals;
    let claimed = totals.all_claimed();
    let (first, last) = told.span.unzip();
    let name = |month: Option<i32>| month.and_then(month_of).map(|month| month.to_string());
    json!({
        "claims": claimed.claims,
        "people": totals.people.count(),
        "rows": told.result.buckets.iter().map(|bucket| bucket.rows).sum::<u64>(),
        "buckets": told.result.buckets.len(),
        "of_buckets": told.source.buckets(),
        "fen": told.result.buckets.iter().map(|bucket| bucket.fen).sum::<u64>(),
        "in_scope": claimed.in_scope,
        "outside": claimed.outside,
        "first": name(first),
        "last": name(last),
    })
}

/// Control totals of each side.
pub(super) fn control(told: &Told<'_>, _: Room) -> Value {
    let of = |control: &::simulate::Control| {
        let refused = control.refused.iter().map(|(number, count)| {
            let refusal = Refusal::ALL.iter().find(|refusal| refusal.number() == *number);
            let words = refusal.map_or_else(Value::default, |of| both(of.zh(), of.en()));
            json!({ "why": words, "count": count })
        });
        json!({
            "paid_claims": control.paid_claims,
            "check": control.check,
            "general": control.general_people,
            "refused": refused.collect::<Vec<_>>(),
        })
    };
    told.result.totals.control.iter().map(of).collect()
}
