//! Person-years from a seed, crowded around the places where a settlement can go wrong.

use super::money::{Fen, Rate, WHOLE, half_up};
use super::person_year::{
    Category, Channel, Date, Imported, Line, OutOfScope, PersonYear, Place, Status, Venue, Visit,
};
use super::random::Random;

/// What of a policy the person-years should crowd around.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    /// What bills may consist of.
    pub(crate) items: usize,
    pub(crate) diseases: usize,
    /// The benefit year begins on the first day of this month.
    pub(crate) year_starts_in: u32,
    pub(crate) plans: usize,
    pub(crate) retirement: Retirement,
    /// Thresholds, caps and boundaries.
    pub(crate) amounts: Vec<Fen>,
    pub(crate) rates: Vec<Rate>,
    /// Limits that other systems feed, with their amounts.
    pub(crate) imports: Vec<(String, Fen)>,
}

/// From when a retirement counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retirement {
    SameDay,
    MonthAfter,
}

/// Visits begin on this day and may run a little into the next year.
pub(crate) const FIRST_DAY: Date = Date { year: 2024, month: 1, day: 1 };

pub(crate) fn draw(seed: u64, shape: &Shape) -> PersonYear {
    let mut random = Random::from_seed(seed);
    let mut person = draw_person(seed, shape, &mut random);
    let count = random.between(1, 24);
    let heavy = random.percent(25);
    let longest_gap = random.pick(&[3, 12, 20, 30]);
    let mut day = random.index(20);
    for _ in 0..count {
        let draw = VisitDraw { shape, person: &person, heavy };
        let visit = draw.visit(&mut random, day);
        person.visits.push(visit);
        while random.percent(12) {
            let Some(reversal) = draw_reversal(&person, &mut random, day) else { break };
            person.visits.push(reversal);
        }
        day += random.index(longest_gap);
    }
    person
}

fn draw_person(seed: u64, shape: &Shape, random: &mut Random) -> PersonYear {
    let mut day_of = |year: i128| {
        let first = Date::new(i32::try_from(year).expect("a year is small"), 1, 1);
        first.plus_days(random.index(365))
    };
    // 1954 turns 70, and 29 February 1964 turns 60, among the visits.
    let births = [day_of(1935), day_of(1954), Date::new(1964, 2, 29), day_of(1964), day_of(1990)];
    let retirements = [None, None, Some(day_of(2010)), Some(day_of(2024)), Some(day_of(2024))];
    let plan_change = day_of(2024);
    let contract = day_of(2024);

    let enrolled_on = match random.index(3) {
        0 => Date::new(2024, 1, 1),
        1 => Date::new(2023, u32::try_from(random.between(1, 12)).expect("a month"), 1),
        _ => Date::new(2001, 7, 1),
    };
    let mut plans = vec![(enrolled_on, random.index(shape.plans))];
    if random.percent(30) {
        plans.push((plan_change, random.index(shape.plans)));
    }
    PersonYear {
        seed,
        born: random.pick(&births),
        enrolled_on,
        retired_on: random.pick(&retirements),
        plans,
        contract_from: random.pick(&[None, Some(FIRST_DAY), Some(contract)]),
        chosen_institution: u32::try_from(random.index(4)).expect("an institution"),
        imported: draw_imports(shape, random),
        visits: Vec::new(),
    }
}

fn draw_imports(shape: &Shape, random: &mut Random) -> Vec<Imported> {
    let mut imported = Vec::new();
    for (limit, amount) in &shape.imports {
        if random.percent(50) {
            let left = random.pick(&[0, 1, 1234, 10_000, 200_000]);
            let used = random.pick(&[(amount - left).max(0), *amount, amount / 2]);
            imported.push(Imported { limit: limit.clone(), on: FIRST_DAY, used });
        }
    }
    imported
}

