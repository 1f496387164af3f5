//! 核定告知书: what was decided on an application, why, by which articles, and what came of it.

use super::application::{Application, Due, State};
use super::lists;
use crate::Agency;
use crate::reason::{Reason, Refused};
use crate::record::{Corrected, Record};
use crate::replay::replay;
use policy::explain::Explanation;
use std::sync::Arc;
use store::{EntryKind, Id, PersonKey, Wants};

/// A notice.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The application.
    pub application: Application,
    /// 姓名.
    pub name: Arc<str>,
    /// The agency's region.
    pub region: Arc<str>,
    /// The record of the decision; `None`: not decided.
    pub record: Option<Record>,
    /// Why it is what it is.
    pub explanation: Option<Explanation>,
    /// Corrections since, oldest first.
    pub corrections: Vec<Corrected>,
    /// What is to be paid now.
    pub due: Due,
    /// 材料 that the policy asks for.
    pub documents: Vec<Arc<str>>,
}

/// The notice of an application.
///
/// # Errors
/// [`Reason::DocumentUnknown`], or what the store says.
pub fn notice(
    agency: &Agency,
    person: &PersonKey,
    number: &str,
    english: bool,
) -> Result<Notice, Refused> {
    let (store, regions) = (agency.store(), agency.regions());
    let application = lists::application(store, person, number)?;
    let law = regions.law(person.area);
    let law = law.ok_or_else(|| Refused::new(Reason::AreaUnknown, person.area.to_string()))?;
    let version = law.on(application.stated.service);
    let documents = version.map_or_else(Vec::new, |version| {
        version.policy.offsite.documents.iter().map(|it| Arc::from(&**it)).collect()
    });
    let mut wants = Wants { people: [person.clone()].into(), ..Wants::default() };
    let decided = application.decided.as_ref().map(|verdict| verdict.entry);
    wants.entries.extend(decided.map(|entry| (person.clone(), entry)));
    let found = store.read(&wants)?;
    let entry = decided.and_then(|entry| found.entries.get(&entry));
    let replayed = entry.map(|entry| replay(entry, regions, english)).transpose()?;
    let (record, explanation) = replayed
        .map(|it| (it.record, it.explanation))
        .map_or((None, None), |(record, why)| (Some(record), Some(why)));
    let corrections = match decided {
        Some(entry) if application.state() != State::Withdrawn => {
            corrections(agency, person, entry)?
        }
        _ => Vec::new(),
    };
    Ok(Notice {
        name: found.files.get(person).map(|file| file.person.name.clone()).unwrap_or_default(),
        region: Arc::from(&*law.timeline.name.zh),
        due: lists::due(store, person.area, &application)?,
        application,
        record,
        explanation,
        corrections,
        documents,
    })
}

/// What a claim was corrected by.
fn corrections(agency: &Agency, person: &PersonKey, claim: Id) -> Result<Vec<Corrected>, Refused> {
    let history = agency.store().history(person, claim, Id::MAX)?;
    let all = history.iter().filter(|entry| entry.kind == EntryKind::Correction);
    let read = all.filter_map(|entry| Corrected::from_json(&entry.record));
    Ok(read.filter(|corrected| corrected.correction.settlement == claim).collect())
}
