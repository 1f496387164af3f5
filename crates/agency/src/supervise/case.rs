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
    /// Who assigned it.
    pub assigner: Arc<str>,
    /// Up to this day the party may state its side, `YYYY-MM-DD`; empty: the policy states no deadline.
    pub hearing_until: Arc<str>,
    /// The party stated its side.
    pub heard: bool,
    /// What was decided.
    pub ruling: Option<Ruling>,
    /// The recovery, once it is in the books.
    pub recovery: Option<CaseRecovery>,
    /// The appeal, if there was one.
    pub appeal: Option<Appeal>,
    /// Nothing is left to be done.
    pub closed: bool,
    /// Its history, oldest first.
    pub steps: Vec<Step>,
}

/// Whether what was suspected is so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 属实.
    Founded,
    /// 部分属实.
    Partly,
    /// 不属实.
    #[default]
    Unfounded,
}

impl Verdict {
    /// Words of all.
    pub const CODES: &'static [&'static str] = &["founded", "partly", "unfounded"];

    /// The verdict with this word.
    #[must_use]
    pub fn of(code: &str) -> Option<Verdict> {
        match code {
            "founded" => Some(Verdict::Founded),
            "partly" => Some(Verdict::Partly),
            "unfounded" => Some(Verdict::Unfounded),
            _ => None,
        }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Verdict::Founded => "属实",
            Verdict::Partly => "部分属实",
            Verdict::Unfounded => "不属实",
        }
    }
}

/// 处理决定. Amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ruling {
    /// Whether it is so.
    pub verdict: Verdict,
    /// Who decided.
    pub by: Arc<str>,
    /// When.
    pub at: Arc<str>,
    /// Why.
    pub reasons: Arc<str>,
    /// The article it rests on.
    pub article: Arc<str>,
    /// What is to be recovered, settlement by settlement.
    pub claims: Vec<Ruled>,
    /// Of the funds, all together.
    pub fund: i64,
    /// Of accounts, all together.
    pub account: i64,
    /// 建议暂停协议: what is proposed about the agreement; only recorded. Empty: nothing.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub suspension: Arc<str>,
}

/// What is to be recovered of a settlement, fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Ruled {
    /// Whose.
    pub person: Arc<str>,
    /// The settlement.
    pub entry: Id,
    /// Of the funds.
    pub fund: i64,
    /// Of accounts.
    pub account: i64,
}

/// A recovery that is in the books, fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseRecovery {
    /// Who had it booked: another than who decided.
    pub by: Arc<str>,
    /// When.
    pub at: Arc<str>,
    /// Up to this day the party may appeal, `YYYY-MM-DD`; empty: the policy states no deadline.
    pub appeal_until: Arc<str>,
    /// The deduction by which it is taken, `YYYY-MM-NNN`; empty: the party pays it in.
    pub deduction: Arc<str>,
    /// The deduction was taken in the clearing.
    pub taken: bool,
    /// What the party owes.
    pub due: i64,
    /// What came back.
    pub collected: i64,
    /// The appeal took it back.
    pub overturned: bool,
}

impl CaseRecovery {
    /// What has not come back; negative: what is to be returned to the party.
    #[must_use]
    pub fn open(&self) -> i64 {
        self.due - self.collected
    }
}

/// 申诉.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Appeal {
    /// When.
    pub at: Arc<str>,
    /// What the party says.
    pub words: Arc<str>,
    /// The recovery stands (`true`) or is taken back; `None`: not answered.
    pub upheld: Option<bool>,
    /// Who answered.
    pub by: Arc<str>,
}

impl Case {
    /// The number of a party's case.
    #[must_use]
    pub fn number(family: &str, party: &str, serial: u32) -> Arc<str> {
        format!("{}{serial:03}", Case::prefix(family, party)).into()
    }

    /// How the numbers of a party's cases of a family begin.
    #[must_use]
    pub fn prefix(family: &str, party: &str) -> String {
        format!("AJ-{family}-{party}-")
    }

    /// Whose case a number names: 人员编号 or institution code.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`] if it is no number of a case.
    pub fn party_of(area: Area, number: &str) -> Result<PersonKey, Refused> {
        let rest = number.strip_prefix("AJ-").and_then(|rest| rest.split_once('-'));
        let party = rest.and_then(|(_, rest)| rest.rsplit_once('-')).map(|(party, _)| party);
        let unknown = || Refused::new(Reason::DocumentUnknown, format!("案件{number}"));
        party.map(|party| PersonKey::new(area, party)).ok_or_else(unknown)
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

    /// As a document, whose state says where it stands.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, area: Area, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self);
        let body = body.map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        let key = Case::key(area, &self.number);
        Ok(Document { key, at, state: self.stands() as i16, body: body.into() })
    }

    /// Where it stands, by what it says.
    #[must_use]
    pub fn stands(&self) -> CaseState {
        let waits = self.appeal.as_ref().is_some_and(|appeal| appeal.upheld.is_none());
        match (&self.ruling, &self.recovery) {
            _ if self.closed => CaseState::Closed,
            (_, Some(_)) if waits => CaseState::Appealed,
            (_, Some(_)) => CaseState::Recovering,
            (Some(_), None) => CaseState::Decided,
            (None, None) if self.heard => CaseState::Heard,
            (None, None) if self.supervisor.is_empty() => CaseState::Opened,
            (None, None) => CaseState::Assigned,
        }
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
