//! The frame of an answer: success or refusal, the receiver's number of the message, its times.

use crate::fsi::answer::push_text;
use crate::fsi::fault::Fault;
use crate::settings::Manners;
use kernel::Moment;
use std::fmt::Write as _;
use store::{Area, Id};

/// What an answer says about the message it answers.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    /// The pooling area whose agency answers.
    pub area: Area,
    /// The receiver's id of the message.
    pub id: Id,
    /// When it was received.
    pub received: Moment,
    /// When it was decided.
    pub decided: Moment,
}

impl Frame {
    /// `inf_refmsgid`: division, time, serial.
    #[must_use]
    pub fn number(&self) -> String {
        let serial = self.id.0 % 10_000_000_000;
        format!("{}{}{serial:010}", self.area, &digits(self.id.moment())[..14])
    }

    /// The answer to a message that was taken.
    #[must_use]
    pub fn success(&self, manners: &Manners, notes: &[String], output: &str) -> String {
        self.write(manners, 0, notes, "", output)
    }

    /// The answer to a message that was refused.
    #[must_use]
    pub fn refusal(&self, manners: &Manners, fault: &Fault) -> String {
        let code = if fault.is_ours() { -1 } else { manners.refused };
        self.write(manners, code, &[], &fault.to_string(), "{}")
    }

    fn write(
        &self,
        manners: &Manners,
        code: i8,
        notes: &[String],
        error: &str,
        output: &str,
    ) -> String {
        let mut out = String::with_capacity(output.len() + 256);
        let quote = if manners.textual { "\"" } else { "" };
        let (received, decided) = (digits(self.received), digits(self.decided));
        let _ = write!(
            out,
            "{{\"infcode\":{quote}{code}{quote},\"inf_refmsgid\":\"{}\",\"refmsg_time\":\"{received}\",\
             \"respond_time\":\"{decided}\",\"warn_msg\":",
            self.number()
        );
        if notes.is_empty() {
            out.push_str("null");
        } else {
            push_text(&mut out, &noted(notes));
        }
        out.push_str(",\"err_msg\":");
        push_text(&mut out, error);
        out.push_str(",\"output\":");
        out.push_str(output);
        out.push('}');
        out
    }
}

/// The first notes, and how many there are.
fn noted(notes: &[String]) -> String {
    let shown = notes.iter().take(3).map(String::as_str).collect::<Vec<_>>().join("；");
    if notes.len() > 3 { format!("{shown}；共{}处", notes.len()) } else { shown }
}

/// A moment as seventeen digits.
fn digits(moment: Moment) -> String {
    let mut digits: String =
        moment.to_string().chars().filter(char::is_ascii_digit).take(14).collect();
    let _ = write!(digits, "{:03}", moment.0.rem_euclid(1_000));
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_division_time_and_serial() {
        let at = Moment::parse("2024-03-01 08:30:00.123").unwrap();
        let id = Id::at(at, 12_345_678_901);
        let frame = Frame { area: Area(500_000), id, received: at, decided: at };
        assert_eq!(frame.number().len(), 30);
        assert!(frame.number().starts_with("50000020240301083000"));
        assert_eq!(digits(at), "20240301083000123");
    }
}
