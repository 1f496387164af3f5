//! Two people at two hospitals, on both stores.

use crate::care::{message, pills};
use crate::office::{AREA, HOSPITAL_2, HOSPITAL_3, Office, PILLS, day, person};
use agency::business::account::{Learn, NewFact};
use agency::business::lines::UploadLines;
use agency::business::prescription::{
    Checked, EncodedFile, Medicine, Pharmacist, Precheck, Seal, Sealed, Upload,
};
use agency::business::settle::Settle;
use agency::business::undo::Undo;
use agency::business::visit::{Attend, Diagnosis, Purpose, Register, Staff};
use agency::directory::ItemDetail;
use agency::recalculation::{Desk, pending_of};
use agency::{Outcome, facts};
use cluster::{Cluster, Settings};
use kernel::{AccountUse, Date};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use store::postgres::Postgres;
use store::sqlite::Sqlite;
use store::{Changes, Id, Item, Wants};

/// An examination of class B, 10 % of it paid first.
pub(crate) const EXAM: &str = "EXAM";
/// A treatment.
pub(crate) const TREATMENT: &str = "TREATMENT";
/// A consumable.
pub(crate) const SWAB: &str = "SWAB";
/// A medicine that the funds do not share.
pub(crate) const TONIC: &str = "TONIC";

/// An office over one of the stores, and where its tables are.
pub(crate) struct Scene {
    pub(crate) office: Office,
    /// Folder of SQLite's file, or how to connect.
    pub(crate) place: Result<std::path::PathBuf, String>,
    number: AtomicUsize,
}

/// One on each store.
pub(crate) fn both() -> [Scene; 2] {
    both_under(&[])
}

