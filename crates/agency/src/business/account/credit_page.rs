//! 个账划入, a page of people in one commit: each is credited what is owed for the month less what was credited for it.
//!
//! The month's document keeps what was credited, in the same commit as the entry: whatever is run again, killed or run
//! twice at once, nobody is credited twice. The run's lane moves on in the same commit, so nobody is missed.

use super::{CreditClass, Entitled, Skipped, Tally, closed_by, entitled};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::ledger::{Head, Journal};
use crate::months::PersonMonth;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::regions::Version;
use crate::world::World;
use kernel::account::Credit;
use kernel::{Fen, Month, Status};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, EntryKind, PersonKey, Wants};

/// Credits the people of a page for a month.
#[derive(Clone, Debug)]
pub struct CreditPage {
    /// Whose books.
    pub area: Area,
    /// Which month.
    pub month: Month,
    /// Take back what was credited beyond what is owed, if the money is there.
    pub take_back: bool,
    /// The people, in order.
    pub people: Vec<PersonKey>,
    /// The lane that moves on.
    pub lane: DocumentKey,
    /// Where the lane must stand.
    pub after: Arc<str>,
    /// No people are left behind the last of the page.
    pub last: bool,
}

/// A stretch of an area's people, and how far it is: body of a document of kind [`crate::documents::RUN`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CreditLane {
    /// The last person that is done.
    pub after: Arc<str>,
    /// The last person of the lane; empty: the last of the area.
    pub to: Arc<str>,
    /// Everybody is done.
    pub done: bool,
    /// What came of them.
    pub tally: Tally,
}

impl CreditLane {
    /// What a document says.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<CreditLane, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|error| Refused::new(Reason::Conflict, format!("划入批次：{error}")))
    }
}

impl Business for CreditPage {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.extend(self.people.iter().cloned());
        let months = self.people.iter().map(|person| PersonMonth::key(person, self.month));
        wants.documents.extend(months);
        wants.documents.insert(self.lane.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let unknown = || Refused::new(Reason::DocumentUnknown, &*self.lane.number);
        let found = world.document(&self.lane).ok_or_else(unknown)?;
        let mut lane = CreditLane::read(found)?;
        if lane.after != self.after || lane.done {
            let words = format!("{}已由另一进程划到{}", self.lane.number, lane.after);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let law = world.law(self.area)?;
        let silent = || Refused::new(Reason::PolicySilent, format!("{}个人账户划入", self.month));
        let version = law.on(self.month.first_day()).ok_or_else(silent)?;
        let credit = version.policy.account.credit.as_ref().ok_or_else(silent)?;
        let mut page = Page {
            asked: self,
            world,
            version,
            credit,
            changes: Changes::default(),
            tally: &mut lane.tally,
            words: HashMap::new(),
            reference: Arc::from(format!("credit-{}", self.month)),
            source: Arc::from("个账划入"),
            day: Arc::from(self.month.last_day().to_string()),
        };
        for person in &self.people {
            page.person(person, context)?;
        }
        let mut changes = page.changes;
        lane.after = self.people.last().map_or(lane.after, |person| person.person.clone());
        lane.done = self.last;
        let body = serde_json::to_string(&lane)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        let state = i16::from(lane.done);
        changes.documents.push(Document { state, body: Arc::from(body), ..found.clone() });
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}

/// What a note depends on: status, plan, articles.
type NoteOf = (Status, Arc<str>, Arc<[Arc<str>]>);

/// A page in the making.
struct Page<'a> {
    asked: &'a CreditPage,
    world: &'a World,
    version: Version<'a>,
    credit: &'a Credit,
    changes: Changes,
    tally: &'a mut Tally,
    /// Notes by class: most people of a page share one.
    words: HashMap<NoteOf, (CreditClass, Arc<str>)>,
    reference: Arc<str>,
    source: Arc<str>,
    day: Arc<str>,
}

impl Page<'_> {
    fn person(&mut self, person: &PersonKey, context: &mut Context<'_>) -> Result<(), Refused> {
        self.tally.people += 1;
        let Some(file) = self.world.file(person) else {
            self.tally.skip(Skipped::NoRow);
            return Ok(());
        };
        let document = self.world.document(&PersonMonth::key(person, self.asked.month));
        let known = document.map(PersonMonth::read).transpose()?.map(|(_, month)| month);
        let (version, month, at) = (self.version, self.asked.month, context.at);
        let owed = entitled(file, version, self.credit, month, known.as_ref(), at);
        let credited = known.as_ref().map_or(0, |month| month.credited);
        let amount = owed.as_ref().map_or(0, |owed| owed.amount.get());
        let by = amount - credited;
        if by != 0 && closed_by(file, at).is_some() {
            self.tally.skip(Skipped::Closed);
            return Ok(());
        }
        match owed {
            _ if by < 0 => self.over(person, known.unwrap_or_default(), -by, document, context),
            Ok(owed) if by > 0 => self.credit(person, known, &owed, by, document, context),
            owed => {
                self.tally.skip(owed.err().unwrap_or(Skipped::Credited));
                if let (Some(mut month), Some(document)) = (known.filter(|it| !it.run), document) {
                    month.run = true;
                    self.file(person, &month, Some(document), context)?;
                }
                Ok(())
            }
        }
    }

