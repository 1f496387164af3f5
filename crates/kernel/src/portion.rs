//! One portion of a bill: the in-scope spending of one programme, from own-account-first and deductible through
//! bands and limits to the funds that pay. The single bill and the fold run this same code.
//!
//! Order of decisions: own account first, deductible, limits on spending, bands and shares, limits on payment (own
//! ones first). All accumulators are read as they stand before the portion and moved at its end.

use crate::facts::{Circumstances, Dim, Fund, clamped};
use crate::money::{Fen, Rate};
use crate::policy::{
    Above, AccountMoney, Accumulator, AccumulatorId, BandBasis, DeductibleBasis, LimitBasis,
    LimitUse, Policy, Programme,
};
use crate::refusal::Refusal;
use crate::trace::{Sink, Step, StepKind};
use crate::year::{Accumulate, Cell, Occasion, cell_of};

/// What a portion came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paid {
    /// Taken from the own account before the deductible.
    pub(crate) own_first: Fen,
    /// Deductible charged.
    pub(crate) deductible: Fen,
    /// Share of the last band that paid.
    pub(crate) rate: Rate,
    /// By fund number.
    pub(crate) funds: [Fen; 3],
    /// Spending behind the money that went to another fund or programme; never paid for twice.
    diverted: Fen,
}

/// Where a portion stands: the law, the programme, the circumstances.
pub(crate) struct Site<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) index: u16,
    pub(crate) programme: &'a Programme,
    pub(crate) circumstances: Circumstances,
    pub(crate) occasion: Occasion,
    /// The plans of the year, where the policy takes the highest limit of the year.
    pub(crate) plans_held: u32,
    /// No earlier portion of the bill belongs to the programme: the bill counts as a visit now.
    pub(crate) first_of_bill: bool,
}

impl Site<'_> {
    /// What has accumulated for this occasion.
    #[inline]
    pub(crate) fn amount<A: Accumulate>(&self, year: &A, id: AccumulatorId) -> Fen {
        let accumulator = &self.policy.accumulators[usize::from(id.0)];
        match accumulator.whole_year() {
            Some(cell) => year.amount(cell),
            None => year.amount(self.cell_apart(accumulator, id)),
        }
    }

    #[inline]
    pub(crate) fn move_by<A: Accumulate>(&self, year: &mut A, id: AccumulatorId, by: Fen) {
        let accumulator = &self.policy.accumulators[usize::from(id.0)];
        match accumulator.whole_year() {
            Some(cell) => year.move_by(id, cell, by),
            None => year.move_by(id, self.cell_apart(accumulator, id), by),
        }
    }

    /// The cell of an accumulator that is not kept in one place for the whole year.
    #[inline(never)]
    fn cell_apart(&self, accumulator: &Accumulator, id: AccumulatorId) -> Cell {
        let benefit_year = self.policy.benefit_year;
        cell_of(accumulator, id, benefit_year, &self.circumstances, &self.occasion)
    }

    fn step(&self, kind: StepKind) -> Step {
        Step { programme: Some(self.index), ..Step::new(kind) }
    }

    /// The amount of a limit, with the best plan of the year where the policy says so.
    #[inline]
    fn limit_amount(&self, limit: &LimitUse, cell: usize) -> Fen {
        let amount = limit.amount[cell];
        if self.plans_held == 0 { amount } else { self.best_limit_amount(limit, amount) }
    }

    fn best_limit_amount(&self, limit: &LimitUse, amount: Fen) -> Fen {
        let mut best = amount;
        for plan in (0..32).filter(|plan| self.plans_held >> plan & 1 == 1) {
            let mut circumstances = self.circumstances;
            circumstances.set(Dim::Plan, plan);
            if let Ok(cell) = self.programme.axes.cell(&circumstances) {
                best = best.max(limit.amount[cell]);
            }
        }
        best
    }
}

