//! Drawing: which prescriptions of the month are reviewed.
//!
//! Every prescription gets a number from the seed and its own name (SHA-256), and of each department those with the smallest
//! numbers are drawn: each has the same chance, nothing depends on the order in which the books hold them, and anybody can draw
//! again. Departments share the sample in proportion to their prescriptions, by largest remainders.

use super::frame::{Settled, Unit, frame, whose};
use super::sheet::{Drawn, Origin, Review, Stratum, Taken};
use crate::agency::Agency;
use crate::books::last_over;
use crate::business::lines::LineBody;
use crate::business::prescription::{Prescription, body as prescription};
use crate::business::visit::VisitBody;
use crate::clearing::Signed;
use crate::directory::Directory;
use crate::reason::{Reason, Refused};
use kernel::{Date, Moment, Month, Venue};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Id, Wants};

/// A sample of an institution's month, as it would be filed.
///
/// # Errors
/// [`Reason::Content`] if the month is not over or has no prescriptions; [`Reason::InstitutionUnknown`];
/// [`Reason::NotAllowed`] of a pharmacy; [`Reason::PolicySilent`] if the policy does not say how many; the store's own.
pub fn draw(
    agency: &Agency,
    area: Area,
    institution: &Arc<str>,
    month: Month,
    (seed, by): (u64, &Arc<str>),
) -> Result<Review, Refused> {
    let last = month.last_day();
    if last > last_over(agency.now()) {
        let words = format!("{month}尚未结束，{last}次日零点五分起可以抽样");
        return Err(Refused::new(Reason::Content, words));
    }
    let directory = agency.directory(area);
    let site = directory.as_ref().and_then(|it| it.site(institution, last, agency.now()));
    let site = site.ok_or_else(|| Refused::new(Reason::InstitutionUnknown, &**institution))?;
    if site.venue == Venue::Pharmacy {
        let words = format!("{institution}是药店；外配处方在开方机构点评");
        return Err(Refused::new(Reason::NotAllowed, words));
    }
    let law = agency.regions().law(area);
    let version = law.and_then(|law| law.on(last));
    let version = version
        .ok_or_else(|| Refused::new(Reason::AreaUnknown, format!("{area} {last}没有政策")))?;
    let rules = &version.policy.review;
    if rules.cite == kernel::policy::Cite::NONE {
        return Err(Refused::new(Reason::PolicySilent, format!("{area} {last}没有 [review]")));
    }
    let cited = version.words.cited(rules.cite);
    let units = frame(agency, area, institution, month)?;
    let prescriptions = units.len() as u64;
    if prescriptions == 0 {
        let words = format!("{institution} {month}没有处方");
        return Err(Refused::new(Reason::Content, words));
    }
    let chosen = chosen(units, seed, |of| rules.sample_of(of));
    let strata = chosen.iter().map(|(stratum, _)| stratum.clone()).collect();
    let units = chosen.into_iter().flat_map(|(_, units)| units).collect();
    Ok(Review {
        institution: institution.clone(),
        name: site.name,
        month: Arc::from(month.to_string()),
        seed,
        taken: Signed::now(by, agency.now()),
        prescriptions,
        reviewers: rules.reviewers,
        share: rules.share.get(),
        minimum: rules.minimum,
        articles: cited.articles.to_vec(),
        unverified: cited.unverified,
        strata,
        drawn: details(agency, area, units)?,
        ..Review::default()
    })
}

/// The numbers that are drawn of so many names a stratum, by a seed: what [`draw`] does with prescriptions. Stratum and name
/// of each.
#[must_use]
pub fn drawn(
    names: &[(Arc<str>, Arc<str>)],
    seed: u64,
    size: impl Fn(u64) -> u64,
) -> Vec<(Arc<str>, Arc<str>)> {
    let units = names.iter().map(|(department, reference)| Unit {
        origin: Origin::Visit,
        reference: reference.clone(),
        person: Arc::from(""),
        visit: Id::MIN,
        department: department.clone(),
        department_name: Arc::from(""),
    });
    let chosen = chosen(units.collect(), seed, size);
    let units = chosen.into_iter().flat_map(|(_, units)| units);
    units.map(|unit| (unit.department, unit.reference)).collect()
}

/// By department, in order of its code: those drawn, in order of their numbers.
fn chosen(units: Vec<Unit>, seed: u64, size: impl Fn(u64) -> u64) -> Vec<(Stratum, Vec<Unit>)> {
    let whole = units.len() as u64;
    let mut departments: BTreeMap<Arc<str>, Vec<(u128, Unit)>> = BTreeMap::new();
    for unit in units {
        let number = number(seed, &unit);
        departments.entry(unit.department.clone()).or_default().push((number, unit));
    }
    let sizes: Vec<u64> = departments.values().map(|units| units.len() as u64).collect();
    let shares = shares(&sizes, size(whole).min(whole));
    let mut all = Vec::with_capacity(departments.len());
    for ((department, mut units), share) in departments.into_iter().zip(shares) {
        units.sort_unstable_by(|(a, one), (b, other)| {
            (a, one.origin, &one.reference).cmp(&(b, other.origin, &other.reference))
        });
        let named = units.iter().find(|(_, unit)| !unit.department_name.is_empty());
        let stratum = Stratum {
            department,
            name: named.map_or_else(|| Arc::from(""), |(_, unit)| unit.department_name.clone()),
            prescriptions: units.len() as u64,
            drawn: share,
        };
        units.truncate(usize::try_from(share).unwrap_or(usize::MAX));
        all.push((stratum, units.into_iter().map(|(_, unit)| unit).collect()));
    }
    all
}

/// The number of a prescription under a seed.
fn number(seed: u64, unit: &Unit) -> u128 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update([unit.origin as u8]);
    hash.update(unit.reference.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    u128::from_be_bytes(half)
}

