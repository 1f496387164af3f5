//! What the rules of supervision find before a visit is settled.

use crate::office::{
    AREA, CHILDRENS, DROPS, HOSPITAL_2, HOSPITAL_3, Office, PILLS, WOMENS, at, day, person,
};
use agency::facts;
use agency::regions::Law;
use agency::supervise::{Earlier, Encounter, Finding, Known, Order, RULES, Recent, inspect, look};
use kernel::{Date, Fen, Moment};
use std::collections::BTreeSet;
use store::{Fact, Id, PersonFile, Subject, Wants};

fn order(item: &str, days: i64) -> Order {
    Order {
        name: format!("O-{item}").into(),
        item: item.into(),
        amount: Fen::new(1_000),
        days: days * 100,
        approval: "0".into(),
    }
}

fn encounter(orders: Vec<Order>) -> Encounter {
    Encounter {
        person: person("P1"),
        visit: "V1".into(),
        institution: HOSPITAL_3.into(),
        at: at("2024-03-05 09:00:00"),
        orders,
    }
}

/// Rule and words of every finding.
fn told(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|it| format!("{}: {}", it.rule, it.words)).collect()
}

struct Desk {
    office: Office,
    recent: Recent,
    admission: Option<(Date, Date, String)>,
}

impl Desk {
    fn new() -> Desk {
        Desk { office: Office::open(), recent: Recent::default(), admission: None }
    }

    fn file(&self) -> PersonFile {
        let people = BTreeSet::from([person("P1")]);
        let world = self.office.agency.look(Wants { people, ..Wants::default() }).unwrap();
        let mut file = (**world.file(&person("P1")).unwrap()).clone();
        if let Some((from, to, detail)) = &self.admission {
            file.facts.push(Fact {
                id: Id::MIN,
                subject: Subject::Person(person("P1")),
                kind: facts::ADMISSION.into(),
                other: HOSPITAL_2.into(),
                from: *from,
                to: *to,
                learned_at: at("2024-01-01 00:00:00"),
                ended_at: None,
                detail: detail.as_str().into(),
            });
        }
        file
    }

    fn inspect(&self, encounter: &Encounter) -> Vec<Finding> {
        self.inspect_under(encounter, self.office.agency.regions().law(AREA).unwrap())
    }

    fn inspect_under(&self, encounter: &Encounter, law: &Law) -> Vec<Finding> {
        let directory = self.office.agency.directory(AREA).unwrap();
        let known = Known {
            file: &self.file(),
            directory: &directory,
            law,
            recent: &self.recent,
            now: at("2024-03-05 09:00:00"),
        };
        inspect(&known, encounter)
    }

    fn had(&mut self, item: &str, on: &str, days: i64) {
        self.recent.lines.push(Earlier {
            item: item.into(),
            at: at(on),
            days: days * 100,
            institution: HOSPITAL_2.into(),
        });
    }
}

#[test]
fn what_is_in_order_is_clean() {
    let mut desk = Desk::new();
    desk.had(PILLS, "2024-02-01 09:00:00", 30);
    desk.had(DROPS, "2024-03-04 09:00:00", 30);
    assert_eq!(told(&desk.inspect(&encounter(vec![order(PILLS, 30)]))), [""; 0]);
}

#[test]
fn an_item_for_children_is_found_by_the_age_on_the_day() {
    let desk = Desk::new();
    let found = desk.inspect(&encounter(vec![order(CHILDRENS, 7)]));
    assert_eq!(told(&found), ["age: XD99TEST0004 测试儿科糖浆：限14岁及以下使用，参保人63岁"]);
}

#[test]
fn an_item_for_women_is_found() {
    let desk = Desk::new();
    let approved = Order { approval: "1".into(), ..order(WOMENS, 7) };
    let found = desk.inspect(&encounter(vec![approved]));
    assert_eq!(told(&found), ["sex: XC99TEST0003 测试妇科片：限女性使用，参保人为男性"]);
    assert_eq!((found[0].amount, found[0].severity.number()), (1_000, 1));
    assert_eq!(&*found[0].orders[0].order, "O-XC99TEST0003");
}

#[test]
fn restricted_use_needs_an_approval() {
    let desk = Desk::new();
    let found = desk.inspect(&encounter(vec![order(WOMENS, 7)]));
    assert!(
        told(&found)
            .contains(&"restricted-use: XC99TEST0003 测试妇科片：限制使用，未经医院审批".into())
    );
}

#[test]
fn more_days_than_the_item_allows_are_found() {
    let desk = Desk::new();
    assert!(desk.inspect(&encounter(vec![order(DROPS, 30)])).is_empty());
    let found = desk.inspect(&encounter(vec![order(DROPS, 31), order(PILLS, 90)]));
    assert_eq!(told(&found), ["days-of-supply: XB99TEST0002 测试滴剂：31天，最多30天"]);
}

