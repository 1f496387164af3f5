//! The desk of supervision: cases and findings read, and the steps of a case made ready for the core with everything they
//! lock and look up.

use super::after::{State, Suspicion};
use super::case::{Case, CaseState, Ruled, Verdict};
use crate::business::clearing::Deduct;
use crate::business::supervision::{
    AnswerAppeal, AssignCase, CloseCase, CollectCase, DecideCase, HearParty, LodgeAppeal,
    RecoverCase, Way,
};
use crate::clearing::walk;
use crate::documents;
use crate::reason::{Reason, Refused};
use kernel::Month;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Id, PersonKey, Queries};

/// A case.
///
/// # Errors
/// [`Reason::DocumentUnknown`], or what the store says.
pub fn case(
    queries: &dyn Queries,
    area: Area,
    number: &Arc<str>,
) -> Result<(Case, CaseState), Refused> {
    let found = queries.document(&Case::key(area, number))?;
    let unknown = || Refused::new(Reason::DocumentUnknown, format!("案件{number}"));
    Case::read(&found.ok_or_else(unknown)?)
}

/// Every case of an area, by number, that one wants to keep.
///
/// # Errors
/// What the store says.
pub fn cases(
    queries: &dyn Queries,
    area: Area,
    keep: &dyn Fn(&Case, CaseState) -> bool,
) -> Result<Vec<(Case, CaseState)>, Refused> {
    let mut all = Vec::new();
    walk(queries, area, documents::CASE, "", &mut |document| {
        let (case, state) = Case::read(&document)?;
        if keep(&case, state) {
            all.push((case, state));
        }
        Ok(())
    })?;
    Ok(all)
}

/// Findings of an area or of one party (empty: of all), by party and number; each is handed over as it is read.
///
/// # Errors
/// What the store says, or the taker.
pub fn findings(
    queries: &dyn Queries,
    area: Area,
    party: &str,
    take: &mut dyn FnMut(Suspicion, State) -> Result<(), Refused>,
) -> Result<(), Refused> {
    walk(queries, area, documents::SUSPICION, party, &mut |document| {
        let (suspicion, state) = Suspicion::read(&document)?;
        take(suspicion, state)
    })
}

/// The findings of a case.
///
/// # Errors
/// What the store says.
pub fn findings_of(
    queries: &dyn Queries,
    area: Area,
    case: &Case,
) -> Result<Vec<Suspicion>, Refused> {
    let mut all = Vec::new();
    findings(queries, area, &case.party, &mut |suspicion, _| {
        if suspicion.case == case.number {
            all.push(suspicion);
        }
        Ok(())
    })?;
    Ok(all)
}

/// What is in question, settlement by settlement: of several findings about one settlement the greatest amounts.
#[must_use]
pub fn in_question(findings: &[Suspicion]) -> Vec<Ruled> {
    let mut all: BTreeMap<Id, Ruled> = BTreeMap::new();
    for claim in findings.iter().flat_map(|finding| &finding.claims) {
        let ruled = all.entry(claim.entry).or_insert_with(|| Ruled {
            person: claim.person.clone(),
            entry: claim.entry,
            ..Ruled::default()
        });
        ruled.fund = ruled.fund.max(claim.fund);
        ruled.account = ruled.account.max(claim.account);
    }
    all.retain(|_, ruled| ruled.fund + ruled.account > 0);
    all.into_values().collect()
}

/// A step of a case that is to be taken.
#[derive(Clone)]
pub struct Desk<'a> {
    /// The books.
    pub queries: &'a dyn Queries,
    /// Whose.
    pub area: Area,
    /// The case.
    pub number: Arc<str>,
    /// Who takes the step.
    pub by: Arc<str>,
}

/// What a decision says.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Whether it is so.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Arc<str>,
    /// The article.
    pub article: Arc<str>,
    /// 建议暂停协议; empty: nothing.
    pub suspension: Arc<str>,
    /// What is to be recovered; `None`: everything in question, or nothing if it is unfounded.
    pub claims: Option<Vec<Ruled>>,
}

