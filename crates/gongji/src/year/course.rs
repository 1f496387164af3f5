//! What becomes of each resident in the year: who joins, moves, changes, falls in arrears, retires, marries, lies in
//! hospital, dies. Drawn before the year begins; the books hear of it when people report it.

use super::Plan;
use super::cast::{Resident, employers};
use agency::town::CHONGQING;
use fastrand::Rng;
use kernel::{Date, Moment, Month};

/// A year of somebody's life.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// Joins on this day; who is there from the beginning has none.
    pub joins: Option<Date>,
    /// Moves to another area on this day: months after it are not declared.
    pub leaves: Option<Date>,
    /// From this month works for another employer.
    pub changes_employer: Option<(Month, usize)>,
    /// From this month pays for the second tier.
    pub changes_tier: Option<Month>,
    /// 退休登记, and when the books hear of it.
    pub retires: Option<(Date, Date)>,
    /// Does not pay for some months.
    pub arrears: Option<Arrears>,
    /// Dies, and when the books hear of it.
    pub dies: Option<(Date, Date)>,
    /// Binds the account of the husband or wife on this day.
    pub binds: Option<Date>,
    /// Stays in hospital, in order.
    pub stays: Vec<Stay>,
    /// Files the disease on this day.
    pub files: Option<Date>,
    /// Was treated elsewhere on this day, paid, and hands the bill in later.
    pub paper: Option<Date>,
    /// Pays a relative's or an own premium from the account on this day.
    pub premium: Option<Date>,
}

/// Months that are not paid when they are due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrears {
    /// The first of them.
    pub first: Month,
    /// How many.
    pub months: i32,
    /// When all of them are paid, if ever.
    pub repaired: Option<Date>,
}

impl Arrears {
    /// Whether a month is among them.
    #[must_use]
    pub const fn holds(&self, month: Month) -> bool {
        let since = month.since(self.first);
        since >= 0 && since < self.months
    }
}

/// 住院.
#[derive(Clone, Debug)]
pub struct Stay {
    /// 入院.
    pub from: Moment,
    /// 出院.
    pub to: Moment,
    /// Where: index of a hospital.
    pub hospital: usize,
    /// The books hear of it when it is over, so many days after the discharge; else at once.
    pub late: Option<i32>,
}

/// What is declared for a month of somebody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// 参保类型.
    pub plan: &'static str,
    /// The employer; none: pays alone.
    pub employer: Option<usize>,
    /// 缴费基数, fen.
    pub base: i64,
    /// When it arrives, if it does in the year.
    pub paid_on: Option<Date>,
}

/// The year of everybody.
#[must_use]
pub fn courses(plan: &Plan, cast: &[Resident]) -> Vec<Course> {
    cast.iter().map(|who| course(plan, who)).collect()
}

fn course(plan: &Plan, who: &Resident) -> Course {
    let mut dice = plan.dice("course", who.number);
    let dice = &mut dice;
    let mut course = Course::default();
    let age = plan.first_day().age_of(who.born.on);
    if who.number > plan.people {
        course.joins = plan.day(dice.i32(15..300));
    }
    let working = who.retired.is_none();
    let there = course.joins.is_none();
    let chance = dice.u16(0..1_000);
    if working && there {
        troubles(plan, who, chance, dice, &mut course);
        retires(plan, who, dice, &mut course);
    }
    if there && (dice.u16(0..1_000) < if age >= 75 { 45 } else { 2 } || plan.shows(who, 3)) {
        let day = plan.day(dice.i32(60..330));
        // One in five deaths is reported weeks later.
        let later = if dice.u8(0..5) == 0 { dice.i32(20..60) } else { dice.i32(1..6) };
        course.dies = day.map(|day| (day, Date::from_days(day.days() + later)));
    }
    if who.spouse.is_some() && dice.u8(0..100) < 40 {
        course.binds = plan.day(dice.i32(10..200));
    }
    if who.disease.is_some() && dice.u8(0..100) < 60 {
        course.files = plan.day(dice.i32(8..90));
    }
    if there && dice.u16(0..1_000) < if age >= 60 { 160 } else { 40 } {
        course.stays.push(stay(plan, dice));
    }
    if dice.u8(0..100) < 6 {
        course.paper = plan.day(dice.i32(20..290));
    }
    if there && dice.u8(0..100) < 6 {
        course.premium = plan.day(dice.i32(240..330));
    }
    course
}

/// Of a thousand in work: some change employer, some move away, some do not pay.
fn troubles(plan: &Plan, who: &Resident, chance: u16, dice: &mut Rng, course: &mut Course) {
    let month = |month: u8| Month::new(plan.year, month);
    match chance {
        0..=59 => {
            let other = dice.usize(..employers(plan.people));
            if who.employer.is_some_and(|own| own != other) {
                course.changes_employer = month(dice.u8(2..=11)).map(|month| (month, other));
            }
        }
        60..=84 => course.leaves = plan.day(dice.i32(40..320)),
        85..=139 if who.plan == "individual-1" => course.changes_tier = month(dice.u8(2..=11)),
        _ if who.employer.is_none() && dice.u8(0..100) < 30 => {
            let (first, months) = (dice.u8(2..=7), dice.i32(1..=6));
            let Some(first) = month(first) else { return };
            let paid = first.plus(months).first_day().days() + dice.i32(4..22);
            let paid = Date::from_days(paid);
            let repaired = (dice.u8(0..100) < 75 && paid < plan.last_day()).then_some(paid);
            course.arrears = Some(Arrears { first, months, repaired });
        }
        _ => {}
    }
}

