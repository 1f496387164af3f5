//! The prescriber's steps: pre-check 预核验, seal 签名, upload 上传, withdrawal 撤销.
//!
//! A seal is an entry in a register: this institution presented this file on that day. The upload must name a file that
//! its institution had sealed; the pharmacy's verification compares with the same digest.

use super::body::{Issue, Medicine, Owner, Pharmacist, Prescriber, Prescription, Withdrawal};
use super::file::{EncodedFile, digest};
use super::state::{State, Step, Validity};
use super::{check, find, key, owner_key};
use crate::business::visit::{Diagnosis, Staff};
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use kernel::{Moment, Venue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, PersonKey, Wants};

/// Asks whether a prescription is sound; if so it gets its number.
#[derive(Clone, Debug)]
pub struct Precheck {
    /// For whom.
    pub person: PersonKey,
    /// The prescribing institution.
    pub institution: Arc<str>,
    /// The institution's own number of it.
    pub own_number: Arc<str>,
    /// The visit, as stated.
    pub visit: Arc<str>,
    /// Doctor and department.
    pub staff: Staff,
    /// 开方时间.
    pub prescribed: Moment,
    /// 有效截止时间.
    pub valid_until: Moment,
    /// The medicines.
    pub medicines: Vec<Medicine>,
    /// The diagnoses behind them.
    pub diagnoses: Vec<Diagnosis>,
    /// Everything else that was stated, as it was stated.
    pub stated: Value,
}

/// What a [`Precheck`] is answered with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Checked {
    /// 医保处方编号.
    pub number: Arc<str>,
    /// 处方追溯码.
    pub trace_code: Arc<str>,
}

impl Business for Precheck {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, _: &mut Wants) {}

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if world.file(&self.person).is_none() {
            return Err(Refused::new(Reason::PersonUnknown, &*self.person.person));
        }
        let prescriber = self.prescriber(world, context.at)?;
        let directory = world.directory(self.person.area);
        let directory = directory
            .ok_or_else(|| Refused::new(Reason::AreaUnknown, self.person.area.to_string()))?;
        check::sound(self, directory, context.at)?;
        let number: Arc<str> = (context.ids)().to_string().into();
        // The last twenty characters of an id: the random ones.
        let trace_code: Arc<str> = (context.ids)().to_string()[6..].into();
        let prescription = Prescription {
            number: number.clone(),
            trace_code: trace_code.clone(),
            person: self.person.person.clone(),
            own_number: self.own_number.clone(),
            visit: self.visit.clone(),
            prescriber,
            prescribed: self.prescribed,
            valid_until: self.valid_until,
            medicines: self.medicines.clone(),
            diagnoses: self.diagnoses.clone(),
            stated: self.stated.clone(),
            ..Prescription::default()
        };
        let owner = Owner { person: self.person.person.clone() };
        let documents = vec![
            prescription.filed(key(&self.person, &number), context.at)?,
            filed(owner_key(self.person.area, &number), context.at, &owner)?,
        ];
        let outcome = Outcome::of_document(&Checked { number, trace_code })?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

impl Precheck {
    /// Who prescribes, as its agreement has it on the day of the prescription.
    fn prescriber(&self, world: &World, known: Moment) -> Result<Prescriber, Refused> {
        let day = self.prescribed.date();
        let found = world.site(self.person.area, &self.institution, day, known);
        let Some((area, site)) = found else {
            return Err(Refused::new(Reason::InstitutionUnknown, &*self.institution));
        };
        let designated = site.designated && area == self.person.area;
        if site.venue == Venue::Pharmacy || !designated {
            let words = format!("{}（{day}不是本统筹区定点医疗机构）", self.institution);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        Ok(Prescriber {
            institution: self.institution.clone(),
            name: site.name,
            level: site.level.code().into(),
            designated,
            doctor: self.staff.doctor.clone(),
            doctor_name: self.staff.doctor_name.clone(),
            department: self.staff.department.clone(),
            department_name: self.staff.department_name.clone(),
        })
    }
}

/// Seals a file: enters its digest in the register under the institution.
#[derive(Clone, Debug)]
pub struct Seal {
    /// The institution's area.
    pub area: Area,
    /// The institution.
    pub institution: Arc<str>,
    /// Hex SHA-256 of the text that goes with the file.
    pub text: Arc<str>,
    /// The file.
    pub file: EncodedFile,
}

/// What a [`Seal`] is answered with, and what the register keeps.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sealed {
    /// The signature: hex SHA-256 over institution, text and file.
    pub signature: Arc<str>,
    /// Hex SHA-256 of the file.
    pub file: Arc<str>,
    /// When it was first sealed.
    #[serde(with = "stored::moment")]
    pub at: Moment,
}

impl Seal {
    /// A seal of a text and a file, as they were sent.
    #[must_use]
    pub fn new(area: Area, institution: Arc<str>, text: &str, file: EncodedFile) -> Seal {
        Seal { area, institution, text: digest(text.as_bytes()).into(), file }
    }

    fn key(area: Area, institution: &Arc<str>, file: &Arc<str>) -> DocumentKey {
        let (owner, number) = (institution.clone(), file.clone());
        DocumentKey { area, kind: documents::SEAL.into(), owner, number }
    }
}

impl Business for Seal {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Seal::key(self.area, &self.institution, &self.file.digest));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let site = world
            .directory(self.area)
            .and_then(|directory| directory.site(&self.institution, context.at.date(), context.at));
        let site =
            site.ok_or_else(|| Refused::new(Reason::InstitutionUnknown, &*self.institution))?;
        if site.venue == Venue::Pharmacy {
            return Err(Refused::new(Reason::NotAllowed, "药店不开具处方"));
        }
        let key = Seal::key(self.area, &self.institution, &self.file.digest);
        let signed = format!("{}\n{}\n{}", self.institution, self.text, self.file.digest);
        let sealed = Sealed {
            signature: digest(signed.as_bytes()).into(),
            file: self.file.digest.clone(),
            at: world.document(&key).map_or(context.at, |known| known.at),
        };
        let documents = vec![filed(key, sealed.at, &sealed)?];
        let outcome = Outcome::of_document(&sealed)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}

