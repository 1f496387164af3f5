//! What happens when: the whole year as a list of acts in order of time, drawn before the first of them is played.

use super::Plan;
use super::cast::Resident;
use super::course::Course;
use super::encounters::Encounter;
use kernel::{Date, Moment, Month};
use std::collections::{BTreeMap, BTreeSet};

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Act {
    /// Somebody comes to a counter.
    Come(Box<Encounter>),
    /// A bill of the tally is undone.
    Undo(usize),
    /// Something in somebody's life comes to the agency's ears.
    Turn(u32, Turn),
    /// The agency does what is due.
    Duty(Duty),
}

/// Something in somebody's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// Joins.
    Joins,
    /// Retirement is registered.
    Retires,
    /// A death is reported, and the account closed a few days later.
    Dies,
    /// The account is closed.
    Closes,
    /// Moves away, and takes the account along.
    Leaves,
    /// Binds the account of the husband or wife.
    Binds,
    /// A hospital files the disease.
    Files,
    /// Admitted.
    Admitted(usize),
    /// Discharged.
    Discharged(usize),
    /// Changes the tier.
    Tier,
    /// Pays a premium from the account.
    Premium,
    /// Hands in a bill on paper.
    Paper,
}

/// Something that is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// 日结.
    CloseDay(Date),
    /// 推算待遇享受期.
    Derive(Month),
    /// 缴费申报.
    Declare(Month),
    /// 到账.
    Receive(Date),
    /// 个账划入, for this month and those that changed.
    Credit(Month),
    /// 月结算.
    Clear(Month),
    /// 重算.
    Recalculate,
    /// 年终清算.
    CloseYear,
    /// 零星报销拨付.
    PayPeople,
    /// 监管案件.
    Cases,
    /// 事后监管, of a span.
    Supervise(Date, Date),
}

/// What is to come, in order of time.
#[derive(Debug, Default)]
pub struct Agenda {
    acts: BTreeMap<(Moment, u64), Act>,
    added: u64,
}

impl Agenda {
    /// Puts something down.
    pub fn add(&mut self, at: Moment, act: Act) {
        self.added += 1;
        self.acts.insert((at, self.added), act);
    }

    /// The next thing.
    pub fn take(&mut self) -> Option<(Moment, Act)> {
        self.acts.pop_first().map(|((at, _), act)| (at, act))
    }

    /// How much is left.
    #[must_use]
    pub fn len(&self) -> usize {
        self.acts.len()
    }

    /// Nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }
}

/// On a day at an hour and minute.
#[must_use]
pub fn at(day: Date, hour: i64, minute: i64) -> Moment {
    Moment(Moment::start_of(day).0 + (hour * 60 + minute) * 60_000)
}

/// The year.
#[must_use]
pub fn agenda(
    plan: &Plan,
    cast: &[Resident],
    courses: &[Course],
    encounters: Vec<Encounter>,
) -> Agenda {
    let mut agenda = Agenda::default();
    duties(plan, cast, courses, &mut agenda);
    for (who, course) in cast.iter().zip(courses) {
        for (moment, turn) in turns(course) {
            agenda.add(moment, Act::Turn(who.number, turn));
        }
    }
    for encounter in encounters {
        agenda.add(encounter.at, Act::Come(Box::new(encounter)));
    }
    agenda
}

