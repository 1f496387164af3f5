//! Requests of the village.

use super::{CHONGQING, moment, person};
use agency::business::lines::{LineRest, StatedLine, UploadLines};
use agency::business::reverse::Reverse;
use agency::business::settle::{Purchase, Settle};
use agency::business::undo::Undo;
use agency::business::visit::{Attend, Purpose, Register, Staff};
use kernel::{AccountUse, Moment};
use store::{Id, MessageKey};

/// A line of one piece at so many fen.
pub(crate) fn line(serial: &str, item: &str, fen: i64, at: &str) -> StatedLine {
    StatedLine {
        serial: serial.into(),
        batch: "1".into(),
        item: item.into(),
        amount: fen,
        quantity: 10_000,
        price: fen * 10_000,
        at: moment(at),
        rest: LineRest::default(),
    }
}

/// A purchase at a pharmacy, without a prescription.
pub(crate) fn purchase(who: &str, pharmacy: &str, lines: Vec<StatedLine>) -> Purchase {
    Purchase {
        person: person(who),
        institution: pharmacy.into(),
        at: lines[0].at,
        scheme: "310".into(),
        category: "41".into(),
        disease: "".into(),
        credential: "02".into(),
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
        account_use: AccountUse::Family,
        invoice: "".into(),
        prescription: "".into(),
    }
}

/// A registration.
pub(crate) fn register(who: &str, institution: &str, number: &str, at: &str) -> Register {
    Register {
        person: person(who),
        institution: institution.into(),
        number: number.into(),
        began: moment(at),
        scheme: "310".into(),
        credential: "02".into(),
        staff: Staff::default(),
    }
}

/// A message of an institution.
pub(crate) fn message(
    institution: &str,
    number: &str,
    transaction: &str,
    digest: u128,
) -> MessageKey {
    MessageKey {
        area: CHONGQING,
        institution: institution.into(),
        number: number.into(),
        transaction: transaction.into(),
        digest,
    }
}

/// What a visit is for: ordinary outpatient care.
pub(crate) fn attend(who: &str, institution: &str, visit: Id) -> Attend {
    let purpose = Purpose { category: "11".into(), ..Purpose::default() };
    Attend { person: person(who), visit, institution: institution.into(), purpose }
}

pub(crate) fn upload(
    who: &str,
    institution: &str,
    visit: Id,
    lines: Vec<StatedLine>,
) -> UploadLines {
    UploadLines { person: person(who), visit, institution: institution.into(), lines }
}

/// A settlement of batch 1.
pub(crate) fn settle(who: &str, institution: &str, visit: Id, total: i64) -> Settle {
    Settle {
        person: person(who),
        visit,
        institution: institution.into(),
        batch: "1".into(),
        scheme: "".into(),
        category: "".into(),
        credential: "".into(),
        total,
        parts: None,
        account_use: AccountUse::Family,
        invoice: "".into(),
    }
}

pub(crate) fn undo(who: &str, institution: &str, entry: Id) -> Undo {
    Undo { person: person(who), entry, visit: None, institution: institution.into() }
}

pub(crate) fn reverse(original: &MessageKey, who: &str, sent: &str) -> Reverse {
    Reverse {
        person: person(who),
        institution: original.institution.clone(),
        number: original.number.clone(),
        transaction: original.transaction.clone(),
        sent: Moment::parse(sent),
    }
}