/// Settles one portion and moves the accumulators.
#[inline]
pub(crate) fn settle<A: Accumulate, S: Sink>(
    site: &mut Site<'_>,
    in_scope: Fen,
    own_balance: impl FnOnce(AccountMoney) -> Fen,
    year: &mut A,
    sink: &mut S,
) -> Result<Paid, Refusal> {
    let programme = site.programme;
    if let Some(visits) = programme.visits {
        site.move_by(year, visits, Fen::new(i64::from(site.first_of_bill)));
        let number = i32::try_from(site.amount(year, visits).get()).unwrap_or(i32::MAX);
        site.circumstances.set(Dim::Visit, clamped(number));
    }
    let cell = programme.axes.cell(&site.circumstances).map_err(Refusal::FactMissing)?;
    let mut paid = Paid::default();
    let mut spending = in_scope;

    if let Some((money, cite)) = programme.own_account_first {
        paid.own_first = spending.min(own_balance(money));
        spending -= paid.own_first;
        sink.step(|| Step {
            from: in_scope,
            amount: paid.own_first,
            cite,
            ..site.step(StepKind::OwnAccountFirst)
        });
    }
    paid.deductible = charge_deductible(site, cell, spending, year, sink);
    let covered = limit_spending(site, cell, spending, paid.deductible, year, sink);
    let payment = share(site, cell, covered, &mut paid.rate, year, sink);
    if let Some(accumulator) = programme.unlimited_payment {
        site.move_by(year, accumulator, payment);
    }
    limit_payment(site, cell, payment, covered, &mut paid, year, sink);
    if let Some(accumulator) = programme.covered {
        site.move_by(year, accumulator, covered);
    }
    if let (BandBasis::Payment, Some(accumulator)) =
        (programme.bands.basis, programme.bands.position)
    {
        site.move_by(year, accumulator, paid.funds[0] + paid.funds[1] + paid.funds[2]);
    }
    Ok(paid)
}

/// Payments of this portion by the funds of a set.
#[inline]
fn covered_payment(funds: u8, paid: &Paid) -> Fen {
    let mut sum = Fen::ZERO;
    for (number, amount) in paid.funds.iter().enumerate() {
        if funds >> number & 1 == 1 {
            sum += *amount;
        }
    }
    sum
}

#[inline]
fn charge_deductible<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    cell: usize,
    spending: Fen,
    year: &mut A,
    sink: &mut S,
) -> Fen {
    let Some(deductible) = &site.programme.deductible else { return Fen::ZERO };
    let met = site.amount(year, deductible.accumulator);
    let table = deductible.amount[cell];
    let mut due = spending.min(table.room(met));
    if let Some(ceiling) = &deductible.ceiling {
        let (met, table) = (site.amount(year, ceiling.accumulator), ceiling.amount[cell]);
        let bounded = due.min(table.room(met));
        sink.step(|| Step {
            from: due,
            amount: bounded,
            table,
            before: met,
            after: met + bounded,
            cite: ceiling.cite[cell],
            ..site.step(StepKind::DeductibleCeiling)
        });
        due = bounded;
        site.move_by(year, ceiling.accumulator, due);
    }
    let moved = match deductible.basis {
        DeductibleBasis::Paid => due,
        DeductibleBasis::Spending => spending,
    };
    sink.step(|| Step {
        from: spending,
        amount: due,
        table,
        before: met,
        after: met + moved,
        cite: deductible.cite[cell],
        ..site.step(StepKind::Deductible)
    });
    site.move_by(year, deductible.accumulator, moved);
    due
}

/// Spending above the deductible that the limits on spending leave to be shared.
#[inline]
fn limit_spending<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    cell: usize,
    spending: Fen,
    deductible: Fen,
    year: &mut A,
    sink: &mut S,
) -> Fen {
    let mut covered = spending - deductible;
    if site.programme.spending_limits.is_empty() {
        return covered;
    }
    for limit in &site.programme.spending_limits {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        let used = site.amount(year, rule.accumulator);
        let table = site.limit_amount(limit, cell);
        let wanted = covered;
        covered = match rule.basis {
            LimitBasis::InScope => covered.min(spending.min(table.room(used)).room(deductible)),
            _ => covered.min(table.room(used)),
        };
        sink.step(|| Step {
            from: wanted,
            amount: covered,
            table,
            before: used,
            after: used,
            cite: limit.cite[cell],
            ..site.step(StepKind::SpendingLimit(limit.limit))
        });
    }
    for limit in &site.programme.spending_limits {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        let counted = if rule.basis == LimitBasis::InScope { spending } else { covered };
        site.move_by(year, rule.accumulator, counted);
    }
    covered
}

