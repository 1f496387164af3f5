//! The policy read word by word: one bill, settled by looking through everything settled before.

use std::collections::VecDeque;

use super::super::money::{Fen, Rate, WHOLE, half_up, least_spending_paying, share_of};
use super::super::person_year::{
    Channel, Date, Fund, History, Paid, Place, Portion, ProgrammePaid, Settled, Venue, Visit,
};
use super::conditions::{Facts, all_hold, total_of, value_of};
use super::{
    Above, BandBasis, Benefit, Change, Deductible, DeductibleBasis, Limit, LimitBasis, Period,
    PharmacyLevel, SharedCost, Spec,
};

impl Spec {
    pub(crate) fn settle(&self, history: &History, visit: &Visit) -> Settled {
        if visit.reverses.is_some() {
            return history.reversal(visit);
        }
        if !self.covers(visit) {
            return Settled::nothing_paid(visit);
        }
        let level = self.settlement_level(visit);
        let mut bill = Bill { spec: self, history, visit, level, done: Vec::new() };
        // What a programme hands on is settled after everything the bill itself asks for.
        let mut waiting = VecDeque::from(visit.portions.clone());
        while let Some(portion) = waiting.pop_front() {
            if let Some((paid, handed_on)) = bill.settle_portion(portion) {
                bill.done.push(paid);
                waiting.extend(handed_on);
            }
        }
        bill.close()
    }

    fn covers(&self, visit: &Visit) -> bool {
        let here = (visit.place, visit.channel);
        let here = here == (Place::Local, Channel::Direct) || self.offsite.contains(&here);
        let sold = visit.venue != Venue::Pharmacy
            || self.pharmacy.covered
                && (visit.prescription.is_some() || !self.pharmacy.prescription_required);
        here && sold
    }

    fn settlement_level(&self, visit: &Visit) -> u8 {
        match (visit.venue, self.pharmacy.level) {
            (Venue::Pharmacy, PharmacyLevel::Fixed(level)) => level,
            (Venue::Pharmacy, PharmacyLevel::Prescriber) => {
                visit.prescription.unwrap_or(visit.level)
            }
            _ => visit.level,
        }
    }

    /// The year is named after the calendar year it begins in.
    fn benefit_year(&self, date: Date) -> i32 {
        if date.month >= self.year_starts_in { date.year } else { date.year - 1 }
    }

    /// The programmes that fill the accumulator this programme's deductible is met from.
    fn sharing_deductible(&self, programme: usize) -> Vec<usize> {
        let owner = |of: usize| {
            let deductible = self.shared_cost(of)?.deductible.as_ref()?;
            Some(deductible.shared_with.unwrap_or(of))
        };
        let all = 0..self.programmes.len();
        all.filter(|other| owner(*other).is_some() && owner(*other) == owner(programme)).collect()
    }

    /// Its own first, then the shared ones.
    fn limits_on<'a>(&'a self, cost: &'a SharedCost, programme: usize) -> Vec<&'a Limit> {
        let shared = self.shared_limits.iter();
        let shared = shared.filter(|limit| limit.programmes.contains(&programme));
        cost.limits.iter().chain(shared).collect()
    }
}

/// A bill half-way through: its past, and what its earlier portions came to.
struct Bill<'a> {
    spec: &'a Spec,
    history: &'a History,
    visit: &'a Visit,
    level: u8,
    done: Vec<ProgrammePaid>,
}

/// A fund payment on its way through the limits.
struct Flow {
    from: Fund,
    /// What `from` would still pay.
    flowing: Fen,
    spending: Fen,
    /// The rate of the last band that paid.
    rate: Rate,
    /// Spending that other payers and programmes have taken over.
    taken: Fen,
    diverted: Vec<(Fund, Fen)>,
    handed_on: Vec<Portion>,
}

