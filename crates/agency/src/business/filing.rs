//! Filings 备案: chronic diseases, chosen institutions and the like, applied for by an institution, reviewed by the agency.
//! Once approved, a filing is a fact about the person and decides what settlements pay.
//!
//! Kinds are data ([`KINDS`]). An application is a document of the person; it can be withdrawn while the agency has not
//! reviewed it. Approved, it holds for its days; it is renewed by another application for the days after them, and revoked
//! from a day on. Of institutions the policy says how many one has at a time and how they are changed ([`signing`]); where
//! there is one, a newly approved one ends the one before; facts are not edited, so the old one is ended and told again with
//! its last day.

mod signing;
mod apply;
mod review;
mod revoke;

pub use apply::{File, WithdrawFiling};
pub use review::ReviewFiling;
pub use revoke::RevokeFiling;

use super::account::recalculate;
use crate::documents;
use crate::facts::{self, holds};
use crate::reason::{Reason, Refused};
use crate::regions::Law;
use crate::stored;
use crate::world::World;
use kernel::{Date, Moment};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Changes, Document, DocumentKey, Fact, Id, PersonFile, PersonKey, Queries};

/// Applications read at a time.
const PAGE: usize = 200;

/// What can be applied for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FilingKind {
    /// Stable word, in documents.
    pub code: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// The kind of fact it becomes.
    pub fact: &'static str,
    /// What it names.
    pub names: Named,
}

/// What a filing names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// A disease of the region's vocabulary.
    Disease,
    /// A medical institution with an agreement.
    Institution,
    /// An item of the catalogue.
    Medicine,
}

/// 慢特病.
pub const CHRONIC: &FilingKind = &KINDS[0];
/// 两病.
pub const TWO_DISEASE: &FilingKind = &KINDS[1];
/// 本人定点.
pub const CHOSEN: &FilingKind = &KINDS[2];
/// 家庭医生.
pub const FAMILY_DOCTOR: &FilingKind = &KINDS[3];
/// 双通道药品.
pub const DUAL_CHANNEL: &FilingKind = &KINDS[4];
/// 按病种定点.
pub const CHOSEN_FOR: &FilingKind = &KINDS[5];

/// Every kind.
pub const KINDS: &[FilingKind] = &[
    FilingKind {
        code: "chronic",
        zh: "慢特病备案",
        en: "chronic or special disease",
        fact: facts::FILING,
        names: Named::Disease,
    },
    FilingKind {
        code: "two-disease",
        zh: "两病备案",
        en: "hypertension or diabetes",
        fact: facts::TWO_DISEASE,
        names: Named::Disease,
    },
    FilingKind {
        code: "chosen",
        zh: "定点备案",
        en: "chosen institution",
        fact: facts::CHOSEN,
        names: Named::Institution,
    },
    FilingKind {
        code: "family-doctor",
        zh: "家庭医生签约",
        en: "family-doctor contract",
        fact: facts::CONTRACT,
        names: Named::Institution,
    },
    FilingKind {
        code: "dual-channel",
        zh: "双通道药品备案",
        en: "dual-channel medicine",
        fact: facts::DUAL_CHANNEL,
        names: Named::Medicine,
    },
    FilingKind {
        code: "chosen-for",
        zh: "按病种定点",
        en: "institution chosen for a disease",
        fact: facts::CHOSEN_FOR,
        names: Named::Institution,
    },
];

impl FilingKind {
    /// The kind with this word.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static FilingKind> {
        KINDS.iter().find(|kind| kind.code == code)
    }
}

/// Where an application stands. Numbers are stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i16)]
pub enum Standing {
    /// 待审核.
    Applied = 0,
    /// 审核通过.
    Approved = 1,
    /// 审核未通过.
    Refused = 2,
    /// 已撤销.
    Withdrawn = 3,
    /// 已取消: it was approved, and ended by the agency.
    Revoked = 4,
}

impl Standing {
    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Standing::Applied => "待审核",
            Standing::Approved => "审核通过",
            Standing::Refused => "审核未通过",
            Standing::Withdrawn => "已撤销",
            Standing::Revoked => "已取消",
        }
    }
}

/// An application, as it is stored.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filing {
    /// 申报明细流水号, given by the agency.
    pub number: Arc<str>,
    /// [`FilingKind::code`].
    pub kind: Arc<str>,
    /// The disease, institution or medicine.
    pub names: Arc<str>,
    /// The disease that an institution is chosen for; empty of other kinds.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease: Arc<str>,
    /// The institution that applied.
    pub institution: Arc<str>,
    /// The operator of the agency who filed it for the institution; empty: the institution filed it itself.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub by: Arc<str>,
    /// First day.
    #[serde(with = "stored::day")]
    pub from: Date,
    /// Last day.
    #[serde(with = "stored::day")]
    pub to: Date,
    /// Everything else the application says, as it was stated.
    pub stated: Value,
    /// The withdrawal.
    pub withdrawal: Option<Closed>,
    /// The review.
    pub review: Option<Reviewed>,
    /// The revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<Revoked>,
}

/// A revocation.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Revoked {
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// The operator who revoked it.
    pub by: Arc<str>,
    /// The first day on which it no longer holds.
    #[serde(with = "stored::day")]
    pub from: Date,
    /// Why.
    pub because: Arc<str>,
}

/// A withdrawal.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Closed {
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// Why.
    pub because: Arc<str>,
}

/// A review.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reviewed {
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// The operator who reviewed it; empty: the agency, by other means.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub by: Arc<str>,
    /// 审核意见.
    pub opinion: Arc<str>,
    /// The fact it became; `None`: not approved.
    pub fact: Option<Id>,
}