/// A sample shared in proportion, by largest remainders; of equal ones the first.
fn shares(sizes: &[u64], sample: u64) -> Vec<u64> {
    let whole: u128 = sizes.iter().map(|size| u128::from(*size)).sum();
    if whole == 0 {
        return vec![0; sizes.len()];
    }
    let part = |size: &u64| u128::from(*size) * u128::from(sample);
    let mut shares: Vec<u64> =
        sizes.iter().map(|size| u64::try_from(part(size) / whole).unwrap_or(0)).collect();
    let left = sample.saturating_sub(shares.iter().sum());
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|place| {
        std::cmp::Reverse(sizes.get(*place).map_or(0, part_of(whole, sample)))
    });
    for place in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(share) = shares.get_mut(place) {
            *share += 1;
        }
    }
    shares
}

/// What is left of a stratum's part of the sample after whole prescriptions.
fn part_of(whole: u128, sample: u64) -> impl Fn(&u64) -> u128 {
    move |size| u128::from(*size) * u128::from(sample) % whole
}

/// What reviewers see of the prescriptions drawn.
fn details(agency: &Agency, area: Area, units: Vec<Unit>) -> Result<Vec<Drawn>, Refused> {
    let directory = agency.directory(area);
    let mut all = Vec::with_capacity(units.len());
    for (serial, unit) in (1..).zip(units) {
        let mut one = match unit.origin {
            Origin::Visit => of_visit(agency, area, &unit, directory.as_deref())?,
            Origin::External => of_prescription(agency, area, &unit)?,
        };
        one.serial = serial;
        one.origin = unit.origin;
        one.reference = unit.reference;
        one.person = unit.person;
        one.department = unit.department;
        one.department_name = unit.department_name;
        all.push(one);
    }
    Ok(all)
}

fn of_visit(
    agency: &Agency,
    area: Area,
    unit: &Unit,
    directory: Option<&Directory>,
) -> Result<Drawn, Refused> {
    let unknown = || Refused::new(Reason::SettlementUnknown, &*unit.reference);
    let (person, entry) = (whose(area, unit), Id::parse(&unit.reference).ok_or_else(unknown)?);
    let wants = Wants {
        visits: [(person.clone(), unit.visit)].into(),
        entries: [(person, entry)].into(),
        ..Wants::default()
    };
    let found = agency.store().read(&wants)?;
    let entry = found.entries.get(&entry).ok_or_else(unknown)?;
    let settled = Settled::of(entry)?;
    let lines = found.lines.get(&unit.visit).map_or(&[][..], Vec::as_slice);
    let mut one = Drawn { day: Arc::from(settled.day().to_string()), ..Drawn::default() };
    let visit = found.visits.get(&unit.visit).map(VisitBody::of).transpose()?.unwrap_or_default();
    one.doctor = visit.staff.doctor;
    one.doctor_name = visit.staff.doctor_name;
    let said = visit.purpose.map(|purpose| purpose.diagnoses).unwrap_or_default();
    one.diagnoses = said.iter().filter(|it| it.valid).map(|it| it.name.clone()).collect();
    for line in settled.medicines(lines, directory) {
        let body = LineBody::of(line)?;
        if !body.rest.doctor.is_empty() {
            (one.doctor, one.doctor_name) = (body.rest.doctor, body.rest.doctor_name);
        }
        one.medicines.push(Taken {
            item: line.item.clone(),
            name: name(directory, &line.item, settled.day()),
            quantity: body.split.quantity,
            days: body.rest.days,
            usage: words(&body.rest.usage),
            amount: line.amount.get(),
        });
    }
    Ok(one)
}

fn of_prescription(agency: &Agency, area: Area, unit: &Unit) -> Result<Drawn, Refused> {
    let key = prescription::key(&whose(area, unit), &unit.reference);
    let found = agency.store().document(&key)?;
    let found = found.ok_or_else(|| Refused::new(Reason::PrescriptionUnknown, &*unit.reference))?;
    let filed = Prescription::of(&found)?;
    let medicines = filed.medicines.iter().map(|medicine| Taken {
        item: medicine.item.clone(),
        name: medicine.name.clone(),
        quantity: medicine.quantity,
        days: medicine.days,
        ..Taken::default()
    });
    let diagnoses = filed.diagnoses.iter().filter(|it| it.valid).map(|it| it.name.clone());
    Ok(Drawn {
        day: Arc::from(Moment::date(filed.prescribed).to_string()),
        doctor: filed.prescriber.doctor.clone(),
        doctor_name: filed.prescriber.doctor_name.clone(),
        diagnoses: diagnoses.collect(),
        medicines: medicines.collect(),
        ..Drawn::default()
    })
}

fn name(directory: Option<&Directory>, item: &str, day: Date) -> Arc<str> {
    let listing = directory.and_then(|directory| directory.item(item, day));
    listing.map_or_else(|| Arc::from(item), |listing| listing.name.clone())
}

fn words(usage: &[Arc<str>; 3]) -> Arc<str> {
    let stated: Vec<&str> = usage.iter().map(|it| &**it).filter(|it| !it.is_empty()).collect();
    Arc::from(stated.join(" "))
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn departments_share_the_sample_in_proportion() {
        assert_eq!(shares(&[50, 30, 20], 10), [5, 3, 2]);
        // 3.33, 3.33, 3.33: the first gets the one that is left.
        assert_eq!(shares(&[7, 7, 7], 10), [4, 3, 3]);
        // 9.09 and 0.90.
        assert_eq!(shares(&[100, 10], 10), [9, 1]);
        assert_eq!(shares(&[3, 0], 3), [3, 0]);
        assert_eq!(shares(&[0], 0), [0]);
    }
}