impl Flow {
    /// One portion for each programme, however many limits hand something on to it.
    fn hand_on(&mut self, programme: usize, in_scope: Fen) {
        match self.handed_on.iter_mut().find(|portion| portion.programme == programme) {
            Some(portion) => portion.in_scope += in_scope,
            None if in_scope > 0 => self.handed_on.push(Portion { programme, in_scope }),
            None => {}
        }
    }
}

impl Bill<'_> {
    fn settle_portion(&self, portion: Portion) -> Option<(ProgrammePaid, Vec<Portion>)> {
        let programme = &self.spec.programmes[portion.programme];
        let blocked = programme.blocked_for_inpatients && self.visit.inpatient;
        let lacking = programme.requires_chosen && !self.visit.chosen
            || programme.requires_contract && !self.visit.contract;
        if blocked || lacking {
            return None;
        }
        let facts = self.facts(portion.programme);
        let mut paid = ProgrammePaid {
            programme: portion.programme,
            level: self.level,
            in_scope: portion.in_scope,
            deductible: 0,
            above_deductible: 0,
            pool: 0,
            large_amount: 0,
            subsidy: 0,
        };
        let cost = match &programme.benefit {
            Benefit::Shared(cost) => cost,
            Benefit::FixedFee(amount) => {
                paid.pool = portion.in_scope.min(value_of(amount, &facts));
                return Some((paid, Vec::new()));
            }
        };
        let limits = self.spec.limits_on(cost, portion.programme);
        paid.deductible = self.deductible(cost, portion, &facts);
        paid.above_deductible = self.let_through(&limits, portion, paid.deductible, &facts);
        let (flowing, rate) = self.share(cost, portion.programme, paid.above_deductible, &facts);
        let flow = Flow {
            from: programme.pays,
            flowing,
            spending: paid.above_deductible,
            rate,
            taken: 0,
            diverted: Vec::new(),
            handed_on: Vec::new(),
        };
        let flow = self.bound(flow, &limits, portion.programme, &facts);
        paid.add(flow.from, flow.flowing);
        for (fund, amount) in flow.diverted {
            paid.add(fund, amount);
        }
        Some((paid, flow.handed_on))
    }

    fn deductible(&self, cost: &SharedCost, portion: Portion, facts: &Facts) -> Fen {
        let Some(deductible) = &cost.deductible else { return 0 };
        let threshold = value_of(&deductible.amount, facts);
        let threshold = (threshold - total_of(&deductible.reduce, facts)).max(0);
        let programmes = self.spec.sharing_deductible(portion.programme);
        let mut due = (threshold - self.met(deductible, &programmes)).max(0);
        if let Some(ceiling) = &deductible.ceiling {
            let asked = self.total(deductible.period, false, &programmes, |paid| paid.deductible);
            due = due.min((value_of(ceiling, facts) - asked).max(0));
        }
        due.min(portion.in_scope)
    }

    fn met(&self, deductible: &Deductible, programmes: &[usize]) -> Fen {
        self.total(deductible.period, deductible.per_level, programmes, |paid| {
            match deductible.basis {
                DeductibleBasis::Paid => paid.deductible,
                DeductibleBasis::Spending => paid.in_scope,
            }
        })
    }

    /// The spending above the deductible, inside the limits on spending.
    fn let_through(&self, limits: &[&Limit], of: Portion, deductible: Fen, facts: &Facts) -> Fen {
        let mut through = of.in_scope - deductible;
        for limit in limits {
            let Some(room) = self.room(limit, facts, &[]) else { continue };
            match limit.basis {
                LimitBasis::Payment => {}
                LimitBasis::InScope => {
                    through = through.min((of.in_scope.min(room) - deductible).max(0));
                }
                LimitBasis::AboveDeductible => through = through.min(room),
            }
        }
        through
    }

    /// What the funds would pay without limits, and the rate of the last band that paid.
    fn share(&self, cost: &SharedCost, programme: usize, spent: Fen, facts: &Facts) -> (Fen, Rate) {
        let Some(bands) = &cost.bands else {
            let rate = rate_of(cost, facts);
            return (share_of(spent, rate), rate);
        };
        let mut position =
            self.total(Period::BenefitYear, false, &[programme], |paid| match bands.basis {
                BandBasis::Spending => paid.above_deductible,
                BandBasis::Payment => Fund::ALL.map(|fund| paid.by(fund)).iter().sum(),
            });
        let boundaries = bands.upto.iter().map(|upto| Some(*upto));
        let boundaries = boundaries.chain(bands.open.then_some(None));
        let (mut left, mut payment, mut last_rate) = (spent, 0, 0);
        for (index, upto) in boundaries.enumerate() {
            let room = upto.map(|upto| upto - position);
            if left == 0 || room.is_some_and(|room| room <= 0) {
                continue;
            }
            let rate = rate_of(cost, &Facts { band: index + 1, ..*facts });
            let (consumed, paid) = match bands.basis {
                BandBasis::Spending => spend_in_band(left, room, rate),
                BandBasis::Payment => pay_in_band(left, room, rate),
            };
            position += match bands.basis {
                BandBasis::Spending => consumed,
                BandBasis::Payment => paid,
            };
            left -= consumed;
            payment += paid;
            if paid > 0 {
                last_rate = rate;
            }
        }
        (payment, last_rate)
    }

    /// Limits over several funds bound the payment before any limit of one fund splits it.
    fn bound(&self, mut flow: Flow, limits: &[&Limit], programme: usize, facts: &Facts) -> Flow {
        let on_payment = |limit: &&&Limit| {
            limit.basis == LimitBasis::Payment && limit.funds.contains(&flow.from)
        };
        let (of_one, of_several): (Vec<&Limit>, Vec<&Limit>) =
            limits.iter().filter(on_payment).partition(|limit| limit.funds.len() == 1);
        for limit in of_several.into_iter().chain(of_one) {
            let Some(room) = self.room(limit, facts, &self.diverted(limit, programme, &flow))
            else {
                continue;
            };
            let kept = flow.flowing.min(room);
            let excess = flow.flowing - kept;
            flow.flowing = kept;
            if excess > 0 {
                self.divert(&mut flow, excess, limit.above, programme, facts);
            }
        }
        flow
    }

    fn divert(&self, flow: &mut Flow, excess: Fen, above: Above, programme: usize, facts: &Facts) {
        // A later band may pay less than the excess was paid at: never more than the bill leaves.
        let left = flow.spending - flow.flowing - flow.taken;
        let behind = (excess * WHOLE / flow.rate).min(left);
        match above {
            Above::Patient => {}
            Above::Programme(other) => {
                flow.taken += behind;
                flow.hand_on(other, behind);
            }
            Above::Payer { fund, share, limit } => {
                flow.taken += if share.is_some() { behind } else { excess };
                let mut amount = share.map_or(excess, |share| share_of(behind, share));
                if let Some(limit) = limit.map(|index| &self.spec.shared_limits[index]) {
                    let diverted = self.diverted(limit, programme, flow);
                    let room = self.room(limit, facts, &diverted);
                    amount = room.map_or(amount, |room| amount.min(room));
                }
                flow.diverted.push((fund, amount));
            }
        }
    }

    /// What this very portion already diverts, as far as the limit counts this programme.
    fn diverted(&self, limit: &Limit, programme: usize, flow: &Flow) -> Vec<(Fund, Fen)> {
        if limit.programmes.contains(&programme) { flow.diverted.clone() } else { Vec::new() }
    }

    /// None: unlimited.
    fn room(&self, limit: &Limit, facts: &Facts, diverted: &[(Fund, Fen)]) -> Option<Fen> {
        let mut amount = value_of(limit.amount.as_ref()?, facts);
        if let Some(first_year) = &limit.first_year {
            amount = share_of(amount, value_of(first_year, facts));
        }
        let mut used = self.total(limit.period, limit.per_level, &limit.programmes, |paid| {
            match limit.basis {
                LimitBasis::Payment => limit.funds.iter().map(|fund| paid.by(*fund)).sum(),
                LimitBasis::InScope => paid.in_scope,
                LimitBasis::AboveDeductible => paid.above_deductible,
            }
        });
        used += self.imported(limit);
        for (fund, amount) in diverted {
            if limit.funds.contains(fund) {
                used += amount;
            }
        }
        Some((amount - used).max(0))
    }

    fn imported(&self, limit: &Limit) -> Fen {
        let this_year = self.spec.benefit_year(self.visit.date);
        let imported = self.history.imported.iter();
        let imported = imported.filter(|import| {
            import.limit == limit.name && self.spec.benefit_year(import.on) == this_year
        });
        imported.map(|import| import.used).sum()
    }

    /// Adds up what the programmes recorded in the period, this bill's earlier portions included.
    fn total(
        &self,
        period: Period,
        this_level_only: bool,
        programmes: &[usize],
        amount: impl Fn(&ProgrammePaid) -> Fen,
    ) -> Fen {
        let earlier = self.history.standing().filter(|settled| self.within(period, &settled.visit));
        let recorded = earlier.flat_map(|settled| &settled.portions).chain(&self.done);
        let counted = recorded.filter(|paid| {
            programmes.contains(&paid.programme) && (!this_level_only || paid.level == self.level)
        });
        counted.map(amount).sum()
    }

    fn within(&self, period: Period, earlier: &Visit) -> bool {
        let quarter = |date: Date| (date.year, (date.month - 1) / 3);
        let (then, now) = (earlier.date, self.visit.date);
        match period {
            Period::BenefitYear => self.spec.benefit_year(then) == self.spec.benefit_year(now),
            Period::Quarter => quarter(then) == quarter(now),
            Period::Month => (then.year, then.month) == (now.year, now.month),
            Period::Visit => earlier.id == self.visit.id,
            Period::DayInstitution => then == now && earlier.institution == self.visit.institution,
        }
    }

    fn facts(&self, programme: usize) -> Facts<'_> {
        let earlier = self.history.standing().filter(|settled| {
            self.within(Period::BenefitYear, &settled.visit)
                && settled.portions.iter().any(|paid| paid.programme == programme)
        });
        let visit_number = u32::try_from(earlier.count()).expect("a few visits") + 1;
        Facts { visit: self.visit, level: self.level, visit_number, band: 1 }
    }

    fn close(self) -> Settled {
        let sum = |amount: fn(&ProgrammePaid) -> Fen| self.done.iter().map(amount).sum::<Fen>();
        let mut paid = Paid {
            deductible: sum(|paid| paid.deductible),
            pool: sum(|paid| paid.pool),
            large_amount: sum(|paid| paid.large_amount),
            subsidy: sum(|paid| paid.subsidy),
            patient: 0,
        };
        paid.patient = self.visit.total() - paid.funds();
        Settled { visit: self.visit.clone(), paid, portions: self.done }
    }
}

fn rate_of(cost: &SharedCost, facts: &Facts) -> Rate {
    let mut rate = value_of(&cost.rate, facts);
    for adjust in &cost.adjust {
        if all_hold(&adjust.when, facts) {
            rate = match adjust.change {
                Change::Points(points) => rate + points,
                Change::Times(times) => half_up(rate * times, WHOLE),
            };
        }
    }
    rate.clamp(0, WHOLE)
}

/// Spending consumed and payment made, in a band bounded by spending.
fn spend_in_band(left: Fen, room: Option<Fen>, rate: Rate) -> (Fen, Fen) {
    let consumed = room.map_or(left, |room| left.min(room));
    (consumed, share_of(consumed, rate))
}

/// Spending consumed and payment made, in a band bounded by payment.
fn pay_in_band(left: Fen, room: Option<Fen>, rate: Rate) -> (Fen, Fen) {
    match room {
        Some(room) if share_of(left, rate) >= room => (least_spending_paying(room, rate), room),
        _ => (left, share_of(left, rate)),
    }
}