/// Uploads a checked prescription with its signed file: from now on pharmacies may dispense it.
#[derive(Clone, Debug)]
pub struct Upload {
    /// For whom.
    pub person: PersonKey,
    /// 医保处方编号.
    pub number: Arc<str>,
    /// 处方追溯码.
    pub trace_code: Arc<str>,
    /// The prescribing institution.
    pub institution: Arc<str>,
    /// The institution's pharmacist who reviewed it.
    pub pharmacist: Pharmacist,
    /// When.
    pub reviewed: Moment,
    /// The signed file.
    pub file: EncodedFile,
    /// The signature that the seal gave.
    pub signature: Arc<str>,
}

/// How a prescription stands: what uploads, withdrawals and questions are answered with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// 医保处方编号.
    pub number: Arc<str>,
    /// Withdrawn, expired or valid.
    pub withdrawn: bool,
    /// Its last moment has passed.
    pub expired: bool,
    /// Nothing is left of it.
    pub used: bool,
}

impl Prescription {
    /// How it stands at a moment.
    #[must_use]
    pub fn standing(&self, at: Moment) -> Standing {
        let validity = self.validity(at);
        Standing {
            number: self.number.clone(),
            withdrawn: validity == Validity::Withdrawn,
            expired: validity == Validity::Expired,
            used: self.state() == State::Used,
        }
    }
}

impl Business for Upload {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
        let seal = Seal::key(self.person.area, &self.institution, &self.file.digest);
        wants.documents.insert(seal);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut prescription, first) = find(world, &self.person, &self.number)?;
        let content = |words: &str| Err(Refused::new(Reason::PrescriptionContent, words));
        of_prescriber(&prescription, &self.institution)?;
        prescription.allow(Step::Upload, context.at)?;
        if prescription.trace_code != self.trace_code {
            return content("处方追溯码与处方编号不符");
        }
        if self.pharmacist.code.is_empty() || self.pharmacist.name.is_empty() {
            return content("缺少审方药师编码或姓名");
        }
        if self.reviewed < prescription.prescribed {
            return content("审方时间早于开方时间");
        }
        let seal = Seal::key(self.person.area, &self.institution, &self.file.digest);
        let seal = world.document(&seal).and_then(|it| serde_json::from_str(&it.body).ok());
        if seal.is_none_or(|seal: Sealed| seal.signature != self.signature) {
            return content("处方文件未经签名，或签名值不符，请先办理处方签名");
        }
        prescription.issue = Some(Issue {
            at: context.at,
            pharmacist: self.pharmacist.clone(),
            reviewed: self.reviewed,
            file: self.file.digest.clone(),
            signature: self.signature.clone(),
        });
        let mut decision = standing(&prescription, &self.person, first, context.at)?;
        decision.changes.documents.push(Document {
            key: file_key(&self.person, &self.number),
            at: context.at,
            state: 0,
            body: self.file.content.clone(),
        });
        Ok(decision)
    }
}

/// Withdraws a prescription of which nothing was taken.
#[derive(Clone, Debug)]
pub struct Withdraw {
    /// For whom.
    pub person: PersonKey,
    /// 医保处方编号.
    pub number: Arc<str>,
    /// The prescribing institution.
    pub institution: Arc<str>,
    /// 医师编码 of who withdraws it.
    pub doctor: Arc<str>,
    /// 姓名.
    pub doctor_name: Arc<str>,
    /// Why.
    pub because: Arc<str>,
}

impl Business for Withdraw {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut prescription, first) = find(world, &self.person, &self.number)?;
        of_prescriber(&prescription, &self.institution)?;
        prescription.allow(Step::Withdraw, context.at)?;
        if self.because.is_empty() {
            return Err(Refused::new(Reason::PrescriptionContent, "缺少撤销原因"));
        }
        prescription.withdrawal = Some(Withdrawal {
            at: context.at,
            doctor: self.doctor.clone(),
            doctor_name: self.doctor_name.clone(),
            because: self.because.clone(),
        });
        standing(&prescription, &self.person, first, context.at)
    }
}

/// Only who prescribed may do this.
pub(super) fn of_prescriber(prescription: &Prescription, institution: &str) -> Result<(), Refused> {
    if *prescription.prescriber.institution == *institution {
        return Ok(());
    }
    let words = format!("处方{}由其他机构开具", prescription.number);
    Err(Refused::new(Reason::NotAllowed, words))
}

/// The document of a prescription's file: the file in base 64.
pub(super) fn file_key(person: &PersonKey, number: &str) -> DocumentKey {
    let kind = documents::PRESCRIPTION_FILE.into();
    DocumentKey { kind, ..key(person, number) }
}

/// Writes the prescription and answers how it stands.
fn standing(
    prescription: &Prescription,
    person: &PersonKey,
    first: Moment,
    at: Moment,
) -> Result<Decision, Refused> {
    let documents = vec![prescription.filed(key(person, &prescription.number), first)?];
    let outcome = Outcome::of_document(&prescription.standing(at))?;
    Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
}

/// A document without states.
fn filed<T: Serialize>(key: DocumentKey, at: Moment, body: &T) -> Result<Document, Refused> {
    let body =
        serde_json::to_string(body).map_err(|_| Refused::new(Reason::Conflict, &*key.number))?;
    Ok(Document { key, at, state: 0, body: body.into() })
}
