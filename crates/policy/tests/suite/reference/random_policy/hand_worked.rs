//! Each mechanism on a case small enough to work on paper.

use super::super::money::{Fen, Rate};
use super::super::person_year::{Date, Fund, History, Imported, Paid, Portion, Status, Visit};
use super::super::random_person_year::Retirement;
use super::{
    Above, Adjust, BandBasis, Bands, Benefit, Change, Condition, Deductible, DeductibleBasis,
    Limit, LimitBasis, Period, Pharmacy, PharmacyLevel, Programme, Row, SharedCost, Span, Spec,
};

fn rows(value: i128) -> Vec<Row> {
    vec![Row { when: Vec::new(), otherwise: false, value }]
}

fn cost(rate: Rate) -> SharedCost {
    SharedCost {
        deductible: None,
        bands: None,
        rate: rows(rate),
        adjust: Vec::new(),
        limits: Vec::new(),
    }
}

fn deductible(amount: Fen) -> Deductible {
    Deductible {
        period: Period::BenefitYear,
        amount: rows(amount),
        basis: DeductibleBasis::Paid,
        per_level: false,
        ceiling: None,
        reduce: Vec::new(),
        shared_with: None,
    }
}

fn limit(programmes: &[usize], funds: &[Fund], amount: Fen, above: Above) -> Limit {
    Limit {
        name: "limit".to_owned(),
        programmes: programmes.to_vec(),
        basis: LimitBasis::Payment,
        funds: funds.to_vec(),
        period: Period::BenefitYear,
        amount: Some(rows(amount)),
        first_year: None,
        per_level: false,
        external: false,
        above,
    }
}

fn spending_limit(basis: LimitBasis, amount: Fen) -> Limit {
    Limit { basis, ..limit(&[0], &Fund::ALL, amount, Above::Patient) }
}

fn policy(benefits: Vec<SharedCost>, shared_limits: Vec<Limit>) -> Spec {
    let programme = |cost| Programme {
        blocked_for_inpatients: false,
        requires_chosen: false,
        requires_contract: false,
        pays: Fund::Pool,
        benefit: Benefit::Shared(cost),
    };
    Spec {
        seed: 0,
        year_starts_in: 1,
        retirement: Retirement::SameDay,
        pharmacy: Pharmacy {
            covered: true,
            prescription_required: false,
            level: PharmacyLevel::Own,
        },
        offsite: Vec::new(),
        programmes: benefits.into_iter().map(programme).collect(),
        shared_limits,
    }
}

fn settle_all(spec: &Spec, visits: &[Visit]) -> Vec<Paid> {
    let mut history = History::default();
    for visit in visits {
        let settled = spec.settle(&history, visit);
        history.settled.push(settled);
    }
    history.settled.iter().map(|settled| settled.paid).collect()
}

fn pool_of(spec: &Spec, in_scope: &[Fen]) -> Vec<Fen> {
    let visits: Vec<Visit> =
        (1..).zip(in_scope).map(|(id, fen)| Visit::example(id, *fen)).collect();
    settle_all(spec, &visits).iter().map(|paid| paid.pool).collect()
}

#[test]
fn a_deductible_comes_before_the_share() {
    let spec =
        policy(vec![SharedCost { deductible: Some(deductible(20_000)), ..cost(6000) }], vec![]);
    let expected = Paid { deductible: 20_000, pool: 48_000, patient: 52_000, ..Paid::default() };
    assert_eq!(settle_all(&spec, &[Visit::example(1, 100_000)]), [expected]);
}

#[test]
fn a_deductible_met_by_spending_forgets_what_was_not_asked() {
    let by = |basis| {
        let amount = vec![
            Row { when: vec![Condition::Level(vec![2])], otherwise: false, value: 100 },
            Row { when: Vec::new(), otherwise: true, value: 1000 },
        ];
        let own = Deductible { amount, basis, ..deductible(0) };
        let spec = policy(vec![SharedCost { deductible: Some(own), ..cost(10_000) }], vec![]);
        let third = Visit { level: 3, ..Visit::example(2, 2000) };
        settle_all(&spec, &[Visit::example(1, 500), third])[1].deductible
    };
    assert_eq!(by(DeductibleBasis::Paid), 900);
    assert_eq!(by(DeductibleBasis::Spending), 500);
}

