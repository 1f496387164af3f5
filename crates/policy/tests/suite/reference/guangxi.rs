//! 广西 桂政办发〔2021〕137号, worked by hand from its articles for ordinary outpatient care.

use super::money::{Fen, Rate, share_of};
use super::person_year::{History, Paid, Settled, Status, Venue, Visit};
use super::random_person_year::{Retirement, Shape};

/// What the regulation leaves to the pooling area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// 第五条.
    pub(crate) internet: Internet,
    /// 第十六条.
    pub(crate) pharmacies: Pharmacies,
}

/// Internet hospitals are designated institutions, so what they bill meets the threshold (第十条).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Internet {
    MeetsThresholdOnly,
    Included,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pharmacies {
    Excluded,
    /// On a prescription, at the level of the prescriber.
    Prescriber,
    /// On a prescription, at a level fixed by the area.
    Fixed(u8),
}

/// Before an area decides, neither is included.
pub(crate) const UNDECIDED: Area =
    Area { internet: Internet::MeetsThresholdOnly, pharmacies: Pharmacies::Excluded };

const THRESHOLD: Fen = 60_000;

pub(crate) fn settle(area: Area, history: &History, visit: &Visit) -> Settled {
    if visit.reverses.is_some() {
        return history.reversal(visit);
    }
    // 第十五条: no outpatient benefit beside the inpatient one.
    if visit.inpatient {
        return Settled::nothing_paid(visit);
    }
    let Some(level) = settlement_level(area, visit) else {
        return Settled::nothing_paid(visit);
    };
    let year = year_so_far(history, visit);
    let deductible = visit.in_scope().min((THRESHOLD - year.deductible).max(0));
    let unpaid = visit.venue == Venue::Internet && area.internet == Internet::MeetsThresholdOnly;
    let rate = if unpaid { 0 } else { rate(level, visit.status) };
    let shared = share_of(visit.in_scope() - deductible, rate);
    let pool = shared.min((annual_cap(visit.status) - year.pool).max(0));

    let patient = visit.total() - pool;
    let paid = Paid { deductible, pool, large_amount: 0, subsidy: 0, patient };
    Settled { visit: visit.clone(), paid, portions: Vec::new() }
}

fn settlement_level(area: Area, visit: &Visit) -> Option<u8> {
    match visit.venue {
        Venue::Hospital | Venue::Internet => Some(visit.level),
        Venue::Pharmacy => match area.pharmacies {
            Pharmacies::Excluded => None,
            Pharmacies::Prescriber => visit.prescription,
            Pharmacies::Fixed(level) => visit.prescription.map(|_| level),
        },
    }
}

/// 第十二条.
fn rate(level: u8, status: Status) -> Rate {
    match (level, status) {
        (0 | 1, Status::Active) => 6000,
        (0 | 1, Status::Retired) => 6500,
        (2, Status::Active) => 5500,
        (2, Status::Retired) => 6000,
        (3, Status::Active) => 5000,
        (3, Status::Retired) => 5500,
        (level, _) => unreachable!("there is no level {level}"),
    }
}

/// 第十一条.
fn annual_cap(status: Status) -> Fen {
    match status {
        Status::Active => 120_000,
        Status::Retired => 180_000,
    }
}

/// 第十条: in a 参保年度, read as the calendar year.
fn year_so_far(history: &History, visit: &Visit) -> Paid {
    let mut year = Paid::default();
    for earlier in history.standing() {
        if earlier.visit.date.year == visit.date.year {
            year.deductible += earlier.paid.deductible;
            year.pool += earlier.paid.pool;
        }
    }
    year
}

pub(crate) fn shape() -> Shape {
    Shape {
        items: 1,
        diseases: 0,
        year_starts_in: 1,
        plans: 1,
        retirement: Retirement::MonthAfter,
        amounts: vec![60_000, 120_000, 180_000],
        rates: vec![5000, 5500, 6000, 6500],
        imports: Vec::new(),
    }
}

