//! A person-year: events in settlement order, each decided on what the earlier ones left behind.
//!
//! [`fold`] and [`PersonYear`] take full bills; [`fold_claims`] takes claims reduced to what one programme needs and
//! is the inner loop of simulations. Both settle portions with the same code; only for programmes of the commonest
//! shape does the inner loop look everything up beforehand, and a test holds it to the same results.

use crate::adjudicate::{Settlement, adjudicate};
use crate::bill::{Bill, BillId, OrderKey};
use crate::date::Date;
use crate::facts::{Circumstances, Facts, Fund, Wallet};
use crate::money::Fen;
use crate::plain::Plain;
use crate::policy::{Policy, Timeline};
use crate::portion::{self, Site};
use crate::refund::refund;
use crate::refusal::Refusal;
use crate::trace::Untraced;
use crate::year::{Move, Occasion, Year};
use std::collections::BTreeMap;

/// One thing that happens in a person-year.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A bill is settled.
    Settle {
        /// The bill.
        bill: &'a Bill,
        /// Facts as of its service date.
        facts: &'a Facts,
        /// What the accounts hold.
        wallet: &'a Wallet,
    },
    /// A settlement is reversed.
    Reverse {
        /// Names the reversal.
        id: BillId,
        /// Its place in the order.
        order: OrderKey,
        /// The settlement to be reversed; it may also be ordered later, then there is nothing to reverse.
        original: BillId,
    },
    /// Another system (inpatient, chronic …) used up a shared limit.
    Import {
        /// Its place in the order.
        order: OrderKey,
        /// What it used.
        moves: &'a [Move],
    },
}

impl Event<'_> {
    /// Its place in the order of events.
    #[must_use]
    pub const fn order(&self) -> OrderKey {
        match self {
            Event::Settle { bill, .. } => bill.order,
            Event::Reverse { order, .. } | Event::Import { order, .. } => *order,
        }
    }
}

/// What became of an event.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every outcome is a settlement")]
pub enum Outcome {
    /// A settlement, or the negative settlement of a reversal.
    Settled(Settlement),
    /// Limits used elsewhere are noted.
    Imported,
    /// Nothing happened.
    Refused(Refusal),
}

/// One person's benefit year while events come in.
#[derive(Clone, Debug)]
pub struct PersonYear<'a> {
    /// What has accumulated.
    pub year: Year,
    settled: BTreeMap<BillId, Record<'a>>,
}

#[derive(Clone, Debug)]
struct Record<'a> {
    settlement: Settlement,
    bill: &'a Bill,
    facts: &'a Facts,
    reversed: bool,
}

impl<'a> PersonYear<'a> {
    /// An empty year.
    #[must_use]
    pub fn new(timeline: &Timeline, benefit_year: i32) -> PersonYear<'a> {
        PersonYear {
            year: Year::new(benefit_year, &timeline.accumulators),
            settled: BTreeMap::new(),
        }
    }

    /// Decides an event on the year as it stands, and posts it.
    pub fn apply(&mut self, timeline: &Timeline, event: &Event<'a>) -> Outcome {
        let decided = match *event {
            Event::Settle { bill, facts, wallet } => self.settle(timeline, bill, facts, wallet),
            Event::Reverse { id, order, original } => self.reverse(timeline, id, order, original),
            Event::Import { moves, .. } => {
                self.year.post(moves);
                return Outcome::Imported;
            }
        };
        match decided {
            Ok(settlement) => {
                self.year.post(&settlement.moves);
                Outcome::Settled(settlement)
            }
            Err(refusal) => Outcome::Refused(refusal),
        }
    }

    fn settle(
        &mut self,
        timeline: &Timeline,
        bill: &'a Bill,
        facts: &'a Facts,
        wallet: &Wallet,
    ) -> Result<Settlement, Refusal> {
        if self.settled.contains_key(&bill.id) {
            return Err(Refusal::DuplicateBill);
        }
        let policy = timeline.on(bill.service).ok_or(Refusal::NoPolicy)?;
        let settlement = adjudicate(policy, facts, &self.year, wallet, bill)?;
        let record = Record { settlement: settlement.clone(), bill, facts, reversed: false };
        self.settled.insert(bill.id, record);
        Ok(settlement)
    }

    fn reverse(
        &mut self,
        timeline: &Timeline,
        id: BillId,
        order: OrderKey,
        original: BillId,
    ) -> Result<Settlement, Refusal> {
        let record = self.settled.get_mut(&original).ok_or(Refusal::OriginalNotFound)?;
        if record.reversed {
            return Err(Refusal::AlreadyReversed);
        }
        record.reversed = true;
        let policy = timeline.on(record.settlement.service).ok_or(Refusal::NoPolicy)?;
        Ok(refund(policy, &self.year, &record.settlement, record.bill, record.facts, id, order))
    }
}

