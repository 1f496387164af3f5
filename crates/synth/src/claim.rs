//! The claims of a person's year, in order of settlement.

use crate::calibration::{Calibration, Figure};
use crate::dice::{Dice, whole};
use crate::line::{self, Amounts, Line};
use crate::person::Person;
use crate::place::{Habits, Place, Tier, tier};
use kernel::{Date, Moment};

/// What a claim is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// 普通门诊.
    Ordinary = 0,
    /// 急诊.
    Emergency = 1,
    /// 门诊慢特病.
    Chronic = 2,
    /// 门诊两病.
    TwoDisease = 3,
    /// 药店购药.
    Purchase = 4,
}

impl Kind {
    /// All.
    pub const ALL: [Kind; 5] =
        [Kind::Ordinary, Kind::Emergency, Kind::Chronic, Kind::TwoDisease, Kind::Purchase];

    /// 医疗类别 as files of bills write it.
    #[must_use]
    pub const fn category(self) -> &'static str {
        match self {
            Kind::Ordinary => "ordinary",
            Kind::Emergency => "emergency",
            Kind::Chronic => "chronic",
            Kind::TwoDisease => "two-disease",
            Kind::Purchase => "pharmacy",
        }
    }
}

/// A claim, or the reversal of one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claim {
    /// Number of the person.
    pub person: u64,
    /// Number among the person's, from 1.
    pub serial: u32,
    /// When it is settled.
    pub at: Moment,
    /// Day of service.
    pub day: Date,
    /// What it is for.
    pub kind: Kind,
    /// Where.
    pub place: Place,
    /// Level of the prescribing institution, if there is a prescription.
    pub prescribed: Option<u8>,
    /// 参保类型, as an index.
    pub plan: u8,
    /// Retired.
    pub retired: bool,
    /// No benefits: contributions are in arrears.
    pub arrears: bool,
    /// While an inpatient.
    pub admitted: bool,
    /// Filed for care elsewhere.
    pub offsite: bool,
    /// Disease it is for, as an index.
    pub disease: Option<u8>,
    /// Amounts.
    pub amounts: Amounts,
    /// The serial of the claim that it takes back; 0: it takes back none.
    pub reverses: u32,
}

/// A stay at a hospital.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stay {
    /// Number of the person.
    pub person: u64,
    /// Where.
    pub place: Place,
    /// First day.
    pub from: Date,
    /// Day of discharge.
    pub to: Date,
    /// 医疗费, fen.
    pub total: i64,
}

/// A person's year.
#[derive(Clone, Debug, Default)]
pub struct PersonYear {
    /// Claims in order of settlement.
    pub claims: Vec<Claim>,
    /// Fee lines with the place of their claim before it was sorted by time: the serial.
    pub lines: Vec<(u32, Line)>,
    /// Stays.
    pub stays: Vec<Stay>,
}

/// What drawing needs to know.
pub(crate) struct Draw<'a> {
    pub(crate) aims: &'a Calibration,
    /// People of the whole population.
    pub(crate) people: u64,
}

/// Longest stay, days.
const LONGEST: i64 = 90;
/// A claim is taken back within so many days.
const REGRET: u64 = 5;

