//! The desk that works recalculations off one by one: reads what was entered, hands the business in, and tries again where the
//! books moved in between; and the lists of what waits.

use super::history::History;
use super::proposal::Proposal;
use crate::Agency;
use crate::business::Business;
use crate::business::account::Recalculation;
use crate::business::recalculation::{Approve, PENDING, Propose};
use crate::core::{Core, Job, Reply};
use crate::documents::{PROPOSAL, RECALCULATION};
use crate::reason::{Reason, Refused};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use store::queries::Answer;
use store::{Area, Document, PersonKey, Store};

/// How often a person-year is read again because something was entered meanwhile.
pub(super) const TRIES: usize = 4;
/// The most documents that one person may have waiting.
const MOST_OF_ONE: usize = 10_000;

/// A person-year to be worked off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Whose.
    pub person: PersonKey,
    /// The benefit year.
    pub year: i32,
    /// Numbers of the documents that ask for it.
    pub reasons: Vec<Arc<str>>,
}

/// A document's owner and number, after which a page begins.
pub type After = (Arc<str>, Arc<str>);

/// What is done with a person-year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Propose.
    Propose,
    /// Approve and post.
    Approve,
}

/// Works off by order of an operator.
#[derive(Clone)]
pub struct Desk<'a> {
    /// Whose books.
    pub agency: &'a Agency,
    /// Decides.
    pub core: &'a Core,
    /// 经办人.
    pub by: Arc<str>,
}

impl Desk<'_> {
    /// What a proposal would say; nothing is filed.
    ///
    /// # Errors
    /// Why it cannot be said.
    pub fn look(&self, item: &Item) -> Result<Proposal, Refused> {
        let reply = self.again(item, |history| {
            let propose = self.proposing(item, history);
            self.agency.trial(&propose, None)
        });
        proposal(reply)
    }

    /// Proposes.
    ///
    /// # Errors
    /// Why nothing is proposed.
    pub fn propose(&self, item: &Item) -> Result<Proposal, Refused> {
        proposal(self.again(item, |history| self.ask(self.proposing(item, history))))
    }

    /// Approves; `post`: and posts. `digest`: that of the proposal that was looked at.
    ///
    /// # Errors
    /// Why it is not approved.
    pub fn approve(
        &self,
        item: &Item,
        digest: Option<&Arc<str>>,
        post: bool,
    ) -> Result<Proposal, Refused> {
        proposal(self.again(item, |history| {
            let post = post.then_some(history);
            self.ask(Approve { digest: digest.cloned(), post, ..self.approving(item) })
        }))
    }

    fn proposing(&self, item: &Item, history: Arc<History>) -> Propose {
        let Item { person, year, reasons } = item.clone();
        Propose { person, year, history, reasons, by: self.by.clone() }
    }

    fn approving(&self, item: &Item) -> Approve {
        let Item { person, year, reasons } = item.clone();
        Approve { person, year, by: self.by.clone(), digest: None, post: None, reasons }
    }

    /// Asks with what was entered, read anew as long as the books move.
    fn again(&self, item: &Item, ask: impl Fn(Arc<History>) -> Reply) -> Reply {
        let mut whole = false;
        let mut last = Refused::new(Reason::Busy, "");
        for _ in 0..TRIES {
            match ask(self.read(item, whole)?) {
                Err(refused) if may_be_tried_again(&refused) => {
                    whole |= refused.reason == Reason::BooksDiffer;
                    last = refused;
                }
                reply => return reply,
            }
        }
        Err(last)
    }

    fn read(&self, item: &Item, whole: bool) -> Result<Arc<History>, Refused> {
        let read = History::read(self.agency.store(), &item.person, item.year, whole)?;
        let unknown = || Refused::new(Reason::PersonUnknown, &*item.person.person);
        read.map(Arc::new).ok_or_else(unknown)
    }

    /// Hands a business in and waits.
    ///
    /// # Errors
    /// Why nothing is done.
    pub fn ask(&self, business: impl Business + 'static) -> Reply {
        answer(&self.submit(business))
    }

    fn submit(&self, business: impl Business + 'static) -> Receiver<Reply> {
        let (answered, waiting) = mpsc::channel();
        self.core.submit(Job {
            business: Box::new(business),
            message: None,
            sent: None,
            reply: Box::new(move |reply| {
                // Nobody waits any more.
                let _ = answered.send(reply);
            }),
        });
        waiting
    }
}