impl Desk<'_> {
    fn party(&self) -> Result<PersonKey, Refused> {
        Case::party_of(self.area, &self.number)
    }

    fn case(&self) -> Result<Case, Refused> {
        case(self.queries, self.area, &self.number).map(|(case, _)| case)
    }

    /// The settlements of the decision, with their people.
    fn claims(&self) -> Result<Vec<(PersonKey, Id)>, Refused> {
        let ruling = self.case()?.ruling.unwrap_or_default();
        let key = |claim: &Ruled| PersonKey { area: self.area, person: claim.person.clone() };
        Ok(ruling.claims.iter().map(|claim| (key(claim), claim.entry)).collect())
    }

    /// Settlements of the case's findings with other amounts; the people come from the findings.
    ///
    /// # Errors
    /// [`Reason::SettlementUnknown`] if no finding is about one.
    pub fn named(&self, claims: &[Ruled]) -> Result<Vec<Ruled>, Refused> {
        let findings = findings_of(self.queries, self.area, &self.case()?)?;
        let concerned = || findings.iter().flat_map(|finding| &finding.claims);
        let of = |claim: &Ruled| {
            let found = concerned().find(|concerned| concerned.entry == claim.entry);
            let words = || format!("{}不在案件的疑点中", claim.entry);
            let found = found.ok_or_else(|| Refused::new(Reason::SettlementUnknown, words()))?;
            Ok(Ruled { person: found.person.clone(), ..claim.clone() })
        };
        claims.iter().map(of).collect()
    }

    /// Assigns it.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`].
    pub fn assign(&self, supervisor: &str) -> Result<AssignCase, Refused> {
        let (number, by) = (self.number.clone(), self.by.clone());
        Ok(AssignCase { party: self.party()?, number, supervisor: supervisor.trim().into(), by })
    }

    /// Hears the party.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`].
    pub fn hear(&self, words: &str) -> Result<HearParty, Refused> {
        let (number, by) = (self.number.clone(), self.by.clone());
        Ok(HearParty { party: self.party()?, number, words: words.into(), by })
    }

    /// Decides it.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`], or what the store says.
    pub fn decide(&self, said: Said) -> Result<DecideCase, Refused> {
        let findings = findings_of(self.queries, self.area, &self.case()?)?;
        let claims = match (said.claims, said.verdict) {
            (Some(claims), _) => claims,
            (None, Verdict::Unfounded) => Vec::new(),
            (None, _) => in_question(&findings),
        };
        Ok(DecideCase {
            party: self.party()?,
            number: self.number.clone(),
            verdict: said.verdict,
            reasons: said.reasons,
            article: said.article,
            claims,
            suspension: said.suspension,
            by: self.by.clone(),
            findings: findings.into_iter().map(|finding| finding.number).collect(),
        })
    }

    /// Has the money booked; `month`: by a deduction.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`], or what the store says.
    pub fn recover(&self, month: Option<Month>) -> Result<RecoverCase, Refused> {
        let party = self.party()?;
        let deductions = match month {
            Some(month) => Deduct::known(self.queries, &party, month)?,
            None => 0,
        };
        let (number, by, claims) = (self.number.clone(), self.by.clone(), self.claims()?);
        Ok(RecoverCase { party, number, month, by, claims, deductions })
    }

    /// Books money that came back.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`], or what the store says.
    pub fn collect(
        &self,
        way: Way,
        fen: Option<i64>,
        reference: &str,
    ) -> Result<CollectCase, Refused> {
        let recovery = self.case()?.recovery.unwrap_or_default();
        let month = recovery.deduction.get(..7).unwrap_or_default().into();
        let (number, by, reference) = (self.number.clone(), self.by.clone(), reference.into());
        Ok(CollectCase { party: self.party()?, number, way, fen, reference, by, month })
    }

    /// Appeals.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`].
    pub fn appeal(&self, words: &str) -> Result<LodgeAppeal, Refused> {
        let (number, by) = (self.number.clone(), self.by.clone());
        Ok(LodgeAppeal { party: self.party()?, number, words: words.into(), by })
    }

    /// Answers an appeal.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`], or what the store says.
    pub fn answer(&self, upheld: bool, words: &str) -> Result<AnswerAppeal, Refused> {
        let (number, by, claims) = (self.number.clone(), self.by.clone(), self.claims()?);
        Ok(AnswerAppeal { party: self.party()?, number, upheld, words: words.into(), by, claims })
    }

    /// Closes it.
    ///
    /// # Errors
    /// [`Reason::DocumentUnknown`], or what the store says.
    pub fn close(&self) -> Result<CloseCase, Refused> {
        let people: BTreeSet<PersonKey> =
            self.claims()?.into_iter().map(|(person, _)| person).collect();
        let (number, by) = (self.number.clone(), self.by.clone());
        let people = people.into_iter().collect();
        Ok(CloseCase { party: self.party()?, number, by, people })
    }
}
