//! 人员信息: who holds a credential, how they are insured, what their accounts hold and what is left of their limits.

use super::Known;
use super::probe::Probe;
use crate::agency::Agency;
use crate::business::wallet;
use crate::facts::{self, ENTITLEMENT, FILING, Occasion, PLAN, PersonDetail, TWO_DISEASE};
use crate::reason::{Reason, Refused};
use crate::record::Purse;
use kernel::{Admission, Category, Date, Entitlement, Fen, Fund, Moment, Place, Status};
use std::sync::Arc;
use store::{Area, Person, PersonKey};

/// More than any limit: what is paid for it is what is left.
const EVERYTHING: Fen = Fen::yuan(1_000_000_000);
/// What is paid beyond this has no limit.
const NO_LIMIT_FROM: Fen = Fen::yuan(10_000_000);

/// A person as the counter sees one.
#[derive(Clone, PartialEq, Debug)]
pub struct PersonFound {
    /// The record.
    pub person: Person,
    /// The rest of the record.
    pub detail: PersonDetail,
    /// How the person is insured: one a scheme; the books hold the employees' scheme. None: not insured.
    pub enrolments: Vec<Enrolment>,
    /// 住院 today.
    pub inpatient: bool,
    /// What is left of limits this benefit year.
    pub quotas: Vec<Quota>,
    /// What relatives' accounts hold for the person.
    pub family: Fen,
}

/// How a person is insured in a scheme.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Enrolment {
    /// Division of the pooling area.
    pub area: Area,
    /// 在职 or 退休 today.
    pub status: Status,
    /// 参保类型: code; empty if not known.
    pub plan: Arc<str>,
    /// 参保类型: name.
    pub plan_name: Arc<str>,
    /// 待遇状态 today.
    pub entitlement: Entitlement,
    /// First day of that state.
    pub from: Date,
    /// Last day of that state.
    pub to: Date,
    /// First enrolment, if known.
    pub enrolled_on: Option<Date>,
    /// What the own account holds: money of the year.
    pub current: Fen,
    /// Earlier money.
    pub earlier: Fen,
}

impl Enrolment {
    /// What the own account holds.
    #[must_use]
    pub fn balance(&self) -> Fen {
        self.current + self.earlier
    }
}

/// What is left of a benefit this year.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quota {
    /// The programme.
    pub programme: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// What kind of care.
    pub category: Category,
    /// 病种; empty if none.
    pub disease: Arc<str>,
    /// What the pool fund can still pay; `None`: no limit.
    pub pool: Option<Fen>,
    /// What all funds can still pay; `None`: no limit.
    pub funds: Option<Fen>,
    /// Deductible still to be met at a hospital of level 2.
    pub deductible: Fen,
    /// Why nothing is paid now; empty if something is.
    pub withheld: String,
}

/// Who holds a credential. `kind` empty: a credential of any kind.
///
/// # Errors
/// [`Reason::PersonUnknown`], [`Reason::AreaUnknown`], or what the store says.
pub fn by_credential(
    agency: &Agency,
    area: Area,
    kind: &str,
    number: &str,
) -> Result<PersonFound, Refused> {
    let unknown = || Refused::new(Reason::PersonUnknown, "该凭证未登记参保人");
    if number.is_empty() {
        return Err(Refused::new(Reason::PersonUnknown, "缺少就诊凭证编号"));
    }
    let key = agency.store().person_by_credential(area, kind, number)?.ok_or_else(unknown)?;
    person(agency, &key)
}

