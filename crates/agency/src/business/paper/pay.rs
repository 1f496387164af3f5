//! 支付: decided applications go into an order, made by one operator; another approves it, and they are paid.

use super::super::post::Post;
use super::super::{Business, Context, Decision, recalculation};
use super::{find, named};
use crate::clearing::{OrderState, Signed, body, document};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::paper::{Application, Due, Payment, PeopleLine, PeopleOrder, State};
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::{Fen, Moment};
use std::sync::Arc;
use store::{Area, Changes, EntryKind, Id, PersonKey, Wants};

/// The most applications of one order: they are paid in one transaction.
pub const MOST_IN_AN_ORDER: usize = 1_000;

/// Makes a payment order of applications for which something is to be paid. An order that is there already is answered as it
/// is.
#[derive(Clone, Debug)]
pub struct MakeOrder {
    /// Whose books.
    pub area: Area,
    /// 批次, as the maker chooses it.
    pub batch: Arc<str>,
    /// 制单人.
    pub maker: Arc<str>,
    /// 人员编号 and application; the first [`MOST_IN_AN_ORDER`] go in.
    pub applications: Vec<(Arc<str>, Arc<str>)>,
}

/// Approves a payment order, or refuses it; who decides is not who made it. Approved, everything in it is paid.
#[derive(Clone, Debug)]
pub struct DecideOrder {
    /// Whose books.
    pub area: Area,
    /// 批次.
    pub batch: Arc<str>,
    /// 复核人.
    pub checker: Arc<str>,
    /// Why it is refused; empty to approve it.
    pub refused: Arc<str>,
    /// 人员编号 and application in it, as far as known: looked at in one go.
    pub applications: Vec<(Arc<str>, Arc<str>)>,
}

fn wanted(area: Area, batch: &Arc<str>, applications: &[(Arc<str>, Arc<str>)], wants: &mut Wants) {
    wants.documents.insert(PeopleOrder::key(area, batch));
    for (person, number) in applications.iter().take(MOST_IN_AN_ORDER) {
        let person = PersonKey { area, person: person.clone() };
        wants.documents.insert(Application::key(&person, number));
        wants.people.insert(person);
    }
}

/// What is to be paid for an application now.
fn due(world: &World, person: &PersonKey, application: &Application) -> Result<Due, Refused> {
    let Some(verdict) = &application.decided else { return Ok(Due::default()) };
    let document = world.document(&recalculation::correction_key(person, verdict.entry));
    Ok(application.due(recalculation::corrected_by(document)?))
}

impl Business for MakeOrder {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wanted(self.area, &self.batch, &self.applications, wants);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.maker, "制单人")?;
        named(&self.batch, "批次号")?;
        let key = PeopleOrder::key(self.area, &self.batch);
        if let Some(found) = world.document(&key) {
            return self.same_again(&body(found)?);
        }
        let mut order = PeopleOrder {
            batch: self.batch.clone(),
            maker: Signed::now(&self.maker, context.at),
            ..PeopleOrder::default()
        };
        let mut changes = Changes::default();
        let payable = [State::Decided, State::Paid, State::Returned];
        for (person, number) in self.applications.iter().take(MOST_IN_AN_ORDER) {
            let key = PersonKey { area: self.area, person: person.clone() };
            let (mut application, at) = find(world, &key, number)?;
            let due = due(world, &key, &application)?;
            if !payable.contains(&application.state()) || due.net() <= 0 {
                continue;
            }
            order.lines.push(PeopleLine {
                person: person.clone(),
                application: number.clone(),
                payable: due.payable,
                receivable: due.receivable,
                payee: application.stated.payee.clone(),
            });
            order.total += due.net();
            application.order = self.batch.clone();
            changes.documents.push(application.filed(&key, at)?);
        }
        if order.lines.is_empty() {
            let words = "没有已核定、待支付的零星报销申请";
            return Err(Refused::new(Reason::DocumentUnknown, words));
        }
        order.lines.sort_by(|a, b| (&a.person, &a.application).cmp(&(&b.person, &b.application)));
        changes.documents.push(document(key, context.at, OrderState::Made as i16, &order)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&order)? })
    }
}

