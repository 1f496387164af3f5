//! Care at institutions, for tests of what comes after: visits that are registered, charged and settled.

use crate::office::{AREA, Office, person};
use agency::business::lines::{LineRest, StatedLine, UploadLines};
use agency::business::reverse::Reverse;
use agency::business::settle::{Purchase, Settle};
use agency::business::undo::Undo;
use agency::business::visit::{Attend, Diagnosis, Purpose, Register, Staff};
use agency::outcome::Settled;
use agency::{Outcome, Refused};
use kernel::AccountUse;
use std::sync::Arc;
use store::{Id, MessageKey};

/// A visit of 测试甲 that was settled.
pub(crate) struct Cared {
    pub(crate) visit: Id,
    pub(crate) entry: Id,
    pub(crate) settled: Settled,
}

/// A line of pills of so many fen, one box.
pub(crate) fn pills(
    office: &Office,
    serial: &str,
    batch: &str,
    item: &str,
    fen: i64,
) -> StatedLine {
    StatedLine {
        serial: serial.into(),
        batch: batch.into(),
        item: item.into(),
        amount: fen,
        quantity: 10_000,
        price: fen * 10_000,
        at: office.agency.now(),
        rest: LineRest { days: 700, ..LineRest::default() },
    }
}

/// A message of settlement with this number.
pub(crate) fn message(institution: &str, number: &str, transaction: &str) -> MessageKey {
    MessageKey {
        area: AREA,
        institution: institution.into(),
        number: number.into(),
        transaction: transaction.into(),
        digest: 1,
    }
}

impl Office {
    /// Registers 测试甲 and says what for.
    pub(crate) fn attend(
        &self,
        institution: &str,
        number: &str,
        category: &str,
        disease: &str,
    ) -> Id {
        let register = Register {
            person: person("P1"),
            institution: institution.into(),
            number: number.into(),
            began: self.agency.now(),
            scheme: "310".into(),
            credential: "02".into(),
            staff: Staff::default(),
        };
        let Outcome::Registered { visit } = self.ask(institution, &register).unwrap() else {
            panic!("not registered")
        };
        let diagnosis = Diagnosis {
            code: "J00.x00".into(),
            name: "感冒".into(),
            valid: true,
            ..Diagnosis::default()
        };
        let purpose = Purpose {
            category: category.into(),
            disease: disease.into(),
            diagnoses: vec![diagnosis],
            ..Purpose::default()
        };
        let (person, institution) = (person("P1"), Arc::from(institution));
        let attend = Attend { person, visit, institution, purpose };
        self.ask(&attend.institution.clone(), &attend).unwrap();
        visit
    }

    /// Uploads lines of a visit.
    pub(crate) fn upload(&self, institution: &str, visit: Id, lines: Vec<StatedLine>) {
        let (person, institution) = (person("P1"), Arc::from(institution));
        let upload = UploadLines { person, visit, institution, lines };
        self.ask(&upload.institution.clone(), &upload).unwrap();
    }

    /// Settles a batch of a visit, under this message number.
    pub(crate) fn settle(
        &self,
        institution: &str,
        visit: Id,
        batch: &str,
        total: i64,
        number: &str,
    ) -> Result<Settled, Refused> {
        let settle = Settle {
            person: person("P1"),
            visit,
            institution: institution.into(),
            batch: batch.into(),
            scheme: "310".into(),
            category: "".into(),
            credential: "02".into(),
            total,
            parts: None,
            account_use: AccountUse::Own,
            invoice: "".into(),
        };
        let answered = self.send(Some(message(institution, number, "2207")), &settle)?;
        match answered.outcome {
            Outcome::Settled(settled) => Ok(*settled),
            other => panic!("{other:?}"),
        }
    }

    /// One ordinary visit with one line of pills, settled under this message number.
    pub(crate) fn care(&self, institution: &str, item: &str, fen: i64, number: &str) -> Cared {
        let visit = self.attend(institution, number, "11", "");
        self.upload(institution, visit, vec![pills(self, "1", "B1", item, fen)]);
        let settled = self.settle(institution, visit, "B1", fen, number).unwrap();
        Cared { visit, entry: settled.entry, settled }
    }

    /// Undoes a settlement, under this message number.
    pub(crate) fn undo(&self, institution: &str, entry: Id, number: &str) -> Settled {
        let undo =
            Undo { person: person("P1"), entry, visit: None, institution: institution.into() };
        match self.send(Some(message(institution, number, "2208")), &undo).unwrap().outcome {
            Outcome::Settled(settled) => *settled,
            other => panic!("{other:?}"),
        }
    }

    /// Reverses the message of a settlement.
    pub(crate) fn reverse(&self, institution: &str, number: &str, transaction: &str) -> Outcome {
        let reverse = Reverse {
            person: person("P1"),
            institution: institution.into(),
            number: number.into(),
            transaction: transaction.into(),
            sent: None,
        };
        self.ask(institution, &reverse).unwrap()
    }

    /// A purchase of boxes of pills for so many fen a box, on a prescription or without.
    pub(crate) fn purchase(
        &self,
        pharmacy: &str,
        item: &str,
        boxes: i64,
        fen: i64,
        prescription: &Arc<str>,
    ) -> Result<Settled, Refused> {
        let number = self.agency.id(self.agency.now()).to_string();
        self.purchase_as(&number, pharmacy, item, boxes, fen, prescription)
    }

    /// The same, under this message number.
    pub(crate) fn purchase_as(
        &self,
        number: &str,
        pharmacy: &str,
        item: &str,
        boxes: i64,
        fen: i64,
        prescription: &Arc<str>,
    ) -> Result<Settled, Refused> {
        let line = StatedLine {
            amount: boxes * fen,
            quantity: boxes * 10_000,
            ..pills(self, "1", "B1", item, fen)
        };
        let purchase = Purchase {
            person: person("P1"),
            institution: pharmacy.into(),
            at: self.agency.now(),
            scheme: "310".into(),
            category: "41".into(),
            disease: "".into(),
            credential: "02".into(),
            total: boxes * fen,
            lines: vec![line],
            account_use: AccountUse::None,
            invoice: "".into(),
            prescription: prescription.clone(),
        };
        match self.send(Some(message(pharmacy, number, "2102")), &purchase)?.outcome {
            Outcome::Settled(settled) => Ok(*settled),
            other => panic!("{other:?}"),
        }
    }
}
