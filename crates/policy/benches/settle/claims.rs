//! A year of ordinary outpatient claims, grouped by person: few visits for most people, many for some, amounts by
//! level of the hospital with a long tail, three in a hundred retiring within the year. The seed is fixed.

#![expect(clippy::cast_possible_truncation, reason = "synthetic amounts: no money is settled here")]

use fastrand::Rng;
use kernel::fold::Claim;
use kernel::{Circumstances, Date, Dim, Fen, Level, Place, Status, Venue};
use std::f64::consts::TAU;

/// First day and number of days of the year of all claims.
pub(crate) const YEAR: i32 = 2024;
const DAYS: i32 = 366;

/// The claims of many people, each person's together and in order.
pub(crate) struct Claims {
    pub(crate) claims: Vec<Claim>,
    /// Where each person's claims end.
    ends: Vec<usize>,
}

impl Claims {
    /// Draws `claims` claims of `people` people who are insured under one of `plans`, with its share of them.
    pub(crate) fn draw(claims: usize, people: usize, plans: &[(u8, f64)]) -> Claims {
        let mut random = Rng::with_seed(20_240_101);
        let retired: Vec<bool> = (0..people).map(|_| random.f64() < 0.27).collect();
        let counts = counts(&mut random, claims, &retired);
        let first_day = Date::from_ymd(YEAR, 1, 1).unwrap_or(Date::MIN).days();
        let mut drawn = Claims { claims: Vec::with_capacity(claims), ends: Vec::new() };
        for (count, retired) in counts.into_iter().zip(retired) {
            let day = |random: &mut Rng| first_day + random.i32(0..DAYS);
            let retires_on = match retired {
                true => i32::MIN,
                false if random.f64() < 0.03 => day(&mut random),
                false => i32::MAX,
            };
            let plan = plan(&mut random, plans);
            let mut days: Vec<i32> = (0..count).map(|_| day(&mut random)).collect();
            days.sort_unstable();
            drawn.claims.extend(days.into_iter().map(|day| {
                let status = if day >= retires_on { Status::Retired } else { Status::Active };
                claim(&mut random, Date::from_days(day), status, plan)
            }));
            drawn.ends.push(drawn.claims.len());
        }
        drawn
    }

    /// Each person's claims.
    pub(crate) fn by_person(&self) -> impl Iterator<Item = &[Claim]> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let claims = &self.claims[start..end];
            start = end;
            claims
        })
    }
}

/// How many claims each person has: propensities from a gamma distribution, higher for the retired.
fn counts(random: &mut Rng, claims: usize, retired: &[bool]) -> Vec<usize> {
    let mut total = 0.0;
    let mut reached = Vec::with_capacity(retired.len());
    for retired in retired {
        total += gamma(random, 0.7) * if *retired { 2.2 } else { 1.0 };
        reached.push(total);
    }
    let mut counts = vec![0; retired.len()];
    for _ in 0..claims {
        let at = random.f64() * total;
        counts[reached.partition_point(|bound| *bound <= at).min(retired.len() - 1)] += 1;
    }
    counts
}

fn plan(random: &mut Rng, plans: &[(u8, f64)]) -> u8 {
    let mut left = random.f64();
    let found = plans.iter().find(|(_, share)| {
        left -= share;
        left < 0.0
    });
    found.or(plans.last()).map_or(0, |(plan, _)| *plan)
}

fn claim(random: &mut Rng, day: Date, status: Status, plan: u8) -> Claim {
    let (level, median) = match random.f64() {
        low if low < 0.40 => (Level::One, 4.2),
        middle if middle < 0.65 => (Level::Two, 4.8),
        _ => (Level::Three, 5.4),
    };
    let yuan = (median + 0.8 * normal(random)).exp();
    let mut circumstances = Circumstances([0; Dim::COUNT]);
    for (dim, value) in [
        (Dim::Status, status as u8),
        (Dim::Plan, plan),
        (Dim::Age, Circumstances::UNKNOWN),
        (Dim::Level, level as u8),
        (Dim::Venue, Venue::Hospital as u8),
        (Dim::Place, Place::Local as u8),
        (Dim::Tenure, Circumstances::UNKNOWN),
        (Dim::Visit, 1),
    ] {
        circumstances.set(dim, value);
    }
    Claim { circumstances, day, in_scope: Fen::new(((yuan * 100.0).round() as i64).max(1)) }
}

fn normal(random: &mut Rng) -> f64 {
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (TAU * random.f64()).cos()
}

/// Marsaglia and Tsang's method for `shape + 1`, brought down to `shape`.
fn gamma(random: &mut Rng, shape: f64) -> f64 {
    let d = shape + 1.0 - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(random);
        let v = (1.0 + c * x).powi(3);
        let u = 1.0 - random.f64();
        if v > 0.0 && u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v * random.f64().powf(1.0 / shape);
        }
    }
}
