//! Frauds, planted: drawn by a generator of its own that knows nothing of the rules that are to find them, and written down.
//! What honest people do that looks alike is in [`super::encounters`].

use super::Plan;
use super::cast::{HOSPITALS, PHARMACIES, Resident};
use super::course::Course;
use super::encounters::{Charge, Encounter, Fate, Kind};
use fastrand::Rng;
use kernel::{Date, Moment};

/// Stands for a line that names no item: 西药费, as a sum.
pub const AGGREGATE: usize = usize::MAX;

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scheme {
    /// 串换刷卡: the cards of several people, one after the other, again and again at one pharmacy.
    Ring,
    /// 分解收费: one visit is charged as many.
    Splitting,
    /// 异地同时: one card at two places in too short a time.
    Travel,
    /// 性别、年龄不符: medicines for women to men, for children to the grown.
    Swapped,
    /// 重复开药: the same medicine everywhere within days.
    Repeat,
    /// 药店套刷: a pharmacy charges cards by night, the same round sums.
    Pharmacy,
    /// 住院期间: the card of somebody in hospital is used.
    Admitted,
    /// 无明细: bills of one line that names nothing.
    Aggregate,
}

impl Scheme {
    /// All.
    pub const ALL: &'static [Scheme] = &[
        Scheme::Ring,
        Scheme::Splitting,
        Scheme::Travel,
        Scheme::Swapped,
        Scheme::Repeat,
        Scheme::Pharmacy,
        Scheme::Admitted,
        Scheme::Aggregate,
    ];

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Scheme::Ring => "集中刷卡团伙",
            Scheme::Splitting => "分解收费",
            Scheme::Travel => "短时异地就诊",
            Scheme::Swapped => "性别年龄不符",
            Scheme::Repeat => "重复开药",
            Scheme::Pharmacy => "药店异常",
            Scheme::Admitted => "住院期间使用",
            Scheme::Aggregate => "无明细",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Scheme::Ring => "card ring",
            Scheme::Splitting => "bill splitting",
            Scheme::Travel => "impossible travel",
            Scheme::Swapped => "wrong sex or age",
            Scheme::Repeat => "repeat dispensing",
            Scheme::Pharmacy => "pharmacy anomaly",
            Scheme::Admitted => "use during admission",
            Scheme::Aggregate => "no details",
        }
    }
}

/// A fraud.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plant {
    /// What is done.
    pub scheme: Scheme,
    /// Whose cards.
    pub people: Vec<u32>,
    /// Where: indices of institutions.
    pub places: Vec<usize>,
}

/// Plants frauds among the encounters.
pub fn plant(
    plan: &Plan,
    cast: &[Resident],
    courses: &[Course],
    encounters: &mut Vec<Encounter>,
) -> Vec<Plant> {
    let mut planter = Planter {
        plan,
        cast,
        courses,
        dice: plan.dice("frauds", 0),
        encounters,
        plants: Vec::new(),
    };
    // About one resident in a hundred is in something of each kind.
    let times = (plan.people / 150).max(1);
    for _ in 0..times {
        planter.ring();
        planter.splitting();
        planter.travel();
        planter.swapped();
        planter.repeat();
        planter.admitted();
        planter.aggregate();
    }
    for place in 0..(plan.people / 2_000).clamp(1, 3) {
        planter.pharmacy(35 + place as usize);
    }
    planter.plants
}

struct Planter<'a> {
    plan: &'a Plan,
    cast: &'a [Resident],
    courses: &'a [Course],
    dice: Rng,
    encounters: &'a mut Vec<Encounter>,
    plants: Vec<Plant>,
}

