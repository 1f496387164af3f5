//! Personal accounts: what is credited, what leaves, what a statement says. Amounts are worked out by hand from the articles.

mod credit;
mod leaving;
mod premiums;
mod statements;

use crate::village::{Hands, Rows, day, law};
use agency::accounts::{CreditAsked, CreditReport, CreditRun};
use agency::books::{Options, check};
use agency::business::account::{Learn, NewFact};
use agency::core::{Core, Job, Settings};
use agency::ledger::Head;
use agency::months::PersonMonth;
use agency::{Agency, Business, Outcome, Refused, facts};
use kernel::{Date, Fen, Moment, Month};
use std::sync::Arc;
use store::sqlite::Sqlite;
use store::{
    Account, Area, Changes, Document, DocumentKey, Entry, Id, PersonKey, Queries as _, Store as _,
    Wants,
};

pub(super) const CHONGQING: Area = Area(500_000);
pub(super) const NANNING: Area = Area(450_100);

/// An agency over books of its own.
pub(super) struct Books {
    pub(super) store: Arc<Sqlite>,
    pub(super) agency: Arc<Agency>,
    pub(super) clock: Arc<Hands>,
    core: Core,
    _folder: tempfile::TempDir,
}

/// Somebody, in a few words: number, plan, birth, days of retirement and death (empty: none).
pub(super) type Who<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

pub(super) fn key(area: Area, who: &str) -> PersonKey {
    PersonKey::new(area, who)
}

impl Books {
    pub(super) fn open(at: &str, people: &[(Area, Who<'_>)]) -> Books {
        let mut rows = Rows::default();
        for (area, (who, plan, born, retired, died)) in people {
            let key = key(*area, who);
            rows.person(&key, 0, 0);
            rows.changes.people.last_mut().unwrap().born = Some(day(born));
            rows.fact(&key, facts::PLAN, plan, "2010-01-01", "");
            rows.fact(&key, facts::ENTITLEMENT, "entitled", "2010-01-01", "");
            for (kind, from) in [(facts::RETIREMENT, retired), (facts::DEATH, died)] {
                if !from.is_empty() {
                    rows.fact(&key, kind, "", from, "");
                }
            }
        }
        for area in [CHONGQING, NANNING] {
            let code = crate::village::PHARMACY_1;
            rows.institution(area, code, agency::directory::PHARMACY, "0");
            let detail = agency::directory::ItemDetail { class: "A".into(), ..Default::default() };
            rows.item(area, "A", &detail);
        }
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Sqlite::open(folder.path()).unwrap());
        store.commit(&Wants::default(), &mut |_| rows.changes.clone()).unwrap();
        let clock = Hands::at(at);
        let agency = Arc::new(Agency::with(store.clone(), law(), clock.clone(), 7).unwrap());
        let core = Core::start(agency.clone(), Settings::default()).unwrap();
        Books { store, agency, clock, core, _folder: folder }
    }

    pub(super) fn set(&self, at: &str) {
        self.clock.set(Moment::parse(at).unwrap());
    }

    pub(super) fn ask(&self, business: impl Business + 'static) -> Result<Outcome, Refused> {
        self.clock.forward(1_000);
        let (answer, waiting) = std::sync::mpsc::channel();
        self.core.submit(Job {
            business: Box::new(business),
            message: None,
            sent: None,
            reply: Box::new(move |reply| answer.send(reply).unwrap()),
        });
        waiting.recv().unwrap().map(|answered| answered.outcome)
    }

    pub(super) fn refusal(&self, business: impl Business + 'static) -> String {
        self.ask(business).unwrap_err().to_string()
    }

    /// States a month of contributions, keeping what was credited for it.
    pub(super) fn month(&self, area: Area, who: &str, month: &str, base: i64, paid_on: &str) {
        let key = PersonMonth::key(&key(area, who), Month::parse(month).unwrap());
        let known = self.store.document(&key).unwrap();
        let known = known.map(|it| PersonMonth::read(&it).unwrap().1).unwrap_or_default();
        let body = PersonMonth { base, paid_on: paid_on.into(), ..known };
        let body = serde_json::to_string(&body).unwrap().into();
        let document = Document { key, at: self.agency.now(), state: 0, body };
        let changes = Changes { documents: vec![document], ..Changes::default() };
        self.store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    }

    pub(super) fn learn(&self, area: Area, who: &str, kind: &str, other: &str, from: &str) {
        let (detail, to) = match kind {
            facts::FAMILY => (r#"{"relation":"parent"}"#, Date::MAX),
            _ => ("", Date::MAX),
        };
        let (kind, other, detail) = (kind.into(), other.into(), detail.into());
        let fact = NewFact { kind, other, from: day(from), to, detail };
        let learn = Learn { person: key(area, who), facts: vec![fact], wrong: Vec::new() };
        self.ask(learn).unwrap();
    }

    pub(super) fn asked(&self, area: Area, month: &str) -> CreditAsked {
        let month = Month::parse(month).unwrap();
        CreditAsked { area, month, take_back: false, page: 3, lanes: Some(1) }
    }

    pub(super) fn run(&self, area: Area, month: &str) -> CreditReport {
        self.run_as(self.asked(area, month))
    }

    pub(super) fn run_as(&self, asked: CreditAsked) -> CreditReport {
        self.clock.forward(1_000);
        CreditRun::begin(&self.agency, asked).unwrap().finish(&|_| {}).unwrap()
    }

    pub(super) fn account(&self, area: Area, who: &str) -> Account {
        let key = key(area, who);
        let wants = Wants { people: [key.clone()].into(), ..Wants::default() };
        self.store.read(&wants).unwrap().accounts[&key].clone()
    }

    /// Money of the year and earlier money, fen.
    pub(super) fn held(&self, area: Area, who: &str) -> (i64, i64) {
        let account = self.account(area, who);
        (account.current.get(), account.earlier.get())
    }

    pub(super) fn entries(&self, area: Area, who: &str) -> Vec<Entry> {
        self.store.history(&key(area, who), Id::MIN, Id::MAX).unwrap()
    }

    pub(super) fn document(&self, key: &DocumentKey) -> Option<Document> {
        self.store.document(key).unwrap()
    }

    /// The books say what they promise.
    pub(super) fn are_right(&self) {
        let report = check(&*self.store, &law(), Options::default(), &mut |_| {}).unwrap();
        let faults: Vec<String> = report.faults.iter().map(|it| it.text(false)).collect();
        assert!(report.is_clean(), "{}", faults.join("\n"));
    }
}

/// What an entry posts to a head, fen.
pub(super) fn posted(entry: &Entry, head: Head) -> i64 {
    let own = entry.postings.iter().filter(|posting| posting.account == head.number());
    own.map(|posting| posting.amount).sum::<Fen>().get()
}
