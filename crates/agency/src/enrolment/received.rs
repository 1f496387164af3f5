//! 缴费申报文件, as it was received: who handed it in, when, its digest, and what became of every row that was not simply taken.
//! Kept as a document of kind [`DECLARATION`], so that the report can be read again.

use crate::documents::DECLARATION;
use crate::import::{Done, Effect};
use crate::reason::{Reason, Refused};
use kernel::{Moment, Month};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::io::{self, Read};
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, Id, Store, StoreError, Wants};

/// Owner of the files of people who pay by themselves, or of several employers.
pub const NOBODY: &str = "-";
/// So many rows are kept in words; beyond them only how many.
const MOST: usize = 1_000;
/// Documents read at a time.
const PAGE: usize = 500;

/// A file and its report.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Received {
    /// What the file is called.
    pub name: Arc<str>,
    /// Who handed it in; empty if nobody says.
    pub by: Arc<str>,
    /// Hex SHA-256 of the file.
    pub digest: Arc<str>,
    /// The month that all rows are about; empty if the file says it row by row.
    pub month: Arc<str>,
    /// The number under which the same file was received before; empty if it was not.
    pub before: Arc<str>,
    /// Rows looked at.
    pub rows: u64,
    /// Months that nothing was declared for before.
    pub added: u64,
    /// Months that are otherwise now.
    pub changed: u64,
    /// Months on file already, the same.
    pub unchanged: u64,
    /// Rows that were not taken.
    pub refused: u64,
    /// Remarks about rows that were.
    pub remarked: u64,
    /// What was said of rows, in their order.
    pub said: Vec<Said>,
}

/// What was said of a row.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// The row, as a person counts.
    pub row: u64,
    /// It was taken all the same.
    pub taken: bool,
    /// A stable code.
    pub code: Arc<str>,
    /// 中文.
    pub zh: Arc<str>,
    /// English.
    pub en: Arc<str>,
}

impl Received {
    /// Notes what became of rows.
    pub fn note(&mut self, done: &[Done]) {
        for Done { row, effect, remarks } in done {
            self.rows += 1;
            match effect {
                Ok(Effect::Added) => self.added += 1,
                Ok(Effect::Changed) => self.changed += 1,
                Ok(Effect::Unchanged) => self.unchanged += 1,
                Err(fault) => {
                    self.refused += 1;
                    self.say(*row, false, fault.reason.code(), fault.text(false), fault.text(true));
                }
            }
            for remark in remarks {
                self.remarked += 1;
                self.say(*row, true, remark.reason.code(), remark.text(false), remark.text(true));
            }
        }
    }

    /// A row that could not be taken apart.
    pub fn broken(&mut self, row: u64, code: &str, zh: String, en: String) {
        self.rows += 1;
        self.refused += 1;
        self.say(row, false, code, zh, en);
    }

    fn say(&mut self, row: u64, taken: bool, code: &str, zh: String, en: String) {
        if self.said.len() < MOST {
            self.said.push(Said { row, taken, code: code.into(), zh: zh.into(), en: en.into() });
        }
    }

    /// Keeps it, and says under which number. `owner`: the employer, or [`NOBODY`].
    ///
    /// # Errors
    /// The store's own, or an earlier one that cannot be read.
    pub fn keep(
        mut self,
        store: &dyn Store,
        area: Area,
        owner: &str,
        at: Moment,
    ) -> Result<(Arc<str>, Received), Refused> {
        let owner = if owner.is_empty() { NOBODY } else { owner };
        let earlier = of_owner(store, area, owner)?;
        let same = earlier.into_iter().find(|(_, known)| known.digest == self.digest);
        self.before = same.map_or_else(Arc::default, |(number, _)| number);
        let month = match Month::parse(&self.month) {
            Some(month) => month,
            None => at.date().month(),
        };
        let attempt = Id::at(at, fastrand::u128(..));
        let number: Arc<str> = Arc::from(format!("{month}-{attempt}"));
        let (kind, owner) = (Arc::from(DECLARATION), Arc::from(owner));
        let key = DocumentKey { area, kind, owner, number: number.clone() };
        let body = serde_json::to_string(&self)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let state = i16::from(self.refused > 0);
        let documents = vec![Document { key, at, state, body: Arc::from(body) }];
        let changes = Changes { documents, ..Changes::default() };
        store.commit(&Wants::default(), &mut |_| changes.clone()).map_err(Refused::from)?;
        Ok((number, self))
    }

    /// What a document says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<Received, Refused> {
        serde_json::from_str(&document.body).map_err(|error| {
            Refused::new(Reason::Conflict, format!("缴费申报{}：{error}", document.key.number))
        })
    }
}

/// Hex SHA-256 of a file.
///
/// # Errors
/// Of reading.
pub fn digest(file: &mut dyn Read) -> io::Result<Arc<str>> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
    Ok(Arc::from(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
}

/// What an owner handed in, oldest month first.
///
/// # Errors
/// The store's own, or one that cannot be read.
pub fn of_owner(
    store: &dyn Store,
    area: Area,
    owner: &str,
) -> Result<Vec<(Arc<str>, Received)>, Refused> {
    let mut all = Vec::new();
    let mut after: Arc<str> = Arc::default();
    loop {
        let page: Result<Vec<Document>, StoreError> =
            store.documents(area, DECLARATION, owner, (owner, &after), PAGE);
        let page = page?;
        for document in &page {
            all.push((document.key.number.clone(), Received::read(document)?));
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = last.key.number.clone(),
            _ => return Ok(all),
        }
    }
}
