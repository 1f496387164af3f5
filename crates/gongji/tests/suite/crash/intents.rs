//! What the institutions sent, and what they know of it: their side of the books.

use gongji::load::messages::Transaction;
use kernel::Fen;
use serde_json::Value;

/// A message that changes the books.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    /// Purchase, settlement, or the undo of one.
    pub(super) transaction: Transaction,
    /// Its number, which no other message has.
    pub(super) number: String,
    /// The institution that sent it.
    pub(super) institution: String,
    /// 人员编号.
    pub(super) person: String,
    /// Of an undo: the settlement it undoes.
    pub(super) undoes: Option<String>,
    /// The whole message, to be sent again; forgotten once the outcome is known.
    pub(super) body: Vec<u8>,
    /// What is known of it.
    pub(super) fate: Fate,
}

/// What the sender knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    /// The connection broke, or the server said that it does not know.
    Unknown,
    /// Refused: the books must not show it.
    Refused(String),
    /// Accepted, with this answer: the books must show it once.
    Accepted(Answered),
    /// Reversed while its outcome was unknown: the books must show nothing of it, or it and its reversal.
    Reversed,
}

/// What an accepted message was answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answered {
    /// The entry.
    pub(super) settlement: String,
    /// The visit.
    pub(super) visit: String,
    /// Total, funds, accounts, cash.
    pub(super) amounts: [Fen; 4],
}

impl Answered {
    /// Reads the answer to a settlement or undo.
    pub(super) fn read(body: &[u8]) -> Answered {
        let answer: Value = serde_json::from_slice(body).unwrap();
        let node = &answer["output"]["setlinfo"];
        let text = |name: &str| node[name].as_str().unwrap_or_default().to_owned();
        let amount = |name: &str| {
            let value = &node[name];
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Fen::parse_yuan(&text).unwrap_or_else(|_| panic!("{name} is {text} in {answer}"))
        };
        let names = ["medfee_sumamt", "fund_pay_sumamt", "acct_pay", "psn_cash_pay"];
        let amounts = names.map(amount);
        Answered { settlement: text("setl_id"), visit: text("mdtrt_id"), amounts }
    }
}

/// How an answer ends a message. `None`: the outcome is still unknown.
pub(super) fn fate(body: &[u8]) -> Option<Fate> {
    use gongji::load::answer;
    if answer::accepted(body) {
        return Some(Fate::Accepted(Answered::read(body)));
    }
    match answer::reason(body) {
        // The books could not be reached: the server cannot know either.
        reason if reason == UNAVAILABLE => None,
        reason => Some(Fate::Refused(reason)),
    }
}

/// `agency::Reason::Unavailable`.
pub(super) const UNAVAILABLE: &str = "3002";
/// `agency::Reason::ReversedBefore`.
pub(super) const REVERSED_BEFORE: &str = "3101";
/// Reasons that need no fault of anybody: too busy, about to stop.
pub(super) const HARMLESS: &[&str] = &["3001", "3003"];
