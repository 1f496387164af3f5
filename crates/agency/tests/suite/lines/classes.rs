//! 参保类型变更: from declared months to a plan on a day, to the limit of a settlement; in work to retired; 趸缴.

use super::bench::{Bench, CITY, CQ, DISTRICT, GX, GX_CLINIC, cq, gx, line, paid};
use crate::village::{day, moment};
use agency::business::account::{Learn, NewFact};
use agency::business::enrolment::{Declaration, Declare, Declared, KeepEmployer};
use agency::business::filing::CHOSEN;
use agency::documents::RECALCULATION;
use agency::enrolment::{Employer, known_months};
use agency::facts::{self, PLAN};
use kernel::{Date, Month};
use store::{Area, PersonKey, Wants};

const FACTORY: &str = "99DW000001";

impl Bench {
    /// Months of one person, declared and paid on their fifth day; by an employer if one is named.
    fn declare(&self, who: &PersonKey, employer: &str, plan: &str, months: &[&str]) {
        let row = |month: &&str| Declared {
            person: who.person.clone(),
            month: Month::parse(month).unwrap(),
            plan: plan.into(),
            base: 600_000,
            employer_share: if employer.is_empty() { 0 } else { 51_000 },
            own_share: 12_000,
            large_amount: 0,
            paid_on: Date::parse(&format!("{month}-05")),
            withdrawn: false,
        };
        let known = known_months(self.agency.store(), who.area, [&who.person]).unwrap();
        let declare = Declare {
            area: who.area,
            employer: employer.into(),
            rows: months.iter().map(row).collect(),
            known,
            source: "测试".into(),
        };
        let told: Declaration =
            self.ask(who.area, "", declare).unwrap().outcome.document().unwrap();
        assert!(told.rows.iter().all(|row| row.took.is_ok()), "{told:?}");
    }

    fn factory(&self, area: Area) {
        let employer = Employer {
            name: "测试机械厂".into(),
            district: "".into(),
            since: day("2023-01-01"),
            until: Date::MAX,
        };
        let keep = KeepEmployer { area, code: FACTORY.into(), employer };
        self.ask(area, "", keep).unwrap();
    }

    fn retires(&self, who: &PersonKey, on: &str) {
        let fact = NewFact {
            kind: facts::RETIREMENT.into(),
            other: "".into(),
            from: day(on),
            to: Date::MAX,
            detail: "".into(),
        };
        let learn = Learn { person: who.clone(), facts: vec![fact], wrong: Vec::new() };
        self.ask(who.area, "", learn).unwrap();
    }

    /// The plan on a day, as known now.
    fn plan(&self, who: &PersonKey, on: &str) -> String {
        let wants = Wants { people: [who.clone()].into(), ..Wants::default() };
        let world = self.agency.look(wants).unwrap();
        let file = world.file(who).unwrap();
        let known = moment("2030-01-01 00:00:00");
        facts::newest(file, PLAN, day(on), known)
            .map_or_else(String::new, |it| it.other.to_string())
    }
}

