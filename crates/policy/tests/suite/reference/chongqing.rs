//! 重庆 渝医保发〔2023〕32号, worked by hand from its articles for ordinary outpatient care.
//!
//! The year's pool and large-amount limits are not in the text; they are the defaults the shipped
//! policy marks unverified.

use super::money::{Fen, Rate, share_of};
use super::person_year::{History, Paid, Settled, Status, Venue, Visit};
use super::random_person_year::{Retirement, Shape};

pub(crate) const EMPLOYER: usize = 0;
pub(crate) const INDIVIDUAL_TIER_ONE: usize = 1;
pub(crate) const INDIVIDUAL_TIER_TWO: usize = 2;
/// 二档趸缴, capped like the second tier.
pub(crate) const LUMP_SUM: usize = 3;

/// Names under which inpatient use is imported.
pub(crate) const POOL_YEAR: &str = "pool-year";
pub(crate) const LARGE_AMOUNT_YEAR: &str = "large-amount-year";

const POOL_YEAR_LIMIT: Fen = 4_700_000;
const LARGE_AMOUNT_YEAR_LIMIT: Fen = 50_000_000;

pub(crate) fn settle(history: &History, visit: &Visit) -> Settled {
    if visit.reverses.is_some() {
        return history.reversal(visit);
    }
    let Some(level) = settlement_level(visit) else {
        return Settled::nothing_paid(visit);
    };
    let year = year_so_far(history, visit);
    let deductible = visit.in_scope().min((threshold(visit.status) - year.deductible).max(0));
    let shared = share_of(visit.in_scope() - deductible, rate(level, visit.status));
    let payable = shared.min((annual_cap(visit) - year.pool - year.large_amount).max(0));

    let pool_used = year.pool + imported(history, visit, POOL_YEAR);
    let pool = payable.min((POOL_YEAR_LIMIT - pool_used).max(0));
    let large_amount_used = year.large_amount + imported(history, visit, LARGE_AMOUNT_YEAR);
    let large_amount = (payable - pool).min((LARGE_AMOUNT_YEAR_LIMIT - large_amount_used).max(0));

    let patient = visit.total() - pool - large_amount;
    let paid = Paid { deductible, pool, large_amount, subsidy: 0, patient };
    Settled { visit: visit.clone(), paid, portions: Vec::new() }
}

/// 第十二条: a pharmacy sells on a prescription, at the level of the prescriber.
fn settlement_level(visit: &Visit) -> Option<u8> {
    match visit.venue {
        Venue::Pharmacy => visit.prescription,
        Venue::Hospital | Venue::Internet => Some(visit.level),
    }
}

/// 第四条.
fn threshold(status: Status) -> Fen {
    match status {
        Status::Active => 20_000,
        Status::Retired => 10_000,
    }
}

/// 第五条: ten points more for the retired.
fn rate(level: u8, status: Status) -> Rate {
    let active = if level <= 2 { 6000 } else { 5000 };
    match status {
        Status::Active => active,
        Status::Retired => active + 1000,
    }
}

/// 第六条.
fn annual_cap(visit: &Visit) -> Fen {
    match (visit.plan, visit.status) {
        (EMPLOYER | INDIVIDUAL_TIER_TWO | LUMP_SUM, Status::Active) => 300_000,
        (EMPLOYER | INDIVIDUAL_TIER_TWO | LUMP_SUM, Status::Retired) => 400_000,
        (INDIVIDUAL_TIER_ONE, Status::Active) => 80_000,
        (INDIVIDUAL_TIER_ONE, Status::Retired) => 120_000,
        (plan, _) => unreachable!("Chongqing has no plan {plan}"),
    }
}

/// What the natural year (第四条) of the visit has seen so far.
fn year_so_far(history: &History, visit: &Visit) -> Paid {
    let mut year = Paid::default();
    for earlier in history.standing() {
        if earlier.visit.date.year == visit.date.year {
            year.deductible += earlier.paid.deductible;
            year.pool += earlier.paid.pool;
            year.large_amount += earlier.paid.large_amount;
        }
    }
    year
}

fn imported(history: &History, visit: &Visit, limit: &str) -> Fen {
    let of_year = history.imported.iter().filter(|import| import.on.year == visit.date.year);
    of_year.filter(|import| import.limit == limit).map(|import| import.used).sum()
}

pub(crate) fn shape() -> Shape {
    Shape {
        items: 1,
        diseases: 0,
        year_starts_in: 1,
        plans: 4,
        retirement: Retirement::MonthAfter,
        amounts: vec![10_000, 20_000, 80_000, 120_000, 300_000, 400_000],
        rates: vec![5000, 6000, 7000],
        imports: vec![
            (POOL_YEAR.to_owned(), POOL_YEAR_LIMIT),
            (LARGE_AMOUNT_YEAR.to_owned(), LARGE_AMOUNT_YEAR_LIMIT),
        ],
    }
}

mod tests {
    use super::super::person_year::{Date, Imported};
    use super::super::random_person_year;
    use super::*;

    fn settle_all(visits: &[Visit]) -> Vec<Paid> {
        settle_after(Vec::new(), visits)
    }

