//! A receipt is paid once: from paper, or at a counter.

use super::{bill, clear, far_away, listed, open};
use crate::recalculation::Office;
use crate::village::{
    DISTRICT, Hands, attend, law, line, message, moment, person, register, settle, upload, village,
};
use agency::core::{self, Core};
use agency::paper::{Caveat, Desk, State};
use agency::{Agency, Outcome, Reason, books};
use cluster::{Cluster, Settings};
use std::sync::Arc;
use store::postgres::Postgres;
use store::{Store as _, Wants};

#[test]
fn the_same_receipt_is_refused_wherever_it_comes_from() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let stated = bill("0001", far_away("3"), "2024-06-03", "2024-06-10", 70_000);
    let first = office.receive("甲", &stated).unwrap();
    for who in ["甲", "乙"] {
        let again = office.receive(who, &stated).unwrap_err();
        assert_eq!(again.reason, Reason::ReceiptUsed);
        let words = format!("票据99TEST 0001已由甲在申请{}中提交", first.number);
        assert_eq!(again.value, words);
    }
    let mut typed = stated.clone();
    typed.receipts[0].code = "９９test".into();
    typed.receipts[0].number = " 0001".into();
    assert_eq!(office.receive("乙", &typed).unwrap_err().reason, Reason::ReceiptUsed);
    // Another amount on the same number is the same receipt still.
    let mut forged = bill("0001", far_away("3"), "2024-06-05", "2024-06-10", 90_000);
    assert_eq!(office.receive("乙", &forged).unwrap_err().reason, Reason::ReceiptUsed);
    forged.receipts[0].number = "0002".into();
    assert!(office.receive("乙", &forged).is_ok());
}

#[test]
fn the_same_amount_on_the_same_day_under_another_number_is_looked_at() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let first =
        office.receive("甲", &bill("0001", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000));
    let first = first.unwrap();
    let mut second = bill("", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000);
    let received = office.receive("乙", &second).unwrap();
    assert_eq!(open(&received), [Caveat::SameAmount]);
    assert!(received.warnings[0].words.contains(&*first.number), "{received:?}");
    // Elsewhere, or on another day, it is another bill.
    second.issuer = far_away("2");
    assert_eq!(open(&office.receive("乙", &second).unwrap()), [Caveat::IssuerUnverified]);
    let other = bill("", listed(DISTRICT), "2024-06-04", "2024-06-10", 30_000);
    assert!(open(&office.receive("乙", &other).unwrap()).is_empty());
    office.check();
}

#[test]
fn what_was_settled_at_a_counter_is_not_paid_again() {
    let office = Office::open();
    let jia = person("甲");
    office.visit(&jia, DISTRICT, "2024-06-03 09:00:00", 30_000);
    office.at("2024-06-10 09:00:00");
    let stated = bill("0001", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000);
    let received = office.receive("甲", &stated).unwrap();
    assert_eq!(open(&received), [Caveat::SettledAtCounter]);
    assert!(received.warnings[0].words.contains("联网结算过300.00元"), "{received:?}");
    // With another amount nothing is seen; a settlement that comes later is seen when it is decided.
    let other = bill("0002", listed(DISTRICT), "2024-06-11", "2024-06-12", 20_000);
    office.at("2024-06-12 09:00:00");
    let waiting = office.receive("甲", &other).unwrap();
    assert!(open(&waiting).is_empty());
    office.visit(&jia, DISTRICT, "2024-06-12 10:00:00", 25_000);
    let late = office.visit_on(&jia, "2024-06-11 10:00:00", "2024-06-12 11:00:00", 20_000, "0009");
    let desk = office.paper("审核乙");
    let refused = desk.decide(&jia, &waiting.number, &[], &"".into()).unwrap_err();
    assert_eq!(refused.reason, Reason::PaperOpen);
    assert!(refused.value.contains(&late.to_string()), "{refused}");
    let clears = [clear(Caveat::SettledAtCounter)];
    assert!(office.paper("审核乙").decide(&jia, &waiting.number, &clears, &"".into()).is_ok());
    // The invoice of the settlement itself is refused.
    let same = bill("0009", far_away("3"), "2024-06-11", "2024-06-12", 11_100);
    let refused = office.receive("甲", &same).unwrap_err();
    assert_eq!(refused.reason, Reason::ReceiptUsed);
    assert!(refused.value.contains("联网结算"), "{refused}");
    office.check();
}

