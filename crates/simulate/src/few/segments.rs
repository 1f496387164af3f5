//! Segments of few people put together with others like them: first without regard to age, then also to area, plan, level
//! and status, as far as it takes.

use super::Heads;
use crate::segment::{Division, Segment};
use crate::totals::Totals;

/// What is disregarded, in this order.
const ORDER: [Division; 5] =
    [Division::Age, Division::Area, Division::Plan, Division::Level, Division::Status];

/// Segments that are told as one.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// As it is told.
    pub(super) segment: Segment,
    /// Numbers of its segments.
    pub(super) members: Vec<usize>,
    sizes: Sizes,
}

/// How many people something is told of.
#[derive(Clone, Debug, Default)]
struct Sizes {
    /// Numbers of people of whom nobody is counted twice.
    counts: Vec<u64>,
    /// People with claims: at least so many.
    claimants: u64,
}

impl Sizes {
    fn add(&mut self, other: &Sizes) {
        self.counts.resize(self.counts.len().max(other.counts.len()), 0);
        for (sum, count) in self.counts.iter_mut().zip(&other.counts) {
            *sum += count;
        }
        // The same people may have claims of both.
        self.claimants = self.claimants.max(other.claimants);
    }

    fn all(&self) -> u64 {
        self.claimants.max(self.counts.iter().sum())
    }

    fn are_few(&self, least: u64) -> bool {
        let few = |count: &u64| *count > 0 && *count < least;
        few(&self.claimants) || self.counts.iter().any(few)
    }
}

/// The group of each segment, by their numbers.
pub(super) fn places(groups: &[Group], segments: usize) -> Vec<Option<usize>> {
    let mut places = vec![None; segments];
    for (place, group) in groups.iter().enumerate() {
        for member in &group.members {
            if let Some(of) = places.get_mut(*member) {
                *of = Some(place);
            }
        }
    }
    places
}

/// The groups in which segments are told: each has enough people, by their last claim of the year and with any claim.
pub(super) fn of_people(totals: &Totals, heads: &Heads, least: u64) -> Vec<Group> {
    let single = |(index, segment): (usize, &Segment)| {
        let people = totals.people.changes.get(index).map_or(0, |change| change.people);
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let claimants = heads.segments.get(&number).copied().unwrap_or(0);
        let sizes = Sizes { counts: vec![people], claimants };
        Group { segment: segment.clone(), members: vec![index], sizes }
    };
    together(totals.segments.iter().enumerate().map(single).collect(), totals, least)
}

/// Groups put together further, until none has few people of any of these counts of a segment.
pub(super) fn coarser(
    groups: &[Group],
    totals: &Totals,
    least: u64,
    counts: impl Fn(usize) -> Vec<u64>,
) -> Vec<Group> {
    let again = |group: &Group| {
        let mut sizes = Sizes::default();
        for member in &group.members {
            sizes.add(&Sizes { counts: counts(*member), claimants: 0 });
        }
        Group { sizes, ..group.clone() }
    };
    together(groups.iter().map(again).collect(), totals, least)
}

fn together(mut groups: Vec<Group>, totals: &Totals, least: u64) -> Vec<Group> {
    for end in 1..=ORDER.len() {
        let without = &ORDER[..end];
        let few = groups.iter().filter(|group| group.sizes.are_few(least));
        let mut parents: Vec<Segment> = few.map(|group| group.segment.without(without)).collect();
        parents.sort_unstable();
        parents.dedup();
        for parent in parents {
            pool(&mut groups, &parent, without, least);
        }
    }
    for group in &mut groups {
        let segments: Vec<&Segment> =
            group.members.iter().filter_map(|member| totals.segments.get(*member)).collect();
        group.segment = Segment::shared(&segments);
    }
    groups
}

/// Puts the few under a parent together, and the next smallest under it until they are many.
fn pool(groups: &mut Vec<Group>, parent: &Segment, without: &[Division], least: u64) {
    let under = |group: &Group| group.sizes.all() > 0 && group.segment.is_like(parent, without);
    let taken = |group: &Group| under(group) && group.sizes.are_few(least);
    let mut pooled =
        Group { segment: parent.clone(), members: Vec::new(), sizes: Sizes::default() };
    for group in groups.extract_if(.., |group| taken(group)) {
        pooled.take(group);
    }
    while pooled.sizes.are_few(least) {
        let others = groups.iter().enumerate().filter(|(_, group)| under(group));
        let size = |group: &Group| (group.sizes.all(), group.members.first().copied());
        let Some((next, _)) = others.min_by_key(|(_, group)| size(group)) else { break };
        pooled.take(groups.remove(next));
    }
    groups.push(pooled);
}

impl Group {
    fn take(&mut self, other: Group) {
        self.sizes.add(&other.sizes);
        self.members.extend(other.members);
    }
}

/// How many segments with people were put together, and into how many groups.
pub(super) fn merged(totals: &Totals, heads: &Heads, groups: &[Group]) -> [usize; 2] {
    let has = |member: &&usize| {
        let number = u32::try_from(**member).unwrap_or(u32::MAX);
        heads.segments.contains_key(&number)
            || totals.people.changes.get(**member).is_some_and(|change| change.people > 0)
    };
    let several = groups.iter().filter(|group| group.members.len() > 1);
    let members = several.clone().flat_map(|group| group.members.iter().filter(has)).count();
    [members, several.count()]
}

impl Group {
    /// The sum of something that is by segment.
    pub(super) fn sum<T: Default>(&self, parts: &[T], add: impl Fn(&mut T, &T)) -> T {
        let mut sum = T::default();
        let members = self.members.iter().filter_map(|member| parts.get(*member));
        members.for_each(|part| add(&mut sum, part));
        sum
    }
}
