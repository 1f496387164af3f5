//! Who comes to which counter when, and what is charged: the honest visits of the year.

use super::Plan;
use super::cast::{HOSPITALS, INTERNET, PHARMACIES, Resident};
use super::course::Course;
use agency::town::CHONGQING;
use fastrand::Rng;
use kernel::{Date, Moment};

/// Something charged for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Charge {
    /// Its place in the town's catalogue.
    pub ware: usize,
    /// How many.
    pub quantity: i64,
    /// Days of supply; 0: none stated.
    pub days: i64,
}

/// What somebody comes for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 普通门诊.
    Ordinary,
    /// 门诊慢特病, of a disease.
    Chronic(&'static str),
    /// “两病”, of a disease.
    TwoDisease(&'static str),
    /// 药店, without a prescription.
    Counter,
    /// 外配处方, written at this hospital and filled at the pharmacy of the encounter.
    Prescribed(usize),
}

/// What happens to the messages on their way, and afterwards.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// All arrive.
    Plain,
    /// The answer to the settlement is lost; it is sent again.
    Repeated,
    /// The answer is lost; the settlement is asked for by its message's number.
    Asked,
    /// The answer is lost; the message is taken back and the bill settled anew.
    Reversed,
    /// The lines were wrong: they are withdrawn and uploaded again.
    Withdrawn,
    /// The patient leaves before paying.
    Cancelled,
    /// The settlement is undone so many days later.
    Undone(i32),
}

/// Somebody at a counter.
#[derive(Clone, Debug)]
pub struct Encounter {
    /// When.
    pub at: Moment,
    /// Number of the resident.
    pub who: u32,
    /// Index of the institution.
    pub place: usize,
    /// What for.
    pub kind: Kind,
    /// What is charged.
    pub charges: Vec<Charge>,
    /// What happens to it.
    pub fate: Fate,
    /// Relatives' accounts pay too.
    pub family: bool,
    /// Which doctor, from 1.
    pub doctor: u32,
    /// Number of the fraud that it is part of.
    pub plant: Option<usize>,
}

/// The honest visits of everybody.
#[must_use]
pub fn encounters(plan: &Plan, cast: &[Resident], courses: &[Course]) -> Vec<Encounter> {
    let mut all = Vec::new();
    for (who, course) in cast.iter().zip(courses) {
        let mut dice = plan.dice("visits", who.number);
        usual(plan, who, course, &mut dice, &mut all);
        refills(plan, who, course, &mut dice, &mut all);
    }
    all
}

/// A moment on a day: most come in the morning.
pub(super) fn hour(day: Date, dice: &mut Rng) -> Moment {
    let minute = match dice.u8(0..10) {
        0..=5 => dice.i64(8 * 60..12 * 60),
        6..=8 => dice.i64(13 * 60 + 30..17 * 60 + 30),
        _ => dice.i64(17 * 60 + 30..21 * 60),
    };
    Moment(Moment::start_of(day).0 + minute * 60_000 + dice.i64(0..60) * 1_000)
}

fn usual(plan: &Plan, who: &Resident, course: &Course, dice: &mut Rng, all: &mut Vec<Encounter>) {
    let (from, to) = course.present(plan);
    let days = to.days() - from.days() + 1;
    let expected = i64::from(who.visits) * i64::from(days.max(0)) / 365;
    for _ in 0..expected {
        let day = Date::from_days(from.days() + dice.i32(0..days));
        let first = one(who, course, hour(day, dice), dice);
        // The card is in the hospital while its holder is; one in twenty still sends somebody for medicines.
        if course.in_hospital(first.at) && dice.u8(0..20) > 0 {
            continue;
        }
        follow_up(&first, dice, all);
        all.push(first);
    }
}

fn one(who: &Resident, course: &Course, at: Moment, dice: &mut Rng) -> Encounter {
    let elsewhere = dice.u8(0..100) < 25;
    let hospital = if elsewhere { dice.usize(HOSPITALS) } else { who.hospital };
    let pharmacy = if elsewhere { dice.usize(PHARMACIES) } else { who.pharmacy };
    let (kind, place) = match dice.u8(0..100) {
        0..=57 => (Kind::Ordinary, hospital),
        58..=60 => (Kind::Ordinary, INTERNET),
        61..=87 => (Kind::Counter, pharmacy),
        _ => (Kind::Prescribed(hospital), who.pharmacy),
    };
    let charges = match kind {
        Kind::Ordinary => visit_charges(who, dice),
        _ => medicines(dice),
    };
    let fate = if matches!(kind, Kind::Ordinary) { fate(dice) } else { purchase_fate(kind, dice) };
    let family = course.binds.is_some_and(|day| day < at.date());
    // Doctors of a hospital are few, and each sees the same patients again.
    let doctor = 1 + who.number % 5;
    Encounter { at, who: who.number, place, kind, charges, fate, family, doctor, plant: None }
}