#[test]
fn the_same_medicine_before_the_last_supply_ends_is_found() {
    let mut desk = Desk::new();
    desk.had(PILLS, "2024-02-04 09:00:00", 31);
    let found = desk.inspect(&encounter(vec![order(PILLS, 7)]));
    let words =
        "duplicate-medicine: XA99TEST0001于2024-02-04在H50000000002已取药31天，可用至2024-03-05";
    assert_eq!(told(&found), [words]);
    desk.had(PILLS, "2024-03-01 09:00:00", 7);
    let found = desk.inspect(&encounter(vec![order(PILLS, 7)]));
    let words =
        "duplicate-medicine: XA99TEST0001于2024-03-01在H50000000002已取药7天，可用至2024-03-07";
    assert_eq!(told(&found), [words]);
    let twice = desk.inspect(&encounter(vec![order(DROPS, 7), order(DROPS, 7)]));
    assert_eq!(told(&twice), ["duplicate-medicine: XB99TEST0002在本次就诊中开具两次"]);
    assert_eq!((twice[0].orders.len(), twice[0].amount), (2, 1_000));
}

#[test]
fn a_visit_during_an_admission_is_found_by_the_clock_or_by_the_day() {
    let mut desk = Desk::new();
    let mut found = |from: &str, to: Option<&str>, detail: &str| {
        desk.admission = Some((day(from), to.map_or(Date::MAX, day), detail.into()));
        told(&desk.inspect(&encounter(vec![order(PILLS, 7)])))
    };
    let words = "overlap-with-admission: 2024-03-04至今在H50000000002住院";
    assert_eq!(found("2024-03-04", None, ""), [words]);
    assert!(found("2024-03-05", None, "").is_empty(), "the day of admission, no time known");
    assert!(found("2024-03-01", Some("2024-03-05"), "").is_empty(), "the day of discharge");
    let admitted = r#"{"admitted":"2024-03-05 08:00:00"}"#;
    assert_eq!(found("2024-03-05", None, admitted).len(), 1);
    let later = r#"{"admitted":"2024-03-05 10:00:00"}"#;
    assert!(found("2024-03-05", None, later).is_empty());
    let discharged = r#"{"admitted":"2024-03-01 08:00:00","discharged":"2024-03-05 09:30:00"}"#;
    assert_eq!(found("2024-03-01", Some("2024-03-05"), discharged).len(), 1);
}

#[test]
fn a_threshold_comes_from_the_policy_with_its_article() {
    let mut desk = Desk::new();
    let days = (1..=4).flat_map(|day| (0..4).map(move |hour| (day, hour)));
    let visits: Vec<Moment> =
        days.map(|(day, hour)| at(&format!("2024-03-0{day} 1{hour}:00:00"))).collect();
    desk.recent.visits = visits;
    assert!(desk.inspect(&encounter(vec![])).is_empty(), "Chongqing states no threshold");
    let sample = desk.office.agency.regions().law(store::Area(990_000)).unwrap().clone();
    let found = desk.inspect_under(&encounter(vec![]), &sample);
    assert_eq!(told(&found), ["visits-per-person-month: 2024-03第17次就诊，提示门槛15次"]);
    assert_eq!(found[0].articles, ["样例〔2023〕21号 第一条".into()]);
}

#[test]
fn every_rule_finds_something_somewhere() {
    let mut desk = Desk::new();
    desk.had(PILLS, "2024-03-01 09:00:00", 7);
    desk.admission = Some((day("2024-03-01"), Date::MAX, String::new()));
    desk.recent.visits = vec![at("2024-03-02 09:00:00"); 15];
    let all = vec![
        order(WOMENS, 7),
        order(CHILDRENS, 7),
        order(DROPS, 31),
        order(PILLS, 7),
        order("X0", 0),
    ];
    let sample = desk.office.agency.regions().law(store::Area(990_000)).unwrap().clone();
    let found = desk.inspect_under(&encounter(all), &sample);
    let rules: BTreeSet<&str> = found.iter().map(|it| &*it.rule).collect();
    let expected: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    assert_eq!(rules, expected);
}

#[test]
fn whoever_is_not_known_is_not_inspected() {
    let office = Office::open();
    let stranger = Encounter { person: person("P9"), ..encounter(vec![]) };
    assert!(look(&office.agency, &stranger).unwrap_err().to_string().starts_with("[4002]"));
    let many = encounter(vec![order(PILLS, 7); 1_001]);
    assert!(look(&office.agency, &many).unwrap_err().to_string().contains("1001行，最多1000行"));
    assert_eq!(look(&office.agency, &encounter(vec![order(PILLS, 7)])), Ok(vec![]));
}
