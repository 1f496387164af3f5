//! The desk that works applications off: reads what was settled at counters meanwhile, hands the business in, and tries
//! again where the books moved in between.

use super::application::{Application, Clear, Issuer, Payee, Stated, Verdict, Warning};
use super::counter::Seen;
use super::lists;
use super::order::PeopleOrder;
use crate::Agency;
use crate::business::Business;
use crate::business::paper::{
    AmendPayee, Decide, DecideOrder, Filed, MakeOrder, Receive, Return, Review, TurnDown, Withdraw,
};
use crate::core::{Core, Job, Reply};
use crate::reason::{Reason, Refused};
use std::sync::Arc;
use std::sync::mpsc;
use store::{Area, PersonKey};

/// How often a decision is tried again because something was entered meanwhile.
const TRIES: usize = 4;

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

/// What would be decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Look {
    /// The decision.
    pub verdict: Verdict,
    /// What must be cleared before.
    pub open: Vec<Warning>,
}

impl Desk<'_> {
    /// Receives an application.
    ///
    /// # Errors
    /// Why it is not received.
    pub fn receive(&self, person: &PersonKey, stated: &Stated) -> Result<Filed, Refused> {
        filed(self.ask(receiving(self.agency, person, stated, &self.by)?))
    }

    /// The same as a trial: nothing is written.
    ///
    /// # Errors
    /// Why it would not be received.
    pub fn check(&self, person: &PersonKey, stated: &Stated) -> Result<Filed, Refused> {
        let receive = receiving(self.agency, person, stated, &self.by)?;
        filed(self.agency.trial(&receive, None))
    }

    /// Notes what a review found.
    ///
    /// # Errors
    /// Why it is not noted.
    pub fn review(
        &self,
        person: &PersonKey,
        number: &Arc<str>,
        clear: Vec<Clear>,
        issuer: Option<Issuer>,
    ) -> Result<Filed, Refused> {
        let (person, number, by) = (person.clone(), number.clone(), self.by.clone());
        filed(self.ask(Review { person, number, by, clear, issuer }))
    }

    /// What would be decided now; nothing is written.
    ///
    /// # Errors
    /// Why it cannot be said.
    pub fn look(&self, person: &PersonKey, number: &Arc<str>) -> Result<Look, Refused> {
        look(self.agency, person, number)
    }

    /// Decides.
    ///
    /// # Errors
    /// Why it is not decided.
    pub fn decide(
        &self,
        person: &PersonKey,
        number: &Arc<str>,
        clear: &[Clear],
        opinion: &Arc<str>,
    ) -> Result<Filed, Refused> {
        let mut last = Refused::new(Reason::Busy, "");
        for _ in 0..TRIES {
            let decide = deciding(self.agency, person, number, &self.by)?;
            let (clear, opinion) = (clear.to_vec(), opinion.clone());
            match self.ask(Decide { clear, opinion, ..decide }) {
                Err(refused) if refused.reason == Reason::Busy => last = refused,
                reply => return filed(reply),
            }
        }
        Err(last)
    }

    /// Turns an application down.
    ///
    /// # Errors
    /// Why it is not.
    pub fn turn_down(
        &self,
        person: &PersonKey,
        number: &Arc<str>,
        reason: &Arc<str>,
        article: &Arc<str>,
    ) -> Result<Filed, Refused> {
        let (person, number, by) = (person.clone(), number.clone(), self.by.clone());
        let (reason, article) = (reason.clone(), article.clone());
        filed(self.ask(TurnDown { person, number, by, reason, article }))
    }

    /// Takes an application back.
    ///
    /// # Errors
    /// Why it is not.
    pub fn withdraw(
        &self,
        person: &PersonKey,
        number: &Arc<str>,
        reason: &Arc<str>,
    ) -> Result<Filed, Refused> {
        let (person, number, by) = (person.clone(), number.clone(), self.by.clone());
        let reason = reason.clone();
        filed(self.ask(Withdraw { person, number, by, reason }))
    }

    /// Changes who is paid.
    ///
    /// # Errors
    /// Why it is not changed.
    pub fn amend_payee(
        &self,
        person: &PersonKey,
        number: &Arc<str>,
        payee: Payee,
    ) -> Result<Filed, Refused> {
        let (person, number) = (person.clone(), number.clone());
        filed(self.ask(AmendPayee { person, number, payee }))
    }

    /// Makes a payment order of everything that is to be paid and in none.
    ///
    /// # Errors
    /// Why there is none.
    pub fn make_order(&self, area: Area, batch: &Arc<str>) -> Result<PeopleOrder, Refused> {
        ordered(self.ask(making(self.agency, area, batch, &self.by)?))
    }

    /// Approves an order, which pays it; or refuses it, for a reason.
    ///
    /// # Errors
    /// Why neither is done.
    pub fn decide_order(
        &self,
        area: Area,
        batch: &Arc<str>,
        refused: &Arc<str>,
    ) -> Result<PeopleOrder, Refused> {
        ordered(self.ask(deciding_order(self.agency, area, batch, &self.by, refused)?))
    }

    /// Notes that the bank sent the money of an application back.
    ///
    /// # Errors
    /// Why it is not noted.
    pub fn returned(
        &self,
        person: &PersonKey,
        number: &Arc<str>,
        reason: &Arc<str>,
    ) -> Result<Filed, Refused> {
        let (person, number, by) = (person.clone(), number.clone(), self.by.clone());
        let reason = reason.clone();
        filed(self.ask(Return { person, number, by, reason }))
    }

    /// Hands a business in and waits.
    ///
    /// # Errors
    /// Why nothing is done.
    fn ask(&self, business: impl Business + 'static) -> Reply {
        let (answered, waiting) = mpsc::channel();
        self.core.submit(Job {
            business: Box::new(business),
            message: None,
            sent: None,
            // Whoever waited may have gone.
            reply: Box::new(move |reply| drop(answered.send(reply))),
        });
        waiting.recv().unwrap_or_else(|_| Err(Refused::new(Reason::Closing, "")))
    }
}

