//! 9001 签到, 9002 签退. A session is a number that the sender repeats in its envelopes; nothing depends on it.

use super::Act;
use crate::fsi::answer::{Answer, Cell};
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::office::Office;

pub(super) fn sign_in(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let session = office.id().to_string();
    let mut answer = Answer::new(message.sheet, message.edition, message.received);
    answer.row("signinoutb", |name| match name {
        "sign_time" => Cell::Moment(message.received),
        "sign_no" => Cell::text(session.as_str()),
        _ => Cell::Absent,
    });
    answer.finish().map(Act::Done)
}

pub(super) fn sign_out(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let mut answer = Answer::new(message.sheet, message.edition, message.received);
    answer.row("sign_time", |_| Cell::Moment(message.received));
    answer.finish().map(Act::Done)
}
