//! 票据登记: which receipts were handed in, so that each is paid once.
//!
//! A receipt is registered under its number, where it has one, and under its day and amount, where receipts that may be the
//! same under another number meet.

use super::application::Issuer;
use crate::documents::RECEIPT;
use crate::stored;
use kernel::Date;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, DocumentKey};

/// A receipt, as it was handed in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// 票据代码; empty of receipts that have none.
    pub code: Arc<str>,
    /// 票据号码; empty of receipts without a number.
    pub number: Arc<str>,
    /// 开票日期.
    #[serde(with = "stored::day")]
    pub day: Date,
    /// 金额, fen.
    pub amount: i64,
}

/// [`RECEIPT`] document: held by an application.
pub(crate) const HELD: i16 = 0;
/// [`RECEIPT`] document: every application that handed it in was turned down or withdrawn.
pub(crate) const FREE: i16 = 1;

/// Who handed receipts of a number, or of a day and amount, in: the body of a [`RECEIPT`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Handed {
    /// The applications that hold them.
    pub by: Vec<HandedIn>,
}

/// An application that holds a receipt.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HandedIn {
    /// 人员编号.
    pub person: Arc<str>,
    /// The application.
    pub application: Arc<str>,
    /// The institution's code; empty if not known.
    pub code: Arc<str>,
    /// Its name, as on the receipt.
    pub name: Arc<str>,
    /// 票据代码 and 票据号码, one after the other.
    pub receipt: Arc<str>,
}

impl Receipt {
    /// Code and number, one after the other.
    #[must_use]
    pub fn shown(&self) -> Arc<str> {
        match (&*self.code, &*self.number) {
            ("", number) => Arc::from(number),
            (code, number) => Arc::from(format!("{code} {number}")),
        }
    }

    /// Where it is registered by its number; `None`: it has none.
    #[must_use]
    pub fn key(&self, area: Area) -> Option<DocumentKey> {
        let (code, number) = (plain(&self.code), plain(&self.number));
        let owner = if code.is_empty() { "-" } else { &*code };
        (!number.is_empty()).then(|| key(area, owner, &number))
    }

    /// Where it is registered by its day and amount.
    #[must_use]
    pub fn day_key(&self, area: Area) -> DocumentKey {
        key(area, &format!("day {}", self.day), &self.amount.to_string())
    }

    /// The line of an application in the register.
    pub(crate) fn handed(
        &self,
        person: &Arc<str>,
        application: &Arc<str>,
        issuer: &Issuer,
    ) -> HandedIn {
        HandedIn {
            person: person.clone(),
            application: application.clone(),
            code: issuer.code.clone(),
            name: issuer.name.clone(),
            receipt: self.shown(),
        }
    }
}

fn key(area: Area, owner: &str, number: &str) -> DocumentKey {
    let kind = Arc::from(RECEIPT);
    DocumentKey { area, kind, owner: Arc::from(owner), number: Arc::from(number) }
}

/// A number however it was typed: no white space, no full-width digits or letters, capitals.
fn plain(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '！'..='～' => u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32),
        letter if letter.is_whitespace() => None,
        letter => Some(letter),
    };
    text.chars().filter_map(narrow).map(|letter| letter.to_ascii_uppercase()).collect()
}
