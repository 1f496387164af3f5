//! An agency office for tests: invented people, institutions and items on SQLite in a temporary directory, and a clock that
//! the test sets.

use agency::core::{Clock, Core, Job, Reply, Settings};
use agency::directory::{HOSPITAL, InstitutionDetail, ItemDetail, PHARMACY};
use agency::{Agency, Business, Outcome, Refused, facts};
use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::sqlite::Sqlite;
use store::{
    Account, Area, Changes, Credential, Fact, Id, Institution, Item, MessageKey, Person, PersonKey,
    Store, Subject, Wants,
};

/// The area of everybody here: Chongqing's law.
pub(crate) const AREA: Area = Area(500_000);
/// A hospital of level 3.
pub(crate) const HOSPITAL_3: &str = "H50000000003";
/// A hospital of level 2.
pub(crate) const HOSPITAL_2: &str = "H50000000002";
/// A hospital without an agreement.
pub(crate) const OUTSIDER: &str = "H50000000009";
/// A pharmacy.
pub(crate) const PHARMACY_1: &str = "P50000000001";
/// Another pharmacy.
pub(crate) const PHARMACY_2: &str = "P50000000002";
/// A class A medicine.
pub(crate) const PILLS: &str = "XA99TEST0001";
/// A class B medicine for at most 30 days.
pub(crate) const DROPS: &str = "XB99TEST0002";
/// A medicine for women only, restricted.
pub(crate) const WOMENS: &str = "XC99TEST0003";
/// A medicine for children.
pub(crate) const CHILDRENS: &str = "XD99TEST0004";

/// A clock that stands where the test puts it.
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// The office.
pub(crate) struct Office {
    /// The agency.
    pub(crate) agency: Arc<Agency>,
    /// What decides.
    pub(crate) core: Core,
    messages: AtomicU64,
    clock: Arc<TestClock>,
    directory: tempfile::TempDir,
}

/// A moment from its text.
pub(crate) fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

/// A day from its text.
pub(crate) fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// A person of the office's area.
pub(crate) fn person(number: &str) -> PersonKey {
    PersonKey::new(AREA, number)
}

impl Office {
    /// Opens the office on a day of March 2024: 测试甲 (P1, a man) and 测试乙 (P2, a woman), both employed.
    pub(crate) fn open() -> Office {
        Office::under(&[])
    }

    /// The same, with values stated over the policy documents.
    pub(crate) fn under(set: &[&str]) -> Office {
        let directory = tempfile::tempdir().unwrap();
        let store = Sqlite::open(directory.path()).unwrap();
        Office::over(Arc::new(store), directory, set)
    }

    /// The same over empty books, which may lie in a directory.
    pub(crate) fn over(
        store: Arc<dyn Store>,
        directory: tempfile::TempDir,
        set: &[&str],
    ) -> Office {
        let changes = first_rows();
        store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(at("2024-03-05 09:00:00").0)));
        let library = policy::Library::shipped();
        let set = set.iter().map(|it| (*it).to_owned()).collect();
        let choice = policy::Choice { set, ..policy::Choice::default() };
        let agency = Agency::open(store, &library, &choice, clock.clone(), 7).unwrap();
        let agency = Arc::new(agency);
        let core = Core::start(agency.clone(), Settings::default()).unwrap();
        Office { agency, core, messages: AtomicU64::new(1), clock, directory }
    }

    /// Where the books lie.
    pub(crate) fn folder(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// Sets the clock.
    pub(crate) fn set(&self, text: &str) {
        self.clock.0.store(at(text).0, Ordering::Relaxed);
    }

    /// Has a business decided and written, as a new message of an institution (empty: by the agency itself).
    pub(crate) fn ask<B: Business + Clone + 'static>(
        &self,
        institution: &str,
        business: &B,
    ) -> Result<Outcome, Refused> {
        let digest = self.messages.fetch_add(1, Ordering::Relaxed);
        let message = MessageKey {
            area: AREA,
            institution: institution.into(),
            number: format!("T{digest}").into(),
            transaction: "test".into(),
            digest: u128::from(digest),
        };
        let message = Some(message).filter(|_| !institution.is_empty());
        self.send(message, business).map(|answered| answered.outcome)
    }

    /// The same, as this message.
    pub(crate) fn send<B: Business + Clone + 'static>(
        &self,
        message: Option<MessageKey>,
        business: &B,
    ) -> Reply {
        let (answer, waiting) = std::sync::mpsc::channel();
        self.core.submit(Job {
            business: Box::new(business.clone()),
            message,
            sent: None,
            reply: Box::new(move |reply| answer.send(reply).unwrap()),
        });
        waiting.recv().unwrap()
    }

    /// What a person reads when a business is refused.
    pub(crate) fn refusal<B: Business + Clone + 'static>(
        &self,
        institution: &str,
        business: &B,
    ) -> String {
        self.ask(institution, business).unwrap_err().to_string()
    }
}

