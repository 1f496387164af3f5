//! 多卡集中使用: people who settle at the same place within minutes of each other again and again, more often than chance can
//! explain ([`super::chance`]), connected to groups. Two who are bound as a family are no pair: they may well come together.
//!
//! Counted for a pair are days, so one busy morning counts once. Only people with enough settlements at the place are looked
//! at, so what is kept in memory is bounded by one place's regular customers.

use super::chance::Traffic;
use super::finding::{Concerned, Draft, Side};
use super::known::{Basis, Known, Limit};
use super::place::{Local, Seen};
use super::rules::{Found, Rule};
use crate::facts::{self, believed, of_kind};
use crate::reason::Refused;
use kernel::{Fen, Moment};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{PersonKey, Wants};

/// The most names that the words give.
const NAMED: usize = 12;

/// The thresholds.
struct Limits {
    /// Milliseconds.
    window: i64,
    occasions: u64,
    people: usize,
    /// Millionths.
    chance: u128,
    basis: Basis,
}

impl Limits {
    fn of(known: &Known<'_>) -> Option<Limits> {
        let limit = |name| known.limit(name, known.span.to);
        let (minutes, occasions) = (limit("ring.minutes")?, limit("ring.occasions")?);
        let (people, chance) = (limit("ring.people")?, limit("ring.chance")?);
        let basis = minutes.basis.clone().and(&occasions.basis).and(&people.basis);
        let positive = |limit: &Limit| u64::try_from(limit.value).unwrap_or(0);
        Some(Limits {
            window: minutes.value.saturating_mul(60_000),
            occasions: positive(&occasions).max(1),
            people: usize::try_from(people.value).unwrap_or(usize::MAX).max(2),
            chance: u128::from(positive(&chance)),
            basis: basis.and(&chance.basis),
        })
    }
}

