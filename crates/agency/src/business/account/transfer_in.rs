//! 账户转入: what a person's account held in another area arrives as earlier money (重庆第十条: 随同转移).

use super::close::hold_of_closure;
use super::closed_by;
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::documents::TRANSFER_IN;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::account::ClosureEvent;
use kernel::{Date, Fen};
use serde_json::json;
use std::sync::Arc;
use store::{Document, DocumentKey, EntryKind, Fact, PersonKey, Wants};

/// Takes over the balance of an account in another area. An account that left this area before is opened again.
#[derive(Clone, Debug)]
pub struct TransferIn {
    /// Whose.
    pub person: PersonKey,
    /// Fen.
    pub amount: i64,
    /// Where it comes from.
    pub from: Arc<str>,
    /// The number of the transfer there: the same one comes once.
    pub reference: Arc<str>,
    /// The day it is about.
    pub day: Date,
}

impl TransferIn {
    fn key(&self) -> DocumentKey {
        DocumentKey {
            area: self.person.area,
            kind: Arc::from(TRANSFER_IN),
            owner: self.person.person.clone(),
            number: self.reference.clone(),
        }
    }
}

impl Business for TransferIn {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (person, amount) = (&self.person, Fen::new(self.amount));
        let content = |words: String| Err(Refused::new(Reason::Content, words));
        if amount <= Fen::ZERO || amount > Fen::MAX_AMOUNT {
            return content(format!("转入金额{amount}应为正数"));
        }
        if self.reference.is_empty() {
            return content("缺少转移接续的编号".into());
        }
        if let Some(known) = world.document(&self.key()) {
            let words = format!("转移接续{}已转入：{}", self.reference, known.body);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        let closed = closed_by(file, context.at);
        if let Some(event) = closed.filter(|event| *event != ClosureEvent::TransferOut) {
            return Err(Refused::new(Reason::AccountClosed, event.zh()));
        }
        let mut post = Post::new(world, person, context)?;
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let account = post.account(person)?;
        let wallet = (account.current.get(), account.earlier.get());
        account.earlier += amount;
        let booking = Booking {
            v: VERSION,
            source: self.from.clone(),
            reference: self.reference.clone(),
            day: Arc::from(self.day.to_string()),
            note: Arc::from(format!("账户转入，转出地{}", self.from)),
            wallet,
            moves: Vec::new(),
            balance: (account.current + account.earlier).get(),
        };
        let mut journal = Journal::default();
        journal.post(Head::Transfers, &Arc::default(), amount);
        journal.post(Head::AccountEarlier, &person.person, -amount);
        let (year, at) = (post.year(), post.at);
        post.book(id, EntryKind::Credit, person, year, journal, &booking)?;
        let mut changes = post.decision(Outcome::Done).changes;
        let body = json!({ "amount": self.amount, "from": &*self.from, "entry": id.to_string() });
        let body = Arc::from(body.to_string());
        changes.documents.push(Document { key: self.key(), at, state: 1, body });
        if let Some(hold) = hold_of_closure(file, context.at) {
            // It was closed until yesterday, and that stays true.
            let past = Fact {
                id: (context.ids)(),
                to: at.date().previous(),
                learned_at: at,
                ..hold.clone()
            };
            let past = if past.from <= past.to { vec![past] } else { Vec::new() };
            world.learn(person, past, &[hold.id], at, &mut changes)?;
        }
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
