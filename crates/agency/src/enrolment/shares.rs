//! What of a month's contribution belongs to the account, by the policy (CQ 9, GX 7).

use crate::facts::{self, Occasion};
use crate::regions::{Cited, Law};
use kernel::account::{CreditFacts, monthly_credit};
use kernel::{Category, Fen, Moment, Month, Plan, Status};
use store::PersonFile;

/// What the policy credits to the account of somebody in work for a month with this base, and the article that says so.
/// `None`: no policy of the month says it, or it depends on something not known.
#[must_use]
pub fn account_part<'l>(
    file: &PersonFile,
    law: &'l Law,
    plan: &str,
    base: Fen,
    month: Month,
    known: Moment,
) -> Option<(Fen, &'l Cited)> {
    let version = law.on(month.first_day())?;
    let credit = version.policy.account.credit.as_ref()?;
    let place = law.codes.plans.iter().position(|code| **code == *plan)?;
    let occasion = Occasion {
        service: Moment::start_of(month.first_day()),
        institution: "",
        category: Category::Ordinary,
        known,
    };
    let who = facts::as_of(file, law, version.policy, &occasion);
    let facts = CreditFacts {
        status: Status::Active,
        plan: Plan(u8::try_from(place).ok()?),
        cohort: who.cohort,
        born: who.born,
        base,
        paid: true,
    };
    let (amount, cite) = monthly_credit(credit, &facts, month, version.policy.rounding).ok()?;
    Some((amount, version.words.cited(cite)))
}
