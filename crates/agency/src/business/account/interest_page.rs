//! 个人账户计息, a page of people in one commit: each account is credited once with the interest of a year.
//!
//! The document of a person's year ([`AccountYear`]) is written in the same commit as the entry and holds what the account
//! held at the end of the year, from which the next year is reckoned; the run's cursor moves on in that commit, too.

use super::closed_by;
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::documents::{ACCOUNT_INTEREST, RUN};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::regions::Version;
use crate::world::World;
use kernel::Fen;
use kernel::account::AccountInterest;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, EntryKind, PersonKey, Wants};

/// What the interest of a year rests on, of one account.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reckoned {
    /// Fen times days, or fen, of money of the calendar year.
    pub current: i128,
    /// Of earlier money.
    pub earlier: i128,
    /// Held at the end of the year, fen: money of the calendar year, earlier money.
    pub held: (i64, i64),
}

/// Body of an [`ACCOUNT_INTEREST`]: a person's year of interest.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AccountYear {
    /// Interest credited, fen.
    pub fen: i64,
    /// Of money of the calendar year.
    pub of_current: i64,
    /// Of earlier money.
    pub of_earlier: i64,
    /// Held at the end of the year, without the interest of the year.
    pub held: (i64, i64),
}

impl AccountYear {
    /// Where it is kept.
    #[must_use]
    pub fn key(person: &PersonKey, year: i32) -> DocumentKey {
        DocumentKey {
            area: person.area,
            kind: Arc::from(ACCOUNT_INTEREST),
            owner: person.person.clone(),
            number: Arc::from(format!("{year:04}")),
        }
    }

    /// What a document says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<AccountYear, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|error| Refused::new(Reason::Conflict, format!("个账计息：{error}")))
    }
}

/// How far the run of a year is, and what came of it: body of a document of kind [`RUN`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InterestProgress {
    /// Which attempt at the year: 1, 2, …
    pub attempt: u32,
    /// The last person that is done.
    pub after: Arc<str>,
    /// Everybody is done.
    pub done: bool,
    /// People looked at.
    pub people: u64,
    /// Accounts credited.
    pub credited: u64,
    /// With how much, fen.
    pub fen: i64,
    /// Accounts that had been credited for the year before.
    pub before: u64,
    /// Accounts that earned nothing.
    pub nothing: u64,
    /// Closed accounts.
    pub closed: u64,
}

impl InterestProgress {
    /// Where the run of a year is kept.
    #[must_use]
    pub fn key(area: Area, year: i32) -> DocumentKey {
        let (kind, owner) = (Arc::from(RUN), Arc::from("account-interest-year"));
        DocumentKey { area, kind, owner, number: Arc::from(format!("{year:04}")) }
    }

    /// What a document says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<InterestProgress, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|error| Refused::new(Reason::Conflict, format!("计息批次：{error}")))
    }

    /// As a document.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, key: DocumentKey, at: kernel::Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        Ok(Document { key, at, state: i16::from(self.done), body: Arc::from(body) })
    }
}

/// Credits the people of a page with the interest of a year.
#[derive(Clone, Debug)]
pub struct InterestPage {
    /// Whose books.
    pub area: Area,
    /// The year of interest.
    pub year: i32,
    /// The people, in order, with what their interest rests on; `None`: nothing was ever posted.
    pub people: Vec<(PersonKey, Option<Reckoned>)>,
    /// Where the run must stand.
    pub after: Arc<str>,
    /// No people are left behind the last of the page.
    pub last: bool,
}

