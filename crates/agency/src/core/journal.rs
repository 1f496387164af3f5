//! The message journal: what was done is answered again; what was reversed before it arrived is refused.
//!
//! Numbers of messages are not unique in the wild: some clients send one number for everything. So a message names itself by
//! number, transaction and content, and "the same message" that was sent later than what took the first one back is a new
//! one: its sender wants it done.

use super::{Answered, Job};
use crate::business::reverse::{BARRED, DONE, TAKEN_BACK};
use crate::business::undo::{fate, takes_back};
use crate::outcome::{Outcome, Settled};
use crate::reason::{Reason, Refused};
use crate::record::Record;
use crate::world::World;
use kernel::Moment;
use std::sync::Arc;
use store::{EntryKind, Id, Message, MessageKey, PersonKey};

/// A key by number and transaction only: under it stands that a message was reversed before it arrived.
pub(super) fn barred_key(key: &MessageKey) -> MessageKey {
    MessageKey { digest: 0, ..key.clone() }
}

/// The answer to a message that is known; `None`: it is to be done.
///
/// # Errors
/// [`Reason::ReversedBefore`], or [`Reason::Conflict`] if what is stored cannot be read.
pub(super) fn answer(job: &Job, world: &World) -> Result<Option<Answered>, Refused> {
    let Some(key) = &job.message else { return Ok(None) };
    let nobody: Arc<str> = Arc::from("");
    let person = job.business.person().map_or(&nobody, |person| &person.person);
    let reversed = || Err(Refused::new(Reason::ReversedBefore, &*key.number));
    let barred = world.message(&barred_key(key), person);
    if barred.is_some_and(|barred| barred.state == BARRED && !sent_after(job, barred.sent)) {
        return reversed();
    }
    let Some(known) = world.message(key, person) else { return Ok(None) };
    match known.state {
        TAKEN_BACK if sent_after(job, known.sent) => Ok(None),
        TAKEN_BACK => reversed(),
        DONE if job.business.repeatable() && sent_after(job, known.sent) => Ok(None),
        DONE => stored(job, known, world),
        _ => Ok(None),
    }
}

/// True if both moments are known and the job was sent later.
fn sent_after(job: &Job, other: Option<Moment>) -> bool {
    matches!((job.sent, other), (Some(sent), Some(other)) if sent > other)
}

/// The stored answer, unless what it speaks of was undone and the message was sent after that.
fn stored(job: &Job, known: &Message, world: &World) -> Result<Option<Answered>, Refused> {
    let damaged = || Refused::new(Reason::Conflict, known.id.to_string());
    let outcome = if known.outcome.is_empty() {
        let person = PersonKey { area: known.key.area, person: known.person.clone() };
        let entry = world.entry(&person, known.entry).ok_or_else(damaged)?;
        if entry.kind == EntryKind::Settlement {
            let fate = fate(world, entry)?;
            if takes_back(fate) && sent_after(job, sent(fate)?) {
                return Ok(None);
            }
        }
        let record = Arc::new(Record::from_json(&entry.record)?);
        let message = record.case.message.clone();
        Outcome::Settled(Box::new(Settled { entry: entry.id, message, record }))
    } else {
        serde_json::from_str(&known.outcome).map_err(|_| damaged())?
    };
    Ok(Some(Answered { outcome, id: known.id, received: known.at, replayed: true }))
}

/// When the message that took a settlement back was sent.
fn sent(taking_back: &store::Entry) -> Result<Option<Moment>, Refused> {
    let record = Record::from_json(&taking_back.record)?;
    let sent = record.taken_back.and_then(|taken_back| taken_back.sent).map(Moment);
    Ok(sent.or(Some(taking_back.id.moment())))
}

/// The row of a message that was done.
///
/// # Errors
/// [`Reason::Conflict`] if the outcome cannot be written.
pub(super) fn row(
    job: &Job,
    key: &MessageKey,
    id: Id,
    at: Moment,
    outcome: &Outcome,
) -> Result<Message, Refused> {
    let (entry, text) = match outcome {
        Outcome::Settled(settled) => (settled.entry, String::new()),
        other => {
            let entry = match other {
                Outcome::Reversed { entry } => entry.unwrap_or(Id::MIN),
                _ => Id::MIN,
            };
            let text = serde_json::to_string(other)
                .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
            (entry, text)
        }
    };
    let nobody: Arc<str> = Arc::from("");
    Ok(Message {
        key: key.clone(),
        person: job.business.person().map_or(nobody, |person| person.person.clone()),
        at,
        sent: job.sent,
        id,
        entry,
        state: DONE,
        outcome: Arc::from(text),
    })
}
