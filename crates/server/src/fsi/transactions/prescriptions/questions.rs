//! What a hospital asks about a prescription of its own: 7105 处方信息, 7106 审核结果, 7107 取药结果.

use super::{own, words};
use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::codes;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::transactions::Act;
use crate::office::Office;
use agency::business::prescription::read::for_prescriber;
use agency::business::prescription::{Prescription, Review, Standing};
use agency::{Reason, Refused};

type Write = fn(Answer, &Prescription, &Standing) -> Result<Output, Fault>;

/// Asks for the prescription that a message names, and writes it.
fn ask(message: &Message<'_>, write: Write) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let (area, number) = (message.area, row.required("hiRxno")?.to_string());
    let (institution, now) = (message.institution.clone(), message.received);
    Ok(Act::Ask(Box::new(move |office, answer| {
        let found = for_prescriber(office.store(), area, &number, &institution)?;
        write(answer, &found, &found.standing(now))
    })))
}

/// 7105.
pub(in super::super) fn read(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    ask(message, |mut answer, found, standing| {
        answer.row("data", |field| words::of_prescription(found, field, standing));
        words::write_content(&mut answer, found);
        answer.finish()
    })
}

/// 7106: the newest review of any pharmacy.
pub(in super::super) fn reviewed(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    ask(message, |mut answer, found, standing| {
        let Some(review) = found.reviews.last() else {
            let words = format!("处方{}尚无药店审核", found.number);
            return Err(Refused::new(Reason::DocumentUnknown, words).into());
        };
        answer.row("data", |field| of_review(review, standing, field));
        answer.finish()
    })
}

fn of_review<'v>(review: &'v Review, standing: &'v Standing, field: &str) -> Cell<'v> {
    let state = if review.approved { "1" } else { "0" };
    match field {
        "pharName" => Cell::text(&*review.pharmacist.name),
        "pharCode" => Cell::text(&*review.pharmacist.code),
        "rxChkStasCodg" => Cell::text(state),
        "rxChkStasName" => Cell::text(codes::name("rx_chk_stas_codg", state)),
        "rxChkOpnn" => Cell::text(&*review.opinion),
        "rxChkTime" => Cell::Moment(review.at),
        field => words::of_standing(standing, field),
    }
}

/// 7107.
pub(in super::super) fn dispensed(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    ask(message, |mut answer, found, standing| {
        let last = words::last_taken(found).map_or(Cell::Absent, Cell::Moment);
        answer.row("data", |field| match field {
            "setlTime" => last.clone(),
            field => words::of_standing(standing, field),
        });
        answer.rows("seltdelts", words::taken(found), words::Taken::cell);
        answer.finish()
    })
}
