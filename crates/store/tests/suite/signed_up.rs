//! Who signed up with whom on a day, counted and listed: the same on either store.

use crate::sample::{AREA, account, fact, id, key, moment, person};
use crate::stores;
use kernel::Date;
use store::{ByFact, Changes, Fact, Id, Store, Wants};

const LEARNED: &str = "2026-01-01 08:00:00";

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// Four people: P1 and P2 with H1 (P2 moved to H2 in March, and is not entitled), P3 died in February, P4 was taken back.
fn rows() -> Changes {
    let mut changes = Changes::default();
    let signed = |number: u128, who: &str, other: &str, from: &str, to: Option<&str>| Fact {
        from: day(from),
        to: to.map_or(Date::MAX, day),
        ..fact(&key(who), id(LEARNED, number), "chosen", other)
    };
    for who in ["P1", "P2", "P3", "P4"] {
        changes.people.push(person(&key(who), "测试"));
        changes.accounts.push(account(&key(who), 0, 1));
        let state = if who == "P2" { "arrears" } else { "entitled" };
        let number = changes.facts.len() as u128 + 100;
        changes.facts.push(fact(&key(who), id(LEARNED, number), "entitlement", state));
    }
    changes.facts.push(signed(1, "P1", "H1", "2026-01-01", None));
    changes.facts.push(signed(2, "P2", "H1", "2026-01-01", None));
    changes.facts.push(signed(3, "P2", "H2", "2026-03-01", None));
    changes.facts.push(signed(4, "P3", "H1", "2026-01-01", Some("2026-12-31")));
    let wrong = signed(5, "P4", "H1", "2026-01-01", None);
    changes.facts.push(Fact { ended_at: Some(moment("2026-01-20 08:00:00")), ..wrong });
    let died = fact(&key("P3"), id(LEARNED, 6), "death", "");
    changes.facts.push(Fact { from: day("2026-02-10"), ..died });
    changes
}

fn told(store: &dyn Store) -> Vec<String> {
    store.commit(&Wants::default(), &mut |_| rows()).unwrap();
    let on = |at: &'static str, with, without| ByFact {
        kind: "chosen",
        day: day(at),
        known: moment("2026-06-01 00:00:00"),
        with,
        without,
    };
    let entitled = ("entitlement", "entitled");
    let mut told = Vec::new();
    for at in ["2025-12-31", "2026-02-10", "2026-02-28", "2026-03-01"] {
        for by in [on(at, ("", ""), ""), on(at, entitled, "death")] {
            let counted = store.people_by_fact(AREA, by).unwrap();
            let counted: Vec<_> = counted.iter().map(|(other, n)| format!("{other}={n}")).collect();
            told.push(format!("{at} {}", counted.join(" ")));
        }
    }
    let names = |facts: Vec<Fact>| {
        facts.iter().map(|it| format!("{}:{}", it.subject.name(), it.other)).collect::<Vec<_>>()
    };
    let by = on("2026-03-01", ("", ""), "");
    told.push(names(store.people_with_fact(AREA, by, "", "", 2).unwrap()).join(" "));
    told.push(names(store.people_with_fact(AREA, by, "", "P2", 2).unwrap()).join(" "));
    told.push(names(store.people_with_fact(AREA, by, "H1", "", 9).unwrap()).join(" "));
    let then = ByFact { known: moment("2026-01-10 00:00:00"), ..by };
    told.push(names(store.people_with_fact(AREA, then, "H1", "", 9).unwrap()).join(" "));
    let before = ByFact { known: Id::MIN.moment(), ..by };
    assert!(store.people_by_fact(AREA, before).unwrap().is_empty());
    told
}

#[test]
fn people_are_counted_once_for_what_they_signed_last_and_only_as_asked() {
    let (sqlite, _folder) = stores::sqlite();
    let on_sqlite = told(&sqlite);
    let wanted = [
        "2025-12-31 ",
        "2025-12-31 ",
        "2026-02-10 H1=3",
        "2026-02-10 H1=2",
        "2026-02-28 H1=3",
        "2026-02-28 H1=1",
        "2026-03-01 H1=2 H2=1",
        "2026-03-01 H1=1",
        "P1:H1 P2:H2",
        "P3:H1",
        "P1:H1 P3:H1",
        "P1:H1 P3:H1 P4:H1",
    ];
    assert_eq!(on_sqlite, wanted);
    assert_eq!(told(&stores::postgres()), wanted);
}
