//! From what is owed to the bank, by two of finance; and back.

use super::{bill, far_away, listed};
use crate::recalculation::Office;
use crate::village::{CHONGQING, DISTRICT, person};
use agency::clearing::OrderState;
use agency::ledger::Head;
use agency::paper::{Payee, PeopleOrder, State, orders, unpaid};
use agency::{Reason, Refused, facts};

impl Office {
    fn order(&self, batch: &str, maker: &str) -> Result<PeopleOrder, Refused> {
        self.paper(maker).make_order(CHONGQING, &batch.into())
    }

    fn approve(&self, batch: &str, checker: &str) -> Result<PeopleOrder, Refused> {
        self.paper(checker).decide_order(CHONGQING, &batch.into(), &"".into())
    }
}

#[test]
fn one_of_finance_makes_an_order_and_another_pays_it() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    assert_eq!(office.order("B0", "财务甲").unwrap_err().reason, Reason::DocumentUnknown);
    let jia = office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    let two =
        office.decided("甲", &bill("2", listed(DISTRICT), "2024-06-04", "2024-06-10", 10_000));
    // The retired 乙: (300 − 100) × 70 % = 140.
    let yi = office.decided("乙", &bill("3", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000));
    // Within the deductible: decided, nothing to be paid.
    office.decided("丙", &bill("4", listed(DISTRICT), "2024-06-03", "2024-06-10", 10_000));
    let order = office.order("B1", "财务甲").unwrap();
    assert_eq!((order.lines.len(), order.total), (3, 25_000 + 6_000 + 14_000));
    assert_eq!(office.order("B1", "财务甲").unwrap(), order, "the same order again");
    assert_eq!(office.order("B1", "财务丙").unwrap_err().reason, Reason::DocumentState);
    assert_eq!(office.order("B2", "财务甲").unwrap_err().reason, Reason::DocumentUnknown);
    assert_eq!(office.application("甲", &jia.number).state(), State::Ordered);
    assert_eq!(office.approve("B1", "财务甲").unwrap_err().reason, Reason::NotAllowed);
    assert_eq!(office.owed(), 45_000);
    let paid = office.approve("B1", "财务乙").unwrap();
    assert_eq!(paid.state(), OrderState::Approved);
    assert_eq!((office.owed(), office.head(Head::Bank)), (0, -45_000));
    for (who, number) in [("甲", &jia.number), ("甲", &two.number), ("乙", &yi.number)] {
        assert_eq!(office.application(who, number).state(), State::Paid);
    }
    assert_eq!(office.approve("B1", "财务乙").unwrap_err().reason, Reason::DocumentState);
    let withdrawn = office.paper("审核乙").withdraw(&person("甲"), &jia.number, &"错了".into());
    assert_eq!(withdrawn.unwrap_err().reason, Reason::DocumentState);
    assert!(unpaid(office.agency.store(), CHONGQING).unwrap().is_empty());
    assert_eq!(orders(office.agency.store(), CHONGQING).unwrap(), [paid]);
    office.check();
}

#[test]
fn what_the_bank_sends_back_is_owed_again_and_paid_by_the_next_order() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let jia = person("甲");
    let claim = office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    let number = &claim.number;
    let early = office.paper("财务甲").returned(&jia, number, &"户名不符".into());
    assert_eq!(early.unwrap_err().reason, Reason::DocumentState);
    office.order("B1", "财务甲").unwrap();
    let payee = Payee { account: "990000000000002".into(), ..claim.stated.payee.clone() };
    let held = office.paper("受理甲").amend_payee(&jia, number, payee.clone());
    assert_eq!(held.unwrap_err().reason, Reason::DocumentState, "it is in an order");
    office.approve("B1", "财务乙").unwrap();
    let back = office.paper("财务甲").returned(&jia, number, &"账号有误".into()).unwrap();
    assert_eq!(back.application.state(), State::Returned);
    assert_eq!((office.owed(), office.head(Head::Bank)), (25_000, 0));
    office.check();
    office.paper("受理甲").amend_payee(&jia, number, payee.clone()).unwrap();
    let order = office.order("B2", "财务乙").unwrap();
    assert_eq!((order.total, &order.lines[0].payee), (25_000, &payee));
    office.approve("B2", "财务甲").unwrap();
    assert_eq!((office.owed(), office.head(Head::Bank)), (0, -25_000));
    assert_eq!(office.application("甲", number).payments.len(), 2);
    office.check();
}

#[test]
fn a_refused_order_frees_its_applications() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let claim = office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    office.order("B1", "财务甲").unwrap();
    let desk = office.paper("财务乙");
    let refused = desk.decide_order(CHONGQING, &"B1".into(), &"收款人有误".into()).unwrap();
    assert_eq!(refused.state(), OrderState::Refused);
    assert_eq!(office.application("甲", &claim.number).state(), State::Decided);
    assert_eq!(office.order("B1", "财务甲").unwrap_err().reason, Reason::DocumentState);
    office.order("B2", "财务甲").unwrap();
    office.approve("B2", "财务乙").unwrap();
    office.check();
}

#[test]
fn an_order_is_not_paid_once_its_claims_are_decided_anew() {
    let office = Office::open();
    let jia = person("甲");
    office.at("2024-06-10 09:00:00");
    office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    office.order("B1", "财务甲").unwrap();
    office.at("2024-07-10 09:00:00");
    office.learn(&jia, facts::RETIREMENT, "", "2024-04-15", None);
    office.work_off(&jia);
    let stale = office.approve("B1", "财务乙").unwrap_err();
    assert_eq!(stale.reason, Reason::Overtaken);
    assert!(stale.value.contains("制单250.00，现应付360.00"), "{stale}");
    office.paper("财务乙").decide_order(CHONGQING, &"B1".into(), &"有变动".into()).unwrap();
    // (700 − 100) × 60 % = 360 of the retired.
    assert_eq!(office.order("B2", "财务甲").unwrap().total, 36_000);
    office.approve("B2", "财务乙").unwrap();
    assert_eq!((office.owed(), office.head(Head::Bank)), (0, -36_000));
    office.check();
}

#[test]
fn damage_to_a_paper_claim_is_found() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let claim = office.decided("甲", &bill("1", far_away("3"), "2024-06-03", "2024-06-10", 70_000));
    office.order("B1", "财务甲").unwrap();
    office.approve("B1", "财务乙").unwrap();
    office.check();
    let application = office.application("甲", &claim.number);
    for (damage, words) in office.damaged(&application) {
        let report = damage;
        assert!(report.iter().any(|it| it.contains(words)), "{words}: {report:#?}");
    }
}
