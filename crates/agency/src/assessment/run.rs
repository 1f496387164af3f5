//! The runs: a month scored for every institution, and a year made of its months.

use super::sheet::{Assessment, cited, scored};
use crate::agency::Agency;
use crate::books::last_over;
use crate::business::assessment::{Assess, AssessYear};
use crate::clearing::{Signed, walk};
use crate::core::{Core, Job};
use crate::documents;
use crate::indicators::{By, Figures, Row, gather};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::regions::Version;
use crate::review::{ReviewState, reviews};
use crate::{Business, business::review::Whose};
use kernel::{Date, Moment, Month};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::channel;
use store::{Area, PersonKey};

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Assessed {
    /// Assessments made or made anew.
    pub made: u64,
    /// There already, and the same.
    pub unchanged: u64,
    /// Institutions refused, and why.
    pub refused: Vec<(Arc<str>, Refused)>,
}

impl Assessed {
    fn take(&mut self, institution: Arc<str>, reply: Result<Outcome, Refused>) {
        match reply {
            Ok(Outcome::Done) => self.unchanged += 1,
            Ok(_) => self.made += 1,
            Err(refused) => self.refused.push((institution, refused)),
        }
    }
}

/// Scores a month for an institution, or for every one with anything in it.
///
/// # Errors
/// [`Reason::Content`] if the month is not over; [`Reason::PolicySilent`] if the policy has no items; what the books say.
/// What single institutions are refused for is in [`Assessed`].
pub fn run_month(
    agency: &Agency,
    core: &Core,
    (area, institution): (Area, Option<&str>),
    month: Month,
    by: &Arc<str>,
) -> Result<Assessed, Refused> {
    let scoring = Scoring::of(agency, area, month)?;
    let mut assessed = Assessed::default();
    let mut found = false;
    for row in gather(agency, area, month, By::Institution)?.rows {
        if institution.is_some_and(|wanted| *row.group != *wanted) || is_idle(&row.figures) {
            continue;
        }
        found = true;
        let institution = row.group.clone();
        let whose = Whose::new(area, &institution, month);
        let scored = scoring.score(row, by, agency.now());
        let reply = scored.and_then(|assessment| ask(core, Assess { whose, assessment }));
        assessed.take(institution, reply);
    }
    match (institution, found) {
        (Some(institution), false) => Err(idle(institution, month)),
        _ => Ok(assessed),
    }
}

/// Scores a month of one institution; nothing is filed.
///
/// # Errors
/// As for [`run_month`]; [`Reason::DocumentState`] while its prescriptions are reviewed.
pub fn score_month(
    agency: &Agency,
    (area, institution): (Area, &str),
    month: Month,
    by: &Arc<str>,
) -> Result<Assessment, Refused> {
    let scoring = Scoring::of(agency, area, month)?;
    let rows = gather(agency, area, month, By::Institution)?.rows;
    let own = rows.into_iter().find(|row| *row.group == *institution);
    let row = own.filter(|row| !is_idle(&row.figures));
    scoring.score(row.ok_or_else(|| idle(institution, month))?, by, agency.now())
}

fn idle(institution: &str, month: Month) -> Refused {
    Refused::new(Reason::Content, format!("{institution} {month}没有可考核的业务"))
}

/// What a month is scored by.
struct Scoring<'a> {
    month: Month,
    version: Version<'a>,
    articles: Vec<Arc<str>>,
    unverified: bool,
    /// Institutions whose prescriptions are being reviewed.
    open: BTreeSet<Arc<str>>,
}