/// Shares of the covered spending, band by band, each rounded once.
#[inline]
fn share<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    cell: usize,
    covered: Fen,
    last_rate: &mut Rate,
    year: &A,
    sink: &mut S,
) -> Fen {
    let bands = &site.programme.bands;
    if let [_] = bands.upto[..]
        && bands.position.is_none()
    {
        let rate = bands.rates[cell];
        let payment = rate.of(covered, site.policy.rounding);
        *last_rate = rate;
        sink.step(|| share_step(site, cell, 0, covered, payment));
        return payment;
    }
    share_over_bands(site, cell, covered, last_rate, year, sink)
}

fn share_step(site: &Site<'_>, cell: usize, band: usize, from: Fen, amount: Fen) -> Step {
    let bands = &site.programme.bands;
    let at = cell * bands.upto.len() + band;
    let kind = StepKind::Share(u16::try_from(band).unwrap_or(u16::MAX));
    Step {
        from,
        amount,
        table: bands.upto[band],
        rate: bands.rates[at],
        cite: bands.cites[at],
        ..site.step(kind)
    }
}

fn share_over_bands<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    cell: usize,
    covered: Fen,
    last_rate: &mut Rate,
    year: &A,
    sink: &mut S,
) -> Fen {
    let bands = &site.programme.bands;
    let rounding = site.policy.rounding;
    let mut position =
        bands.position.map_or(Fen::ZERO, |accumulator| site.amount(year, accumulator));
    let (mut left, mut payment) = (covered, Fen::ZERO);
    for (band, &upto) in bands.upto.iter().enumerate() {
        let room = upto.room(position);
        if room == Fen::ZERO || left == Fen::ZERO {
            continue;
        }
        let rate = bands.rates[cell * bands.upto.len() + band];
        let (piece, amount) = match bands.basis {
            BandBasis::Spending => {
                let piece = left.min(room);
                position += piece;
                (piece, rate.of(piece, rounding))
            }
            BandBasis::Payment => {
                let amount = rate.of(left, rounding).min(room);
                position += amount;
                let reached = if amount == room { rate.spending_reaching(amount) } else { None };
                (reached.map_or(left, |spending| spending.min(left)), amount)
            }
        };
        left -= piece;
        payment += amount;
        if amount > Fen::ZERO {
            *last_rate = rate;
        }
        let before = position;
        sink.step(|| Step { before, ..share_step(site, cell, band, piece, amount) });
    }
    if left > Fen::ZERO {
        sink.step(|| Step {
            from: left,
            amount: left,
            cite: bands.cite,
            ..site.step(StepKind::BeyondBands)
        });
    }
    payment
}

/// Takes the payment through every limit, sends excesses where the policy says, and moves the limits' accumulators.
/// `spending` is what the payment is for.
#[inline]
fn limit_payment<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    cell: usize,
    mut payment: Fen,
    spending: Fen,
    paid: &mut Paid,
    year: &mut A,
    sink: &mut S,
) {
    let own_fund = site.programme.fund;
    for limit in &site.programme.payment_limits {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        if !rule.covers(own_fund) {
            continue;
        }
        let table = site.limit_amount(limit, cell);
        let used = site.amount(year, rule.accumulator);
        let wanted = payment;
        payment = wanted.min(table.room(used + covered_payment(rule.funds, paid)));
        sink.step(|| Step {
            from: wanted,
            amount: payment,
            table,
            before: used,
            after: used + payment + covered_payment(rule.funds, paid),
            cite: limit.cite[cell],
            ..site.step(StepKind::PaymentLimit(limit.limit))
        });
        if payment < wanted {
            let excess = Excess { amount: wanted - payment, kept: payment, spending };
            divert(site, rule.above, &excess, cell, paid, year, sink);
        }
    }
    paid.funds[own_fund as usize] += payment;
    for limit in &site.programme.payment_limits {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        site.move_by(year, rule.accumulator, covered_payment(rule.funds, paid));
    }
}