/// Undoes any earlier visit that still stands, on the day reached.
fn draw_reversal(person: &PersonYear, random: &mut Random, day: usize) -> Option<Visit> {
    let reversed = |id| person.visits.iter().any(|other| other.reverses == Some(id));
    let standing: Vec<&Visit> = person
        .visits
        .iter()
        .filter(|visit| visit.reverses.is_none() && !reversed(visit.id))
        .collect();
    if standing.is_empty() {
        return None;
    }
    let original = standing[random.index(standing.len())];
    let id = next_id(person);
    let date = FIRST_DAY.plus_days(day).max(original.date);
    Some(Visit { id, date, time_order: id, reverses: Some(original.id), ..original.clone() })
}

fn next_id(person: &PersonYear) -> u64 {
    u64::try_from(person.visits.len()).expect("a few visits") + 1
}

struct VisitDraw<'a> {
    shape: &'a Shape,
    person: &'a PersonYear,
    heavy: bool,
}

impl VisitDraw<'_> {
    fn visit(&self, random: &mut Random, day: usize) -> Visit {
        let person = self.person;
        let (institution, venue, level) = draw_institution(random);
        let (place, channel) = draw_place(random, venue);
        let late = if channel == Channel::Paper { random.index(60).min(day) } else { 0 };
        let date = FIRST_DAY.plus_days(day - late);
        let prescribed = venue == Venue::Pharmacy && random.percent(80);
        let id = next_id(person);
        let disease = self.disease(random, 40);
        Visit {
            id,
            date,
            time_order: id,
            level,
            venue,
            place,
            channel,
            category: draw_category(random, venue),
            chosen: institution == person.chosen_institution,
            inpatient: random.percent(8),
            institution,
            status: person.status_on(date, self.shape.retirement),
            plan: person.plan_on(date),
            plans_held: person.plans_held_until(date, self.shape.year_starts_in),
            age: person.age_on(date),
            contract: person.contract_from.is_some_and(|from| from <= date),
            tenure_months: person.tenure_on(date),
            disease,
            filings: (0..self.shape.diseases).filter(|_| random.percent(60)).collect(),
            own_current: random.pick(&[0, 0, 1, 5000, 100_000]),
            own_earlier: random.pick(&[0, 0, 999, 30_000]),
            prescription: prescribed.then(|| random.pick(&[0, 1, 2, 3])),
            lines: self.lines(random),
            out_of_scope: draw_out_of_scope(random),
            reverses: None,
        }
    }

    fn lines(&self, random: &mut Random) -> Vec<Line> {
        let main = random.index(self.shape.items);
        let mut lines = Vec::new();
        for item in 0..self.shape.items {
            if item == main || random.percent(15) {
                lines.push(self.line(random, item));
                if random.percent(15) {
                    lines.push(self.line(random, item));
                }
            }
        }
        lines
    }

    fn line(&self, random: &mut Random, item: usize) -> Line {
        Line { item, disease: self.disease(random, 25), in_scope: self.amount(random) }
    }

    fn disease(&self, random: &mut Random, chance: i128) -> Option<usize> {
        let diseases = self.shape.diseases;
        (diseases > 0 && random.percent(chance)).then(|| random.index(diseases))
    }

    fn amount(&self, random: &mut Random) -> Fen {
        let boundary = random.pick(&self.shape.amounts);
        let rate = random.pick(&self.shape.rates);
        let amount = match random.index(10) {
            0 => 1,
            1 => random.between(2, 99),
            2 | 3 => boundary + random.between(-1, 1),
            4 => spending_that_ties(rate) + WHOLE * random.between(0, 30),
            5 => spending_that_ties(rate) + boundary,
            6 => spending_that_pays(boundary, rate) + random.between(-1, 1),
            7 => spending_that_pays(boundary, rate) + random.pick(&self.shape.amounts),
            8 => random.between(1, 100_000),
            _ if self.heavy => random.between(100_000, 60_000_000),
            _ => random.between(1000, 500_000),
        };
        amount.max(1)
    }
}