fn fate(dice: &mut Rng) -> Fate {
    match dice.u16(0..1_000) {
        0..=14 => Fate::Repeated,
        15..=22 => Fate::Asked,
        23..=30 => Fate::Reversed,
        31..=42 => Fate::Withdrawn,
        43..=50 => Fate::Cancelled,
        51..=62 => Fate::Undone(0),
        63..=72 => Fate::Undone(dice.i32(1..25)),
        _ => Fate::Plain,
    }
}

fn purchase_fate(kind: Kind, dice: &mut Rng) -> Fate {
    match (dice.u16(0..1_000), kind) {
        (0..=14, _) => Fate::Repeated,
        (15..=26, Kind::Counter) => Fate::Reversed,
        (27..=38, Kind::Counter) => Fate::Undone(dice.i32(0..10)),
        _ => Fate::Plain,
    }
}

/// Now and then somebody is sent on, or comes back from the laboratory and pays a second bill at the same place.
fn follow_up(first: &Encounter, dice: &mut Rng, all: &mut Vec<Encounter>) {
    if first.kind != Kind::Ordinary || first.fate != Fate::Plain || first.place == INTERNET {
        return;
    }
    let later = |minutes: i64| Moment(first.at.0 + minutes * 60_000);
    match dice.u8(0..100) {
        0..=5 => all.push(Encounter {
            at: later(dice.i64(35..100)),
            charges: medicines(dice),
            ..first.clone()
        }),
        // Sent to a larger hospital on the same day.
        6..=7 => all.push(Encounter {
            at: later(dice.i64(70..240)),
            place: dice.usize(0..4),
            charges: examined(dice),
            ..first.clone()
        }),
        _ => {}
    }
}

fn charge(ware: usize, quantity: i64, days: i64) -> Charge {
    Charge { ware, quantity, days }
}

/// A consultation, often with a laboratory test, and medicines.
fn visit_charges(who: &Resident, dice: &mut Rng) -> Vec<Charge> {
    let mut charges = vec![charge(260 + dice.usize(0..3), 1, 0)];
    if dice.u8(0..100) < 35 {
        charges.push(charge(dice.usize(266..290), 1, 0));
    }
    if dice.u8(0..100) < 10 {
        charges.push(charge(dice.usize(290..305), 1, 0));
    }
    charges.extend(medicines(dice));
    if who.born.woman() && dice.u8(0..100) < 4 {
        charges.push(charge(151, 1, 7));
    }
    charges
}

fn examined(dice: &mut Rng) -> Vec<Charge> {
    let first = dice.usize(290..303);
    vec![charge(262, 1, 0), charge(first, 1, 0), charge(first + 1, 1, 0)]
}

/// One to four medicines for some days; mostly everyday ones.
fn medicines(dice: &mut Rng) -> Vec<Charge> {
    let count = dice.usize(1..=4);
    let mut wares: Vec<usize> = Vec::with_capacity(count);
    while wares.len() < count {
        let ware = match dice.u8(0..100) {
            0..=69 => dice.usize(0..40),
            70..=79 => dice.usize(41..60),
            80..=87 => dice.usize(200..259),
            88..=91 => dice.usize(61..80),
            92..=94 => dice.usize(81..90),
            95..=97 => 157,
            _ => 178,
        };
        if !wares.contains(&ware) {
            wares.push(ware);
        }
    }
    let boxes = |dice: &mut Rng| if dice.u8(0..8) == 0 { dice.i64(4..9) } else { dice.i64(1..4) };
    wares
        .into_iter()
        .map(|ware| {
            let quantity = boxes(dice);
            charge(ware, quantity, quantity * 3)
        })
        .collect()
}

/// Who has filed a disease comes about every month for what it needs; some a few days early, some late.
fn refills(plan: &Plan, who: &Resident, course: &Course, dice: &mut Rng, all: &mut Vec<Encounter>) {
    let (Some(disease), Some(filed)) = (who.disease, course.files) else { return };
    let (from, to) = course.present(plan);
    let two = plan.area == CHONGQING && who.number.is_multiple_of(4);
    let (kind, first) =
        if two { (Kind::TwoDisease(disease), 91) } else { (Kind::Chronic(disease), 111) };
    // What is flagged and not of class C has odd numbers, or even ones that end in 2, 4, 6, 8.
    let wares = [first + dice.usize(0..8), first + 8 + dice.usize(0..8)];
    if course.joins.is_some_and(|joined| filed <= joined) {
        return;
    }
    let mut day = Date::from_days(filed.days() + dice.i32(4..12));
    while day <= to {
        let at = hour(day, dice);
        if day >= from && !course.in_hospital(at) {
            let mut charges: Vec<Charge> =
                wares.iter().map(|ware| charge(*ware, dice.i64(1..4), 30)).collect();
            charges.insert(0, charge(260, 1, 0));
            all.push(Encounter {
                at,
                who: who.number,
                place: who.hospital,
                kind,
                charges,
                fate: fate(dice),
                family: false,
                doctor: 1 + who.number % 5,
                plant: None,
            });
        }
        day = Date::from_days(day.days() + dice.i32(24..41));
    }
}
