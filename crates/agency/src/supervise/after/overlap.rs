//! 住院期间门诊统筹支付 (GX Art 15): the funds paid for a visit while the person was an inpatient, also when the admission was
//! uploaded afterwards. Where the policy blocks a programme during an admission the benefit did not exist; elsewhere it is a
//! question of who was there. Nothing is taken back here.

use super::claim::{Claim, Personal};
use super::finding::{Concerned, Draft, Side};
use super::known::{Basis, Known};
use super::rules::{Found, Rule};
use crate::facts::{self, believed};
use crate::supervise::Severity;
use crate::supervise::checks::inside;
use kernel::{Date, Fen, Moment};
use store::Fact;

/// Half a day, milliseconds: when a service of another day than its settlement is taken to have been.
const NOON: i64 = 12 * 60 * 60 * 1_000;

pub(super) fn check(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let admissions = personal.facts(facts::ADMISSION).iter();
    let admissions: Vec<&Fact> = admissions.filter(|fact| believed(fact, known.now)).collect();
    let mut found = Vec::new();
    let paid = personal.claims.iter().filter(|claim| claim.fund > 0);
    for claim in paid.filter(|claim| known.span.holds(claim.at())) {
        let (served, day) = (served(claim), claim.day());
        let limit = known.limit(rule.code, day);
        let tolerated = limit.as_ref().map_or(0, |limit| limit.value);
        let stay = admissions.iter().find(|fact| {
            let on = fact.from <= day && day <= fact.to;
            on && inside(fact, served) && i64::from(day.days() - fact.from.days()) >= tolerated
        });
        let Some(stay) = stay else { continue };
        let basis = basis(known, claim).and(&limit.map(|it| it.basis).unwrap_or_default());
        let draft = Draft {
            side: Side::Person,
            party: &personal.person,
            key: &claim.id.to_string(),
            words: words(known, claim, stay),
            claims: vec![Concerned { account: 0, ..Concerned::whole(claim) }],
            basis,
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}

/// When the service was given: the settlement's time, or noon of the day of the service if that was another day.
fn served(claim: &Claim) -> Moment {
    if claim.at().date() == claim.day() {
        return claim.at();
    }
    Moment(Moment::start_of(claim.day()).0 + NOON)
}

/// The rules that block a programme that paid during an admission: then it is certain that nothing was due.
fn basis(known: &Known<'_>, claim: &Claim) -> Basis {
    let Some(version) = known.law.on(claim.day()) else { return Basis::default() };
    let programmes = version.words.programmes.iter().zip(&version.policy.programmes);
    let paid = programmes.filter(|(code, _)| claim.programmes.contains(code));
    let blocked = paid.filter_map(|(_, programme)| programme.blocked_during_admission);
    let mut basis = Basis::default();
    for cite in blocked {
        let cited = version.words.cited(cite);
        let (articles, unverified) = (cited.articles.to_vec(), cited.unverified);
        basis = basis.and(&Basis { articles, unverified, severity: None });
        basis.severity = Some(Severity::Certain);
    }
    basis
}

fn words(known: &Known<'_>, claim: &Claim, stay: &Fact) -> String {
    let until = match stay.to {
        Date::MAX => "今".to_owned(),
        day => day.to_string(),
    };
    let late = match stay.learned_at > claim.at() {
        true => format!("；住院信息{}才上传，结算时不知", stay.learned_at.date()),
        false => String::new(),
    };
    format!(
        "{}至{until}在{}住院，{}在{}结算，基金支付{}元{late}",
        stay.from,
        known.institution(&stay.other),
        claim.at(),
        known.institution(&claim.institution),
        Fen::new(claim.fund),
    )
}
