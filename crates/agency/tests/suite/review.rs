//! Reviews of prescriptions: drawn by a seed, reviewed by two, ruled on by a third, counted.

use crate::indicators::scene::{Scene, TREATMENT, both_under};
use crate::office::{AREA, HOSPITAL_2, OUTSIDER, PHARMACY_1, PILLS};
use agency::business::review::{FinishReview, Opine, RuleOn, TakeSample, Whose};
use agency::business::visit::Staff;
use agency::indicators::{By, gather};
use agency::review::{Category, Given, Origin, Review, draw, drawn, results, review};
use agency::{Outcome, Reason, Refused};
use kernel::Month;
use kernel::assessment::Measure;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Two reviewers, 10 % and at least four.
const RULES: &[&str] = &["review.share=10%", "review.minimum=4", "review.reviewers=2"];

fn names(strata: &[(&str, usize)]) -> Vec<(Arc<str>, Arc<str>)> {
    let names = strata.iter().flat_map(|(department, count)| {
        (0..*count)
            .map(move |number| (Arc::from(*department), Arc::from(format!("{department}{number}"))))
    });
    names.collect()
}

#[test]
fn one_seed_gives_one_sample_whatever_the_order() {
    let all = names(&[("内科", 300), ("外科", 200), ("", 100)]);
    let size = |_| 60;
    let sample = drawn(&all, 7, size);
    assert_eq!(sample.len(), 60);
    let mut turned = all.clone();
    turned.reverse();
    assert_eq!(drawn(&turned, 7, size), sample);
    let other = drawn(&all, 8, size);
    let same = other.iter().filter(|one| sample.contains(one)).count();
    assert!(same < 20, "one in ten is expected to be in both, not {same}");
    let of = |department: &str| sample.iter().filter(|(of, _)| **of == *department).count();
    assert_eq!([of("内科"), of("外科"), of("")], [30, 20, 10]);
}

#[test]
fn every_prescription_has_the_same_chance_in_its_department() {
    const SEEDS: u64 = 2_000;
    let all = names(&[("内科", 30), ("外科", 20), ("儿科", 10)]);
    let mut times: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for seed in 0..SEEDS {
        for (_, name) in drawn(&all, seed, |_| 12) {
            *times.entry(name).or_default() += 1;
        }
    }
    // One in five, by binomial chance: 400 and five deviations of 17.9. Seeds are fixed, so this never wavers.
    assert_eq!(times.len(), 60);
    let (least, most) = (times.values().min().unwrap(), times.values().max().unwrap());
    assert!(*least > 310 && *most < 490, "{least}..{most}");
    assert_eq!(times.values().sum::<u64>(), 12 * SEEDS);
}

fn staff(department: &str, doctor: &str) -> Staff {
    Staff {
        doctor: doctor.into(),
        doctor_name: format!("医师{doctor}").into(),
        department: department.into(),
        department_name: format!("{department}科").into(),
        ..Staff::default()
    }
}

fn march() -> Month {
    Month::parse("2024-03").unwrap()
}

/// At the hospital five prescriptions in March, one of them external; a treatment, and a visit that was undone.
fn played(scene: &Scene) {
    for (day, who, department, doctor) in
        [(5, "P1", "内", "D1"), (6, "P2", "内", "D1"), (7, "P1", "内", "D2"), (8, "P2", "外", "D3")]
    {
        scene.office.set(&format!("2024-03-{day:02} 09:00:00"));
        scene.visit_to(who, HOSPITAL_2, staff(department, doctor), &[(PILLS, 3_000)]);
    }
    scene.office.set("2024-03-09 09:00:00");
    scene.visit_to("P1", HOSPITAL_2, staff("外", "D3"), &[(TREATMENT, 3_000)]);
    let undone = scene.visit_to("P1", HOSPITAL_2, staff("外", "D3"), &[(PILLS, 9_000)]);
    scene.undo("P1", HOSPITAL_2, undone);
    scene.prescribe("P2", HOSPITAL_2, staff("外", "D4"));
}

