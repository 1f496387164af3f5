//! What arrived at the bank becomes entries: debit the bank, credit the incomes, and what belongs to accounts.

use crate::business::Context;
use crate::business::post::Post;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::Refused;
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::{Fen, Month};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Changes, EntryKind, PersonKey};

/// What arrived, by who paid, for which month and on which day: an entry each.
#[derive(Debug, Default)]
pub(super) struct Receipts(BTreeMap<(Arc<str>, Month, Arc<str>), Received>);

/// A party's receipts, by month and day.
type OfParty = Vec<(Month, Arc<str>, Received)>;

#[derive(Debug, Default)]
struct Received {
    /// To the pool, to accounts, to the large-amount fund, fen; negative if it is given back.
    amounts: [i64; 3],
    people: usize,
}

/// Who pays: an employer, or a person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payer<'a> {
    pub(super) area: Area,
    /// The employer; empty: people pay by themselves.
    pub(super) employer: &'a Arc<str>,
    /// Who says so.
    pub(super) source: &'a Arc<str>,
}

impl Receipts {
    /// What was received for a month of somebody changes from `before` to `after`. Only the difference is booked.
    pub(super) fn changed(
        &mut self,
        party: &Arc<str>,
        month: Month,
        paid_on: &Arc<str>,
        before: [i64; 3],
        after: [i64; 3],
    ) {
        if before == after {
            return;
        }
        let received = self.0.entry((party.clone(), month, paid_on.clone())).or_default();
        for ((sum, before), after) in received.amounts.iter_mut().zip(before).zip(after) {
            *sum += after - before;
        }
        received.people += 1;
    }

    /// Books everything, by party in order of month and day.
    pub(super) fn book(
        self,
        world: &World,
        payer: Payer<'_>,
        context: &mut Context<'_>,
        changes: &mut Changes,
    ) -> Result<(), Refused> {
        let mut by_party: BTreeMap<Arc<str>, OfParty> = BTreeMap::new();
        for ((party, month, day), received) in self.0 {
            by_party.entry(party).or_default().push((month, day, received));
        }
        for (party, months) in by_party {
            let key = PersonKey { area: payer.area, person: party };
            let mut post = if payer.employer.is_empty() {
                Post::new(world, &key, context)?
            } else {
                Post::of_party(world, &key, context)
            };
            for (month, day, received) in months {
                receive(&mut post, &key, payer.source, (month, day), &received, context)?;
            }
            let mut booked = post.decision(Outcome::Done).changes;
            changes.entries.append(&mut booked.entries);
            changes.accounts.append(&mut booked.accounts);
        }
        Ok(())
    }
}

fn receive(
    post: &mut Post<'_>,
    party: &PersonKey,
    source: &Arc<str>,
    (month, day): (Month, Arc<str>),
    received: &Received,
    context: &mut Context<'_>,
) -> Result<(), Refused> {
    let [pool, accounts, large] = received.amounts.map(Fen::new);
    let nobody: Arc<str> = Arc::default();
    let mut journal = Journal::default();
    journal.post(Head::Bank, &nobody, pool + accounts + large);
    journal.post(Head::PoolIncome, &nobody, -pool);
    journal.post(Head::Contributions, &nobody, -accounts);
    journal.post(Head::LargeAmountIncome, &nobody, -large);
    let id = post.id(party, context)?;
    let year = post.year();
    let account = post.account(party)?;
    let booking = Booking {
        v: VERSION,
        source: source.clone(),
        reference: month.to_string().into(),
        day,
        note: format!("缴费到账，{}人", received.people).into(),
        wallet: (account.current.get(), account.earlier.get()),
        balance: (account.current + account.earlier).get(),
        ..Booking::default()
    };
    post.book(id, EntryKind::Contribution, party, year, journal, &booking)
}
