//! Assessments of months and of a year, by points reckoned by hand from the shipped default for Chongqing, and the deposit that
//! the year's grade gives back.

use crate::indicators::scene::{Scene, both_under, play};
use crate::office::{AREA, HOSPITAL_2, HOSPITAL_3};
use agency::assessment::{Assessed, Assessment, AssessmentState, assessment, run_month, run_year};
use agency::business::assessment::{AnswerHearing, ConfirmAssessment, Hear};
use agency::business::clearing::{Confirm, Deduct};
use agency::business::review::{FinishReview, Opine, TakeSample, Whose};
use agency::clearing::{self, close_month, close_year};
use agency::ledger::Head;
use agency::review::{Given, draw};
use agency::{Business, Outcome, Reason, Refused, books};
use kernel::{Fen, Month, Rate};
use std::sync::Arc;
use store::{Changes, Document, Id, PersonKey, Wants};

/// Two visits are enough here.
const DEPOSIT: &[&str] = &["payment.deposit=5%", "assessment.minimum_visits=0"];

/// A year with one visit is not graded. What the hospital of level 3 had in March is taken back in April but for less than two.
const GRADED: &[&str] = &["payment.deposit=5%", "assessment.minimum_visits=2"];

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn party(institution: &str) -> PersonKey {
    PersonKey::new(AREA, institution)
}

impl Scene {
    fn ask<B: Business + Clone + 'static>(&self, business: &B) -> Result<Outcome, Refused> {
        self.office.ask("", business)
    }

    fn assess(&self, institution: Option<&str>, period: &str) -> Result<Assessed, Refused> {
        let (agency, core) = (&self.office.agency, &self.office.core);
        let (whose, by) = ((AREA, institution), Arc::from("考核甲"));
        match Month::parse(period) {
            Some(month) => run_month(agency, core, whose, month, &by),
            None => run_year(agency, core, whose, period.parse().unwrap(), &by),
        }
    }

    fn assessment(&self, institution: &str, period: &str) -> (Assessment, AssessmentState) {
        let store = self.office.agency.store();
        assessment(store, AREA, &institution.into(), period).unwrap().unwrap()
    }

    fn confirm(&self, institution: &str, period: &str, by: &str) -> Result<Outcome, Refused> {
        let (institution, period) = (party(institution), period.into());
        self.ask(&ConfirmAssessment { institution, period, by: by.into() })
    }

    fn hear(&self, institution: &str, period: &str) -> Result<Outcome, Refused> {
        let (words, by) = ("点评有误".into(), "院方".into());
        self.ask(&Hear { institution: party(institution), period: period.into(), words, by })
    }

    fn answer(&self, period: &str, points: &[(&str, i64)]) -> Result<Outcome, Refused> {
        self.ask(&AnswerHearing {
            institution: party(HOSPITAL_2),
            period: period.into(),
            words: "采纳".into(),
            points: points.iter().map(|(code, points)| ((*code).into(), *points)).collect(),
            by: "考核乙".into(),
        })
    }

    fn deduct(&self) {
        let deduct = Deduct {
            institution: party(HOSPITAL_2),
            month: month("2024-03"),
            amount: Fen::new(400),
            reason: "超量开药".into(),
            article: "".into(),
            reference: "案1".into(),
            by: "审核甲".into(),
            known: 0,
        };
        self.ask(&deduct).unwrap();
    }

    /// Both prescriptions of March at the hospital are drawn; one has no indication.
    fn review(&self, finish: bool) {
        let (institution, by) = (Arc::from(HOSPITAL_2), Arc::from("抽样甲"));
        let whose = Whose::new(AREA, HOSPITAL_2, month("2024-03"));
        let agency = &self.office.agency;
        let review = draw(agency, AREA, &institution, month("2024-03"), (1, &by)).unwrap();
        assert_eq!((review.drawn.len(), review.unverified), (2, true));
        self.ask(&TakeSample { whose: whose.clone(), review }).unwrap();
        if !finish {
            return;
        }
        let given = [(1, vec!["3-1"]), (2, vec![])].map(|(serial, grounds)| Given {
            serial,
            grounds: grounds.into_iter().map(Arc::from).collect(),
            note: "".into(),
        });
        let opine = Opine { whose: whose.clone(), by: "药师".into(), given: given.into() };
        self.ask(&opine).unwrap();
        self.ask(&FinishReview { whose, by: "科长".into() }).unwrap();
    }
}

