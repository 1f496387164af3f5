//! 待遇享受期: from contribution months and the days they were paid to "entitled on this day, as known on that day".

use crate::date::{Date, Month};
use crate::facts::{Entitlement, Plan};
use crate::tables::Cite;

/// The entitlement rules of a policy.
#[derive(Clone, Debug)]
pub struct EntitlementRules {
    /// Benefits stop in the month after the month in default; otherwise in that month.
    pub stop_month_after: bool,
    /// A gap of at most so many months may be repaired.
    pub grace_months: u16,
    /// For how many months to come a month may be declared.
    pub declare_ahead: u16,
    /// Benefits resume in the month after full payment; otherwise in the month of payment.
    pub resume_month_after: bool,
    /// Costs in a gap repaired within the grace are payable.
    pub gap_within_grace: bool,
    /// Costs in a longer gap are payable once it is repaired.
    pub gap_beyond_grace: bool,
    /// Waiting months by plan number: on first joining, and after a gap beyond the grace.
    pub waiting: Vec<Waiting>,
    /// The rule.
    pub cite: Cite,
}

/// Waiting months of a plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Waiting {
    /// On first joining.
    pub first_months: u16,
    /// After a gap beyond the grace.
    pub lapsed_months: u16,
    /// The row.
    pub cite: Cite,
}

/// A month for which a contribution is due, and when it was paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Contribution {
    /// For which month.
    pub month: Month,
    /// When it was paid.
    pub paid_on: Date,
}

/// 待遇状态 on `day`, from the contributions known, in any order. A later payment changes the answer for earlier
/// days: pass only what was known at the time to get the answer of that time.
#[must_use]
pub fn entitlement_on(
    rules: &EntitlementRules,
    plan: Plan,
    contributions: &[Contribution],
    day: Date,
) -> Entitlement {
    let month = day.month();
    let mut all = contributions.to_vec();
    all.sort_by_key(|paid| (paid.month, paid.paid_on));
    all.dedup_by_key(|paid| paid.month);
    let known = &all[..all.partition_point(|paid| paid.month <= month)];
    let Some(first) = known.first() else { return Entitlement::NotInsured };
    let waiting = rules.waiting.get(usize::from(plan.0)).copied().unwrap_or_default();
    let mut waits_until = first.month.plus(i32::from(waiting.first_months));
    let mut covered_until = first.month.plus(i32::from(rules.stop_month_after));
    let mut previous = first.month;
    for paid in &known[1..] {
        let gap = paid.month.since(previous) - 1;
        if gap > i32::from(rules.grace_months) {
            waits_until = waits_until.max(paid.month.plus(i32::from(waiting.lapsed_months)));
        }
        previous = paid.month;
        covered_until = paid.month.plus(i32::from(rules.stop_month_after));
    }
    let in_time = timely(rules, &all, month);
    if month < waits_until {
        Entitlement::Waiting
    } else if month <= covered_until && in_time {
        Entitlement::Entitled
    } else {
        Entitlement::Arrears
    }
}

