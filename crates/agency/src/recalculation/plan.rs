//! The plan of a person-year: every standing settlement decided again in the order of entry, on what the ones before it left
//! behind; what differs from what was settled, as last corrected.
//!
//! What else moved accumulators stays as it was entered: limits used elsewhere, settlements that were taken back, and what
//! took them back. A settlement whose inputs are all the same is not decided again.

use super::because::{Because, because};
use super::chain::Chain;
use super::fold::{Fold, Settled};
use crate::cells;
use crate::reason::{Reason, Refused};
use crate::record::{After, Corrected, Inputs};
use crate::replay::is_claim;
use crate::world::World;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use store::{Cells, Entered, EntryKind, Id, PersonKey};

/// What a settlement comes to, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Amounts {
    /// By fund: pool, large amount, subsidy.
    pub funds: [i64; 3],
    /// The person's part.
    pub patient: i64,
    /// Deductible charged.
    pub deductible: i64,
}

impl Amounts {
    /// Paid by all funds.
    #[must_use]
    pub fn fund_payment(&self) -> i64 {
        self.funds.iter().sum()
    }
}

/// A settlement that would be another today.
#[derive(Clone, PartialEq, Debug)]
pub struct Changed {
    /// The settlement.
    pub settlement: Id,
    /// Its visit.
    pub visit: Id,
    /// Its institution.
    pub institution: Arc<str>,
    /// Service date.
    pub service: Arc<str>,
    /// As settled, with its corrections.
    pub before: Amounts,
    /// As it should be.
    pub after: Amounts,
    /// By how much accumulators change.
    pub moves: Vec<(Arc<str>, i64)>,
    /// Which inputs changed; empty if it follows from the settlements before it.
    pub because: Vec<Because>,
    /// Its corrections so far.
    pub so_far: Corrections,
    /// The settlement decided anew.
    pub now: After,
}

impl Changed {
    /// By how much what each fund pays changes, fen.
    #[must_use]
    pub fn funds(&self) -> [i64; 3] {
        std::array::from_fn(|fund| self.after.funds[fund] - self.before.funds[fund])
    }

    /// By how much the deductible charged changes, fen.
    #[must_use]
    pub const fn deductible(&self) -> i64 {
        self.after.deductible - self.before.deductible
    }
}

/// All corrections of one settlement together.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrections {
    /// The entries, oldest first.
    pub entries: Vec<Id>,
    /// By fund.
    pub funds: [i64; 3],
    /// Deductible.
    pub deductible: i64,
    /// Accumulators.
    pub moves: Cells,
}

impl Corrections {
    /// One more.
    pub fn add(&mut self, entry: Id, funds: [i64; 3], deductible: i64, moves: &[(Arc<str>, i64)]) {
        self.entries.push(entry);
        for (sum, by) in self.funds.iter_mut().zip(funds) {
            *sum += by;
        }
        self.deductible += deductible;
        cells::add(&mut self.moves, moves);
    }

    fn moves_by_name(&self) -> Vec<(Arc<str>, i64)> {
        self.moves.iter().map(|(name, by)| (name.clone(), *by)).collect()
    }
}

/// A person-year folded again.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The benefit year.
    pub year: i32,
    /// Settlements that stand.
    pub claims: usize,
    /// Those that differ, in order of entry.
    pub changed: Vec<Changed>,
    /// Policy versions it rests on.
    pub policies: Vec<Arc<str>>,
    /// Stands for every settlement with what it came to and comes to (hex SHA-256).
    pub digest: Arc<str>,
}

/// Folds a person-year again. `entries`: those of the year, and maybe of others.
///
/// # Errors
/// [`Reason::BooksDiffer`] if the entries are not all there are; [`Reason::BillRefused`] names a settlement that cannot be
/// decided with what is known now.
pub fn plan(
    world: &World,
    person: &PersonKey,
    year: i32,
    entries: &[Entered],
    known: Moment,
) -> Result<Plan, Refused> {
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let file = world.file(person).ok_or_else(unknown)?.clone();
    let law = world.law(person.area)?;
    let fold = Fold { world, file: &file, law, person, year, known };
    let entries: Vec<&Entered> = entries.iter().filter(|entry| entry.year == year).collect();
    let chain = Chain::of(&entries);
    let mut corrected = corrections(&entries);
    let mut plan =
        Plan { year, claims: 0, changed: Vec::new(), policies: Vec::new(), digest: Arc::from("") };
    let (mut used, mut entered) = (Cells::new(), Cells::new());
    let mut digest = Sha256::new();
    for entry in entries {
        if !is_claim(entry.kind) || !chain.stands(entry.id) {
            let moves = moves(entry)?;
            cells::add(&mut entered, &moves);
            if stays(entry, &chain) {
                cells::add(&mut used, &moves);
            }
            continue;
        }
        let settled: Settled = serde_json::from_str(&entry.record).map_err(|error| {
            Refused::new(Reason::Conflict, format!("结算{}的内容：{error}", entry.id))
        })?;
        cells::add(&mut entered, &settled.moves);
        let so_far = corrected.remove(&entry.id).unwrap_or_default();
        let claim = decided(&fold, entry.id, settled, so_far, &mut used)?;
        plan.take(claim, &mut digest)?;
    }
    if entered != *world.cells(person, year) {
        return Err(Refused::new(Reason::BooksDiffer, format!("{year}年度累计不等于各笔之和")));
    }
    plan.digest = Arc::from(digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }));
    Ok(plan)
}

