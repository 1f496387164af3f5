//! Money of the funds themselves: the bank's interest, fiscal subsidies, what moves between areas and to other funds, what the
//! funds held when the books were opened here; and months that are kept as sums.
//!
//! Entries are under the agency's own row, [`FUND`]. Every movement has the number that whoever moved it gave it, and is
//! entered once.

mod movement;
mod open;
mod keep;

pub use keep::KeepMonths;
pub use movement::{MoveMoney, Moved, Movement};
pub use open::OpenFunds;

use crate::documents::FUND_MOVE;
use crate::reason::{Reason, Refused};
use crate::stored;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Document, DocumentKey, Id, PersonKey};

/// The row of the funds in the books of an area.
pub const FUND: &str = "FUND";

/// The funds of an area as a party to the books.
#[must_use]
pub fn party(area: Area) -> PersonKey {
    PersonKey { area, person: Arc::from(FUND) }
}

/// Body of a [`FUND_MOVE`]: what was entered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Voucher {
    /// What moved, in words.
    pub what: Arc<str>,
    /// How much, fen.
    pub fen: i64,
    /// The day it is about, `YYYY-MM-DD`.
    pub day: Arc<str>,
    /// Who says so.
    pub source: Arc<str>,
    /// When it was entered.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// The entry.
    pub entry: Id,
}

impl Voucher {
    /// Where it is kept.
    #[must_use]
    pub fn key(area: Area, what: &str, reference: &Arc<str>) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(FUND_MOVE),
            owner: Arc::from(what),
            number: reference.clone(),
        }
    }

    /// What a document says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<Voucher, Refused> {
        serde_json::from_str(&document.body).map_err(|error| {
            Refused::new(Reason::Conflict, format!("基金收支{}：{error}", document.key.number))
        })
    }

    fn filed(&self, key: DocumentKey) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        Ok(Document { key, at: self.at, state: 1, body: Arc::from(body) })
    }
}