#[test]
fn levels_may_have_their_own_deductibles_under_one_ceiling() {
    let own = Deductible { per_level: true, ceiling: Some(rows(1500)), ..deductible(1000) };
    let spec = policy(vec![SharedCost { deductible: Some(own), ..cost(10_000) }], vec![]);
    let visits = [2, 3, 1].map(|level| Visit { level, ..Visit::example(u64::from(level), 3000) });
    let asked: Vec<Fen> = settle_all(&spec, &visits).iter().map(|paid| paid.deductible).collect();
    assert_eq!(asked, [1000, 500, 0]);
}

#[test]
fn reductions_add_up_to_no_less_than_nothing() {
    let active = Condition::Status(vec![Status::Active]);
    let reduce = |value| Row { when: vec![active.clone()], otherwise: false, value };
    let own = Deductible { reduce: vec![reduce(700), reduce(700)], ..deductible(1000) };
    let spec = policy(vec![SharedCost { deductible: Some(own), ..cost(10_000) }], vec![]);
    let retired = Visit { status: Status::Retired, ..Visit::example(2, 3000) };
    let paid = settle_all(&spec, &[Visit::example(1, 3000), retired]);
    assert_eq!([paid[0].deductible, paid[1].deductible], [0, 1000]);
}

#[test]
fn programmes_may_meet_one_deductible_even_on_one_bill() {
    let first = SharedCost { deductible: Some(deductible(1000)), ..cost(10_000) };
    let with_first = Deductible { shared_with: Some(0), ..deductible(1200) };
    let second = SharedCost { deductible: Some(with_first), ..cost(10_000) };
    let spec = policy(vec![first, second], vec![]);
    let portions = [0, 1].map(|programme| Portion { programme, in_scope: 1500 }).to_vec();
    let bill = Visit { portions, ..Visit::example(1, 0) };
    assert_eq!(settle_all(&spec, &[bill])[0].deductible, 1200);
}

#[test]
fn a_limit_on_spending_counts_the_deductible_too() {
    let of = |basis| {
        let own = SharedCost {
            deductible: Some(deductible(1000)),
            limits: vec![spending_limit(basis, 3000)],
            ..cost(5000)
        };
        pool_of(&policy(vec![own], vec![]), &[2000, 2000])
    };
    assert_eq!(of(LimitBasis::InScope), [500, 500]);
    assert_eq!(of(LimitBasis::AboveDeductible), [500, 1000]);
    let own = SharedCost { limits: vec![spending_limit(LimitBasis::InScope, 3000)], ..cost(5000) };
    assert_eq!(pool_of(&policy(vec![own], vec![]), &[2000, 2000]), [1000, 500]);
}

#[test]
fn bands_of_spending_round_each_piece() {
    let band =
        |band, value| Row { when: vec![Condition::Band(vec![band])], otherwise: false, value };
    let of = |open| {
        let bands = Bands { basis: BandBasis::Spending, upto: vec![1001, 2002], open };
        let rate = vec![band(1, 5000), band(2, 5000), band(3, 1000)];
        policy(vec![SharedCost { bands: Some(bands), rate, ..cost(0) }], vec![])
    };
    assert_eq!(pool_of(&of(true), &[3002]), [501 + 501 + 100]);
    assert_eq!(pool_of(&of(false), &[3002, 1000]), [501 + 501, 0]);
    assert_eq!(pool_of(&of(true), &[1001, 1001, 1000]), [501, 501, 100]);
}

#[test]
fn bands_of_payment_consume_the_least_spending_that_fills_them() {
    let band =
        |band, value| Row { when: vec![Condition::Band(vec![band])], otherwise: false, value };
    let bands = Bands { basis: BandBasis::Payment, upto: vec![100], open: true };
    let rate = vec![band(1, 5000), band(2, 1000)];
    let spec = policy(vec![SharedCost { bands: Some(bands), rate, ..cost(0) }], vec![]);
    // 199 fen already round up to 100; 1 fen more is left for the second band.
    assert_eq!(pool_of(&spec, &[199 + 50]), [100 + 5]);
    assert_eq!(pool_of(&spec, &[100, 99 + 10]), [50, 50 + 1]);
}

