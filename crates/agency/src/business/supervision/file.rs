//! Filing what a run found: a finding once, whatever runs find it again, and to the open case of its party and family.

use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::supervise::after::run::Far;
use crate::supervise::after::{Family, Side, State, Suspicion};
use crate::supervise::case::Case;
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Changes, Document, DocumentKey, PersonKey, Queries, Wants};

/// The most cases of one family that a party can have.
const MOST_CASES: u32 = 999;
/// Cases read at a time.
const SOME_CASES: usize = 4;

/// Files findings about one party. Those that are filed already stay as they are.
#[derive(Clone, Debug)]
pub struct FileSuspicions {
    /// The person or institution, as a party to the books.
    pub party: PersonKey,
    /// Findings about it.
    pub suspicions: Vec<Suspicion>,
    /// Who found them: a run, or an operator.
    pub by: Arc<str>,
    /// Cases of these families that the party has already, as far as known: looked at in one go.
    pub cases: u32,
}

/// What came of filing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Filed {
    /// New findings by rule: how many, fund fen, account fen.
    pub new: BTreeMap<Arc<str>, (u64, i64, i64)>,
    /// Findings by rule that were filed before.
    pub known: BTreeMap<Arc<str>, u64>,
    /// Cases opened.
    pub opened: u64,
}

impl Filed {
    /// Adds what came of another request.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if the outcome is another.
    pub fn add(&mut self, outcome: &Outcome) -> Result<(), Refused> {
        let other: Option<Filed> = outcome.document();
        let other = other.ok_or_else(|| Refused::new(Reason::Conflict, "疑点"))?;
        for (rule, (count, fund, account)) in other.new {
            let sum = self.new.entry(rule).or_default();
            *sum = (sum.0 + count, sum.1 + fund, sum.2 + account);
        }
        for (rule, count) in other.known {
            *self.known.entry(rule).or_default() += count;
        }
        self.opened += other.opened;
        Ok(())
    }

    /// New findings of all rules.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.new.values().map(|(count, ..)| count).sum()
    }
}

impl Business for FileSuspicions {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.party;
        for suspicion in &self.suspicions {
            wants.documents.insert(Suspicion::key(*area, person, &suspicion.number));
            for serial in 1..=self.cases + 1 {
                let number = Case::number(&suspicion.family, person, serial);
                wants.documents.insert(Case::key(*area, &number));
            }
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let PersonKey { area, person } = &self.party;
        let mut filed = Filed::default();
        let mut cases: BTreeMap<&'static str, (Case, Moment)> = BTreeMap::new();
        let mut filing: Vec<Document> = Vec::new();
        for suspicion in &self.suspicions {
            let rule = &suspicion.rule;
            let key = Suspicion::key(*area, person, &suspicion.number);
            let twice = filing.iter().any(|document| document.key == key);
            if twice || world.document(&key).is_some() {
                *filed.known.entry(rule.clone()).or_default() += 1;
                continue;
            }
            let family = Family::of(&suspicion.family)
                .ok_or_else(|| Refused::new(Reason::Conflict, &*suspicion.family))?;
            if !cases.contains_key(family.code()) {
                let (case, opened) = self.open(world, family, suspicion.side, context.at)?;
                filed.opened += u64::from(opened.is_none());
                cases.insert(family.code(), (case, opened.unwrap_or(context.at)));
            }
            let Some((case, _)) = cases.get_mut(family.code()) else { continue };
            case.findings += 1;
            *case.rules.entry(rule.clone()).or_default() += 1;
            case.fund = case.fund.saturating_add(suspicion.fund);
            case.account = case.account.saturating_add(suspicion.account);
            let (count, fund, account) = filed.new.entry(rule.clone()).or_default();
            *count += 1;
            (*fund, *account) = (*fund + suspicion.fund, *account + suspicion.account);
            let suspicion = Suspicion { case: case.number.clone(), ..suspicion.clone() };
            filing.push(suspicion.filed(*area, context.at, State::Open)?);
        }
        for (case, at) in cases.into_values() {
            filing.push(case.filed(*area, at)?);
        }
        let outcome = Outcome::of_document(&filed)?;
        if filing.is_empty() {
            return Ok(Decision { changes: Changes::default(), outcome });
        }
        // Its row in the books is opened with the first finding, so that everything about the case waits for each other.
        let mut post = Post::of_party(world, &self.party, context);
        post.changes.documents = filing;
        Ok(post.decision(outcome))
    }
}

impl FileSuspicions {
    /// Findings about a party, with how many cases it has.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(
        queries: &dyn Queries,
        party: PersonKey,
        suspicions: Vec<Suspicion>,
        by: Arc<str>,
    ) -> Result<FileSuspicions, Refused> {
        let families: BTreeSet<Arc<str>> =
            suspicions.iter().map(|suspicion| suspicion.family.clone()).collect();
        let mut cases = 0;
        for family in families {
            let prefix = Case::prefix(&family, &party.person);
            let (mut own, mut after) = (0_usize, Arc::from(&*prefix));
            // Few have many: a short page at a time.
            loop {
                let key = (&*after, &*after);
                let page = queries.documents(party.area, documents::CASE, "", key, SOME_CASES)?;
                let of_party = page.iter().take_while(|it| it.key.number.starts_with(&*prefix));
                let count = of_party.count();
                own += count;
                match page.last() {
                    Some(last) if count == SOME_CASES => after = last.key.number.clone(),
                    _ => break,
                }
            }
            cases = cases.max(u32::try_from(own).unwrap_or(MOST_CASES));
        }
        Ok(FileSuspicions { party, suspicions, by, cases })
    }

    /// The case that still gathers findings, with when it was filed; or a new one.
    fn open(
        &self,
        world: &World,
        family: Family,
        side: Side,
        at: Moment,
    ) -> Result<(Case, Option<Moment>), Refused> {
        let PersonKey { area, person } = &self.party;
        for serial in 1..=MOST_CASES {
            let number = Case::number(family.code(), person, serial);
            let Some(found) = world.document(&Case::key(*area, &number)) else {
                let mut case = Case {
                    number,
                    side,
                    party: person.clone(),
                    family: family.code().into(),
                    opened: at.to_string().into(),
                    ..Case::default()
                };
                case.step(at, &self.by, "立案", family.zh());
                return Ok((case, None));
            };
            let (case, state) = Case::read(found)?;
            if state.gathers() {
                return Ok((case, Some(found.at)));
            }
        }
        Err(Refused::new(Reason::Content, format!("{person}的{}案件过多", family.zh())))
    }
}

/// Keeps how far a run is.
#[derive(Clone, Debug)]
pub struct KeepRun {
    /// The document of the run.
    pub key: DocumentKey,
    /// How far.
    pub far: Far,
}

impl Business for KeepRun {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.key.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let began = world.document(&self.key).map_or(context.at, |found| found.at);
        let documents = vec![self.far.filed(self.key.clone(), began)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }
}