#[test]
fn a_month_is_scored_heard_and_confirmed_by_another() {
    for scene in both_under(DEPOSIT) {
        play(&scene);
        scene.deduct();
        let score = || {
            let (found, _) = scene.assessment(HOSPITAL_2, "2024-03");
            (found.score, found.grade_name.to_string(), found.release)
        };
        assert_eq!(scene.assess(None, "2024-03").unwrap().made, 2);
        let (found, state) = scene.assessment(HOSPITAL_2, "2024-03");
        assert_eq!(state, AssessmentState::Drafted);
        let points: Vec<_> =
            found.items.iter().map(|it| (&*it.code, it.value, it.points)).collect();
        // Drugs 76.62 %: (80 − 76.62) ÷ 30 × 15; self-paid 5.19 %: (25 − 5.19) ÷ 20 × 15; deducted 4.00 ÷ 192.00 = 2.08 %:
        // (5 − 2.08) ÷ 5 × 10. No year before, no review.
        let expected = [
            ("cost-growth", None, 0),
            ("drugs", Some(7_662), 169),
            ("self-paid", Some(519), 1_486),
            ("rational", None, 0),
            ("deductions", Some(208), 584),
            ("cases", Some(0), 1_000),
        ];
        assert_eq!(points, expected);
        // 32.39 of 50.
        assert_eq!(score(), (6_478, "合格".into(), 7_000));
        assert!(found.unverified && !found.articles.is_empty());
        assert_eq!(scene.assess(None, "2024-03").unwrap().unchanged, 2);

        scene.review(false);
        let open = scene.assess(Some(HOSPITAL_2), "2024-03").unwrap();
        assert!(open.refused[0].1.to_string().contains("处方点评尚未办结"), "{open:?}");
        for scene in both_under(DEPOSIT) {
            play(&scene);
            scene.deduct();
            scene.review(true);
            scene.assess(None, "2024-03").unwrap();
            let (found, _) = scene.assessment(HOSPITAL_2, "2024-03");
            // Half of the prescriptions are irrational: 32.39 of 80.
            assert_eq!((found.score, &*found.grade), (4_049, "D"));
            assert_eq!(
                scene.confirm(HOSPITAL_2, "2024-03", "考核甲").unwrap_err().reason,
                Reason::NotAllowed
            );
            scene.hear(HOSPITAL_2, "2024-03").unwrap();
            let again = scene.assess(Some(HOSPITAL_2), "2024-03").unwrap();
            assert_eq!(again.unchanged, 1, "nothing new");
            let early = scene.confirm(HOSPITAL_2, "2024-03", "考核乙").unwrap_err();
            assert!(early.to_string().contains("有申辩，待答复，应为待确认"), "{early}");
            let unknown = scene.answer("2024-03", &[("x", 1)]).unwrap_err().to_string();
            assert!(unknown.contains("没有考核项目x"), "{unknown}");
            let most = scene.answer("2024-03", &[("rational", 3_001)]).unwrap_err().to_string();
            assert!(most.contains("应为0至30.00"), "{most}");
            let none = scene.answer("2024-03", &[("cost-growth", 1)]).unwrap_err().to_string();
            assert!(none.contains("没有数据"), "{none}");
            scene.answer("2024-03", &[("rational", 3_000)]).unwrap();
            let (found, state) = scene.assessment(HOSPITAL_2, "2024-03");
            // 62.39 of 80.
            assert_eq!((found.score, &*found.grade, state), (7_799, "C", AssessmentState::Drafted));
            assert_eq!(found.items[3].before, Some(0));
            let heard = scene.assess(Some(HOSPITAL_2), "2024-03").unwrap();
            assert!(heard.refused[0].1.to_string().contains("已有申辩"), "{heard:?}");
            scene.confirm(HOSPITAL_2, "2024-03", "考核乙").unwrap();
            assert_eq!(
                scene.hear(HOSPITAL_2, "2024-03").unwrap_err().reason,
                Reason::DocumentState
            );
        }
    }
}

#[test]
fn a_month_that_is_not_over_or_without_business_is_not_assessed() {
    for scene in both_under(DEPOSIT) {
        play(&scene);
        let early = scene.assess(None, "2025-03").unwrap_err().to_string();
        assert!(early.contains("2025-03尚未结束"), "{early}");
        assert!(scene.assess(None, "2025").unwrap_err().to_string().contains("2025尚未结束"));
        let idle = scene.assess(Some(HOSPITAL_2), "2024-09").unwrap_err().to_string();
        assert!(idle.contains("没有可考核的业务"), "{idle}");
        assert_eq!(scene.assess(None, "2024-09").unwrap().made, 0);
        let never = scene.assess(Some("H0"), "2024").unwrap_err();
        assert_eq!(never.reason, Reason::DocumentUnknown);
        assert_eq!(
            scene.confirm(HOSPITAL_2, "2024-09", "考核乙").unwrap_err().reason,
            Reason::DocumentUnknown
        );
    }
}