impl Draw<'_> {
    /// The year of a person.
    pub(crate) fn year(&self, person: &Person, dice: &mut Dice, year: &mut PersonYear) {
        year.claims.clear();
        year.lines.clear();
        year.stays.clear();
        let get = |figure| self.aims.get(figure);
        let retired = person.is_retired(person.from);
        let (visits, purchases, stays) = match retired {
            true => (Figure::VisitsRetired, Figure::PurchasesRetired, Figure::StaysRetired),
            false => (Figure::VisitsActive, Figure::PurchasesActive, Figure::StaysActive),
        };
        let share = person.share_of_year();
        let habits = Habits::draw(self.people, dice);
        // Who is often ill goes often to hospitals and to pharmacies.
        let frailty = dice.frailty(get(Figure::VisitsShape));
        self.stays(person, dice.count(get(stays) * share), &habits, dice, &mut year.stays);
        let counts = [
            (Kind::Ordinary, dice.count(get(visits) * share * frailty)),
            (Kind::Purchase, dice.count(get(purchases) * share * frailty)),
            (
                Kind::Chronic,
                person.chronic.map_or(0, |_| dice.count(get(Figure::ChronicVisits) * share)),
            ),
            (Kind::TwoDisease, person.two_disease.map_or(0, |_| dice.count(4.0 * share))),
        ];
        let mut lines = Vec::new();
        for (kind, count) in counts {
            for _ in 0..count {
                self.claim(person, kind, &habits, dice, &mut lines, year);
            }
        }
        self.order(person, dice, year);
    }

    fn stays(
        &self,
        person: &Person,
        count: u32,
        habits: &Habits,
        dice: &mut Dice,
        stays: &mut Vec<Stay>,
    ) {
        let days = u64::from((person.to.days() - person.from.days() + 1).max(1).unsigned_abs());
        for _ in 0..count {
            let first = person.from.days() + i32::try_from(dice.below(days)).unwrap_or(0);
            let long = whole(dice.around(self.aims.get(Figure::StayDays), 0.7)).clamp(1, LONGEST);
            let tier = if dice.chance(0.55) { Tier::Tertiary } else { Tier::Secondary };
            let yuan =
                dice.around(self.aims.get(Figure::StayCost), self.aims.get(Figure::CostSigma));
            stays.push(Stay {
                person: person.number,
                place: habits.place(tier, self.people, dice),
                from: Date::from_days(first),
                to: Date::from_days(first + i32::try_from(long).unwrap_or(1)),
                total: whole(yuan * 100.0),
            });
        }
        stays.sort_by_key(|stay| (stay.from, stay.to));
        // Nobody lies in two hospitals at once.
        stays.dedup_by(|later, earlier| later.from <= earlier.to);
    }

    fn claim(
        &self,
        person: &Person,
        kind: Kind,
        habits: &Habits,
        dice: &mut Dice,
        lines: &mut Vec<Line>,
        year: &mut PersonYear,
    ) {
        let get = |figure| self.aims.get(figure);
        let day = day(person, dice);
        let kind = match kind {
            Kind::Ordinary if dice.chance(get(Figure::Emergency)) => Kind::Emergency,
            other => other,
        };
        let pharmacy = kind == Kind::Purchase;
        let tier = if pharmacy { Tier::Pharmacy } else { tier(self.aims, dice) };
        let place = habits.place(tier, self.people, dice);
        let sigma = get(Figure::CostSigma);
        let mean = match (kind, tier) {
            (Kind::Chronic, _) => get(Figure::ChronicCost),
            (_, Tier::Pharmacy) => get(Figure::PurchaseMedian) * (sigma * sigma / 2.0).exp(),
            (_, Tier::Primary) => get(Figure::PrimaryCost),
            (_, Tier::Secondary) => get(Figure::SecondaryCost),
            (_, Tier::Tertiary) => get(Figure::TertiaryCost),
        };
        let yuan = dice.around(mean, sigma);
        line::draw(yuan, pharmacy, self.aims, dice, lines);
        let prescribed = (pharmacy && dice.chance(get(Figure::Prescribed)))
            .then(|| habits.place(crate::place::tier(self.aims, dice), self.people, dice).level());
        let serial = u32::try_from(year.claims.len() + 1).unwrap_or(u32::MAX);
        let inside = |stay: &Stay| stay.from < day && day < stay.to;
        year.claims.push(Claim {
            person: person.number,
            serial,
            at: Moment(Moment::start_of(day).0 + time_of_day(kind, dice)),
            day,
            kind,
            place,
            prescribed,
            plan: person.plan_on(day),
            retired: person.is_retired(day),
            arrears: person.in_arrears(day),
            admitted: year.stays.iter().any(inside),
            offsite: !pharmacy && dice.chance(get(Figure::Offsite)),
            disease: match kind {
                Kind::Chronic => person.chronic,
                Kind::TwoDisease => person.two_disease,
                _ => None,
            },
            amounts: Amounts::of(lines),
            reverses: 0,
        });
        year.lines.extend(lines.iter().map(|line| (serial, *line)));
    }

    /// Adds reversals and puts everything into order.
    fn order(&self, person: &Person, dice: &mut Dice, year: &mut PersonYear) {
        let last = Moment(Moment::start_of(person.to.next()).0 - 1);
        let mut serial = u32::try_from(year.claims.len()).unwrap_or(u32::MAX);
        for place in 0..year.claims.len() {
            let claim = year.claims[place];
            if !dice.chance(self.aims.get(Figure::Reversals)) {
                continue;
            }
            let later = i64::try_from(60_000 + dice.below(REGRET * 86_400_000)).unwrap_or(60_000);
            let at = Moment(claim.at.0 + later);
            if at > last {
                continue;
            }
            serial += 1;
            let amounts = claim.amounts.negated();
            year.claims.push(Claim { serial, at, amounts, reverses: claim.serial, ..claim });
        }
        year.claims.sort_by_key(|claim| (claim.at, claim.serial));
    }
}

/// A day on which somebody is insured; fewer on Sundays and Saturdays.
fn day(person: &Person, dice: &mut Dice) -> Date {
    let days = u64::from((person.to.days() - person.from.days() + 1).max(1).unsigned_abs());
    let mut draw =
        || Date::from_days(person.from.days() + i32::try_from(dice.below(days)).unwrap_or(0));
    let day = draw();
    // 1 January 1970 was a Thursday.
    let weekend = matches!((day.days() + 3).rem_euclid(7), 5 | 6);
    if weekend { draw() } else { day }
}

/// When in the day, milliseconds: hospitals are busiest from eight to eleven, pharmacies in the evening.
fn time_of_day(kind: Kind, dice: &mut Dice) -> i64 {
    const HOSPITAL: [f64; 24] = [
        0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.6, 3.0, 12.0, 14.0, 12.0, 6.0, 2.0, 4.0, 9.0, 9.0, 6.0,
        3.0, 1.5, 1.2, 1.0, 0.8, 0.5, 0.3,
    ];
    const PHARMACY: [f64; 24] = [
        0.1, 0.1, 0.0, 0.0, 0.0, 0.1, 0.5, 2.0, 5.0, 8.0, 8.0, 6.0, 4.0, 4.0, 5.0, 6.0, 7.0, 8.0,
        9.0, 9.0, 7.0, 4.0, 1.0, 0.3,
    ];
    const NIGHT_AND_DAY: [f64; 24] = [1.0; 24];
    let hours = match kind {
        Kind::Emergency => &NIGHT_AND_DAY,
        Kind::Purchase => &PHARMACY,
        _ => &HOSPITAL,
    };
    let hour = i64::try_from(dice.pick(hours)).unwrap_or(9);
    hour * 3_600_000 + i64::try_from(dice.below(3_600_000)).unwrap_or(0)
}