/// A person by 人员编号.
///
/// # Errors
/// [`Reason::PersonUnknown`], [`Reason::AreaUnknown`], or what the store says.
pub fn person(agency: &Agency, key: &PersonKey) -> Result<PersonFound, Refused> {
    let now = agency.now();
    let known = Known::of(agency, key, now)?;
    let file = &known.file;
    let detail = serde_json::from_str(&file.person.detail).unwrap_or_default();
    let mut found = PersonFound {
        person: file.person.clone(),
        detail,
        enrolments: known.enrolment().into_iter().collect(),
        inpatient: false,
        quotas: Vec::new(),
        family: Fen::ZERO,
    };
    let Some(version) = known.law.on(now.date()) else { return Ok(found) };
    let (service, category) = (now, Category::Ordinary);
    let occasion = Occasion { service, institution: "", category, known: now };
    let today = facts::as_of(file, &known.law, version.policy, &occasion);
    found.inpatient = today.admission == Admission::Inpatient;
    let family = wallet::family(&known.world, file, version.policy, now);
    found.family = family.iter().map(Purse::payable).sum();
    found.quotas = known.quotas(now);
    Ok(found)
}

impl Known {
    fn enrolment(&self) -> Option<Enrolment> {
        let (file, at) = (&self.file, self.at);
        let day = at.date();
        let spell = facts::newest(file, ENTITLEMENT, day, at);
        let ever = facts::of_kind(file, facts::ENROLLED);
        let ever = ever.iter().filter(|fact| facts::believed(fact, at)).map(|fact| fact.from);
        let enrolled_on = ever.min();
        if spell.is_none() && enrolled_on.is_none() {
            return None;
        }
        let plan: Arc<str> =
            facts::newest(file, PLAN, day, at).map_or_else(|| "".into(), |fact| fact.other.clone());
        let plans = &self.law.timeline.vocabulary.plans;
        let term = plans.iter().find(|term| *term.code == *plan);
        let policy = self.law.on(day).map(|version| version.policy);
        let retired = facts::retired_on(file, at);
        let account = self.world.account(self.key());
        let (current, earlier) =
            account.map_or((Fen::ZERO, Fen::ZERO), |account| wallet::turned(account, day.ymd().0));
        Some(Enrolment {
            area: self.key().area,
            status: policy.map_or(Status::Active, |policy| policy.status_on(day, retired)),
            plan_name: term.map_or_else(|| "".into(), |term| Arc::from(&*term.zh)),
            plan,
            entitlement: facts::entitlement(file, day, at),
            from: spell.map_or(day, |fact| fact.from),
            to: spell.map_or(Date::MAX, |fact| fact.to),
            enrolled_on,
            current,
            earlier,
        })
    }

    /// Ordinary care, and every disease with a filing.
    fn quotas(&self, at: Moment) -> Vec<Quota> {
        let day = at.date();
        let filed = |kind: &'static str, category: Category| {
            let facts = facts::of_kind(&self.file, kind).iter();
            let facts = facts.filter(move |fact| facts::holds(fact, day, at));
            facts.map(move |fact| (category, fact.other.clone()))
        };
        let asked = std::iter::once((Category::Ordinary, Arc::from("")))
            .chain(filed(FILING, Category::Chronic))
            .chain(filed(TWO_DISEASE, Category::TwoDisease));
        asked.filter_map(|(category, disease)| self.quota(at, category, disease)).collect()
    }

    /// What is left for this kind of care: what would be paid for more than any limit allows.
    fn quota(&self, at: Moment, category: Category, disease: Arc<str>) -> Option<Quota> {
        let version = self.law.on(at.date())?;
        let (site, place, amount) = (None, Place::Local, EVERYTHING);
        let probe = Probe { site, place, at, category, disease: &disease, amount };
        let settlement = probe.decide(self, version).ok()?.settlement;
        let portion = settlement.portions.first()?;
        let programme = portion.programme?;
        let term = &version.policy.programmes.get(usize::from(programme))?.term;
        let left = |paid: Fen| (paid < NO_LIMIT_FROM).then_some(paid);
        Some(Quota {
            programme: version.words.programme(programme),
            name: Arc::from(&*term.zh),
            category,
            disease,
            pool: left(settlement.paid_by(Fund::Pool)),
            funds: left(settlement.fund_payment()),
            deductible: settlement.deductible,
            withheld: settlement.withheld.map(|why| why.to_string()).unwrap_or_default(),
        })
    }
}