impl Office {
    /// A bill of a day settled at a counter later, with an invoice number.
    fn visit_on(
        &self,
        who: &store::PersonKey,
        on: &str,
        at: &str,
        fen: i64,
        invoice: &str,
    ) -> store::Id {
        self.at(at);
        let began = register(&who.person, DISTRICT, on, on);
        let Outcome::Registered { visit } = self.ask(began, None).unwrap().outcome else {
            panic!()
        };
        self.ask(attend(&who.person, DISTRICT, visit), None).unwrap();
        let lines = vec![line("1", "A", fen, on)];
        self.ask(upload(&who.person, DISTRICT, visit, lines), None).unwrap();
        let mut settlement = settle(&who.person, DISTRICT, visit, fen);
        settlement.invoice = invoice.into();
        let message = message(DISTRICT, invoice, "2207", 77);
        assert!(moment(on) < moment(at));
        match self.ask(settlement, Some(message)).unwrap().outcome {
            Outcome::Settled(settled) => settled.entry,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_receipt_is_free_again_once_its_application_is_turned_down_or_withdrawn() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let jia = person("甲");
    let mut stated = bill("0001", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000);
    stated.documents.pop();
    let received = office.receive("甲", &stated).unwrap();
    assert_eq!(open(&received), [Caveat::MissingDocument]);
    assert_eq!(received.missing, ["医保电子凭证或社保卡".into()]);
    let desk = office.paper("审核乙");
    let blank = desk.turn_down(&jia, &received.number, &" ".into(), &"".into()).unwrap_err();
    assert_eq!(blank.reason, Reason::Content);
    let turned = desk.turn_down(&jia, &received.number, &"材料不全".into(), &"".into()).unwrap();
    assert_eq!(turned.application.state(), State::Refused);
    let again = office.receive("甲", &stated).unwrap();
    let desk = office.paper("受理甲");
    desk.withdraw(&jia, &again.number, &"本人撤回".into()).unwrap();
    assert!(office.receive("甲", &stated).is_ok());
    office.check();
}

#[test]
fn the_same_application_handed_in_again_is_the_same() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let mut stated = bill("0001", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000);
    stated.reference = "窗口-17".into();
    let first = office.paper("受理甲").receive(&person("甲"), &stated).unwrap();
    let again = office.paper("受理丙").receive(&person("甲"), &stated).unwrap();
    assert!(!first.unchanged && again.unchanged);
    assert_eq!(first.application, again.application);
    stated.lines[0].name = "改了".into();
    assert_eq!(office.receive("甲", &stated).unwrap_err().reason, Reason::ReceiptUsed);
}

/// Two servers over one PostgreSQL: of three windows that take the same receipt at once, one has it.
#[test]
fn one_of_many_windows_takes_a_receipt_whatever_the_server() {
    let cluster = Cluster::start(&Settings { durable: false, ..Settings::default() }).unwrap();
    let database = cluster.connection_string();
    let mut village = village();
    for account in &mut village.accounts {
        (account.current, account.earlier) = (kernel::Fen::ZERO, kernel::Fen::ZERO);
    }
    let store = Postgres::open(&database).unwrap();
    store.commit(&Wants::default(), &mut |_| village.clone()).unwrap();
    let clock = Hands::at("2024-06-10 09:00:00");
    let server = |seed| {
        let store = Arc::new(Postgres::open(&database).unwrap());
        let agency = Arc::new(Agency::with(store, law(), clock.clone(), seed).unwrap());
        let core = Core::start(agency.clone(), core::Settings::default()).unwrap();
        (agency, core)
    };
    let servers = [server(1), server(2), server(3)];
    for round in 0..8 {
        let stated =
            bill(&format!("{round}"), listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000 + round);
        let taken = std::thread::scope(|scope| {
            let windows = ["甲", "乙", "丙"].into_iter().zip(&servers).map(|(who, server)| {
                let (stated, (agency, core)) = (&stated, server);
                scope.spawn(move || {
                    let desk = Desk { agency, core, by: "受理甲".into() };
                    desk.receive(&person(who), stated)
                })
            });
            let windows: Vec<_> = windows.collect();
            windows.into_iter().map(|window| window.join().unwrap()).collect::<Vec<_>>()
        });
        let (taken, refused): (Vec<_>, Vec<_>) = taken.into_iter().partition(Result::is_ok);
        assert_eq!((taken.len(), refused.len()), (1, 2), "{refused:?}");
        for refused in refused {
            assert_eq!(refused.unwrap_err().reason, Reason::ReceiptUsed);
        }
    }
    let (agency, _) = &servers[0];
    let report = books::check(agency.store(), &law(), books::Options::default(), &mut |_| {});
    assert!(report.unwrap().is_clean());
}
