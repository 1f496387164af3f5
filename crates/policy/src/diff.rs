//! What changes between two policies (two regions, or one region on two days), and for whom.

use crate::compile::is_unverified;
use crate::explain::articles;
use crate::quantities::quantities;
use crate::rows;
use crate::tables::{By, Grid, Quantity, Shown, entries, place_in_words, value_at};
use kernel::policy::Policy;
use kernel::{Circumstances, Dim};
use std::cmp::Ordering;

/// One quantity that differs.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its key.
    pub key: String,
    /// 中文 or English name.
    pub name: String,
    /// Where and how it differs.
    pub lines: Vec<Line>,
}

/// For these people and bills, this becomes that.
#[derive(Clone, Debug)]
pub struct Line {
    /// For whom: 在职，三级. Empty: for everybody.
    pub place: String,
    /// The value before; empty if there was none.
    pub before: String,
    /// The value after; empty if there is none.
    pub after: String,
    /// Better (`Greater`), worse or only different for the insured, where that can be said.
    pub for_the_insured: Option<Ordering>,
    /// The articles behind both.
    pub articles: String,
    /// One of the values is not verified.
    pub unverified: bool,
}

/// Compares two policies.
#[must_use]
pub fn diff(before: &Policy, after: &Policy, english: bool) -> Vec<Change> {
    let (old, new) = (quantities(before), quantities(after));
    let mut changes = Vec::new();
    for quantity in &old {
        let partner = new.iter().find(|candidate| candidate.key == quantity.key);
        let lines = match partner {
            Some(partner) => changed(before, quantity, after, partner, english),
            None => one_sided(before, quantity, english, false),
        };
        push(&mut changes, quantity, lines, english);
    }
    for quantity in
        new.iter().filter(|candidate| !old.iter().any(|known| known.key == candidate.key))
    {
        push(&mut changes, quantity, one_sided(after, quantity, english, true), english);
    }
    changes
}

fn push(changes: &mut Vec<Change>, quantity: &Quantity, lines: Vec<Line>, english: bool) {
    if !lines.is_empty() {
        let name = if english { quantity.en.clone() } else { quantity.zh.clone() };
        changes.push(Change { key: quantity.key.clone(), name, lines });
    }
}

/// A quantity only one side has.
fn one_sided(policy: &Policy, quantity: &Quantity, english: bool, new: bool) -> Vec<Line> {
    let line = |entry: crate::tables::Entry| {
        let text = entry.value.text(english);
        let place: Vec<String> = entry.at.into_iter().map(|(_, words)| words).collect();
        let (before, after) = if new { (String::new(), text) } else { (text, String::new()) };
        let articles = articles(policy, entry.value.cite).join("；");
        Line {
            place: place.join(separator(english)),
            before,
            after,
            for_the_insured: None,
            articles,
            unverified: is_unverified(policy, entry.value.cite),
        }
    };
    entries(policy, quantity, english).into_iter().map(line).collect()
}

const fn separator(english: bool) -> &'static str {
    if english { ", " } else { "，" }
}

type Pair = (Option<Shown>, Option<Shown>);

fn changed(
    before: &Policy,
    old: &Quantity,
    after: &Policy,
    new: &Quantity,
    english: bool,
) -> Vec<Line> {
    let differ = before.vocabulary.plans != after.vocabulary.plans
        || before.vocabulary.cohorts != after.vocabulary.cohorts
        || before.vocabulary.diseases != after.vocabulary.diseases;
    let by_own_codes = |policy: &Policy, quantity: &Quantity| {
        let places = entries(policy, quantity, english).into_iter().flat_map(|entry| entry.at);
        places.into_iter().any(|(dim, _)| OWN_CODES.contains(&dim))
    };
    if differ && (by_own_codes(before, old) || by_own_codes(after, new)) {
        // The regions name their own groups: both tables are shown whole.
        let mut lines = one_sided(before, old, english, false);
        lines.extend(one_sided(after, new, english, true));
        return lines;
    }
    let grid = joint(before, old, after, new, !differ);
    let same = |a: &Option<Shown>, b: &Option<Shown>| match (a, b) {
        (Some(a), Some(b)) => a.same(b),
        (None, None) => true,
        _ => false,
    };
    let lines = grid.reduced(|a: &Pair, b: &Pair| same(&a.0, &b.0) && same(&a.1, &b.1));
    let changed = lines.into_iter().filter(|(_, (a, b))| !same(a, b));
    changed
        .map(|(place, pair)| {
            let words = place_in_words(&place, after, english).into_iter().map(|(_, words)| words);
            line(
                words.collect::<Vec<_>>().join(separator(english)),
                pair,
                before,
                after,
                new,
                english,
            )
        })
        .collect()
}

