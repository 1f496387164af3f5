//! Where all claims have one shape, most people never leave its registers, whatever the shape is; and they come to what the
//! kernel makes of the same claims bill by bill.

use crate::exact::{shipped, supersede};
use crate::reference::random::Random;
use kernel::{Date, Timeline};
use policy::{Choice, Library};
use simulate::{
    Attribute, Claims, Fold, Limited, More, Outcome, PersonName, Profile, Tables, Ways,
};

const RATES: &str = "programme.ordinary.share.rate=[{band=1,rate=\"33.33%\"},{band=2,rate=\"55%\"},{band=3,rate=\"70%\"}]";
const BANDED: [&str; 3] = [
    "programme.ordinary.bands.upto=[\"500\",\"2000.01\"]",
    "programme.ordinary.bands.last=open",
    RATES,
];
const CLOSED: [&str; 3] = [
    "programme.ordinary.bands.upto=[\"500\",\"2000.01\",\"6000\"]",
    "programme.ordinary.bands.last=closed",
    RATES,
];
const LIMIT: &str = "programme.ordinary.limit.ordinary-year.period=";
const DEDUCTIBLE: &str = "programme.ordinary.deductible.period=";

/// Chongqing with values stated over its documents.
fn chongqing(set: &[String]) -> Timeline {
    let choice = Choice { set: set.to_vec(), ..Choice::default() };
    Library::shipped().region("500000", &choice).expect("a sound change").timeline
}

fn profiles() -> Vec<Profile> {
    let mut profiles = Vec::new();
    for status in ["active", "retired"] {
        for plan in ["employer", "individual-1"] {
            for level in ["1", "3"] {
                let mut profile = Profile::default();
                profile.set(Attribute::Status, status);
                profile.set(Attribute::Plan, plan);
                profile.set(Attribute::Level, level);
                profiles.push(profile);
            }
        }
    }
    profiles
}

/// People with up to 40 claims each, from a day on.
fn claims(seed: u64, from: &str, days: i128) -> Claims {
    let mut random = Random::from_seed(seed);
    let start = i64::from(Date::parse(from).expect("a day").days()) * 86_400_000_000;
    let mut claims = Claims { first: vec![0], ..Claims::default() };
    for person in 0..400 {
        let profile = u32::try_from(random.index(8)).expect("a small number");
        let mut times: Vec<i128> =
            (0..random.between(1, 40)).map(|_| random.between(0, days * 86_400 - 1)).collect();
        times.sort_unstable();
        times.dedup();
        for time in times {
            let most = random.pick(&[1_000, 30_000, 300_000]);
            let amount = random.between(0, most);
            let time = i64::try_from(time).expect("seconds of a year");
            claims.amount.push(u32::try_from(amount).expect("a small amount"));
            // The level changes from claim to claim.
            claims.profile.push(profile ^ u32::from(random.percent(40)));
            claims.time.push(start + time * 1_000_000);
        }
        claims.people.push(PersonName::Number(person));
        claims.first.push(u32::try_from(claims.amount.len()).expect("a few rows"));
    }
    claims
}

/// All that an outcome says, row by row, and of whom limits cut something off.
type Said = (Vec<[i64; 4]>, Vec<Limited>);

fn said(outcome: &Outcome, claims: &Claims, base: usize) -> Said {
    let fund = |number: usize, row: usize| outcome.funds[number].get(row).copied().unwrap_or(0);
    let rows = (0..outcome.deductible.len())
        .map(|row| [outcome.deductible[row], fund(0, row), fund(1, row), fund(2, row)]);
    (rows.collect(), outcome.limited(claims, base))
}

/// Holds both ways of folding to each other.
fn agree(named: &str, timeline: &Timeline, claims: &Claims) -> Ways {
    let tables = Tables::compile(timeline, &profiles()).expect("tables");
    let (mut fold, mut by_bill) = (Fold::new(&tables), Fold::bill_by_bill(&tables));
    let (mut outcome, mut wanted) = (Outcome::default(), Outcome::default());
    for first in (0..claims.people.len()).step_by(50) {
        fold.people(claims, first..first + 50, &mut outcome);
        by_bill.people(claims, first..first + 50, &mut wanted);
        let base = claims.first[first] as usize;
        let said = [&outcome, &wanted].map(|outcome| said(outcome, claims, base));
        assert!(said[0] == said[1], "{named}: people from {first} on");
    }
    fold.ways()
}

