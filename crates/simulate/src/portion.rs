//! One share of a claim at one programme, with everything looked up ahead: own account first, deductible, limits on spending,
//! bands, limits on payment, and where their excess goes.
//!
//! What is decided, and in which order, is the kernel's to say (its `portion`, function by function); tests hold this to it.

use crate::benefit::{Benefit, Excess, Limited};
use crate::ledger::{Cells, Stretch};
use kernel::policy::AccountMoney;
use kernel::{Fen, Fund, Rate};

/// What a share came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Paid {
    /// Taken from the own account before the deductible.
    pub(crate) own_first: Fen,
    /// Deductible charged.
    pub(crate) deductible: Fen,
    /// By fund number.
    pub(crate) funds: [Fen; 3],
    /// What limits of the benefit year cut off; zero if only spending was.
    pub(crate) cut: Option<Fen>,
    /// Of the last band that paid.
    rate: Rate,
    /// Spending behind the money that went to another fund or programme; never paid for twice.
    diverted: Fen,
}

/// Spending that enters other portions.
pub(crate) type SentOn = Vec<(u32, Fen)>;

/// Settles one share and moves what accumulates.
#[inline]
pub(crate) fn settle(
    benefit: &Benefit,
    in_scope: Fen,
    balance: impl FnOnce(AccountMoney) -> Fen,
    cells: &mut Cells<'_>,
    sent_on: &mut SentOn,
) -> Paid {
    let mut paid = Paid::default();
    if let Some(fixed) = benefit.fixed {
        paid.rate = Rate::ONE;
        limit_payment(benefit, in_scope.min(fixed), in_scope, &mut paid, cells, sent_on);
        return paid;
    }
    let mut spending = in_scope;
    if let Some(money) = benefit.own_first {
        paid.own_first = spending.min(balance(money));
        spending -= paid.own_first;
    }
    paid.deductible = charge_deductible(benefit, spending, cells);
    let mut covered = spending - paid.deductible;
    if !benefit.spending_limits.is_empty() {
        covered = limit_spending(benefit, spending, covered, &mut paid, cells);
    }
    let payment = match (&benefit.bands[..], benefit.position) {
        ([(_, rate)], None) => {
            paid.rate = *rate;
            rate.of(covered, benefit.rounding)
        }
        _ => share_over_bands(benefit, covered, &mut paid.rate, cells),
    };
    limit_payment(benefit, payment, covered, &mut paid, cells, sent_on);
    if let Some(place) = benefit.covered {
        cells.add(place, covered);
    }
    if let (true, Some(place)) = (benefit.by_payment, benefit.position) {
        cells.add(place, paid.funds[0] + paid.funds[1] + paid.funds[2]);
    }
    paid
}

#[inline]
fn charge_deductible(benefit: &Benefit, spending: Fen, cells: &mut Cells<'_>) -> Fen {
    let Some(charge) = &benefit.deductible else { return Fen::ZERO };
    let mut due = spending.min(charge.amount.room(cells.at(charge.met)));
    if let Some((most, place)) = benefit.ceiling {
        due = due.min(most.room(cells.at(place)));
        cells.add(place, due);
    }
    cells.add(charge.met, if charge.by_spending { spending } else { due });
    due
}

/// Spending above the deductible that the limits on spending leave to be shared.
fn limit_spending(
    benefit: &Benefit,
    spending: Fen,
    mut covered: Fen,
    paid: &mut Paid,
    cells: &mut Cells<'_>,
) -> Fen {
    for limit in &benefit.spending_limits {
        let (wanted, room) = (covered, limit.amount.room(cells.at(limit.used)));
        covered = match limit.in_scope {
            true => covered.min(spending.min(room).room(paid.deductible)),
            false => covered.min(room),
        };
        if covered < wanted && limit.used.stretch == Stretch::Year {
            paid.cut = paid.cut.or(Some(Fen::ZERO));
        }
    }
    for limit in &benefit.spending_limits {
        cells.add(limit.used, if limit.in_scope { spending } else { covered });
    }
    covered
}

/// Shares of the covered spending, band by band, each rounded once.
fn share_over_bands(
    benefit: &Benefit,
    covered: Fen,
    last_rate: &mut Rate,
    cells: &Cells<'_>,
) -> Fen {
    let mut position = benefit.position.map_or(Fen::ZERO, |place| cells.at(place));
    let (mut left, mut payment) = (covered, Fen::ZERO);
    for &(upto, rate) in &benefit.bands {
        let room = upto.room(position);
        if room == Fen::ZERO || left == Fen::ZERO {
            continue;
        }
        let (piece, amount) = if benefit.by_payment {
            let amount = rate.of(left, benefit.rounding).min(room);
            position += amount;
            let reached = if amount == room { rate.spending_reaching(amount) } else { None };
            (reached.map_or(left, |spending| spending.min(left)), amount)
        } else {
            let piece = left.min(room);
            position += piece;
            (piece, rate.of(piece, benefit.rounding))
        };
        left -= piece;
        payment += amount;
        if amount > Fen::ZERO {
            *last_rate = rate;
        }
    }
    payment
}

