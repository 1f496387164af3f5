//! Off-site care settled directly: the catalogue of the place of care, the policy of the insured place (CQ Art 7, GX Art 18),
//! and what the kinds of off-site care make of it where a policy says so. Amounts by hand.

use crate::recalculation::Office;
use crate::village::{
    DISTRICT, NANNING, NANNING_HOSPITAL, attend, day, line, person, register, settle, upload,
};
use agency::directory::ItemDetail;
use agency::facts;
use agency::regions::Regions;
use agency::{Outcome, Record};
use kernel::Date;
use policy::{Choice, Library};
use std::sync::Arc;
use store::{Changes, Item, PersonKey, Wants};

const TEN_LESS: &str =
    r#"programme.ordinary.share.adjust=[{ place = "unfiled", points = "-10%" }]"#;

fn law_with(set: &[&str]) -> Arc<Regions> {
    let set = set.iter().map(|it| (*it).to_owned()).collect();
    let choice = Choice { set, ..Choice::default() };
    Arc::new(Regions::compile(&Library::shipped(), &choice).unwrap())
}

impl Office {
    /// An item that only the catalogue of 南宁 lists: class B with 20 % first pay.
    fn list_in_nanning(&self, code: &str) {
        let detail = ItemDetail { class: "B".into(), first_pay: 2_000, ..ItemDetail::default() };
        let item = Item {
            area: NANNING,
            code: code.into(),
            from: day("2020-01-01"),
            to: Date::MAX,
            name: "测试当地项目".into(),
            detail: serde_json::to_string(&detail).unwrap().into(),
        };
        let changes = Changes { items: vec![item], ..Changes::default() };
        let store = self.agency.store();
        store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
        self.agency.reload_directories().unwrap();
    }

    /// A visit of one line, settled.
    fn visit_for(
        &self,
        who: &PersonKey,
        (institution, category): (&str, &str),
        at: &str,
        (item, fen): (&str, i64),
    ) -> Arc<Record> {
        self.at(at);
        let mut began = register(&who.person, institution, at, at);
        began.person = who.clone();
        let Outcome::Registered { visit } = self.ask(began, None).unwrap().outcome else {
            panic!()
        };
        let mut attended = attend(&who.person, institution, visit);
        attended.person = who.clone();
        attended.purpose.category = category.into();
        self.ask(attended, None).unwrap();
        let mut lines = upload(&who.person, institution, visit, vec![line("1", item, fen, at)]);
        lines.person = who.clone();
        self.ask(lines, None).unwrap();
        let mut settlement = settle(&who.person, institution, visit, fen);
        settlement.person = who.clone();
        match self.ask(settlement, None).unwrap().outcome {
            Outcome::Settled(settled) => settled.record,
            other => panic!("{other:?}"),
        }
    }
}

const THERE: (&str, &str) = (NANNING_HOSPITAL, "11");

#[test]
fn the_catalogue_is_that_of_the_place_of_care() {
    let office = Office::open();
    office.list_in_nanning("N");
    let jia = person("甲");
    // 500.00, of it 20 % first pay: 400.00 in scope; (400 − 200) × 60 % at level 2 = 120.00.
    let record = office.visit_for(&jia, THERE, "2024-04-10 09:00:00", ("N", 50_000));
    assert_eq!(&*record.inputs.place, "unfiled");
    assert_eq!((record.decision.first_pay, record.decision.in_scope), (10_000, 40_000));
    assert_eq!(record.decision.funds, [12_000, 0, 0]);
    // At home nobody lists it.
    let record = office.visit_for(&jia, (DISTRICT, "11"), "2024-04-11 09:00:00", ("N", 50_000));
    assert_eq!(record.decision.full_self_pay, 50_000);
    office.check();
}

#[test]
fn a_policy_may_hold_to_the_own_catalogue() {
    let office = Office::under(law_with(&["offsite.catalogue=[]"]));
    office.list_in_nanning("N");
    let record = office.visit_for(&person("甲"), THERE, "2024-04-10 09:00:00", ("N", 50_000));
    assert_eq!((record.decision.full_self_pay, record.decision.funds[0]), (50_000, 0));
    office.check();
}

