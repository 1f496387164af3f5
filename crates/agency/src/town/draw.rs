//! The people of the town who are not of the cast, by chance. Proportions are about those of the country: of a hundred
//! insured twenty-seven are retired; of those in work seventeen insure themselves, half of them at each tier.

use super::{Born, CHONGQING, Life};
use crate::facts;
use fastrand::Rng;
use kernel::account::Relation;
use kernel::{Date, Entitlement, Fen, Place};
use store::Area;

/// Somebody by chance, as of a day.
pub(super) fn life(area: Area, number: u32, born: Born, today: Date, dice: &mut Rng) -> Life {
    let mut life = Life::new(born);
    let since = enrolled(born.on, dice);
    let plan = if area == CHONGQING { plan(dice) } else { "employee" };
    life.insured(plan, since);
    let retired = retirement(&born).filter(|day| *day <= today);
    if let Some(day) = retired {
        life.retired(day);
    }
    life.civil_servant = plan != "individual-1" && dice.u8(0..100) < 9;
    trouble(&mut life, since, today, dice);
    care(&mut life, retired.is_some(), today, dice);
    if plan != "individual-1" {
        let most: i64 = if retired.is_some() { 600_000 } else { 250_000 };
        life.current = Fen::new(dice.i64(0..150_000));
        life.earlier = Fen::new(dice.i64(0..most));
    }
    if number > 1 && dice.u8(0..100) < 10 {
        let relations = [Relation::Spouse, Relation::Parent, Relation::Child];
        let relation = relations[dice.usize(..relations.len())];
        life.bound_to(number - 1, relation, since.max(day(2023, 1, 1)));
    }
    life
}

/// Of a hundred insured: eighty-three through an employer, eight at each tier, one prepaid.
fn plan(dice: &mut Rng) -> &'static str {
    match dice.u8(0..100) {
        0..=82 => "employer",
        83..=90 => "individual-1",
        91..=98 => "individual-2",
        _ => "lump-sum",
    }
}

/// First enrolled at twenty or later, not before 2001.
fn enrolled(born: Date, dice: &mut Rng) -> Date {
    let (year, month, _) = born.ymd();
    let age = dice.i32(20..=28);
    day((year + age).max(2001), month, 1).min(day(2023, 12, 1))
}

/// Women at fifty-five, men at sixty, on the birthday.
fn retirement(born: &Born) -> Option<Date> {
    let (year, month, of_month) = born.on.ymd();
    let age = if born.woman() { 55 } else { 60 };
    Date::from_ymd(year + age, month, of_month)
}

/// Arrears of one in a hundred, a waiting period of one in two hundred, a death of one in three hundred.
fn trouble(life: &mut Life, since: Date, today: Date, dice: &mut Rng) {
    let first = today.month().first_day();
    match dice.u16(0..600) {
        0..=5 if since < first => {
            life.end(facts::ENTITLEMENT, first.previous());
            life.entitled(Entitlement::Arrears, first, Date::MAX);
        }
        6..=8 => {
            let (first, last) = (today.month().plus(-2), today.month().plus(3));
            life.end(facts::ENTITLEMENT, first.first_day().previous());
            life.entitled(Entitlement::Waiting, first.first_day(), last.last_day());
            life.entitled(Entitlement::Entitled, last.plus(1).first_day(), Date::MAX);
        }
        9..=10 => {
            let died = Date::from_days(today.days() - dice.i32(1..300));
            life.fact(facts::DEATH, "", died, Date::MAX);
        }
        _ => {}
    }
}

/// Admissions, filings, chosen institutions, contracts, off-site filings.
fn care(life: &mut Life, old: bool, today: Date, dice: &mut Rng) {
    let area = life.born.area;
    let hospital = |dice: &mut Rng| format!("H99{:06}{:03}", area.0, dice.u32(1..=17));
    let begun = day(2024, 1, 1);
    if dice.u16(0..1_000) < if old { 8 } else { 2 } {
        let from = Date::from_days(today.days() - dice.i32(0..10));
        let place = hospital(dice);
        life.admitted(&place, from, None);
    }
    if dice.u8(0..100) < if old { 30 } else { 4 } {
        let disease = if dice.bool() { "M03900" } else { "M01600" };
        life.fact(facts::FILING, disease, begun, Date::MAX);
    }
    if dice.u8(0..100) < 5 {
        let place = hospital(dice);
        life.fact(facts::CHOSEN, &place, begun, Date::MAX);
        life.fact(facts::CONTRACT, &place, begun, Date::MAX);
    }
    if dice.u8(0..100) < 1 {
        life.fact(facts::OFFSITE, Place::Resettled.code(), begun, Date::MAX);
    }
}

fn day(year: i32, month: u8, of_month: u8) -> Date {
    Date::from_ymd(year, month, of_month).unwrap_or(Date::MIN)
}