/// The same, with values stated over the policy documents.
pub(crate) fn both_under(set: &[&str]) -> [Scene; 2] {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    static DATABASES: AtomicUsize = AtomicUsize::new(0);
    let settings = Settings { durable: false, ..Settings::default() };
    let cluster = CLUSTER.get_or_init(|| Cluster::start(&settings).unwrap());
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let database = cluster.new_database(&format!("indicators_{number}")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_owned();
    let sqlite = Arc::new(Sqlite::open(folder.path()).unwrap());
    let postgres = Arc::new(Postgres::open(&database).unwrap());
    let here = Office::over(sqlite, folder, set);
    let there = Office::over(postgres, tempfile::tempdir().unwrap(), set);
    [Scene::new(here, Ok(place)), Scene::new(there, Err(database))]
}

impl Scene {
    fn new(office: Office, place: Result<std::path::PathBuf, String>) -> Scene {
        let item = |code: &str, class: &str, charge_type: &str| Item {
            area: AREA,
            code: code.into(),
            from: day("2024-01-01"),
            to: Date::MAX,
            name: code.into(),
            detail: serde_json::to_string(&ItemDetail {
                class: class.into(),
                first_pay: if class == "B" { 1_000 } else { 0 },
                charge_type: charge_type.into(),
                ..ItemDetail::default()
            })
            .unwrap()
            .into(),
        };
        let items = vec![
            item(EXAM, "B", "03"),
            item(TREATMENT, "A", "05"),
            item(SWAB, "A", "08"),
            item(TONIC, "C", "09"),
        ];
        let changes = Changes { items, ..Changes::default() };
        office.agency.store().commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
        office.agency.reload_directories().unwrap();
        Scene { office, place, number: AtomicUsize::new(1) }
    }

    /// A visit with these lines, settled; the entry.
    pub(crate) fn visit(&self, who: &str, institution: &str, lines: &[(&str, i64)]) -> Id {
        self.visit_to(who, institution, Staff::default(), lines)
    }

    /// The same, to this doctor.
    pub(crate) fn visit_to(
        &self,
        who: &str,
        institution: &str,
        staff: Staff,
        lines: &[(&str, i64)],
    ) -> Id {
        let office = &self.office;
        let number = format!("S{}", self.number.fetch_add(1, Ordering::Relaxed));
        let (person, at) = (person(who), Arc::<str>::from(institution));
        let register = Register {
            person: person.clone(),
            institution: at.clone(),
            number: number.as_str().into(),
            began: office.agency.now(),
            scheme: "310".into(),
            credential: "02".into(),
            staff,
        };
        let Outcome::Registered { visit } = office.ask(institution, &register).unwrap() else {
            panic!("not registered")
        };
        let (code, name) = ("J00.x00".into(), "感冒".into());
        let diagnosis = Diagnosis { code, name, valid: true, ..Diagnosis::default() };
        let purpose =
            Purpose { category: "11".into(), diagnoses: vec![diagnosis], ..Purpose::default() };
        let attend = Attend { person: person.clone(), visit, institution: at.clone(), purpose };
        office.ask(institution, &attend).unwrap();
        let stated = (1..)
            .zip(lines)
            .map(|(serial, (item, fen))| pills(office, &format!("{serial}"), "B1", item, *fen));
        let upload = UploadLines {
            person: person.clone(),
            visit,
            institution: at.clone(),
            lines: stated.collect(),
        };
        office.ask(institution, &upload).unwrap();
        let settle = Settle {
            person,
            visit,
            institution: at,
            batch: "B1".into(),
            scheme: "310".into(),
            category: "".into(),
            credential: "02".into(),
            total: lines.iter().map(|(_, fen)| fen).sum(),
            parts: None,
            account_use: AccountUse::Own,
            invoice: "".into(),
        };
        let answered = office.send(Some(message(institution, &number, "2207")), &settle).unwrap();
        match answered.outcome {
            Outcome::Settled(settled) => settled.entry,
            other => panic!("{other:?}"),
        }
    }

    /// An external prescription of one box of pills, issued; its number.
    pub(crate) fn prescribe(&self, who: &str, institution: &str, staff: Staff) -> Arc<str> {
        const FILE: &str = "5aSE5pa5";
        let office = &self.office;
        let now = office.agency.now();
        let medicine = Medicine {
            item: PILLS.into(),
            name: "测试片".into(),
            quantity: 10_000,
            days: 700,
            ..Medicine::default()
        };
        let number = format!("RX{}", self.number.fetch_add(1, Ordering::Relaxed));
        let precheck = Precheck {
            person: person(who),
            institution: institution.into(),
            own_number: number.as_str().into(),
            visit: "V".into(),
            staff,
            prescribed: now,
            valid_until: kernel::Moment(now.0 + 2 * 86_400_000),
            medicines: vec![medicine],
            diagnoses: vec![Diagnosis {
                code: "I10.x00".into(),
                name: "高血压".into(),
                valid: true,
                order: 1,
                ..Diagnosis::default()
            }],
            stated: serde_json::json!({}),
        };
        let checked: Checked = office.ask(institution, &precheck).unwrap().document().unwrap();
        let file = || EncodedFile::read(FILE).unwrap();
        let seal = Seal::new(AREA, institution.into(), "text", file());
        let sealed: Sealed = office.ask(institution, &seal).unwrap().document().unwrap();
        let upload = Upload {
            person: person(who),
            number: checked.number.clone(),
            trace_code: checked.trace_code,
            institution: institution.into(),
            pharmacist: Pharmacist { code: "Y1".into(), name: "测试药师".into() },
            reviewed: now,
            file: file(),
            signature: sealed.signature,
        };
        office.ask(institution, &upload).unwrap();
        checked.number
    }

    pub(crate) fn undo(&self, who: &str, institution: &str, entry: Id) {
        let number = format!("U{}", self.number.fetch_add(1, Ordering::Relaxed));
        let undo =
            Undo { person: person(who), entry, visit: None, institution: institution.into() };
        self.office.send(Some(message(institution, &number, "2208")), &undo).unwrap();
    }

    pub(crate) fn learn(&self, who: &str, kind: &str, other: &str, from: &str, detail: &str) {
        let fact = NewFact {
            kind: kind.into(),
            other: other.into(),
            from: day(from),
            to: Date::MAX,
            detail: detail.into(),
        };
        let learn = Learn { person: person(who), facts: vec![fact], wrong: Vec::new() };
        self.office.ask("", &learn).unwrap();
    }

    /// Recalculates what waits for a person.
    pub(crate) fn recalculate(&self, who: &str) {
        let desk =
            |by: &str| Desk { agency: &self.office.agency, core: &self.office.core, by: by.into() };
        for item in pending_of(self.office.agency.store(), &person(who)).unwrap() {
            let proposal = desk("张").propose(&item).unwrap();
            if !proposal.changed.is_empty() {
                desk("李").approve(&item, Some(&proposal.digest), true).unwrap();
            }
        }
    }
}

/// March and April 2024, and March 2025.
pub(crate) fn play(scene: &Scene) {
    let at = |text: &str| scene.office.set(text);
    at("2024-03-05 09:00:00");
    scene.visit("P1", HOSPITAL_2, &[(PILLS, 30_000), (EXAM, 10_000)]);
    at("2024-03-08 09:00:00");
    scene.visit("P1", HOSPITAL_2, &[(TREATMENT, 5_000), (SWAB, 3_000)]);
    let referred = format!("{{\"referrer\":\"{HOSPITAL_2}\"}}");
    scene.learn("P1", facts::REFERRAL, HOSPITAL_3, "2024-03-09", &referred);
    at("2024-03-10 09:00:00");
    scene.visit("P2", HOSPITAL_2, &[(PILLS, 25_000), (TONIC, 4_000)]);
    at("2024-03-12 09:00:00");
    let later = scene.visit("P2", HOSPITAL_3, &[(PILLS, 10_000)]);
    at("2024-03-15 09:00:00");
    let undone = scene.visit("P1", HOSPITAL_2, &[(PILLS, 6_000)]);
    scene.undo("P1", HOSPITAL_2, undone);
    scene.learn("P2", facts::OFFSITE, "referred", "2024-03-20", "");
    at("2024-04-10 09:00:00");
    scene.undo("P2", HOSPITAL_3, later);
    scene.learn("P1", facts::RETIREMENT, "", "2024-01-15", "");
    scene.recalculate("P1");
    at("2025-03-03 09:00:00");
    scene.visit("P1", HOSPITAL_2, &[(PILLS, 24_000)]);
}
