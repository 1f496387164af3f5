//! 监管案件: the suspicions of one family about one institution or person, and everything that became of them, from the
//! opening to the money that came back. A document that is never shortened: its steps are its history.

use super::after::{Family, Side};
use crate::documents::CASE;
use crate::reason::{Reason, Refused};
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Document, DocumentKey, Id, PersonKey};

macro_rules! states {
    ($($(#[$meta:meta])* $state:ident = $number:literal, $code:literal, $zh:literal;)+) => {
        /// Where a case stands: the state of its document. Numbers are stored.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[repr(i16)]
        pub enum CaseState { $($(#[$meta])* $state = $number),+ }

        impl CaseState {
            /// All.
            pub const ALL: &'static [CaseState] = &[$(CaseState::$state),+];
            /// Words of all.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// Stable word.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(CaseState::$state => $code),+ }
            }

            /// 中文.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(CaseState::$state => $zh),+ }
            }
        }
    };
}

states! {
    /// 已立案: findings are gathered.
    Opened = 0, "opened", "已立案";
    /// 已指派: somebody looks into it; the party may state its side.
    Assigned = 1, "assigned", "已指派";
    /// 已听取: the party stated its side.
    Heard = 2, "heard", "已听取";
    /// 已决定: founded in whole or part; the money waits for another operator.
    Decided = 3, "decided", "已决定";
    /// 追回中: the recovery is in the books, and not all of it has come back.
    Recovering = 4, "recovering", "追回中";
    /// 申诉中: the party appealed.
    Appealed = 5, "appealed", "申诉中";
    /// 已结案.
    Closed = 6, "closed", "已结案";
}

impl CaseState {
    /// The state with this number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<CaseState> {
        CaseState::ALL.iter().copied().find(|state| *state as i16 == number)
    }

    /// New findings still join it.
    #[must_use]
    pub fn gathers(self) -> bool {
        self < CaseState::Decided
    }
}

/// A step of a case's history.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Step {
    /// When.
    pub at: Arc<str>,
    /// Who: an operator, the party, or the run that found something.
    pub by: Arc<str>,
    /// What was done, in Chinese.
    pub what: Arc<str>,
    /// What was said, or why.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub words: Arc<str>,
    /// Money it moved or is about, fen; 0: none.
    #[serde(skip_serializing_if = "crate::stored::is_zero")]
    pub fen: i64,
    /// Entries it made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Id>,
}

/// 监管案件. Amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Case {
    /// `AJ-<family>-<party>-<serial>`.
    pub number: Arc<str>,
    /// Whom it is about.
    pub side: Side,
    /// 人员编号 or institution code.
    pub party: Arc<str>,
    /// Code of [`Family`].
    pub family: Arc<str>,
    /// When it was opened.
    pub opened: Arc<str>,
    /// Findings by rule.
    pub rules: BTreeMap<Arc<str>, u64>,
    /// Findings.
    pub findings: u64,
    /// Money of the funds in question.
    pub fund: i64,
    /// Money of accounts in question.
    pub account: i64,
    /// 办案人.
    pub supervisor: Arc<str>,
    /// Its history, oldest first.
    pub steps: Vec<Step>,
}

impl Case {
    /// The number of a party's case.
    #[must_use]
    pub fn number(family: &str, party: &str, serial: u32) -> Arc<str> {
        format!("AJ-{family}-{party}-{serial:03}").into()
    }

    /// Where it is kept.
    #[must_use]
    pub fn key(area: Area, number: &Arc<str>) -> DocumentKey {
        let (owner, number) = (number.clone(), number.clone());
        DocumentKey { area, kind: CASE.into(), owner, number }
    }

    /// The party as the books name it.
    #[must_use]
    pub fn party(&self, area: Area) -> PersonKey {
        PersonKey { area, person: self.party.clone() }
    }

    /// 中文 of its family.
    #[must_use]
    pub fn family_zh(&self) -> &'static str {
        Family::of(&self.family).map_or("", Family::zh)
    }

    /// A stored one, with its state.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn read(document: &Document) -> Result<(Case, CaseState), Refused> {
        let conflict = || Refused::new(Reason::Conflict, &*document.key.number);
        let case = serde_json::from_str(&document.body).map_err(|_| conflict())?;
        Ok((case, CaseState::from_number(document.state).ok_or_else(conflict)?))
    }

    /// As a document.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, area: Area, at: Moment, state: CaseState) -> Result<Document, Refused> {
        let body = serde_json::to_string(self);
        let body = body.map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        let key = Case::key(area, &self.number);
        Ok(Document { key, at, state: state as i16, body: body.into() })
    }

    /// Adds a step.
    pub fn step(&mut self, at: Moment, by: &str, what: &str, words: &str) -> &mut Step {
        self.steps.push(Step {
            at: at.to_string().into(),
            by: by.into(),
            what: what.into(),
            words: words.into(),
            ..Step::default()
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }
}
