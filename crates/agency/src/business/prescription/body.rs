//! A stored prescription: what was prescribed and everything that happened to it.

use super::state::{State, Step, Validity};
use crate::business::visit::Diagnosis;
use crate::documents;
use crate::reason::{Reason, Refused};
use crate::stored;
use kernel::{Level, Moment};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::{Area, Document, DocumentKey, Id, PersonKey};

/// The document of a person's prescription.
#[must_use]
pub fn key(person: &PersonKey, number: &str) -> DocumentKey {
    DocumentKey {
        area: person.area,
        kind: documents::PRESCRIPTION.into(),
        owner: person.person.clone(),
        number: number.into(),
    }
}

/// The document that says whose prescription a number is: [`Owner`] as JSON.
#[must_use]
pub fn owner_key(area: Area, number: &str) -> DocumentKey {
    DocumentKey {
        area,
        kind: documents::PRESCRIPTION_OWNER.into(),
        owner: number.into(),
        number: number.into(),
    }
}

/// Whose prescription a number is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Owner {
    /// 人员编号.
    pub person: Arc<str>,
}

/// A prescription.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Prescription {
    /// 医保处方编号, given by the agency.
    pub number: Arc<str>,
    /// 处方追溯码, 20 characters, given by the agency.
    pub trace_code: Arc<str>,
    /// 人员编号.
    pub person: Arc<str>,
    /// The institution's own number of it.
    pub own_number: Arc<str>,
    /// The visit, as stated.
    pub visit: Arc<str>,
    /// Who prescribed.
    pub prescriber: Prescriber,
    /// 开方时间.
    #[serde(with = "stored::moment")]
    pub prescribed: Moment,
    /// 有效截止时间.
    #[serde(with = "stored::moment")]
    pub valid_until: Moment,
    /// The medicines.
    pub medicines: Vec<Medicine>,
    /// The diagnoses behind them.
    pub diagnoses: Vec<Diagnosis>,
    /// Everything else that was stated, as it was stated.
    pub stated: Value,
    /// The upload.
    pub issue: Option<Issue>,
    /// The withdrawal.
    pub withdrawal: Option<Withdrawal>,
    /// Pharmacies that may see it.
    pub authorisations: Vec<Authorisation>,
    /// Verifications of the signed file.
    pub verifications: Vec<Verification>,
    /// Reviews by pharmacists of pharmacies.
    pub reviews: Vec<Review>,
    /// Settlements that bought on it.
    pub purchases: Vec<Purchased>,
    /// Hand-overs.
    pub dispensings: Vec<Dispensing>,
}

/// Who prescribed, as known on the day of the prescription.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Prescriber {
    /// The institution.
    pub institution: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// Settlement level on the day, a code of [`kernel::Level`].
    pub level: Arc<str>,
    /// It had an agreement with this area on the day.
    pub designated: bool,
    /// 医师编码.
    pub doctor: Arc<str>,
    /// 医师姓名.
    pub doctor_name: Arc<str>,
    /// 科室编码.
    pub department: Arc<str>,
    /// 科室名称.
    pub department_name: Arc<str>,
}

impl Prescriber {
    /// What the kernel wants to know of it.
    #[must_use]
    pub fn for_the_bill(&self) -> kernel::Prescription {
        kernel::Prescription {
            level: Level::from_code(&self.level).unwrap_or(Level::Ungraded),
            designated: self.designated,
        }
    }
}

/// One medicine of a prescription.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Medicine {
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// 通用名.
    pub name: Arc<str>,
    /// 总用药量 in the unit of settlement, ten-thousandths.
    pub quantity: i64,
    /// That unit.
    pub unit: Arc<str>,
    /// 用药天数, hundredths of a day.
    pub days: i64,
    /// 医院审批标志: 0 not needed, 1 approved, 2 refused.
    pub approval: Arc<str>,
    /// Everything else that was stated of it, as it was stated.
    pub stated: Value,
}

/// 上传: what makes a prescription valid.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Issue {
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// 审方药师 of the institution.
    pub pharmacist: Pharmacist,
    /// When the institution's pharmacist reviewed it.
    #[serde(with = "stored::moment")]
    pub reviewed: Moment,
    /// Hex SHA-256 of the signed file.
    pub file: Arc<str>,
    /// The signature, as sealed.
    pub signature: Arc<str>,
}

/// A pharmacist.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pharmacist {
    /// 医保药师代码.
    pub code: Arc<str>,
    /// 姓名.
    pub name: Arc<str>,
}

/// 撤销.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Withdrawal {
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// 医师编码.
    pub doctor: Arc<str>,
    /// 医师姓名.
    pub doctor_name: Arc<str>,
    /// Why.
    pub because: Arc<str>,
}

/// 授权: a pharmacy may see the prescription, because the person showed a credential there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Authorisation {
    /// 医保处方授权编号.
    pub number: Arc<str>,
    /// The secret that goes with it.
    pub token: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// Until when.
    #[serde(with = "stored::moment")]
    pub until: Moment,
}

