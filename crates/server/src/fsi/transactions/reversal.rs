//! 2601 冲正, and 9901 报文结果查询: for senders that do not know what became of a message.

use super::{Act, shared};
use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::fault::Fault;
use crate::fsi::fields;
use crate::fsi::message::Message;
use crate::fsi::reading::moment;
use crate::office::Office;
use agency::business::reverse::Reverse;
use agency::counter::{Became, MessageFound, messages};
use agency::{Outcome, Reason, Refused};
use store::{Entry, EntryKind, Id};

pub(super) fn reverse(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let stated = row.required("oinfno")?;
    if super::like(stated).is_none_or(|transaction| !transaction.reversible) {
        let named = fields::entry(stated).map_or("", |entry| entry.zh);
        return Err(Refused::new(Reason::NotReversible, format!("{stated}{named}")).into());
    }
    let business = Reverse {
        person: message.person(&row)?,
        institution: message.institution.clone(),
        number: shared(row.required("omsgid")?),
        transaction: shared(stated),
        sent: moment(&message.envelope.sent),
    };
    Ok(Act::Submit(Box::new(business), Box::new(reversed)))
}

/// Success, and which kind: nothing to reverse is no failure, since the sender could not know.
fn reversed(outcome: &Outcome, mut answer: Answer) -> Result<Output, Fault> {
    let (result, words, entry) = match outcome {
        Outcome::Reversed { entry } => ("1", "已冲正", *entry),
        Outcome::NothingToReverse { already: true } => ("2", "此前已冲正或撤销，账务无变化", None),
        Outcome::NothingToReverse { already: false } => {
            ("3", "未收到原报文，账务无变化；原报文若迟到将不予受理", None)
        }
        _ => return Err(super::unexpected(outcome)),
    };
    answer.row("result", |field| match field {
        "revs_rslt" => Cell::text(result),
        "revs_rslt_dscr" => Cell::text(words),
        "revs_setl_id" => entry.map_or(Cell::Absent, |entry| Cell::text(entry.to_string())),
        _ => Cell::Absent,
    });
    answer.finish()
}

/// What became of the messages of this number: the number is the sender's choice, so there may be several.
pub(super) fn query(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let number = row.required("omsgid")?.to_string();
    let transaction = row.text("oinfno").to_string();
    let person = row.text("psn_no").to_string();
    let (area, institution) = (message.area, message.institution.clone());
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let mut found = messages(office.agency(), area, &institution, &number)?;
        found.retain(|found| {
            let (message, key) = (&found.message, &found.message.key);
            (transaction.is_empty() || *key.transaction == *transaction)
                && (person.is_empty() || *message.person == *person)
        });
        answer.rows("msginfo", &found, cell);
        answer.finish()
    })))
}

fn cell<'a>(found: &&'a MessageFound, field: &str) -> Cell<'a> {
    let message = &found.message;
    match field {
        "omsgid" => Cell::text(&*message.key.number),
        "oinfno" => Cell::text(&*message.key.transaction),
        "psn_no" => Cell::text(&*message.person),
        "rcv_time" => Cell::Moment(message.at),
        "snd_time" => message.sent.map_or(Cell::Absent, Cell::Moment),
        "proc_stas" => Cell::text(match found.became {
            Became::Done => "1",
            Became::TakenBack => "2",
            Became::ReversedBefore => "3",
        }),
        "proc_stas_dscr" => Cell::text(found.became.zh()),
        "undo_setl_id" => found.undone_by.map_or(Cell::Absent, |id| Cell::text(id.to_string())),
        _ => found.entry.as_ref().map_or(Cell::Absent, |entry| of_entry(entry, field)),
    }
}

fn of_entry(entry: &Entry, field: &str) -> Cell<'static> {
    match field {
        "setl_id" => Cell::text(entry.id.to_string()),
        "mdtrt_id" if entry.visit != Id::MIN => Cell::text(entry.visit.to_string()),
        "setl_time" => Cell::Moment(entry.id.moment()),
        "medfee_sumamt" => Cell::Fen(entry.total.get()),
        "fund_pay_sumamt" => Cell::Fen(entry.funds.get()),
        "acct_pay" => Cell::Fen(entry.accounts.get()),
        "psn_cash_pay" => Cell::Fen(entry.cash.get()),
        "refd_setl_flag" => Cell::Flag(entry.kind == EntryKind::Undo),
        _ => Cell::Absent,
    }
}
