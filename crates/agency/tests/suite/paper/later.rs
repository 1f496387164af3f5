//! What comes later: deadlines, withdrawals, facts that were learned late, repaired arrears.

use super::{bill, far_away, law_with, listed, open};
use crate::recalculation::Office;
use crate::village::{CHONGQING, DISTRICT, day, person};
use agency::books::{Kind, Options, check};
use agency::ledger::Head;
use agency::paper::{Application, Caveat, State};
use agency::recalculation::{by_institution, pending_of};
use agency::record::Corrected;
use agency::replay::replay;
use agency::{Reason, facts};
use kernel::Date;
use std::sync::Arc;
use store::{Changes, Document, EntryKind, Id, PersonKey, Wants};

const SIXTY_DAYS: &str = "paper.deadline={ days = 60 }";

#[test]
fn a_late_claim_is_refused_where_the_policy_has_a_deadline() {
    let office = Office::under(law_with(&[SIXTY_DAYS]));
    office.at("2024-08-02 09:00:00");
    // 3 June and 60 days: 2 August.
    let in_time = bill("1", far_away("3"), "2024-06-03", "2024-08-02", 70_000);
    let received = office.receive("甲", &in_time).unwrap();
    office.at("2024-08-20 09:00:00");
    let late = office.receive("甲", &bill("2", far_away("3"), "2024-06-03", "2024-08-03", 70_000));
    let late = late.unwrap_err();
    assert_eq!(late.reason, Reason::PaperLate);
    assert!(late.value.contains("应于2024-08-02前申请，受理日为2024-08-03"), "{late}");
    // What was handed in in time is in time, however long it is looked at.
    let clears = [super::clear(Caveat::IssuerUnverified)];
    let desk = office.paper("审核乙");
    let decided = desk.decide(&person("甲"), &received.number, &clears, &"".into()).unwrap();
    assert_eq!(decided.application.decided.unwrap().owed(), 25_000);
    office.check();
}