    fn credit(
        &mut self,
        person: &PersonKey,
        known: Option<PersonMonth>,
        owed: &Entitled,
        by: i64,
        document: Option<&Document>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let key = (owed.status, owed.plan.clone(), owed.articles.clone());
        let month = self.asked.month;
        let (class, note) = self.words.entry(key).or_insert_with(|| {
            let class = CreditClass::new(owed.status, &owed.plan, &owed.articles);
            let articles = &class.articles;
            let note = format!("{month}个账划入，{}，{articles}", owed.status.zh());
            (class, Arc::from(note))
        });
        let (class, note) = (class.clone(), note.clone());
        let head = match owed.status {
            Status::Retired => Head::PoolToAccounts,
            Status::Active => Head::Contributions,
        };
        self.post(person, EntryKind::Credit, head, by, &note, context)?;
        let mut next = known
            .unwrap_or_else(|| PersonMonth { plan: owed.plan.clone(), ..PersonMonth::default() });
        next.credited += by;
        next.run = true;
        self.file(person, &next, document, context)?;
        self.tally.credited(&class, 1, by);
        Ok(())
    }

    /// More was credited than is owed now.
    fn over(
        &mut self,
        person: &PersonKey,
        mut month: PersonMonth,
        excess: i64,
        document: Option<&Document>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let held = self.world.account(person).map_or(0, |it| (it.current + it.earlier).get());
        if !self.asked.take_back || held < excess {
            self.tally.skip(Skipped::Over);
            self.tally.over += excess;
            return Ok(());
        }
        // Where it came from is where the person's class of the month pays from.
        let file = self.world.file(person);
        let retired = file.and_then(|file| crate::facts::retired_on(file, context.at));
        let first = self.asked.month.first_day();
        let head = match self.version.policy.status_on(first, retired) {
            Status::Retired => Head::PoolToAccounts,
            Status::Active => Head::Contributions,
        };
        let note = format!("{}个账划入多划扣回", self.asked.month);
        self.post(person, EntryKind::Correction, head, -excess, &Arc::from(note), context)?;
        month.credited -= excess;
        month.run = true;
        self.file(person, &month, document, context)?;
        self.tally.taken_back.0 += 1;
        self.tally.taken_back.1 += excess;
        Ok(())
    }

    /// One entry: `by` into the account; negative: out of it, earlier money last.
    fn post(
        &mut self,
        person: &PersonKey,
        kind: EntryKind,
        head: Head,
        by: i64,
        note: &Arc<str>,
        context: &mut Context<'_>,
    ) -> Result<(), Refused> {
        let mut post = Post::new(self.world, person, context)?;
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let year = post.year();
        let of_this_year = self.asked.month.first_day().ymd().0 == year;
        let account = post.account(person)?;
        let wallet = (account.current.get(), account.earlier.get());
        let (current, earlier) = match (by < 0, of_this_year) {
            (true, true) => {
                let current = by.max(-wallet.0);
                (current, by - current)
            }
            (true, false) => {
                let earlier = by.max(-wallet.1);
                (by - earlier, earlier)
            }
            (false, true) => (by, 0),
            (false, false) => (0, by),
        };
        account.current += Fen::new(current);
        account.earlier += Fen::new(earlier);
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: self.day.clone(),
            note: note.clone(),
            wallet,
            moves: Vec::new(),
            balance: (account.current + account.earlier).get(),
        };
        let mut journal = Journal::default();
        journal.post(head, &Arc::default(), Fen::new(by));
        journal.post(Head::AccountCurrent, &person.person, Fen::new(-current));
        journal.post(Head::AccountEarlier, &person.person, Fen::new(-earlier));
        post.book(id, kind, person, year, journal, &booking)?;
        let mut changes = post.decision(Outcome::Done).changes;
        self.changes.accounts.append(&mut changes.accounts);
        self.changes.entries.append(&mut changes.entries);
        Ok(())
    }

    fn file(
        &mut self,
        person: &PersonKey,
        month: &PersonMonth,
        before: Option<&Document>,
        context: &Context<'_>,
    ) -> Result<(), Refused> {
        let body = serde_json::to_string(month)
            .map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?;
        self.changes.documents.push(Document {
            key: before.map_or_else(
                || PersonMonth::key(person, self.asked.month),
                |document| document.key.clone(),
            ),
            at: before.map_or(context.at, |document| document.at),
            state: before.map_or(0, |document| document.state),
            body: Arc::from(body),
        });
        Ok(())
    }
}
