//! A bench of two regions, with invented parameters for what their documents leave open: people, institutions, drugs of every
//! list, and visits that are settled.

use crate::village::{Hands, Rows, day, moment};
use agency::business::account::NewFact;
use agency::business::agreement::LearnAgreement;
use agency::business::filing::{File, FilingKind, ReviewFiling, RevokeFiling};
use agency::business::lines::{LineRest, StatedLine, UploadLines};
use agency::business::settle::{Purchase, Settle};
use agency::business::undo::Undo;
use agency::business::visit::{Attend, Purpose, Register, Staff};
use agency::core::{Core, Job, Reply, Settings};
use agency::directory::{HOSPITAL, ItemDetail, PHARMACY};
use agency::outcome::Settled;
use agency::{Agency, Business, Outcome, books, facts};
use kernel::{AccountUse, Date};
use policy::{Choice, Library};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::sqlite::Sqlite;
use store::{Area, Cells, Id, MessageKey, PersonKey, Store as _, Wants};

pub(super) const CQ: Area = Area(500_000);
pub(super) const GX: Area = Area(450_000);
/// Chongqing: level 3, level 2, community; Guangxi: level 2, two communities.
pub(super) const CITY: &str = "H50000000001";
pub(super) const DISTRICT: &str = "H50000000002";
pub(super) const CLINIC: &str = "H50000000003";
pub(super) const GX_DISTRICT: &str = "H45000000002";
pub(super) const GX_CLINIC: &str = "H45000000003";
pub(super) const GX_OTHER: &str = "H45000000004";
/// A pharmacy for ordinary pooling, one of two channels, one that only sells.
pub(super) const POOLING: &str = "P50000000001";
pub(super) const DUAL: &str = "P50000000002";
pub(super) const SHOP: &str = "P50000000003";

/// The bench.
pub(super) struct Bench {
    pub(super) agency: Arc<Agency>,
    pub(super) core: Core,
    clock: Arc<Hands>,
    messages: AtomicU64,
    _folder: tempfile::TempDir,
}

/// A line of an item of so many fen.
pub(super) fn line(item: &str, fen: i64) -> (&str, i64) {
    (item, fen)
}

pub(super) fn cq(person: &str) -> PersonKey {
    PersonKey::new(CQ, person)
}

pub(super) fn gx(person: &str) -> PersonKey {
    PersonKey::new(GX, person)
}

