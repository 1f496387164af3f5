//! Where a paper bill arose, and the visit it stands for: what a directory says, and where none lists the institution what
//! was stated.

use super::super::lines::StatedLine;
use super::super::settle::charge::Scene;
use crate::directory::{InstitutionDetail, Site};
use crate::facts;
use crate::paper::{Caveat, Issuer, Stated, Warning};
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::{Capabilities, Category, Level, Moment, Place, Prescription, Venue};
use std::sync::Arc;
use store::{Area, PersonFile};

/// Where it arose.
pub(super) struct Found {
    pub(super) scene: Scene,
    /// In which area, if known.
    pub(super) area: Option<Area>,
    /// Kind of off-site care that was stated, if it decides; empty: what is filed does.
    pub(super) place: Arc<str>,
    /// What is to be looked at.
    pub(super) warnings: Vec<Warning>,
}

/// The category, and the national word for it.
pub(super) fn category(stated: &Stated) -> Result<Category, Refused> {
    let unknown = || Refused::new(Reason::CategoryUnknown, &*stated.category);
    facts::category(&stated.category).ok_or_else(unknown)
}

/// Finds out where it arose.
pub(super) fn find(
    world: &World,
    file: &PersonFile,
    stated: &Stated,
    known: Moment,
) -> Result<Found, Refused> {
    let (own, day) = (file.person.key.area, stated.service);
    let issuer = &stated.issuer;
    let listed = match issuer.code.is_empty() {
        true => None,
        false => world.site(own, &issuer.code, day, known),
    };
    let mut warnings = Vec::new();
    let (site, area) = match listed {
        Some((area, site)) => (site, Some(area)),
        None => {
            warnings.push(unverified(issuer));
            (as_stated(issuer)?, Area::parse(&issuer.area))
        }
    };
    if area == Some(own) {
        let scene = Scene { site, place: Place::Local };
        return Ok(Found { scene, area, place: Arc::default(), warnings });
    }
    let filed = facts::place(file, day, category(stated)?, known);
    let place = match word("异地类别", &issuer.place, Place::from_code)? {
        None | Some(Place::Local) => filed,
        Some(place) => place,
    };
    let stands = place == filed;
    if !stands {
        warnings.push(Warning {
            caveat: Caveat::PlaceUnverified,
            about: Arc::from(place.code()),
            words: Arc::from(format!("申报为{}，登记为{}", place.zh(), filed.zh())),
            cleared: None,
        });
    }
    let place_found = if stands { Arc::default() } else { Arc::from(place.code()) };
    Ok(Found { scene: Scene { site, place }, area, place: place_found, warnings })
}

fn unverified(issuer: &Issuer) -> Warning {
    let level = Level::from_code(&issuer.level).unwrap_or(Level::Ungraded);
    let agreement = if issuer.designated { "定点" } else { "非定点" };
    Warning {
        caveat: Caveat::IssuerUnverified,
        about: Arc::from(issuer.shown()),
        words: Arc::from(format!(
            "{}不在机构名录，按申报为{agreement}、{}",
            issuer.shown(),
            level.zh()
        )),
        cleared: None,
    }
}

/// An institution that no directory lists.
fn as_stated(issuer: &Issuer) -> Result<Site, Refused> {
    let level = word("机构等级", &issuer.level, Level::from_code)?;
    let venue = word("机构类型", &issuer.venue, Venue::from_code)?;
    Ok(Site {
        code: issuer.code.clone(),
        name: issuer.name.clone(),
        venue: venue.unwrap_or(Venue::Hospital),
        level: level.unwrap_or(Level::Ungraded),
        designated: issuer.designated,
        // What its agreement allows nobody here knows; a reviewer has looked.
        capabilities: Capabilities::CODES.iter().map(|code| Arc::from(*code)).collect(),
        detail: Arc::new(InstitutionDetail::default()),
    })
}

/// A word of a closed list; empty: none.
fn word<T>(what: &str, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refused> {
    match text {
        "" => Ok(None),
        text => match read(text) {
            Some(word) => Ok(Some(word)),
            None => Err(Refused::new(Reason::Content, format!("{what}{text}不在词表内"))),
        },
    }
}

/// Who prescribed it.
pub(super) fn prescription(stated: &Stated) -> Result<Option<Prescription>, Refused> {
    let Some(prescriber) = &stated.prescriber else { return Ok(None) };
    let level = word("处方机构等级", &prescriber.level, Level::from_code)?;
    let (level, designated) = (level.unwrap_or(Level::Ungraded), prescriber.designated);
    Ok(Some(Prescription { level, designated }))
}

/// The lines as a sender would state them.
pub(super) fn lines(stated: &Stated) -> Vec<StatedLine> {
    let at = Moment::start_of(stated.service);
    let line = |(place, line): (usize, &crate::paper::PaperLine)| {
        let mut one = StatedLine {
            serial: Arc::from((place + 1).to_string()),
            item: line.item.clone(),
            amount: line.amount,
            quantity: line.quantity,
            price: line.price,
            at,
            ..StatedLine::default()
        };
        one.rest.approval = line.approval.clone();
        one.rest.disease = line.disease.clone();
        one
    };
    stated.lines.iter().enumerate().map(line).collect()
}
