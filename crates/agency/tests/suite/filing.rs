//! Filings: applied for at the counter, reviewed by the agency, in force as facts.

use crate::office::{DROPS, HOSPITAL_2, HOSPITAL_3, OUTSIDER, Office, PHARMACY_1, at, day, person};
use agency::business::filing::{
    self, CHOSEN, CHRONIC, DUAL_CHANNEL, FAMILY_DOCTOR, File, FilingKind, KINDS, ReviewFiling,
    Standing, WithdrawFiling,
};
use agency::{Outcome, facts};
use kernel::Date;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{PersonFile, Wants};

fn file(kind: &'static FilingKind, names: &str) -> File {
    File {
        person: person("P1"),
        institution: HOSPITAL_3.into(),
        kind,
        names: names.into(),
        disease: "".into(),
        from: day("2024-03-01"),
        to: Date::MAX,
        stated: serde_json::json!({ "order": "1" }),
    }
}

fn review(number: &Arc<str>, approve: bool) -> ReviewFiling {
    let (number, opinion) = (number.clone(), "".into());
    ReviewFiling { person: person("P1"), number, approve, opinion }
}

fn withdraw(number: &Arc<str>) -> WithdrawFiling {
    WithdrawFiling {
        person: person("P1"),
        institution: HOSPITAL_3.into(),
        number: number.clone(),
        because: "填错".into(),
    }
}

impl Office {
    fn apply(&self, asked: &File) -> Arc<str> {
        match self.ask(HOSPITAL_3, asked) {
            Ok(Outcome::Filed { number }) => number,
            other => panic!("{other:?}"),
        }
    }

    fn file(&self) -> Arc<PersonFile> {
        let people = BTreeSet::from([person("P1")]);
        let world = self.agency.look(Wants { people, ..Wants::default() }).unwrap();
        world.file(&person("P1")).unwrap().clone()
    }