/// Payments of this share by the funds that a limit covers.
#[inline]
fn counted(limit: &Limited, paid: &Paid) -> Fen {
    let of = |fund: usize| if limit.funds >> fund & 1 == 1 { paid.funds[fund] } else { Fen::ZERO };
    of(0) + of(1) + of(2)
}

/// Takes the payment through every limit, sends excesses where the policy says, and moves the limits. `spending` is what
/// the payment is for.
#[inline]
fn limit_payment(
    benefit: &Benefit,
    payment: Fen,
    spending: Fen,
    paid: &mut Paid,
    cells: &mut Cells<'_>,
    sent_on: &mut SentOn,
) {
    if benefit.sends_on {
        return limit_and_send_on(benefit, payment, spending, paid, cells, sent_on);
    }
    let own = || benefit.payment_limits.iter().filter(|limit| limit.own);
    let mut kept = payment;
    for limit in own() {
        let wanted = kept;
        kept = wanted.min(limit.amount.room(cells.at(limit.used)));
        if kept < wanted && limit.used.stretch == Stretch::Year {
            paid.cut = Some(paid.cut.unwrap_or(Fen::ZERO) + wanted - kept);
        }
    }
    paid.funds[benefit.fund as usize] = kept;
    own().for_each(|limit| cells.add(limit.used, kept));
}

/// The same where excess may go to another fund or programme.
fn limit_and_send_on(
    benefit: &Benefit,
    mut payment: Fen,
    spending: Fen,
    paid: &mut Paid,
    cells: &mut Cells<'_>,
    sent_on: &mut SentOn,
) {
    for limit in benefit.payment_limits.iter().filter(|limit| limit.own) {
        let wanted = payment;
        let used = cells.at(limit.used) + counted(limit, paid);
        payment = wanted.min(limit.amount.room(used));
        if payment < wanted {
            if limit.used.stretch == Stretch::Year {
                paid.cut = Some(paid.cut.unwrap_or(Fen::ZERO) + wanted - payment);
            }
            if !matches!(limit.above, Excess::Patient) {
                let cut = Cut { amount: wanted - payment, kept: payment, spending };
                divert(benefit, limit.above, &cut, paid, cells, sent_on);
            }
        }
    }
    paid.funds[benefit.fund as usize] += payment;
    for limit in &benefit.payment_limits {
        cells.add(limit.used, counted(limit, paid));
    }
}

/// Money that a limit cut off, what is left of the payment, and the spending it was all for.
struct Cut {
    amount: Fen,
    kept: Fen,
    spending: Fen,
}

/// Sends the excess over a limit where the policy says. Spending that is still paid for, or was sent on before, is not sent
/// again.
#[cold]
fn divert(
    benefit: &Benefit,
    above: Excess,
    cut: &Cut,
    paid: &mut Paid,
    cells: &Cells<'_>,
    sent_on: &mut SentOn,
) {
    let unpaid = cut.spending - cut.kept - paid.diverted;
    let behind = paid.rate.spending_behind(cut.amount).min(unpaid);
    match above {
        Excess::Patient => {}
        Excess::Portion(next) => {
            paid.diverted += behind;
            match sent_on.iter_mut().find(|(other, _)| *other == next) {
                Some((_, amount)) => *amount += behind,
                None => sent_on.push((next, behind)),
            }
        }
        Excess::Payer { fund, share } => {
            let wanted = share.map_or(cut.amount, |rate| rate.of(behind, benefit.rounding));
            let room = room_of_other_payer(benefit, fund, cut.kept, paid, cells);
            paid.funds[fund as usize] += wanted.min(room);
            paid.diverted += if share.is_some() { behind } else { cut.amount };
        }
    }
}

/// What every limit that covers another fund leaves it.
fn room_of_other_payer(
    benefit: &Benefit,
    fund: Fund,
    kept: Fen,
    paid: &Paid,
    cells: &Cells<'_>,
) -> Fen {
    let covering = benefit.payment_limits.iter().filter(|limit| limit.covers(fund));
    let room = covering.map(|limit| {
        let flowing = if limit.own { kept } else { Fen::ZERO };
        limit.amount.room(cells.at(limit.used) + counted(limit, paid) + flowing)
    });
    room.min().unwrap_or(Fen::UNLIMITED).min(Fen::UNLIMITED)
}