/// True unless `month` lies in a stretch that was paid late and is not payable, or before benefits resumed.
fn timely(rules: &EntitlementRules, all: &[Contribution], month: Month) -> bool {
    let late = |paid: &Contribution| paid.paid_on.month() > paid.month;
    let Some(last) = all.iter().rposition(|paid| paid.month <= month) else { return false };
    // The late stretch around the month, or the last one before it: neighbouring months all paid late.
    let Some(position) = all[..=last].iter().rposition(late) else { return true };
    let from = all[..=position].iter().rposition(|paid| !late(paid)).map_or(0, |index| index + 1);
    let until = position + all[position..].iter().take_while(|paid| late(paid)).count();
    let stretch = &all[from..until];
    let months = stretch[stretch.len() - 1].month.since(stretch[0].month) + 1;
    let payable = if months <= i32::from(rules.grace_months) {
        rules.gap_within_grace
    } else {
        rules.gap_beyond_grace
    };
    let repaired = stretch.iter().map(|paid| paid.paid_on.month()).max();
    let resumed = repaired.map(|paid| paid.plus(i32::from(rules.resume_month_after)));
    // Where benefits stop only in the month after, the first late month is still covered.
    let not_yet_stopped = rules.stop_month_after && month == stretch[0].month;
    payable || not_yet_stopped || resumed.is_some_and(|resumed| month >= resumed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(within: bool, beyond: bool) -> EntitlementRules {
        EntitlementRules {
            stop_month_after: true,
            grace_months: 3,
            declare_ahead: 12,
            resume_month_after: true,
            gap_within_grace: within,
            gap_beyond_grace: beyond,
            waiting: vec![
                Waiting::default(),
                Waiting { first_months: 6, lapsed_months: 6, cite: Cite::NONE },
            ],
            cite: Cite::NONE,
        }
    }

    fn month(text: &str) -> Month {
        Month::parse(text).unwrap()
    }

    fn paid(text: &str, on: &str) -> Contribution {
        Contribution { month: month(text), paid_on: Date::parse(on).unwrap() }
    }

    fn on(plan: u8, contributions: &[Contribution], day: &str) -> Entitlement {
        entitlement_on(&rules(true, false), Plan(plan), contributions, Date::parse(day).unwrap())
    }

    #[test]
    fn benefits_stop_in_the_month_after_the_month_in_default() {
        let known = [paid("2024-01", "2024-01-10"), paid("2024-02", "2024-02-10")];
        assert_eq!(on(0, &known, "2024-03-31"), Entitlement::Entitled);
        assert_eq!(on(0, &known, "2024-04-01"), Entitlement::Arrears);
        assert_eq!(on(0, &[], "2024-04-01"), Entitlement::NotInsured);
    }

    #[test]
    fn a_gap_repaired_within_the_grace_is_payable_afterwards() {
        let mut known = vec![paid("2024-01", "2024-01-10")];
        assert_eq!(on(0, &known, "2024-03-15"), Entitlement::Arrears);
        known.extend([
            paid("2024-02", "2024-04-20"),
            paid("2024-03", "2024-04-20"),
            paid("2024-04", "2024-04-20"),
        ]);
        assert_eq!(on(0, &known, "2024-03-15"), Entitlement::Entitled);
    }

    #[test]
    fn a_longer_gap_stays_lost_until_benefits_resume() {
        let mut known = vec![paid("2024-01", "2024-01-10")];
        for late in ["2024-02", "2024-03", "2024-04", "2024-05"] {
            known.push(paid(late, "2024-06-20"));
        }
        known.push(paid("2024-06", "2024-06-20"));
        known.push(paid("2024-07", "2024-07-05"));
        assert_eq!(on(0, &known, "2024-04-15"), Entitlement::Arrears);
        assert_eq!(on(0, &known, "2024-07-01"), Entitlement::Entitled);
    }

    #[test]
    fn benefits_resume_in_the_month_after_the_repair_even_if_that_month_is_paid_in_time() {
        let mut known = vec![paid("2024-01", "2024-01-10")];
        for late in ["2024-02", "2024-03", "2024-04", "2024-05", "2024-06"] {
            known.push(paid(late, "2024-07-20"));
        }
        known.push(paid("2024-07", "2024-07-20"));
        known.push(paid("2024-08", "2024-08-05"));
        assert_eq!(on(0, &known, "2024-02-15"), Entitlement::Entitled);
        assert_eq!(on(0, &known, "2024-07-25"), Entitlement::Arrears);
        assert_eq!(on(0, &known, "2024-08-01"), Entitlement::Entitled);
    }

    #[test]
    fn a_plan_with_a_waiting_period_waits_on_joining_and_after_a_lapse() {
        let known = [paid("2024-01", "2024-01-10"), paid("2024-02", "2024-02-10")];
        assert_eq!(on(1, &known, "2024-02-15"), Entitlement::Waiting);
        let mut known: Vec<_> =
            (1..=8).map(|m| paid(&format!("2024-{m:02}"), &format!("2024-{m:02}-10"))).collect();
        assert_eq!(on(1, &known, "2024-08-15"), Entitlement::Entitled);
        known.push(paid("2025-02", "2025-02-10"));
        assert_eq!(on(1, &known, "2025-02-15"), Entitlement::Waiting);
    }
}