impl MakeOrder {
    fn same_again(&self, order: &PeopleOrder) -> Result<Decision, Refused> {
        if order.maker.by != self.maker || order.state() != OrderState::Made {
            let (batch, by) = (&order.batch, &order.maker.by);
            let words = format!("批次{batch}已由{by}制单，请另取批次号");
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let outcome = Outcome::of_document(order)?;
        Ok(Decision { changes: Changes::default(), outcome })
    }
}

impl Business for DecideOrder {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wanted(self.area, &self.batch, &self.applications, wants);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.checker, "复核人")?;
        let key = PeopleOrder::key(self.area, &self.batch);
        let found = world.document(&key).ok_or_else(|| {
            Refused::new(Reason::DocumentUnknown, format!("个人拨付单{}", self.batch))
        })?;
        let mut order: PeopleOrder = body(found)?;
        if order.state() != OrderState::Made {
            let done = if order.refused.is_empty() { "复核支付" } else { "退回" };
            let by = order.checker.as_ref().map_or("", |signed| &*signed.by);
            let words = format!("个人拨付单{}已由{by}{done}", self.batch);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        if order.maker.by.trim() == self.checker.trim() {
            let words = format!("个人拨付单{}由{}制单，复核人应为另一人", self.batch, self.checker);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        let mut changes = Changes::default();
        let mut paying = Paying { world, area: self.area, batch: &self.batch, posts: Vec::new() };
        for line in &order.lines {
            if self.refused.is_empty() {
                paying.pay(line, context)?;
            } else {
                let (key, mut application, at) = paying.held(line)?;
                application.order = Arc::default();
                changes.documents.push(application.filed(&key, at)?);
            }
        }
        for post in paying.posts {
            let mut paid = post.decision(Outcome::Done).changes;
            changes.accounts.append(&mut paid.accounts);
            changes.entries.append(&mut paid.entries);
            changes.documents.append(&mut paid.documents);
        }
        order.checker = Some(Signed::now(&self.checker, context.at));
        order.refused = self.refused.clone();
        changes.documents.push(document(key, found.at, order.state() as i16, &order)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&order)? })
    }
}

/// An order on its way to the bank.
struct Paying<'a> {
    world: &'a World,
    area: Area,
    batch: &'a Arc<str>,
    /// One a person: of several applications of one person the second follows the first.
    posts: Vec<Post<'a>>,
}

impl Paying<'_> {
    /// The application of a line, which must be as the order has it.
    fn held(&self, line: &PeopleLine) -> Result<(PersonKey, Application, Moment), Refused> {
        let key = PersonKey { area: self.area, person: line.person.clone() };
        let (application, at) = find(self.world, &key, &line.application)?;
        if application.order == *self.batch {
            return Ok((key, application, at));
        }
        let words = format!("申请{}不在个人拨付单{}中", line.application, self.batch);
        Err(Refused::new(Reason::Conflict, words))
    }

    fn pay(&mut self, line: &PeopleLine, context: &mut Context<'_>) -> Result<(), Refused> {
        let (key, mut application, at) = self.held(line)?;
        let due = due(self.world, &key, &application)?;
        let (payable, receivable) = (line.payable, line.receivable);
        if (Due { payable, receivable }) != due || application.stated.payee != line.payee {
            let words = format!(
                "申请{}制单后有变动：制单{}，现应付{}；请退回后重新制单",
                line.application,
                Fen::new(line.net()),
                Fen::new(due.net())
            );
            return Err(Refused::new(Reason::Overtaken, words));
        }
        let (world, batch) = (self.world, self.batch);
        let known = self.posts.iter().position(|post| post.is_of(&key));
        let place = match known {
            Some(place) => place,
            None => {
                self.posts.push(Post::new(world, &key, context)?);
                self.posts.len() - 1
            }
        };
        let Some(post) = self.posts.get_mut(place) else {
            return Err(Refused::new(Reason::Conflict, &**batch));
        };
        let note = format!("零星报销支付 批次{batch}");
        let entry =
            move_money(post, &key, (payable, receivable), &line.application, &note, context)?;
        application.order = Arc::default();
        application.payments.push(Payment {
            order: batch.clone(),
            payable,
            receivable,
            entry,
            at: Arc::from(context.at.to_string()),
            returned: None,
        });
        let filed = application.filed(&key, at)?;
        post.changes.documents.push(filed);
        Ok(())
    }
}

/// Enters that money went to a person, or with negative amounts that it came back.
pub(super) fn move_money(
    post: &mut Post<'_>,
    person: &PersonKey,
    (payable, receivable): (i64, i64),
    application: &Arc<str>,
    note: &str,
    context: &mut Context<'_>,
) -> Result<Id, Refused> {
    let id = post.id(person, context)?;
    let mut journal = Journal::default();
    journal.post(Head::PayableToPeople, &person.person, Fen::new(payable));
    journal.post(Head::Receivable, &person.person, Fen::new(-receivable));
    journal.post(Head::Bank, &Arc::default(), Fen::new(receivable - payable));
    let year = post.year();
    let account = post.account(person)?;
    let booking = Booking {
        v: VERSION,
        source: Arc::from("零星报销"),
        reference: application.clone(),
        day: Arc::from(context.at.date().to_string()),
        note: Arc::from(note),
        wallet: (account.current.get(), account.earlier.get()),
        balance: (account.current + account.earlier).get(),
        ..Booking::default()
    };
    post.book(id, EntryKind::Payment, person, year, journal, &booking)?;
    Ok(id)
}
