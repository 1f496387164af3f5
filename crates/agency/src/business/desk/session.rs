//! 签到 and 签退: a terminal's session of a day. Nothing depends on one; it is kept because the interface has it.

use super::{body, filed, known};
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, PersonKey, Wants};

/// Opens a session.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// 操作员编号.
    pub operator: Arc<str>,
    /// MAC address of the terminal, as stated.
    pub hardware: Arc<str>,
    /// IP address of the terminal, as stated.
    pub address: Arc<str>,
}

/// A session, as it is stored. Its document's state: 0 open, 1 closed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// 操作员编号.
    pub operator: Arc<str>,
    /// MAC address, as stated.
    pub hardware: Arc<str>,
    /// IP address, as stated.
    pub address: Arc<str>,
    /// When it was closed; empty while it is open.
    pub closed: Arc<str>,
}

/// What signing in and out is answered with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signed {
    /// 签到编号.
    pub session: Arc<str>,
    /// 签到 or 签退时间.
    #[serde(with = "stored::moment")]
    pub at: Moment,
}

fn key(area: Area, institution: &Arc<str>, session: &Arc<str>) -> DocumentKey {
    let (owner, number) = (institution.clone(), session.clone());
    DocumentKey { area, kind: documents::SESSION.into(), owner, number }
}

impl Business for SignIn {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        known(world, self.area, &self.institution, context.at)?;
        let session: Arc<str> = (context.ids)().to_string().into();
        let opened = Session {
            operator: self.operator.clone(),
            hardware: self.hardware.clone(),
            address: self.address.clone(),
            closed: "".into(),
        };
        let key = key(self.area, &self.institution, &session);
        let documents = vec![filed(key, context.at, 0, &opened)?];
        let outcome = Outcome::of_document(&Signed { session, at: context.at })?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

/// Closes a session that was opened on the same day.
#[derive(Clone, Debug)]
pub struct SignOut {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// 签到编号.
    pub session: Arc<str>,
    /// 操作员编号; empty: not stated.
    pub operator: Arc<str>,
}

impl Business for SignOut {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(self.area, &self.institution, &self.session));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = key(self.area, &self.institution, &self.session);
        let Some(found) = world.document(&key) else {
            let words = format!("签到编号{}", self.session);
            return Err(Refused::new(Reason::DocumentUnknown, words));
        };
        let mut session: Session = body(found)?;
        let state = |words: String| Err(Refused::new(Reason::DocumentState, words));
        if found.state != 0 {
            return state(format!("{}已于{}签退", self.session, session.closed));
        }
        if found.at.date() != context.at.date() {
            return state(format!("{}签到于{}，只能当日签退", self.session, found.at.date()));
        }
        if !self.operator.is_empty() && self.operator != session.operator {
            let words = format!("{}由操作员{}签到", self.session, session.operator);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        session.closed = context.at.to_string().into();
        let documents = vec![filed(key, found.at, 1, &session)?];
        let signed = Signed { session: self.session.clone(), at: context.at };
        let outcome = Outcome::of_document(&signed)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}