impl Scoring<'_> {
    fn of(agency: &Agency, area: Area, month: Month) -> Result<Scoring<'_>, Refused> {
        let last = month.last_day();
        over(agency.now(), last, &month.to_string())?;
        let version = version(agency, area, last)?;
        let (articles, unverified) = cited(&version);
        let reviews = reviews(agency.store(), area, month)?.into_iter();
        let open = reviews.filter(|(_, state)| *state == ReviewState::Open);
        let open = open.map(|(review, _)| review.institution).collect();
        Ok(Scoring { month, version, articles, unverified, open })
    }

    fn score(&self, row: Row, by: &Arc<str>, at: Moment) -> Result<Assessment, Refused> {
        let Scoring { month, version, .. } = self;
        if self.open.contains(&row.group) {
            let words = format!("{} {month}的处方点评尚未办结", row.group);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let mut assessment = Assessment {
            institution: row.group,
            name: row.name,
            period: Arc::from(month.to_string()),
            made: Signed::now(by, at),
            policy: version.words.version.clone(),
            articles: self.articles.clone(),
            unverified: self.unverified,
            items: scored(version, &row.figures),
            figures: row.figures,
            ..Assessment::default()
        };
        assessment.reckon(&version.policy.assessment)?;
        Ok(assessment)
    }
}

/// Makes the assessment of a year, of an institution or of every one that was assessed in it.
///
/// # Errors
/// As for [`run_month`].
pub fn run_year(
    agency: &Agency,
    core: &Core,
    (area, institution): (Area, Option<&str>),
    year: i32,
    by: &Arc<str>,
) -> Result<Assessed, Refused> {
    let last = Date::from_ymd(year, 12, 31).unwrap_or(Date::MAX);
    over(agency.now(), last, &format!("{year:04}"))?;
    version(agency, area, last)?;
    let months = format!("{year:04}-");
    let mut all = BTreeSet::new();
    walk(agency.store(), area, documents::ASSESSMENT, "", &mut |document| {
        if document.key.number.starts_with(&months) {
            all.insert(document.key.owner);
        }
        Ok(())
    })?;
    all.retain(|known| institution.is_none_or(|wanted| **known == *wanted));
    if let (Some(institution), true) = (institution, all.is_empty()) {
        let words = format!("{institution} {year:04}年没有月度考核");
        return Err(Refused::new(Reason::DocumentUnknown, words));
    }
    let mut assessed = Assessed::default();
    for institution in all {
        let party = PersonKey { area, person: institution.clone() };
        let reply = ask(core, AssessYear { institution: party, year, by: by.clone() });
        assessed.take(institution, reply);
    }
    Ok(assessed)
}

/// Nothing that an assessment could be about.
fn is_idle(figures: &Figures) -> bool {
    let before = Figures {
        insured: figures.insured,
        total_before: figures.total_before,
        visits_before: figures.visits_before,
        ..Figures::default()
    };
    *figures == before
}

/// Only what is over is assessed.
pub(crate) fn over(now: Moment, last: Date, period: &str) -> Result<(), Refused> {
    if last > last_over(now) {
        let words = format!("{period}尚未结束，{last}次日零点五分起可以考核");
        return Err(Refused::new(Reason::Content, words));
    }
    Ok(())
}

/// The policy by which a day is assessed.
fn version(agency: &Agency, area: Area, day: Date) -> Result<Version<'_>, Refused> {
    let law = agency.regions().law(area);
    let version = law.and_then(|law| law.on(day));
    let version = version
        .ok_or_else(|| Refused::new(Reason::AreaUnknown, format!("{area} {day}没有政策")))?;
    if version.policy.assessment.items.is_empty() {
        return Err(Refused::new(Reason::PolicySilent, format!("{area} {day}没有 [assessment]")));
    }
    Ok(version)
}

/// One request, waited for.
fn ask(core: &Core, business: impl Business + 'static) -> Result<Outcome, Refused> {
    let (sender, reply) = channel();
    core.submit(Job {
        business: Box::new(business),
        message: None,
        sent: None,
        // Whoever waited has gone: nobody is to be told.
        reply: Box::new(move |answered| drop(sender.send(answered))),
    });
    let answered = reply.recv().map_err(|_| Refused::new(Reason::Closing, ""))?;
    answered.map(|answered| answered.outcome)
}