pub(super) fn check(rule: &Rule, known: &Known<'_>, local: &Local) -> Found {
    let Some(limits) = Limits::of(known).filter(|_| !local.internet) else {
        return Ok(Vec::new());
    };
    let pairs = without_families(known, local, pairs(local, &limits))?;
    let mut found = Vec::new();
    for group in groups(&pairs).into_iter().filter(|group| group.len() >= limits.people) {
        let claims = together(local, &group, limits.window);
        let days: BTreeSet<_> = claims.iter().map(|seen| Moment(seen.at).date()).collect();
        let names: Vec<&str> = group.iter().map(|who| &*local.people[*who]).collect();
        let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join("、");
        let more = if names.len() > NAMED { "等" } else { "" };
        let paid: i64 = claims.iter().map(|seen| seen.fund + seen.account).sum();
        let words = format!(
            "{}：{shown}{more}共{}人在{}天内反复相隔{}分钟以内在此结算{}次，基金和账户支付{}元；偶然出现的期望不足百万分之{}对",
            known.institution(&local.institution),
            names.len(),
            days.len(),
            limits.window / 60_000,
            claims.len(),
            Fen::new(paid),
            limits.chance,
        );
        let first = names.iter().min().copied().unwrap_or_default();
        let draft = Draft {
            side: Side::Institution,
            party: &local.institution,
            key: &format!("{} {first}", known.span),
            words,
            claims: claims.iter().map(|seen| concerned(local, seen)).collect(),
            basis: limits.basis.clone(),
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}

/// Pairs that come together on more days than chance explains, the smaller number first.
fn pairs(local: &Local, limits: &Limits) -> BTreeSet<(usize, usize)> {
    let mut visits = vec![0_u64; local.people.len()];
    local.seen.iter().for_each(|seen| visits[seen.who] += 1);
    let times: Vec<i64> = local.seen.iter().map(|seen| seen.at).collect();
    let traffic = Traffic::of(&times, limits.window);
    let regular: Vec<&Seen> =
        local.seen.iter().filter(|seen| visits[seen.who] >= limits.occasions).collect();
    // Days together, and the last of them.
    let mut met: HashMap<(usize, usize), (u64, i32)> = HashMap::new();
    let mut from = 0;
    for (place, seen) in regular.iter().enumerate() {
        while regular[from].at < seen.at - limits.window {
            from += 1;
        }
        let day = Moment(seen.at).date().days();
        for other in regular[from..place].iter().filter(|other| other.who != seen.who) {
            let pair = (seen.who.min(other.who), seen.who.max(other.who));
            let (days, last) = met.entry(pair).or_insert((0, i32::MIN));
            if *last != day {
                (*days, *last) = (*days + 1, day);
            }
        }
    }
    let people = visits.iter().filter(|count| **count >= limits.occasions).count() as u64;
    let all = people * people.saturating_sub(1) / 2;
    let unlikely = |(a, b): (usize, usize), days: u64| {
        let by_chance = traffic.by_chance((visits[a], visits[b]), days, all);
        by_chance.is_some_and(|millionths| millionths <= limits.chance)
    };
    let often = met.into_iter().filter(|(_, (days, _))| *days >= limits.occasions);
    often.filter(|(pair, (days, _))| unlikely(*pair, *days)).map(|(pair, _)| pair).collect()
}

/// Leaves out pairs of whom one pays for the other.
fn without_families(
    known: &Known<'_>,
    local: &Local,
    mut pairs: BTreeSet<(usize, usize)>,
) -> Result<BTreeSet<(usize, usize)>, Refused> {
    if pairs.is_empty() {
        return Ok(pairs);
    }
    let who: BTreeSet<usize> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let key = |who: &usize| PersonKey { area: known.area, person: local.people[*who].clone() };
    let people = who.iter().map(key).collect();
    let files = known.store.read(&Wants { people, ..Wants::default() })?.files;
    let pays = |payer: usize, person: usize| {
        files.get(&key(&person)).is_some_and(|file| {
            let mut bound = of_kind(file, facts::FAMILY).iter();
            bound.any(|fact| believed(fact, known.now) && fact.other == local.people[payer])
        })
    };
    pairs.retain(|(a, b)| !pays(*a, *b) && !pays(*b, *a));
    Ok(pairs)
}

/// Connected people, each group in order.
fn groups(pairs: &BTreeSet<(usize, usize)>) -> Vec<BTreeSet<usize>> {
    let mut next: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (a, b) in pairs {
        next.entry(*a).or_default().push(*b);
        next.entry(*b).or_default().push(*a);
    }
    let mut groups = Vec::new();
    while let Some(start) = next.keys().next().copied() {
        let (mut group, mut waiting) = (BTreeSet::new(), vec![start]);
        while let Some(who) = waiting.pop() {
            if group.insert(who) {
                waiting.extend(next.remove(&who).unwrap_or_default());
            }
        }
        groups.push(group);
    }
    groups
}

/// The settlements of a group within the window of another's.
fn together<'a>(local: &'a Local, group: &BTreeSet<usize>, window: i64) -> Vec<&'a Seen> {
    let own: Vec<&Seen> = local.seen.iter().filter(|seen| group.contains(&seen.who)).collect();
    let near = |place: usize, seen: &Seen| {
        let close = |other: &&Seen| (other.at - seen.at).abs() <= window;
        let before = own[..place].iter().rev().copied().take_while(close);
        let after = own[place + 1..].iter().copied().take_while(close);
        before.chain(after).any(|other| other.who != seen.who)
    };
    own.iter()
        .enumerate()
        .filter(|(place, seen)| near(*place, seen))
        .map(|(_, seen)| *seen)
        .collect()
}

fn concerned(local: &Local, seen: &Seen) -> Concerned {
    Concerned {
        entry: seen.id,
        person: local.people[seen.who].clone(),
        institution: local.institution.clone(),
        at: Moment(seen.at).to_string().into(),
        item: Arc::default(),
        total: seen.total,
        fund: seen.fund,
        account: seen.account,
    }
}
