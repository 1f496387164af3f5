//! Who lives in the town: drawn by chance, so that ages, ways of insurance and illness are about those of the country.

use super::Plan;
use agency::town::{Born, CHONGQING};
use fastrand::Rng;
use kernel::Date;

/// Somebody who is insured, or will be in the course of the year.
#[derive(Clone, Debug)]
pub struct Resident {
    /// Number in the town, from 1.
    pub number: u32,
    /// Birth, sex, identity.
    pub born: Born,
    /// 参保类型 at the beginning.
    pub plan: &'static str,
    /// Place of the employer among all; of those who pay by themselves and the retired none.
    pub employer: Option<usize>,
    /// 缴费基数 a month, fen.
    pub base: i64,
    /// First day insured.
    pub since: Date,
    /// 退休登记 before the year.
    pub retired: Option<Date>,
    /// A disease under lasting treatment.
    pub disease: Option<&'static str>,
    /// Where they usually go: index of a hospital.
    pub hospital: usize,
    /// Their pharmacy's index.
    pub pharmacy: usize,
    /// How often they are expected at a counter in the year.
    pub visits: u32,
    /// Opening balance: money of the year before, which is earlier money now. Fen.
    pub earlier: i64,
    /// Married, to whom.
    pub spouse: Option<u32>,
}

impl Resident {
    /// 人员编号.
    #[must_use]
    pub fn person(&self) -> String {
        self.born.key().person.to_string()
    }
}

/// Designated hospitals and clinics of the town, by index: of every level.
pub const HOSPITALS: std::ops::Range<usize> = 0..18;
/// The hospital of the internet, by index.
pub const INTERNET: usize = 19;
/// Pharmacies that take part in pooling, by index.
pub const POOLING: std::ops::Range<usize> = 20..32;
/// All designated pharmacies.
pub const PHARMACIES: std::ops::Range<usize> = 20..38;
/// The diseases that are filed.
pub const DISEASES: [&str; 2] = ["M03900", "M01600"];

/// Employers of a town of so many people.
#[must_use]
pub fn employers(people: u32) -> usize {
    (people as usize / 25).clamp(6, 400)
}

/// 单位编号.
#[must_use]
pub fn employer_code(plan: &Plan, place: usize) -> String {
    format!("99DW{:02}{:06}", plan.area.0 / 10_000, place + 1)
}

/// Everybody who is insured when the year begins, and those who join in its course: one in twelve more.
#[must_use]
pub fn cast(plan: &Plan) -> Vec<Resident> {
    let joining = plan.people / 12;
    let mut all: Vec<Resident> =
        (1..=plan.people + joining).map(|number| resident(plan, number)).collect();
    marry(&mut all, plan);
    all
}

fn resident(plan: &Plan, number: u32) -> Resident {
    let mut dice = plan.dice("cast", number);
    let joining = number > plan.people;
    let born = born(plan, number, joining, &mut dice);
    let first = Date::from_ymd(plan.year, 1, 1).unwrap_or(Date::MIN);
    let age = first.age_of(born.on);
    let leaves_work = if born.woman() { 55 } else { 60 };
    let retired = (age >= leaves_work).then(|| retirement(born.on, leaves_work));
    let retired = retired.flatten().filter(|day| *day < first);
    let way = way(plan, retired.is_some(), &mut dice);
    let employer = (retired.is_none() && matches!(way, "employer" | "employee"))
        .then(|| dice.usize(..employers(plan.people)));
    // Bases in whole yuan and odd fen, so that two per cent must be rounded.
    let base = dice.i64(4_200..14_000) * 100 + dice.i64(0..4) * 25;
    let (year, month, _) = born.on.ymd();
    let since = Date::from_ymd((year + 22).clamp(2002, plan.year - 2), month, 1);
    let ill = dice.u8(0..100) < if age >= 55 { 38 } else { 6 };
    Resident {
        number,
        born,
        plan: way,
        employer,
        base,
        since: since.unwrap_or(first),
        retired,
        disease: ill.then(|| DISEASES[dice.usize(..DISEASES.len())]),
        hospital: dice.usize(HOSPITALS),
        pharmacy: dice.usize(POOLING),
        visits: visits(age, ill, &mut dice),
        earlier: if way == "individual-1" || joining { 0 } else { dice.i64(0..400_000) },
        spouse: None,
    }
}

fn born(plan: &Plan, number: u32, joining: bool, dice: &mut Rng) -> Born {
    let age = match dice.u8(0..100) {
        _ if joining => dice.i32(20..45),
        0..=7 => dice.i32(70..92),
        8..=26 => dice.i32(58..70),
        27..=32 => dice.i32(53..61),
        _ => dice.i32(22..56),
    };
    let day = Date::from_ymd(plan.year - age, dice.u8(1..=12), dice.u8(1..=28));
    Born::on(plan.area, number, day.unwrap_or(Date::MIN))
}

fn retirement(born: Date, age: i32) -> Option<Date> {
    let (year, month, day) = born.ymd();
    Date::from_ymd(year + age, month, day)
}

/// Of a hundred: eighty through an employer; in Chongqing nine at each tier, two prepaid.
fn way(plan: &Plan, retired: bool, dice: &mut Rng) -> &'static str {
    let chance = dice.u8(0..100);
    if plan.area != CHONGQING {
        return "employee";
    }
    match chance {
        0..=79 => "employer",
        80..=88 => "individual-1",
        89..=97 => "individual-2",
        _ if retired => "employer",
        _ => "lump-sum",
    }
}

/// Many hardly come, some come often; the old and the ill more.
fn visits(age: i32, ill: bool, dice: &mut Rng) -> u32 {
    let usual = match age {
        ..=39 => 3,
        40..=59 => 5,
        _ => 9,
    };
    let usual = if ill { usual + 6 } else { usual };
    match dice.u8(0..100) {
        0..=14 => 0,
        15..=84 => usual / 2 + dice.u32(0..=usual),
        _ => usual + dice.u32(0..=usual * 2),
    }
}

/// Of neighbours of about the same age and not of the same sex some are married.
fn marry(all: &mut [Resident], plan: &Plan) {
    for place in 1..all.len() {
        let mut dice = plan.dice("married", all[place].number);
        let (one, other) = (&all[place - 1], &all[place]);
        let apart = (one.born.on.ymd().0 - other.born.on.ymd().0).abs();
        if one.spouse.is_none() && apart < 12 && dice.u8(0..100) < 60 {
            let (one, other) = (one.number, other.number);
            all[place - 1].spouse = Some(other);
            all[place].spouse = Some(one);
        }
    }
}
