//! A policy from a seed.

use super::super::money::{Fen, Rate};
use super::super::person_year::{Channel, Fund, Place, Status, Venue};
use super::super::random::Random;
use super::super::random_person_year::Retirement;
use super::conditions::{Condition, Row, Span};
use super::{
    Above, Adjust, BandBasis, Bands, Benefit, Change, Deductible, DeductibleBasis, Limit,
    LimitBasis, Period, Pharmacy, PharmacyLevel, Programme, SharedCost, Spec,
};

pub(crate) const PLANS: usize = 3;

const THRESHOLDS: [Fen; 8] = [0, 1, 500, 1000, 2000, 5050, 10_000, 30_000];
const LIMITS: [Fen; 12] =
    [0, 1, 3333, 10_000, 20_000, 50_000, 80_000, 120_000, 120_001, 300_000, 1_000_000, 5_000_000];
/// The lowest is high enough that no adjustment takes a rate below nothing on its way.
const RATES: [Rate; 10] = [3333, 3750, 5000, 5500, 6000, 6500, 7000, 8525, 9500, 10_000];
const PERIODS: [Period; 5] =
    [Period::BenefitYear, Period::Quarter, Period::Month, Period::Visit, Period::DayInstitution];

pub(crate) fn draw(seed: u64) -> Spec {
    let mut random = Random::from_seed(seed);
    let random = &mut random;
    let count = random.pick(&[1, 2, 3, 4]);
    let mut programmes: Vec<Programme> = (0..count).map(|_| draw_programme(random)).collect();
    share_deductibles(random, &mut programmes);
    let shared_limits = draw_shared_limits(random, &programmes);
    let mut spec = Spec {
        seed,
        year_starts_in: random.pick(&[1, 1, 4, 7]),
        retirement: random.pick(&[Retirement::SameDay, Retirement::MonthAfter]),
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
    draw_own_limits(random, &mut spec);
    draw_overflows(random, &mut spec);
    spec
}

fn draw_offsite(random: &mut Random) -> Vec<(Place, Channel)> {
    let each = Place::ALL.iter().flat_map(|place| Channel::ALL.map(|channel| (*place, channel)));
    each.filter(|_| random.percent(80)).collect()
}

fn draw_programme(random: &mut Random) -> Programme {
    let fixed_fee = random.percent(10);
    let benefit = if fixed_fee {
        Benefit::FixedFee(draw_product(random, 1, &[0, 1, 1300, 5050], &[level]))
    } else {
        Benefit::Shared(draw_shared_cost(random))
    };
    Programme {
        blocked_for_inpatients: random.percent(50),
        requires_chosen: random.percent(8),
        requires_contract: random.percent(6),
        pays: if fixed_fee || random.percent(75) { Fund::Pool } else { random.pick(&Fund::ALL) },
        benefit,
    }
}

fn draw_shared_cost(random: &mut Random) -> SharedCost {
    let bands = random.percent(45).then(|| draw_bands(random));
    let rate = draw_rates(random, bands.as_ref());
    let count = random.pick(&[0, 0, 1, 2, 3]);
    let adjust = if rate.iter().any(|row| row.value == 0) {
        Vec::new()
    } else {
        (0..count).map(|_| draw_adjust(random)).collect()
    };
    let deductible = random.percent(70).then(|| draw_deductible(random));
    SharedCost { deductible, bands, rate, adjust, limits: Vec::new() }
}

fn draw_deductible(random: &mut Random) -> Deductible {
    let per_level = random.percent(30);
    let depth = random.index(4);
    let reductions = random.pick(&[0, 0, 1, 2]);
    Deductible {
        period: random.pick(&PERIODS),
        amount: draw_rows(random, depth, &THRESHOLDS, &DIMENSIONS),
        basis: random.pick(&[DeductibleBasis::Paid, DeductibleBasis::Spending]),
        per_level,
        ceiling: (per_level && random.percent(60))
            .then(|| draw_rows(random, 1, &THRESHOLDS[3..], &LIMIT_DIMENSIONS)),
        reduce: (0..reductions).map(|_| draw_reduction(random)).collect(),
        shared_with: None,
    }
}

fn draw_reduction(random: &mut Random) -> Row {
    Row { value: random.pick(&[1, 5000, 10_000]), ..draw_one_row(random) }
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

fn draw_rates(random: &mut Random, bands: Option<&Bands>) -> Vec<Row> {
    let values = if random.percent(15) { &[0, 5000, 9000][..] } else { &RATES[..] };
    let depth = random.index(if bands.is_some() { 3 } else { 4 });
    let Some(bands) = bands.filter(|_| random.percent(85)) else {
        return draw_rows(random, depth, values, &DIMENSIONS);
    };
    let mut rows = Vec::new();
    for band in 1..=bands.upto.len() + usize::from(bands.open) {
        for mut row in draw_product(random, depth, values, &DIMENSIONS) {
            row.when.insert(0, Condition::Band(vec![band]));
            rows.push(row);
        }
    }
    rows
}

fn draw_adjust(random: &mut Random) -> Adjust {
    let change = match random.index(2) {
        0 => Change::Points(random.pick(&[-1000, -250, 500, 1000])),
        _ => Change::Times(random.pick(&[3333, 8000, 9000, 11_000])),
    };
    Adjust { when: draw_one_row(random).when, change }
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
                deductible.per_level = like.per_level;
                deductible.ceiling.clone_from(&like.ceiling);
            }
            Some(_) => {}
        }
    }
}

