//! Each mechanism on a case small enough to work on paper.

use super::super::money::{Fen, Rate, Rounding};
use super::super::person_year::{Date, Fund, History, Imported, Line, Paid, Status, Visit};
use super::super::random_person_year::Retirement;
use super::{
    Above, AccountMoney, Adjust, BandBasis, Bands, Benefit, Change, Condition, Deductible,
    DeductibleBasis, DiseaseRoute, FixedFee, Limit, LimitBasis, Per, Period, Pharmacy,
    PharmacyLevel, PlanChange, Programme, Route, Row, SharedCost, Span, Spec,
};

fn rows(value: i128) -> Vec<Row> {
    vec![Row { when: Vec::new(), otherwise: false, value }]
}

fn cost(rate: Rate) -> SharedCost {
    SharedCost {
        own_account_first: None,
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
        per: Per::None,
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
        per: Per::None,
        external: false,
        above,
    }
}

fn spending_limit(basis: LimitBasis, amount: Fen) -> Limit {
    Limit { basis, ..limit(&[0], &Fund::ALL, amount, Above::Patient) }
}

fn policy(benefits: Vec<SharedCost>, shared_limits: Vec<Limit>) -> Spec {
    let programme = |(item, cost)| Programme {
        routes: vec![Route { item, categories: None, disease: None }],
        filing_required: false,
        blocked_for_inpatients: false,
        requires_chosen: false,
        requires_contract: false,
        pays: Fund::Pool,
        benefit: Benefit::Shared(cost),
    };
    Spec {
        seed: 0,
        year_starts_in: 1,
        rounding: Rounding::HalfUp,
        retirement: Retirement::SameDay,
        plan_change: PlanChange::Current,
        statistic: None,
        pharmacy: Pharmacy {
            covered: true,
            prescription_required: false,
            level: PharmacyLevel::Own,
        },
        offsite: Vec::new(),
        programmes: benefits.into_iter().enumerate().map(programme).collect(),
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
    let own = Deductible { per: Per::Level, ceiling: Some(rows(1500)), ..deductible(1000) };
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
    let lines = [0, 1].map(|item| Line { item, disease: None, in_scope: 1500 }).to_vec();
    let bill = Visit { lines, ..Visit::example(1, 0) };
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
    // 199 fen round up to 100, but half of 200 is 100.
    assert_eq!(pool_of(&spec, &[200 + 44]), [100 + 4]);
    assert_eq!(pool_of(&spec, &[200 + 45]), [100 + 5]);
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
fn another_payer_stays_inside_every_limit_that_covers_it() {
    let above = Above::Payer { fund: Fund::Subsidy, share: None, limit: None };
    let own = SharedCost { limits: vec![limit(&[0], &[Fund::Pool], 600, above)], ..cost(5000) };
    let of_payer = limit(&[0], &[Fund::Subsidy, Fund::LargeAmount], 300, Above::Patient);
    let paid = settle_all(&policy(vec![own], vec![of_payer]), &[Visit::example(1, 4000)]);
    assert_eq!(paid, [Paid { pool: 600, subsidy: 300, patient: 3100, ..Paid::default() }]);
}

#[test]
fn a_limit_of_all_funds_leaves_another_payer_what_its_own_fund_does_not_use() {
    let above = Above::Payer { fund: Fund::LargeAmount, share: Some(10_000), limit: None };
    let own = SharedCost { limits: vec![limit(&[0], &[Fund::Pool], 600, above)], ..cost(5000) };
    let all = limit(&[0], &Fund::ALL, 2000, Above::Patient);
    let paid = settle_all(&policy(vec![own], vec![all]), &[Visit::example(1, 4000)]);
    // 1400 fen of excess stand for 2800 of spending, all of which would be paid.
    assert_eq!(paid, [Paid { pool: 600, large_amount: 1400, patient: 2000, ..Paid::default() }]);
}

#[test]
fn a_disease_may_have_its_own_deductible() {
    let lines = || {
        let line = |disease| Line { item: 0, disease, in_scope: 1500 };
        vec![line(None), line(Some(1))]
    };
    let asked = |per| {
        let own = Deductible { per, ..deductible(1000) };
        let spec = policy(vec![SharedCost { deductible: Some(own), ..cost(5000) }], vec![]);
        let visit = |id| Visit { disease: Some(0), lines: lines(), ..Visit::example(id, 0) };
        settle_all(&spec, &[visit(1), visit(2)]).iter().map(|p| p.deductible).collect::<Vec<_>>()
    };
    assert_eq!(asked(Per::Disease), [2000, 0]);
    assert_eq!(asked(Per::None), [1000, 0]);
}

#[test]
fn diseases_are_one_portion_unless_the_policy_tells_them_apart() {
    let line = |disease| Line { item: 0, disease, in_scope: 1 };
    let bill = Visit { lines: vec![line(Some(0)), line(Some(1))], ..Visit::example(1, 0) };
    let together = policy(vec![cost(5000)], vec![]);
    assert_eq!(settle_all(&together, std::slice::from_ref(&bill))[0].pool, 1);
    let apart = Limit { per: Per::Disease, ..limit(&[0], &Fund::ALL, 100, Above::Patient) };
    let apart = policy(vec![SharedCost { limits: vec![apart], ..cost(5000) }], vec![]);
    assert_eq!(settle_all(&apart, &[bill])[0].pool, 1 + 1);
}

#[test]
fn a_line_goes_to_the_first_programme_that_takes_it() {
    let mut spec = policy(vec![cost(10_000), cost(5000)], vec![]);
    let of_disease = Some(DiseaseRoute::OneOf(vec![0]));
    spec.programmes[0].routes = vec![Route { item: 1, categories: None, disease: of_disease }];
    spec.programmes[0].filing_required = true;
    let pays = |disease, filings| {
        let lines = vec![Line { item: 1, disease, in_scope: 100 }];
        settle_all(&spec, &[Visit { filings, lines, ..Visit::example(1, 0) }])[0].pool
    };
    assert_eq!(pays(Some(0), vec![0]), 100);
    assert_eq!(pays(Some(0), vec![1]), 50);
    assert_eq!(pays(Some(1), vec![1]), 50);
    assert_eq!(pays(None, vec![0]), 50);
}

#[test]
fn what_the_own_account_pays_first_counts_for_nothing() {
    let own = |money| SharedCost {
        own_account_first: Some(money),
        deductible: Some(deductible(500)),
        ..cost(10_000)
    };
    let lines = [0, 1].map(|item| Line { item, disease: None, in_scope: 1000 }).to_vec();
    let visit = Visit { own_current: 300, own_earlier: 200, lines, ..Visit::example(1, 0) };
    let pays = |first, second| {
        let spec = policy(vec![own(first), own(second)], vec![]);
        settle_all(&spec, std::slice::from_ref(&visit))[0]
    };
    let (current, all) = (AccountMoney::CurrentYear, AccountMoney::All);
    let paid = |pool| Paid { deductible: 1000, pool, patient: 2000 - pool, ..Paid::default() };
    assert_eq!(pays(current, current), paid(200 + 500));
    assert_eq!(pays(current, all), paid(200 + 300));
    assert_eq!(pays(all, current), paid(500));
}

#[test]
fn the_limit_may_be_the_highest_of_the_plans_of_the_year() {
    let of_plan =
        |plan, value| Row { when: vec![Condition::Plan(vec![plan])], otherwise: false, value };
    let amount = Some(vec![of_plan(0, 700), of_plan(1, 400)]);
    let own = Limit { amount, ..limit(&[0], &Fund::ALL, 0, Above::Patient) };
    let mut spec = policy(vec![SharedCost { limits: vec![own], ..cost(10_000) }], vec![]);
    let visit = Visit { plan: 1, plans_held: vec![0, 1], ..Visit::example(1, 1000) };
    assert_eq!(settle_all(&spec, std::slice::from_ref(&visit))[0].pool, 400);
    spec.plan_change = PlanChange::Highest;
    assert_eq!(settle_all(&spec, &[visit])[0].pool, 700);
}

#[test]
fn an_adjusted_rate_may_fall_below_nothing_on_its_way() {
    let adjust = |change| Adjust { when: Vec::new(), change };
    let own = SharedCost {
        adjust: vec![adjust(Change::Points(-6000)), adjust(Change::Points(2000))],
        ..cost(5000)
    };
    assert_eq!(pool_of(&policy(vec![own], vec![]), &[10_000]), [1000]);
}

#[test]
fn a_fixed_fee_stays_inside_the_limits_that_cover_it() {
    let mut spec = policy(vec![cost(0), cost(5000)], vec![]);
    let fixed = |limits| Benefit::FixedFee(FixedFee { amount: rows(1300), limits });
    spec.shared_limits = vec![limit(&[0, 1], &[Fund::Pool], 2000, Above::Patient)];
    spec.programmes[0].benefit = fixed(vec![]);
    assert_eq!(pool_of(&spec, &[1500, 1500]), [1300, 700]);
    // What it pays is the whole of some spending, so 300 fen of excess are 300 of spending.
    let own = limit(&[0], &Fund::ALL, 1000, Above::Programme(1));
    spec.programmes[0].benefit = fixed(vec![own]);
    assert_eq!(pool_of(&spec, &[1500]), [1000 + 150]);
}

#[test]
fn a_fixed_fee_has_no_share() {
    let mut spec = policy(vec![cost(0)], vec![]);
    spec.programmes[0].benefit = Benefit::FixedFee(FixedFee { amount: rows(1300), limits: vec![] });
    assert_eq!(pool_of(&spec, &[1000, 2000]), [1000, 1300]);
}
