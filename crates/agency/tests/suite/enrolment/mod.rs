//! Employers, contributions and the entitlement that follows, by the articles of Chongqing.

mod books;
mod file;
mod spells;
mod unpaid;

use crate::office::{AREA, Office, at, day, person};
use agency::Outcome;
use agency::books::{Options, check};
use agency::business::enrolment::{Declaration, Declare, Declared, KeepEmployer, Took};
use agency::core::{Core, Settings};
use agency::documents::RECALCULATION;
use agency::enrolment::{self, Employer, Run, Wrong};
use agency::facts::{self, ENTITLEMENT};
use kernel::{Date, Entitlement, Fen, Month};
use std::ops::Deref;
use std::sync::Arc;
use store::{Account, Changes, Entry, EntryKind, Id, Person, PersonFile, PersonKey, Wants};

const FACTORY: &str = "99DW000001";
const MILL: &str = "99DW000002";

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// A month of an employee with a base of 6000: 8.5 % of the employer, 2 % of the own, 1.5 % and 5 yuan for large amounts.
fn row(who: &str, of: &str, paid: &str) -> Declared {
    Declared {
        person: who.into(),
        month: month(of),
        plan: "employer".into(),
        base: 600_000,
        employer_share: 51_000,
        own_share: 12_000,
        large_amount: 9_500,
        paid_on: Date::parse(paid),
        withdrawn: false,
    }
}

/// A month of somebody who pays by themselves in this plan.
fn alone(who: &str, of: &str, paid: &str, plan: &str, base: i64, own: i64) -> Declared {
    let shares =
        Declared { base, employer_share: 0, own_share: own, large_amount: 0, ..row(who, of, paid) };
    Declared { plan: plan.into(), ..shares }
}

/// An office that enrols.
struct Enrolling(Office);

impl Deref for Enrolling {
    type Target = Office;

    fn deref(&self) -> &Office {
        &self.0
    }
}

impl Enrolling {
    /// The office with two employers, and 测试丙 (P3) and 测试丁 (P4), of whom nothing is known but who they are.
    fn open() -> Enrolling {
        let office = Office::open();
        for (code, name) in [(FACTORY, "测试机械厂"), (MILL, "测试纺织厂")] {
            let employer = Employer {
                name: name.into(),
                district: "测试区".into(),
                since: day("2023-01-01"),
                until: Date::MAX,
            };
            let keep = KeepEmployer { area: AREA, code: code.into(), employer };
            assert_eq!(office.ask("", &keep).unwrap(), Outcome::Done);
        }
        let mut changes = Changes::default();
        for (number, name, born) in [("P3", "测试丙", "1985-05-20"), ("P4", "测试丁", "1988-02-14")]
        {
            let key = person(number);
            changes.people.push(Person {
                key: key.clone(),
                name: name.into(),
                cert_type: "01".into(),
                cert_no: number.into(),
                gender: "1".into(),
                born: Some(day(born)),
                detail: "{}".into(),
            });
            changes.accounts.push(Account {
                key,
                current: Fen::ZERO,
                earlier: Fen::ZERO,
                year: 2024,
                revision: 1,
                last: Id::MIN,
            });
        }
        office.agency.store().commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
        Enrolling(office)
    }

    fn declare(&self, employer: &str, rows: &[Declared]) -> Declaration {
        let people = rows.iter().map(|row| &row.person);
        let known = enrolment::known_months(self.agency.store(), AREA, people).unwrap();
        let declare = Declare {
            area: AREA,
            employer: employer.into(),
            rows: rows.to_vec(),
            known,
            source: "测试".into(),
        };
        self.ask("", &declare).unwrap().document().unwrap()
    }

    /// Declares rows that are all taken.
    fn declared(&self, employer: &str, rows: &[Declared]) -> Vec<Took> {
        let declaration = self.declare(employer, rows);
        declaration.rows.into_iter().map(|verdict| verdict.took.unwrap()).collect()
    }

    fn wrong(&self, employer: &str, row: &Declared) -> Wrong {
        self.declare(employer, std::slice::from_ref(row)).rows.remove(0).took.unwrap_err()
    }

    fn derive(&self, until: &str) -> Run {
        let core = Core::start(self.agency.clone(), Settings::default()).unwrap();
        enrolment::derive_all(&self.agency, &core, AREA, month(until), &mut |_| {}).unwrap()
    }

    fn file(&self, who: &str) -> Arc<PersonFile> {
        let mut wants = Wants::default();
        wants.people.insert(person(who));
        self.agency.look(wants).unwrap().file(&person(who)).unwrap().clone()
    }

    /// The state on a day, as known on another.
    fn state(&self, who: &str, on: &str, known: &str) -> Entitlement {
        facts::entitlement(&self.file(who), day(on), at(known))
    }

    /// Spells as believed now: state, first and last day.
    fn spells(&self, who: &str) -> Vec<String> {
        let file = self.file(who);
        let now = self.agency.now();
        let believed = facts::of_kind(&file, ENTITLEMENT).iter();
        let believed = believed.filter(|fact| facts::believed(fact, now));
        believed
            .map(|fact| {
                let to = if fact.to == Date::MAX { "…".to_owned() } else { fact.to.to_string() };
                format!("{} {} {to}", fact.other, fact.from)
            })
            .collect()
    }

    /// Entries of contributions under a key.
    fn receipts(&self, party: &str) -> Vec<Entry> {
        let key = PersonKey::new(AREA, party);
        let all = self.agency.store().history(&key, Id::MIN, Id::MAX).unwrap();
        all.into_iter().filter(|entry| entry.kind == EntryKind::Contribution).collect()
    }

    /// Benefit years of a person that are to be folded again.
    fn recalculations(&self, who: &str) -> usize {
        self.agency.store().documents(AREA, RECALCULATION, who, (who, ""), 100).unwrap().len()
    }

    /// The books are right. Accounts that the office's first rows gave money have no entry for it.
    fn sound(&self) {
        let options = Options { replay: 1, ..Options::default() };
        let report =
            check(self.agency.store(), self.agency.regions(), options, &mut |_| {}).unwrap();
        let of_receipts = |person: &str| [FACTORY, MILL, "P3", "P4"].contains(&person);
        let faults = report
            .faults
            .iter()
            .filter(|fault| of_receipts(&fault.person) || fault.person.is_empty());
        let faults: Vec<String> = faults.map(|fault| fault.text(true)).collect();
        assert_eq!(faults, [""; 0]);
    }
}

/// Heads and amounts of an entry, fen.
fn posted(entry: &Entry) -> Vec<(i16, i64)> {
    entry.postings.iter().map(|it| (it.account, it.amount.get())).collect()
}
