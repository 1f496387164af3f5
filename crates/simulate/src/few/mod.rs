//! 人数少的组: totals in which nothing is said of groups of few people, for what leaves the house.
//!
//! Groups are put together rather than left out: everything that is published is a sum over parts of one division of the
//! claims, and each part has enough people, so no difference of published sums tells of fewer. Where a group of few is put
//! together with others, at least the next smallest goes with it. Who gains, loses or is above a limit is rarer than people, so
//! it is told by fewer groups, each of which is made of whole groups of the claims. Claims do not say how many people a month, a
//! segment or an institution has; [`Heads`] counts them in a pass of its own.
//!
//! What is not hidden: counts of claims that were not settled, by their reason, and of people settled bill by bill.

mod heads;
mod segments;
mod parts;

pub use heads::Heads;

use crate::fault::{Fault, Result};
use crate::limited::AboveLimit;
use crate::people::{Change, People};
use crate::places::Institution;
use crate::segment::{Division, Segment};
use crate::spread::{Counted, Spread};
use crate::totals::{Claimed, Paid, Totals};
use segments::Group;
use std::collections::BTreeMap;

/// What a result does not say, as its groups have fewer people than wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hidden {
    /// Least people of a group.
    pub least: u64,
    /// Segments that were put together, and how many they became.
    pub segments: [usize; 2],
    /// Months that were put together, as months since year 0, in order: they are one now, called by the first.
    pub months: Vec<i32>,
    /// Institutions that were put together; they are one now, [`Hidden::INSTITUTIONS`].
    pub institutions: usize,
    /// Who gains and loses is hidden altogether: few people do the one or the other.
    pub changes: bool,
    /// Who gains and loses, by segments put together further: the totals do not say it. Only people, if it is hidden altogether.
    pub by_change: Vec<(Segment, Change)>,
    /// Who is above a limit is hidden altogether: under some policy few people are.
    pub limits: bool,
    /// Who is above a limit, in the same way: people in all, and by policy.
    pub by_limit: Vec<(Segment, u64, Vec<AboveLimit>)>,
    /// By policy, then by band of what is left to people: hidden. The last of the hidden bands has the sum of all of them.
    pub own_bands: Vec<Vec<bool>>,
    /// By band of what people gain: hidden; as above.
    pub gained: Vec<bool>,
    /// By band of what people lose: hidden; as above.
    pub lost: Vec<bool>,
    /// Some month has few people in some segment, so that months and segments are told apart, not together.
    pub crossed: bool,
}

impl Hidden {
    /// The number of the institutions that were put together.
    pub const INSTITUTIONS: u64 = u64::MAX;
}

/// Hides groups of fewer than `least` people.
///
/// # Errors
/// There are fewer people than that altogether.
pub fn hide(totals: &Totals, heads: &Heads, least: u64) -> Result<(Totals, Hidden)> {
    let people = totals.people.count();
    if people < least {
        return Err(Fault::new(
            format!("一共只有 {people} 人，少于 {least} 人：什么都不能列出"),
            format!(
                "there are {people} people altogether, fewer than {least}: nothing can be told"
            ),
        ));
    }
    let few = |count: u64| count > 0 && count < least;
    let mut hidden = Hidden { least, ..Hidden::default() };
    let changes = totals.people.changes.iter();
    let winners = changes.clone().map(|change| change.winners).sum();
    let losers = changes.map(|change| change.losers).sum();
    hidden.changes = few(winners) || few(losers);
    let above = |side: usize| totals.people.all_above_limit(side).people;
    hidden.limits = (0..totals.paid.len()).any(|side| few(above(side)));
    let groups = segments::of_people(totals, heads, least);
    hidden.segments = segments::merged(totals, heads, &groups);
    hidden.by_change = by_change(totals, &groups, &hidden);
    hidden.by_limit = by_limit(totals, &groups, &hidden);
    let months = months(totals, heads, least);
    hidden.months.clone_from(&months);
    let of_segment = segments::places(&groups, totals.segments.len());
    hidden.crossed = crossed(heads, &of_segment, &months, least);
    let mut safe = regrouped(totals, &groups, &months);
    safe.people = of_people(&totals.people, &groups, &mut hidden);
    let institutions = totals.institutions.iter().map(|own| {
        let place = of_segment.get(own.segment as usize).copied().flatten();
        let segment = place.and_then(|place| u32::try_from(place).ok());
        Institution { segment: segment.unwrap_or(u32::MAX), ..own.clone() }
    });
    (safe.institutions, hidden.institutions) = places(institutions.collect(), &safe, heads, least);
    Ok((safe, hidden))
}

