//! 按报文号查询: what became of every message with a number. What the national interface lacks, and a client that timed out
//! needs.

use crate::agency::Agency;
use crate::reason::Refused;
use crate::standing::taken_back;
use store::{Area, Entry, Id, Message, PersonKey, Wants};

/// A message that was accepted, or reversed before it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MessageFound {
    /// The message.
    pub message: Message,
    /// What became of it.
    pub became: Became,
    /// The entry it made.
    pub entry: Option<Entry>,
    /// The entry by which that is undone.
    pub undone_by: Option<Id>,
}

/// What became of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Became {
    /// 已处理.
    Done,
    /// 已冲正.
    TakenBack,
    /// 先于报文到达的冲正: such a message will not be accepted.
    ReversedBefore,
}

/// Every message with this number of an institution, oldest first. Messages that were refused, and questions, are not
/// kept: they changed nothing.
///
/// # Errors
/// What the store says.
pub fn messages(
    agency: &Agency,
    area: Area,
    institution: &str,
    number: &str,
) -> Result<Vec<MessageFound>, Refused> {
    let store = agency.store();
    let found = store.messages_numbered(area, institution, number)?;
    let entry_of = |message: &Message| {
        let person = PersonKey { area, person: message.person.clone() };
        (message.entry != Id::MIN).then_some((person, message.entry))
    };
    let entries = found.iter().filter_map(entry_of).collect();
    let read = store.read(&Wants { entries, ..Wants::default() })?;
    let taken = taken_back(store, found.iter().filter_map(entry_of))?;
    let told = found.into_iter().map(|message| MessageFound {
        became: match message.state {
            0 => Became::Done,
            1 => Became::TakenBack,
            _ => Became::ReversedBefore,
        },
        entry: read.entries.get(&message.entry).cloned(),
        undone_by: taken.get(&message.entry).map(|taken| taken.by),
        message,
    });
    Ok(told.collect())
}

impl Became {
    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Became::Done => "已处理",
            Became::TakenBack => "已冲正",
            Became::ReversedBefore => "冲正先到，不再受理",
        }
    }
}