fn line(
    place: String,
    pair: &Pair,
    before: &Policy,
    after: &Policy,
    quantity: &Quantity,
    english: bool,
) -> Line {
    let text =
        |shown: &Option<Shown>| shown.as_ref().map_or(String::new(), |shown| shown.text(english));
    let mut cited = pair.0.as_ref().map_or(Vec::new(), |shown| articles(before, shown.cite));
    for article in pair.1.as_ref().map_or(Vec::new(), |shown| articles(after, shown.cite)) {
        if !cited.contains(&article) {
            cited.push(article);
        }
    }
    let order = match pair {
        (Some(a), Some(b)) => match (a.amount.zip(b.amount), a.rate.zip(b.rate)) {
            (Some((a, b)), _) => Some(b.cmp(&a)),
            (_, Some((a, b))) => Some(b.cmp(&a)),
            _ => None,
        },
        _ => None,
    };
    let doubtful = |policy: &Policy, shown: &Option<Shown>| {
        shown.as_ref().is_some_and(|shown| is_unverified(policy, shown.cite))
    };
    // A lower deductible is better for the insured; a higher share, limit or credit is.
    let lower_is_better = quantity.key.contains(".deductible");
    let for_the_insured = order.map(|order| if lower_is_better { order.reverse() } else { order });
    Line {
        place,
        before: text(&pair.0),
        after: text(&pair.1),
        for_the_insured,
        articles: cited.join(" → "),
        unverified: doubtful(before, &pair.0) || doubtful(after, &pair.1),
    }
}

/// Dimensions whose codes are a region's own.
const OWN_CODES: &[Dim] = &[Dim::Plan, Dim::Cohort, Dim::Disease];

/// Both quantities over all dimensions on which either depends; without the regions' own codes unless they are the same.
fn joint(
    before: &Policy,
    old: &Quantity,
    after: &Policy,
    new: &Quantity,
    same_codes: bool,
) -> Grid<Pair> {
    let mut axes: Vec<(Dim, Vec<String>)> = Vec::new();
    let mut samples: Vec<Vec<u8>> = Vec::new();
    for dim in Dim::ALL.iter().copied() {
        let sides = [(before, old), (after, new)].map(|(policy, quantity)| {
            let By::Cells { of, .. } = quantity.by else { return None };
            of.axes(policy)?.axes.iter().find(|axis| axis.dim == dim)
        });
        if sides.iter().all(Option::is_none) || (!same_codes && OWN_CODES.contains(&dim)) {
            continue;
        }
        let mut classes: Vec<([u32; 2], Vec<u8>)> = Vec::new();
        for raw in rows::domain(dim, &after.vocabulary) {
            let key = sides.map(|axis| axis.map_or(0, |axis| axis.share[raw]));
            let raw = u8::try_from(raw).unwrap_or(u8::MAX);
            match classes.iter_mut().find(|(known, _)| *known == key) {
                Some((_, raws)) => raws.push(raw),
                None => classes.push((key, vec![raw])),
            }
        }
        axes.push((
            dim,
            classes.iter().map(|(_, raws)| rows::step_name(dim, raws, &after.vocabulary)).collect(),
        ));
        samples.push(classes.iter().map(|(_, raws)| raws[0]).collect());
    }
    let count: usize = samples.iter().map(Vec::len).product();
    let values = (0..count)
        .map(|mut cell| {
            let mut at = Circumstances([0; Dim::COUNT]);
            at.set(Dim::Visit, 1);
            for ((dim, _), raws) in axes.iter().zip(&samples) {
                at.set(*dim, raws[cell % raws.len()]);
                cell /= raws.len();
            }
            (value_at(before, old, &at).cloned(), value_at(after, new, &at).cloned())
        })
        .collect();
    Grid { axes, values }
}
