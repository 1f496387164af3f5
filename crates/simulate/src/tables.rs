//! A policy compiled for the profiles of some claims: one entry for each stretch of time and profile, in which everything
//! that does not depend on what has accumulated is already decided.
//!
//! An entry takes the shape that most claims have: one programme with at most a deductible, one open band, and limits on
//! payment that count over the benefit year. What goes further (bands, limits by month, own account first, fixed fees, the
//! number of the visit …) is marked [`Entry::further`] and stands in [`crate::benefit`], from which [`crate::walk`] settles
//! it, as it does parts, reversals and limits used elsewhere. What that does not take is left to [`crate::general`].
//! What is decided, and in which order, is the kernel's to say (`portion`); tests hold all of them to it.

use crate::benefit::{self, Benefits, Portion, limit_amount};
use crate::fault::{Fault, Result};
use crate::ledger::{Place, Stretch};
use crate::profile::{Attribute, Profile};
use crate::template::Template;
use crate::uniform::Uniform;
use kernel::BenefitYear;
use kernel::policy::{
    Above, AccumulatorId, BandBasis, Deadline, DeductibleBasis, Policy, Programme,
};
use kernel::{
    Bill, BillId, Circumstances, Date, Facts, Refusal, Rounding, Standing, Timeline, standing,
};

/// More limits on the programme's own fund go further than an entry.
pub(crate) const LIMITS: usize = 3;

/// What one stretch of a policy makes of the claims of one profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// Deductible, fen.
    pub(crate) deductible: u64,
    /// Share in ten-thousandths.
    pub(crate) rate: u64,
    /// Added to a product before it is divided by 10,000.
    pub(crate) half: u64,
    /// Most the fund pays, fen; unlimited where there is no limit.
    pub(crate) limits: [u64; LIMITS],
    /// The least of them: where all limits are used up alike, the only one that ever bites.
    pub(crate) least: u64,
    /// All ones if spending meets the deductible.
    pub(crate) by_spending: u64,
    /// All ones if what was charged meets the deductible.
    pub(crate) by_charge: u64,
    /// Where the deductible accumulates.
    pub(crate) met: u16,
    /// Where the limits do.
    pub(crate) used: [u16; LIMITS],
    /// The fund, by number.
    pub(crate) fund: u8,
    /// Bit `n`: what limit `n` cuts off does not stay with the patient.
    pub(crate) sends_on: u8,
    /// Where all limits are used up alike: the least of those whose excess is sent on, if it can be reached.
    pub(crate) sending: u64,
    /// Takes more than an entry.
    pub(crate) further: bool,
}

/// All entries that pay accumulate in the same places.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Alike {
    /// The fund, by number.
    pub(crate) fund: u8,
    /// Some excess over a limit may be sent on.
    pub(crate) sends: bool,
}

impl Entry {
    /// Nobody pays, nothing accumulates.
    const NOTHING: Entry = Entry {
        deductible: 0,
        rate: 0,
        half: 0,
        limits: [u64::MAX; LIMITS],
        least: u64::MAX,
        by_spending: 0,
        by_charge: 0,
        met: 0,
        used: [0; LIMITS],
        fund: 0,
        sends_on: 0,
        sending: u64::MAX,
        further: false,
    };

    const FURTHER: Entry = Entry { further: true, ..Entry::NOTHING };

    /// True if a fund may pay.
    fn pays(&self) -> bool {
        *self != Entry::NOTHING && !self.further
    }
}

/// What of a profile [`crate::walk`] asks in one stretch of time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// The portion that its spending enters; [`Portion::NOTHING`] if nothing comes of it.
    pub(crate) portion: u32,
    /// It may come too late.
    pub(crate) paper: bool,
    /// The day on which it was handed in; none: when it was settled.
    pub(crate) submitted: Option<Date>,
    pub(crate) used: Used,
    /// Why no fund pays, as far as the profile and the stretch of time tell.
    pub(crate) withheld: Option<Refusal>,
}

/// Whether rows of a profile are claims.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Used {
    Claim,
    /// Other systems used up a limit; `None`: one that the timeline does not know.
    Elsewhere(Option<Place>),
}

/// A stretch of time in which nothing of the policy changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// First and last day, days since 1970.
    pub(crate) days: (i32, i32),
    pub(crate) benefit_year: BenefitYear,
}

/// A timeline compiled for some profiles.
pub struct Tables<'a> {
    pub(crate) timeline: &'a Timeline,
    pub(crate) templates: Vec<Template>,
    pub(crate) spans: Vec<Span>,
    /// By span, then by profile.
    pub(crate) entries: Vec<Entry>,
    /// As entries: what takes more.
    pub(crate) taken: Vec<Taken>,
    pub(crate) benefits: Benefits,
    /// The shape of most profiles, where it takes more of them than entries that are alike.
    pub(crate) uniform: Option<Uniform>,
    /// Funds that pay by some entry.
    pub(crate) funds: u8,
    /// All entries that pay accumulate in the same places.
    pub(crate) alike: Option<Alike>,
}

