//! Articles 4 to 6 of the Chongqing regulation written out by hand: what the compiled policy is measured against,
//! and must agree with.

use kernel::fold::Claim;
use kernel::{Dim, Level, Plan, Status};

/// 个人参保一档, which has a lower limit.
pub(crate) const FIRST_TIER: Plan = Plan(1);

/// Folds one person's claims and hands the payment for each to `paid`, in fen.
pub(crate) fn fold(claims: &[Claim], mut paid: impl FnMut(&Claim, i64)) {
    let (mut met, mut used) = (0, 0);
    for claim in claims {
        let at = &claim.circumstances;
        let retired = at.get(Dim::Status) == Status::Retired as u8;
        let first_tier = at.get(Dim::Plan) == FIRST_TIER.0;
        let third_level = at.get(Dim::Level) == Level::Three as u8;
        let deductible: i64 = if retired { 10_000 } else { 20_000 };
        let percent = if third_level { 50 } else { 60 } + if retired { 10 } else { 0 };
        let limit: i64 = match (first_tier, retired) {
            (false, false) => 300_000,
            (false, true) => 400_000,
            (true, false) => 80_000,
            (true, true) => 120_000,
        };
        let in_scope = claim.in_scope.get();
        let due = in_scope.min((deductible - met).max(0));
        let payment = ((in_scope - due) * percent + 50) / 100;
        let payment = payment.min((limit - used).max(0));
        met += due;
        used += payment;
        paid(claim, payment);
    }
}
