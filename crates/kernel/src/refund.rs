//! Refunds: by the policy's model the exact negation of a settlement (REV-EXACT), or a negative settlement on the
//! accumulators of today (REV-CURRENT).

use crate::adjudicate::{Matter, Settlement};
use crate::bill::{Bill, BillId, OrderKey};
use crate::facts::{Facts, Wallet};
use crate::money::{Fen, Rate};
use crate::policy::{DeductibleBasis, Policy, RefundModel};
use crate::portion::Site;
use crate::year::{Accumulate, Draft, Year};

/// The negative settlement of a reversal, by the policy's refund model. `bill` and `facts` are those of the original.
#[must_use]
pub fn refund(
    policy: &Policy,
    year: &Year,
    original: &Settlement,
    bill: &Bill,
    facts: &Facts,
    id: BillId,
    order: OrderKey,
) -> Settlement {
    let exact = original.reversed(id, order);
    match policy.refund {
        RefundModel::Exact => exact,
        RefundModel::Current => {
            let wallet = Wallet::default();
            on_current(&Matter { policy, facts, wallet: &wallet, bill }, year, original, exact)
        }
    }
}

/// Settles a refund negatively, with the original's treatment, on the accumulators as they stand now. Spending above
/// the deductible is given back first, then the deductible, so that what remains of the year is what the remaining
/// spending would have earned. The person's part is taken off cash first, then off the accounts in reverse order of
/// payment.
///
/// Defined for programmes with one band, a deductible and limits over the benefit year; the policy compiler holds
/// policies with this model to that.
fn on_current(
    matter: &Matter<'_>,
    year: &Year,
    original: &Settlement,
    exact: Settlement,
) -> Settlement {
    let mut refund = exact;
    refund.funds = [Fen::ZERO; 3];
    refund.deductible = Fen::ZERO;
    let mut draft = Draft { year, moves: Vec::new(), redirected: Vec::new() };
    let circumstances = matter.circumstances();
    for portion in &mut refund.portions {
        let Some(index) = portion.programme.filter(|_| portion.withheld.is_none()) else {
            continue;
        };
        let site = matter.site(circumstances, index, portion.disease);
        let fund = site.programme.fund as usize;
        let (deductible, payment) = give_back(&site, -portion.in_scope, portion.rate, &mut draft);
        portion.deductible = -deductible;
        portion.funds = [Fen::ZERO; 3];
        portion.funds[fund] = -payment;
        refund.deductible -= deductible;
        refund.funds[fund] -= payment;
    }
    refund.moves = draft.moves;
    refund.moves.retain(|change| change.by != Fen::ZERO);
    return_personal_part(&mut refund, original);
    refund
}

fn return_personal_part(refund: &mut Settlement, original: &Settlement) {
    let mut owed = original.amounts.total + refund.fund_payment();
    let mut take = |paid: Fen| {
        let amount = owed.min(paid);
        owed -= amount;
        -amount
    };
    refund.cash = take(original.cash);
    refund.family = original.family.iter().rev().map(|paid| take(*paid)).collect();
    refund.family.reverse();
    refund.account_earlier = take(original.account_earlier);
    refund.account_current = take(original.account_current);
    // More than the person paid for this bill is due in cash: what the funds would not have paid without it.
    refund.cash -= owed;
}

/// Gives back `spending` at `rate` on the accumulators of now; returns the deductible and the payment given back.
fn give_back<A: Accumulate>(
    site: &Site<'_>,
    spending: Fen,
    rate: Rate,
    year: &mut A,
) -> (Fen, Fen) {
    let programme = site.programme;
    let (Some(covered), Some(unlimited)) = (programme.covered, programme.unlimited_payment) else {
        return (Fen::ZERO, Fen::ZERO);
    };
    let above = spending.min(site.amount(year, covered));
    let deductible = spending - above;
    let earned = site.amount(year, unlimited);
    let given = rate.of(above, site.policy.rounding).min(earned);
    // Of what was earned, limits may have held something back; that part is given back first.
    let paid = programme.payment_limits.iter().map(|limit| {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        (rule, site.amount(year, rule.accumulator))
    });
    let paid = paid
        .filter(|(rule, _)| rule.covers(programme.fund))
        .map(|(_, used)| used)
        .min()
        .unwrap_or(earned);
    let payment = paid.room(earned - given);
    site.move_by(year, covered, -above);
    site.move_by(year, unlimited, -given);
    for limit in &programme.payment_limits {
        let rule = &site.policy.limits[usize::from(limit.limit)];
        if rule.covers(programme.fund) {
            site.move_by(year, rule.accumulator, -payment);
        }
    }
    if let Some(rule) = &programme.deductible {
        let moved = if rule.basis == DeductibleBasis::Paid { deductible } else { spending };
        site.move_by(year, rule.accumulator, -moved);
    }
    (deductible, payment)
}
