//! The people of one shard: what has accumulated for each, and the settlements that a reversal will ask
//! for. Settles one entry at a time, in the order in which they are handed in.

use std::collections::{HashMap, HashSet};

use kernel::policy::PlanChange;
use kernel::year::Cell;
use kernel::{
    Bill, BillId, Facts, Fen, OrderKey, Policy, Refusal, Settlement, Timeline, Trace, Wallet, Year,
    adjudicate_traced,
};

use super::packed::Unpacked;
use crate::bills::EntryContent;
use crate::names::{Mixer, name_of};
use crate::results::{Citations, Settled, Totals};

/// Names of bills.
pub type Names = HashSet<u128, Mixer>;

/// The regions, in the order of their numbers.
pub type Regions<'a> = &'a [(&'a str, &'a Timeline)];

/// A settlement and everything it was made from.
#[derive(Debug)]
pub struct Made<'a> {
    /// Its row.
    pub row: Settled<'a>,
    /// The bill; of a reversal, the one it takes back.
    pub bill: &'a Bill,
    /// The facts; of a reversal, those of the original.
    pub facts: &'a Facts,
    /// Why; a reversal has none of its own.
    pub trace: Option<&'a Trace>,
}

/// The people of one shard.
pub struct People<'a> {
    regions: Regions<'a>,
    /// Bills that some reversal takes back.
    reversed: &'a Names,
    /// The latest person-year made for each person.
    latest: HashMap<u128, u32, Mixer>,
    years: Vec<PersonYear>,
    kept: HashMap<u128, Kept, Mixer>,
    citations: Citations,
    /// Sums of what was settled, by region number.
    pub totals: Vec<Totals>,
}

struct PersonYear {
    year: Year,
    region: u16,
    plans_held: u32,
    /// The one made before for the same person, or [`NONE`].
    earlier: u32,
}

const NONE: u32 = u32::MAX;

/// A settlement that will be reversed.
struct Kept {
    person: u128,
    region: u16,
    settlement: Settlement,
    bill: Bill,
    facts: Facts,
    citation: u32,
    reversed: bool,
}

