//! 账户注销: the rest of an account leaves it on death, a move, emigration or when the identity is cancelled (重庆第十条).
//!
//! To whom it goes and from when the account is frozen is the policy's. A fact of kind [`HOLD`] names the event, so that
//! bills, credits and premiums know of it.

use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::facts::{self, HOLD};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::account::{Closure, ClosureEvent, ClosurePayee};
use kernel::{Date, Fen, Moment};
use serde_json::json;
use std::sync::Arc;
use store::{EntryKind, Fact, PersonFile, PersonKey, Subject, Wants};

/// Closes an account: its balance leaves, and it pays and takes nothing from the policy's day on.
#[derive(Clone, Debug)]
pub struct CloseAccount {
    /// Whose.
    pub person: PersonKey,
    /// Why.
    pub event: ClosureEvent,
    /// The day of the event.
    pub day: Date,
    /// Who takes the money, and where it goes: heirs and bank account, or the new area; empty if not known yet.
    pub payee: Arc<str>,
    /// Who says so.
    pub source: Arc<str>,
    /// Its number there.
    pub reference: Arc<str>,
}

/// By which event an account is closed, as known at a moment.
#[must_use]
pub fn closed_by(file: &PersonFile, known: Moment) -> Option<ClosureEvent> {
    hold_of_closure(file, known).and_then(|fact| ClosureEvent::from_code(&fact.other))
}

/// The fact that says so.
pub(super) fn hold_of_closure(file: &PersonFile, known: Moment) -> Option<&Fact> {
    let lasts = |fact: &&Fact| facts::believed(fact, known) && fact.to == Date::MAX;
    let closes = |fact: &&Fact| ClosureEvent::from_code(&fact.other).is_some();
    facts::of_kind(file, HOLD).iter().filter(lasts).find(closes)
}

impl Business for CloseAccount {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?;
        let closure = self.closure(world, file, context.at)?;
        let closed = closed_by(file, context.at);
        let mut post = Post::new(world, person, context)?;
        let account = post.account(person)?;
        let balance = account.current + account.earlier;
        // Money that came back later, as by a refund, is paid out like the rest.
        if let Some(event) = closed.filter(|event| balance == Fen::ZERO || *event != self.event) {
            return Err(Refused::new(Reason::AccountClosed, event.zh()));
        }
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let account = post.account(person)?;
        let (current, earlier) = (account.current, account.earlier);
        (account.current, account.earlier) = (Fen::ZERO, Fen::ZERO);
        let mut journal = Journal::default();
        journal.post(Head::AccountCurrent, &person.person, current);
        journal.post(Head::AccountEarlier, &person.person, earlier);
        match closure.payee {
            ClosurePayee::Heirs | ClosurePayee::Person => {
                journal.post(Head::PayableToPeople, &person.person, -balance);
            }
            ClosurePayee::NewArea => journal.post(Head::Transfers, &Arc::default(), -balance),
        }
        let note = format!("账户注销：{}，余额付{}", self.event.zh(), closure.payee.zh());
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: Arc::from(self.day.to_string()),
            note: Arc::from(note),
            wallet: (current.get(), earlier.get()),
            moves: Vec::new(),
            balance: 0,
        };
        let year = post.year();
        post.book(id, EntryKind::Closure, person, year, journal, &booking)?;
        let at = post.at;
        let outcome = json!({
            "event": self.event.code(),
            "payee": closure.payee.code(),
            "amount": balance.get(),
            "frozen_from": closure.frozen_from(self.day).to_string(),
            "entry": id.to_string(),
        });
        let mut changes = post.decision(Outcome::Done).changes;
        if closed.is_none() {
            let detail = json!({ "day": self.day.to_string(), "payee": &*self.payee });
            let fact = Fact {
                id: (context.ids)(),
                subject: Subject::Person(person.clone()),
                kind: Arc::from(HOLD),
                other: Arc::from(self.event.code()),
                from: closure.frozen_from(self.day),
                to: Date::MAX,
                learned_at: at,
                ended_at: None,
                detail: Arc::from(detail.to_string()),
            };
            world.learn(person, vec![fact], &[], at, &mut changes)?;
        }
        Ok(Decision { changes, outcome: Outcome::Document(outcome) })
    }
}

impl CloseAccount {
    /// The policy's rule for the event, if what is known of the person allows it.
    fn closure(&self, world: &World, file: &PersonFile, at: Moment) -> Result<Closure, Refused> {
        let (event, day) = (self.event, self.day);
        if day > at.date() {
            let words = format!("{}日期{day}晚于今天{}", event.zh(), at.date());
            return Err(Refused::new(Reason::Content, words));
        }
        let died = facts::death(file, at);
        let wrong = match (event, died) {
            (ClosureEvent::Death, None) => Some("尚未登记死亡，请先登记死亡日期".to_owned()),
            (ClosureEvent::Death, Some(died)) if died != day => {
                Some(format!("登记的死亡日期为{died}，不是{day}"))
            }
            (ClosureEvent::Death, Some(_)) | (_, None) => None,
            (_, Some(died)) => Some(format!("已于{died}死亡，应按死亡注销")),
        };
        if let Some(words) = wrong {
            return Err(Refused::new(Reason::Content, words));
        }
        let version = world.law(self.person.area)?.on(day);
        let closures = version.map(|version| &version.policy.account.closures);
        let rule = closures.and_then(|all| all.iter().find(|closure| closure.event == event));
        let silent = || Refused::new(Reason::PolicySilent, format!("{day}，{}", event.zh()));
        rule.copied().ok_or_else(silent)
    }
}