    fn settle_after(imported: Vec<Imported>, visits: &[Visit]) -> Vec<Paid> {
        let mut history = History { imported, settled: Vec::new() };
        for visit in visits {
            let settled = settle(&history, visit);
            history.settled.push(settled);
        }
        history.settled.iter().map(|settled| settled.paid).collect()
    }

    fn paid(deductible: Fen, pool: Fen, patient: Fen) -> Paid {
        Paid { deductible, pool, patient, ..Paid::default() }
    }

    #[test]
    fn a_first_bill_pays_the_deductible_and_then_the_share() {
        assert_eq!(settle_all(&[Visit::example(1, 100_000)]), [paid(20_000, 48_000, 52_000)]);
        let third = Visit { level: 3, ..Visit::example(1, 100_000) };
        assert_eq!(settle_all(&[third]), [paid(20_000, 40_000, 60_000)]);
        let retired = Visit { status: Status::Retired, ..Visit::example(1, 100_000) };
        assert_eq!(settle_all(&[retired]), [paid(10_000, 63_000, 37_000)]);
    }

    #[test]
    fn the_deductible_accumulates_over_the_natural_year() {
        let next_year = Visit { date: Date::new(2025, 1, 1), ..Visit::example(3, 20_001) };
        let visits = [Visit::example(1, 19_999), Visit::example(2, 2), next_year];
        assert_eq!(
            settle_all(&visits),
            [paid(19_999, 0, 19_999), paid(1, 1, 1), paid(20_000, 1, 20_000)]
        );
    }

    #[test]
    fn half_a_fen_goes_to_the_fund() {
        let visits = [
            Visit::example(1, 20_000),
            Visit { level: 3, ..Visit::example(2, 1) },
            Visit { status: Status::Retired, ..Visit::example(3, 5) },
        ];
        assert_eq!(settle_all(&visits)[1..], [paid(0, 1, 0), paid(0, 4, 1)]);
    }

    #[test]
    fn the_annual_cap_is_that_of_the_class_on_the_day() {
        let visits = [
            Visit { plan: INDIVIDUAL_TIER_ONE, ..Visit::example(1, 1_000_000) },
            Visit { status: Status::Retired, ..Visit::example(2, 1_000_000) },
            Visit { plan: INDIVIDUAL_TIER_ONE, ..Visit::example(3, 1_000_000) },
        ];
        assert_eq!(
            settle_all(&visits),
            [paid(20_000, 80_000, 920_000), paid(0, 320_000, 680_000), paid(0, 0, 1_000_000)]
        );
    }

    #[test]
    fn retiring_after_a_hundred_yuan_leaves_no_deductible() {
        let visits = [
            Visit::example(1, 15_000),
            Visit { status: Status::Retired, ..Visit::example(2, 10_000) },
        ];
        assert_eq!(settle_all(&visits), [paid(15_000, 0, 15_000), paid(0, 7000, 3000)]);
    }

    #[test]
    fn above_the_pool_year_the_large_amount_fund_pays_the_same_share() {
        let used = |limit: &str, used| Imported {
            limit: limit.to_owned(),
            on: Date::new(2024, 1, 1),
            used,
        };
        let pool_nearly_full = used(POOL_YEAR, 4_699_000);
        let settled = settle_after(vec![pool_nearly_full.clone()], &[Visit::example(1, 100_000)]);
        assert_eq!(settled, [Paid { large_amount: 47_000, ..paid(20_000, 1000, 52_000) }]);
        let both = vec![pool_nearly_full, used(LARGE_AMOUNT_YEAR, 49_999_999)];
        let settled = settle_after(both, &[Visit::example(1, 100_000)]);
        assert_eq!(settled, [Paid { large_amount: 1, ..paid(20_000, 1000, 98_999) }]);
    }

    #[test]
    fn a_pharmacy_is_paid_at_the_level_of_the_prescriber_or_not_at_all() {
        let pharmacy = Visit { venue: Venue::Pharmacy, level: 0, ..Visit::example(1, 100_000) };
        assert_eq!(settle_all(std::slice::from_ref(&pharmacy)), [paid(0, 0, 100_000)]);
        let prescribed = Visit { prescription: Some(3), ..pharmacy };
        assert_eq!(settle_all(&[prescribed]), [paid(20_000, 40_000, 60_000)]);
    }

    #[test]
    fn a_reversal_negates_and_reopens_the_deductible() {
        let visits = [
            Visit::example(1, 20_000),
            Visit::example(2, 20_000),
            Visit::reversal(3, 1),
            Visit::example(4, 20_000),
        ];
        assert_eq!(
            settle_all(&visits),
            [
                paid(20_000, 0, 20_000),
                paid(0, 12_000, 8000),
                paid(-20_000, 0, -20_000),
                paid(20_000, 0, 20_000)
            ]
        );
    }

    #[test]
    fn no_year_exceeds_a_limit() {
        for seed in 0..300 {
            let person = random_person_year::draw(seed, &shape());
            let history = person.settle_with(settle);
            let end = Visit { status: Status::Retired, ..Visit::example(0, 0) };
            let year = year_so_far(&history, &end);
            assert!(year.pool + year.large_amount <= 400_000, "seed {seed}");
            assert!(year.deductible <= 20_000, "seed {seed}");
        }
    }
}