#[test]
fn first_tier_second_tier_employer_and_retired_within_a_year() {
    let bench = Bench::open();
    bench.factory(CQ);
    let jia = cq("甲");
    let visit = |at: &str, place: &str, fen: i64| {
        paid(&bench.at(at).visit(&jia, place, ("11", ""), &[line("A", fen)]))
    };
    bench.at("2024-03-05 10:00:00");
    bench.declare(&jia, "", "individual-1", &["2024-01", "2024-02", "2024-03"]);
    let plans = ["2023-12-31", "2024-01-01", "2024-03-31"].map(|on| bench.plan(&jia, on));
    assert_eq!(
        plans,
        ["employer", "individual-1", "individual-1"],
        "months decide from the first on"
    );
    // First tier, level 3: (1800 − 200) × 50% = 800, the limit; then nothing.
    assert_eq!(visit("2024-03-10 09:00:00", CITY, 180_000), (80_000, 20_000, 100_000));
    assert_eq!(visit("2024-03-11 09:00:00", CITY, 5_000), (0, 0, 5_000));
    // Second tier from April: the limit is 3000, of which 800 are used: 1000 × 60%.
    bench.at("2024-04-05 10:00:00").declare(&jia, "", "individual-2", &["2024-04"]);
    assert_eq!(visit("2024-04-06 09:00:00", DISTRICT, 100_000), (60_000, 0, 40_000));
    // Employed from May: the same limit; 5000 × 60% = 3000, 1600 are left.
    bench.at("2024-05-05 10:00:00").declare(&jia, FACTORY, "employer", &["2024-05"]);
    assert_eq!(visit("2024-05-06 09:00:00", DISTRICT, 500_000), (160_000, 0, 340_000));
    // Retired on 20 May: from June on 70%, and 4000, of which 1000 are left.
    bench.at("2024-05-20 10:00:00").retires(&jia, "2024-05-20");
    assert_eq!(visit("2024-05-31 09:00:00", DISTRICT, 10_000), (0, 0, 10_000), "still in work");
    assert_eq!(visit("2024-06-01 09:00:00", DISTRICT, 100_000), (70_000, 0, 30_000));
    assert_eq!(visit("2024-06-02 09:00:00", DISTRICT, 100_000), (30_000, 0, 70_000));
    bench.check();

    // It turns out that April was the first tier: what was settled is to be looked at again, and nothing else is changed.
    let store = bench.agency.store();
    let plan = |number: &str| number.contains("-plan-");
    let asked = || {
        let all = store.documents(CQ, RECALCULATION, "甲", ("甲", ""), 50).unwrap();
        all.iter().filter(|it| plan(&it.key.number)).count()
    };
    let before = asked();
    bench.at("2024-06-10 10:00:00").declare(&jia, "", "individual-1", &["2024-04"]);
    assert!(asked() > before);
    let plans = ["2024-04-30", "2024-05-01"].map(|on| bench.plan(&jia, on));
    assert_eq!(plans, ["individual-1", "employer"]);
    // The same again changes nothing.
    let after = asked();
    bench.declare(&jia, "", "individual-1", &["2024-04"]);
    assert_eq!(asked(), after);
    bench.check();
}

#[test]
fn a_lump_sum_has_the_limit_of_the_second_tier() {
    let bench = Bench::open();
    let yi = cq("乙");
    bench.at("2024-03-05 10:00:00").declare(&yi, "", "lump-sum", &["2024-02", "2024-03"]);
    assert_eq!(bench.plan(&yi, "2024-03-31"), "lump-sum");
    let visit = |at: &str, fen: i64| {
        paid(&bench.at(at).visit(&yi, DISTRICT, ("11", ""), &[line("A", fen)]))
    };
    // (5200 − 200) × 60% = 3000, the limit.
    assert_eq!(visit("2024-03-10 09:00:00", 520_000), (300_000, 20_000, 220_000));
    assert_eq!(visit("2024-03-11 09:00:00", 10_000), (0, 0, 10_000));
    // The first tier has less: nothing is left, and nothing is taken back.
    bench.at("2024-04-05 10:00:00").declare(&yi, "", "individual-1", &["2024-04"]);
    assert_eq!(visit("2024-04-06 09:00:00", 10_000), (0, 0, 10_000));
    bench.check();
}

#[test]
fn in_guangxi_one_class_retires_within_the_year() {
    let bench = Bench::open();
    bench.factory(GX);
    let wu = gx("戊");
    bench.filed(&wu, CHOSEN, (GX_CLINIC, ""), ("2024-03-01", None));
    bench.at("2024-03-05 10:00:00").declare(
        &wu,
        FACTORY,
        "employee",
        &["2024-01", "2024-02", "2024-03"],
    );
    assert_eq!(bench.plan(&wu, "2024-03-31"), "employee");
    let visit = |at: &str, fen: i64| {
        paid(&bench.at(at).visit(&wu, GX_CLINIC, ("11", ""), &[line("A", fen)]))
    };
    // (2600 − 600) × 60% = 1200, the limit in work.
    assert_eq!(visit("2024-03-10 09:00:00", 260_000), (120_000, 60_000, 140_000));
    bench.at("2024-03-15 10:00:00").retires(&wu, "2024-03-15");
    assert_eq!(visit("2024-03-31 09:00:00", 10_000), (0, 0, 10_000));
    // Retired: 1800, of which 600 are left; 1000 × 65% = 650.
    assert_eq!(visit("2024-04-01 09:00:00", 100_000), (60_000, 0, 40_000));
    bench.check();
}