#[test]
fn adjustments_apply_in_order_and_clamp_at_the_end() {
    let adjust = |change| Adjust { when: Vec::new(), change };
    let own = SharedCost {
        adjust: vec![adjust(Change::Points(1000)), adjust(Change::Times(8000))],
        ..cost(9500)
    };
    assert_eq!(pool_of(&policy(vec![own], vec![]), &[10_000]), [8400]);
}

#[test]
fn above_a_limit_another_payer_pays_the_same_share_up_to_its_own_limit() {
    let above = Above::Payer { fund: Fund::LargeAmount, share: None, limit: Some(1) };
    let shared = vec![
        limit(&[0], &[Fund::Pool], 1000, above),
        limit(&[0], &[Fund::LargeAmount], 1500, Above::Patient),
    ];
    let spec = policy(vec![cost(5000)], shared);
    let paid = settle_all(&spec, &[Visit::example(1, 4000), Visit::example(2, 4000)]);
    assert_eq!(paid[0], Paid { pool: 1000, large_amount: 1000, patient: 2000, ..Paid::default() });
    assert_eq!(paid[1], Paid { large_amount: 500, patient: 3500, ..Paid::default() });
}

#[test]
fn what_one_limit_diverts_leaves_less_room_for_the_next() {
    let above = Above::Payer { fund: Fund::LargeAmount, share: None, limit: Some(0) };
    let own = |amount| limit(&[0], &[Fund::Pool], amount, above);
    let cost = SharedCost { limits: vec![own(1500), own(1000)], ..cost(5000) };
    let of_payer = limit(&[0], &[Fund::LargeAmount], 700, Above::Patient);
    let paid = settle_all(&policy(vec![cost], vec![of_payer]), &[Visit::example(1, 4000)]);
    assert_eq!(paid, [Paid { pool: 1000, large_amount: 700, patient: 2300, ..Paid::default() }]);
}

#[test]
fn another_share_is_of_the_spending_behind_the_excess() {
    let above = Above::Payer { fund: Fund::Subsidy, share: Some(8000), limit: None };
    let spec = policy(vec![cost(5000)], vec![limit(&[0], &[Fund::Pool], 1000, above)]);
    let paid = settle_all(&spec, &[Visit::example(1, 4000)]);
    assert_eq!(paid, [Paid { pool: 1000, subsidy: 1600, patient: 1400, ..Paid::default() }]);
}

#[test]
fn the_spending_behind_an_excess_is_never_more_than_the_bill_leaves() {
    let band =
        |band, value| Row { when: vec![Condition::Band(vec![band])], otherwise: false, value };
    let bands = Bands { basis: BandBasis::Spending, upto: vec![1000], open: true };
    let rate = vec![band(1, 9000), band(2, 1000)];
    let above = Above::Payer { fund: Fund::Subsidy, share: Some(10_000), limit: None };
    let own = SharedCost { bands: Some(bands), rate, ..cost(0) };
    let spec = policy(vec![own], vec![limit(&[0], &[Fund::Pool], 500, above)]);
    let paid = settle_all(&spec, &[Visit::example(1, 1100)]);
    assert_eq!(paid, [Paid { pool: 500, subsidy: 600, ..Paid::default() }]);
}

#[test]
fn a_limit_of_several_funds_bounds_the_sum_before_it_is_split() {
    let above = Above::Payer { fund: Fund::LargeAmount, share: None, limit: None };
    let own = SharedCost { limits: vec![limit(&[0], &[Fund::Pool], 600, above)], ..cost(5000) };
    let both = limit(&[0], &[Fund::Pool, Fund::LargeAmount], 800, Above::Patient);
    let paid = settle_all(&policy(vec![own], vec![both]), &[Visit::example(1, 4000)]);
    assert_eq!(paid, [Paid { pool: 600, large_amount: 200, patient: 3200, ..Paid::default() }]);
}

#[test]
fn the_excess_may_become_spending_of_another_programme() {
    let own = SharedCost {
        limits: vec![limit(&[0], &Fund::ALL, 1000, Above::Programme(1))],
        ..cost(5000)
    };
    let other = SharedCost { deductible: Some(deductible(500)), ..cost(8000) };
    let paid = settle_all(&policy(vec![own, other], vec![]), &[Visit::example(1, 4000)]);
    // 1000 fen of excess stand for 2000 of spending: 500 deductible, 1200 paid.
    let expected = Paid { deductible: 500, pool: 1000 + 1200, patient: 1800, ..Paid::default() };
    assert_eq!(paid, [expected]);
}

