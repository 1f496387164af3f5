//! Error galleries, `tests/refusals/*.txt`, and that of the chain.

use super::care::{Care, yuan};
use crate::town::{Sender, TODAY, Town};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// One case of a gallery.
pub(crate) struct Case<'g> {
    /// Where its answer stands, from 0.
    line: usize,
    pub(crate) transaction: &'g str,
    /// The institution that sends it.
    pub(crate) place: Option<usize>,
    /// Path and value.
    changes: Vec<(&'g str, Value)>,
}

impl Case<'_> {
    /// What a sender reads whose message is this, changed as the case says.
    pub(crate) fn said(&self, mut message: Value, sender: &Sender<'_>) -> String {
        for (path, value) in &self.changes {
            let path =
                path.strip_prefix("envelope.").map_or(format!("input.{path}"), str::to_string);
            change(&mut message, &path, value.clone());
        }
        let answer = sender.send(&message);
        let words = answer.refusal();
        assert!(words.chars().count() <= 200, "{words}");
        words.to_string()
    }
}

/// Holds a gallery to what is said, or writes it anew.
pub(crate) fn hold(page: &str, said: impl Fn(&Case<'_>) -> String) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/refusals").join(page);
    let gallery = std::fs::read_to_string(&file).unwrap();
    let mut lines: Vec<String> = gallery.lines().map(str::to_string).collect();
    let mut wrong = String::new();
    for case in cases(&gallery) {
        let said = said(&case);
        if lines[case.line] != said {
            let expected = &lines[case.line];
            let _ = writeln!(wrong, "{}: {said}\n  expected {expected}", case.transaction);
            lines[case.line] = said;
        }
    }
    if std::env::var_os("GONGJI_BLESS").is_some() {
        std::fs::write(&file, lines.join("\n") + "\n").unwrap();
    } else {
        assert!(wrong.is_empty(), "GONGJI_BLESS=1 writes the gallery anew\n{wrong}");
    }
}

fn cases(gallery: &str) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut open = false;
    for (number, line) in gallery.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let case = cases.last_mut().filter(|_| open);
        match (line.strip_prefix("    "), case) {
            (Some(change), Some(case)) => {
                let (path, value) = change.split_once(" = ").unwrap();
                case.changes.push((path, serde_json::from_str(value).unwrap()));
            }
            (None, Some(case)) => (case.line, open) = (number, false),
            (_, None) => {
                let (transaction, place) = line.split_once(" @").unwrap_or((line, ""));
                let place = place.parse().ok();
                cases.push(Case { line: 0, transaction, place, changes: Vec::new() });
                open = true;
            }
        }
    }
    cases
}

/// A visit with an open batch and a settled one.
struct Scene<'t> {
    town: &'t Town,
    care: Care<'t>,
    /// What batch 2002 was settled by.
    settlement: Value,
}

const OPEN: &[(usize, i64)] = &[(0, 3), (1, 2)];

impl<'t> Scene<'t> {
    fn new(town: &'t Town) -> Scene<'t> {
        let sender = town.sender(1);
        let mut care = Care::new(&sender, 1);
        care.register();
        care.attend().output();
        care.upload_batch("2002", &[(2, 1)]).output();
        let answer = care.call("2207", &care.bill_of("2002", "1"));
        let settlement = answer.output()["setlinfo"]["setl_id"].clone();
        care.upload(OPEN).output();
        Scene { town, care, settlement }
    }

    /// A good message of a transaction.
    fn input(&self, transaction: &str) -> Value {
        let care = &self.care;
        let (person, visit) = (&care.person, &care.visit);
        let named = json!({"data": {
            "psn_no": person, "mdtrt_id": visit, "setl_id": self.settlement,
            "ipt_otp_no": "MZ1", "chrg_bchno": "1001",
        }});
        match transaction {
            "1101" => json!({"data": {"mdtrt_cert_type": "02", "mdtrt_cert_no": care.identity}}),
            "2001" => json!({"data": {
                "psn_no": person, "insutype": "310", "fixmedins_code": care.sender.institution,
                "med_type": "11", "begntime": format!("{TODAY} 08:00:00"),
            }}),
            "2101" | "2102" => care.purchase(OPEN),
            "2201" => care.registration(),
            "2203" => care.purpose("11", "无"),
            "2204" => json!({"feedetail": care.lines}),
            "2206" | "2207" => care.bill(),
            "2601" => json!({"data": {"psn_no": person, "omsgid": "1", "oinfno": "2207"}}),
            "9901" => json!({"data": {"omsgid": "1"}}),
            "5201" => json!({"data": {
                "psn_no": person, "begntime": TODAY, "endtime": TODAY, "med_type": "11",
            }}),
            "5206" => json!({"data": {"psn_no": person, "cum_ym": "2026"}}),
            "100001" => json!({"data": {
                "psn_No": person, "setl_Id": self.settlement, "mdtrt_Id": visit,
            }}),
            _ => named,
        }
    }

    /// Why a case is refused, with the numbers of the scene left out.
    fn refusal(&self, case: &Case<'_>) -> String {
        let sender: Sender<'_> = self.town.sender(case.place.unwrap_or(1));
        let number = self.town.number(&sender.institution);
        let message = sender.message(&number, case.transaction, &self.input(case.transaction));
        case.said(message, &sender)
            .replace(&self.care.visit, "<visit>")
            .replace(self.settlement.as_str().unwrap(), "<settlement>")
    }
}

/// Sets what stands at a path, or takes it away.
fn change(message: &mut Value, path: &str, value: Value) {
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let steps = parent.split('.').filter(|step| !step.is_empty());
    let mut place = message;
    for step in steps {
        place = match place {
            Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
            other => &mut other[step],
        };
    }
    if value.is_null() {
        place.as_object_mut().unwrap().remove(name);
    } else {
        place[name] = value;
    }
}

#[test]
fn refusals_read_as_the_gallery_says_and_change_nothing() {
    let town = Town::new();
    let scene = Scene::new(&town);
    hold("chain.txt", |case| scene.refusal(case));
    let care = &scene.care;
    let settled = care.settle();
    let total = &settled.output()["setlinfo"]["medfee_sumamt"];
    assert_eq!(*total, yuan(17_738), "the batch is as it was uploaded");
}