/// The least spending whose share ends in exactly half a fen; a share that never does gives one fen.
fn spending_that_ties(rate: Rate) -> Fen {
    (1..=WHOLE).find(|spending| spending * rate % WHOLE == WHOLE / 2).unwrap_or(1)
}

fn spending_that_pays(payment: Fen, rate: Rate) -> Fen {
    if rate == 0 { payment } else { half_up(payment * WHOLE, rate) }
}

/// Hospitals 0–7 (two a level), pharmacies 8 and 9, internet hospitals 10 and 11.
fn draw_institution(random: &mut Random) -> (u32, Venue, u8) {
    let hospital = random.pick(&[0, 1, 2, 3, 4, 5, 6, 7]);
    match random.index(10) {
        0 | 1 => (random.pick(&[8, 9]), Venue::Pharmacy, 0),
        2 => random.pick(&[(10, Venue::Internet, 2), (11, Venue::Internet, 3)]),
        _ => (u32::from(hospital), Venue::Hospital, hospital % 4),
    }
}

fn draw_place(random: &mut Random, venue: Venue) -> (Place, Channel) {
    if venue != Venue::Hospital || random.percent(75) {
        let channel = if random.percent(5) { Channel::Paper } else { Channel::Direct };
        return (Place::Local, channel);
    }
    (random.pick(&Place::ALL[1..]), random.pick(&Channel::ALL))
}

fn draw_category(random: &mut Random, venue: Venue) -> Category {
    match venue {
        Venue::Pharmacy => Category::Pharmacy,
        _ if random.percent(10) => Category::Emergency,
        _ => Category::Ordinary,
    }
}

fn draw_out_of_scope(random: &mut Random) -> OutOfScope {
    let mut some = || if random.percent(20) { random.between(1, 50_000) } else { 0 };
    OutOfScope { full_self_pay: some(), over_ceiling: some(), first_pay: some() }
}

impl PersonYear {
    pub(crate) fn status_on(&self, date: Date, retirement: Retirement) -> Status {
        let counts_from = self.retired_on.map(|day| match retirement {
            Retirement::SameDay => day,
            Retirement::MonthAfter => day.first_of_next_month(),
        });
        match counts_from {
            Some(from) if from <= date => Status::Retired,
            _ => Status::Active,
        }
    }

    pub(crate) fn plan_on(&self, date: Date) -> usize {
        let held = self.plans.iter().rfind(|(from, _)| *from <= date);
        held.expect("visits come after enrolment").1
    }

    /// Each once, in no order that matters.
    fn plans_held_until(&self, date: Date, year_starts_in: u32) -> Vec<usize> {
        let year = if date.month >= year_starts_in { date.year } else { date.year - 1 };
        let begins = Date::new(year, year_starts_in, 1);
        let mut held = Vec::new();
        for (index, (from, plan)) in self.plans.iter().enumerate() {
            let ends = self.plans.get(index + 1).map(|(next, _)| *next);
            let within = *from <= date && ends.is_none_or(|ends| begins.max(*from) < ends);
            if within && !held.contains(plan) {
                held.push(*plan);
            }
        }
        held
    }

    /// Completed years; born on 29 February, a year is completed on 1 March.
    pub(crate) fn age_on(&self, date: Date) -> u32 {
        let reached = (date.month, date.day) >= (self.born.month, self.born.day);
        let years = date.year - self.born.year - i32::from(!reached);
        u32::try_from(years).expect("visits come after birth")
    }

    /// Months since enrolment, which is always on the first of a month.
    pub(crate) fn tenure_on(&self, date: Date) -> u32 {
        let years = u32::try_from(date.year - self.enrolled_on.year).expect("enrolled before");
        years * 12 + date.month - self.enrolled_on.month
    }
}

mod tests {
    use super::*;

    fn shape() -> Shape {
        Shape {
            items: 2,
            diseases: 2,
            year_starts_in: 1,
            plans: 3,
            retirement: Retirement::MonthAfter,
            amounts: vec![20_000, 300_000],
            rates: vec![5000, 6000, 0],
            imports: vec![("pool-year".to_owned(), 4_700_000)],
        }
    }

