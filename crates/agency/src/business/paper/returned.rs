//! 退汇: the bank sends the money of a payment back, and it is owed to the person again; the payee is put right, and the
//! next order pays it.

use super::super::post::Post;
use super::super::{Business, Context, Decision};
use super::pay::move_money;
use super::{Filed, answered, find, named};
use crate::clearing::Signed;
use crate::outcome::Outcome;
use crate::paper::{Application, Payee, Returned, State};
use crate::reason::{Reason, Refused};
use crate::world::World;
use std::sync::Arc;
use store::{Changes, PersonKey, Wants};

/// Notes that the bank sent the last payment of an application back.
#[derive(Clone, Debug)]
pub struct Return {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// 经办人.
    pub by: Arc<str>,
    /// Why, as the bank says.
    pub reason: Arc<str>,
}

/// Changes to which account of a bank an application is paid, while it is in no order.
#[derive(Clone, Debug)]
pub struct AmendPayee {
    /// Whose.
    pub person: PersonKey,
    /// The application.
    pub number: Arc<str>,
    /// Who is paid.
    pub payee: Payee,
}

impl Business for Return {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Application::key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "经办人")?;
        named(&self.reason, "退汇的原因")?;
        let (mut application, at) = find(world, &self.person, &self.number)?;
        application.expect(&[State::Paid])?;
        let Some(payment) = application.payments.last_mut() else {
            return Err(Refused::new(Reason::Conflict, &*self.number));
        };
        let mut post = Post::new(world, &self.person, context)?;
        let back = (-payment.payable, -payment.receivable);
        let note = format!("零星报销退汇 批次{}", payment.order);
        let entry = move_money(&mut post, &self.person, back, &self.number, &note, context)?;
        let by = Signed::now(&self.by, context.at);
        payment.returned = Some(Returned { by, reason: self.reason.clone(), entry });
        post.changes.documents.push(application.filed(&self.person, at)?);
        Ok(post.decision(Outcome::of_document(&Filed { unchanged: false, application })?))
    }
}

impl Business for AmendPayee {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Application::key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, _: &mut Context<'_>) -> Result<Decision, Refused> {
        let Payee { name, bank, account } = &self.payee;
        for (what, text) in [("收款人户名", name), ("开户行", bank), ("收款账号", account)]
        {
            named(text, what)?;
        }
        let (mut application, at) = find(world, &self.person, &self.number)?;
        application.expect(&[State::Received, State::Decided, State::Returned, State::Paid])?;
        application.stated.payee = self.payee.clone();
        let documents = vec![application.filed(&self.person, at)?];
        answered(application, Changes { documents, ..Changes::default() })
    }
}
