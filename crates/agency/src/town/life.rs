//! One resident of the town as the books know people: a record, credentials, facts, an account.

use super::{Born, Town};
use crate::facts::{self, Admission, Family, PersonDetail};
use crate::import::people::{IDENTITY_CARD, SOCIAL_SECURITY_CARD};
use kernel::account::Relation;
use kernel::{Date, Entitlement, Fen};
use std::sync::Arc;
use store::{Credential, Fact, Id, Person, Subject};

/// Everything about a resident.
#[derive(Clone, Debug)]
pub struct Life {
    /// Who it is.
    pub born: Born,
    /// 公务员.
    pub civil_servant: bool,
    /// Dated facts.
    pub spells: Vec<Spell>,
    /// Opening balance: money of the year.
    pub current: Fen,
    /// Opening balance: earlier money.
    pub earlier: Fen,
    /// What was used of accumulators elsewhere: name, fen.
    pub used: Vec<(&'static str, i64)>,
}

/// A dated fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spell {
    /// A kind of `facts`.
    pub kind: &'static str,
    /// The value or the other party.
    pub other: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Everything else, as JSON.
    pub detail: Arc<str>,
}

impl Life {
    /// Somebody about whom nothing is known yet.
    pub(super) fn new(born: Born) -> Life {
        Life {
            born,
            civil_servant: false,
            spells: Vec::with_capacity(5),
            current: Fen::ZERO,
            earlier: Fen::ZERO,
            used: Vec::new(),
        }
    }

    /// A fact.
    pub(super) fn fact(&mut self, kind: &'static str, other: &str, from: Date, to: Date) {
        self.spells.push(Spell { kind, other: Arc::from(other), from, to, detail: Arc::default() });
    }

    /// Insured in a plan since a day, and entitled ever since.
    pub(super) fn insured(&mut self, plan: &str, since: Date) {
        self.fact(facts::ENROLLED, "", since, Date::MAX);
        self.fact(facts::PLAN, plan, since, Date::MAX);
        self.entitled(Entitlement::Entitled, since, Date::MAX);
    }

    /// 待遇状态 for some days.
    pub(super) fn entitled(&mut self, entitlement: Entitlement, from: Date, to: Date) {
        self.fact(facts::ENTITLEMENT, entitlement.code(), from, to);
    }

    /// Ends the facts of a kind that last.
    pub(super) fn end(&mut self, kind: &str, last: Date) {
        let lasting = self.spells.iter_mut().filter(|it| it.kind == kind && it.to == Date::MAX);
        lasting.for_each(|spell| spell.to = last);
    }

    /// 退休, registered on a day.
    pub(super) fn retired(&mut self, registered: Date) {
        self.fact(facts::RETIREMENT, "", registered, Date::MAX);
    }

    /// 住院 from a day, to another or still.
    pub(super) fn admitted(&mut self, place: &str, from: Date, to: Option<Date>) {
        let admission = Admission {
            admitted: format!("{from} 15:00:00"),
            discharged: to.map_or_else(String::new, |to| format!("{to} 10:00:00")),
            number: format!("ZY{:06}", self.born.number),
            department: "测试内科".to_owned(),
            diagnosis: "测试诊断".to_owned(),
        };
        self.spells.push(Spell {
            kind: facts::ADMISSION,
            other: Arc::from(place),
            from,
            to: to.unwrap_or(Date::MAX),
            detail: Arc::from(serde_json::to_string(&admission).unwrap_or_default()),
        });
    }

    /// 家庭共济: the account of a relative pays, after those bound before.
    pub(super) fn bound_to(&mut self, payer: u32, relation: Relation, from: Date) {
        let family = Family { relation: relation.code().to_owned() };
        self.spells.push(Spell {
            kind: facts::FAMILY,
            other: Town::person(self.born.area, payer).person,
            from,
            to: Date::MAX,
            detail: Arc::from(serde_json::to_string(&family).unwrap_or_default()),
        });
    }

    /// The record.
    #[must_use]
    pub fn person(&self) -> Person {
        let employer = if self.civil_servant { "测试机关" } else { "测试单位" };
        let detail = PersonDetail {
            nation: Arc::from("01"),
            civil_servant: self.civil_servant,
            employer: Arc::from(employer),
        };
        Person {
            key: self.born.key(),
            name: Arc::from(self.born.name()),
            cert_type: Arc::from("01"),
            cert_no: Arc::from(self.born.identity()),
            gender: Arc::from(self.born.gender()),
            born: Some(self.born.on),
            detail: Arc::from(serde_json::to_string(&detail).unwrap_or_default()),
        }
    }

    /// Identity card and social-security card.
    #[must_use]
    pub fn credentials(&self) -> [Credential; 2] {
        let numbers =
            [(IDENTITY_CARD, self.born.identity()), (SOCIAL_SECURITY_CARD, self.born.card())];
        numbers.map(|(kind, number)| Credential {
            key: self.born.key(),
            kind: Arc::from(kind),
            number: Arc::from(number),
        })
    }

    /// The facts; `id` gives ids that grow, at the moment of learning.
    pub(super) fn facts(&self, id: &mut dyn FnMut() -> Id) -> Vec<Fact> {
        let subject = Subject::Person(self.born.key());
        let fact = |spell: &Spell| {
            let id = id();
            Fact {
                id,
                subject: subject.clone(),
                kind: Arc::from(spell.kind),
                other: spell.other.clone(),
                from: spell.from,
                to: spell.to,
                learned_at: id.moment(),
                ended_at: None,
                detail: spell.detail.clone(),
            }
        };
        self.spells.iter().map(fact).collect()
    }
}
