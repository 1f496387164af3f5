//! A village: a few invented people, institutions and items of two regions, enough to settle with.

pub(crate) mod counter;
mod requests;

pub(crate) use requests::{
    attend, line, message, purchase, register, reverse, settle, undo, upload,
};

use crate::memory::Memory;
use agency::directory::{HOSPITAL, InstitutionDetail, ItemDetail, PHARMACY};
use agency::facts;
use agency::regions::Regions;
use agency::{Agency, core::Clock};
use kernel::{Date, Fen, Moment};
use policy::{Choice, Library};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use store::{Account, Area, Changes, Fact, Id, Institution, Item, Person, PersonKey, Subject};

/// 重庆.
pub(crate) const CHONGQING: Area = Area(500_000);
/// 南宁, under the law of 广西.
pub(crate) const NANNING: Area = Area(450_100);
/// A hospital of level 3, 2, and a clinic without a level.
pub(crate) const CITY: &str = "H50000000001";
/// Level 2.
pub(crate) const DISTRICT: &str = "H50000000002";
/// Ungraded.
pub(crate) const CLINIC: &str = "H50000000003";
/// A pharmacy of 重庆.
pub(crate) const PHARMACY_1: &str = "P50000000001";
/// A hospital of 南宁, level 2.
pub(crate) const NANNING_HOSPITAL: &str = "H45010000001";

static LAW: LazyLock<Arc<Regions>> =
    LazyLock::new(|| Arc::new(Regions::compile(&Library::shipped(), &Choice::default()).unwrap()));

/// The shipped law.
pub(crate) fn law() -> Arc<Regions> {
    LAW.clone()
}

/// A clock that stands until it is moved.
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn at(text: &str) -> Arc<Hands> {
        Arc::new(Hands(AtomicI64::new(moment(text).0)))
    }

    pub(crate) fn set(&self, at: Moment) {
        self.0.store(at.0, Ordering::Relaxed);
    }

    pub(crate) fn forward(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// An agency over the village's books.
pub(crate) fn agency(memory: &Memory, clock: &Arc<Hands>) -> Arc<Agency> {
    let store = Arc::new(memory.clone());
    Arc::new(Agency::with(store, law(), clock.clone(), 7).unwrap())
}

/// A person of 重庆.
pub(crate) fn person(name: &str) -> PersonKey {
    PersonKey::new(CHONGQING, name)
}

pub(crate) fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// The village on the first day of 2024: in 重庆 甲 in work, 乙 retired (a parent of 甲, whose account pays for 甲), 丙 of
/// the first individual tier, 丁 in arrears; in 南宁 戊 in work.
pub(crate) fn village() -> Changes {
    let mut rows = Rows::default();
    for (name, plan, current, earlier) in [
        ("甲", "employer", 50_000, 20_000),
        ("乙", "employer", 30_000, 100_000),
        ("丙", "individual-1", 0, 0),
        ("丁", "employer", 40_000, 0),
    ] {
        let key = person(name);
        rows.person(&key, current, earlier);
        rows.fact(&key, facts::PLAN, plan, "2020-01-01", "");
        let entitlement = if name == "丁" { "arrears" } else { "entitled" };
        rows.fact(&key, facts::ENTITLEMENT, entitlement, "2020-01-01", "");
    }
    rows.fact(&person("乙"), facts::RETIREMENT, "", "2021-05-10", "");
    rows.fact(&person("甲"), facts::FAMILY, "乙", "2024-01-01", r#"{"relation":"parent"}"#);
    let wu = PersonKey::new(NANNING, "戊");
    rows.person(&wu, 10_000, 0);
    rows.fact(&wu, facts::PLAN, "employee", "2020-01-01", "");
    rows.fact(&wu, facts::ENTITLEMENT, "entitled", "2020-01-01", "");
    for (area, code, kind, level) in [
        (CHONGQING, CITY, HOSPITAL, "3"),
        (CHONGQING, DISTRICT, HOSPITAL, "2"),
        (CHONGQING, CLINIC, HOSPITAL, "0"),
        (CHONGQING, PHARMACY_1, PHARMACY, "0"),
        (NANNING, NANNING_HOSPITAL, HOSPITAL, "2"),
    ] {
        rows.institution(area, code, kind, level);
    }
    for area in [CHONGQING, NANNING] {
        rows.item(area, "A", &ItemDetail { class: "A".into(), ..ItemDetail::default() });
        let b = ItemDetail { class: "B".into(), first_pay: 1_000, ..ItemDetail::default() };
        rows.item(area, "B", &ItemDetail { ceiling: Some(80_000_000), ..b.clone() });
        rows.item(area, "BR", &ItemDetail { restricted: true, ..b });
        rows.item(area, "C", &ItemDetail { class: "C".into(), ..ItemDetail::default() });
    }
    rows.changes
}

/// Rows in the making.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) changes: Changes,
    facts: u128,
}

impl Rows {
    pub(crate) fn person(&mut self, key: &PersonKey, current: i64, earlier: i64) {
        let text = |text: &str| Arc::<str>::from(text);
        self.changes.people.push(Person {
            key: key.clone(),
            name: Arc::from(format!("测试{}", key.person)),
            cert_type: text("01"),
            cert_no: text(""),
            gender: text("1"),
            born: Some(day("1980-06-15")),
            detail: text("{}"),
        });
        self.changes.accounts.push(Account {
            key: key.clone(),
            current: Fen::new(current),
            earlier: Fen::new(earlier),
            year: 2024,
            revision: 1,
            last: Id::MIN,
        });
    }

    fn next(&mut self) -> Id {
        self.facts += 1;
        Id::at(moment("2019-12-31 12:00:00"), self.facts)
    }

    fn about(&mut self, subject: Subject, kind: &str, other: &str, from: &str, detail: &str) {
        let id = self.next();
        self.changes.facts.push(Fact {
            id,
            subject,
            kind: kind.into(),
            other: other.into(),
            from: day(from),
            to: Date::MAX,
            learned_at: moment("2020-01-01 08:00:00"),
            ended_at: None,
            detail: detail.into(),
        });
    }

    pub(crate) fn fact(
        &mut self,
        key: &PersonKey,
        kind: &str,
        other: &str,
        from: &str,
        detail: &str,
    ) {
        self.about(Subject::Person(key.clone()), kind, other, from, detail);
    }

    pub(crate) fn institution(&mut self, area: Area, code: &str, kind: i16, level: &str) {
        let detail = InstitutionDetail { kind, ..InstitutionDetail::default() };
        self.changes.institutions.push(Institution {
            area,
            code: code.into(),
            name: format!("测试机构{code}").into(),
            detail: serde_json::to_string(&detail).unwrap().into(),
        });
        let subject = Subject::Institution(area, code.into());
        self.about(subject.clone(), facts::AGREEMENT, "", "2020-01-01", "");
        self.about(subject, facts::LEVEL, level, "2020-01-01", "");
    }

    pub(crate) fn item(&mut self, area: Area, code: &str, detail: &ItemDetail) {
        self.changes.items.push(Item {
            area,
            code: code.into(),
            from: day("2020-01-01"),
            to: Date::MAX,
            name: format!("测试项目{code}").into(),
            detail: serde_json::to_string(detail).unwrap().into(),
        });
    }
}