    /// What is in force of these kinds on a day, in words.
    fn in_force(&self, kinds: &[&'static FilingKind], on: &str) -> Vec<String> {
        let law = self.agency.regions().law(crate::office::AREA).unwrap();
        let found = filing::in_force(&self.file(), Some(law), kinds, day(on), self.agency.now());
        found
            .iter()
            .map(|it| format!("{} {} {} {}", it.kind.code, it.names, it.name, it.from))
            .collect()
    }
}

#[test]
fn an_approved_filing_is_a_fact_and_the_file_is_read_anew() {
    let office = Office::open();
    let number = office.apply(&file(CHRONIC, "M03900"));
    assert!(office.in_force(&[CHRONIC], "2024-03-05").is_empty(), "not reviewed yet");
    let revision = office.file().revision;
    office.ask("", &review(&number, true)).unwrap();
    assert_eq!(office.file().revision, revision + 1);
    assert_eq!(office.in_force(&[CHRONIC], "2024-03-05"), ["chronic M03900 高血压 2024-03-01"]);
    assert!(office.in_force(&[CHRONIC], "2024-02-29").is_empty());
    let stored = filing::applications(office.agency.store(), &person("P1")).unwrap();
    assert_eq!(stored[0].standing(), Standing::Approved);
    let twice = office.refusal(HOSPITAL_3, &file(CHRONIC, "M03900"));
    assert!(twice.starts_with("[4504]已有同一备案：慢特病备案 M03900"), "{twice}");
}

#[test]
fn an_application_is_withdrawn_only_while_it_waits() {
    let office = Office::open();
    let number = office.apply(&file(CHRONIC, "M03900"));
    let other = WithdrawFiling { institution: HOSPITAL_2.into(), ..withdraw(&number) };
    assert!(office.refusal(HOSPITAL_2, &other).starts_with("[4701]"));
    office.ask(HOSPITAL_3, &withdraw(&number)).unwrap();
    assert!(office.refusal(HOSPITAL_3, &withdraw(&number)).starts_with("[4802]"));
    assert!(office.refusal("", &review(&number, true)).contains("已撤销"));
    let second = office.apply(&file(CHRONIC, "M03900"));
    office.ask("", &review(&second, false)).unwrap();
    let words = office.refusal(HOSPITAL_3, &withdraw(&second));
    assert!(
        words.starts_with("[4502]备案已经审核，不能撤销") && words.contains("审核未通过"),
        "{words}"
    );
    assert!(office.in_force(KINDS.iter().collect::<Vec<_>>().as_slice(), "2024-03-05").is_empty());
    let unknown = office.refusal(HOSPITAL_3, &withdraw(&"X".into()));
    assert!(unknown.starts_with("[4501]"), "{unknown}");
}

#[test]
fn an_institution_does_not_review_what_it_applied_for() {
    let office = Office::open();
    let number = office.apply(&file(CHRONIC, "M03900"));
    let words = office.refusal(HOSPITAL_3, &review(&number, true));
    assert_eq!(words, "[4701]该机构不能办理此业务：备案由经办机构审核。请核对机构类型与协议");
}

#[test]
fn of_two_applications_for_the_same_only_one_is_approved() {
    let office = Office::open();
    let first = office.apply(&file(CHRONIC, "M03900"));
    let second = office.apply(&file(CHRONIC, "M03900"));
    office.ask("", &review(&first, true)).unwrap();
    assert!(office.refusal("", &review(&second, true)).starts_with("[4504]"));
    office.ask("", &review(&second, false)).unwrap();
}

#[test]
fn a_new_family_doctor_takes_the_place_of_the_old_one_and_the_past_stays() {
    let office = Office::open();
    let first = office.apply(&file(FAMILY_DOCTOR, HOSPITAL_2));
    office.ask("", &review(&first, true)).unwrap();
    office.set("2024-06-10 09:00:00");
    let next = File { from: day("2024-07-01"), ..file(FAMILY_DOCTOR, HOSPITAL_3) };
    let second = office.apply(&next);
    office.ask("", &review(&second, true)).unwrap();
    let on = |text: &str| office.in_force(&[FAMILY_DOCTOR], text).join(";");
    assert_eq!(on("2024-06-30"), format!("family-doctor {HOSPITAL_2}  2024-03-01"));
    assert_eq!(on("2024-07-01"), format!("family-doctor {HOSPITAL_3}  2024-07-01"));
    let contracts = office.file();
    let contracts = contracts.facts.iter().filter(|fact| &*fact.kind == facts::CONTRACT);
    let ended = contracts.filter(|fact| fact.ended_at == Some(at("2024-06-10 09:00:00")));
    assert_eq!(ended.count(), 1, "what was believed before is still on record");
}

#[test]
fn two_chosen_institutions_stand_side_by_side() {
    let office = Office::open();
    for institution in [HOSPITAL_2, HOSPITAL_3] {
        let number = office.apply(&file(CHOSEN, institution));
        office.ask("", &review(&number, true)).unwrap();
    }
    assert_eq!(office.in_force(&[CHOSEN], "2024-03-05").len(), 2);
}

#[test]
fn what_cannot_be_filed_is_refused_in_words() {
    let office = Office::open();
    let reads = |asked: File| office.refusal(HOSPITAL_3, &asked);
    let days =
        |from: &str, to: &str| File { from: day(from), to: day(to), ..file(CHRONIC, "M03900") };
    for (words, expected) in [
        (reads(file(CHRONIC, "M99999")), "[4503]病种不在本地区目录内：M99999"),
        (reads(file(CHOSEN, "H0")), "[4003]未找到定点医药机构：H0"),
        (reads(file(CHOSEN, OUTSIDER)), "[4505]备案内容不符合要求：H50000000009不是定点医疗机构"),
        (reads(file(CHOSEN, PHARMACY_1)), "[4505]备案内容不符合要求：P50000000001不是定点医疗机构"),
        (reads(file(DUAL_CHANNEL, "X0")), "[4803]项目不在本地区医保目录内：X0"),
        (
            reads(days("2024-03-05", "2024-03-04")),
            "[4505]备案内容不符合要求：结束日期2024-03-04早于开始日期2024-03-05",
        ),
        (
            reads(days("2024-01-05", "2024-03-04")),
            "[4505]备案内容不符合要求：结束日期2024-03-04已过",
        ),
        (
            reads(days("2022-01-05", "2024-12-31")),
            "[4505]备案内容不符合要求：开始日期2022-01-05早于今天366天以上",
        ),
        (reads(File { person: person("P9"), ..file(CHRONIC, "M03900") }), "[4002]未找到参保人：P9"),
        (reads(File { institution: "H0".into(), ..file(CHRONIC, "M03900") }), "[4003]"),
    ] {
        assert!(words.starts_with(expected), "{words}\nexpected {expected}");
    }
    office.apply(&file(DUAL_CHANNEL, DROPS));
}
