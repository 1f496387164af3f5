//! 账户缴费: premiums paid from a personal account (重庆第十条, 广西第八条), for the person or for a relative.
//!
//! Which premiums and for which relatives is the policy's. 大额 is income of this agency ([`Head::LargeAmountIncome`]); what
//! is another fund's (居民医保, 长护险) is owed to it ([`Head::PremiumsCollected`], party: the purpose).

use super::closed_by;
use crate::business::post::Post;
use crate::business::wallet::frozen;
use crate::business::{Business, Context, Decision};
use crate::documents::PREMIUM;
use crate::facts;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::regions::Version;
use crate::world::World;
use kernel::account::{AccountSource, Purpose, Relation};
use kernel::{Date, Entitlement, Fen};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Document, DocumentKey, EntryKind, PersonKey, Wants};

/// Pays a premium from an account.
#[derive(Clone, Debug)]
pub struct PayPremium {
    /// Whose account pays.
    pub payer: PersonKey,
    /// For what.
    pub purpose: Purpose,
    /// For which time, as the bill of the premium says: `2026`, `2026-03`. The same is paid once.
    pub period: Arc<str>,
    /// For a relative; `None`: for the payer.
    pub beneficiary: Option<Beneficiary>,
    /// What is due for the period, fen.
    pub due: i64,
    /// Pay what is there if it is less than what is due (广西 8.3); what is left stays due.
    pub partly: bool,
    /// Who says so.
    pub source: Arc<str>,
    /// Its number there.
    pub reference: Arc<str>,
    /// The day it is about.
    pub day: Date,
}

/// The relative for whom a premium is paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beneficiary {
    /// 证件号码 or 人员编号; residents are not in these books.
    pub number: Arc<str>,
    /// What the payer is to them.
    pub relation: Relation,
}

/// Body of a [`PREMIUM`]: what is due and what was paid of it, fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Paid {
    /// Due.
    pub due: i64,
    /// Paid from the account so far.
    pub paid: i64,
    /// Paid this time.
    pub now: i64,
}

impl PayPremium {
    fn key(&self) -> DocumentKey {
        let whose = self.beneficiary.as_ref().map_or("", |it| &*it.number);
        DocumentKey {
            area: self.payer.area,
            kind: Arc::from(PREMIUM),
            owner: self.payer.person.clone(),
            number: Arc::from(format!("{}-{}-{whose}", self.purpose.code(), self.period)),
        }
    }

    /// The policy lets the account pay this, and the account may be used.
    fn allowed(
        &self,
        world: &World,
        version: Version<'_>,
        context: &Context<'_>,
    ) -> Result<(), Refused> {
        let (rules, today) = (&version.policy.account, context.at.date());
        let premium = matches!(
            self.purpose,
            Purpose::ResidentPremium | Purpose::LongTermCarePremium | Purpose::LargeAmountPremium
        );
        if !premium || !rules.purposes.contains(&self.purpose) {
            return Err(Refused::new(Reason::PurposeNotAllowed, self.purpose.zh()));
        }
        let relation = self.beneficiary.as_ref().map(|it| it.relation);
        if let Some(relation) = relation.filter(|it| !rules.relations.contains(it)) {
            return Err(Refused::new(Reason::RelationNotAllowed, relation.zh()));
        }
        let unknown = || Refused::new(Reason::PersonUnknown, &*self.payer.person);
        let file = world.file(&self.payer).ok_or_else(unknown)?;
        if let Some(event) = closed_by(file, context.at) {
            return Err(Refused::new(Reason::AccountClosed, event.zh()));
        }
        let suspended = rules.frozen_when_suspended
            && facts::entitlement(file, today, context.at) != Entitlement::Entitled;
        if suspended || frozen(file, version.policy, today, context.at) {
            return Err(Refused::new(Reason::AccountFrozen, &*self.payer.person));
        }
        Ok(())
    }

    /// What was paid before.
    fn before(&self, world: &World) -> Result<Option<(Document, Paid)>, Refused> {
        let Some(document) = world.document(&self.key()) else { return Ok(None) };
        let paid: Paid = serde_json::from_str(&document.body)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        if paid.paid >= self.due {
            let words = format!("{}{}已缴{}", self.purpose.zh(), self.period, Fen::new(paid.paid));
            return Err(Refused::new(Reason::DocumentState, words));
        }
        Ok(Some((document.clone(), paid)))
    }
}

impl Business for PayPremium {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.payer)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (person, due) = (&self.payer, Fen::new(self.due));
        if due <= Fen::ZERO || due > Fen::MAX_AMOUNT || self.period.is_empty() {
            let words = format!("应缴金额{due}应为正数，所属期不能空");
            return Err(Refused::new(Reason::Content, words));
        }
        let today = context.at.date();
        let silent = || Refused::new(Reason::PolicySilent, today.to_string());
        let version = world.law(person.area)?.on(today).ok_or_else(silent)?;
        self.allowed(world, version, context)?;
        let before = self.before(world)?;
        let left = due - Fen::new(before.as_ref().map_or(0, |(_, paid)| paid.paid));
        let mut post = Post::new(world, person, context)?;
        post.turn_year(person, context)?;
        let account = post.account(person)?;
        let held = account.current + account.earlier;
        let amount = if self.partly { left.min(held) } else { left };
        if amount > held || amount == Fen::ZERO {
            let words = format!("余额{held}，应缴{left}");
            return Err(Refused::new(Reason::AccountShort, words));
        }
        let wallet = (account.current.get(), account.earlier.get());
        let (mut rest, mut journal) = (amount, Journal::default());
        for source in &version.policy.account.order {
            let (head, balance) = match source {
                AccountSource::OwnCurrent => (Head::AccountCurrent, &mut account.current),
                AccountSource::OwnEarlier => (Head::AccountEarlier, &mut account.earlier),
                AccountSource::Family => continue,
            };
            let part = rest.min(*balance);
            *balance -= part;
            rest -= part;
            journal.post(head, &person.person, part);
        }
        let balance = (account.current + account.earlier).get();
        match self.purpose {
            Purpose::LargeAmountPremium => {
                journal.post(Head::LargeAmountIncome, &Arc::default(), -amount);
            }
            other => journal.post(Head::PremiumsCollected, &Arc::from(other.code()), -amount),
        }
        let whose = match &self.beneficiary {
            None => "本人".to_owned(),
            Some(it) => format!("{}（付款人为其{}）", it.number, it.relation.zh()),
        };
        let cited = version.words.cited(version.policy.account.cite);
        let articles = cited.articles.join("；");
        let note = format!("{}，{}，{whose}，{articles}", self.purpose.zh(), self.period);
        let id = post.id(person, context)?;
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: Arc::from(self.day.to_string()),
            note: Arc::from(note),
            wallet,
            moves: Vec::new(),
            balance,
        };
        let (year, at) = (post.year(), post.at);
        post.book(id, EntryKind::Premium, person, year, journal, &booking)?;
        let paid = Paid {
            due: self.due,
            paid: before.as_ref().map_or(0, |(_, paid)| paid.paid) + amount.get(),
            now: amount.get(),
        };
        let body = serde_json::to_string(&paid)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let document = Document {
            key: self.key(),
            at: before.map_or(at, |(document, _)| document.at),
            state: i16::from(paid.paid >= paid.due),
            body: Arc::from(body),
        };
        post.changes.documents.push(document);
        Ok(post.decision(Outcome::of_document(&paid)?))
    }
}