fn take(scene: &Scene, seed: u64) -> Result<Review, Refused> {
    let institution = Arc::from(HOSPITAL_2);
    let whose = Whose::new(AREA, HOSPITAL_2, march());
    let by = Arc::from("抽样甲");
    let review = draw(&scene.office.agency, AREA, &institution, march(), (seed, &by))?;
    let outcome = scene.office.ask("", &TakeSample { whose, review })?;
    Ok(outcome.document().unwrap())
}

fn given(serial: u32, grounds: &[&str]) -> Given {
    let grounds = grounds.iter().map(|code| Arc::from(*code)).collect();
    Given { serial, grounds, note: "".into() }
}

fn opine(scene: &Scene, by: &str, given: Vec<Given>) -> Result<Outcome, Refused> {
    let whose = Whose::new(AREA, HOSPITAL_2, march());
    scene.office.ask("", &Opine { whose, by: by.into(), given })
}

fn rule(scene: &Scene, by: &str, given: Given) -> Result<Outcome, Refused> {
    let whose = Whose::new(AREA, HOSPITAL_2, march());
    scene.office.ask("", &RuleOn { whose, by: by.into(), given })
}

fn finish(scene: &Scene) -> Result<Outcome, Refused> {
    let whose = Whose::new(AREA, HOSPITAL_2, march());
    scene.office.ask("", &FinishReview { whose, by: "科长".into() })
}

#[test]
fn the_sample_of_a_month_is_taken_once_and_what_comes_later_changes_nothing() {
    for scene in both_under(RULES) {
        played(&scene);
        let early = take(&scene, 1).unwrap_err().to_string();
        assert!(early.contains("尚未结束"), "{early}");
        scene.office.set("2024-04-02 09:00:00");
        let taken = take(&scene, 1).unwrap();
        assert_eq!((taken.prescriptions, taken.drawn.len(), taken.reviewers), (5, 4, 2));
        let strata: Vec<_> = taken
            .strata
            .iter()
            .map(|it| (&*it.department, &*it.name, it.prescriptions, it.drawn))
            .collect();
        // 3 × 4 ÷ 5 = 2.4, 2 × 4 ÷ 5 = 1.6: the second has the larger remainder.
        assert_eq!(strata, [("内", "内科", 3, 2), ("外", "外科", 2, 2)]);
        let serials: Vec<u32> = taken.drawn.iter().map(|it| it.serial).collect();
        assert_eq!(serials, [1, 2, 3, 4]);
        let external = taken.drawn.iter().filter(|it| it.origin == Origin::External);
        let external: Vec<_> = external.collect();
        assert_eq!(external.len(), 1, "both of surgery");
        assert_eq!((&*external[0].doctor, &*external[0].diagnoses[0]), ("D4", "高血压"));
        let own = taken.drawn.iter().find(|it| it.origin == Origin::Visit).unwrap();
        assert_eq!((&*own.medicines[0].name, own.medicines[0].amount), ("测试片", 3_000));
        assert_eq!(&*own.diagnoses[0], "感冒");
        // Undone in April: it was prescribed in March all the same.
        let entry = store::Id::parse(&own.reference).unwrap();
        scene.undo(&own.person.clone(), HOSPITAL_2, entry);
        assert_eq!(take(&scene, 1).unwrap(), taken);
        let other = take(&scene, 2).unwrap_err();
        assert_eq!(other.reason, Reason::DocumentState);
        assert!(other.to_string().contains("按种子1抽样"), "{other}");
        let by = Arc::from("抽样甲");
        let at = |code: &str, month: &str| {
            let month = Month::parse(month).unwrap();
            draw(&scene.office.agency, AREA, &Arc::from(code), month, (1, &by)).unwrap_err().reason
        };
        assert_eq!(at(PHARMACY_1, "2024-03"), Reason::NotAllowed);
        assert_eq!(at("H0", "2024-03"), Reason::InstitutionUnknown);
        assert_eq!(at(OUTSIDER, "2024-03"), Reason::Content, "no prescriptions");
        assert_eq!(at(HOSPITAL_2, "2023-03"), Reason::AreaUnknown, "no policy");
    }
}

