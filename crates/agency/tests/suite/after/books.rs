//! Books written row by row, for supervision after the fact: settlements at any moment, of any amount, with lines and facts
//! as a story needs them, without anybody having to settle them one after the other.

use crate::office::{at, day};
use agency::core::{Clock, Core, Settings};
use agency::directory::{HOSPITAL, InstitutionDetail, ItemDetail, PHARMACY};
use agency::facts::{self, Admission};
use agency::ledger::Head;
use agency::record::{
    Booking, Case, Decision, Inputs, LineInput, LineSplit, PortionOut, Record, VERSION, Who,
};
use agency::supervise::after::run::{Asked, Far, Options, run};
use agency::supervise::after::{Span, Suspicion};
use agency::{Agency, documents};
use kernel::{Date, Fen, Moment};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{
    Account, Area, Changes, Credential, Entry, EntryKind, Fact, Id, Institution, Item, Line,
    Person, PersonKey, Posting, Sheet, Store, Subject, Visit, Wants,
};

/// A clock that stands.
pub(super) struct Stands(pub(super) Moment);

impl Clock for Stands {
    fn now(&self) -> Moment {
        self.0
    }
}

/// A fee line: item, fen, days of supply, number of the hospital's prescription.
pub(super) type Fee = (&'static str, i64, i64, &'static str);

/// A settlement to be written.
#[derive(Clone)]
pub(super) struct Sale {
    pub(super) person: String,
    pub(super) place: String,
    pub(super) at: Moment,
    pub(super) fund: i64,
    pub(super) account: i64,
    pub(super) cash: i64,
    /// What the account holds before.
    pub(super) held: i64,
    pub(super) lines: Vec<Fee>,
    /// Another visit number than its own.
    pub(super) visit: Option<Id>,
    pub(super) venue: &'static str,
    /// Code of the programme that paid the funds' part.
    pub(super) programme: &'static str,
    pub(super) prescription: String,
    /// Days before the settlement on which the fees arose.
    pub(super) late: i64,
}

/// A settlement of pills for a person at a place; the funds pay half, cash the rest.
pub(super) fn sale(person: &str, place: &str, when: &str) -> Sale {
    sale_at(person, place, at(when))
}

/// The same at a moment.
pub(super) fn sale_at(person: &str, place: &str, at: Moment) -> Sale {
    Sale {
        person: person.into(),
        place: place.into(),
        at,
        fund: 3_000,
        account: 0,
        cash: 3_100,
        held: 0,
        lines: vec![("PILLS", 6_100, 0, "")],
        visit: None,
        venue: if place.starts_with('P') { "pharmacy" } else { "hospital" },
        programme: "ordinary",
        prescription: String::new(),
        late: 0,
    }
}

/// Paid from the account alone.
pub(super) fn swipe(person: &str, place: &str, at: Moment, fen: i64, held: i64) -> Sale {
    let lines = vec![("PILLS", fen, 0, "")];
    Sale { fund: 0, account: fen, cash: 0, held, lines, ..sale_at(person, place, at) }
}

/// Rows in the making.
pub(super) struct Books {
    pub(super) area: Area,
    pub(super) changes: Changes,
    serial: u128,
    last: BTreeMap<Arc<str>, Id>,
    genders: BTreeMap<Arc<str>, Arc<str>>,
}

impl Books {
    /// Items and places: hospitals H…1 to 9 in one county, pharmacies P…1 to 9.
    pub(super) fn new(area: i32) -> Books {
        let area = Area(area);
        let (changes, last, genders) = (Changes::default(), BTreeMap::new(), BTreeMap::new());
        let mut books = Books { area, changes, serial: 1, last, genders };
        for number in 1..10 {
            books.place(&books.hospital(number), "", false);
            books.place(&books.pharmacy(number), "", false);
        }
        for (code, sex, youngest, oldest) in [
            ("PILLS", "", None, None),
            ("DROPS", "", None, None),
            ("WOMENS", "2", None, None),
            ("CHILDRENS", "", None, Some(14)),
        ] {
            let detail = ItemDetail {
                sex: sex.into(),
                min_age: youngest,
                max_age: oldest,
                ..ItemDetail::default()
            };
            books.item(code, detail);
        }
        books
    }