impl<'a> People<'a> {
    /// Nobody yet.
    #[must_use]
    pub fn new(regions: Regions<'a>, reversed: &'a Names) -> People<'a> {
        People {
            regions,
            reversed,
            latest: HashMap::default(),
            years: Vec::new(),
            kept: HashMap::default(),
            citations: Citations::default(),
            totals: vec![Totals::default(); regions.len()],
        }
    }

    /// Settles an entry and hands the result to `made`.
    ///
    /// # Errors
    /// The reason why nothing was settled.
    pub fn settle(
        &mut self,
        entry: &mut Unpacked<'_>,
        made: impl FnOnce(&Made<'_>),
    ) -> Result<(), Refusal> {
        let Unpacked { number, person, position, at, content } = entry;
        let who = Who { number, person, name: name_of(person) };
        match content {
            EntryContent::Bill { region, bill, facts, wallet } => {
                self.bill(&who, *region, bill, facts, wallet, made)
            }
            EntryContent::Reversal(original) => {
                self.reversal(&who, original, OrderKey { at: *at, serial: *position }, made)
            }
        }
    }

    fn bill(
        &mut self,
        who: &Who<'_>,
        region: u16,
        bill: &Bill,
        facts: &mut Facts,
        wallet: &Wallet,
        made: impl FnOnce(&Made<'_>),
    ) -> Result<(), Refusal> {
        let (code, timeline) = self.regions[usize::from(region)];
        let (policy, policy_number) = policy_on(timeline, region, bill)?;
        let benefit_year = policy.benefit_year.of(bill.service);
        let place = self.place(who.name, region, benefit_year);
        let person = &mut self.years[place];
        if policy.plan_change == PlanChange::Highest && facts.plan.0 < 32 {
            person.plans_held |= 1 << facts.plan.0;
            facts.plans_held = person.plans_held;
        }
        let (settlement, trace) = adjudicate_traced(policy, facts, &person.year, wallet, bill)?;
        person.year.post(&settlement.moves);
        self.totals[usize::from(region)].add(&settlement, false);
        let citation = self.citations.of(policy_number, policy, &settlement, &trace);
        let row = Settled {
            number: who.number,
            person: who.person,
            region: code,
            reverses: None,
            at: bill.order.at,
            settlement: &settlement,
            policy,
            citation: self.citations.get(citation),
        };
        made(&Made { row, bill, facts, trace: Some(&trace) });
        if self.reversed.contains(&bill.id.0) {
            let (person, bill, facts) = (who.name, bill.clone(), facts.clone());
            let name = bill.id.0;
            let kept = Kept { person, region, settlement, facts, citation, reversed: false, bill };
            self.kept.insert(name, kept);
        }
        Ok(())
    }

    fn reversal(
        &mut self,
        who: &Who<'_>,
        original: &str,
        order: OrderKey,
        made: impl FnOnce(&Made<'_>),
    ) -> Result<(), Refusal> {
        let kept = self.kept.get_mut(&name_of(original));
        let kept = kept.filter(|kept| kept.person == who.name);
        let kept = kept.ok_or(Refusal::OriginalNotFound)?;
        if kept.reversed {
            return Err(Refusal::AlreadyReversed);
        }
        let region = usize::from(kept.region);
        let (code, timeline) = self.regions[region];
        let (policy, _) = policy_on(timeline, kept.region, &kept.bill)?;
        kept.reversed = true;
        let latest = self.latest.get(&who.name).copied().unwrap_or(NONE);
        let place = find(&self.years, latest, kept.region, kept.settlement.benefit_year);
        let year = &mut self.years[place.ok_or(Refusal::OriginalNotFound)?].year;
        let id = BillId(name_of(who.number));
        let Kept { settlement, bill, facts, citation, .. } = &*kept;
        let refund = kernel::refund(policy, year, settlement, bill, facts, id, order);
        year.post(&refund.moves);
        self.totals[region].add(&refund, true);
        let row = Settled {
            number: who.number,
            person: who.person,
            region: code,
            reverses: Some(original),
            at: order.at,
            settlement: &refund,
            policy,
            citation: self.citations.get(*citation),
        };
        made(&Made { row, bill, facts, trace: None });
        Ok(())
    }

    /// Where the person's year stands; an empty one is made.
    #[inline]
    fn place(&mut self, person: u128, region: u16, benefit_year: i32) -> usize {
        let People { latest, years, regions, .. } = self;
        let latest = latest.entry(person).or_insert(NONE);
        find(years, *latest, region, benefit_year).unwrap_or_else(|| {
            let accumulators = &regions[usize::from(region)].1.accumulators;
            let year = Year::new(benefit_year, accumulators);
            let place = years.len();
            years.push(PersonYear { year, region, plans_held: 0, earlier: *latest });
            *latest = u32::try_from(place).unwrap_or(NONE);
            place
        })
    }

    /// Looks at the years of these people, so that they are at hand when their bills are settled: many
    /// slow reads at once instead of one after the other.
    pub fn fetch(&self, people: impl Iterator<Item = u128>, places: &mut Vec<u32>) {
        places.clear();
        places.extend(people.map(|person| self.latest.get(&person).copied().unwrap_or(NONE)));
        let years = places.iter().filter_map(|place| self.years.get(*place as usize));
        let seen: Fen = years.map(|person| person.year.get(Cell::Dense(0))).sum();
        std::hint::black_box(seen);
    }
}

/// The person-year of this region and benefit year, from the latest one back.
#[inline]
fn find(years: &[PersonYear], latest: u32, region: u16, benefit_year: i32) -> Option<usize> {
    let mut place = latest;
    while let Some(person) = years.get(place as usize) {
        if person.region == region && person.year.benefit_year == benefit_year {
            return usize::try_from(place).ok();
        }
        place = person.earlier;
    }
    None
}

/// Whose bill.
struct Who<'a> {
    number: &'a str,
    person: &'a str,
    name: u128,
}

/// The policy of a bill, and a number that tells it from all others.
fn policy_on<'a>(
    timeline: &'a Timeline,
    region: u16,
    bill: &Bill,
) -> Result<(&'a Policy, u32), Refusal> {
    let index = timeline.index_on(bill.service).ok_or(Refusal::NoPolicy)?;
    let policy = &timeline.policies[index];
    let index = u32::try_from(index).unwrap_or(u32::MAX);
    Ok((policy, u32::from(region) << 16 | index))
}
