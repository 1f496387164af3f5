//! The transactions: one function each, from a message that has been read to what is to be done about it.
//!
//! A transaction reads its rows, and says with an [`Act`] whether the agency is to decide ([`Act::Submit`]), to try
//! without writing ([`Act::Try`]), or the books are to be asked ([`Act::Ask`]). If it depends on the books what the agency
//! is to decide on, they are looked into first ([`Act::Look`]). What came of it is written into an [`Answer`]. Everything around it is done for it: envelope, signature and edition before; that the fields its table
//! requires are there, that numbers, days and codes are in form (the table is checked whole, row by row); idempotency and
//! the frame of the answer; the identities of amounts.
//!
//! Reading: `message.row("data")?` or `message.rows("feedetail")?`, then `row.required("psn_no")?`,
//! `row.required_amount("medfee_sumamt")?`, `row.text("invono")` and the like: see [`Row`](super::reading::Row). A rule of
//! the transaction itself is `row.fault(field, Wire::Unfit, "应为…")`. A refusal of the agency is an
//! [`agency::Refused`]; `?` turns it into a [`Fault`].
//!
//! Answering: `answer.row("setlinfo", |field| match field { "setl_id" => Cell::text(id), … _ => Cell::Absent })`, or
//! `answer.rows(node, items, |item, field| …)`, then `answer.finish()`. The table decides which fields are asked for, so
//! one function may serve many transactions.