    /// A medicine for anybody.
    pub(super) fn drug(&mut self, code: &str) {
        self.item(code, ItemDetail::default());
    }

    fn item(&mut self, code: &str, detail: ItemDetail) {
        let detail = ItemDetail { class: "A".into(), ..detail };
        self.changes.items.push(Item {
            area: self.area,
            code: code.into(),
            from: day("2020-01-01"),
            to: Date::MAX,
            name: format!("测试{code}").into(),
            detail: serde_json::to_string(&detail).unwrap().into(),
        });
    }

    pub(super) fn hospital(&self, number: usize) -> String {
        format!("H{:06}{number:05}", self.area.0)
    }

    pub(super) fn pharmacy(&self, number: usize) -> String {
        format!("P{:06}{number:05}", self.area.0)
    }

    /// A place with an address in another division than its code says.
    pub(super) fn place(&mut self, code: &str, division: &str, internet: bool) {
        let kind = if code.starts_with('P') { PHARMACY } else { HOSPITAL };
        let division = division.into();
        let detail = InstitutionDetail { kind, internet, division, ..InstitutionDetail::default() };
        self.changes.institutions.push(Institution {
            area: self.area,
            code: code.into(),
            name: format!("测试{code}").into(),
            detail: serde_json::to_string(&detail).unwrap().into(),
        });
    }

    fn id(&mut self, at: Moment) -> Id {
        self.serial += 1;
        Id::at(at, self.serial)
    }

    pub(super) fn key(&self, person: &str) -> PersonKey {
        PersonKey::new(self.area, person)
    }

    /// Somebody: 1 a man, 2 a woman.
    pub(super) fn person(&mut self, number: &str, gender: &str, born: &str) {
        let key = self.key(number);
        self.genders.insert(key.person.clone(), gender.into());
        self.changes.people.push(Person {
            key: key.clone(),
            name: format!("测试{number}").into(),
            cert_type: "01".into(),
            cert_no: format!("99{number}").into(),
            gender: gender.into(),
            born: Date::parse(born),
            detail: "{}".into(),
        });
        let credential = Credential { key, kind: "03".into(), number: number.into() };
        self.changes.credentials.push(credential);
    }

    /// Something known of somebody since a moment.
    pub(super) fn fact(
        &mut self,
        person: &str,
        kind: &str,
        other: &str,
        (from, to): (&str, &str),
        (learned, detail): (&str, &str),
    ) {
        let (id, subject) = (self.id(at(learned)), Subject::Person(self.key(person)));
        self.changes.facts.push(Fact {
            id,
            subject,
            kind: kind.into(),
            other: other.into(),
            from: day(from),
            to: Date::parse(to).unwrap_or(Date::MAX),
            learned_at: at(learned),
            ended_at: None,
            detail: detail.into(),
        });
    }

    /// 住院, by the clock.
    pub(super) fn admission(
        &mut self,
        person: &str,
        admitted: &str,
        discharged: &str,
        learned: &str,
    ) {
        let detail = Admission {
            admitted: admitted.into(),
            discharged: discharged.into(),
            ..Admission::default()
        };
        let detail = serde_json::to_string(&detail).unwrap();
        let (from, to) = (&admitted[..10], &discharged[..discharged.len().min(10)]);
        let place = self.hospital(9);
        self.fact(person, facts::ADMISSION, &place, (from, to), (learned, &detail));
    }