#[test]
fn kinds_of_off_site_care_have_the_shares_of_the_policy() {
    let office = Office::under(law_with(&[TEN_LESS]));
    let jia = person("甲");
    // Not filed: (700 − 200) × 50 % = 250.
    let record = office.visit_for(&jia, THERE, "2024-04-10 09:00:00", ("A", 70_000));
    assert_eq!((&*record.inputs.place, record.decision.funds[0]), ("unfiled", 25_000));
    // An emergency: 100 × 60 %.
    let emergency = (NANNING_HOSPITAL, "13");
    let record = office.visit_for(&jia, emergency, "2024-04-11 09:00:00", ("A", 10_000));
    assert_eq!((&*record.inputs.place, record.decision.funds[0]), ("emergency", 6_000));
    for (kind, at) in
        [("filed", "2024-04-12"), ("referred", "2024-04-13"), ("resettled", "2024-04-14")]
    {
        office.at(&format!("{at} 08:00:00"));
        office.learn(&jia, facts::OFFSITE, kind, at, Some(at));
        let record = office.visit_for(&jia, THERE, &format!("{at} 09:00:00"), ("A", 10_000));
        assert_eq!((&*record.inputs.place, record.decision.funds[0]), (kind, 6_000));
    }
    // The filing ran out: 50 % again; at home it never mattered.
    let record = office.visit_for(&jia, THERE, "2024-04-15 09:00:00", ("A", 10_000));
    assert_eq!(record.decision.funds[0], 5_000);
    let record = office.visit_for(&jia, (DISTRICT, "11"), "2024-04-15 10:00:00", ("A", 10_000));
    assert_eq!((&*record.inputs.place, record.decision.funds[0]), ("local", 6_000));
    // Filed late, for the day of the first visit: 60 % of 500.
    office.at("2024-05-01 09:00:00");
    office.learn(&jia, facts::OFFSITE, "filed", "2024-04-10", Some("2024-04-10"));
    let posted = office.work_off_year(&jia, 2024);
    let by: Vec<i64> = posted.changed.iter().map(|it| it.funds().iter().sum()).collect();
    assert_eq!(by, [5_000]);
    assert!(posted.changed[0].because[0].text(false).contains("就医地"), "{posted:?}");
    office.check();
}

#[test]
fn what_a_policy_does_not_cover_is_withheld() {
    let covered = r#"offsite.covered=[{ place = ["local", "filed", "referred", "emergency", "resettled"], channel = ["direct", "paper"] }]"#;
    let office = Office::under(law_with(&[covered]));
    let record = office.visit_for(&person("甲"), THERE, "2024-04-10 09:00:00", ("A", 70_000));
    assert_eq!(record.decision.withheld.as_deref(), Some("offsite-not-covered"));
    assert_eq!(record.decision.funds, [0, 0, 0]);
    let emergency = (NANNING_HOSPITAL, "13");
    let record = office.visit_for(&person("甲"), emergency, "2024-04-11 09:00:00", ("A", 70_000));
    assert_eq!(record.decision.funds[0], 30_000, "(700 − 200) × 60 %");
    office.check();
}

#[test]
fn visitors_are_settled_by_the_policy_they_are_insured_under() {
    let office = Office::open();
    let wu = PersonKey::new(NANNING, "戊");
    // Guangxi: a deductible of 600, 55 % at level 2, here at a hospital of 重庆: (1,600 − 600) × 55 % = 550.
    let record = office.visit_for(&wu, (DISTRICT, "11"), "2024-04-10 09:00:00", ("A", 160_000));
    assert_eq!(&*record.inputs.place, "unfiled");
    assert_eq!((record.decision.deductible, record.decision.funds[0]), (60_000, 55_000));
    // It is in the books of 南宁, owed to the hospital of 重庆.
    let ledger = office.ledger(&wu);
    assert_eq!((ledger["统筹基金"], ledger["应付定点医药机构"]), (55_000, -55_000));
    office.check();
}
