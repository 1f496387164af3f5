//! A policy from a seed.

use super::super::money::{Fen, Rate, Rounding};
use super::super::person_year::{Category, Channel, Fund, Place, Status, Venue};
use super::super::random::Random;
use super::super::random_person_year::Retirement;
use super::conditions::{Condition, Row, Span};
use super::{
    Above, AccountMoney, Adjust, BandBasis, Bands, Benefit, Change, Deductible, DeductibleBasis,
    DiseaseRoute, FixedFee, Limit, LimitBasis, Per, Period, Pharmacy, PharmacyLevel, PlanChange,
    Programme, Route, SharedCost, Spec, Statistic,
};

pub(crate) const PLANS: usize = 3;
pub(crate) const DISEASES: usize = 2;

const THRESHOLDS: [Fen; 8] = [0, 1, 500, 1000, 2000, 5050, 10_000, 30_000];
const LIMITS: [Fen; 12] =
    [0, 1, 3333, 10_000, 20_000, 50_000, 80_000, 120_000, 120_001, 300_000, 1_000_000, 5_000_000];
const RATES: [Rate; 10] = [3333, 3750, 5000, 5500, 6000, 6500, 7000, 8525, 9500, 10_000];
const PERIODS: [Period; 5] =
    [Period::BenefitYear, Period::Quarter, Period::Month, Period::Visit, Period::DayInstitution];

pub(crate) fn draw(seed: u64) -> Spec {
    let mut random = Random::from_seed(seed);
    let random = &mut random;
    let count = random.pick(&[1, 2, 3, 4]);
    let dimensions = draw_dimensions(random);
    let mut programmes: Vec<Programme> =
        (0..count).map(|index| draw_programme(random, &dimensions, index, count)).collect();
    share_deductibles(random, &mut programmes);
    // A limit may span programmes, which number their visits apart.
    let of_limits: Vec<Dimension> =
        dimensions.into_iter().filter(|dimension| !dimension.numbers_visits).collect();
    let shared_limits = draw_shared_limits(random, &of_limits, &programmes);
    let mut spec = Spec {
        seed,
        year_starts_in: random.pick(&[1, 1, 4, 7]),
        rounding: random.pick(&[
            Rounding::HalfUp,
            Rounding::HalfUp,
            Rounding::HalfEven,
            Rounding::Down,
        ]),
        retirement: random.pick(&[Retirement::SameDay, Retirement::MonthAfter]),
        plan_change: random.pick(&[PlanChange::Current, PlanChange::Highest]),
        statistic: random.percent(20).then(|| Statistic {
            fen: random.pick(&[5050, 12_345, 123_457, 5_000_000]),
            whole_yuan: random.percent(30),
        }),
        pharmacy: Pharmacy {
            covered: random.percent(85),
            prescription_required: random.percent(50),
            level: random.pick(&[
                PharmacyLevel::Prescriber,
                PharmacyLevel::Own,
                PharmacyLevel::Fixed(1),
            ]),
        },
        offsite: draw_offsite(random),
        programmes,
        shared_limits,
    };
    draw_own_limits(random, &of_limits, &mut spec);
    draw_overflows(random, &mut spec);
    spec
}

fn draw_offsite(random: &mut Random) -> Vec<(Place, Channel)> {
    let each = Place::ALL.iter().flat_map(|place| Channel::ALL.map(|channel| (*place, channel)));
    each.filter(|_| random.percent(80)).collect()
}

fn draw_programme(
    random: &mut Random,
    dimensions: &[Dimension],
    index: usize,
    count: usize,
) -> Programme {
    let mut routes = vec![Route { item: index, categories: None, disease: None }];
    let benefit = if random.percent(10) {
        let amount = draw_product(random, 1, &[0, 1, 1300, 5050], &[LEVEL]);
        Benefit::FixedFee(FixedFee { amount, limits: Vec::new() })
    } else {
        // It may take some of what would go to a later programme.
        if index + 1 < count && random.percent(30) {
            routes.push(draw_route(random, index + 1));
        }
        Benefit::Shared(draw_shared_cost(random, dimensions))
    };
    Programme {
        routes,
        filing_required: random.percent(8),
        blocked_for_inpatients: random.percent(50),
        requires_chosen: random.percent(8),
        requires_contract: random.percent(6),
        pays: if random.percent(75) { Fund::Pool } else { random.pick(&Fund::ALL) },
        benefit,
    }
}