fn turns(course: &Course) -> Vec<(Moment, Turn)> {
    let mut turns = Vec::new();
    let mut add = |day: Date, turn| turns.push((at(day, 9, 30), turn));
    if let Some(day) = course.joins {
        add(day, Turn::Joins);
    }
    if let Some((_, learned)) = course.retires {
        add(learned, Turn::Retires);
    }
    if let Some((_, learned)) = course.dies {
        add(learned, Turn::Dies);
        add(Date::from_days(learned.days() + 5), Turn::Closes);
    }
    if let Some(day) = course.leaves {
        add(day, Turn::Leaves);
    }
    let gone = course.leaves.into_iter().chain(course.dies.map(|(day, _)| day)).min();
    let there = |day: &Date| {
        gone.is_none_or(|gone| *day < gone) && course.joins.is_none_or(|joined| joined < *day)
    };
    if let Some(day) = course.binds.filter(there) {
        add(day, Turn::Binds);
    }
    if let Some(day) = course.files.filter(there) {
        add(day, Turn::Files);
    }
    if let Some(day) = course.premium.filter(there) {
        add(day, Turn::Premium);
    }
    let later = course.paper.filter(there).map(|day| Date::from_days(day.days() + 40));
    if let Some(day) = later.filter(there) {
        add(day, Turn::Paper);
    }
    if let Some(month) = course.changes_tier.filter(|month| there(&month.first_day())) {
        add(month.first_day(), Turn::Tier);
    }
    for (place, stay) in course.stays.iter().enumerate() {
        let (from, to) = (stay.from, stay.to);
        match stay.late {
            None => {
                turns.push((from, Turn::Admitted(place)));
                turns.push((to, Turn::Discharged(place)));
            }
            Some(days) => {
                let later = Date::from_days(to.date().days() + days);
                turns.push((at(later, 10, 0), Turn::Discharged(place)));
            }
        }
    }
    turns
}

/// Months of the year, in order.
pub(super) fn months(plan: &Plan) -> impl Iterator<Item = Month> {
    let year = plan.year;
    (1..=12).filter_map(move |month| Month::new(year, month))
}

fn duties(plan: &Plan, cast: &[Resident], courses: &[Course], agenda: &mut Agenda) {
    let mut add = |moment: Moment, duty| agenda.add(moment, Act::Duty(duty));
    let day = |month: Month, day: i32| Date::from_days(month.first_day().days() + day - 1);
    for month in months(plan) {
        add(at(day(month, 1), 1, 0), Duty::Derive(month));
        add(at(day(month, 8), 7, 0), Duty::Declare(month));
        add(at(day(month, 27), 7, 0), Duty::Credit(month));
        add(at(day(month, 20), 7, 0), Duty::Recalculate);
        add(at(day(month, 24), 7, 0), Duty::PayPeople);
        add(at(day(month.plus(1), 6), 6, 0), Duty::Clear(month));
    }
    for date in pay_days(plan, cast, courses) {
        add(at(date, 7, 30), Duty::Receive(date));
    }
    // Sundays, and the last of each month.
    let (first, last) = (plan.first_day().days(), plan.last_day().days());
    for date in (first..=last).map(Date::from_days) {
        if date.days() % 7 == 3 || date.next().month() != date.month() {
            add(at(date.next(), 0, 10), Duty::CloseDay(date));
        }
    }
    for first in [1, 4, 7, 10].into_iter().filter_map(|month| Month::new(plan.year, month)) {
        let (from, to) = (first.first_day(), first.plus(2).last_day());
        add(at(day(first.plus(3), 4), 5, 0), Duty::Supervise(from, to));
        let last = plan.last_day().month().plus(1);
        for month in (3..6).filter(|month| first.plus(*month) <= last) {
            add(at(day(first.plus(month), 5), 5, 0), Duty::Cases);
            add(at(day(first.plus(month), 16), 5, 0), Duty::Cases);
        }
    }
    let whole = Duty::Supervise(plan.first_day(), plan.last_day());
    let january = plan.last_day().next().month();
    add(at(day(january, 20), 7, 0), Duty::Recalculate);
    add(at(day(january, 25), 7, 0), Duty::CloseYear);
    add(at(day(january, 26), 5, 0), whole);
    add(at(day(january, 26), 9, 0), Duty::Cases);
    add(at(day(january, 27), 9, 0), Duty::Cases);
    add(at(day(january, 28), 0, 10), Duty::CloseDay(day(january, 27)));
}

fn pay_days(plan: &Plan, cast: &[Resident], courses: &[Course]) -> BTreeSet<Date> {
    let mut days = BTreeSet::new();
    for (who, course) in cast.iter().zip(courses) {
        days.extend(months(plan).filter_map(|month| course.due(plan, who, month)?.paid_on));
    }
    days
}