impl<'a> Tables<'a> {
    /// Compiles a timeline for profiles.
    ///
    /// # Errors
    /// A profile says something that the region does not know.
    pub fn compile(timeline: &'a Timeline, profiles: &[Profile]) -> Result<Tables<'a>> {
        let vocabulary = &timeline.vocabulary;
        let templates = profiles.iter().map(|profile| Template::of(profile, vocabulary));
        let templates = templates.collect::<Result<Vec<_>>>()?;
        let mut benefits = Benefits::default();
        let mut entries = Vec::with_capacity(timeline.policies.len() * profiles.len());
        let mut taken = Vec::with_capacity(entries.capacity());
        for policy in &timeline.policies {
            for template in &templates {
                let mut compiling = Compiling::of(policy, template, &mut benefits);
                let entry = compiling.entry();
                entries.push(entry.unwrap_or(Entry::FURTHER));
                taken.push(compiling.taken(timeline));
            }
        }
        let spans = timeline.policies.iter().map(|policy| Span {
            days: (policy.from.days(), policy.to.days()),
            benefit_year: policy.benefit_year,
        });
        let funds = entries.iter().filter(|entry| entry.pays());
        let funds = funds.fold(0, |set, entry| set | 1 << entry.fund);
        let alike = alike(&mut entries);
        let by_entry = entries.iter().filter(|entry| alike.is_some() && !entry.further).count();
        // Where the benefit year itself changes its beginning, months may come twice.
        let mut years = timeline.policies.windows(2);
        let one_calendar = years.all(|pair| pair[0].benefit_year == pair[1].benefit_year);
        let uniform = Uniform::of(&taken, &benefits)
            .filter(|uniform| one_calendar && uniform.taken > by_entry);
        let tables = Tables {
            timeline,
            spans: spans.collect(),
            taken,
            benefits,
            uniform,
            funds,
            alike,
            templates,
            entries,
        };
        Ok(tables)
    }

    /// How many profiles there are.
    pub(crate) fn profiles(&self) -> usize {
        self.templates.len()
    }

    /// The span a day lies in.
    pub(crate) fn span_of(&self, day: i32) -> Option<usize> {
        self.spans.iter().position(|span| span.days.0 <= day && day <= span.days.1)
    }

    /// Limits used elsewhere that the policy does not know by these names.
    #[must_use]
    pub fn unknown_limits(&self, profiles: &[Profile]) -> Vec<String> {
        let known = |limit: &str| {
            let name = format!("limit.{limit}");
            self.timeline.accumulators.iter().any(|accumulator| *accumulator.name == *name)
        };
        let named = profiles.iter().map(|profile| profile.get(Attribute::UsedLimit));
        let mut unknown: Vec<String> =
            named.filter(|limit| !limit.is_empty() && !known(limit)).map(str::to_string).collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    }

    /// Refuses what this simulation cannot tell exactly.
    ///
    /// # Errors
    /// The timeline has no policy at all.
    pub fn check(&self) -> Result<()> {
        if self.spans.is_empty() {
            return Err(Fault::new("这个地区没有政策", "the region has no policy"));
        }
        Ok(())
    }
}

/// True if all entries accumulate in the same places. Then every limit is used up by the same payments from zero on, and
/// the least of an entry is the only one that ever bites.
fn alike(entries: &mut [Entry]) -> Option<Alike> {
    let Some(first) = entries.iter().find(|entry| entry.pays()).copied() else {
        return Some(Alike { fund: 0, sends: false });
    };
    let same =
        |entry: &Entry| (entry.met, entry.used, entry.fund) == (first.met, first.used, first.fund);
    if !entries.iter().filter(|entry| entry.pays()).all(same) {
        return None;
    }
    for entry in entries.iter_mut().filter(|entry| entry.pays()) {
        let sends = |limit: usize| entry.sends_on >> limit & 1 == 1;
        let of = |wanted: &dyn Fn(usize) -> bool| {
            (0..LIMITS).filter(|limit| wanted(*limit)).map(|limit| entry.limits[limit]).min()
        };
        let sending = of(&sends).unwrap_or(u64::MAX);
        let first_sending = (0..LIMITS).find(|limit| sends(*limit)).unwrap_or(0);
        let before = of(&|limit| limit < first_sending).unwrap_or(u64::MAX);
        // What a lower limit has cut off before never reaches a higher one.
        entry.sending = if before <= sending { u64::MAX } else { sending };
        entry.least = of(&|_| true).unwrap_or(u64::MAX);
    }
    let sends = entries.iter().any(|entry| entry.sending != u64::MAX);
    Some(Alike { fund: first.fund, sends })
}

/// The slot of a limit that is not there: always empty.
pub(crate) const NO_SLOT: u16 = u16::MAX;

/// One profile under one policy.
struct Compiling<'a, 'b> {
    policy: &'a Policy,
    template: &'a Template,
    facts: Facts,
    bill: Bill,
    standing: Standing,
    into: &'b mut Benefits,
}

impl<'a, 'b> Compiling<'a, 'b> {
    fn of(policy: &'a Policy, template: &'a Template, into: &'b mut Benefits) -> Self {
        let midyear = Date::from_ymd(2000, 6, 30).unwrap_or(policy.from);
        let day = policy.from.max(midyear).min(policy.to);
        let (facts, bill) = (template.facts_on(policy, day), template.bill_on(BillId(0), day));
        let (item, disease) = (template.item, template.disease());
        let standing = standing(policy, &facts, &bill, template.flags, item, disease);
        Compiling { policy, template, facts, bill, standing, into }
    }