/// What is stated, by name.
fn shapes() -> Vec<(String, Vec<String>)> {
    let periods = ["benefit-year", "quarter", "month", "day-institution", "visit"];
    let mut shapes = vec![("closed bands".to_string(), CLOSED.map(str::to_string).to_vec())];
    for limit in periods {
        for deductible in periods {
            let both = [format!("{LIMIT}{limit}"), format!("{DEDUCTIBLE}{deductible}")];
            shapes.push((format!("limit {limit}, deductible {deductible}"), both.to_vec()));
            let named = format!("bands, limit {limit}, deductible {deductible}");
            let texts = [both[0].as_str(), both[1].as_str()];
            shapes.push((named, banded(&texts)));
        }
    }
    for rounding in ["down", "half-up"] {
        let named = format!("bands, rounding {rounding}");
        shapes.push((named, banded(&[&format!("rounding.mode={rounding}")])));
    }
    let spending = "programme.ordinary.deductible.basis=spending";
    shapes.push(("bands, deductible met by spending".into(), banded(&[spending])));
    shapes
}

fn banded(more: &[&str]) -> Vec<String> {
    BANDED.iter().chain(more).map(|set| (*set).to_string()).collect()
}

#[test]
fn whatever_the_shape_most_people_stay_in_registers() {
    for (seed, (named, set)) in (0..).zip(shapes()) {
        let timeline = chongqing(&set);
        let ways = agree(&named, &timeline, &claims(seed, "2024-01-01", 366));
        assert_eq!((ways.walked, ways.bill_by_bill), (0, 0), "{named}: {ways:?}");
    }
}

/// The pool's limit is reached by some, and the large-amount fund pays on: they are walked.
#[test]
fn whose_excess_is_sent_on_is_walked() {
    let set = banded(&["limit.pool-year.amount=[{yuan=9000}]", &format!("{LIMIT}month")]);
    let ways = agree("a low limit of the pool", &chongqing(&set), &claims(1, "2024-01-01", 366));
    assert!(ways.walked > 20 && ways.one_shape > 100 && ways.bill_by_bill == 0, "{ways:?}");
}

#[test]
fn a_change_of_policy_or_of_year_changes_no_fen() {
    let monthly = [format!("{LIMIT}month"), format!("{DEDUCTIBLE}quarter")];
    let before = chongqing(&banded(&[&monthly[0], &monthly[1]]));
    let cheaper = "programme.ordinary.deductible.amount=[{yuan=40}]";
    let mut timeline = before.clone();
    let after = chongqing(&banded(&[&monthly[0], &monthly[1], cheaper]));
    let change = Date::parse("2024-04-16").expect("a day");
    supersede(&mut timeline, &after, change);
    let ways = agree("a change in April", &timeline, &claims(2, "2024-01-01", 366));
    assert_eq!(ways.one_shape, 400, "{ways:?}");
    let ways = agree("over New Year", &before, &claims(3, "2024-11-01", 120));
    assert!(ways.walked > 200 && ways.bill_by_bill == 0, "{ways:?}");
}

/// A benefit year that begins in April instead of January from July on: its months count anew, and some come twice.
#[test]
fn a_benefit_year_that_begins_anew_changes_no_fen() {
    let monthly = format!("{LIMIT}month");
    let mut timeline = chongqing(&banded(&[&monthly]));
    let after = chongqing(&banded(&[&monthly, "benefit_year.start=04-01"]));
    let change = Date::parse("2024-07-01").expect("a day");
    supersede(&mut timeline, &after, change);
    let ways = agree("a new beginning", &timeline, &claims(4, "2024-01-01", 366));
    assert!(ways.walked == 400, "{ways:?}");
}