impl Bench {
    pub(super) fn open() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(folder.path()).unwrap();
        let rows = rows();
        store.commit(&Wants::default(), &mut |_| rows.clone()).unwrap();
        let shipped = Library::shipped();
        let mut files = Vec::new();
        for region in ["500000", "450000"] {
            let texts = shipped.texts_of(region).into_iter();
            files.extend(texts.map(|(file, text)| (file.to_owned(), text.to_owned())));
        }
        for (file, text) in [
            ("500000-chongqing/test.md", include_str!("chongqing.md")),
            ("450000-guangxi/test.md", include_str!("guangxi.md")),
        ] {
            files.push((file.to_owned(), text.to_owned()));
        }
        let choice = Choice::default();
        let clock = Hands::at("2024-03-01 08:00:00");
        let library = Library::from_files(files);
        let agency = Agency::open(Arc::new(store), &library, &choice, clock.clone(), 7);
        let agency = Arc::new(agency.unwrap());
        let core = Core::start(agency.clone(), Settings::default()).unwrap();
        Bench { agency, core, clock, messages: AtomicU64::new(1), _folder: folder }
    }

    pub(super) fn at(&self, text: &str) -> &Bench {
        self.clock.set(moment(text));
        self
    }

    /// Has a business decided and written; `by` is an institution, an operator (`OPERATOR:…`) or nobody.
    pub(super) fn ask(&self, area: Area, by: &str, business: impl Business + 'static) -> Reply {
        self.clock.forward(1_000);
        let number = self.messages.fetch_add(1, Ordering::Relaxed);
        let message = MessageKey {
            area,
            institution: by.into(),
            number: format!("T{number}").into(),
            transaction: "test".into(),
            digest: u128::from(number),
        };
        let (answer, waiting) = std::sync::mpsc::channel();
        self.core.submit(Job {
            business: Box::new(business),
            message: Some(message).filter(|_| !by.is_empty()),
            sent: None,
            reply: Box::new(move |reply| answer.send(reply).unwrap()),
        });
        waiting.recv().unwrap()
    }

    /// A visit with these lines, settled. `disease` empty: none.
    pub(super) fn visit(
        &self,
        who: &PersonKey,
        institution: &str,
        (category, disease): (&str, &str),
        lines: &[(&str, i64)],
    ) -> Settled {
        let register = Register {
            person: who.clone(),
            institution: institution.into(),
            number: format!("V{}", self.messages.load(Ordering::Relaxed)).into(),
            began: self.agency.now(),
            scheme: "310".into(),
            credential: "02".into(),
            staff: Staff::default(),
        };
        let reply = self.ask(who.area, institution, register).unwrap();
        let Outcome::Registered { visit } = reply.outcome else { panic!("not registered") };
        let purpose =
            Purpose { category: category.into(), disease: disease.into(), ..Purpose::default() };
        let (person, code): (_, Arc<str>) = (who.clone(), institution.into());
        let attend = Attend { person: person.clone(), visit, institution: code.clone(), purpose };
        self.ask(who.area, institution, attend).unwrap();
        let lines = self.lines(lines);
        let total = lines.iter().map(|line| line.amount).sum();
        let upload =
            UploadLines { person: person.clone(), visit, institution: code.clone(), lines };
        self.ask(who.area, institution, upload).unwrap();
        let settle = Settle {
            person,
            visit,
            institution: code,
            batch: "1".into(),
            scheme: "".into(),
            category: "".into(),
            credential: "".into(),
            total,
            parts: None,
            account_use: AccountUse::None,
            invoice: "".into(),
        };
        match self.ask(who.area, institution, settle).unwrap().outcome {
            Outcome::Settled(settled) => *settled,
            other => panic!("{other:?}"),
        }
    }

    fn lines(&self, lines: &[(&str, i64)]) -> Vec<StatedLine> {
        let stated = |(serial, (item, fen)): (usize, &(&str, i64))| {
            // Of a line `item@disease`, the disease it treats.
            let (item, disease) = item.split_once('@').unwrap_or((item, ""));
            StatedLine {
                serial: format!("{serial}").into(),
                batch: "1".into(),
                item: item.into(),
                amount: *fen,
                quantity: 10_000,
                price: fen * 10_000,
                at: self.agency.now(),
                rest: LineRest { disease: disease.into(), ..LineRest::default() },
            }
        };
        lines.iter().enumerate().map(stated).collect()
    }

    /// A purchase without a prescription.
    pub(super) fn buy(&self, who: &PersonKey, pharmacy: &str, lines: &[(&str, i64)]) -> Settled {
        let lines = self.lines(lines);
        let purchase = Purchase {
            person: who.clone(),
            institution: pharmacy.into(),
            at: self.agency.now(),
            scheme: "310".into(),
            category: "41".into(),
            disease: "".into(),
            credential: "02".into(),
            total: lines.iter().map(|line| line.amount).sum(),
            lines,
            account_use: AccountUse::None,
            invoice: "".into(),
            prescription: "".into(),
        };
        match self.ask(who.area, pharmacy, purchase).unwrap().outcome {
            Outcome::Settled(settled) => *settled,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn undo(&self, who: &PersonKey, institution: &str, entry: Id) {
        let undo =
            Undo { person: who.clone(), entry, visit: None, institution: institution.into() };
        self.ask(who.area, institution, undo).unwrap();
    }

    /// Accumulators of 2024.
    pub(super) fn cells(&self, who: &PersonKey) -> Cells {
        let wants =
            Wants { people: [who.clone()].into(), years: Some((2024, 2024)), ..Wants::default() };
        self.agency.look(wants).unwrap().cells(who, 2024).clone()
    }

    /// Applies for a filing by a clerk.
    pub(super) fn file(
        &self,
        who: &PersonKey,
        kind: &'static FilingKind,
        names: &str,
        (from, to): (&str, Option<&str>),
    ) -> Result<Arc<str>, String> {
        self.file_for(who, kind, (names, ""), (from, to))
    }

    pub(super) fn file_for(
        &self,
        who: &PersonKey,
        kind: &'static FilingKind,
        (names, disease): (&str, &str),
        (from, to): (&str, Option<&str>),
    ) -> Result<Arc<str>, String> {
        let institution = if who.area == CQ { DISTRICT } else { GX_DISTRICT };
        let file = File {
            person: who.clone(),
            institution: institution.into(),
            kind,
            names: names.into(),
            disease: disease.into(),
            from: day(from),
            to: to.map_or(Date::MAX, day),
            stated: serde_json::Value::Null,
        };
        match self.ask(who.area, "OPERATOR:张", file) {
            Ok(answered) => match answered.outcome {
                Outcome::Filed { number } => Ok(number),
                other => panic!("{other:?}"),
            },
            Err(refused) => Err(refused.to_string()),
        }
    }

    /// Approved by somebody else.
    pub(super) fn approve(&self, who: &PersonKey, number: &Arc<str>) -> Result<(), String> {
        let (person, number) = (who.clone(), number.clone());
        let review = ReviewFiling { person, number, approve: true, opinion: "".into() };
        self.ask(who.area, "OPERATOR:李", review).map(drop).map_err(|it| it.to_string())
    }

    /// Applied for and approved.
    pub(super) fn filed(
        &self,
        who: &PersonKey,
        kind: &'static FilingKind,
        (names, disease): (&str, &str),
        days: (&str, Option<&str>),
    ) -> Arc<str> {
        let number = self.file_for(who, kind, (names, disease), days).unwrap();
        self.approve(who, &number).unwrap();
        number
    }

    pub(super) fn revoke(&self, who: &PersonKey, number: &Arc<str>, from: &str) {
        let (person, number) = (who.clone(), number.clone());
        let revoke =
            RevokeFiling { person, number, from: day(from), because: "复查不符".into() };
        self.ask(who.area, "OPERATOR:李", revoke).unwrap();
    }

    pub(super) fn agree(
        &self,
        institution: &str,
        kind: &str,
        other: &str,
        days: (&str, Option<&str>),
    ) {
        let fact = NewFact {
            kind: kind.into(),
            other: other.into(),
            from: day(days.0),
            to: days.1.map_or(Date::MAX, day),
            detail: "".into(),
        };
        let (facts, wrong) = (vec![fact], Vec::new());
        let learn = LearnAgreement { area: CQ, institution: institution.into(), facts, wrong };
        self.ask(CQ, "", learn).unwrap();
    }

    pub(super) fn check(&self) {
        let regions = self.agency.regions();
        let options = books::Options { replay: 1, ..books::Options::default() };
        let report = books::check(self.agency.store(), regions, options, &mut |_| {}).unwrap();
        let faults: Vec<String> = report.faults.iter().map(|fault| fault.text(false)).collect();
        assert!(report.is_clean(), "{}", faults.join("\n"));
    }
}

/// Pool, deductible, personal part of a settlement, fen.
pub(super) fn paid(settled: &Settled) -> (i64, i64, i64) {
    let decision = &settled.record.decision;
    let funds: i64 = decision.funds.iter().sum();
    (funds, decision.deductible, decision.total - funds)
}

/// What each programme paid, fen.
pub(super) fn by_programme(settled: &Settled) -> Vec<(String, i64)> {
    let portions = settled.record.decision.portions.iter();
    portions.map(|portion| (portion.programme.to_string(), portion.funds.iter().sum())).collect()
}

fn rows() -> store::Changes {
    let mut rows = Rows::default();
    for (area, plan, names) in [(CQ, "employer", ["甲", "乙"]), (GX, "employee", ["戊", "己"])]
    {
        for name in names {
            let key = PersonKey::new(area, name);
            rows.person(&key, 0, 0);
            rows.fact(&key, facts::PLAN, plan, "2020-01-01", "");
            rows.fact(&key, facts::ENTITLEMENT, "entitled", "2020-01-01", "");
        }
    }
    for (area, code, kind, level) in [
        (CQ, CITY, HOSPITAL, "3"),
        (CQ, DISTRICT, HOSPITAL, "2"),
        (CQ, CLINIC, HOSPITAL, "0"),
        (CQ, POOLING, PHARMACY, "0"),
        (CQ, DUAL, PHARMACY, "0"),
        (CQ, SHOP, PHARMACY, "0"),
        (GX, GX_DISTRICT, HOSPITAL, "2"),
        (GX, GX_CLINIC, HOSPITAL, "0"),
        (GX, GX_OTHER, HOSPITAL, "1"),
    ] {
        rows.institution(area, code, kind, level);
    }
    for area in [CQ, GX] {
        for (code, flags) in [
            ("A", &[][..]),
            ("MB", &["chronic"]),
            ("LB", &["two-disease"]),
            ("LM", &["two-disease", "chronic"]),
            ("GT", &["negotiated"]),
            ("DL", &["listed"]),
            ("ZC", &["consultation"]),
        ] {
            let flags = flags.iter().map(|flag| Arc::from(*flag)).collect();
            rows.item(
                area,
                code,
                &ItemDetail { class: "A".into(), flags, ..ItemDetail::default() },
            );
        }
    }
    rows.changes
}

/// Why the first programme pays nothing.
pub(super) fn why(settled: &Settled) -> &str {
    settled.record.decision.portions[0].withheld.as_deref().unwrap_or_default()
}
