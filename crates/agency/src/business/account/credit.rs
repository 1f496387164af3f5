//! Money into accounts, and limits used elsewhere.

use super::{Credit, CreditSource, Use, closed_by};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::cells;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::regions::Law;
use crate::world::World;
use kernel::Fen;
use std::sync::Arc;
use store::{EntryKind, PersonKey, Wants};

impl Business for Credit {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let (current, earlier) = (Fen::new(self.current), Fen::new(self.earlier));
        let fits = |amount: Fen| Fen::ZERO <= amount && amount <= Fen::MAX_AMOUNT;
        if !fits(current) || !fits(earlier) || current + earlier == Fen::ZERO {
            return Err(Refused::new(Reason::Content, "计入金额应为正数"));
        }
        if let Some(event) = world.file(person).and_then(|it| closed_by(it, context.at)) {
            return Err(Refused::new(Reason::AccountClosed, event.zh()));
        }
        let mut post = Post::new(world, person, context)?;
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let head = match self.from {
            CreditSource::Opening => Head::Opening,
            CreditSource::Contributions => Head::Contributions,
        };
        let mut journal = Journal::default();
        journal.post(head, &Arc::from(""), current + earlier);
        journal.post(Head::AccountCurrent, &person.person, -current);
        journal.post(Head::AccountEarlier, &person.person, -earlier);
        let account = post.account(person)?;
        let wallet = (account.current.get(), account.earlier.get());
        account.current += current;
        account.earlier += earlier;
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: Arc::from(self.day.to_string()),
            note: Arc::from(head.zh()),
            wallet,
            moves: Vec::new(),
            balance: (account.current + account.earlier).get(),
        };
        let year = post.year();
        post.book(id, EntryKind::Credit, person, year, journal, &booking)?;
        Ok(post.decision(Outcome::Done))
    }
}

impl Business for Use {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let law = world.law(person.area)?;
        for (name, amount) in &self.moves {
            if !is_fed_from_outside(law, name) {
                return Err(Refused::new(Reason::AccumulatorUnknown, &**name));
            }
            if Fen::new(amount.saturating_abs()) > Fen::MAX_AMOUNT {
                return Err(Refused::new(Reason::Content, format!("{name}金额过大")));
            }
        }
        if self.moves.iter().all(|(_, amount)| *amount == 0) {
            return Err(Refused::new(Reason::Content, "没有累计变动"));
        }
        let after = cells::after(world.cells(person, self.year), &self.moves);
        if let Some((name, _)) = after.iter().find(|(_, amount)| **amount < 0) {
            return Err(Refused::new(Reason::Content, format!("{name}更正后为负")));
        }
        let mut post = Post::new(world, person, context)?;
        let id = post.id(person, context)?;
        let account = post.account(person)?;
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: Arc::from(self.day.to_string()),
            note: Arc::from("外部累计"),
            wallet: (account.current.get(), account.earlier.get()),
            moves: self.moves.clone(),
            balance: (account.current + account.earlier).get(),
        };
        post.book(id, EntryKind::Import, person, self.year, Journal::default(), &booking)?;
        Ok(post.decision(Outcome::Done))
    }
}

/// True for the whole-year accumulators of limits that some policy says other systems feed.
fn is_fed_from_outside(law: &Law, name: &str) -> bool {
    let Some((accumulator, _)) = cells::cell(law, name).filter(|_| !name.contains(['/', '@']))
    else {
        return false;
    };
    let mut limits = law.timeline.policies.iter().flat_map(|policy| &policy.limits);
    limits.any(|limit| limit.external && limit.accumulator == accumulator)
}