#[test]
fn the_first_year_scales_a_limit() {
    let tenure = |from, to, value| Row {
        when: vec![Condition::Tenure(Span { from, to })],
        otherwise: false,
        value,
    };
    let scaled = Limit {
        first_year: Some(vec![tenure(0, Some(11), 5000), tenure(12, None, 10_000)]),
        ..limit(&[0], &Fund::ALL, 1001, Above::Patient)
    };
    let spec = policy(vec![cost(10_000)], vec![scaled]);
    let pays = |tenure_months| {
        let visit = Visit { tenure_months, ..Visit::example(1, 9000) };
        settle_all(&spec, &[visit])[0].pool
    };
    assert_eq!([pays(11), pays(12)], [501, 1001]);
}

#[test]
fn a_limit_refills_with_its_period() {
    let second_day = Date::new(2024, 3, 2);
    let visits = [
        Visit::example(1, 1000),
        Visit::example(2, 1000),
        Visit { institution: 3, ..Visit::example(3, 1000) },
        Visit { date: second_day, ..Visit::example(4, 1000) },
        Visit { date: Date::new(2024, 4, 1), ..Visit::example(5, 1000) },
        Visit { date: Date::new(2025, 1, 1), ..Visit::example(6, 1000) },
    ];
    let pays = |period| {
        let bounded = Limit { period, ..limit(&[0], &Fund::ALL, 1000, Above::Patient) };
        let paid = settle_all(&policy(vec![cost(10_000)], vec![bounded]), &visits);
        paid.iter().map(|paid| paid.pool / 1000).collect::<Vec<_>>()
    };
    assert_eq!(pays(Period::Visit), [1, 1, 1, 1, 1, 1]);
    assert_eq!(pays(Period::DayInstitution), [1, 0, 1, 1, 1, 1]);
    assert_eq!(pays(Period::Month), [1, 0, 0, 0, 1, 1]);
    assert_eq!(pays(Period::Quarter), [1, 0, 0, 0, 1, 1]);
    assert_eq!(pays(Period::BenefitYear), [1, 0, 0, 0, 0, 1]);
}

#[test]
fn imported_use_fills_a_limit_in_its_own_year() {
    let spec = policy(vec![cost(10_000)], vec![limit(&[0], &Fund::ALL, 1000, Above::Patient)]);
    let import = Imported { limit: "limit".to_owned(), on: Date::new(2024, 1, 1), used: 900 };
    let history = History { imported: vec![import], settled: Vec::new() };
    let next_year = Visit { date: Date::new(2025, 1, 1), ..Visit::example(1, 1000) };
    assert_eq!(spec.settle(&history, &Visit::example(1, 1000)).paid.pool, 100);
    assert_eq!(spec.settle(&history, &next_year).paid.pool, 1000);
}

#[test]
fn a_blocked_visit_is_no_visit() {
    let first = Condition::VisitNumber(Span { from: 1, to: Some(1) });
    let rate = vec![
        Row { when: vec![first], otherwise: false, value: 10_000 },
        Row { when: Vec::new(), otherwise: true, value: 5000 },
    ];
    let mut spec = policy(vec![SharedCost { rate, ..cost(0) }], vec![]);
    spec.programmes[0].blocked_for_inpatients = true;
    let visits = [
        Visit { inpatient: true, ..Visit::example(1, 1000) },
        Visit::example(2, 1000),
        Visit::example(3, 1000),
        Visit::reversal(4, 2),
        Visit::reversal(5, 3),
        Visit::example(6, 1000),
    ];
    let pool: Vec<Fen> = settle_all(&spec, &visits).iter().map(|paid| paid.pool).collect();
    assert_eq!(pool, [0, 1000, 500, -1000, -500, 1000]);
}

#[test]
fn a_fixed_fee_has_no_share() {
    let mut spec = policy(vec![cost(0)], vec![]);
    spec.programmes[0].benefit = Benefit::FixedFee(rows(1300));
    assert_eq!(pool_of(&spec, &[1000, 2000]), [1000, 1300]);
}
