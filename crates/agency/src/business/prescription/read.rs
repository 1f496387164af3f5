//! Questions about prescriptions: by number, by person, by authorisation.

use super::authorise::{Names, authorisation_key, authorised};
use super::body::{Owner, Prescription, key, owner_key};
use super::hospital::{file_key, of_prescriber};
use crate::documents;
use crate::reason::{Reason, Refused};
use kernel::Moment;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use store::{Area, Document, PersonKey, Queries};

/// Documents read at a time.
const PAGE: usize = 200;

/// Whose prescription a number is: steps that name only the number ask this first.
///
/// # Errors
/// [`Reason::PrescriptionUnknown`], or what the store says.
pub fn owner(queries: &dyn Queries, area: Area, number: &str) -> Result<PersonKey, Refused> {
    let found = queries.document(&owner_key(area, number))?;
    let owner: Owner = read(found.as_ref(), number)?;
    Ok(PersonKey { area, person: owner.person })
}

/// A prescription of a person.
///
/// # Errors
/// [`Reason::PrescriptionUnknown`], or what the store says.
pub fn prescription(
    queries: &dyn Queries,
    person: &PersonKey,
    number: &str,
) -> Result<Prescription, Refused> {
    read(queries.document(&key(person, number))?.as_ref(), number)
}

/// A prescription, for the institution that wrote it.
///
/// # Errors
/// [`Reason::PrescriptionUnknown`], [`Reason::NotAllowed`] for another institution, or what the store says.
pub fn for_prescriber(
    queries: &dyn Queries,
    area: Area,
    number: &str,
    institution: &str,
) -> Result<Prescription, Refused> {
    let person = owner(queries, area, number)?;
    let found = prescription(queries, &person, number)?;
    of_prescriber(&found, institution)?;
    Ok(found)
}

/// All prescriptions of a person, oldest first.
///
/// # Errors
/// What the store says.
pub fn of_person(queries: &dyn Queries, person: &PersonKey) -> Result<Vec<Prescription>, Refused> {
    let mut all = Vec::new();
    let mut after: Arc<str> = "".into();
    loop {
        let (kind, owner) = (documents::PRESCRIPTION, &*person.person);
        let page = queries.documents(person.area, kind, owner, (owner, &after), PAGE)?;
        for document in &page {
            all.push(Prescription::of(document)?);
        }
        match page.last() {
            Some(last) if page.len() == PAGE => after = last.key.number.clone(),
            _ => return Ok(all),
        }
    }
}

/// What an authorised pharmacy downloads.
#[derive(Clone, PartialEq, Debug)]
pub struct Download {
    /// The prescription.
    pub prescription: Prescription,
    /// Its signed file, base 64.
    pub file: Arc<str>,
}

/// A prescription with its file, for a pharmacy that holds an authorisation.
///
/// # Errors
/// [`Reason::PrescriptionUnchecked`] without a valid authorisation; [`Reason::PrescriptionState`] and
/// [`Reason::PrescriptionExpired`] if it cannot be dispensed any more; or what the store says.
pub fn download(
    queries: &dyn Queries,
    area: Area,
    pharmacy: &str,
    authorisation: &str,
    token: &str,
    at: Moment,
) -> Result<Download, Refused> {
    let found = queries.document(&authorisation_key(area, authorisation))?;
    let Some(found) = found else {
        return Err(Refused::new(Reason::PrescriptionUnchecked, "未找到处方授权编号"));
    };
    let names: Names = read(Some(&found), authorisation)?;
    let person = PersonKey { area, person: names.person };
    let prescription = prescription(queries, &person, &names.number)?;
    authorised(&prescription, pharmacy, token, at)?;
    prescription.allow(super::Step::Verify, at)?;
    let file = queries.document(&file_key(&person, &names.number))?;
    let file = file.ok_or_else(|| Refused::new(Reason::Conflict, "处方原件缺失"))?.body;
    Ok(Download { prescription, file })
}

fn read<T: DeserializeOwned>(found: Option<&Document>, number: &str) -> Result<T, Refused> {
    let Some(found) = found else {
        return Err(Refused::new(Reason::PrescriptionUnknown, number));
    };
    serde_json::from_str(&found.body).map_err(|_| Refused::new(Reason::Conflict, number))
}