    /// Money into an account.
    pub(super) fn credit(&mut self, person: &str, when: &str, fen: i64) {
        let id = self.id(at(when));
        let posting = |head: Head, party: &str, amount: i64| Posting {
            account: head.number(),
            party: party.into(),
            amount: Fen::new(amount),
        };
        let postings = vec![
            posting(Head::Contributions, "", fen),
            posting(Head::AccountCurrent, person, -fen),
        ];
        let booking = Booking { v: VERSION, balance: fen, ..Booking::default() };
        let record = serde_json::to_string(&booking).unwrap();
        let entry = self.entry(id, person, EntryKind::Credit, record);
        self.changes.entries.push(Entry { postings, ..entry });
    }

    fn entry(&mut self, id: Id, person: &str, kind: EntryKind, record: String) -> Entry {
        let last = self.last.entry(person.into()).or_insert(id);
        *last = id.max(*last);
        Entry {
            id,
            key: self.key(person),
            kind,
            institution: "".into(),
            visit: Id::MIN,
            undoes: Id::MIN,
            year: id.moment().date().ymd().0,
            clearing: "".into(),
            total: Fen::ZERO,
            funds: Fen::ZERO,
            accounts: Fen::ZERO,
            cash: Fen::ZERO,
            payers: Vec::new(),
            postings: Vec::new(),
            record: record.into(),
        }
    }

    /// A settlement with its visit and lines; its entry.
    #[expect(clippy::needless_pass_by_value, reason = "so that a story says what is sold in place")]
    pub(super) fn settle(&mut self, sale: Sale) -> Id {
        let (id, visit) = (self.id(sale.at), sale.visit.unwrap_or_else(|| self.id(sale.at)));
        let total = sale.fund + sale.account + sale.cash;
        let key = self.key(&sale.person);
        let gender = self.genders.get(&key.person).cloned().unwrap_or_default();
        let who = Who { gender, ..Who::default() };
        // A batch of its own, so that several settlements of a visit keep theirs.
        let batch: Arc<str> = format!("B{id}").into();
        let case = Case {
            visit,
            batch: batch.clone(),
            institution: sale.place.as_str().into(),
            prescription: sale.prescription.as_str().into(),
            ..Case::default()
        };
        let line = |(place, (item, fen, ..)): (usize, &Fee)| LineInput {
            serial: place.to_string().into(),
            item: (*item).into(),
            amount: *fen,
            class: "A".into(),
            ..LineInput::default()
        };
        let inputs = Inputs {
            service: sale.at.date().to_string().into(),
            at: sale.at.0,
            venue: sale.venue.into(),
            lines: sale.lines.iter().enumerate().map(line).collect(),
            year: sale.at.date().ymd().0,
            ..Inputs::default()
        };
        let funds = [sale.fund, 0, 0];
        let decision = Decision {
            total,
            in_scope: total,
            funds,
            account_current: sale.account,
            cash: sale.cash,
            portions: vec![PortionOut {
                programme: sale.programme.into(),
                funds,
                ..PortionOut::default()
            }],
            ..Decision::default()
        };
        let record = Record {
            v: VERSION,
            who,
            case,
            inputs,
            decision,
            moves: Vec::new(),
            balance: sale.held - sale.account,
            trace: Vec::new(),
            original: None,
            taken_back: None,
        };
        let entry = self.entry(
            id,
            &sale.person,
            EntryKind::Settlement,
            record.to_json().unwrap().to_string(),
        );
        let posting = |head: Head, party: &str, amount: i64| Posting {
            account: head.number(),
            party: party.into(),
            amount: Fen::new(amount),
        };
        let postings = vec![
            posting(Head::PoolFund, "", sale.fund),
            posting(Head::AccountCurrent, &sale.person, sale.account),
            posting(Head::Payable, &sale.place, -sale.fund - sale.account),
        ];
        self.changes.entries.push(Entry {
            institution: sale.place.as_str().into(),
            visit,
            total: Fen::new(total),
            funds: Fen::new(sale.fund),
            accounts: Fen::new(sale.account),
            cash: Fen::new(sale.cash),
            postings,
            ..entry
        });
        self.lines(&sale, visit, &batch);
        id
    }

