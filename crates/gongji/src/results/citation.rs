//! The articles behind a settlement, taken from its trace. Bills settled by the same rows of the same
//! policy share one text.

use std::collections::HashMap;

use kernel::policy::Cite;
use kernel::{Fen, Policy, Portion, Rate, Settlement, Step, StepKind, Trace};

use crate::names::Mixer;

/// What stands behind a settlement.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Citation {
    /// Codes of the programmes.
    pub programmes: String,
    /// Their shares.
    pub shares: String,
    /// The articles, in the order in which they were applied.
    pub articles: String,
    /// One of the rules is not verified.
    pub unverified: bool,
}

/// All citations so far.
#[derive(Debug, Default)]
pub struct Citations {
    known: HashMap<Box<[u32]>, u32, Mixer>,
    list: Vec<Citation>,
    key: Vec<u32>,
}

impl Citations {
    /// The citation of a settlement. `policy_number` tells policies apart.
    pub fn of(
        &mut self,
        policy_number: u32,
        policy: &Policy,
        settlement: &Settlement,
        trace: &Trace,
    ) -> u32 {
        self.key.clear();
        self.key.push(policy_number);
        for portion in &settlement.portions {
            let programme = portion.programme.map_or(u32::MAX, u32::from);
            self.key.extend([programme, share(portion).get().unsigned_abs()]);
        }
        self.key.push(u32::MAX - 1);
        for step in trace.steps.iter().filter(|step| produced(step)) {
            self.key.push(u32::from(step.cite.0));
        }
        if let Some(number) = self.known.get(&self.key[..]) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(citation(policy, settlement, trace));
        self.known.insert(self.key.as_slice().into(), number);
        number
    }

    /// A citation by its number.
    #[must_use]
    pub fn get(&self, number: u32) -> &Citation {
        &self.list[number as usize]
    }
}

/// The share that was applied; zero where nothing was left to share.
fn share(portion: &Portion) -> Rate {
    if portion.in_scope > portion.deductible { portion.rate } else { Rate::ZERO }
}

/// The step decided an amount of the settlement.
fn produced(step: &Step) -> bool {
    match step.kind {
        StepKind::Deductible | StepKind::FixedFee | StepKind::Withheld(_) => true,
        StepKind::Share(_) | StepKind::BeyondBands => step.from != Fen::ZERO,
        StepKind::OwnAccountFirst | StepKind::OtherPayer(_) => step.amount != Fen::ZERO,
        StepKind::DeductibleCeiling | StepKind::SpendingLimit(_) | StepKind::PaymentLimit(_) => {
            step.amount < step.from
        }
        StepKind::AccountCurrent | StepKind::AccountEarlier | StepKind::AccountFamily => true,
        _ => false,
    }
}

fn citation(policy: &Policy, settlement: &Settlement, trace: &Trace) -> Citation {
    let mut citation = Citation::default();
    for portion in &settlement.portions {
        let index = portion.programme.map(usize::from);
        if let Some(programme) = index.and_then(|index| policy.programmes.get(index)) {
            join(&mut citation.programmes, &programme.term.code);
        }
        if share(portion) != Rate::ZERO {
            join(&mut citation.shares, &portion.rate.to_string());
        }
    }
    let mut cited = Vec::new();
    for step in trace.steps.iter().filter(|step| produced(step)) {
        for rule in policy.cited(step.cite) {
            citation.unverified |= rule.unverified.is_some();
            let text = shown(policy, &rule.document, &rule.article);
            if !cited.contains(&text) {
                cited.push(text);
            }
        }
    }
    citation.articles = cited.join(";");
    citation
}

/// The articles that a step cites, or `None` if it cites none.
#[must_use]
pub fn article(policy: &Policy, cite: Cite) -> Option<String> {
    let mut cited: Vec<String> = Vec::new();
    for rule in policy.cited(cite) {
        let text = shown(policy, &rule.document, &rule.article);
        if !cited.contains(&text) {
            cited.push(text);
        }
    }
    (!cited.is_empty()).then(|| cited.join(";"))
}

/// An article, behind its document's number if that is not the main one.
fn shown(policy: &Policy, document: &str, article: &str) -> String {
    match policy.documents.first() {
        Some(main) if **main != *document => format!("{document}{article}"),
        _ => article.to_owned(),
    }
}

fn join(list: &mut String, text: &str) {
    if !list.is_empty() {
        list.push(';');
    }
    list.push_str(text);
}