/// Folds the events of one person in one benefit year, in settlement order whatever the order of the slice.
/// Outcomes stand in the order of the slice.
#[must_use]
pub fn fold(timeline: &Timeline, benefit_year: i32, events: &[Event<'_>]) -> (Year, Vec<Outcome>) {
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|&index| events[index].order());
    let mut person = PersonYear::new(timeline, benefit_year);
    let mut outcomes = vec![Outcome::Imported; events.len()];
    for index in order {
        outcomes[index] = person.apply(timeline, &events[index]);
    }
    (person.year, outcomes)
}

/// An event with what was settled for it at the time.
#[derive(Clone, Debug)]
pub struct Recorded<'a> {
    /// The event, with the facts as they are known now.
    pub event: Event<'a>,
    /// What was settled, if it was.
    pub settled: Option<Settlement>,
}

/// A settlement that would be different today.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Index of the event.
    pub event: usize,
    /// What was settled.
    pub before: Option<Settlement>,
    /// What should have been.
    pub after: Outcome,
    /// after − before, by fund number.
    pub funds: [Fen; 3],
    /// after − before, the person's part.
    pub patient: Fen,
}

/// Folds a person-year again, after a late fact or under a changed policy, and lists what differs, in settlement
/// order. Folding the result again gives no further difference.
#[must_use]
pub fn recalculate(
    timeline: &Timeline,
    benefit_year: i32,
    history: &[Recorded<'_>],
) -> Vec<Difference> {
    let events: Vec<Event<'_>> = history.iter().map(|recorded| recorded.event).collect();
    let (_, outcomes) = fold(timeline, benefit_year, &events);
    let mut differences = Vec::new();
    for (event, (recorded, after)) in history.iter().zip(outcomes).enumerate() {
        let now = if let Outcome::Settled(settlement) = &after { Some(settlement) } else { None };
        let before = recorded.settled.as_ref();
        let by_fund = |fund: Fund| {
            let paid =
                |settlement: Option<&Settlement>| settlement.map_or(Fen::ZERO, |s| s.paid_by(fund));
            paid(now) - paid(before)
        };
        let patient =
            |settlement: Option<&Settlement>| settlement.map_or(Fen::ZERO, Settlement::patient);
        let funds = [by_fund(Fund::Pool), by_fund(Fund::LargeAmount), by_fund(Fund::Subsidy)];
        let patient = patient(now) - patient(before);
        let same_deductible = now.map(|s| s.deductible) == before.map(|s| s.deductible);
        if funds != [Fen::ZERO; 3] || patient != Fen::ZERO || !same_deductible {
            differences.push(Difference {
                event,
                before: recorded.settled.clone(),
                after,
                funds,
                patient,
            });
        }
    }
    differences.sort_by_key(|difference| history[difference.event].event.order());
    differences
}

/// A claim reduced to what one programme needs.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Raw values of the dimensions.
    pub circumstances: Circumstances,
    /// Service date.
    pub day: Date,
    /// In-scope spending.
    pub in_scope: Fen,
}

/// What one claim came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ClaimPaid {
    /// Deductible charged.
    pub deductible: Fen,
    /// By fund number.
    pub funds: [Fen; 3],
}

/// Folds the claims of one person-year through one programme of one policy, in the order given, and hands each
/// result to `paid`.
///
/// # Errors
/// The first claim whose circumstances the programme's tables do not know, with the dimension.
pub fn fold_claims(
    policy: &Policy,
    programme: u16,
    claims: &[Claim],
    year: &mut Year,
    paid: impl FnMut(&Claim, ClaimPaid),
) -> Result<(), (usize, Refusal)> {
    let plain = policy.programmes.get(usize::from(programme)).and_then(|it| Plain::of(policy, it));
    fold_claims_by(policy, programme, plain.as_ref(), claims, year, paid)
}

/// With the programme's plain shape, if it has one and it is to be used.
pub(crate) fn fold_claims_by(
    policy: &Policy,
    programme: u16,
    plain: Option<&Plain<'_>>,
    claims: &[Claim],
    year: &mut Year,
    mut paid: impl FnMut(&Claim, ClaimPaid),
) -> Result<(), (usize, Refusal)> {
    let Some(rules) = policy.programmes.get(usize::from(programme)) else {
        return Err((0, Refusal::NoProgramme));
    };
    let mut site = Site {
        policy,
        index: programme,
        programme: rules,
        circumstances: Circumstances([0; crate::facts::Dim::COUNT]),
        occasion: Occasion { day: Date::MIN, institution: 0, visit: 0 },
        plans_held: 0,
        first_of_bill: true,
    };
    let mut next = 0;
    loop {
        if let Some(plain) = plain {
            next += plain.fold(&claims[next..], year, &mut paid);
        }
        let Some(claim) = claims.get(next) else { return Ok(()) };
        site.circumstances = claim.circumstances;
        site.occasion.day = claim.day;
        site.occasion.visit = next as u128;
        let result = portion::settle(&mut site, claim.in_scope, |_| Fen::ZERO, year, &mut Untraced)
            .map_err(|refusal| (next, refusal))?;
        paid(claim, ClaimPaid { deductible: result.deductible, funds: result.funds });
        next += 1;
    }
}
