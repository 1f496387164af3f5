//! 处方点评, as it is filed: a sample is taken, reviewers say what they find, somebody else rules where two differ, and the
//! review is finished.

use super::{Business, Context, Decision};
use crate::clearing::Signed;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::review::{Finding, Found, Given, Review, ReviewState, checked};
use crate::world::World;
use kernel::{Moment, Month};
use std::sync::Arc;
use store::{Area, Changes, DocumentKey, PersonKey, Wants};

/// Whose review, and of which month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whose {
    /// The institution, as a party to the books: its reviews are decided in order.
    pub institution: PersonKey,
    /// The month.
    pub month: Month,
}

impl Whose {
    /// An institution's month.
    #[must_use]
    pub fn new(area: Area, institution: &str, month: Month) -> Whose {
        Whose { institution: PersonKey::new(area, institution), month }
    }

    fn key(&self) -> DocumentKey {
        Review::key(self.institution.area, &self.institution.person, self.month)
    }

    /// The review, which must be open.
    fn open(&self, world: &World) -> Result<(Review, Moment), Refused> {
        let key = self.key();
        let unknown = || {
            let words = format!("{} {}的处方点评，请先抽样", key.owner, key.number);
            Refused::new(Reason::DocumentUnknown, words)
        };
        let found = world.document(&key).ok_or_else(unknown)?;
        match Review::read(found)? {
            (review, ReviewState::Open) => Ok((review, found.at)),
            (_, state) => {
                let words = format!("{} {}的处方点评{}", key.owner, key.number, state.zh());
                Err(Refused::new(Reason::DocumentState, words))
            }
        }
    }

    /// The review as it is now.
    fn filed(&self, review: &Review, at: Moment, state: ReviewState) -> Result<Decision, Refused> {
        let documents = vec![review.filed(self.key(), at, state)?];
        let changes = Changes { documents, ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::of_document(review)? })
    }
}

/// Somebody must answer for it.
fn named(by: &Arc<str>) -> Result<(), Refused> {
    match by.trim().is_empty() {
        true => Err(Refused::new(Reason::Content, "缺少经办人")),
        false => Ok(()),
    }
}

/// Files a sample that was drawn. The same seed again changes nothing; another one is refused.
#[derive(Clone, Debug)]
pub struct TakeSample {
    /// Whose.
    pub whose: Whose,
    /// The sample, as [`crate::review::draw`] made it.
    pub review: Review,
}

impl Business for TakeSample {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.whose.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.whose.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.review.taken.by)?;
        if let Some(found) = world.document(&self.whose.key()) {
            let (known, _) = Review::read(found)?;
            if known.seed == self.review.seed {
                let outcome = Outcome::of_document(&known)?;
                return Ok(Decision { changes: Changes::default(), outcome });
            }
            let words = format!(
                "{} {}已于{}由{}按种子{}抽样，每月只抽一次",
                known.institution, known.month, known.taken.at, known.taken.by, known.seed
            );
            return Err(Refused::new(Reason::DocumentState, words));
        }
        self.whose.filed(&self.review, context.at, ReviewState::Open)
    }
}

/// A reviewer says what he finds of some prescriptions. Said again before the review is finished, it replaces what he said.
#[derive(Clone, Debug)]
pub struct Opine {
    /// Whose review.
    pub whose: Whose,
    /// 点评人.
    pub by: Arc<str>,
    /// What he finds.
    pub given: Vec<Given>,
}

impl Business for Opine {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.whose.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.whose.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by)?;
        let (mut review, at) = self.whose.open(world)?;
        for given in &self.given {
            let place = checked(&review, &self.by, given)?;
            let Some(one) = review.drawn.get_mut(place) else { continue };
            if one.ruling.is_some() {
                let words = format!("序号{}已经裁定", given.serial);
                return Err(Refused::new(Reason::DocumentState, words));
            }
            let finding = Finding {
                by: Signed::now(&self.by, context.at),
                grounds: given.grounds.clone(),
                note: given.note.clone(),
            };
            match one.findings.iter_mut().find(|known| known.by.by == self.by) {
                Some(known) if (&known.grounds, &known.note) == (&given.grounds, &given.note) => {}
                Some(known) => *known = finding,
                None => one.findings.push(finding),
            }
        }
        self.whose.filed(&review, at, ReviewState::Open)
    }
}

/// 裁定: somebody who did not review it rules on a prescription on which the reviewers differ.
#[derive(Clone, Debug)]
pub struct RuleOn {
    /// Whose review.
    pub whose: Whose,
    /// 裁定人.
    pub by: Arc<str>,
    /// What holds.
    pub given: Given,
}

impl Business for RuleOn {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.whose.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.whose.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by)?;
        let (mut review, at) = self.whose.open(world)?;
        let serial = self.given.serial;
        let reviewers = review.reviewers;
        if let Some(one) = review.drawn.iter().find(|one| one.serial == serial) {
            if one.findings.iter().any(|finding| finding.by.by == self.by) {
                let words = format!("序号{serial}由{}点评过，裁定人应为另一人", self.by);
                return Err(Refused::new(Reason::NotAllowed, words));
            }
            if one.found(reviewers) != Found::Differ {
                let words = format!("序号{serial}没有分歧，无须裁定");
                return Err(Refused::new(Reason::DocumentState, words));
            }
        }
        // Whether the prescription and the grounds are there; one more may speak here.
        let wider = Review { reviewers: u32::MAX, ..review.clone() };
        let place = checked(&wider, &self.by, &self.given)?;
        if let Some(one) = review.drawn.get_mut(place) {
            one.ruling = Some(Finding {
                by: Signed::now(&self.by, context.at),
                grounds: self.given.grounds.clone(),
                note: self.given.note.clone(),
            });
        }
        self.whose.filed(&review, at, ReviewState::Open)
    }
}

/// 办结: every prescription is reviewed and none is disputed; from now on it counts.
#[derive(Clone, Debug)]
pub struct FinishReview {
    /// Whose review.
    pub whose: Whose,
    /// Who finishes it.
    pub by: Arc<str>,
}

impl Business for FinishReview {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.whose.institution)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(self.whose.key());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by)?;
        let (mut review, at) = self.whose.open(world)?;
        let (waiting, differ) = review.left();
        if waiting + differ > 0 {
            let words = format!(
                "{} {}还有{waiting}张待点评、{differ}张待裁定",
                review.institution, review.month
            );
            return Err(Refused::new(Reason::DocumentState, words));
        }
        review.finished = Some(Signed::now(&self.by, context.at));
        self.whose.filed(&review, at, ReviewState::Finished)
    }
}