impl Planter<'_> {
    /// Somebody who lives here all year, not in hospital, of an age.
    fn somebody(&mut self, ages: std::ops::Range<i32>) -> u32 {
        for _ in 0..500 {
            let place = self.dice.usize(..self.cast.len());
            let (who, course) = (&self.cast[place], &self.courses[place]);
            let age = self.plan.first_day().age_of(who.born.on);
            let stays = course.joins.is_none() && course.leaves.is_none() && course.dies.is_none();
            if stays && course.stays.is_empty() && ages.contains(&age) {
                return who.number;
            }
        }
        1
    }

    fn day(&mut self, from: i32, to: i32) -> Date {
        let day = self.dice.i32(from..to);
        self.plan.day(day).unwrap_or(self.plan.first_day())
    }

    fn begin(&mut self, scheme: Scheme, people: Vec<u32>, places: Vec<usize>) -> usize {
        self.plants.push(Plant { scheme, people, places });
        self.plants.len() - 1
    }

    fn add(&mut self, plant: usize, (who, place): (u32, usize), at: Moment, charges: Vec<Charge>) {
        let kind = if place < 20 { Kind::Ordinary } else { Kind::Counter };
        let (fate, family, plant) = (Fate::Plain, false, Some(plant));
        self.encounters.push(Encounter {
            at,
            who,
            place,
            kind,
            charges,
            fate,
            family,
            doctor: 1,
            plant,
        });
    }

    fn goods(&mut self) -> Vec<Charge> {
        let first = self.dice.usize(1..37);
        let many = self.dice.i64(3..9);
        vec![charge(first, many, 0), charge(first + 2, many, 0)]
    }

    /// Somebody holds five to nine cards and empties them together, on several days.
    fn ring(&mut self) {
        let size = self.dice.usize(5..=9);
        let people: Vec<u32> = (0..size).map(|_| self.somebody(25..80)).collect();
        let place = self.dice.usize(PHARMACIES);
        let plant = self.begin(Scheme::Ring, people.clone(), vec![place]);
        for _ in 0..self.dice.usize(4..=8) {
            let day = self.day(40, 350);
            let mut at = at(day, 10 * 60 + self.dice.i64(0..360));
            for who in &people {
                let goods = self.goods();
                self.add(plant, (*who, place), at, goods);
                at = Moment(at.0 + self.dice.i64(90..400) * 1_000);
            }
        }
    }

    /// What one bill would be is cut into four to seven, minutes apart.
    fn splitting(&mut self) {
        let (who, place) = (self.somebody(25..85), self.dice.usize(HOSPITALS));
        let plant = self.begin(Scheme::Splitting, vec![who], vec![place]);
        for _ in 0..self.dice.usize(2..=4) {
            let day = self.day(20, 355);
            let mut at = at(day, 8 * 60 + self.dice.i64(30..400));
            for _ in 0..self.dice.usize(4..=7) {
                let ware = self.dice.usize(1..39);
                let charges = vec![charge(ware, self.dice.i64(1..4), 7)];
                self.add(plant, (who, place), at, charges);
                at = Moment(at.0 + self.dice.i64(4..16) * 60_000);
            }
        }
    }

    /// A card is used at a hospital, and minutes later at another.
    fn travel(&mut self) {
        let who = self.somebody(25..85);
        let places = [self.dice.usize(0..9), self.dice.usize(9..18)];
        let plant = self.begin(Scheme::Travel, vec![who], places.to_vec());
        for _ in 0..self.dice.usize(2..=5) {
            let day = self.day(20, 355);
            let first = at(day, 9 * 60 + self.dice.i64(0..400));
            let later = Moment(first.0 + self.dice.i64(3..14) * 60_000);
            for (place, moment) in places.iter().zip([first, later]) {
                let goods = self.goods();
                self.add(plant, (who, *place), moment, goods);
            }
        }
    }

    /// Medicines that cannot be for the holder of the card.
    fn swapped(&mut self) {
        let who = loop {
            let who = self.somebody(25..85);
            if who % 2 == 1 || self.dice.u8(0..20) == 0 {
                break who;
            }
        };
        let place = self.dice.usize(HOSPITALS);
        let plant = self.begin(Scheme::Swapped, vec![who], vec![place]);
        for _ in 0..self.dice.usize(2..=4) {
            let day = self.day(20, 355);
            let moment = at(day, 9 * 60 + self.dice.i64(0..400));
            let item = if who % 2 == 1 && self.dice.bool() { 151 } else { 153 };
            let ware = self.dice.usize(1..39);
            let charges = vec![charge(item, 2, 7), charge(ware, 2, 6)];
            self.add(plant, (who, place), moment, charges);
        }
    }

    /// A month's supply of the same medicine at four to six places within ten days.
    fn repeat(&mut self) {
        let who = self.somebody(45..85);
        let count = self.dice.usize(4..=6);
        let places: Vec<usize> = (0..count).map(|_| self.dice.usize(HOSPITALS)).collect();
        let plant = self.begin(Scheme::Repeat, vec![who], places.clone());
        for _ in 0..self.dice.usize(1..=3) {
            let first = self.day(20, 340);
            let ware = self.dice.usize(1..39);
            for (number, place) in (0..).zip(&places) {
                let day = Date::from_days(first.days() + number * 2);
                let moment = at(day, 8 * 60 + self.dice.i64(0..500));
                let charges = vec![charge(ware, self.dice.i64(3..6), 30)];
                self.add(plant, (who, *place), moment, charges);
            }
        }
    }

    /// A pharmacy charges many cards late in the evening, the same goods each time.
    fn pharmacy(&mut self, place: usize) {
        let plant = self.begin(Scheme::Pharmacy, Vec::new(), vec![place]);
        let mut people = Vec::new();
        let size = (self.plan.people / 6).clamp(25, 200);
        for _ in 0..size {
            let who = self.somebody(25..85);
            let day = self.day(30, 355);
            let moment = at(day, 21 * 60 + self.dice.i64(30..140));
            self.add(plant, (who, place), moment, vec![charge(31, 9, 0), charge(33, 9, 0)]);
            people.push(who);
        }
        self.plants[plant].people = people;
    }

    /// Somebody else uses the card of one who lies in hospital.
    fn admitted(&mut self) {
        let stays = |course: &Course| course.stays.first().cloned();
        let all: Vec<_> = self
            .cast
            .iter()
            .zip(self.courses)
            .filter(|(_, course)| course.dies.is_none() && course.leaves.is_none())
            .filter_map(|(who, course)| stays(course).map(|stay| (who.number, stay)))
            .collect();
        if all.is_empty() {
            return;
        }
        let (who, stay) = all[self.dice.usize(..all.len())].clone();
        let place = self.dice.usize(POOLED);
        let plant = self.begin(Scheme::Admitted, vec![who], vec![place]);
        let (from, to) = (stay.from.date().days() + 1, stay.to.date().days());
        for _ in 0..self.dice.usize(2..=3) {
            let day = Date::from_days(self.dice.i32(from..to.max(from + 1)));
            let moment = at(day, 9 * 60 + self.dice.i64(0..400));
            let goods = self.goods();
            self.add(plant, (who, place), moment, goods);
        }
    }

    /// A clinic bills sums without saying what for.
    fn aggregate(&mut self) {
        let (who, place) = (self.somebody(25..85), self.dice.usize(9..18));
        let plant = self.begin(Scheme::Aggregate, vec![who], vec![place]);
        for _ in 0..self.dice.usize(2..=4) {
            let day = self.day(20, 355);
            let moment = at(day, 9 * 60 + self.dice.i64(0..400));
            let sum = self.dice.i64(80..600) * 100;
            self.add(plant, (who, place), moment, vec![charge(AGGREGATE, sum, 0)]);
        }
    }
}

/// Hospitals and clinics of the lower levels.
const POOLED: std::ops::Range<usize> = 4..18;

fn at(day: Date, minute: i64) -> Moment {
    Moment(Moment::start_of(day).0 + minute * 60_000)
}

fn charge(ware: usize, quantity: i64, days: i64) -> Charge {
    Charge { ware, quantity, days }
}