    #[test]
    fn one_seed_gives_one_person_year() {
        for seed in 0..50 {
            assert_eq!(draw(seed, &shape()), draw(seed, &shape()));
        }
    }

    #[test]
    fn every_kind_of_visit_is_drawn() {
        let people: Vec<PersonYear> = (0..300).map(|seed| draw(seed, &shape())).collect();
        let some =
            |holds: &dyn Fn(&Visit) -> bool| people.iter().flat_map(|p| &p.visits).any(holds);
        assert!(Venue::ALL.iter().all(|venue| some(&|visit| visit.venue == *venue)));
        assert!(Place::ALL.iter().all(|place| some(&|visit| visit.place == *place)));
        assert!(some(&|visit| visit.in_scope() == 1));
        assert!(some(&|visit| visit.in_scope() == 20_000));
        assert!(some(&|visit| visit.inpatient));
        assert!(some(&|visit| visit.lines.iter().any(|line| line.disease != visit.disease)));
        assert!(some(&|visit| visit.plans_held.len() == 2));
        assert!(some(&|visit| visit.date.year == 2025));
        assert!(some(&|visit| visit.venue == Venue::Pharmacy && visit.prescription.is_none()));
        assert!(some(&|visit| visit.reverses.is_some_and(|id| id + 1 < visit.id)));
        assert!(people.iter().any(|person| {
            person.visits.is_sorted_by_key(|visit| visit.id)
                && !person.visits.is_sorted_by_key(|visit| visit.date)
        }));
        let retires = |person: &&PersonYear| {
            Status::ALL.iter().all(|status| person.visits.iter().any(|v| v.status == *status))
        };
        assert!(people.iter().filter(retires).count() > 20);
    }

    #[test]
    fn no_visit_is_reversed_twice() {
        for seed in 0..300 {
            let person = draw(seed, &shape());
            let mut reversed: Vec<u64> = person.visits.iter().filter_map(|v| v.reverses).collect();
            reversed.sort_unstable();
            assert!(reversed.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }

    #[test]
    fn seventy_is_reached_on_the_birthday() {
        let person = PersonYear { born: Date::new(1954, 6, 2), ..draw(1, &shape()) };
        assert_eq!(person.age_on(Date::new(2024, 6, 1)), 69);
        assert_eq!(person.age_on(Date::new(2024, 6, 2)), 70);
        let leap = PersonYear { born: Date::new(1964, 2, 29), ..person };
        assert_eq!(leap.age_on(Date::new(2025, 2, 28)), 60);
        assert_eq!(leap.age_on(Date::new(2025, 3, 1)), 61);
    }

    #[test]
    fn plans_are_held_from_their_first_day_until_the_next_one_begins() {
        let plans = vec![(Date::new(2023, 1, 1), 0), (Date::new(2024, 5, 1), 1)];
        let person = PersonYear { plans, ..draw(1, &shape()) };
        let held = |date, starts| person.plans_held_until(date, starts);
        assert_eq!(held(Date::new(2024, 4, 30), 1), [0]);
        assert_eq!(held(Date::new(2024, 5, 1), 1), [0, 1]);
        assert_eq!(held(Date::new(2024, 7, 1), 7), [1]);
        assert_eq!(held(Date::new(2025, 1, 1), 1), [1]);
    }

    #[test]
    fn a_retirement_may_count_from_the_month_after() {
        let person = PersonYear { retired_on: Some(Date::new(2024, 5, 15)), ..draw(1, &shape()) };
        let on = |day, retirement| person.status_on(day, retirement);
        assert_eq!(on(Date::new(2024, 5, 15), Retirement::SameDay), Status::Retired);
        assert_eq!(on(Date::new(2024, 5, 31), Retirement::MonthAfter), Status::Active);
        assert_eq!(on(Date::new(2024, 6, 1), Retirement::MonthAfter), Status::Retired);
    }
}