fn draw_route(random: &mut Random, item: usize) -> Route {
    let categories = random.percent(50).then(|| {
        let groups = random.groups(&Category::ALL);
        groups[random.index(groups.len())].clone()
    });
    let disease = match random.index(3) {
        0 => None,
        1 => Some(DiseaseRoute::Any),
        _ => Some(DiseaseRoute::OneOf(vec![random.index(DISEASES)])),
    };
    Route { item, categories, disease }
}

fn draw_shared_cost(random: &mut Random, dimensions: &[Dimension]) -> SharedCost {
    let bands = random.percent(45).then(|| draw_bands(random));
    let rate = draw_rates(random, dimensions, bands.as_ref());
    let adjustments = random.pick(&[0, 0, 1, 2, 3]);
    SharedCost {
        own_account_first: random
            .percent(15)
            .then(|| random.pick(&[AccountMoney::CurrentYear, AccountMoney::All])),
        deductible: random.percent(70).then(|| draw_deductible(random, dimensions)),
        bands,
        rate,
        adjust: (0..adjustments).map(|_| draw_adjust(random, dimensions)).collect(),
        limits: Vec::new(),
    }
}

fn draw_deductible(random: &mut Random, dimensions: &[Dimension]) -> Deductible {
    let per = draw_per(random, 30);
    let depth = random.index(4);
    let reductions = random.pick(&[0, 0, 1, 2]);
    Deductible {
        period: random.pick(&PERIODS),
        amount: draw_rows(random, depth, &THRESHOLDS, dimensions),
        basis: random.pick(&[DeductibleBasis::Paid, DeductibleBasis::Spending]),
        per,
        ceiling: (per == Per::Level && random.percent(60))
            .then(|| draw_rows(random, 1, &THRESHOLDS[3..], dimensions)),
        reduce: (0..reductions).map(|_| draw_reduction(random, dimensions)).collect(),
        shared_with: None,
    }
}

fn draw_reduction(random: &mut Random, dimensions: &[Dimension]) -> Row {
    Row { value: random.pick(&[1, 5000, 10_000]), ..draw_one_row(random, dimensions) }
}

fn draw_per(random: &mut Random, chance: i128) -> Per {
    if random.percent(chance) { random.pick(&[Per::Level, Per::Disease]) } else { Per::None }
}

fn draw_bands(random: &mut Random) -> Bands {
    let mut upto = Vec::new();
    let mut boundary = 0;
    for _ in 0..random.pick(&[1, 2, 3]) {
        boundary += random.pick(&[1, 10_000, 33_333, 50_000, 200_000, 500_000]);
        upto.push(boundary);
    }
    let basis = random.pick(&[BandBasis::Spending, BandBasis::Payment]);
    Bands { basis, upto, open: random.percent(70) }
}

fn draw_rates(random: &mut Random, dimensions: &[Dimension], bands: Option<&Bands>) -> Vec<Row> {
    let values = if random.percent(15) { &[0, 5000, 9000][..] } else { &RATES[..] };
    let depth = random.index(if bands.is_some() { 3 } else { 4 });
    let Some(bands) = bands.filter(|_| random.percent(85)) else {
        return draw_rows(random, depth, values, dimensions);
    };
    let mut rows = Vec::new();
    for band in 1..=bands.upto.len() + usize::from(bands.open) {
        for mut row in draw_product(random, depth, values, dimensions) {
            row.when.insert(0, Condition::Band(vec![band]));
            rows.push(row);
        }
    }
    rows
}

