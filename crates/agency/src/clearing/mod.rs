//! 与定点机构的结算 (CQ Art 7, 11, 13; GX Art 16–18): budgets, the statement of a month or a year, deductions, payment
//! orders. What an institution is owed comes from the ledger; what this adds is what is withheld, and when it is paid.
//!
//! The cycle of a month: its entries are summed up for all institutions at once ([`sums`]); each gets a [`Statement`]
//! (drafted); the institution confirms it, by word or by its clearing applications (3203), or disputes it; confirmed
//! statements go into a [`PaymentOrder`], made by one and approved by another; then they are paid. The year ends with a
//! statement of its own: the budget's over- and underspend shared, the deposit released.
//!
//! Decided here, as no source says it: deposit and budget are about what the funds pay, less deductions; money from personal
//! accounts is the people's and passes to the institution in full.

mod statement;
mod filed;
mod sums;
mod run;
mod lists;

pub use filed::{Budget, Deduction, OrderLine, OrderState, PaymentOrder};
pub(crate) use lists::walk;
pub use lists::{BudgetUse, budget_use, orders, statement, statements};
pub use run::{
    Closed, MonthAsked, Run, close_month, close_month_unless, close_year, institutions_of,
    make_order,
};
pub(crate) use run::{Sending, ask};
pub use statement::{
    Answered, ClassLine, Cut, Disputed, Signed, Statement, StatementState, YearEnd,
};
pub use sums::{heads, signed, sums};

use crate::reason::{Reason, Refused};
use kernel::Moment;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{Document, DocumentKey};

/// A document with this body.
///
/// # Errors
/// [`Reason::Conflict`] if it cannot be written as JSON.
pub(crate) fn document<T: Serialize>(
    key: DocumentKey,
    at: Moment,
    state: i16,
    body: &T,
) -> Result<Document, Refused> {
    let body = serde_json::to_string(body)
        .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
    Ok(Document { key, at, state, body: body.into() })
}

/// The body of a stored document.
///
/// # Errors
/// [`Reason::Conflict`] if it is not what this program writes.
pub(crate) fn body<T: DeserializeOwned>(document: &Document) -> Result<T, Refused> {
    serde_json::from_str(&document.body)
        .map_err(|error| Refused::new(Reason::Conflict, format!("{} {error}", document.key.number)))
}