/// A settlement decided again.
enum Claim {
    /// No input changed, and it was never corrected: it is what it was.
    Same { settlement: Id, policy: Arc<str>, amounts: Amounts },
    /// Decided anew, which may come to the same.
    Anew(Box<Changed>),
}

impl Plan {
    fn take(&mut self, claim: Claim, digest: &mut Sha256) -> Result<(), Refused> {
        self.claims += 1;
        let (policy, said) = match &claim {
            Claim::Same { settlement, policy, amounts } => {
                let nothing: &[(Arc<str>, i64)] = &[];
                let said = ((settlement, amounts, amounts, nothing), policy);
                (policy, serde_json::to_vec(&said))
            }
            Claim::Anew(claim) => {
                let Changed { settlement, before, after, moves, .. } = &**claim;
                let policy = &claim.now.inputs.policy;
                let said = ((settlement, before, after, moves), policy);
                (policy, serde_json::to_vec(&said))
            }
        };
        digest.update(said.map_err(|error| Refused::new(Reason::Conflict, error.to_string()))?);
        if !self.policies.contains(policy) {
            self.policies.push(policy.clone());
        }
        if let Claim::Anew(claim) = claim
            && (claim.before != claim.after || !claim.moves.is_empty())
        {
            self.changed.push(*claim);
        }
        Ok(())
    }
}

/// Whether an entry that is no standing settlement moves the accumulators of the year folded again: an undo that was itself
/// reversed did not happen, and corrections of a standing settlement are in what it comes to.
fn stays(entry: &Entered, chain: &Chain) -> bool {
    let of_standing = || {
        let corrected = Corrected::from_json(&entry.record);
        corrected.is_some_and(|it| chain.stands(it.correction.settlement))
    };
    !chain.is_void(entry.id) && (entry.kind != EntryKind::Correction || !of_standing())
}

/// A settlement decided anew, beside what it came to, on the accumulators used so far; to these it adds what it uses.
fn decided(
    fold: &Fold<'_>,
    entry: Id,
    settled: Settled,
    (so_far, last): (Corrections, Option<Inputs>),
    used: &mut Cells,
) -> Result<Claim, Refused> {
    let inputs = fold.inputs(entry, &settled, used)?;
    let Settled { case, inputs: stored, decision, moves: settled_moves } = settled;
    let before = Amounts {
        funds: std::array::from_fn(|fund| decision.funds[fund] + so_far.funds[fund]),
        patient: decision.total - decision.funds.iter().chain(&so_far.funds).sum::<i64>(),
        deductible: decision.deductible + so_far.deductible,
    };
    if inputs == stored && so_far.entries.is_empty() {
        cells::add(used, &settled_moves);
        return Ok(Claim::Same { settlement: entry, policy: inputs.policy, amounts: before });
    }
    let because = because(last.as_ref().unwrap_or(&stored), &inputs);
    let now = fold.decide(entry, inputs)?;
    cells::add(used, &now.moves);
    let after = Amounts {
        funds: now.decision.funds,
        patient: now.decision.total - now.decision.fund_payment(),
        deductible: now.decision.deductible,
    };
    let mut moves = Cells::new();
    cells::add(&mut moves, &now.moves);
    let taken =
        settled_moves.iter().chain(&so_far.moves_by_name()).map(negated).collect::<Vec<_>>();
    cells::add(&mut moves, &taken);
    Ok(Claim::Anew(Box::new(Changed {
        settlement: entry,
        visit: case.visit,
        institution: case.paper.map_or(case.institution, |paper| paper.issuer),
        service: now.inputs.service.clone(),
        before,
        after,
        moves: moves.into_iter().collect(),
        because,
        so_far,
        now,
    })))
}

fn negated((name, by): &(Arc<str>, i64)) -> (Arc<str>, i64) {
    (name.clone(), -by)
}

/// The corrections of every settlement, and the inputs that it was last corrected with.
fn corrections(entries: &[&Entered]) -> HashMap<Id, (Corrections, Option<Inputs>)> {
    let mut all: HashMap<Id, (Corrections, Option<Inputs>)> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == EntryKind::Correction) {
        let Some(Corrected { booking, correction }) = Corrected::from_json(&entry.record) else {
            continue;
        };
        let (sum, last) = all.entry(correction.settlement).or_default();
        sum.add(entry.id, correction.funds, correction.deductible, &booking.moves);
        if let Some(after) = correction.after {
            *last = Some(after.inputs);
        }
    }
    all
}

/// The moves of any entry.
fn moves(entry: &Entered) -> Result<Vec<(Arc<str>, i64)>, Refused> {
    #[derive(Deserialize)]
    struct Moves {
        moves: Vec<(Arc<str>, i64)>,
    }
    serde_json::from_str::<Moves>(&entry.record)
        .map(|record| record.moves)
        .map_err(|error| Refused::new(Reason::Conflict, format!("记账{}的内容：{error}", entry.id)))
}
