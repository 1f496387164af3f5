//! The policy read word by word: one bill, settled by looking through everything settled before.

use std::collections::VecDeque;

use super::super::money::{Fen, Rate, WHOLE, half_up, least_spending_paying, share_of};
use super::super::person_year::{
    Channel, Date, Fund, History, Line, Paid, Place, ProgrammePaid, Settled, Venue, Visit,
};
use super::conditions::{Condition, Facts, Row, all_hold, total_of, value_of};
use super::{
    Above, AccountMoney, BandBasis, Benefit, Change, Deductible, DeductibleBasis, DiseaseRoute,
    Limit, LimitBasis, Per, Period, PharmacyLevel, PlanChange, Route, SharedCost, Spec,
};

/// The in-scope spending of a bill that belongs to one programme.
#[derive(Clone, Copy, Debug)]
struct Portion {
    programme: usize,
    /// None where the programme treats all diseases alike.
    disease: Option<usize>,
    in_scope: Fen,
}

impl Spec {
    pub(crate) fn settle(&self, history: &History, visit: &Visit) -> Settled {
        if visit.reverses.is_some() {
            return history.reversal(visit);
        }
        if !self.covers(visit) {
            return Settled::nothing_paid(visit);
        }
        let mut bill = Bill::new(self, history, visit);
        // What a programme hands on is settled after everything the bill itself asks for.
        let mut waiting = VecDeque::from(self.portions(visit));
        while let Some(portion) = waiting.pop_front() {
            if let Some((paid, handed_on)) = bill.settle_portion(portion) {
                bill.done.push(paid);
                waiting.extend(handed_on);
            }
        }
        bill.close()
    }

    /// One for each programme, or for each of its diseases; lowest first.
    fn portions(&self, visit: &Visit) -> Vec<Portion> {
        let mut portions: Vec<Portion> = Vec::new();
        for line in &visit.lines {
            let disease = line.disease.or(visit.disease);
            let takes = |programme: &usize| self.takes(*programme, visit, line, disease);
            let Some(programme) = (0..self.programmes.len()).find(takes) else { continue };
            let disease = disease.filter(|_| self.tells_diseases_apart(programme));
            let same = |portion: &&mut Portion| {
                (portion.programme, portion.disease) == (programme, disease)
            };
            match portions.iter_mut().find(same) {
                Some(portion) => portion.in_scope += line.in_scope,
                None => portions.push(Portion { programme, disease, in_scope: line.in_scope }),
            }
        }
        portions.sort_by_key(|portion| (portion.programme, portion.disease));
        portions
    }

    fn takes(&self, programme: usize, visit: &Visit, line: &Line, of: Option<usize>) -> bool {
        let programme = &self.programmes[programme];
        let filed = of.is_some_and(|disease| visit.filings.contains(&disease));
        let routed = |route: &Route| {
            let disease = match &route.disease {
                None => true,
                Some(DiseaseRoute::Any) => of.is_some(),
                Some(DiseaseRoute::OneOf(some)) => of.is_some_and(|of| some.contains(&of)),
            };
            let category = route.categories.as_ref().is_none_or(|c| c.contains(&visit.category));
            route.item == line.item && category && disease
        };
        programme.routes.iter().any(routed) && (filed || !programme.filing_required)
    }

    /// Whether anything the programme states or is limited by depends on the disease.
    fn tells_diseases_apart(&self, programme: usize) -> bool {
        let speaks_of_disease =
            |when: &Vec<Condition>| when.iter().any(|c| matches!(c, Condition::Disease(_)));
        let by_row = |rows: &[Row]| rows.iter().any(|row| speaks_of_disease(&row.when));
        let by_limit = |limit: &&Limit| {
            let rows = limit.amount.iter().chain(&limit.first_year);
            limit.per == Per::Disease || rows.flatten().any(|row| speaks_of_disease(&row.when))
        };
        let by_deductible = |deductible: &Deductible| {
            deductible.per == Per::Disease
                || by_row(&deductible.amount)
                || by_row(&deductible.reduce)
                || deductible.ceiling.as_ref().is_some_and(|rows| by_row(rows))
        };
        let by_benefit = match &self.programmes[programme].benefit {
            Benefit::FixedFee(fee) => by_row(&fee.amount),
            Benefit::Shared(cost) => {
                by_row(&cost.rate)
                    || cost.adjust.iter().any(|adjust| speaks_of_disease(&adjust.when))
                    || cost.deductible.as_ref().is_some_and(by_deductible)
            }
        };
        by_benefit || self.limits_on(programme).iter().any(by_limit)
    }

