//! 事前、事中审核: what a doctor should see before a visit's fees are settled. Findings never refuse anything; they are shown,
//! kept, and answered ([`crate::business::desk::Feedback`]).
//!
//! Shape: the rules are a table ([`rules::RULES`]); each is one function of `checks` over what is [`Known`]. Thresholds
//! come from the region's policy under the article that asks for the check; a rule that needs one and has none does not
//! run. [`look`] puts together what is known and inspects.

pub mod rules;
mod checks;
mod recent;
pub mod after;
pub mod case;
pub mod desk;

pub use recent::{Earlier, HORIZON_DAYS, Recent, recent};
pub use rules::{RULES, Rule, Severity};

use crate::agency::Agency;
use crate::directory::Directory;
use crate::reason::{Reason, Refused};
use crate::regions::Law;
use kernel::{Date, Fen, Moment};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{PersonFile, PersonKey, Wants};

/// The most lines of one inspection.
const MAX_LINES: usize = 1_000;

/// A visit with what was ordered so far.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encounter {
    /// Who.
    pub person: PersonKey,
    /// The visit, as stated.
    pub visit: Arc<str>,
    /// Where.
    pub institution: Arc<str>,
    /// When.
    pub at: Moment,
    /// What was ordered.
    pub orders: Vec<Order>,
}

/// Something ordered: a medicine, a service.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Order {
    /// What the sender calls it.
    pub name: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// Its amount.
    pub amount: Fen,
    /// Days of supply, hundredths of a day; zero: not stated.
    pub days: i64,
    /// 医院审批标志: 0 not needed, 1 approved, 2 refused.
    pub approval: Arc<str>,
}

/// What a rule found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Names it, once it is kept; empty before.
    pub number: Arc<str>,
    /// [`Rule::code`].
    pub rule: Arc<str>,
    /// [`Rule::zh`].
    pub name: Arc<str>,
    /// How sure it is.
    pub severity: Severity,
    /// What is wrong, in Chinese.
    pub words: Arc<str>,
    /// 人员编号.
    pub person: Arc<str>,
    /// The visit, as stated.
    pub visit: Arc<str>,
    /// The amount in question, fen.
    pub amount: i64,
    /// The orders concerned.
    pub orders: Vec<Concerned>,
    /// The articles behind it; empty if the rule rests on the catalogue.
    pub articles: Vec<Arc<str>>,
}

/// An order that a finding is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Concerned {
    /// What the sender calls it.
    pub order: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// Its amount, fen.
    pub amount: i64,
}

/// What the rules may look at.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The person.
    pub file: &'a PersonFile,
    /// The catalogue.
    pub directory: &'a Directory,
    /// The law, for thresholds.
    pub law: &'a Law,
    /// What the person had lately.
    pub recent: &'a Recent,
    /// Up to when facts are known.
    pub now: Moment,
}

impl Known<'_> {
    /// The threshold of a rule on a day, with the articles behind it.
    fn threshold(&self, rule: &str, day: Date) -> Option<(i64, Vec<Arc<str>>)> {
        let crate::regions::Version { policy, words, .. } = self.law.on(day)?;
        let found = policy.supervision.iter().find(|threshold| &*threshold.rule == rule)?;
        Some((found.value, words.cited(found.cite).articles.to_vec()))
    }
}

/// Inspects a visit: every finding of every rule, in the order of the table.
#[must_use]
pub fn inspect(known: &Known<'_>, encounter: &Encounter) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| (rule.check)(rule, known, encounter)).collect()
}

/// Looks up what is known of the person and inspects.
///
/// # Errors
/// [`Reason::PersonUnknown`], [`Reason::AreaUnknown`], [`Reason::TooManyLines`], or what the store says.
pub fn look(agency: &Agency, encounter: &Encounter) -> Result<Vec<Finding>, Refused> {
    if encounter.orders.len() > MAX_LINES {
        let words = format!("{}行，最多{MAX_LINES}行", encounter.orders.len());
        return Err(Refused::new(Reason::TooManyLines, words));
    }
    let person = &encounter.person;
    let unknown = || Refused::new(Reason::AreaUnknown, person.area.to_string());
    let law = agency.regions().law(person.area).ok_or_else(unknown)?;
    let directory = agency.directory(person.area).ok_or_else(unknown)?;
    let people = BTreeSet::from([person.clone()]);
    let world = agency.look(Wants { people, ..Wants::default() })?;
    let Some(file) = world.file(person) else {
        return Err(Refused::new(Reason::PersonUnknown, &*person.person));
    };
    let recent = recent(agency.store(), person, encounter)?;
    let now = agency.now();
    let known = Known { file, directory: &directory, law, recent: &recent, now };
    Ok(inspect(&known, encounter))
}