#[test]
fn two_review_a_third_rules_and_what_is_finished_counts() {
    for scene in both_under(RULES) {
        played(&scene);
        scene.office.set("2024-04-02 09:00:00");
        assert_eq!(opine(&scene, "甲", vec![]).unwrap_err().reason, Reason::DocumentUnknown);
        take(&scene, 1).unwrap();
        let unknown = opine(&scene, "甲", vec![given(1, &["9-1"])]).unwrap_err().to_string();
        assert!(unknown.contains("问题代码9-1"), "{unknown}");
        let beyond = opine(&scene, "甲", vec![given(5, &[])]).unwrap_err().to_string();
        assert!(beyond.contains("应为1至4"), "{beyond}");
        assert_eq!(opine(&scene, " ", vec![]).unwrap_err().reason, Reason::Content);
        let all = |third: &[&str]| {
            vec![given(1, &[]), given(2, &["1-10", "2-5"]), given(3, third), given(4, &[])]
        };
        opine(&scene, "甲", all(&["1-1"])).unwrap();
        opine(&scene, "甲", all(&["3-1"])).unwrap(); // He thinks better of it.
        opine(&scene, "乙", all(&[])).unwrap();
        let third = opine(&scene, "丙", vec![given(1, &[])]).unwrap_err();
        assert_eq!(third.reason, Reason::NotAllowed, "{third}");
        let waiting = finish(&scene).unwrap_err().to_string();
        assert!(waiting.contains("还有0张待点评、1张待裁定"), "{waiting}");
        assert_eq!(rule(&scene, "甲", given(3, &[])).unwrap_err().reason, Reason::NotAllowed);
        assert_eq!(rule(&scene, "丙", given(1, &[])).unwrap_err().reason, Reason::DocumentState);
        assert_eq!(rule(&scene, "丙", given(9, &[])).unwrap_err().reason, Reason::Content);
        let rate = || {
            let found = gather(&scene.office.agency, AREA, march(), By::Institution).unwrap();
            found.rows[0].figures.measure(Measure::IrrationalRate)
        };
        rule(&scene, "丙", given(3, &["3-1"])).unwrap();
        assert_eq!(rate(), None, "it is not finished");
        finish(&scene).unwrap();
        assert_eq!(finish(&scene).unwrap_err().reason, Reason::DocumentState);
        let late = opine(&scene, "甲", vec![given(1, &["1-1"])]).unwrap_err();
        assert_eq!(late.reason, Reason::DocumentState);
        assert_eq!(rate(), Some(5_000), "two of four");
        let institution = Arc::from(HOSPITAL_2);
        let (kept, _) =
            review(scene.office.agency.store(), AREA, &institution, march()).unwrap().unwrap();
        let counted = results(&kept);
        assert_eq!((counted.all.reviewed, counted.all.irrational), (4, 2));
        // The gravest fault names the prescription; each ground counts.
        let kinds = [(Category::Unsuitable, 1), (Category::Excessive, 1)];
        assert_eq!(counted.categories, kinds.into());
        let grounds: BTreeSet<_> = counted.grounds.keys().map(|code| &**code).collect();
        assert_eq!(grounds, ["1-10", "2-5", "3-1"].into());
        let medicine = &counted.medicines[&(PILLS.into(), "测试片".into())];
        assert_eq!((medicine.reviewed, medicine.irrational), (4, 2));
        let doctors: i64 = counted.doctors.values().map(|tally| tally.reviewed).sum();
        assert_eq!(doctors, 4);
        assert_eq!(counted.departments.len(), 2);
    }
}