/// Closes every month of what was played, lets institutions agree, and assesses March.
fn close_the_year(scene: &Scene) {
    let (agency, core) = (&scene.office.agency, &scene.office.core);
    for number in 3..=12 {
        let month = month(&format!("2024-{number:02}"));
        close_month(agency, core, AREA, month, None, &mut |_, _| {}).unwrap();
    }
    for (institution, period) in
        [(HOSPITAL_2, "2024-03"), (HOSPITAL_3, "2024-03"), (HOSPITAL_3, "2024-12")]
    {
        let (institution, period) = (party(institution), period.into());
        scene.ask(&Confirm { institution, period, by: "院方".into() }).unwrap();
    }
    scene.assess(None, "2024-03").unwrap();
}

#[test]
fn the_year_decides_what_part_of_the_deposit_comes_back() {
    for scene in both_under(DEPOSIT) {
        let office = &scene.office;
        play(&scene);
        scene.deduct();
        let (agency, core) = (&office.agency, &office.core);
        close_the_year(&scene);
        let waiting = scene.assess(None, "2024").unwrap();
        assert_eq!((waiting.made, waiting.refused.len()), (0, 2), "months wait to be confirmed");
        scene.confirm(HOSPITAL_2, "2024-03", "考核乙").unwrap();
        scene.confirm(HOSPITAL_3, "2024-03", "考核乙").unwrap();
        let some = scene.assess(None, "2024").unwrap();
        assert_eq!(some.made, 1);
        assert!(some.refused[0].1.to_string().contains("2024-04有结算而没有考核"), "{some:?}");
        scene.assess(Some(HOSPITAL_3), "2024-04").unwrap();
        scene.confirm(HOSPITAL_3, "2024-04", "考核乙").unwrap();
        assert_eq!(scene.assess(None, "2024").unwrap().made, 1);
        let (year, _) = scene.assessment(HOSPITAL_2, "2024");
        assert_eq!((year.score, year.release, year.months.len()), (6_478, 7_000, 1));
        let (other, _) = scene.assessment(HOSPITAL_3, "2024");
        // March: drugs 100 %, 0 of 15; nothing self-paid, deducted or found: 35 of 50. April: less than nothing was done, no
        // case: 10 of 10. Their mean.
        assert_eq!(other.months, [("2024-03".into(), 7_000), ("2024-04".into(), 10_000)]);
        assert_eq!((other.score, &*other.grade), (8_500, "B"));

        let close = |ratio: Option<i32>| {
            let given = |_: &str| ratio.map(Rate::new);
            close_year(agency, core, AREA, 2024, &given, &mut |_, _| {}).unwrap()
        };
        let waiting = close(None);
        let words: Vec<String> = waiting.refused.iter().map(|(_, why)| why.to_string()).collect();
        assert!(words.iter().all(|it| it.contains("2024年的考核待确认")), "{words:?}");
        assert_eq!(words.len(), 2);
        scene.confirm(HOSPITAL_2, "2024", "考核乙").unwrap();
        scene.confirm(HOSPITAL_3, "2024", "考核乙").unwrap();
        let other = close(Some(10_000));
        let words: Vec<String> = other.refused.iter().map(|(_, why)| why.to_string()).collect();
        assert_eq!(words.len(), 2, "those without a deposit are closed already");
        assert!(words.iter().any(|it| it.contains("考核合格，返还70%，不能另给100%")), "{words:?}");
        assert_eq!(close(None).refused.len(), 0);
        let store = agency.store();
        let statement = |institution: &str| {
            clearing::statement(store, AREA, &institution.into(), "2024").unwrap().unwrap().0
        };
        // 5 % of 192.00 − 4.00; of 9.40 comes back 70 %.
        let year = statement(HOSPITAL_2).year.unwrap();
        assert_eq!((year.deposit, year.released, year.forfeited), (940, 658, 282));
        assert_eq!((&*year.grade, year.ratio), ("合格", 7_000));
        // 5 % of 50.00; nothing is withheld of what is owed in April. 90 % of 2.50.
        let year = statement(HOSPITAL_3).year.unwrap();
        assert_eq!((year.deposit, year.released, year.forfeited), (250, 225, 25));
        let entries = store.entries(AREA, Id::MIN, Id::MAX, 10_000).unwrap();
        let postings = entries.iter().flat_map(|entry| &entry.postings);
        let deposit = postings.filter(|it| it.account == Head::Deposit.number());
        assert_eq!(deposit.map(|it| it.amount.get()).sum::<i64>(), 0, "nothing is left withheld");
        assert_eq!(close(None).made, 0, "once");
        office.set("2025-03-04 09:00:00");
        let options = books::Options { memory: 1 << 20, replay: 1 };
        let report = books::check(store, agency.regions(), options, &mut |_| {}).unwrap();
        let wrong = report.faults.iter().filter(|it| !matches!(&*it.person, "P1" | "P2"));
        assert_eq!(wrong.collect::<Vec<_>>(), Vec::<&books::Fault>::new());
        // Somebody gives it a better grade, and more points, behind the books' back.
        for (period, from, to) in [
            ("2024", "\"release\":7000", "\"release\":10000"),
            ("2024-03", "\"score\":6478", "\"score\":9500"),
        ] {
            let key = Assessment::key(AREA, &HOSPITAL_2.into(), period);
            let found = store.document(&key).unwrap().unwrap();
            let body = found.body.replace(from, to);
            assert_ne!(*body, *found.body);
            let changed = Document { body: body.into(), ..found };
            let changes = Changes { documents: vec![changed], ..Changes::default() };
            store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
        }
        let report = books::check(store, agency.regions(), options, &mut |_| {}).unwrap();
        let wrong = report.faults.iter().filter(|it| it.kind == books::Kind::Statement);
        let places: Vec<_> = wrong.map(|it| it.place.as_str()).collect();
        assert_eq!(places, ["JS2024-H50000000002 考核返还", "2024 考核，2024-03"]);
    }
}