impl Filing {
    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (&self.withdrawal, &self.review) {
            _ if self.revocation.is_some() => Standing::Revoked,
            (Some(_), _) => Standing::Withdrawn,
            (None, None) => Standing::Applied,
            (None, Some(review)) if review.fact.is_some() => Standing::Approved,
            (None, Some(_)) => Standing::Refused,
        }
    }

    /// The application for the same to go on after its last day.
    ///
    /// # Errors
    /// [`Reason::FilingContent`] if it was not approved, or has no last day.
    pub fn renewed(&self, person: PersonKey, to: Date) -> Result<File, Refused> {
        let content = |words: String| Err(Refused::new(Reason::FilingContent, words));
        if self.standing() != Standing::Approved {
            return content(format!("备案{}{}，不能续期", self.number, self.standing().zh()));
        }
        if self.to == Date::MAX {
            return content(format!("备案{}长期有效，不必续期", self.number));
        }
        let kind = FilingKind::of(&self.kind)
            .ok_or_else(|| Refused::new(Reason::Conflict, &*self.number))?;
        Ok(File {
            person,
            institution: self.institution.clone(),
            kind,
            names: self.names.clone(),
            disease: self.disease.clone(),
            from: self.to.next(),
            to,
            stated: self.stated.clone(),
        })
    }

    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(document: &Document) -> Result<Filing, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))
    }

    fn filed(&self, key: DocumentKey, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        Ok(Document { key, at, state: self.standing() as i16, body: body.into() })
    }
}

/// What a fact keeps of the filing that it came from.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FilingDetail {
    /// The application.
    pub filing: Arc<str>,
    /// The disease that an institution was chosen for ([`facts::Chosen`]).
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease: Arc<str>,
    /// What the application said, as it was stated.
    pub stated: Value,
}

/// True if a fact came from this application.
fn is_of(fact: &Fact, filing: &str) -> bool {
    serde_json::from_str::<FilingDetail>(&fact.detail).is_ok_and(|detail| *detail.filing == *filing)
}

/// The document of an application.
#[must_use]
pub fn key(person: &PersonKey, number: &str) -> DocumentKey {
    DocumentKey {
        area: person.area,
        kind: documents::FILING.into(),
        owner: person.person.clone(),
        number: number.into(),
    }
}

/// A filing in force, as a question about it is answered.
#[derive(Clone, PartialEq, Debug)]
pub struct InForce {
    /// What kind.
    pub kind: &'static FilingKind,
    /// The disease, institution or medicine.
    pub names: Arc<str>,
    /// Name of the disease, if the region knows it; otherwise empty.
    pub name: Arc<str>,
    /// The disease that an institution was chosen for; empty of other kinds.
    pub disease: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// What its application said; null for facts that came otherwise.
    pub stated: Value,
}

/// The filings of these kinds that hold on a day, as known at a moment, by kind and first day.
#[must_use]
pub fn in_force(
    file: &PersonFile,
    law: Option<&Law>,
    kinds: &[&'static FilingKind],
    day: Date,
    known: Moment,
) -> Vec<InForce> {
    let of_kind = |kind: &'static FilingKind| {
        let facts = file.facts.iter().filter(move |fact| &*fact.kind == kind.fact);
        let facts = facts.filter(move |fact| holds(fact, day, known));
        facts.map(move |fact| in_words(kind, fact, law))
    };
    kinds.iter().copied().flat_map(of_kind).collect()
}

fn in_words(kind: &'static FilingKind, fact: &Fact, law: Option<&Law>) -> InForce {
    let diseases = law.map_or(&[][..], |law| &law.timeline.vocabulary.diseases);
    let term = diseases.iter().find(|term| *term.code == *fact.other);
    let name = term.filter(|_| kind.names == Named::Disease).map_or("", |term| &term.zh);
    let detail: FilingDetail = serde_json::from_str(&fact.detail).unwrap_or_default();
    InForce {
        kind,
        names: fact.other.clone(),
        name: name.into(),
        disease: facts::chosen_disease(fact).unwrap_or_default(),
        from: fact.from,
        to: fact.to,
        stated: detail.stated,
    }
}

/// All applications of a person, by number, oldest first.
///
/// # Errors
/// What the store says.
pub fn applications(queries: &dyn Queries, person: &PersonKey) -> Result<Vec<Filing>, Refused> {
    let mut all = Vec::new();
    let mut after: Arc<str> = "".into();
    loop {
        let (kind, owner) = (documents::FILING, &*person.person);
        let page = queries.documents(person.area, kind, owner, (owner, &after), PAGE)?;
        for document in &page {
            all.push(Filing::of(document)?);
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = last.key.number.clone(),
            _ => return Ok(all),
        }
    }
}

/// Where something was settled on the days of facts that come or go, its person-years are filed to be folded again.
fn refile<'f>(
    world: &World,
    person: &PersonKey,
    facts: impl Iterator<Item = &'f Fact>,
    at: Moment,
    changes: &mut Changes,
) -> Result<(), Refused> {
    let Some(account) = world.account(person) else { return Ok(()) };
    let law = world.law(person.area)?;
    for fact in facts {
        recalculate(law, account, fact, at, changes)?;
    }
    Ok(())
}

/// True if a fact that is believed says the same for some of these days.
fn filed_already(
    file: &PersonFile,
    kind: &FilingKind,
    (names, disease): (&str, &str),
    from: Date,
    to: Date,
) -> bool {
    file.facts.iter().any(|fact| {
        &*fact.kind == kind.fact
            && *fact.other == *names
            && *facts::chosen_disease(fact).unwrap_or_default() == *disease
            && fact.ended_at.is_none()
            && fact.from <= to
            && from <= fact.to
    })
}