mod tests {
    use super::super::random_person_year;
    use super::*;

    fn settle_all(area: Area, visits: &[Visit]) -> Vec<Paid> {
        let mut history = History::default();
        for visit in visits {
            let settled = settle(area, &history, visit);
            history.settled.push(settled);
        }
        history.settled.iter().map(|settled| settled.paid).collect()
    }

    fn paid(deductible: Fen, pool: Fen, patient: Fen) -> Paid {
        Paid { deductible, pool, patient, ..Paid::default() }
    }

    #[test]
    fn six_hundred_yuan_come_first() {
        let visits = [Visit::example(1, 50_000), Visit::example(2, 50_000)];
        let settled = settle_all(UNDECIDED, &visits);
        assert_eq!(settled, [paid(50_000, 0, 50_000), paid(10_000, 22_000, 28_000)]);
    }

    #[test]
    fn the_share_follows_the_level_and_the_class() {
        let first = Visit::example(1, 60_000);
        let pays = |level, status| {
            let visit = Visit { level, status, ..Visit::example(2, 10_010) };
            settle_all(UNDECIDED, &[first.clone(), visit])[1].pool
        };
        assert_eq!([0, 1, 2, 3].map(|level| pays(level, Status::Active)), [6006, 6006, 5506, 5005]);
        assert_eq!(
            [0, 1, 2, 3].map(|level| pays(level, Status::Retired)),
            [6507, 6507, 6006, 5506]
        );
    }

    #[test]
    fn the_pool_stops_at_the_cap_of_the_class() {
        let visits = [
            Visit::example(1, 1_000_000),
            Visit { status: Status::Retired, ..Visit::example(2, 1_000_000) },
        ];
        let settled = settle_all(UNDECIDED, &visits);
        assert_eq!(settled, [paid(60_000, 120_000, 880_000), paid(0, 60_000, 940_000)]);
    }

    #[test]
    fn an_inpatient_gets_nothing_and_nothing_accumulates() {
        let visits =
            [Visit { inpatient: true, ..Visit::example(1, 100_000) }, Visit::example(2, 100_000)];
        let settled = settle_all(UNDECIDED, &visits);
        assert_eq!(settled, [paid(0, 0, 100_000), paid(60_000, 22_000, 78_000)]);
    }

    #[test]
    fn an_area_decides_about_pharmacies() {
        let pharmacy =
            Visit { venue: Venue::Pharmacy, prescription: Some(3), ..Visit::example(1, 70_000) };
        let pool = |pharmacies| {
            settle_all(Area { pharmacies, ..UNDECIDED }, std::slice::from_ref(&pharmacy))[0].pool
        };
        assert_eq!(pool(Pharmacies::Excluded), 0);
        assert_eq!(pool(Pharmacies::Prescriber), 5000);
        assert_eq!(pool(Pharmacies::Fixed(1)), 6000);
    }

    #[test]
    fn an_internet_visit_meets_the_threshold_whether_or_not_it_is_paid() {
        let visits = [
            Visit { venue: Venue::Internet, ..Visit::example(1, 70_000) },
            Visit::example(2, 10_000),
        ];
        let undecided = settle_all(UNDECIDED, &visits);
        assert_eq!(undecided, [paid(60_000, 0, 70_000), paid(0, 5500, 4500)]);
        let included = settle_all(Area { internet: Internet::Included, ..UNDECIDED }, &visits);
        assert_eq!(included, [paid(60_000, 5500, 64_500), paid(0, 5500, 4500)]);
    }

    #[test]
    fn no_year_exceeds_a_limit() {
        for seed in 0..300 {
            let person = random_person_year::draw(seed, &shape());
            let history = person.settle_with(|history, visit| settle(UNDECIDED, history, visit));
            let year = year_so_far(&history, &Visit::example(0, 0));
            assert!(year.pool <= 180_000, "seed {seed}");
            assert!(year.deductible <= 60_000, "seed {seed}");
        }
    }
}