/// What would be decided now; nothing is written.
///
/// # Errors
/// Why it cannot be said.
pub fn look(agency: &Agency, person: &PersonKey, number: &Arc<str>) -> Result<Look, Refused> {
    let decide = deciding(agency, person, number, &Arc::default())?;
    let Filed { application, .. } = filed(agency.trial(&decide, None))?;
    let open = application.open().cloned().collect();
    let verdict = application.decided.ok_or_else(|| Refused::new(Reason::Conflict, &**number))?;
    Ok(Look { verdict, open })
}

/// The business that receives an application, with what was settled at counters.
///
/// # Errors
/// What the store says.
pub fn receiving(
    agency: &Agency,
    person: &PersonKey,
    stated: &Stated,
    by: &Arc<str>,
) -> Result<Receive, Refused> {
    let seen = Arc::new(Seen::read(agency, person, stated)?);
    Ok(Receive { person: person.clone(), stated: stated.clone(), by: by.clone(), seen })
}

/// The business that decides an application, with what was settled at counters; nothing cleared, no opinion.
///
/// # Errors
/// What the store says.
pub fn deciding(
    agency: &Agency,
    person: &PersonKey,
    number: &Arc<str>,
    by: &Arc<str>,
) -> Result<Decide, Refused> {
    let application = lists::application(agency.store(), person, number)?;
    let seen = Arc::new(Seen::read(agency, person, &application.stated)?);
    Ok(Decide {
        person: person.clone(),
        number: number.clone(),
        by: by.clone(),
        clear: Vec::new(),
        opinion: Arc::default(),
        seen,
    })
}

/// The business that makes a payment order of everything that is to be paid.
///
/// # Errors
/// What the store says.
pub fn making(
    agency: &Agency,
    area: Area,
    batch: &Arc<str>,
    maker: &Arc<str>,
) -> Result<MakeOrder, Refused> {
    let unpaid = lists::unpaid(agency.store(), area)?;
    let named = |application: Application| (application.person, application.number);
    let applications = unpaid.into_iter().map(|(application, _)| named(application)).collect();
    Ok(MakeOrder { area, batch: batch.clone(), maker: maker.clone(), applications })
}

/// The business that decides a payment order.
///
/// # Errors
/// [`Reason::DocumentUnknown`], or what the store says.
pub fn deciding_order(
    agency: &Agency,
    area: Area,
    batch: &Arc<str>,
    checker: &Arc<str>,
    refused: &Arc<str>,
) -> Result<DecideOrder, Refused> {
    let order = lists::order(agency.store(), area, batch)?;
    let applications = order.lines.into_iter().map(|line| (line.person, line.application));
    Ok(DecideOrder {
        area,
        batch: batch.clone(),
        checker: checker.clone(),
        refused: refused.clone(),
        applications: applications.collect(),
    })
}

fn filed(reply: Reply) -> Result<Filed, Refused> {
    let outcome = reply?.outcome;
    outcome.document().ok_or_else(|| Refused::new(Reason::Conflict, "零星报销申请"))
}

fn ordered(reply: Reply) -> Result<PeopleOrder, Refused> {
    let outcome = reply?.outcome;
    outcome.document().ok_or_else(|| Refused::new(Reason::Conflict, "个人拨付单"))
}