/// Claims handed in late, at other places on the same day, of one visit: who has one is walked, and nobody goes further.
#[test]
fn claims_out_of_order_are_walked() {
    let periods = [("month", "quarter"), ("visit", "benefit-year"), ("month", "day-institution")];
    for (seed, (limit, deductible)) in (7..).zip(periods) {
        let set = banded(&[&format!("{LIMIT}{limit}"), &format!("{DEDUCTIBLE}{deductible}")]);
        let mut claims = claims(seed, "2024-01-01", 366);
        let mut random = Random::from_seed(seed);
        let rows = claims.rows();
        let mut some = |percent: i128, numbers: usize| -> Vec<u64> {
            let mut one = || if random.percent(percent) { random.index(numbers) as u64 } else { 0 };
            (0..rows).map(|_| one()).collect()
        };
        let (late, institution, visit) = (some(2, 60), some(30, 3), some(3, 400));
        let service = (0..rows).map(|row| {
            let late = i32::try_from(late[row]).expect("a few days");
            let first = Date::parse("2024-01-01").expect("a day").days();
            (claims.service(row) - late).max(first)
        });
        let nothing = vec![0; rows];
        claims.more = Some(More {
            service: service.collect(),
            back: vec![0; rows],
            joined: vec![false; rows],
            institution,
            visit,
            outside: nothing.clone(),
            current: nothing.clone(),
            earlier: nothing,
        });
        let named = format!("limit {limit}, deductible {deductible}, out of order");
        let ways = agree(&named, &chongqing(&set), &claims);
        assert!(ways.walked > 20 && ways.one_shape > 20, "{named}: {ways:?}");
        assert_eq!(ways.bill_by_bill, 0, "{named}");
    }
}

/// Where refunds are settled on the accumulators of their day, the kernel settles who has one.
#[test]
fn refunds_on_the_accumulators_of_their_day_are_left_to_the_kernel() {
    let timeline = shipped("990200");
    let mut profile = Profile::default();
    profile.set(Attribute::Level, "2");
    let day = i64::from(Date::parse("2024-05-10").expect("a day").days()) * 86_400_000_000;
    let time = (0..4).map(|number| day + number * 86_400_000_000);
    let claims = Claims {
        people: vec![PersonName::Number(1)],
        first: vec![0, 4],
        amount: vec![10_000, 10_000, 0, 10_000],
        profile: vec![0; 4],
        time: time.collect(),
        more: Some(More {
            back: vec![0, 0, 2, 0],
            joined: vec![false; 4],
            service: (0..4).map(|number| 19_853 + number).collect(),
            institution: vec![0; 4],
            visit: vec![0; 4],
            outside: vec![0; 4],
            current: vec![0; 4],
            earlier: vec![0; 4],
        }),
        ..Claims::default()
    };
    let tables = Tables::compile(&timeline, &[profile]).expect("tables");
    let (mut fold, mut outcome) = (Fold::new(&tables), Outcome::default());
    fold.people(&claims, 0..1, &mut outcome);
    assert_eq!(outcome.funds[0], [0, 6_000, -6_000, 6_000]);
    assert_eq!(fold.general().keys().collect::<Vec<_>>(), [&simulate::Further::RefundOnToday]);
}

/// The second part says that the person has retired, the first that they have not: the bill is the first one's, and the kernel
/// settles it. 700 − 200 at 60 %, and 200 at 60 % afterwards.
#[test]
fn parts_that_contradict_each_other_are_left_to_the_kernel() {
    let timeline = shipped("500000");
    let day = i64::from(Date::parse("2024-05-10").expect("a day").days()) * 86_400_000_000;
    let claims = Claims {
        people: vec![PersonName::Number(1)],
        first: vec![0, 3],
        amount: vec![30_000, 40_000, 20_000],
        profile: vec![0, 4, 0],
        time: vec![day, day, day + 1_000_000],
        more: Some(More {
            back: vec![0; 3],
            joined: vec![false, true, false],
            service: vec![19_853; 3],
            institution: vec![0; 3],
            visit: vec![0; 3],
            outside: vec![0; 3],
            current: vec![0; 3],
            earlier: vec![0; 3],
        }),
        ..Claims::default()
    };
    let profiles = profiles();
    let tables = Tables::compile(&timeline, &profiles).expect("tables");
    let (mut fold, mut outcome) = (Fold::new(&tables), Outcome::default());
    fold.people(&claims, 0..1, &mut outcome);
    assert_eq!(outcome.deductible, [20_000, 0, 0]);
    assert_eq!(outcome.funds[0], [30_000, 0, 12_000]);
    assert_eq!(fold.general().keys().collect::<Vec<_>>(), [&simulate::Further::Parts]);
}