fn draw_shared_limits(random: &mut Random, programmes: &[Programme]) -> Vec<Limit> {
    let sharing: Vec<usize> = (0..programmes.len())
        .filter(|index| matches!(programmes[*index].benefit, Benefit::Shared(_)))
        .collect();
    let mut limits = Vec::new();
    if sharing.is_empty() {
        return limits;
    }
    for index in 0..random.index(4) {
        let some: Vec<usize> = sharing.iter().copied().filter(|_| random.percent(70)).collect();
        let programmes = if some.is_empty() { sharing.clone() } else { some };
        let mut limit = draw_limit(random, format!("s{index}"), programmes);
        limit.external = limit.basis == LimitBasis::Payment
            && limit.period == Period::BenefitYear
            && !limit.per_level
            && random.percent(40);
        limits.push(limit);
    }
    if random.percent(40) {
        let name = format!("s{}", limits.len());
        let limit = draw_limit(random, name, sharing);
        limits.push(Limit {
            basis: LimitBasis::Payment,
            funds: vec![Fund::LargeAmount],
            period: Period::BenefitYear,
            per_level: false,
            external: true,
            ..limit
        });
    }
    limits
}

fn draw_own_limits(random: &mut Random, spec: &mut Spec) {
    for (index, programme) in spec.programmes.iter_mut().enumerate() {
        let Benefit::Shared(cost) = &mut programme.benefit else { continue };
        for number in 0..random.pick(&[0, 1, 1, 2, 2]) {
            cost.limits.push(draw_limit(random, format!("l{number}"), vec![index]));
        }
    }
}

fn draw_limit(random: &mut Random, name: String, programmes: Vec<usize>) -> Limit {
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
        programmes,
        basis,
        funds,
        period: if random.percent(60) { Period::BenefitYear } else { random.pick(&PERIODS) },
        amount: random.percent(92).then(|| draw_rows(random, depth, &LIMITS, &LIMIT_DIMENSIONS)),
        first_year: random.percent(20).then(|| first_year(random)),
        per_level: random.percent(15),
        external: false,
        above: Above::Patient,
    }
}

fn first_year(random: &mut Random) -> Vec<Row> {
    let within = |span, value| Row { when: vec![Condition::Tenure(span)], otherwise: false, value };
    let half = random.pick(&[5000, 3333]);
    vec![within(Span { from: 0, to: Some(11) }, half), within(Span { from: 12, to: None }, 10_000)]
}

/// Where the excess of a payment limit goes: to a payer only if the limit is of one other fund,
/// to a later programme only, so that no excess goes round in circles.
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
            1 | 2 if limit.funds.len() == 1 => draw_payer(random, limit, &payer_limits),
            _ => Above::Patient,
        };
    };
    for programme in programmes.iter_mut() {
        if let Benefit::Shared(cost) = &mut programme.benefit {
            cost.limits.iter_mut().for_each(&mut overflow);
        }
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

type Dimension = fn(&mut Random) -> Vec<Condition>;

const DIMENSIONS: [Dimension; 10] =
    [status, plan, level, venue, place, chosen, contract, age, tenure, visit_number];
/// A limit may span programmes, which number their visits apart.
const LIMIT_DIMENSIONS: [Dimension; 9] =
    [status, plan, level, venue, place, chosen, contract, age, tenure];

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
        let parts = dimension(random);
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
fn draw_one_row(random: &mut Random) -> Row {
    let depth = random.pick(&[1, 1, 2]);
    let rows = draw_product(random, depth, &[0], &DIMENSIONS);
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
