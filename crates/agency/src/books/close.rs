//! 日结: sums of the ledger up to a day are left behind, so that a balance is a closing and the postings since.

use crate::business::{Business, Context, Decision};
use crate::ledger::Head;
use crate::outcome::Outcome;
use crate::reason::Refused;
use crate::world::World;
use kernel::{Date, Fen, Moment};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use store::{Area, Changes, Closing, Id, PersonKey, Store, StoreError, Wants};

/// After midnight a transaction of the day before may still be under way: so long a day is not closed yet.
const GRACE: i64 = 5 * 60_000;

/// Why a day is not closed.
#[derive(Debug)]
pub enum CloseError {
    /// The day is not over; the last one that is.
    NotOver(Date),
    /// Of the store.
    Store(StoreError),
}

impl fmt::Display for CloseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CloseError::NotOver(last) => write!(f, "the day is not over; {last} can be closed"),
            CloseError::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CloseError {}

impl From<StoreError> for CloseError {
    fn from(error: StoreError) -> CloseError {
        CloseError::Store(error)
    }
}

/// What closing did in an area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Closed {
    /// Whose books.
    pub area: Area,
    /// The newest day that was closed before.
    pub before: Option<Date>,
    /// Closings written: one for each head and institution that moved.
    pub written: usize,
}

/// The last day that can be closed now.
#[must_use]
pub fn last_over(now: Moment) -> Date {
    Moment(now.0 - GRACE).date().previous()
}

/// Closes a day in all areas. A day closed before, or one before it, changes nothing.
///
/// # Errors
/// [`CloseError::NotOver`], or the store's own.
pub fn close(store: &dyn Store, day: Date, now: Moment) -> Result<Vec<Closed>, CloseError> {
    if day > last_over(now) {
        return Err(CloseError::NotOver(last_over(now)));
    }
    let mut closed = Vec::new();
    for (area, _) in store.areas()? {
        closed.push(close_area(store, area, day)?);
    }
    Ok(closed)
}

fn close_area(store: &dyn Store, area: Area, day: Date) -> Result<Closed, StoreError> {
    let (before, closings) = due(store, area, day)?;
    let written = closings.len();
    if written > 0 {
        let changes = Changes { closings, ..Changes::default() };
        store.commit(&Wants::default(), &mut |_| changes.clone())?;
    }
    Ok(Closed { area, before, written })
}

/// What closing a day of an area would write: the newest day closed before, and the closings. A day closed before, or one
/// before it, has none.
///
/// # Errors
/// The store's own.
pub fn due(
    store: &dyn Store,
    area: Area,
    day: Date,
) -> Result<(Option<Date>, Vec<Closing>), StoreError> {
    let known = store.closings(area)?;
    let before = known.iter().map(|closing| closing.day).max();
    if before.is_some_and(|before| before >= day) {
        return Ok((before, Vec::new()));
    }
    let mut balances: BTreeMap<(i16, Arc<str>), Fen> =
        known.into_iter().map(|it| ((it.account, it.party), it.balance)).collect();
    let posted = posted(store, area, after(before), after(Some(day)))?;
    let moved = posted.into_iter().filter(|(.., amount)| *amount != Fen::ZERO);
    let closings = moved
        .map(|(account, party, amount)| {
            let balance = balances.entry((account, party.clone())).or_default();
            *balance += amount;
            Closing { area, day, account, party, balance: *balance }
        })
        .collect();
    Ok((before, closings))
}

/// Writes the closings of a day that [`due`] put together. If somebody closed meanwhile, that is a conflict, and nothing is
/// written.
#[derive(Clone, Debug)]
pub struct CloseDay {
    /// The day.
    pub day: Date,
    /// The newest day closed before.
    pub before: Option<Date>,
    /// The closings.
    pub closings: Vec<Closing>,
}

impl Business for CloseDay {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, _: &World, _: &mut Context<'_>) -> Result<Decision, Refused> {
        let CloseDay { day, before, closings } = self;
        let before = before.map(|before| before.to_string());
        let said = json!({
            "day": day.to_string(), "before": before, "written": closings.len(),
        });
        let changes = Changes { closings: closings.clone(), ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Document(said) })
    }
}

/// Sums of the postings of a span, by head, and by institution where closings keep those apart.
fn posted(
    store: &dyn Store,
    area: Area,
    from: Id,
    to: Id,
) -> Result<Vec<(i16, Arc<str>, Fen)>, StoreError> {
    let mut sums: BTreeMap<(i16, Arc<str>), Fen> = BTreeMap::new();
    for (account, party, amount) in store.posted(area, from, to)? {
        let by_party = Head::from_number(account).is_some_and(Head::closes_by_party);
        let party = if by_party { party } else { Arc::default() };
        *sums.entry((account, party)).or_default() += amount;
    }
    Ok(sums.into_iter().map(|((account, party), amount)| (account, party, amount)).collect())
}

/// The first id of the day after.
fn after(day: Option<Date>) -> Id {
    day.map_or(Id::MIN, |day| Id::first_at(Moment::start_of(day.next())))
}

/// The balance of a head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Balance {
    /// The head; `None` if the chart does not have it.
    pub head: Option<Head>,
    /// Its number.
    pub number: i16,
    /// Institutions with a balance, for payables.
    pub parties: usize,
    /// As closed.
    pub closed: Fen,
    /// Posted since.
    pub since: Fen,
}

impl Balance {
    /// Now.
    #[must_use]
    pub fn now(&self) -> Fen {
        self.closed + self.since
    }
}

/// The balances of an area by head: the newest closed day, and what they are up to and including `day`.
///
/// # Errors
/// The store's own.
pub fn balances(
    store: &dyn Store,
    area: Area,
    day: Date,
) -> Result<(Option<Date>, Vec<Balance>), StoreError> {
    let known = store.closings(area)?;
    let before = known.iter().map(|closing| closing.day).max();
    let mut sums: BTreeMap<(i16, Arc<str>), (Fen, Fen)> =
        known.into_iter().map(|it| ((it.account, it.party), (it.balance, Fen::ZERO))).collect();
    if before.is_none_or(|before| before < day) {
        for (account, party, amount) in posted(store, area, after(before), after(Some(day)))? {
            sums.entry((account, party)).or_default().1 += amount;
        }
    }
    let mut balances: BTreeMap<i16, Balance> = BTreeMap::new();
    for ((number, party), (closed, since)) in sums {
        let head = Head::from_number(number);
        let none = Balance { head, number, parties: 0, closed: Fen::ZERO, since: Fen::ZERO };
        let balance = balances.entry(number).or_insert(none);
        balance.closed += closed;
        balance.since += since;
        balance.parties += usize::from(!party.is_empty() && closed + since != Fen::ZERO);
    }
    Ok((before, balances.into_values().collect()))
}
