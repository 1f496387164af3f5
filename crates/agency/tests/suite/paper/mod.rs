//! Paper claims, by amounts worked out by hand from the articles: Chongqing's deductible of 200.00, 60 % at level 2 and 50 %
//! at level 3 for the employed, ten points more for the retired.

mod claims;
mod receipts;
mod payments;
mod later;

use crate::recalculation::Office;
use crate::village::{CHONGQING, day, person};
use agency::ledger::Head;
use agency::paper::{
    self, Application, Caveat, Clear, Desk, Issuer, PaperLine, Payee, Receipt, Stated,
};
use agency::regions::Regions;
use agency::{Refused, books};
use policy::{Choice, Library};
use std::sync::Arc;

/// What Chongqing asks for.
const DOCUMENTS: [&str; 4] = ["票据", "费用清单", "病历或处方", "医保电子凭证或社保卡"];

/// The law with values stated over the documents.
fn law_with(set: &[&str]) -> Arc<Regions> {
    let set = set.iter().map(|it| (*it).to_owned()).collect();
    let choice = Choice { set, ..Choice::default() };
    Arc::new(Regions::compile(&Library::shipped(), &choice).unwrap())
}

/// A hospital of another province that no directory lists.
fn far_away(level: &str) -> Issuer {
    Issuer {
        code: "H99010000007".into(),
        name: "测试省外医院".into(),
        area: "990100".into(),
        level: level.into(),
        designated: true,
        ..Issuer::default()
    }
}

/// A hospital that the directory lists.
fn listed(code: &str) -> Issuer {
    Issuer { code: code.into(), ..Issuer::default() }
}

fn receipt(number: &str, on: &str, amount: i64) -> Receipt {
    Receipt { code: "99TEST".into(), number: number.into(), day: day(on), amount }
}

fn one_line(item: &str, amount: i64) -> PaperLine {
    PaperLine {
        item: item.into(),
        name: "测试项目".into(),
        quantity: 10_000,
        price: amount * 10_000,
        amount,
        ..PaperLine::default()
    }
}

/// A bill of one receipt and one line of class A, handed in on a day.
fn bill(number: &str, issuer: Issuer, on: &str, submitted: &str, fen: i64) -> Stated {
    Stated {
        applicant: "本人".into(),
        submitted: day(submitted),
        service: day(on),
        category: "11".into(),
        issuer,
        receipts: vec![receipt(number, on, fen)],
        documents: DOCUMENTS.map(Into::into).to_vec(),
        lines: vec![one_line("A", fen)],
        payee: Payee {
            name: "测试甲".into(),
            bank: "测试银行".into(),
            account: "990000000000001".into(),
        },
        ..Stated::default()
    }
}

fn clear(caveat: Caveat) -> Clear {
    Clear { caveat, note: "已电话核实".into() }
}

impl Office {
    fn paper(&self, by: &str) -> Desk<'_> {
        self.clock.forward(1_000);
        Desk { agency: &self.agency, core: &self.core, by: by.into() }
    }

    /// Received by 受理甲.
    fn receive(&self, who: &str, stated: &Stated) -> Result<Application, Refused> {
        self.paper("受理甲").receive(&person(who), stated).map(|filed| filed.application)
    }

    /// Received, everything cleared, decided by 审核乙.
    fn decided(&self, who: &str, stated: &Stated) -> Application {
        let received = self.receive(who, stated).unwrap();
        let mut open: Vec<Caveat> = received.open().map(|warning| warning.caveat).collect();
        open.dedup();
        let clears: Vec<Clear> = open.into_iter().map(clear).collect();
        let decided =
            self.paper("审核乙").decide(&person(who), &received.number, &clears, &"同意".into());
        decided.unwrap().application
    }

    fn application(&self, who: &str, number: &str) -> Application {
        paper::application(self.agency.store(), &person(who), number).unwrap()
    }

    /// What is owed to people, all of it, fen.
    fn owed(&self) -> i64 {
        -self.head(Head::PayableToPeople)
    }

    fn head(&self, head: Head) -> i64 {
        let today = self.agency.now().date();
        let (_, balances) = books::balances(self.agency.store(), CHONGQING, today).unwrap();
        let of_head = balances.iter().find(|balance| balance.head == Some(head));
        of_head.map_or(0, |balance| balance.now().get())
    }
}

fn open(application: &Application) -> Vec<Caveat> {
    application.open().map(|warning| warning.caveat).collect()
}