impl Business for InterestPage {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(InterestProgress::key(self.area, self.year));
        for (person, _) in &self.people {
            wants.people.insert(person.clone());
            wants.documents.insert(AccountYear::key(person, self.year));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = InterestProgress::key(self.area, self.year);
        let unknown = || Refused::new(Reason::DocumentUnknown, &*key.number);
        let found = world.document(&key).ok_or_else(unknown)?;
        let mut run = InterestProgress::read(found)?;
        if run.after != self.after || run.done {
            let words = format!("{}年计息已由另一进程办到{}", self.year, run.after);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let silent = || Refused::new(Reason::PolicySilent, format!("{}年个人账户计息", self.year));
        let law = world.law(self.area)?;
        let (version, interest) = rules(law, self.year).ok_or_else(silent)?;
        let mut page = Page {
            year: self.year,
            world,
            version,
            interest,
            run: &mut run,
            changes: Changes::default(),
        };
        for (person, reckoned) in &self.people {
            page.person(person, reckoned.as_ref(), context)?;
        }
        let mut changes = page.changes;
        run.after = self.people.last().map_or(run.after, |(person, _)| person.person.clone());
        run.done = self.last;
        changes.documents.push(run.filed(key, found.at)?);
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// The rules for a year of interest: those in force on its last day.
#[must_use]
pub fn rules(law: &crate::regions::Law, year: i32) -> Option<(Version<'_>, AccountInterest)> {
    let mut versions = (0..law.timeline.policies.len()).rev().filter_map(|at| law.version(at));
    versions.find_map(|version| {
        let interest = version.policy.account.interest?;
        let last = interest.year.last_day(year);
        (version.policy.from <= last && last <= version.policy.to).then_some((version, interest))
    })
}

/// A page in the making.
struct Page<'a> {
    year: i32,
    world: &'a World,
    version: Version<'a>,
    interest: AccountInterest,
    run: &'a mut InterestProgress,
    changes: Changes,
}

impl Page<'_> {
    fn person(
        &mut self,
        person: &PersonKey,
        reckoned: Option<&Reckoned>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        self.run.people += 1;
        let key = AccountYear::key(person, self.year);
        if self.world.document(&key).is_some() {
            self.run.before += 1;
            return Ok(());
        }
        let file = self.world.file(person);
        let (Some(file), Some(reckoned)) = (file, reckoned) else {
            self.run.nothing += 1;
            return Ok(());
        };
        if closed_by(file, context.at).is_some() {
            self.run.closed += 1;
            return Ok(());
        }
        let (interest, rounding) = (self.interest, self.version.policy.rounding);
        let of_current = interest.of(interest.current, reckoned.current, rounding);
        let of_earlier = interest.of(interest.earlier, reckoned.earlier, rounding);
        let fen = of_current + of_earlier;
        if fen == Fen::ZERO {
            self.run.nothing += 1;
        } else {
            self.credit(person, of_current, of_earlier, context)?;
            self.run.credited += 1;
            self.run.fen += fen.get();
        }
        let year = AccountYear {
            fen: fen.get(),
            of_current: of_current.get(),
            of_earlier: of_earlier.get(),
            held: reckoned.held,
        };
        let body = serde_json::to_string(&year)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        self.changes.documents.push(Document {
            key,
            at: context.at,
            state: 1,
            body: Arc::from(body),
        });
        Ok(())
    }

    /// One entry: from the interest that the bank paid into the account.
    fn credit(
        &mut self,
        person: &PersonKey,
        of_current: Fen,
        of_earlier: Fen,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let mut post = Post::new(self.world, person, context)?;
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let year = post.year();
        let last = self.interest.year.last_day(self.year);
        // What was money of the year has become earlier money, and so has its interest.
        let (current, earlier) = match last.ymd().0 == year {
            true => (of_current, of_earlier),
            false => (Fen::ZERO, of_current + of_earlier),
        };
        let account = post.account(person)?;
        let wallet = (account.current.get(), account.earlier.get());
        account.current += current;
        account.earlier += earlier;
        let cited = self.version.words.cited(self.interest.cite);
        let articles = cited.articles.join("；");
        let named = self.year;
        let note =
            format!("{named}年计息，当年资金{of_current}元，历年资金{of_earlier}元，{articles}");
        let booking = Booking {
            v: VERSION,
            source: Arc::from("个账计息"),
            reference: Arc::from(format!("interest-{named:04}")),
            day: Arc::from(last.to_string()),
            note: Arc::from(note),
            wallet,
            moves: Vec::new(),
            balance: (account.current + account.earlier).get(),
        };
        let mut journal = Journal::default();
        journal.post(Head::Interest, &Arc::default(), current + earlier);
        journal.post(Head::AccountCurrent, &person.person, -current);
        journal.post(Head::AccountEarlier, &person.person, -earlier);
        post.book(id, EntryKind::Interest, person, year, journal, &booking)?;
        let mut changes = post.decision(Outcome::Done).changes;
        self.changes.accounts.append(&mut changes.accounts);
        self.changes.entries.append(&mut changes.entries);
        Ok(())
    }
}