fn draw_adjust(random: &mut Random, dimensions: &[Dimension]) -> Adjust {
    let change = match random.index(2) {
        0 => Change::Points(random.pick(&[-6000, -1000, -250, 500, 1000])),
        _ => Change::Times(random.pick(&[3333, 8000, 9000, 11_000])),
    };
    Adjust { when: draw_one_row(random, dimensions).when, change }
}

/// A later programme may use the accumulator of an earlier one; they then count alike.
fn share_deductibles(random: &mut Random, programmes: &mut [Programme]) {
    let mut owner: Option<(usize, Deductible)> = None;
    for (index, programme) in programmes.iter_mut().enumerate() {
        let Benefit::Shared(cost) = &mut programme.benefit else { continue };
        let Some(deductible) = &mut cost.deductible else { continue };
        match &owner {
            None => owner = Some((index, deductible.clone())),
            Some((shared_with, like)) if random.percent(40) => {
                deductible.shared_with = Some(*shared_with);
                deductible.period = like.period;
                deductible.basis = like.basis;
                deductible.per = like.per;
                deductible.ceiling.clone_from(&like.ceiling);
            }
            Some(_) => {}
        }
    }
}

fn draw_shared_limits(
    random: &mut Random,
    dimensions: &[Dimension],
    programmes: &[Programme],
) -> Vec<Limit> {
    let mut limits = Vec::new();
    for index in 0..random.index(4) {
        let mut limit = draw_limit(random, dimensions, format!("s{index}"));
        let all = limitable(programmes, limit.basis);
        limit.programmes = all.iter().copied().filter(|_| random.percent(70)).collect();
        if limit.programmes.is_empty() {
            limit.programmes = all;
        }
        limit.external = limit.basis == LimitBasis::Payment
            && limit.period == Period::BenefitYear
            && limit.per == Per::None
            && random.percent(40);
        limits.push(limit);
    }
    if random.percent(40) {
        let limit = draw_limit(random, dimensions, format!("s{}", limits.len()));
        limits.push(Limit {
            programmes: limitable(programmes, LimitBasis::Payment),
            basis: LimitBasis::Payment,
            funds: vec![Fund::LargeAmount],
            period: Period::BenefitYear,
            per: Per::None,
            external: true,
            ..limit
        });
    }
    limits.retain(|limit| !limit.programmes.is_empty());
    limits
}

/// A fixed fee is no share of spending, so no limit on spending is for it.
fn limitable(programmes: &[Programme], basis: LimitBasis) -> Vec<usize> {
    let limitable = |index: &usize| {
        basis == LimitBasis::Payment || matches!(programmes[*index].benefit, Benefit::Shared(_))
    };
    (0..programmes.len()).filter(limitable).collect()
}

fn draw_own_limits(random: &mut Random, dimensions: &[Dimension], spec: &mut Spec) {
    for (index, programme) in spec.programmes.iter_mut().enumerate() {
        let mut limits = Vec::new();
        for number in 0..random.pick(&[0, 1, 1, 2, 2]) {
            let limit = draw_limit(random, dimensions, format!("l{number}"));
            limits.push(Limit { programmes: vec![index], ..limit });
        }
        match &mut programme.benefit {
            Benefit::FixedFee(fee) => {
                limits.retain(|limit| limit.basis == LimitBasis::Payment);
                fee.limits = limits;
            }
            Benefit::Shared(cost) => cost.limits = limits,
        }
    }
}

fn draw_limit(random: &mut Random, dimensions: &[Dimension], name: String) -> Limit {
    let basis = random.pick(&[
        LimitBasis::Payment,
        LimitBasis::Payment,
        LimitBasis::Payment,
        LimitBasis::InScope,
        LimitBasis::AboveDeductible,
    ]);
    let funds = match random.index(4) {
        _ if basis != LimitBasis::Payment => Fund::ALL.to_vec(),
        0 => Fund::ALL.to_vec(),
        1 if random.percent(60) => vec![Fund::Pool, Fund::LargeAmount],
        1 => vec![Fund::LargeAmount],
        _ => vec![Fund::Pool],
    };
    let depth = random.index(3);
    Limit {
        name,
        programmes: Vec::new(),
        basis,
        funds,
        period: if random.percent(60) { Period::BenefitYear } else { random.pick(&PERIODS) },
        amount: random.percent(92).then(|| draw_rows(random, depth, &LIMITS, dimensions)),
        first_year: random.percent(20).then(|| first_year(random)),
        per: draw_per(random, 20),
        external: false,
        above: Above::Patient,
    }
}