/// Who gains and loses by groups that have many of the one and the other, or none.
fn by_change(totals: &Totals, groups: &[Group], hidden: &Hidden) -> Vec<(Segment, Change)> {
    let changes = &totals.people.changes;
    let counts = |member: usize| {
        let change = changes.get(member).copied().unwrap_or_default();
        if hidden.changes { Vec::new() } else { vec![change.winners, change.losers] }
    };
    let of = |group: &Group| {
        let sum = group.sum(changes, |sum: &mut Change, part| sum.add(part));
        let people = Change { people: sum.people, ..Change::default() };
        (group.segment.clone(), if hidden.changes { people } else { sum })
    };
    segments::coarser(groups, totals, hidden.least, counts).iter().map(of).collect()
}

/// Who is above a limit by groups of which many are under each policy, or none.
fn by_limit(
    totals: &Totals,
    groups: &[Group],
    hidden: &Hidden,
) -> Vec<(Segment, u64, Vec<AboveLimit>)> {
    let people = &totals.people;
    let counts = |member: usize| {
        let above = people.above_limit.iter().filter(|_| !hidden.limits);
        above.map(|sums| sums.get(member).map_or(0, |sum| sum.people)).collect()
    };
    let of = |group: &Group| {
        let all = group.sum(&people.changes, |sum: &mut Change, part| sum.people += part.people);
        let above = people.above_limit.iter().map(|sums| {
            let sum = group.sum(sums, |sum: &mut AboveLimit, part| sum.add(part));
            if hidden.limits { AboveLimit::default() } else { sum }
        });
        (group.segment.clone(), all.people, above.collect())
    };
    segments::coarser(groups, totals, hidden.least, counts).iter().map(of).collect()
}

/// Months to be put together: those of few people, and at least the next smallest.
fn months(totals: &Totals, heads: &Heads, least: u64) -> Vec<i32> {
    let all = &totals.months;
    let count = |month: &i32| heads.months.get(month).copied().unwrap_or(0);
    let sizes: Vec<u64> = all.iter().map(count).collect();
    parts::small(&sizes, least).into_iter().map(|index| all[index]).collect()
}

/// True if some month has few people of some group.
fn crossed(heads: &Heads, of_segment: &[Option<usize>], together: &[i32], least: u64) -> bool {
    let first = together.first().copied();
    let slot = |month: i32| if together.contains(&month) { first.unwrap_or(month) } else { month };
    // At least so many people: one may have claims of several segments and months.
    let mut cells: BTreeMap<(i32, usize), u64> = BTreeMap::new();
    for ((month, segment), people) in &heads.cells {
        let group = of_segment.get(*segment as usize).copied().flatten();
        let Some(group) = group else { continue };
        let cell = cells.entry((slot(*month), group)).or_default();
        *cell = (*cell).max(*people);
    }
    cells.values().any(|people| *people < least)
}

/// The sums of groups of segments, and of months put together.
fn regrouped(totals: &Totals, groups: &[Group], together: &[i32]) -> Totals {
    let (width, wide) = (totals.segments.len(), groups.len());
    let first = together.first().copied();
    let slot = |month: i32| if together.contains(&month) { first.unwrap_or(month) } else { month };
    let mut months: Vec<i32> = totals.months.iter().map(|month| slot(*month)).collect();
    months.sort_unstable();
    months.dedup();
    let mut claimed = vec![Claimed::default(); months.len() * wide];
    let mut paid = vec![vec![Paid::default(); months.len() * wide]; totals.paid.len()];
    for (index, month) in totals.months.iter().enumerate() {
        let Ok(to) = months.binary_search(&slot(*month)) else { continue };
        for (place, group) in groups.iter().enumerate() {
            let sum = to * wide + place;
            for cell in group.members.iter().map(|member| index * width + member) {
                claimed[sum].add(&totals.claimed[cell]);
                for (sums, parts) in paid.iter_mut().zip(&totals.paid) {
                    sums[sum].add(&parts[cell]);
                }
            }
        }
    }
    Totals {
        segments: groups.iter().map(|group| group.segment.clone()).collect(),
        months,
        claimed,
        paid,
        ..totals.clone()
    }
}

