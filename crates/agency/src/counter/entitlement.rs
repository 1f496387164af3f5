//! 待遇享受检查: is a person entitled to this kind of care, here, from this day on? One answer a fund, with the reason and
//! the article.

use super::Known;
use super::probe::{self, Answer, Probe};
use crate::agency::Agency;
use crate::facts::{self, ENTITLEMENT};
use crate::reason::{Reason, Refused};
use crate::regions::Version;
use kernel::policy::{Above, Cite, Route};
use kernel::{
    Category, Date, Fen, Flags, Fund, Item, Moment, Place, Policy, Refusal, StepKind, Trace, Venue,
};
use std::sync::Arc;
use store::PersonKey;

/// A small amount: the question is whether anything would be paid, not how much.
const SOMETHING: Fen = Fen::yuan(100);

/// What is asked.
#[derive(Clone, Debug)]
pub struct EntitlementAsked {
    /// Who.
    pub person: PersonKey,
    /// Where.
    pub institution: Arc<str>,
    /// What kind of care.
    pub category: Category,
    /// 病种; empty if none.
    pub disease: Arc<str>,
    /// From when.
    pub from: Moment,
}

/// The answer about one fund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entitled {
    /// The fund.
    pub fund: Fund,
    /// The programme; empty: none takes this kind of care.
    pub programme: Arc<str>,
    /// It pays.
    pub entitled: bool,
    /// Why not, or under what condition; empty if there is nothing to say.
    pub because: String,
    /// The articles behind it.
    pub articles: Arc<[Arc<str>]>,
    /// First day of the person's spell.
    pub from: Date,
    /// Its last day.
    pub to: Date,
}

/// Is the person entitled?
///
/// # Errors
/// [`Reason::PersonUnknown`], [`Reason::InstitutionUnknown`], [`Reason::BillRefused`] without a policy on the day, or
/// what the store says.
pub fn entitlement(agency: &Agency, asked: &EntitlementAsked) -> Result<Vec<Entitled>, Refused> {
    let known = Known::of(agency, &asked.person, asked.from)?;
    let day = asked.from.date();
    let found = known.world.site(asked.person.area, &asked.institution, day, known.at);
    let unknown = || Refused::new(Reason::InstitutionUnknown, &*asked.institution);
    let (area, site) = found.ok_or_else(unknown)?;
    let own = area == asked.person.area;
    let place = match own {
        true => Place::Local,
        false => facts::place(&known.file, day, asked.category, known.at),
    };
    let no_policy = || Refused::new(Reason::BillRefused, Refusal::NoPolicy.to_string());
    let version = known.law.on(day).ok_or_else(no_policy)?;
    let (category, disease) = (asked.category, &*asked.disease);
    let probe =
        Probe { site: Some(&site), place, at: asked.from, category, disease, amount: SOMETHING };
    let answer = probe
        .decide(&known, version)
        .map_err(|refusal| Refused::new(Reason::BillRefused, refusal.to_string()))?;
    let programme = answer.settlement.portions.first().and_then(|portion| portion.programme);
    let Verdict { entitled, because, cite } =
        verdict(version, &answer, programme, asked, site.venue == Venue::Pharmacy);
    let spell = facts::newest(&known.file, ENTITLEMENT, day, known.at);
    let (from, to) = spell.map_or((day, Date::MAX), |spell| (spell.from, spell.to));
    let funds = funds(version, programme).into_iter();
    Ok(funds
        .map(|fund| Entitled {
            fund,
            programme: programme.map_or_else(|| "".into(), |index| version.words.programme(index)),
            entitled,
            because: because.clone(),
            articles: version.words.cited(cite).articles.clone(),
            from,
            to,
        })
        .collect())
}

/// Whether something is paid, what is to be said about it, and under which rule.
struct Verdict {
    entitled: bool,
    because: String,
    cite: Cite,
}

fn verdict(
    version: Version<'_>,
    answer: &Answer,
    programme: Option<u16>,
    asked: &EntitlementAsked,
    at_pharmacy: bool,
) -> Verdict {
    let policy = version.policy;
    if let Some(refusal) = answer.settlement.withheld {
        let cite = reason_cited(&answer.trace);
        return Verdict { entitled: false, because: refusal.to_string(), cite };
    }
    let disease = probe::disease(version.law, &asked.disease);
    let taken = programme.map_or(policy.programmes.len(), usize::from);
    let unfiled = policy.programmes[..taken].iter().find(|rules| {
        let takes =
            |route: &Route| route.takes(asked.category, Flags::default(), Item::default(), disease);
        rules.routes.iter().any(takes) && !rules.is_filed(&answer.facts, disease)
    });
    let rules = policy.programmes.get(taken);
    if let Some(unfiled) = unfiled {
        let instead = rules.map_or("", |rules| &rules.term.zh);
        let (wanted, code) = (&unfiled.term.zh, &asked.disease);
        let because = format!("未办理{wanted}备案（{code}）；费用按{instead}结算");
        return Verdict { entitled: false, because, cite: unfiled.cite };
    }
    if at_pharmacy && policy.pharmacy.prescription_required {
        let because = "须凭定点医疗机构外配处方".into();
        return Verdict { entitled: true, because, cite: policy.pharmacy.cite };
    }
    let cite = rules.map_or(Cite::NONE, |rules| rules.cite);
    Verdict { entitled: true, because: String::new(), cite }
}

/// The rule that withheld the benefit.
fn reason_cited(trace: &Trace) -> Cite {
    let withheld = trace.steps.iter().find(|step| matches!(step.kind, StepKind::Withheld(_)));
    withheld.map_or(Cite::NONE, |step| step.cite)
}

/// The funds that a programme draws on: its own, then those that take over above its limits.
fn funds(version: Version<'_>, programme: Option<u16>) -> Vec<Fund> {
    let Some(rules) = programme.and_then(|it| version.policy.programmes.get(usize::from(it)))
    else {
        return vec![Fund::Pool];
    };
    let mut funds = vec![rules.fund];
    for used in &rules.payment_limits {
        funds.extend(takes_over(version.policy, used.limit));
    }
    funds.sort_unstable();
    funds.dedup();
    funds
}

fn takes_over(policy: &Policy, limit: u16) -> Option<Fund> {
    match policy.limits.get(usize::from(limit))?.above {
        Above::Payer { fund, .. } => Some(fund),
        Above::Patient | Above::Programme(_) => None,
    }
}