/// Money that a limit cut off, what is left of the payment, and the spending it was all for.
struct Excess {
    amount: Fen,
    kept: Fen,
    spending: Fen,
}

/// Sends the excess over a limit where the policy says: to nobody, to another fund, or to another programme. Spending
/// that is still paid for, or was sent on before, is not sent again.
fn divert<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    above: Above,
    excess: &Excess,
    cell: usize,
    paid: &mut Paid,
    year: &mut A,
    sink: &mut S,
) {
    let unpaid = excess.spending - excess.kept - paid.diverted;
    let behind = paid.rate.spending_behind(excess.amount).min(unpaid);
    match above {
        Above::Patient => {}
        Above::Programme(next) => {
            paid.diverted += behind;
            year.redirect(next, behind);
            sink.step(|| Step {
                from: excess.amount,
                amount: behind,
                ..site.step(StepKind::OtherProgramme(next))
            });
        }
        Above::Payer { fund, share, limit, cite } => {
            let wanted = share.map_or(excess.amount, |rate| rate.of(behind, site.policy.rounding));
            let (table, before, room) =
                room_of_other_payer(site, fund, limit, excess.kept, cell, paid, year);
            let amount = wanted.min(room);
            paid.funds[fund as usize] += amount;
            paid.diverted += if share.is_some() { behind } else { excess.amount };
            sink.step(|| Step {
                from: excess.amount,
                amount,
                table,
                before,
                after: before + amount,
                rate: share.unwrap_or(paid.rate),
                cite,
                ..site.step(StepKind::OtherPayer(fund))
            });
        }
    }
}

/// The table and use of the limit named for another payer, and what every limit that covers its fund leaves it.
fn room_of_other_payer<A: Accumulate>(
    site: &Site<'_>,
    fund: Fund,
    named: Option<u16>,
    kept: Fen,
    cell: usize,
    paid: &Paid,
    year: &A,
) -> (Fen, Fen, Fen) {
    let (mut table, mut before, mut room) = (Fen::UNLIMITED, Fen::ZERO, Fen::UNLIMITED);
    for limit in &site.programme.payment_limits {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        if !rule.covers(fund) {
            continue;
        }
        let flowing = if rule.covers(site.programme.fund) { kept } else { Fen::ZERO };
        let used = site.amount(year, rule.accumulator) + covered_payment(rule.funds, paid);
        let amount = site.limit_amount(limit, cell);
        room = room.min(amount.room(used + flowing));
        if named == Some(limit.limit) {
            (table, before) = (amount, used);
        }
    }
    (table, before, room)
}

/// 定额: `min(in scope, fixed amount)` of an item, inside the limits that cover the programme.
pub(crate) fn settle_fixed_fee<A: Accumulate, S: Sink>(
    site: &Site<'_>,
    item: crate::facts::Item,
    in_scope: Fen,
    year: &mut A,
    sink: &mut S,
) -> Result<Paid, Refusal> {
    let cell = site.programme.axes.cell(&site.circumstances).map_err(Refusal::FactMissing)?;
    let mut paid = Paid { rate: Rate::ONE, ..Paid::default() };
    if let Some(fee) = site.programme.fixed_fees.iter().find(|fee| fee.item == item) {
        let table = fee.amount[cell];
        let amount = in_scope.min(table);
        sink.step(|| Step {
            from: in_scope,
            amount,
            table,
            cite: fee.cite[cell],
            ..site.step(StepKind::FixedFee)
        });
        limit_payment(site, cell, amount, in_scope, &mut paid, year, sink);
    }
    Ok(paid)
}
