//! 2206 门诊预结算, 2207 门诊结算, 2208 门诊结算撤销; and undoing a settlement, which purchases share.

use super::statement::{Desk, Statement};
use super::{Act, Render, national, shared, visit_id};
use crate::fsi::answer::Answer;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::business::settle::Settle;
use agency::business::undo::Undo;
use agency::{Outcome, Reason, Refused};
use store::Id;

pub(super) fn try_to_settle(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let (business, render) = read(message, office)?;
    Ok(Act::Try(Box::new(business), render))
}

pub(super) fn settle(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let (business, render) = read(message, office)?;
    Ok(Act::Submit(Box::new(business), render))
}

fn read(message: &Message<'_>, office: &Office) -> Result<(Settle, Render), Fault> {
    let row = message.row("data")?;
    national::by_item(&row)?;
    let business = Settle {
        person: message.person(&row)?,
        visit: visit_id(&row)?,
        institution: message.institution.clone(),
        batch: shared(row.required("chrg_bchno")?),
        scheme: shared(row.text("insutype")),
        category: shared(national::med_type(&row)?),
        credential: shared(row.text("mdtrt_cert_type")),
        total: row.required_amount("medfee_sumamt")?,
        parts: parts(&row)?,
        account_use: national::account_use(&row)?,
        invoice: shared(row.text("invono")),
    };
    let desk = Desk::of(message, office, &business.person);
    Ok((business, statement(desk)))
}

/// The sums of the answers to the uploads, if the sender states them. Some send zeros or blanks instead.
fn parts(row: &Row<'_>) -> Result<Option<[i64; 4]>, Fault> {
    let mut parts = [0; 4];
    let fields = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"];
    for (part, field) in parts.iter_mut().zip(fields) {
        *part = row.amount(field)?.unwrap_or_default();
    }
    Ok((parts != [0; 4]).then_some(parts))
}

/// Writes what was settled.
fn statement(desk: Desk) -> Render {
    Box::new(move |outcome: &Outcome, mut answer: Answer| {
        let Outcome::Settled(settled) = outcome else { return Err(super::unexpected(outcome)) };
        let (entry, message, record) = (settled.entry, &*settled.message, &*settled.record);
        Statement { entry, message, record, desk: &desk }.write(&mut answer);
        answer.finish()
    })
}

/// 2208 and 2103.
pub(super) fn undo(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let stated = row.required("setl_id")?;
    let entry = Id::parse(stated).ok_or_else(|| Refused::new(Reason::SettlementUnknown, stated))?;
    let visit = if row.text("mdtrt_id").is_empty() { None } else { Some(visit_id(&row)?) };
    let (person, institution) = (message.person(&row)?, message.institution.clone());
    let desk = Desk::of(message, office, &person);
    let business = Undo { person, entry, visit, institution };
    Ok(Act::Submit(Box::new(business), statement(desk)))
}