fn first_year(random: &mut Random) -> Vec<Row> {
    let within = |span, value| Row { when: vec![Condition::Tenure(span)], otherwise: false, value };
    let half = random.pick(&[5000, 3333]);
    vec![within(Span { from: 0, to: Some(11) }, half), within(Span { from: 12, to: None }, 10_000)]
}

/// Where the excess of a payment limit goes: to a payer only if the limit is not of that fund, to a
/// later programme only, so that no excess goes round in circles.
fn draw_overflows(random: &mut Random, spec: &mut Spec) {
    let Spec { programmes, shared_limits, .. } = spec;
    let takes: Vec<usize> = (0..programmes.len())
        .filter(|index| matches!(programmes[*index].benefit, Benefit::Shared(_)))
        .collect();
    let payer_limits: Vec<(usize, Limit)> = shared_limits.iter().cloned().enumerate().collect();
    let mut overflow = |limit: &mut Limit| {
        if limit.basis != LimitBasis::Payment || limit.amount.is_none() {
            return;
        }
        let last = limit.programmes.iter().max().expect("a limit covers a programme");
        let later: Vec<usize> = takes.iter().copied().filter(|index| index > last).collect();
        limit.above = match random.index(4) {
            0 if !later.is_empty() => Above::Programme(random.pick(&later)),
            1 | 2 if limit.funds.len() < Fund::ALL.len() => {
                draw_payer(random, limit, &payer_limits)
            }
            _ => Above::Patient,
        };
    };
    for programme in programmes.iter_mut() {
        let limits = match &mut programme.benefit {
            Benefit::FixedFee(fee) => &mut fee.limits,
            Benefit::Shared(cost) => &mut cost.limits,
        };
        limits.iter_mut().for_each(&mut overflow);
    }
    shared_limits.iter_mut().for_each(&mut overflow);
}

fn draw_payer(random: &mut Random, limit: &Limit, payer_limits: &[(usize, Limit)]) -> Above {
    let others: Vec<Fund> = Fund::ALL.into_iter().filter(|f| !limit.funds.contains(f)).collect();
    let usual = others.contains(&Fund::LargeAmount) && random.percent(60);
    let fund = if usual { Fund::LargeAmount } else { random.pick(&others) };
    let bounding: Vec<usize> = payer_limits
        .iter()
        .filter(|(_, other)| {
            other.basis == LimitBasis::Payment
                && other.funds == [fund]
                && limit.programmes.iter().all(|p| other.programmes.contains(p))
        })
        .map(|(index, _)| *index)
        .collect();
    let share = random.percent(50).then(|| random.pick(&[3333, 5000, 8000, 10_000]));
    let limit = if bounding.is_empty() { None } else { Some(random.pick(&bounding)) };
    Above::Payer { fund, share, limit }
}

/// A dimension, and how its values are divided among rows.
#[derive(Clone, Copy)]
struct Dimension {
    divide: fn(&mut Random) -> Vec<Condition>,
    numbers_visits: bool,
}

const fn dimension(divide: fn(&mut Random) -> Vec<Condition>) -> Dimension {
    Dimension { divide, numbers_visits: false }
}

const LEVEL: Dimension = dimension(level);

/// A policy speaks of some only: over all at once its tables would be larger than is allowed.
fn draw_dimensions(random: &mut Random) -> Vec<Dimension> {
    let mut left = vec![
        dimension(status),
        dimension(plan),
        LEVEL,
        dimension(venue),
        dimension(place),
        dimension(channel),
        dimension(chosen),
        dimension(contract),
        dimension(age),
        dimension(tenure),
        Dimension { divide: visit_number, numbers_visits: true },
        dimension(disease),
    ];
    (0..6).map(|_| left.remove(random.index(left.len()))).collect()
}