    /// What the walk over a person asks.
    fn taken(&mut self, timeline: &Timeline) -> Taken {
        let used = match &self.template.used_limit {
            None => Used::Claim,
            Some(limit) => {
                Used::Elsewhere(self.into.places.of_limit(&timeline.accumulators, limit))
            }
        };
        let portion = match (self.standing.withheld, self.standing.programme) {
            (None, Some(index)) => {
                let (policy, facts, bill) = (self.policy, &self.facts, &self.bill);
                let into = &mut *self.into;
                let mut compiling =
                    benefit::Compiling { policy, facts, bill, into, sent_on: Vec::new() };
                compiling.portion(index, self.standing.circumstances, self.template.item)
            }
            _ => Portion::NOTHING,
        };
        let withheld = match (self.standing.withheld, self.standing.programme) {
            (None, None) => Some(Refusal::NoProgramme),
            (withheld, _) => withheld,
        };
        Taken {
            portion,
            paper: self.template.is_paper(),
            submitted: self.template.submitted,
            used,
            withheld,
        }
    }

    /// The entry; `None` if it takes more.
    fn entry(&mut self) -> Option<Entry> {
        let (policy, template) = (self.policy, self.template);
        let late = template.is_paper()
            && policy.offsite.deadline != Deadline::None
            && !policy.offsite.late_is_paid;
        let half = match policy.rounding {
            Rounding::HalfUp => 5_000,
            Rounding::Down => 0,
            Rounding::HalfEven => return None,
        };
        if late || template.used_limit.is_some() {
            return None;
        }
        let (None, Some(index)) = (self.standing.withheld, self.standing.programme) else {
            return Some(Entry::NOTHING);
        };
        let programme = policy.programmes.get(usize::from(index))?;
        let bands = &programme.bands;
        let more = programme.is_fixed_fee()
            || programme.visits.is_some()
            || programme.own_account_first.is_some()
            || programme.covered.is_some()
            || !programme.spending_limits.is_empty()
            || bands.upto.len() != 1
            || bands.position.is_some() && bands.basis == BandBasis::Payment
            || !kernel::Fen::UNLIMITED.eq(bands.upto.first()?);
        if more {
            return None;
        }
        let circumstances = self.standing.circumstances;
        let cell = programme.axes.cell(&circumstances).ok()?;
        let mut entry = Entry { half, fund: programme.fund as u8, ..Entry::NOTHING };
        entry.rate = u64::try_from(bands.rates.get(cell)?.get()).ok()?;
        entry.used = [NO_SLOT; LIMITS];
        entry.met = NO_SLOT;
        if let Some(deductible) = &programme.deductible {
            if deductible.ceiling.is_some() {
                return None;
            }
            entry.deductible = fen(*deductible.amount.get(cell)?)?;
            entry.met = self.slot(deductible.accumulator, &circumstances)?;
            match deductible.basis {
                DeductibleBasis::Spending => entry.by_spending = u64::MAX,
                DeductibleBasis::Paid => entry.by_charge = u64::MAX,
            }
        }
        self.limits(&mut entry, programme, cell, &circumstances)?;
        Some(entry)
    }

    fn limits(
        &mut self,
        entry: &mut Entry,
        programme: &Programme,
        cell: usize,
        circumstances: &Circumstances,
    ) -> Option<()> {
        let mut count = 0;
        for limit in &programme.payment_limits {
            let rule = self.policy.limits.get(usize::from(limit.limit))?;
            // Nothing uses up the limits of other funds as long as no excess is sent to them.
            if !rule.covers(programme.fund) {
                continue;
            }
            let used = self.slot(rule.accumulator, circumstances)?;
            let apart = used != entry.met && !entry.used[..count].contains(&used);
            if !apart || count == LIMITS {
                return None;
            }
            let axes = &programme.axes;
            let amount = limit_amount(self.policy, &self.facts, axes, limit, circumstances, cell)?;
            entry.limits[count] = fen(amount)?;
            entry.used[count] = used;
            entry.sends_on |= u8::from(rule.above != Above::Patient) << count;
            count += 1;
        }
        Some(())
    }

    /// The slot of an accumulator that is kept over the benefit year, if it is.
    fn slot(&mut self, id: AccumulatorId, circumstances: &Circumstances) -> Option<u16> {
        let place = self.into.places.of(&self.policy.accumulators, id, circumstances)?;
        let slot = u16::try_from(place.cell).ok().filter(|slot| *slot < NO_SLOT);
        slot.filter(|_| place.stretch == Stretch::Year)
    }
}

fn fen(amount: kernel::Fen) -> Option<u64> {
    u64::try_from(amount.get()).ok()
}