fn answer(waiting: &Receiver<Reply>) -> Reply {
    waiting.recv().unwrap_or_else(|_| Err(Refused::new(Reason::Closing, "")))
}

/// Something was entered while it was read, the queue was full, or entries before the year belong to it.
pub(super) fn may_be_tried_again(refused: &Refused) -> bool {
    matches!(refused.reason, Reason::Busy | Reason::BooksDiffer)
}

fn proposal(reply: Reply) -> Result<Proposal, Refused> {
    let outcome = reply?.outcome;
    outcome.document().ok_or_else(|| Refused::new(Reason::Conflict, "重算提案"))
}

/// A page of what waits to be folded again, all of a person together, and where the next page begins; `None`: there is none.
///
/// # Errors
/// The store's own.
pub fn pending(
    store: &dyn Store,
    area: Area,
    after: &After,
    limit: usize,
) -> Answer<(Vec<Item>, Option<After>)> {
    let mut page = store.documents(area, RECALCULATION, "", (&after.0, &after.1), limit)?;
    let Some(last) = page.last().map(|last| last.key.clone()) else {
        return Ok((Vec::new(), None));
    };
    let from = (&*last.owner, &*last.number);
    let rest = store.documents(area, RECALCULATION, &last.owner, from, MOST_OF_ONE)?;
    page.extend(rest);
    let next = page.last().map(|last| (last.key.owner.clone(), last.key.number.clone()));
    Ok((by_year(&page), next))
}

/// What waits for one person.
///
/// # Errors
/// The store's own.
pub fn pending_of(store: &dyn Store, person: &PersonKey) -> Answer<Vec<Item>> {
    let documents =
        store.documents(person.area, RECALCULATION, &person.person, ("", ""), MOST_OF_ONE)?;
    Ok(by_year(&documents))
}

/// A page of the proposals that wait for approval or posting, and where the next page begins.
///
/// # Errors
/// The store's own.
pub fn proposed(
    store: &dyn Store,
    area: Area,
    after: &After,
    limit: usize,
) -> Answer<(Vec<Item>, Option<After>)> {
    let page = store.documents(area, PROPOSAL, "", (&after.0, &after.1), limit)?;
    let next = page.last().map(|last| (last.key.owner.clone(), last.key.number.clone()));
    let waits =
        |document: &&Document| matches!(document.state, Proposal::PROPOSED | Proposal::APPROVED);
    let items = page.iter().filter(waits).filter_map(|document| {
        let Proposal { year, reasons, .. } = Proposal::read_unopened(document).ok()?;
        let person = PersonKey { area, person: document.key.owner.clone() };
        Some(Item { person, year, reasons })
    });
    Ok((items.collect(), next))
}

/// Documents that wait, by person and year.
fn by_year(documents: &[Document]) -> Vec<Item> {
    let mut years: BTreeMap<(PersonKey, i32), Vec<Arc<str>>> = BTreeMap::new();
    for document in documents.iter().filter(|document| document.state == PENDING) {
        let Ok(asked) = serde_json::from_str::<Recalculation>(&document.body) else { continue };
        let person = PersonKey { area: document.key.area, person: document.key.owner.clone() };
        years.entry((person, asked.year)).or_default().push(document.key.number.clone());
    }
    let item = |((person, year), reasons)| Item { person, year, reasons };
    years.into_iter().map(item).collect()
}