/// What people come to, without what few of them do.
fn of_people(people: &People, groups: &[Group], hidden: &mut Hidden) -> People {
    let least = hidden.least;
    let mut safe = people.clone();
    parts::bins(&mut safe.bins, least);
    for spread in safe.own.iter_mut().chain(&mut safe.received) {
        *spread = Spread::from(parts::wider(spread.clone().into(), least));
    }
    hidden.own_bands = safe.own_bands.iter_mut().map(|bands| cleared(bands, least)).collect();
    (hidden.gained, hidden.lost) = if hidden.changes {
        for band in safe.gained.iter_mut().chain(&mut safe.lost) {
            *band = Counted::default();
        }
        (vec![true; people.gained.len()], vec![true; people.lost.len()])
    } else {
        (cleared(&mut safe.gained, least), cleared(&mut safe.lost, least))
    };
    // Who gains, loses or is above a limit is told by other groups.
    let people = |group: &Group| {
        group.sum(&people.changes, |sum: &mut Change, part| sum.people += part.people)
    };
    safe.changes = groups.iter().map(people).collect();
    for sums in &mut safe.above_limit {
        *sums = vec![AboveLimit::default(); groups.len()];
    }
    safe.most_gained.clear();
    safe.most_lost.clear();
    safe
}

/// Clears bands of few people, and one beside them; which they were. The last of them gets what all of them have
/// together, so that sums over all of them are right.
fn cleared(bands: &mut [Counted], least: u64) -> Vec<bool> {
    let sizes: Vec<u64> = bands.iter().map(|band| band.people).collect();
    let mut hidden = vec![false; bands.len()];
    let (mut together, mut last) = (Counted::default(), None);
    for index in parts::small_bands(&sizes, least) {
        together.add(std::mem::take(&mut bands[index]));
        hidden[index] = true;
        last = Some(index);
    }
    if let Some(band) = last.and_then(|last| bands.get_mut(last)) {
        *band = together;
    }
    hidden
}

/// Institutions of few people become one. Of each level and area the next smallest goes with them, as the sum of the level is
/// told as well.
fn places(
    list: Vec<Institution>,
    safe: &Totals,
    heads: &Heads,
    least: u64,
) -> (Vec<Institution>, usize) {
    let mut of_kind: BTreeMap<[String; 2], Vec<Institution>> = BTreeMap::new();
    for place in list {
        let segment = safe.segments.get(place.segment as usize);
        let of = |division| segment.map_or(String::new(), |of| of.get(division).to_string());
        of_kind.entry([Division::Level, Division::Area].map(of)).or_default().push(place);
    }
    let count = |place: &Institution| heads.institutions.get(&place.number).copied().unwrap_or(0);
    let sides = safe.paid.len();
    let mut rest = Institution {
        number: Hidden::INSTITUTIONS,
        segment: u32::MAX,
        paid: vec![0; sides],
        ..Institution::default()
    };
    let (mut kept, mut merged, mut large) = (Vec::new(), 0, false);
    let mut take = |rest: &mut Institution, place: &Institution| {
        rest.add(place);
        // It is of no segment.
        rest.segment = u32::MAX;
        merged += 1;
    };
    for places in of_kind.into_values() {
        let sizes: Vec<u64> = places.iter().map(count).collect();
        let chosen = parts::small(&sizes, least);
        large |= chosen.iter().any(|index| sizes[*index] >= least);
        for (index, place) in places.into_iter().enumerate() {
            if chosen.contains(&index) {
                take(&mut rest, &place);
            } else {
                kept.push(place);
            }
        }
    }
    // All that were taken may be small, if a level has no others.
    if rest.claims != 0 && !large && !kept.is_empty() {
        let next = (0..kept.len()).min_by_key(|index| count(&kept[*index])).unwrap_or(0);
        let place = kept.remove(next);
        take(&mut rest, &place);
    }
    kept.sort_unstable_by_key(|place| place.number);
    if merged > 0 {
        kept.push(rest);
    }
    (kept, merged)
}