fn first_rows() -> Changes {
    let mut changes = Changes::default();
    for (number, name, gender, born) in
        [("P1", "测试甲", "1", "1960-05-20"), ("P2", "测试乙", "2", "1990-02-03")]
    {
        newcomer(&mut changes, number, name, gender, born);
    }
    for (code, name, kind, level) in [
        (HOSPITAL_3, "测试第一医院", HOSPITAL, "3"),
        (HOSPITAL_2, "测试社区中心", HOSPITAL, "2"),
        (OUTSIDER, "测试非定点诊所", HOSPITAL, ""),
        (PHARMACY_1, "测试大药房", PHARMACY, "0"),
        (PHARMACY_2, "测试药店", PHARMACY, "0"),
    ] {
        institution(&mut changes, code, name, kind, level);
    }
    let plain = ItemDetail { class: "A".into(), charge_type: "09".into(), ..ItemDetail::default() };
    item(&mut changes, PILLS, "测试片", &plain);
    let drops = ItemDetail { class: "B".into(), first_pay: 1_000, days: Some(30), ..plain.clone() };
    item(&mut changes, DROPS, "测试滴剂", &drops);
    let womens =
        ItemDetail { sex: "2".into(), restricted: true, min_age: Some(18), ..plain.clone() };
    item(&mut changes, WOMENS, "测试妇科片", &womens);
    let childrens = ItemDetail { max_age: Some(14), ..plain };
    item(&mut changes, CHILDRENS, "测试儿科糖浆", &childrens);
    changes
}

fn fact(subject: Subject, kind: &str, other: &str, serial: u128) -> Fact {
    Fact {
        id: Id::at(at("2024-01-01 00:00:00"), serial),
        subject,
        kind: kind.into(),
        other: other.into(),
        from: day("2024-01-01"),
        to: Date::MAX,
        learned_at: at("2024-01-01 00:00:00"),
        ended_at: None,
        detail: "".into(),
    }
}

fn newcomer(changes: &mut Changes, number: &str, name: &str, gender: &str, born: &str) {
    let key = person(number);
    let serial = 100 * changes.people.len() as u128;
    changes.people.push(Person {
        key: key.clone(),
        name: name.into(),
        cert_type: "01".into(),
        cert_no: format!("99999919900101000{serial}").into(),
        gender: gender.into(),
        born: Some(day(born)),
        detail: "{}".into(),
    });
    let credential =
        Credential { key: key.clone(), kind: "03".into(), number: format!("CARD-{number}").into() };
    changes.credentials.push(credential);
    let subject = Subject::Person(key.clone());
    for (place, (kind, other)) in
        [(facts::PLAN, "employer"), (facts::ENTITLEMENT, "entitled"), (facts::ENROLLED, "")]
            .iter()
            .enumerate()
    {
        changes.facts.push(fact(subject.clone(), kind, other, serial + place as u128));
    }
    changes.accounts.push(Account {
        key,
        current: Fen::new(100_000),
        earlier: Fen::new(50_000),
        year: 2024,
        revision: 1,
        last: Id::MIN,
    });
}

fn institution(changes: &mut Changes, code: &str, name: &str, kind: i16, level: &str) {
    let detail = InstitutionDetail { kind, ..InstitutionDetail::default() };
    changes.institutions.push(Institution {
        area: AREA,
        code: code.into(),
        name: name.into(),
        detail: serde_json::to_string(&detail).unwrap().into(),
    });
    if level.is_empty() {
        return;
    }
    let subject = Subject::Institution(AREA, code.into());
    let serial = 1_000 + 10 * changes.institutions.len() as u128;
    changes.facts.push(fact(subject.clone(), facts::AGREEMENT, "", serial));
    changes.facts.push(fact(subject, facts::LEVEL, level, serial + 1));
}

fn item(changes: &mut Changes, code: &str, name: &str, detail: &ItemDetail) {
    changes.items.push(Item {
        area: AREA,
        code: code.into(),
        from: day("2024-01-01"),
        to: Date::MAX,
        name: name.into(),
        detail: serde_json::to_string(detail).unwrap().into(),
    });
}
