//! A decision becomes rows: entries with their postings, account rows, accumulator rows. Everything that the books promise
//! about an entry is checked here, before anything is written.

use super::wallet::turned;
use super::{Context, Decision};
use crate::cells;
use crate::facts;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{self, Booking, Record, VERSION};
use crate::world::World;
use kernel::{Fen, Fund, Moment};
use std::sync::Arc;
use store::{Account, Cells, Changes, Entry, EntryKind, Id, PersonKey, Posting, YearRow};

/// Rows in the making.
pub(super) struct Post<'w> {
    world: &'w World,
    /// When it is decided; never before the person's newest entry, nor before what is known of the person was learned:
    /// clocks of several servers differ.
    pub(super) at: Moment,
    accounts: Vec<Account>,
    /// Everything else that is to be written.
    pub(super) changes: Changes,
}

/// A record on its way into the books.
pub(super) struct Entering<'a> {
    pub(super) id: Id,
    pub(super) kind: EntryKind,
    pub(super) key: &'a PersonKey,
    pub(super) institution: Arc<str>,
    pub(super) visit: Id,
    /// The entry it takes back.
    pub(super) undoes: Id,
    pub(super) clearing: Arc<str>,
    pub(super) record: Record,
}

impl<'w> Post<'w> {
    /// Nothing yet, for a person.
    ///
    /// # Errors
    /// [`Reason::PersonUnknown`].
    pub(super) fn new(
        world: &'w World,
        person: &PersonKey,
        context: &Context<'_>,
    ) -> Result<Post<'w>, Refused> {
        let mut post = Post {
            world,
            at: context.at,
            accounts: Vec::with_capacity(1),
            changes: Changes::default(),
        };
        let last = post.account(person)?.last.moment();
        let learned = world.file(person).and_then(|file| facts::newest_knowledge(file));
        post.at = context.at.max(last).max(learned.unwrap_or(last));
        Ok(post)
    }

    /// Nothing yet, for an institution, an employer or another party that is no person: its row in the books is opened if
    /// it has none, so that its entries are in order too.
    pub(super) fn of_party(world: &'w World, party: &PersonKey, context: &Context<'_>) -> Post<'w> {
        let account = world.account(party).cloned().unwrap_or_else(|| Account {
            key: party.clone(),
            current: Fen::ZERO,
            earlier: Fen::ZERO,
            year: context.at.date().ymd().0,
            revision: 1,
            last: Id::MIN,
        });
        let at = context.at.max(account.last.moment());
        Post { world, at, accounts: vec![account], changes: Changes::default() }
    }

    /// True if it is for this person.
    pub(super) fn is_of(&self, person: &PersonKey) -> bool {
        self.accounts.first().is_some_and(|account| account.key == *person)
    }

    /// The calendar year of the decision.
    pub(super) fn year(&self) -> i32 {
        self.at.date().ymd().0
    }

    /// A person's account row as it will be.
    ///
    /// # Errors
    /// [`Reason::PersonUnknown`].
    pub(super) fn account(&mut self, person: &PersonKey) -> Result<&mut Account, Refused> {
        let place = match self.accounts.iter().position(|account| account.key == *person) {
            Some(place) => place,
            None => {
                let found = self.world.account(person);
                let found =
                    found.ok_or_else(|| Refused::new(Reason::PersonUnknown, &*person.person))?;
                self.accounts.push(found.clone());
                self.accounts.len() - 1
            }
        };
        Ok(&mut self.accounts[place])
    }

    /// The id of a person's next entry: greater than every one before, whatever the clock says.
    ///
    /// # Errors
    /// [`Reason::PersonUnknown`].
    pub(super) fn id(
        &mut self,
        person: &PersonKey,
        context: &mut Context<'_>,
    ) -> Result<Id, Refused> {
        let at = self.at;
        let account = self.account(person)?;
        let id = (context.ids)();
        let id = if id.moment() < at { Id::at(at, id.0) } else { id };
        // Never simply the next number: it may be another person's already.
        let last = account.last;
        account.last = if id > last { id } else { Id::at(Moment(last.moment().0 + 1), id.0) };
        Ok(account.last)
    }

    /// Turns the year of a person's account, if its money of the year is of an older one: an entry of its own.
    ///
    /// # Errors
    /// [`Reason::PersonUnknown`], [`Reason::Conflict`].
    pub(super) fn turn_year(
        &mut self,
        person: &PersonKey,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let year = self.year();
        let account = self.account(person)?;
        if account.year >= year {
            return Ok(());
        }
        let (old, current, earlier) = (account.year, account.current, account.earlier);
        (account.current, account.earlier) = turned(account, year);
        account.year = year;
        if current == Fen::ZERO {
            return Ok(());
        }
        let id = self.id(person, context)?;
        let mut journal = Journal::default();
        journal.post(Head::AccountCurrent, &person.person, current);
        journal.post(Head::AccountEarlier, &person.person, -current);
        let booking = Booking {
            v: VERSION,
            note: Arc::from(format!("{old}年结转")),
            wallet: (current.get(), earlier.get()),
            balance: (current + earlier).get(),
            ..Booking::default()
        };
        self.book(id, EntryKind::Rollover, person, year, journal, &booking)
    }

    /// Enters what is no settlement.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if the postings do not balance.
    pub(super) fn book(
        &mut self,
        id: Id,
        kind: EntryKind,
        person: &PersonKey,
        year: i32,
        journal: Journal,
        booking: &Booking,
    ) -> Result<(), Refused> {
        self.book_as(id, kind, person, year, journal, (&booking.moves, booking.to_json()?))
    }

    /// Enters what is no settlement and has a record of its own: its moves, and the record as stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if the postings do not balance.
    pub(super) fn book_as(
        &mut self,
        id: Id,
        kind: EntryKind,
        person: &PersonKey,
        year: i32,
        journal: Journal,
        (moves, record): (&[(Arc<str>, i64)], Arc<str>),
    ) -> Result<(), Refused> {
        let postings = journal.balanced()?;
        self.move_cells(person, year, moves)?;
        self.changes.entries.push(Entry {
            id,
            key: person.clone(),
            kind,
            institution: Arc::from(""),
            visit: Id::MIN,
            undoes: Id::MIN,
            year,
            clearing: Arc::from(""),
            total: Fen::ZERO,
            funds: Fen::ZERO,
            accounts: Fen::ZERO,
            cash: Fen::ZERO,
            payers: Vec::new(),
            postings,
            record,
        });
        Ok(())
    }

    /// Enters the record of a settlement, or of what takes one back. Returns it with the balance filled in.
    ///
    /// # Errors
    /// [`Reason::Overtaken`] if an account does not hold what a reinstatement would take from it; [`Reason::Conflict`] if
    /// the record contradicts itself.
    pub(super) fn enter(
        &mut self,
        entering: Entering<'_>,
        context: &mut Context<'_>,
    ) -> Result<Arc<Record>, Refused> {
        let Entering { id, kind, key, institution, visit, undoes, clearing, mut record } = entering;
        let (payers, postings) = self.pay(kind, key, &institution, &record, context)?;
        self.move_cells(key, record.inputs.year, &record.moves)?;
        let account = self.account(key)?;
        record.balance = (account.current + account.earlier).get();
        let decision = &record.decision;
        self.changes.entries.push(Entry {
            id,
            key: key.clone(),
            kind,
            institution,
            visit,
            undoes,
            year: record.inputs.year,
            clearing,
            total: Fen::new(decision.total),
            funds: Fen::new(decision.fund_payment()),
            accounts: Fen::new(decision.account_payment()),
            cash: Fen::new(decision.cash),
            payers,
            postings,
            record: record.to_json()?,
        });
        Ok(Arc::new(record))
    }

    /// Account rows of a decision; returns the relatives who paid, and the postings.
    fn pay(
        &mut self,
        kind: EntryKind,
        key: &PersonKey,
        institution: &Arc<str>,
        record: &Record,
        context: &mut Context<'_>,
    ) -> Result<(Vec<Arc<str>>, Vec<Posting>), Refused> {
        let decision = &record.decision;
        check(decision)?;
        // Money that was of the year when it was paid is earlier money once the year has turned.
        let same_year = Moment(record.inputs.at).date().ymd().0 == self.year();
        let mut journal = Journal::default();
        for fund in Fund::ALL {
            let amount = Fen::new(decision.funds[*fund as usize]);
            journal.post(Head::of_fund(*fund), &Arc::from(""), amount);
        }
        let mut payers = Vec::with_capacity(decision.family.len());
        let own = (decision.account_current, decision.account_earlier);
        let relatives = decision.family.iter().map(|purse| {
            payers.push(purse.payer.clone());
            (
                PersonKey { area: key.area, person: purse.payer.clone() },
                (purse.current, purse.earlier),
            )
        });
        let purses: Vec<_> = std::iter::once((key.clone(), own)).chain(relatives).collect();
        for (payer, (current, earlier)) in purses {
            if current == 0 && earlier == 0 {
                continue;
            }
            self.turn_year(&payer, context)?;
            let (current, earlier) =
                if same_year { (current, earlier) } else { (0, current + earlier) };
            let account = self.account(&payer)?;
            for (head, balance, amount) in [
                (Head::AccountCurrent, &mut account.current, Fen::new(current)),
                (Head::AccountEarlier, &mut account.earlier, Fen::new(earlier)),
            ] {
                *balance -= amount;
                if amount > Fen::ZERO && balance.is_negative() {
                    return Err(overdrawn(kind, &payer));
                }
                journal.post(head, &payer.person, amount);
            }
        }
        let payable = decision.fund_payment() + decision.account_payment();
        let (head, payee) = record.inputs.payee(&key.person, institution);
        journal.post(head, payee, Fen::new(-payable));
        Ok((payers, journal.balanced()?))
    }

    /// Accumulators of a person's benefit year, as they will be.
    pub(super) fn cells(&self, person: &PersonKey, year: i32) -> &Cells {
        let mut rows = self.changes.years.iter().rev();
        let row = rows.find(|row| row.key == *person && row.year == year);
        row.map_or_else(|| self.world.cells(person, year), |row| &row.cells)
    }

    /// Adds moves to a person's benefit year.
    fn move_cells(
        &mut self,
        person: &PersonKey,
        year: i32,
        moves: &[(Arc<str>, i64)],
    ) -> Result<(), Refused> {
        if moves.is_empty() {
            return Ok(());
        }
        let cells = cells::after(self.cells(person, year), moves);
        if let Some((name, _)) = cells.iter().find(|(_, amount)| **amount < 0) {
            return Err(Refused::new(Reason::Conflict, format!("累计为负：{name}")));
        }
        self.changes.years.push(YearRow { key: person.clone(), year, cells });
        Ok(())
    }

    /// Everything to be written, with what is answered.
    pub(super) fn decision(mut self, outcome: Outcome) -> Decision {
        self.changes.accounts.append(&mut self.accounts);
        Decision { changes: self.changes, outcome }
    }
}

/// Every fen has one kind and one payer.
fn check(decision: &record::Decision) -> Result<(), Refused> {
    let parts =
        decision.full_self_pay + decision.over_ceiling + decision.first_pay + decision.in_scope;
    let paid = decision.fund_payment() + decision.account_payment() + decision.cash;
    if parts == decision.total && paid == decision.total {
        Ok(())
    } else {
        let words = format!("总额{}，分项合计{parts}，支付合计{paid}", decision.total);
        Err(Refused::new(Reason::Conflict, words))
    }
}

fn overdrawn(kind: EntryKind, payer: &PersonKey) -> Refused {
    let reason = match kind {
        EntryKind::Reinstatement => Reason::Overtaken,
        _ => Reason::Conflict,
    };
    Refused::new(reason, format!("{}的个人账户余额不足", payer.person))
}