    fn lines(&mut self, sale: &Sale, visit: Id, batch: &Arc<str>) {
        let line = |(place, (item, fen, days, prescription)): (usize, &Fee)| {
            let split = LineSplit { quantity: 10_000, ..LineSplit::default() };
            let rest = serde_json::json!({"days": days * 100, "prescription": prescription});
            Line {
                batch: batch.clone(),
                serial: place.to_string().into(),
                item: (*item).into(),
                amount: Fen::new(*fen),
                at: Moment(sale.at.0 - sale.late * 86_400_000),
                body: serde_json::json!({"split": split, "rest": rest}).to_string().into(),
            }
        };
        let lines: Vec<Line> = sale.lines.iter().enumerate().map(line).collect();
        let key = self.key(&sale.person);
        let mut sheets = self.changes.sheets.iter_mut().rev();
        let shared = sale.visit.and_then(|_| sheets.find(|sheet| sheet.visit == visit));
        match shared {
            Some(sheet) => sheet.lines.extend(lines),
            None => self.changes.sheets.push(Sheet { visit, key: key.clone(), lines }),
        }
        if !self.changes.visits.iter().rev().take(16).any(|it| it.id == visit) {
            self.changes.visits.push(Visit {
                id: visit,
                key,
                institution: sale.place.as_str().into(),
                number: "".into(),
                began: sale.at,
                state: 0,
                body: "{\"staff\":{}}".into(),
            });
        }
    }

    /// Takes a settlement back.
    pub(super) fn undo(&mut self, person: &str, settlement: Id, when: &str) -> Id {
        let id = self.id(at(when));
        let entry = self.entry(id, person, EntryKind::Undo, "{}".into());
        self.changes.entries.push(Entry { undoes: settlement, ..entry });
        self.changes.undone.push((self.key(person), settlement, id));
        id
    }

    /// A new visit number.
    pub(super) fn visit(&mut self, when: &str) -> Id {
        self.id(at(when))
    }

    /// Writes everything.
    pub(super) fn write(&self, store: &dyn Store) {
        let mut changes = self.changes.clone();
        for person in &changes.people {
            changes.accounts.push(Account {
                key: person.key.clone(),
                current: Fen::ZERO,
                earlier: Fen::ZERO,
                year: 2024,
                revision: 1,
                last: self.last.get(&person.key.person).copied().unwrap_or(Id::MIN),
            });
        }
        store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    }
}

/// An agency over books, on a day after the month that is looked at.
pub(super) fn agency(store: Arc<dyn Store>) -> Arc<Agency> {
    let library = policy::Library::shipped();
    let clock = Arc::new(Stands(at("2024-04-20 09:00:00")));
    let choice = policy::Choice::default();
    Arc::new(Agency::open(store, &library, &choice, clock, 7).unwrap())
}

/// March.
pub(super) fn march() -> Span {
    Span { from: day("2024-03-01"), to: day("2024-03-31") }
}

/// Looks at March.
pub(super) fn look(agency: &Arc<Agency>, area: Area) -> Far {
    let core = Core::start(agency.clone(), Settings::default()).unwrap();
    let asked = Asked { area, span: march(), rules: Vec::new(), by: "测试".into() };
    run(agency, &core, &asked, Options::default(), &mut |_, _| true).unwrap()
}

/// Everything that was filed.
pub(super) fn filed(store: &dyn Store, area: Area) -> Vec<Suspicion> {
    let mut all: Vec<Suspicion> = Vec::new();
    loop {
        let after = all.last().map(|it| (it.party.clone(), it.number.clone()));
        let after = after.as_ref().map_or(("", ""), |(owner, number)| (&**owner, &**number));
        let page = store.documents(area, documents::SUSPICION, "", after, 500).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.iter().map(|it| Suspicion::read(it).unwrap().0));
    }
}