use crate::fsi::answer::{Answer, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::{Business, Outcome, Reason, Refused};
use std::sync::Arc;
use store::Id;

mod national;
mod process;
mod statement;
mod splits;

mod sessions;
mod files;
mod institutions;
mod pharmacy;
mod visits;
mod lines;
mod settlements;
mod reversal;
mod people;
mod entitlement;
mod queries;
mod policy_items;
mod catalogue;
mod dictionary;
mod filings;
mod reconciliation;
mod clearing;
mod mapping;
mod analysis;
mod registrations;
mod prescriptions;

/// What is to be done about a message.
pub enum Act {
    /// The agency decides, durably; the outcome is written into the answer.
    Submit(Box<dyn Business>, Render),
    /// The agency decides as it would, and writes nothing.
    Try(Box<dyn Business>, Render),
    /// The books are asked; this may block.
    Ask(Question),
    /// The books are looked into; what they say leads to another act.
    Look(Look),
    /// It is answered at once.
    Done(Output),
}

/// Writes an outcome into an answer.
pub type Render = Box<dyn FnOnce(&Outcome, Answer) -> Result<Output, Fault> + Send>;

/// Asks the books and writes what it finds into an answer.
pub type Question = Box<dyn FnOnce(&Office, Answer) -> Result<Output, Fault> + Send>;

/// Looks into the books before the agency decides. May block. A message that comes again is looked up only afterwards: a
/// look that refuses what a decision would refuse makes replies depend on when they are given.
pub type Look = Box<dyn FnOnce(&Office) -> Result<Act, Fault> + Send>;

/// Reads a message. Runs on a thread that serves many requests: it must not block.
pub type Read = fn(&Message<'_>, &Office) -> Result<Act, Fault>;

/// A transaction and how it is read.
pub struct Transaction {
    /// Its number.
    pub number: &'static str,
    /// How it is read.
    pub read: Read,
    /// 2601 can reverse it.
    pub reversible: bool,
}

const fn transaction(number: &'static str, read: Read) -> Transaction {
    Transaction { number, read, reversible: false }
}

const fn reversible(number: &'static str, read: Read) -> Transaction {
    Transaction { number, read, reversible: true }
}

/// All transactions, in the order of [`crate::fsi::fields::entries`]. Variants (`2207A`) stand beside what they are
/// variants of.
pub const ALL: &[Transaction] = &[
    transaction("9001", sessions::sign_in),
    transaction("9002", sessions::sign_out),
    transaction("9101", files::upload),
    transaction("9102", files::download),
    transaction("1101", people::person),
    transaction("1201", institutions::institution),
    transaction("1301", catalogue::announced),
    transaction("1302", catalogue::announced),
    transaction("1303", catalogue::announced),
    transaction("1304", catalogue::ethnic_drugs),
    transaction("1305", catalogue::announced),
    transaction("1306", catalogue::announced),
    transaction("1307", catalogue::announced),
    transaction("1308", catalogue::announced),
    transaction("1309", catalogue::announced),
    transaction("1310", catalogue::announced),
    transaction("1311", catalogue::announced),
    transaction("1312", catalogue::items),
    transaction("1313", catalogue::announced),
    transaction("1314", catalogue::announced),
    transaction("1315", catalogue::announced),
    transaction("1316", catalogue::items),
    transaction("1317", mapping::list),
    transaction("1318", catalogue::prices),
    transaction("1319", catalogue::rates),
    transaction("1901", dictionary::list),
    transaction("2001", entitlement::check),
    transaction("2101", pharmacy::try_to_buy),
    reversible("2102", pharmacy::buy),
    reversible("2103", settlements::undo),
    transaction("2201", visits::register),
    transaction("2202", visits::cancel),
    transaction("2203", visits::attend),
    transaction("2203A", visits::attend),
    transaction("2204", lines::upload),
    transaction("2205", lines::withdraw),
    transaction("2206", settlements::try_to_settle),
    reversible("2207", settlements::settle),
    reversible("2208", settlements::undo),
    transaction("2503", filings::disease),
    transaction("2504", filings::withdraw),
    transaction("2505", filings::institution),
    transaction("2506", filings::withdraw),
    transaction("2601", reversal::reverse),
    transaction("9901", reversal::query),
    transaction("3101", analysis::analyse),
    transaction("3102", analysis::analyse),
    transaction("3103", analysis::feedback),
    transaction("3201", reconciliation::sums),
    transaction("3202", reconciliation::rows_of_a_file),
    transaction("3203", clearing::apply),
    transaction("3204", clearing::withdraw),
    transaction("3301", mapping::upload),
    transaction("3302", mapping::undo),
    transaction("5201", queries::visits),
    transaction("5202", queries::diagnoses),
    transaction("5203", queries::settlement),
    transaction("5204", queries::lines),
    transaction("5205", queries::chronic),
    transaction("5206", queries::accumulated),
    transaction("5301", registrations::diseases),
    transaction("5302", registrations::institutions),
    transaction("5303", registrations::admissions),
    transaction("5304", registrations::transfers),
    transaction("7101", prescriptions::precheck),
    transaction("7102", prescriptions::seal),
    transaction("7103", prescriptions::upload),
    transaction("7104", prescriptions::withdraw),
    transaction("7105", prescriptions::read),
    transaction("7106", prescriptions::reviewed),
    transaction("7107", prescriptions::dispensed),
    transaction("7201", prescriptions::authorise),
    transaction("7202", prescriptions::list),
    transaction("7203", prescriptions::decode),
    transaction("7204", prescriptions::download),
    transaction("7205", prescriptions::verify),
    transaction("7206", prescriptions::review),
    transaction("7207", prescriptions::dispense),
    transaction("7208", prescriptions::take_back),
    transaction("100001", policy_items::list),
];

/// Answers that it is done, and nothing else.
fn done(_outcome: &Outcome, answer: Answer) -> Result<Output, Fault> {
    answer.finish()
}

/// The transaction of this number.
#[must_use]
pub fn of(number: &str) -> Option<&'static Transaction> {
    ALL.iter().find(|transaction| transaction.number == number)
}

/// The transaction of this number, or the one that it is a variant of.
#[must_use]
pub fn like(number: &str) -> Option<&'static Transaction> {
    of(number).or_else(|| of(crate::fsi::fields::entry(number)?.sheet))
}

/// Text that is kept.
fn shared(text: &str) -> Arc<str> {
    if text.is_empty() { Arc::default() } else { Arc::from(text) }
}

/// The visit that a row names.
///
/// # Errors
/// [`Wire::Missing`], [`Reason::VisitUnknown`].
fn visit_id(row: &Row<'_>) -> Result<Id, Fault> {
    let stated = row.required("mdtrt_id")?;
    Id::parse(stated).ok_or_else(|| Refused::new(Reason::VisitUnknown, stated).into())
}

/// The agency answered something else than what was asked.
fn unexpected(outcome: &Outcome) -> Fault {
    tracing::error!(outcome = ?std::mem::discriminant(outcome), "not an outcome of this transaction");
    Fault::wire(Wire::Internal, "")
}