#[test]
fn an_institution_with_few_visits_in_the_year_gets_no_grade() {
    for scene in both_under(GRADED) {
        let office = &scene.office;
        play(&scene);
        let (agency, core) = (&office.agency, &office.core);
        close_the_year(&scene);
        scene.assess(Some(HOSPITAL_3), "2024-04").unwrap();
        for (institution, period) in
            [(HOSPITAL_2, "2024-03"), (HOSPITAL_3, "2024-03"), (HOSPITAL_3, "2024-04")]
        {
            scene.confirm(institution, period, "考核乙").unwrap();
        }
        let visits = |institution: &str, periods: &[&str]| -> i64 {
            let of = |period: &&str| scene.assessment(institution, period).0.figures.visits;
            periods.iter().map(of).sum()
        };
        let many = visits(HOSPITAL_2, &["2024-03"]);
        let few = visits(HOSPITAL_3, &["2024-03", "2024-04"]);
        assert!(many >= 2 && few < 2, "{many} {few}");
        assert_eq!(scene.assess(None, "2024").unwrap().made, 2);
        let (graded, _) = scene.assessment(HOSPITAL_2, "2024");
        assert!(graded.few.is_none() && !graded.grade.is_empty());
        let (none, _) = scene.assessment(HOSPITAL_3, "2024");
        assert_eq!((&*none.grade, &*none.grade_name, none.release), ("", "样本不足", 0));
        assert!(none.score > 0, "the score stands");
        let of = none.few.unwrap();
        assert_eq!((of.visits, of.minimum), (few, 2));
        // The months are graded as they were: only the year decides anything.
        assert!(!scene.assessment(HOSPITAL_3, "2024-03").0.grade.is_empty());

        scene.confirm(HOSPITAL_2, "2024", "考核乙").unwrap();
        scene.confirm(HOSPITAL_3, "2024", "考核乙").unwrap();
        let close = |ratio: Option<i32>| {
            let given =
                |institution: &str| ratio.filter(|_| institution == HOSPITAL_3).map(Rate::new);
            close_year(agency, core, AREA, 2024, &given, &mut |_, _| {}).unwrap()
        };
        let refused = close(None).refused;
        assert_eq!(refused.len(), 1, "{refused:?}");
        let words = refused[0].1.to_string();
        assert!(words.contains("2024年考核样本不足") && words.contains("请给出比例"), "{words}");
        assert_eq!(close(Some(6_000)).refused.len(), 0);
        let statement = clearing::statement(agency.store(), AREA, &HOSPITAL_3.into(), "2024");
        let year = statement.unwrap().unwrap().0.year.unwrap();
        assert_eq!((&*year.grade, year.ratio), ("", 6_000));
        office.set("2025-03-04 09:00:00");
        let options = books::Options { memory: 1 << 20, replay: 1 };
        let report = books::check(agency.store(), agency.regions(), options, &mut |_| {}).unwrap();
        let wrong = report.faults.iter().filter(|it| it.kind == books::Kind::Statement);
        assert_eq!(wrong.count(), 0, "the books agree");
    }
}