/// Who reaches the age retires on the birthday; a third of that is registered months later.
fn retires(plan: &Plan, who: &Resident, dice: &mut Rng, course: &mut Course) {
    let (year, month, day) = who.born.on.ymd();
    let reached = Date::from_ymd(year + if who.born.woman() { 55 } else { 60 }, month, day);
    let shown = plan.shows(who, 5).then(|| plan.day(150)).flatten();
    let Some(on) = shown.or(reached).filter(|day| day.ymd().0 == plan.year) else { return };
    if who.plan == "lump-sum" || course.leaves.is_some() || course.arrears.is_some() {
        return;
    }
    let later = if dice.u8(0..3) == 0 { dice.i32(40..120) } else { dice.i32(0..9) };
    let learned = Date::from_days(on.days() + later).min(plan.last_day());
    course.retires = Some((on, learned));
}

fn stay(plan: &Plan, dice: &mut Rng) -> Stay {
    let from = plan.day(dice.i32(20..330)).unwrap_or(plan.first_day());
    let to = Date::from_days(from.days() + dice.i32(3..16));
    let at = |day: Date, hour: i64| Moment(Moment::start_of(day).0 + hour * 3_600_000);
    Stay {
        from: at(from, 9),
        to: at(to, 16),
        hospital: dice.usize(0..9),
        late: (dice.u8(0..100) < 30).then(|| dice.i32(2..25)),
    }
}

/// When an employer's money arrives: between the tenth and the seventeenth.
fn pay_day(employer: usize, month: Month) -> Date {
    let tenth = month.first_day().days() + 9;
    Date::from_days(tenth + i32::try_from(employer % 8).unwrap_or(0))
}

/// Some employers do not pay for some months: two catch up, within and after three months, one does not.
#[must_use]
pub fn employer_arrears(plan: &Plan, employer: usize) -> Option<Arrears> {
    let late = |first, months, repaired: Option<(u8, u8)>| {
        let repaired = repaired.and_then(|(month, day)| Date::from_ymd(plan.year, month, day));
        Month::new(plan.year, first).map(|first| Arrears { first, months, repaired })
    };
    match employer {
        1 => late(4, 2, Some((6, 20))),
        2 => late(5, 5, Some((10, 20))),
        3 => late(10, 3, None),
        _ => None,
    }
}

impl Course {
    /// The days on which somebody lives here.
    #[must_use]
    pub fn present(&self, plan: &Plan) -> (Date, Date) {
        let from = self.joins.map_or(plan.first_day(), |day| day.month().plus(1).first_day());
        let gone = self.leaves.into_iter().chain(self.dies.map(|(day, _)| day)).min();
        (from, gone.map_or(plan.last_day(), Date::previous))
    }

    /// In hospital at a moment.
    #[must_use]
    pub fn in_hospital(&self, at: Moment) -> bool {
        self.stays.iter().any(|stay| stay.from <= at && at < stay.to)
    }

    /// What is declared for a month, as far as the declaring side knows by a day; the last month of who retires is the one
    /// in which that is learned.
    #[must_use]
    pub fn due(&self, plan: &Plan, who: &Resident, month: Month) -> Option<Due> {
        let over = |day: Date| day.month() < month;
        let gone = self.leaves.is_some_and(over)
            || self.dies.is_some_and(|(_, learned)| over(learned))
            || self.retires.is_some_and(|(_, learned)| over(learned))
            || who.retired.is_some();
        if gone || self.joins.is_some_and(|day| month <= day.month()) {
            return None;
        }
        let employer = match self.changes_employer {
            Some((from, other)) if from <= month => Some(other),
            _ => who.employer,
        };
        let tier = self.changes_tier.is_some_and(|from| from <= month);
        let insured = if tier { "individual-2" } else { who.plan };
        let (arrears, usual) = match employer {
            Some(place) => (employer_arrears(plan, place), pay_day(place, month)),
            None => {
                let day =
                    month.first_day().days() + 2 + i32::try_from(who.number % 20).unwrap_or(0);
                (self.arrears, Date::from_days(day))
            }
        };
        let paid_on = match arrears.filter(|arrears| arrears.holds(month)) {
            Some(arrears) => arrears.repaired,
            None => Some(usual),
        };
        Some(Due { plan: insured, employer, base: who.base, paid_on })
    }
}

impl Due {
    /// What is owed: to the pool, from the person (of employees the account's), the large-amount premium. Fen.
    #[must_use]
    pub fn amounts(&self, plan: &Plan) -> [i64; 3] {
        let share = |per_mille: i64| (self.base * per_mille + 500) / 1_000;
        let large = if plan.area == CHONGQING { 500 } else { 800 };
        match self.employer {
            Some(_) => [share(85), share(20), large],
            None if self.plan == "individual-1" => [0, share(50), large],
            None => [0, share(110), large],
        }
    }
}
