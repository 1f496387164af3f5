//! Counts what people come to under each policy, against the first.

use super::{Came, Statuses};
use crate::claims::Claims;
use crate::fused::{Each, LANES};
use std::ops::Range;

/// Sums of a pass for people of one status, by lane.
#[derive(Clone, Copy, Default)]
struct Lanes {
    deductible: [u64; LANES],
    paid: [u64; LANES],
    paid_people: [u64; LANES],
    winners: [u64; LANES],
    losers: [u64; LANES],
    gain: [u64; LANES],
    loss: [u64; LANES],
}

/// Counts; one for each thread.
pub(super) struct Count<'a> {
    statuses: &'a Statuses,
    /// The first person of the batch.
    base: usize,
    /// By person of the batch: the status.
    status: Vec<u8>,
    /// By person of the batch: paid by all funds under the first policy, fen.
    before: Vec<i64>,
    /// By pass, then by status.
    lanes: Vec<Lanes>,
    /// By policy, then by status: people who did not take part in passes.
    ones: Vec<Vec<Came>>,
    people: Vec<u64>,
}

impl<'a> Count<'a> {
    pub(super) fn new(statuses: &'a Statuses, policies: usize) -> Count<'a> {
        let width = statuses.names.len();
        Count {
            statuses,
            base: 0,
            status: Vec::new(),
            before: Vec::new(),
            lanes: vec![Lanes::default(); policies.div_ceil(LANES) * width],
            ones: vec![vec![Came::default(); width]; policies],
            people: vec![0; width],
        }
    }

    /// A batch of people comes next.
    pub(super) fn begin(&mut self, claims: &Claims, people: Range<usize>) {
        self.base = people.start;
        self.status.clear();
        self.before.clear();
        self.before.resize(people.len(), 0);
        for person in people {
            let last = claims.rows_of(person).next_back();
            let profile = last.and_then(|row| claims.profile.get(row)).copied().unwrap_or(0);
            let status = self.statuses.of_profile.get(profile as usize).copied().unwrap_or(0);
            self.status.push(status);
            self.people[usize::from(status)] += 1;
        }
    }

    pub(super) fn people(&self) -> Vec<u64> {
        self.people.clone()
    }

    /// By policy, then by status; `fund` says from which fund a policy pays in passes.
    pub(super) fn came(self, fund: impl Fn(usize) -> usize) -> Vec<Vec<Came>> {
        let width = self.statuses.names.len();
        let mut came = self.ones;
        for (policy, sums) in came.iter_mut().enumerate() {
            let (pass, lane) = (policy / LANES, policy % LANES);
            for (sum, lanes) in sums.iter_mut().zip(self.lanes.iter().skip(pass * width)) {
                let mut part = Came {
                    deductible: lanes.deductible[lane].cast_signed(),
                    paid_people: lanes.paid_people[lane],
                    winners: lanes.winners[lane],
                    losers: lanes.losers[lane],
                    gain: lanes.gain[lane].cast_signed(),
                    loss: lanes.loss[lane].cast_signed(),
                    ..Came::default()
                };
                if let Some(place) = part.funds.get_mut(fund(policy)) {
                    *place = lanes.paid[lane].cast_signed();
                }
                sum.add(&part);
            }
        }
        came
    }
}

impl Each for Count<'_> {
    #[inline]
    fn pass(
        &mut self,
        person: usize,
        first: usize,
        deductible: &[u64; LANES],
        paid: &[u64; LANES],
    ) {
        let of = person - self.base;
        if first == 0 {
            self.before[of] = paid[0].cast_signed();
        }
        let before = self.before[of].cast_unsigned();
        let width = self.statuses.names.len();
        let sums = &mut self.lanes[first / LANES * width + usize::from(self.status[of])];
        for lane in 0..LANES {
            // Sums of people's years: far below 2^63 fen.
            let more = paid[lane].saturating_sub(before);
            let less = before.saturating_sub(paid[lane]);
            let sum = |sum: &mut u64, by: u64| *sum = sum.wrapping_add(by);
            sum(&mut sums.deductible[lane], deductible[lane]);
            sum(&mut sums.paid[lane], paid[lane]);
            sum(&mut sums.gain[lane], more);
            sum(&mut sums.loss[lane], less);
            sum(&mut sums.paid_people[lane], u64::from(paid[lane] != 0));
            sum(&mut sums.winners[lane], u64::from(more != 0));
            sum(&mut sums.losers[lane], u64::from(less != 0));
        }
    }

    fn one(&mut self, person: usize, policy: usize, deductible: i64, funds: [i64; 3]) {
        let of = person - self.base;
        let paid: i64 = funds.iter().sum();
        if policy == 0 {
            self.before[of] = paid;
        }
        let difference = paid - self.before[of];
        self.ones[policy][usize::from(self.status[of])].add(&Came {
            deductible,
            funds,
            paid_people: u64::from(paid > 0),
            winners: u64::from(difference > 0),
            losers: u64::from(difference < 0),
            gain: difference.max(0),
            loss: -difference.min(0),
        });
    }
}