    /// Limits on payment that some portion of the bill used up further than they allow.
    pub(super) fn exceeded(&self, history: &History, settled: &Settled) -> Vec<&Limit> {
        let mut exceeded = Vec::new();
        let after = |portions: usize| Bill {
            done: settled.portions[..portions].to_vec(),
            ..Bill::new(self, history, &settled.visit)
        };
        for (index, paid) in settled.portions.iter().enumerate() {
            let ProgrammePaid { programme, disease, in_scope, .. } = *paid;
            let (before, after) = (after(index), after(index + 1));
            let facts = before.facts(Portion { programme, disease, in_scope });
            for limit in self.limits_on(programme) {
                let most =
                    before.most(limit, &facts).filter(|_| limit.basis == LimitBasis::Payment);
                let most = most.map(|most| most.max(before.used(limit, &facts)));
                if most.is_some_and(|most| after.used(limit, &facts) > most) {
                    exceeded.push(limit);
                }
            }
        }
        exceeded
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
    pub(super) fn limits_on(&self, programme: usize) -> Vec<&Limit> {
        let own = match &self.programmes[programme].benefit {
            Benefit::FixedFee(fee) => &fee.limits,
            Benefit::Shared(cost) => &cost.limits,
        };
        let shared = self.shared_limits.iter();
        let shared = shared.filter(|limit| limit.programmes.contains(&programme));
        own.iter().chain(shared).collect()
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
    /// What is handed on is spent on the disease of the portion, or of the visit.
    disease: Option<usize>,
}

impl Flow {
    /// One portion for each programme, however many limits hand something on to it.
    fn hand_on(&mut self, programme: usize, in_scope: Fen) {
        match self.handed_on.iter_mut().find(|portion| portion.programme == programme) {
            Some(portion) => portion.in_scope += in_scope,
            None if in_scope > 0 => {
                self.handed_on.push(Portion { programme, disease: self.disease, in_scope });
            }
            None => {}
        }
    }
}

impl<'a> Bill<'a> {
    fn new(spec: &'a Spec, history: &'a History, visit: &'a Visit) -> Self {
        Self { spec, history, visit, level: spec.settlement_level(visit), done: Vec::new() }
    }

    fn settle_portion(&self, mut portion: Portion) -> Option<(ProgrammePaid, Vec<Portion>)> {
        let programme = &self.spec.programmes[portion.programme];
        let blocked = programme.blocked_for_inpatients && self.visit.inpatient;
        let lacking = programme.requires_chosen && !self.visit.chosen
            || programme.requires_contract && !self.visit.contract;
        if blocked || lacking {
            return None;
        }
        let own_first = self.own_first(portion);
        portion.in_scope -= own_first;
        let facts = self.facts(portion);
        let limits = self.spec.limits_on(portion.programme);
        let mut paid = ProgrammePaid {
            programme: portion.programme,
            level: self.level,
            disease: portion.disease,
            own_first,
            in_scope: portion.in_scope,
            deductible: 0,
            above_deductible: 0,
            pool: 0,
            large_amount: 0,
            subsidy: 0,
        };
        let (spending, flowing, rate) = match &programme.benefit {
            // Limits take what a fixed fee pays as the whole of some spending.
            Benefit::FixedFee(fee) => {
                let fixed = value_of(&fee.amount, &facts);
                (portion.in_scope, portion.in_scope.min(fixed), WHOLE)
            }
            Benefit::Shared(cost) => {
                paid.deductible = self.deductible(cost, portion, &facts);
                paid.above_deductible = self.let_through(&limits, portion, paid.deductible, &facts);
                let (flowing, rate) = self.share(cost, paid.above_deductible, &facts, portion);
                (paid.above_deductible, flowing, rate)
            }
        };
        let flow = Flow {
            from: programme.pays,
            flowing,
            spending,
            rate,
            taken: 0,
            diverted: Vec::new(),
            handed_on: Vec::new(),
            disease: portion.disease.or(self.visit.disease),
        };
        let flow = self.bound(flow, &limits, portion.programme, &facts);
        paid.add(flow.from, flow.flowing);
        for (fund, amount) in flow.diverted {
            paid.add(fund, amount);
        }
        Some((paid, flow.handed_on))
    }

    /// What the own account still holds and pays before anything else; this year's money goes first.
    fn own_first(&self, portion: Portion) -> Fen {
        let cost = self.spec.shared_cost(portion.programme);
        let Some(money) = cost.and_then(|cost| cost.own_account_first) else { return 0 };
        let (mut current, mut earlier) = (self.visit.own_current, self.visit.own_earlier);
        for paid in &self.done {
            let from_current = paid.own_first.min(current);
            current -= from_current;
            earlier -= paid.own_first - from_current;
        }
        portion.in_scope.min(match money {
            AccountMoney::CurrentYear => current,
            AccountMoney::All => current + earlier,
        })
    }

    fn deductible(&self, cost: &SharedCost, portion: Portion, facts: &Facts) -> Fen {
        let Some(deductible) = &cost.deductible else { return 0 };
        let threshold = value_of(&deductible.amount, facts);
        let threshold = (threshold - total_of(&deductible.reduce, facts)).max(0);
        let programmes = self.spec.sharing_deductible(portion.programme);
        let met = self.total(deductible.period, deductible.per, &programmes, facts, |paid| {
            match deductible.basis {
                DeductibleBasis::Paid => paid.deductible,
                DeductibleBasis::Spending => paid.in_scope,
            }
        });
        let mut due = (threshold - met).max(0);
        if let Some(ceiling) = &deductible.ceiling {
            let asked =
                self.total(deductible.period, Per::None, &programmes, facts, |p| p.deductible);
            due = due.min((value_of(ceiling, facts) - asked).max(0));
        }
        due.min(portion.in_scope)
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
    fn share(
        &self,
        cost: &SharedCost,
        spent: Fen,
        facts: &Facts,
        Portion { programme, .. }: Portion,
    ) -> (Fen, Rate) {
        let share_of = |amount, rate| self.spec.rounding.share_of(amount, rate);
        let Some(bands) = &cost.bands else {
            let rate = rate_of(cost, facts);
            return (share_of(spent, rate), rate);
        };
        let mut position =
            self.total(Period::BenefitYear, Per::None, &[programme], facts, |paid| {
                match bands.basis {
                    BandBasis::Spending => paid.above_deductible,
                    BandBasis::Payment => Fund::ALL.map(|fund| paid.by(fund)).iter().sum(),
                }
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
                BandBasis::Spending => {
                    let consumed = room.map_or(left, |room| left.min(room));
                    (consumed, share_of(consumed, rate))
                }
                BandBasis::Payment => match room {
                    Some(room) if share_of(left, rate) >= room => {
                        (least_spending_paying(room, rate).min(left), room)
                    }
                    _ => (left, share_of(left, rate)),
                },
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
            let Some(room) = self.room(limit, facts, &flow.diverted) else { continue };
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
            Above::Payer { fund, share, .. } => {
                let wanted =
                    share.map_or(excess, |share| self.spec.rounding.share_of(behind, share));
                let room = self.room_of_other_payer(fund, flow, programme, facts);
                flow.taken += if share.is_some() { behind } else { excess };
                flow.diverted.push((fund, room.map_or(wanted, |room| wanted.min(room))));
            }
        }
    }

    /// What every limit that covers the payer leaves, beside what its own fund still pays.
    fn room_of_other_payer(
        &self,
        payer: Fund,
        flow: &Flow,
        programme: usize,
        facts: &Facts,
    ) -> Option<Fen> {
        let limits = self.spec.limits_on(programme).into_iter();
        let covering = limits
            .filter(|limit| limit.basis == LimitBasis::Payment && limit.funds.contains(&payer));
        let rooms = covering.filter_map(|limit| {
            let mut already = flow.diverted.clone();
            already.push((flow.from, flow.flowing));
            self.room(limit, facts, &already)
        });
        rooms.min()
    }

    /// What is left beside what this very portion already pays. None: unlimited.
    fn room(&self, limit: &Limit, facts: &Facts, already: &[(Fund, Fen)]) -> Option<Fen> {
        let mut left = self.most(limit, facts)? - self.used(limit, facts);
        for (fund, amount) in already {
            if limit.funds.contains(fund) {
                left -= amount;
            }
        }
        Some(left.max(0))
    }

    fn used(&self, limit: &Limit, facts: &Facts) -> Fen {
        let used =
            self.total(limit.period, limit.per, &limit.programmes, facts, |paid| {
                match limit.basis {
                    LimitBasis::Payment => limit.funds.iter().map(|fund| paid.by(*fund)).sum(),
                    LimitBasis::InScope => paid.in_scope,
                    LimitBasis::AboveDeductible => paid.above_deductible,
                }
            });
        used + self.imported(limit)
    }

    /// The limit's amount, for the best plan of the year if the policy says so.
    fn most(&self, limit: &Limit, facts: &Facts) -> Option<Fen> {
        let amount = limit.amount.as_ref()?;
        let under = |plan: usize| {
            let visit = Visit { plan, ..self.visit.clone() };
            let facts = Facts { visit: &visit, ..*facts };
            let most = value_of(amount, &facts);
            limit.first_year.as_ref().map_or(most, |part| share_of(most, value_of(part, &facts)))
        };
        match self.spec.plan_change {
            PlanChange::Current => Some(under(self.visit.plan)),
            PlanChange::Highest => self.visit.plans_held.iter().map(|plan| under(*plan)).max(),
        }
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
        per: Per,
        programmes: &[usize],
        facts: &Facts,
        amount: impl Fn(&ProgrammePaid) -> Fen,
    ) -> Fen {
        let earlier = self.history.standing().filter(|settled| self.within(period, &settled.visit));
        let recorded = earlier.flat_map(|settled| &settled.portions).chain(&self.done);
        let counted = recorded.filter(|paid| {
            programmes.contains(&paid.programme)
                && match per {
                    Per::None => true,
                    Per::Level => paid.level == facts.level,
                    Per::Disease => paid.disease == facts.disease,
                }
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

    fn facts(&self, portion: Portion) -> Facts<'_> {
        let earlier = self.history.standing().filter(|settled| {
            self.within(Period::BenefitYear, &settled.visit)
                && settled.portions.iter().any(|paid| paid.programme == portion.programme)
        });
        let visit_number = u32::try_from(earlier.count()).expect("a few visits") + 1;
        let disease = portion.disease;
        Facts { visit: self.visit, level: self.level, disease, visit_number, band: 1 }
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
