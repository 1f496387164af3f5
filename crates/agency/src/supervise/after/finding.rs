//! 疑点: what a rule found, as it is filed.

use super::claim::Claim;
use super::known::{Basis, Known};
use super::rules::Rule;
use crate::documents::SUSPICION;
use crate::reason::{Reason, Refused};
use crate::supervise::Severity;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::{Area, Document, DocumentKey, Id, PersonKey};

/// The most settlements that a suspicion lists; its amounts are of all.
pub const MOST_LISTED: usize = 500;

/// Whom a suspicion or a case is about.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// 参保人.
    #[default]
    Person,
    /// 定点医药机构.
    Institution,
}

impl Side {
    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Side::Person => "参保人",
            Side::Institution => "定点机构",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Side::Person => "person",
            Side::Institution => "institution",
        }
    }
}

/// Where a suspicion stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum State {
    /// 立案中: its case is not decided.
    Open = 0,
    /// 已处理: its case is decided.
    Decided = 1,
}

impl State {
    /// Of a document.
    #[must_use]
    pub const fn of(state: i16) -> State {
        if state == State::Open as i16 { State::Open } else { State::Decided }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            State::Open => "待查",
            State::Decided => "已处理",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Decided => "decided",
        }
    }
}

/// A settlement that a suspicion is about. Amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Concerned {
    /// The settlement.
    pub entry: Id,
    /// Whose.
    pub person: Arc<str>,
    /// Where.
    pub institution: Arc<str>,
    /// When it was settled, `YYYY-MM-DD hh:mm:ss`.
    pub at: Arc<str>,
    /// The item in question; empty: the whole bill.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub item: Arc<str>,
    /// 总费用.
    pub total: i64,
    /// Of what the funds paid, how much is in question.
    pub fund: i64,
    /// Of what accounts paid, how much is in question.
    pub account: i64,
}

impl Concerned {
    /// A claim of which nothing is in question: it is there to compare with.
    #[must_use]
    pub fn context(claim: &Claim) -> Concerned {
        Concerned {
            entry: claim.id,
            person: claim.person.clone(),
            institution: claim.institution.clone(),
            at: claim.at().to_string().into(),
            total: claim.total,
            ..Concerned::default()
        }
    }

    /// A claim of which everything is in question.
    #[must_use]
    pub fn whole(claim: &Claim) -> Concerned {
        let (fund, account) = (claim.fund, claim.account);
        Concerned { fund, account, ..Concerned::context(claim) }
    }

    /// A claim of which some fees are in question: their share of what was paid.
    #[must_use]
    pub fn fees(claim: &Claim, item: &Arc<str>, fees: i64) -> Concerned {
        Concerned {
            item: item.clone(),
            fund: claim.part(claim.fund, fees),
            account: claim.part(claim.account, fees),
            ..Concerned::context(claim)
        }
    }
}

/// 疑点. Amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suspicion {
    /// Names it, always the same for the same finding.
    pub number: Arc<str>,
    /// [`Rule::code`].
    pub rule: Arc<str>,
    /// [`Rule::zh`].
    pub name: Arc<str>,
    /// Code of [`super::Family`]: findings of one family about one party are one case.
    pub family: Arc<str>,
    /// How sure it is.
    pub severity: Severity,
    /// Whom it is about.
    pub side: Side,
    /// 人员编号 or institution code.
    pub party: Arc<str>,
    /// What was found, in Chinese.
    pub words: Arc<str>,
    /// What is advised, in Chinese.
    pub advice: Arc<str>,
    /// The settlements, at most [`MOST_LISTED`].
    pub claims: Vec<Concerned>,
    /// How many settlements it is about.
    pub count: u64,
    /// Money of the funds in question.
    pub fund: i64,
    /// Money of personal accounts in question.
    pub account: i64,
    /// The articles behind it.
    pub articles: Vec<Arc<str>>,
    /// A threshold has no verified source.
    pub unverified: bool,
    /// The case it went to; empty until it is filed.
    pub case: Arc<str>,
}

/// A finding in the making.
pub(super) struct Draft<'a> {
    pub(super) side: Side,
    pub(super) party: &'a Arc<str>,
    /// Tells it from other findings of the rule about the party.
    pub(super) key: &'a str,
    pub(super) words: String,
    pub(super) claims: Vec<Concerned>,
    pub(super) basis: Basis,
}

impl Draft<'_> {
    /// The finding of a rule.
    pub(super) fn of(self, rule: &Rule, known: &Known<'_>) -> Suspicion {
        let Draft { side, party, key, words, mut claims, basis } = self;
        let (mut fund, mut account) = (0_i64, 0_i64);
        for claim in &claims {
            fund = fund.saturating_add(claim.fund);
            account = account.saturating_add(claim.account);
        }
        let count = claims.len() as u64;
        claims.truncate(MOST_LISTED);
        Suspicion {
            number: number(known.area, rule.code, party, key),
            rule: rule.code.into(),
            name: rule.zh.into(),
            family: rule.family.code().into(),
            severity: basis.severity.unwrap_or(rule.severity),
            side,
            party: party.clone(),
            words: words.into(),
            advice: rule.advice.into(),
            claims,
            count,
            fund,
            account,
            articles: basis.articles,
            unverified: basis.unverified,
            case: Arc::default(),
        }
    }
}

/// The same finding has the same number, whenever it is found.
fn number(area: Area, rule: &str, party: &str, key: &str) -> Arc<str> {
    let digest = Sha256::digest(format!("{area}\n{rule}\n{party}\n{key}"));
    let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{rule}-{digits}").into()
}

impl Suspicion {
    /// Where it is filed.
    #[must_use]
    pub fn key(area: Area, party: &Arc<str>, number: &Arc<str>) -> DocumentKey {
        let (owner, number) = (party.clone(), number.clone());
        DocumentKey { area, kind: SUSPICION.into(), owner, number }
    }

    /// The party as the books name it.
    #[must_use]
    pub fn party(&self, area: Area) -> PersonKey {
        PersonKey { area, person: self.party.clone() }
    }

    /// A stored one, with its state.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn read(document: &Document) -> Result<(Suspicion, State), Refused> {
        let body = serde_json::from_str(&document.body);
        let body = body.map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))?;
        Ok((body, State::of(document.state)))
    }

    /// As a document.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, area: Area, at: Moment, state: State) -> Result<Document, Refused> {
        let body = serde_json::to_string(self);
        let body = body.map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        let key = Suspicion::key(area, &self.party, &self.number);
        Ok(Document { key, at, state: state as i16, body: body.into() })
    }
}