/// Rows over some dimensions, of which exactly one holds; a few may be left to `otherwise`.
fn draw_rows(random: &mut Random, depth: usize, values: &[i128], from: &[Dimension]) -> Vec<Row> {
    let mut rows = draw_product(random, depth, values, from);
    if rows.len() > 2 && random.percent(40) {
        rows.truncate(random.index(rows.len() - 1) + 2);
        let last = rows.last_mut().expect("never empty");
        last.when.clear();
        last.otherwise = true;
    }
    rows
}

fn draw_product(
    random: &mut Random,
    depth: usize,
    values: &[i128],
    from: &[Dimension],
) -> Vec<Row> {
    let mut left = from.to_vec();
    let mut rows: Vec<Vec<Condition>> = vec![Vec::new()];
    for _ in 0..depth.min(from.len()) {
        let dimension = left.remove(random.index(left.len()));
        let parts = (dimension.divide)(random);
        let with = |row: &Vec<Condition>, part: &Condition| {
            row.iter().cloned().chain([part.clone()]).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(|row| parts.iter().map(move |part| with(row, part))).collect();
    }
    rows.into_iter()
        .map(|when| Row { when, otherwise: false, value: random.pick(values) })
        .collect()
}

/// A row that holds sometimes.
fn draw_one_row(random: &mut Random, dimensions: &[Dimension]) -> Row {
    let depth = random.pick(&[1, 1, 2]);
    let rows = draw_product(random, depth, &[0], dimensions);
    rows[random.index(rows.len())].clone()
}

fn status(random: &mut Random) -> Vec<Condition> {
    random.groups(&Status::ALL).into_iter().map(Condition::Status).collect()
}

fn plan(random: &mut Random) -> Vec<Condition> {
    let plans: Vec<usize> = (0..PLANS).collect();
    random.groups(&plans).into_iter().map(Condition::Plan).collect()
}

fn level(random: &mut Random) -> Vec<Condition> {
    random.groups(&[0, 1, 2, 3]).into_iter().map(Condition::Level).collect()
}

fn venue(random: &mut Random) -> Vec<Condition> {
    random.groups(&Venue::ALL).into_iter().map(Condition::Venue).collect()
}

fn place(random: &mut Random) -> Vec<Condition> {
    random.groups(&Place::ALL).into_iter().map(Condition::Place).collect()
}

fn channel(_: &mut Random) -> Vec<Condition> {
    Channel::ALL.map(|channel| Condition::Channel(vec![channel])).to_vec()
}

fn disease(random: &mut Random) -> Vec<Condition> {
    random.groups(&[None, Some(0), Some(1)]).into_iter().map(Condition::Disease).collect()
}

fn chosen(_: &mut Random) -> Vec<Condition> {
    vec![Condition::Chosen(true), Condition::Chosen(false)]
}

fn contract(_: &mut Random) -> Vec<Condition> {
    vec![Condition::Contract(true), Condition::Contract(false)]
}

fn age(random: &mut Random) -> Vec<Condition> {
    spans(0, random.pick(&[&[70][..], &[60, 70]])).into_iter().map(Condition::Age).collect()
}

fn tenure(random: &mut Random) -> Vec<Condition> {
    spans(0, random.pick(&[&[12][..], &[6, 12]])).into_iter().map(Condition::Tenure).collect()
}

fn visit_number(random: &mut Random) -> Vec<Condition> {
    let bounds = random.pick(&[&[2][..], &[2, 4], &[3]]);
    spans(1, bounds).into_iter().map(Condition::VisitNumber).collect()
}

/// Cuts the numbers from `first` on before each bound.
fn spans(first: u32, bounds: &[u32]) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut from = first;
    for bound in bounds {
        spans.push(Span { from, to: Some(bound - 1) });
        from = *bound;
    }
    spans.push(Span { from, to: None });
    spans
}