#[test]
fn a_late_claim_is_a_warning_where_the_policy_says_so() {
    let office = Office::under(law_with(&[SIXTY_DAYS, r#"paper.late="warn""#]));
    office.at("2024-08-20 09:00:00");
    let late = bill("1", listed(DISTRICT), "2024-06-03", "2024-08-20", 70_000);
    let received = office.receive("甲", &late).unwrap();
    assert_eq!(open(&received), [Caveat::Late]);
    let clears = [super::clear(Caveat::Late)];
    let desk = office.paper("审核乙");
    let decided = desk.decide(&person("甲"), &received.number, &clears, &"".into()).unwrap();
    assert_eq!(decided.application.decided.unwrap().owed(), 30_000, "(700 − 200) × 60 %");
    office.check();
}

#[test]
fn a_decision_is_withdrawn_as_if_it_had_never_been() {
    let office = Office::open();
    let jia = person("甲");
    office.visit(&jia, DISTRICT, "2024-06-01 09:00:00", 5_000);
    office.at("2024-06-10 09:00:00");
    let (ledger, cells) = (office.ledger(&jia), office.cells(&jia, 2024));
    let stated = bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000);
    let claim = office.decided("甲", &stated);
    office.visit(&jia, DISTRICT, "2024-06-11 09:00:00", 10_000);
    let blank = office.paper("审核乙").withdraw(&jia, &claim.number, &"".into()).unwrap_err();
    assert_eq!(blank.reason, Reason::Content);
    let back = office.paper("审核乙").withdraw(&jia, &claim.number, &"票据有误".into()).unwrap();
    assert_eq!(back.application.state(), State::Withdrawn);
    let entry = back.application.withdrawn.unwrap().entry.unwrap();
    let history = office.agency.store().history(&jia, entry, Id::MAX).unwrap();
    assert_eq!((history[0].kind, &*history[0].institution), (EntryKind::Withdrawal, ""));
    assert!(replay(&history[0], office.agency.regions(), false).unwrap().same);
    // 100 × 60 % at the counter stays: later settlements are not decided anew by it.
    assert_eq!(office.ledger(&jia)["统筹基金"] - ledger.get("统筹基金").unwrap_or(&0), 6_000);
    assert_eq!(office.owed(), 0);
    assert_eq!(office.cells(&jia, 2024)["ordinary.deductible"], cells["ordinary.deductible"]);
    let again = office.paper("审核乙").withdraw(&jia, &claim.number, &"再撤".into()).unwrap_err();
    assert_eq!(again.reason, Reason::DocumentState);
    office.check();
    // The receipt may come again.
    let claim = office.decided("甲", &stated);
    assert_eq!(claim.decided.unwrap().owed(), 27_500, "(700 − 150) × 50 %");
    office.check();
}

#[test]
fn late_facts_correct_paper_claims_and_the_next_order_pays_the_difference() {
    let office = Office::open();
    let jia = person("甲");
    office.at("2024-06-10 09:00:00");
    let claim = office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    office.pay("B1");
    office.at("2024-08-01 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    assert_eq!(pending_of(office.agency.store(), &jia).unwrap().len(), 1);
    let posted = office.work_off(&jia);
    // As retired: (700 − 100) × 60 % = 360 instead of 250.
    assert_eq!(posted.changed.len(), 1);
    assert_eq!(posted.changed[0].institution, "测试省外医院".into());
    let history = office.agency.store().history(&jia, posted.entries[0], Id::MAX).unwrap();
    let corrected = Corrected::from_json(&history[0].record).unwrap();
    assert_eq!(&*corrected.correction.institution, "", "it is in no institution's figures");
    assert_eq!(office.owed(), 11_000);
    let order = office.pay("B2");
    assert_eq!(order, 11_000);
    assert_eq!((office.owed(), office.head(Head::Bank)), (0, -36_000));
    office.check();
    // It turns out wrong: the person owes it, and the next claim is not charged with it.
    let wants = Wants { people: [jia.clone()].into(), ..Wants::default() };
    let file = office.agency.look(wants).unwrap().file(&jia).unwrap().clone();
    let wrong = facts::of_kind(&file, facts::RETIREMENT)[0].id;
    let never = ("2024-12-31", None);
    office.learn_instead(&jia, facts::RETIREMENT, "", never, vec![wrong]);
    office.work_off(&jia);
    // What was paid out too much stands as a debit of what is owed to the person.
    assert_eq!((office.owed(), office.head(Head::Receivable)), (-11_000, 0));
    assert_eq!(office.application("甲", &claim.number).due(0).net(), -11_000);
    office.check();
}

#[test]
fn a_correction_before_payment_is_set_off() {
    let office = Office::open();
    let jia = person("甲");
    office.at("2024-06-10 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    assert_eq!(office.owed(), 36_000);
    let wants = Wants { people: [jia.clone()].into(), ..Wants::default() };
    let file = office.agency.look(wants).unwrap().file(&jia).unwrap().clone();
    let wrong = facts::of_kind(&file, facts::RETIREMENT)[0].id;
    office.learn_instead(&jia, facts::RETIREMENT, "", ("2024-12-31", None), vec![wrong]);
    office.work_off(&jia);
    // 250 instead of 360: 360 are owed to the person, 110 by the person; 250 are paid.
    assert_eq!((office.owed(), office.head(Head::Receivable)), (36_000, 11_000));
    assert_eq!(office.pay("B1"), 25_000);
    assert_eq!((office.owed(), office.head(Head::Receivable)), (0, 0));
    assert_eq!(office.head(Head::Bank), -25_000);
    office.check();
}

#[test]
fn a_corrected_level_lists_the_person_years_of_paper_claims_too() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    office.decided("甲", &bill("1", listed(DISTRICT), "2024-06-03", "2024-06-10", 70_000));
    office.decided("乙", &bill("2", listed(DISTRICT), "2024-05-03", "2024-06-10", 70_000));
    let span = (day("2024-06-01"), Date::MAX);
    let store = office.agency.store();
    let affected = by_institution(store, CHONGQING, DISTRICT, span, &mut |_| {}).unwrap();
    assert_eq!(affected, [(Arc::from("甲"), 2024)].into());
    office.correct_level(DISTRICT, "3", "2024-06-01");
    let posted = office.work_off(&person("甲"));
    // 50 % of 500 instead of 60 %.
    assert_eq!(posted.changed[0].funds(), [-5_000, 0, 0]);
    assert_eq!(office.pay("B1"), 25_000 + 42_000, "甲 250, 乙 (700 − 100) × 70 %");
    office.check();
}

#[test]
fn costs_of_a_gap_are_payable_on_paper_once_the_arrears_are_repaired() {
    let office = Office::open();
    let ding = person("丁");
    office.at("2024-03-20 09:00:00");
    // Handed in during the gap: decided, and not payable.
    let early = bill("1", far_away("3"), "2024-03-05", "2024-03-20", 70_000);
    assert_eq!(office.decided("丁", &early).decided.unwrap().owed(), 0);
    office.at("2024-04-01 09:00:00");
    let wants = Wants { people: [ding.clone()].into(), ..Wants::default() };
    let file = office.agency.look(wants).unwrap().file(&ding).unwrap().clone();
    let arrears = facts::of_kind(&file, facts::ENTITLEMENT)[0].id;
    let always = ("2020-01-01", None);
    office.learn_instead(&ding, facts::ENTITLEMENT, "entitled", always, vec![arrears]);
    // Handed in after the repair: decided on what is known now.
    let late = bill("2", listed(DISTRICT), "2024-03-06", "2024-04-01", 30_000);
    let verdict = office.decided("丁", &late).decided.unwrap();
    assert_eq!(verdict.owed(), 6_000, "(300 − 200) × 60 %");
    // What was decided in the gap is folded again: the year's deductible is charged with the earlier claim.
    let posted = office.work_off_year(&ding, 2024);
    // (700 − 200) × 50 % = 250, and 300 × 60 % = 180 instead of 60.
    let by: Vec<i64> = posted.changed.iter().map(|it| it.funds().iter().sum()).collect();
    assert_eq!(by, [25_000, 12_000]);
    assert_eq!(office.pay("B1"), 43_000);
    office.check();
}

impl Office {
    /// Everything that is to be paid goes into an order and is paid; what left the bank.
    pub(super) fn pay(&self, batch: &str) -> i64 {
        let order = self.paper("财务甲").make_order(CHONGQING, &batch.into()).unwrap();
        self.paper("财务乙").decide_order(CHONGQING, &batch.into(), &"".into()).unwrap();
        order.total
    }

    /// What checks find in books in which one thing of an application is not as it was.
    pub(super) fn damaged(&self, application: &Application) -> Vec<(Vec<String>, &'static str)> {
        type Damage = fn(&mut Application);
        let all: [(Damage, &'static str); 6] = [
            (|it| it.decided.as_mut().unwrap().funds[0] += 1, "核定"),
            (|it| it.payments[0].payable += 1, "支付"),
            (|it| it.payments[0].entry = it.decided.as_ref().unwrap().entry, "支付"),
            (|it| it.stated.receipts[0].number = "别的".into(), "票据"),
            (|it| it.decided.as_mut().unwrap().entry = it.payments[0].entry, "核定"),
            (|it| it.order = "B9".into(), "状态"),
        ];
        let store = self.agency.store();
        let key =
            Application::key(&PersonKey::new(CHONGQING, &application.person), &application.number);
        let sound = store.document(&key).unwrap().unwrap();
        let mut found = Vec::new();
        for (damage, words) in all {
            let mut spoilt = application.clone();
            damage(&mut spoilt);
            let body = serde_json::to_string(&spoilt).unwrap();
            self.put(Document { body: body.into(), ..sound.clone() });
            let options = Options { replay: 0, ..Options::default() };
            let report = check(store, self.agency.regions(), options, &mut |_| {}).unwrap();
            let faults = report.faults.iter().filter(|fault| fault.kind == Kind::PaperClaim);
            found.push((faults.map(|fault| fault.text(false)).collect(), words));
        }
        self.put(sound);
        self.check();
        found
    }

    fn put(&self, document: Document) {
        let changes = Changes { documents: vec![document], ..Changes::default() };
        let store = self.agency.store();
        store.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    }
}