/// 验签: the pharmacy's file is the one that was signed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verification {
    /// 验签流水号.
    pub number: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
}

/// 审方 by a pharmacist of the pharmacy. The last one of a pharmacy counts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Review {
    /// 处方审核业务流水号.
    pub number: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// Who reviewed.
    pub pharmacist: Pharmacist,
    /// 审核通过.
    pub approved: bool,
    /// 审核意见.
    pub opinion: Arc<str>,
    /// When, as stated.
    #[serde(with = "stored::moment")]
    pub at: Moment,
}

/// So much of an item.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Bought {
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// Quantity in the unit of settlement, ten-thousandths.
    pub quantity: i64,
}

/// A settlement that bought on the prescription.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Purchased {
    /// The entry of the books.
    pub entry: Id,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// When.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// What.
    pub bought: Vec<Bought>,
    /// The settlement was undone or reversed.
    pub released: bool,
}

/// 发药: a hand-over of medicines.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Dispensing {
    /// 销售出库流水号, given by the agency.
    pub number: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// When it was filed.
    #[serde(with = "stored::moment")]
    pub at: Moment,
    /// What.
    pub bought: Vec<Bought>,
    /// The settlement behind it; `None`: paid in cash.
    pub entry: Option<Id>,
    /// It was taken back.
    pub undone: bool,
    /// What was stated of each line, as it was stated.
    pub stated: Value,
}

impl Prescription {
    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this version writes.
    pub fn of(document: &Document) -> Result<Prescription, Refused> {
        serde_json::from_str(&document.body)
            .map_err(|_| Refused::new(Reason::Conflict, &*document.key.number))
    }

    /// As a document: under its key, first filed at `at`, in the state that follows from it.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, key: DocumentKey, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self)
            .map_err(|_| Refused::new(Reason::Conflict, &*self.number))?;
        Ok(Document { key, at, state: self.state().number(), body: body.into() })
    }

    /// Where it is in its life.
    #[must_use]
    pub fn state(&self) -> State {
        let taken = |medicine: &Medicine| self.taken(&medicine.item);
        if self.withdrawal.is_some() {
            State::Withdrawn
        } else if self.issue.is_none() {
            State::Checked
        } else if self.medicines.iter().all(|medicine| taken(medicine) == 0) {
            State::Issued
        } else if self.medicines.iter().all(|medicine| taken(medicine) >= medicine.quantity) {
            State::Used
        } else {
            State::Begun
        }
    }

    /// Whether it is valid at a moment. The last moment of its validity is still valid.
    #[must_use]
    pub fn validity(&self, at: Moment) -> Validity {
        if self.withdrawal.is_some() {
            Validity::Withdrawn
        } else if at > self.valid_until {
            Validity::Expired
        } else {
            Validity::Valid
        }
    }

    /// How much of an item was taken, ten-thousandths: what open settlements bought, and what was handed over without one.
    #[must_use]
    pub fn taken(&self, item: &str) -> i64 {
        let open =
            |entry: &Id| self.purchases.iter().any(|one| one.entry == *entry && !one.released);
        let settled = self.purchases.iter().filter(|one| !one.released);
        let handed = self.dispensings.iter().filter(|one| !one.undone);
        let unsettled = handed.filter(|one| !one.entry.as_ref().is_some_and(open));
        let all = settled.map(|one| &one.bought).chain(unsettled.map(|one| &one.bought));
        total(all.flatten(), item)
    }

    /// What is left of an item, ten-thousandths.
    #[must_use]
    pub fn left(&self, item: &str) -> i64 {
        let prescribed = self.medicines.iter().filter(|medicine| *medicine.item == *item);
        let prescribed = prescribed.fold(0_i64, |sum, one| sum.saturating_add(one.quantity));
        prescribed.saturating_sub(self.taken(item)).max(0)
    }

    /// May this be done now?
    ///
    /// # Errors
    /// [`Reason::PrescriptionState`], [`Reason::PrescriptionDispensed`] or [`Reason::PrescriptionExpired`].
    pub fn allow(&self, step: Step, at: Moment) -> Result<(), Refused> {
        let state = self.state();
        if !step.allowed_in().contains(&state) {
            let reason = match state {
                State::Used => Reason::PrescriptionDispensed,
                _ => Reason::PrescriptionState,
            };
            return Err(Refused::new(reason, format!("处方{}，{}", self.number, state.zh())));
        }
        if step.needs_validity() && self.validity(at) == Validity::Expired {
            let until = format!("处方{}，有效至{}", self.number, self.valid_until);
            return Err(Refused::new(Reason::PrescriptionExpired, until));
        }
        Ok(())
    }
}

/// How much of an item a list holds, ten-thousandths.
pub(super) fn total<'a>(bought: impl Iterator<Item = &'a Bought>, item: &str) -> i64 {
    let same = bought.filter(|one| *one.item == *item);
    same.fold(0, |sum, one| sum.saturating_add(one.quantity))
}
