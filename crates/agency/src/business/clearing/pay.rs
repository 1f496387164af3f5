//! 拨付: confirmed statements of a period go into an order, made by one operator; another approves it, and they are paid.
//! A statement is in one order at a time and paid once.

use super::{booking, named, party, refiled, standing};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::clearing::{
    OrderLine, OrderState, PaymentOrder, Signed, Statement, StatementState, body, document,
};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Fen;
use std::sync::Arc;
use store::{Area, Changes, EntryKind, PersonKey, Wants};

/// Makes a payment order of confirmed statements that are in none. An order that is there already is answered as it is.
#[derive(Clone, Debug)]
pub struct MakeOrder {
    /// Whose books.
    pub area: Area,
    /// `YYYY-MM`, or `YYYY`.
    pub period: Arc<str>,
    /// 批次: its number, as the maker chooses it.
    pub batch: Arc<str>,
    /// 制单人.
    pub maker: Arc<str>,
    /// Institutions with a statement of the period.
    pub institutions: Vec<Arc<str>>,
}

impl Business for MakeOrder {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(PaymentOrder::key(self.area, &self.batch));
        for institution in &self.institutions {
            wants.people.insert(party(self.area, institution));
            wants.documents.insert(Statement::key(self.area, institution, &self.period));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.maker, "制单人")?;
        named(&self.batch, "批次号")?;
        let key = PaymentOrder::key(self.area, &self.batch);
        if let Some(found) = world.document(&key) {
            return self.same_again(&body(found)?);
        }
        let mut changes = Changes::default();
        let mut order = PaymentOrder {
            batch: self.batch.clone(),
            period: self.period.clone(),
            maker: Signed::now(&self.maker, context.at),
            ..PaymentOrder::default()
        };
        for institution in &self.institutions {
            let key = Statement::key(self.area, institution, &self.period);
            let Some(found) = world.document(&key) else { continue };
            let (mut statement, state) = Statement::read(found)?;
            let ready = state == StatementState::Confirmed && statement.order.is_empty();
            if !ready || statement.payable <= 0 {
                continue;
            }
            order.lines.push(OrderLine {
                institution: institution.clone(),
                name: statement.name.clone(),
                fen: statement.payable,
                statement: statement.number.clone(),
            });
            order.total += statement.payable;
            statement.order = self.batch.clone();
            changes.documents.push(refiled(&statement, self.area, found.at, state)?);
        }
        if order.lines.is_empty() {
            let words = format!("{}没有已确认、未拨付的结算单", self.period);
            return Err(Refused::new(Reason::DocumentUnknown, words));
        }
        order.lines.sort_by(|a, b| a.institution.cmp(&b.institution));
        changes.documents.push(document(key, context.at, OrderState::Made as i16, &order)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&order)? })
    }
}

impl MakeOrder {
    fn same_again(&self, order: &PaymentOrder) -> Result<Decision, Refused> {
        if order.period != self.period || order.maker.by != self.maker {
            let words = format!(
                "批次{}已由{}为{}制单，请另取批次号",
                order.batch, order.maker.by, order.period
            );
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let outcome = Outcome::of_document(order)?;
        Ok(Decision { changes: Changes::default(), outcome })
    }
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
    /// Institutions in it, as far as known: looked at in one go.
    pub institutions: Vec<Arc<str>>,
}

impl DecideOrder {
    /// Pays a line: the entry and the statement.
    fn pay(
        &self,
        world: &World,
        period: &str,
        line: &OrderLine,
        context: &mut Context<'_>,
    ) -> Result<Changes, Refused> {
        let (mut statement, at) = self.held(world, period, line)?;
        let party = party(self.area, &line.institution);
        let mut post = Post::of_party(world, &party, context);
        let id = post.id(&party, context)?;
        let mut journal = Journal::default();
        journal.post(Head::Payable, &line.institution, Fen::new(line.fen));
        journal.post(Head::Bank, &Arc::from(""), Fen::new(-line.fen));
        let (day, year) = (context.at.date(), post.year());
        let booking = booking(&statement, day, &format!("拨付 批次{}", self.batch));
        post.book(id, EntryKind::Payment, &party, year, journal, &booking)?;
        statement.entries.push(id);
        statement.paid = Arc::from(context.at.to_string());
        post.changes.documents.push(refiled(&statement, self.area, at, StatementState::Paid)?);
        Ok(post.decision(Outcome::Done).changes)
    }

    /// The statement of a line, which must be as the order has it.
    fn held(
        &self,
        world: &World,
        period: &str,
        line: &OrderLine,
    ) -> Result<(Statement, kernel::Moment), Refused> {
        let allowed = [StatementState::Confirmed];
        let (statement, _, at) = standing(world, self.area, &line.institution, period, &allowed)?;
        if statement.order == self.batch && statement.payable == line.fen {
            return Ok((statement, at));
        }
        let words = format!(
            "{}应拨付{}、批次{}，拨付单{}为{}",
            statement.number,
            Fen::new(statement.payable),
            statement.order,
            self.batch,
            Fen::new(line.fen)
        );
        Err(Refused::new(Reason::Conflict, words))
    }
}

impl Business for DecideOrder {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(PaymentOrder::key(self.area, &self.batch));
        for institution in &self.institutions {
            wants.people.insert(party(self.area, institution));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.checker, "复核人")?;
        let key = PaymentOrder::key(self.area, &self.batch);
        let found = world.document(&key).ok_or_else(|| {
            Refused::new(Reason::DocumentUnknown, format!("拨付单{}", self.batch))
        })?;
        let mut order: PaymentOrder = body(found)?;
        if found.state != OrderState::Made as i16 {
            let done = if order.refused.is_empty() { "复核拨付" } else { "退回" };
            let checker = order.checker.as_ref();
            let (by, at) = checker.map_or(("", ""), |signed| (&*signed.by, &*signed.at));
            let words = format!("拨付单{}已由{by}于{at}{done}", self.batch);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        if order.maker.by.trim() == self.checker.trim() {
            let words = format!("拨付单{}由{}制单，复核人应为另一人", self.batch, self.checker);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        // All statements are asked for in one go: a look for each would be more looks than a request has.
        for line in &order.lines {
            let _ = world.document(&Statement::key(self.area, &line.institution, &order.period));
        }
        let mut changes = Changes::default();
        for line in &order.lines {
            if self.refused.is_empty() {
                let mut paid = self.pay(world, &order.period, line, context)?;
                changes.accounts.append(&mut paid.accounts);
                changes.entries.append(&mut paid.entries);
                changes.documents.append(&mut paid.documents);
            } else {
                let (mut statement, at) = self.held(world, &order.period, line)?;
                statement.order = Arc::from("");
                let state = StatementState::Confirmed;
                changes.documents.push(refiled(&statement, self.area, at, state)?);
            }
        }
        order.checker = Some(Signed::now(&self.checker, context.at));
        order.refused = self.refused.clone();
        let state =
            if self.refused.is_empty() { OrderState::Approved } else { OrderState::Refused };
        changes.documents.push(document(key, found.at, state as i16, &order)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&order)? })
    }
}
