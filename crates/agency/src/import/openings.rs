//! 期初余额: what a person's account held when the books were opened here, one person a row.

use super::column::{Values, columns};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::row::{Read, Row};
use crate::documents;
use crate::ledger::{Head, Journal};
use crate::record::{Booking, VERSION};
use kernel::{Date, Fen};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{
    Account, Changes, Document, DocumentKey, Entry, EntryKind, Id, PersonKey, Posting, Store,
    StoreError, Wants,
};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "参保地；整个文件同一地区时可用 --region 代替", "Pooling area; --region says it for all rows";
    Person Always Values::Person, "person", "人员编号", "99500000001",
        "已在账务库里的人", "Somebody in the books";
    Day Always Values::Date, "day", "截止日", "2025-12-31",
        "余额是哪天终了的", "The balance is that at the end of this day";
    Current Never Values::Money, "current", "当年资金", "120.00",
        "截止日所在年度划入的钱；空着为 0", "Money of the calendar year of that day; empty: 0";
    Earlier Never Values::Money, "earlier", "历年资金", "3500.00",
        "以前年度结余；空着为 0", "Money of earlier years; empty: 0";
    Source Never Values::Text(50), "source", "来源", "原系统",
        "谁说的", "Who says so";
    Reference Never Values::Code(50), "reference", "来源流水号", "",
        "在来源系统里的号", "Its number there";
}

/// The columns that tell rows apart: an account is opened once.
pub(super) const KEY: &[usize] = &[At::Region as usize, At::Person as usize];

/// The rows that wait.
#[derive(Default)]
pub(super) struct Rows(Vec<Opening>);

/// The opening of an account.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) key: PersonKey,
    pub(crate) day: Date,
    /// Money of the year of `day`.
    pub(crate) current: Fen,
    /// Earlier money.
    pub(crate) earlier: Fen,
    pub(crate) source: Arc<str>,
    pub(crate) reference: Arc<str>,
}

/// What is remembered of an opening, so that the same row is recognised.
#[derive(Serialize, Deserialize)]
struct Opened {
    day: String,
    current: i64,
    earlier: i64,
    entry: Id,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        self.0.push(Opening {
            key: PersonKey {
                area: row.region(At::Region, regions)?,
                person: row.code(At::Person)?,
            },
            day: row.date(At::Day)?.unwrap_or(Date::MIN),
            current: row.money(At::Current)?.unwrap_or(Fen::ZERO),
            earlier: row.money(At::Earlier)?.unwrap_or(Fen::ZERO),
            source: row.code(At::Source)?,
            reference: row.code(At::Reference)?,
        });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.extend(self.0.iter().map(|opening| opening.key.clone()));
        wants.documents.extend(self.0.iter().map(Opening::document));
    }

    fn look_up(&mut self, _: &dyn Store) -> Result<(), StoreError> {
        Ok(())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let apply = |opening: &Opening| {
            let fault = |at: At, value: &str, reason| {
                Err(Box::new(super::Fault::at(&COLUMNS[at as usize], value, reason)))
            };
            let Some(account) = desk.found.accounts.get(&opening.key) else {
                return fault(At::Person, &opening.key.person, Reason::Person);
            };
            let document = desk.found.documents.get(&opening.document());
            let opened = document.and_then(|it| serde_json::from_str::<Opened>(&it.body).ok());
            match opened {
                Some(opened) if opening.is(&opened) => Ok(Effect::Unchanged),
                Some(Opened { day, current, earlier, .. }) => {
                    let amounts = [Fen::new(current), Fen::new(earlier)];
                    fault(
                        At::Current,
                        &opening.current.to_string(),
                        Reason::Opened { day, amounts },
                    )
                }
                None => {
                    let id = desk.ids.next(desk.at, account.last);
                    match opening.post(account, id, &mut desk.changes) {
                        Some(account) => desk.changes.accounts.push(account),
                        None => {
                            let day = opening.day.to_string();
                            return fault(At::Day, &day, Reason::YearNotClosed(account.year));
                        }
                    }
                    Ok(Effect::Added)
                }
            }
        };
        self.0[from..to].iter().map(apply).collect()
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

impl Opening {
    fn document(&self) -> DocumentKey {
        DocumentKey {
            area: self.key.area,
            kind: Arc::from(documents::OPENING),
            owner: self.key.person.clone(),
            number: Arc::default(),
        }
    }

    fn is(&self, opened: &Opened) -> bool {
        let amounts = (self.current.get(), self.earlier.get());
        opened.day == self.day.to_string() && (opened.current, opened.earlier) == amounts
    }

    /// Posts the opening as entry `id`; the account afterwards. `None`: the account holds money of a year before the
    /// opening's, which must be rolled over first.
    ///
    /// An account in which nothing has happened yet takes the year of the opening; one that has gone on to a later year
    /// takes all as earlier money.
    pub(crate) fn post(&self, account: &Account, id: Id, changes: &mut Changes) -> Option<Account> {
        let year = self.day.ymd().0;
        let untouched = account.last == Id::MIN;
        let (current, earlier) = match year.cmp(&account.year) {
            std::cmp::Ordering::Less if !untouched => (Fen::ZERO, self.current + self.earlier),
            std::cmp::Ordering::Greater if account.current != Fen::ZERO => return None,
            _ => (self.current, self.earlier),
        };
        let year = if untouched { year } else { year.max(account.year) };
        let after = Account {
            current: account.current + current,
            earlier: account.earlier + earlier,
            year,
            last: id,
            ..account.clone()
        };
        let mut journal = Journal::default();
        journal.post(Head::Opening, &Arc::default(), current + earlier);
        journal.post(Head::AccountCurrent, &self.key.person, -current);
        journal.post(Head::AccountEarlier, &self.key.person, -earlier);
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: Arc::from(self.day.to_string()),
            note: Arc::from("期初余额"),
            wallet: (account.current.get(), account.earlier.get()),
            balance: (after.current + after.earlier).get(),
            ..Booking::default()
        };
        // Both sides are the same two amounts: they balance.
        let postings = journal.balanced().ok()?;
        let kind = EntryKind::Credit;
        changes.entries.push(booked(&self.key, id, kind, year, postings, &booking));
        let opened = Opened {
            day: self.day.to_string(),
            current: self.current.get(),
            earlier: self.earlier.get(),
            entry: id,
        };
        changes.documents.push(Document {
            key: self.document(),
            at: id.moment(),
            state: 1,
            body: Arc::from(serde_json::to_string(&opened).unwrap_or_default()),
        });
        Some(after)
    }
}

/// An entry that is no settlement.
pub(super) fn booked(
    key: &PersonKey,
    id: Id,
    kind: EntryKind,
    year: i32,
    postings: Vec<Posting>,
    booking: &Booking,
) -> Entry {
    Entry {
        id,
        key: key.clone(),
        kind,
        institution: Arc::default(),
        visit: Id::MIN,
        undoes: Id::MIN,
        year,
        clearing: Arc::default(),
        total: Fen::ZERO,
        funds: Fen::ZERO,
        accounts: Fen::ZERO,
        cash: Fen::ZERO,
        payers: Vec::new(),
        postings,
        record: Arc::from(serde_json::to_string(booking).unwrap_or_default()),
    }
}
