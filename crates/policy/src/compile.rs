//! From the statements in force to policies the kernel can settle by.

use crate::builder::{Builder, Registry};
use crate::fault::Fault;
use crate::mechanism;
use crate::source::Front;
use crate::statement::InForce;
use kernel::policy::{Cite, Term, Vocabulary};
use kernel::{Date, Policy, Timeline};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Compiles the spans of a region. `None` if a fault leaves nothing to settle by.
pub fn compile(
    code: &str,
    front: &Front,
    spans: &[InForce<'_>],
    faults: &mut Vec<Fault>,
) -> Option<Timeline> {
    if spans.is_empty() {
        faults.push(Fault {
            file: format!("{code}-*"),
            line: 0,
            article: String::new(),
            problem: "the region states nothing".into(),
            fix: "write at least one table under an article".into(),
        });
        return None;
    }
    let vocabulary = Arc::new(mechanism::vocabulary::compile(spans, faults));
    let mut registry = Registry::default();
    let mut policies: Vec<Policy> =
        spans.iter().map(|span| policy(span, &vocabulary, &mut registry, faults)).collect();
    let accumulators: Arc<[_]> = registry.0.into();
    for policy in &mut policies {
        policy.accumulators = accumulators.clone();
    }
    let name = Term {
        code: code.into(),
        zh: front.name.as_str().into(),
        en: front.name_en.as_str().into(),
    };
    Some(Timeline { region: code.into(), name, policies, accumulators, vocabulary })
}

fn policy(
    span: &InForce<'_>,
    vocabulary: &Arc<Vocabulary>,
    registry: &mut Registry,
    faults: &mut Vec<Fault>,
) -> Policy {
    let mut builder = Builder {
        in_force: span,
        vocabulary,
        registry,
        rules: Vec::new(),
        citations: vec![Box::new([])],
        faults,
    };
    let (programmes, limits) = mechanism::line::compile(&mut builder);
    let account = mechanism::account_use::compile(&mut builder);
    let pharmacy = mechanism::pharmacy::compile(&mut builder);
    let offsite = mechanism::offsite::compile(&mut builder);
    let entitlement = mechanism::entitlement::compile(&mut builder);
    let payment = mechanism::payment::compile(&mut builder);
    let reserve = mechanism::fund_reserve::compile(&mut builder);
    let sign_up = mechanism::sign_up::compile(&mut builder);
    let supervision = mechanism::supervision::compile(&mut builder);
    let review = mechanism::review::compile(&mut builder);
    let assessment = mechanism::assessment::compile(&mut builder);
    let benefit_year = mechanism::benefit_year::compile(&mut builder);
    let (class_change, plan_change) = mechanism::class_change::compile(&mut builder);
    let refund = mechanism::refund::compile(&mut builder, &programmes, &limits);
    let rounding = mechanism::rounding::compile(&mut builder);
    let scope = mechanism::scope::compile(&mut builder);
    let Builder { rules, citations, .. } = builder;
    Policy {
        from: span.from,
        to: span.to,
        version: version(span).into(),
        documents: documents(span),
        benefit_year,
        rounding,
        class_change,
        plan_change,
        refund,
        scope,
        programmes,
        limits,
        pharmacy,
        offsite,
        account,
        entitlement,
        payment,
        reserve,
        sign_up,
        supervision,
        review,
        assessment,
        rules,
        citations,
        accumulators: Arc::new([]),
        vocabulary: vocabulary.clone(),
    }
}

/// Hex SHA-256 of everything that is stated.
fn version(span: &InForce<'_>) -> String {
    let mut hash = Sha256::new();
    for statement in span.iter() {
        for part in
            [&statement.path, &statement.value.shown(), &statement.document, &statement.article]
        {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 文号 of the documents in force, the one with most statements first.
fn documents(span: &InForce<'_>) -> Vec<Box<str>> {
    let mut counts: Vec<(usize, &str)> = Vec::new();
    for statement in span.iter() {
        match counts.iter_mut().find(|(_, document)| *document == statement.document) {
            Some((count, _)) => *count += 1,
            None => counts.push((1, &statement.document)),
        }
    }
    counts.sort_by_key(|(count, document)| (std::cmp::Reverse(*count), *document));
    counts.into_iter().map(|(_, document)| document.into()).collect()
}

/// True if a citation rests on a value that is not verified.
#[must_use]
pub fn is_unverified(policy: &Policy, cite: Cite) -> bool {
    policy.cited(cite).any(|rule| rule.unverified.is_some())
}

/// The days of a policy: `2024-01-01 起`, or both ends.
#[must_use]
pub fn shown_span(from: Date, to: Date, english: bool) -> String {
    match (to >= Date::MAX.previous(), english) {
        (true, false) => format!("{from} 起"),
        (true, true) => format!("from {from}"),
        (false, false) => format!("{from} 至 {to}"),
        (false, true) => format!("{from} to {to}"),
    }
}
