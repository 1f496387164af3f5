//! The pharmacy's steps, once it is authorised: verification 验签, review 审方, dispensing 发药 and its undo.

use super::authorise::authorised;
use super::body::{
    Bought, Dispensing, Pharmacist, Prescription, Purchased, Review, Verification, total,
};
use super::file::EncodedFile;
use super::state::Step;
use super::{find, key};
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::quantity;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use serde_json::Value;
use std::sync::Arc;
use store::{Changes, PersonKey, Wants};

/// Verifies that the pharmacy holds the file that was signed.
#[derive(Clone, Debug)]
pub struct Verify {
    /// Whose.
    pub person: PersonKey,
    /// 医保处方编号.
    pub number: Arc<str>,
    /// 处方追溯码.
    pub trace_code: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// The secret of its authorisation.
    pub token: Arc<str>,
    /// The file it holds.
    pub file: EncodedFile,
}

impl Business for Verify {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut prescription, first) = find(world, &self.person, &self.number)?;
        prescription.allow(Step::Verify, context.at)?;
        authorised(&prescription, &self.pharmacy, &self.token, context.at)?;
        let signed = prescription.issue.as_ref().map(|issue| &issue.file);
        if prescription.trace_code != self.trace_code || signed != Some(&self.file.digest) {
            let words = "处方文件或追溯码与上传的不一致，请重新下载";
            return Err(Refused::new(Reason::PrescriptionContent, words));
        }
        let number: Arc<str> = (context.ids)().to_string().into();
        prescription.verifications.push(Verification {
            number: number.clone(),
            pharmacy: self.pharmacy.clone(),
            at: context.at,
        });
        changed(&prescription, &self.person, first, Outcome::Filed { number })
    }
}

/// The pharmacist's review. A later one replaces an earlier one of the same pharmacy.
#[derive(Clone, Debug)]
pub struct ReviewPrescription {
    /// Whose.
    pub person: PersonKey,
    /// 医保处方编号.
    pub number: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// The secret of its authorisation.
    pub token: Arc<str>,
    /// The number of its verification.
    pub verification: Arc<str>,
    /// Who reviewed.
    pub pharmacist: Pharmacist,
    /// 审核通过.
    pub approved: bool,
    /// 审核意见.
    pub opinion: Arc<str>,
    /// When, as stated.
    pub at: Moment,
}

impl Business for ReviewPrescription {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut prescription, first) = find(world, &self.person, &self.number)?;
        prescription.allow(Step::Review, context.at)?;
        authorised(&prescription, &self.pharmacy, &self.token, context.at)?;
        let verified =
            |one: &Verification| one.number == self.verification && one.pharmacy == self.pharmacy;
        if !prescription.verifications.iter().any(verified) {
            return Err(Refused::new(Reason::PrescriptionUnchecked, "未找到本药店的验签流水号"));
        }
        if self.pharmacist.name.is_empty() {
            return Err(Refused::new(Reason::PrescriptionContent, "缺少审方药师姓名"));
        }
        if !self.approved && self.opinion.is_empty() {
            return Err(Refused::new(Reason::PrescriptionContent, "审核不通过应说明意见"));
        }
        let number: Arc<str> = (context.ids)().to_string().into();
        prescription.reviews.push(Review {
            number: number.clone(),
            pharmacy: self.pharmacy.clone(),
            pharmacist: self.pharmacist.clone(),
            approved: self.approved,
            opinion: self.opinion.clone(),
            at: self.at,
        });
        changed(&prescription, &self.person, first, Outcome::Filed { number })
    }
}

/// Hands medicines over. Within a settlement of the same pharmacy, or paid in cash.
#[derive(Clone, Debug)]
pub struct Dispense {
    /// Whose.
    pub person: PersonKey,
    /// 医保处方编号.
    pub number: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// The number of its review.
    pub review: Arc<str>,
    /// A settlement stands behind it; otherwise it was paid in cash.
    pub settled: bool,
    /// What, in the units of the prescription.
    pub bought: Vec<Bought>,
    /// What was stated of each line, as it was stated.
    pub stated: Value,
}

impl Business for Dispense {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut prescription, first) = find(world, &self.person, &self.number)?;
        prescription.allow(Step::Dispense, context.at)?;
        let last = prescription.reviews.iter().rev().find(|it| it.pharmacy == self.pharmacy);
        if last.is_none_or(|review| !review.approved || review.number != self.review) {
            let words = "未找到本药店审核通过的业务流水号";
            return Err(Refused::new(Reason::PrescriptionUnchecked, words));
        }
        if self.bought.is_empty() || self.bought.iter().any(|line| line.quantity <= 0) {
            return Err(Refused::new(Reason::PrescriptionContent, "发药明细为空或数量不大于0"));
        }
        let entry = if self.settled {
            Some(self.settlement(&prescription)?.entry)
        } else {
            // Unlike what a settlement has bought, this takes: as a purchase would.
            prescription.allow(Step::Purchase, context.at)?;
            prescription.fits(&self.bought)?;
            None
        };
        let number: Arc<str> = (context.ids)().to_string().into();
        prescription.dispensings.push(Dispensing {
            number: number.clone(),
            pharmacy: self.pharmacy.clone(),
            at: context.at,
            bought: self.bought.clone(),
            entry,
            undone: false,
            stated: self.stated.clone(),
        });
        changed(&prescription, &self.person, first, Outcome::Filed { number })
    }
}

impl Dispense {
    /// The settlement of this pharmacy that bought these and from which they were not handed over yet.
    fn settlement<'a>(&self, prescription: &'a Prescription) -> Result<&'a Purchased, Refused> {
        let own = |one: &&Purchased| !one.released && one.pharmacy == self.pharmacy;
        let mut newest = None;
        for purchase in prescription.purchases.iter().rev().filter(own) {
            let under = prescription.dispensings.iter();
            let under = under.filter(|it| !it.undone && it.entry == Some(purchase.entry));
            let handed: Vec<&Bought> = under.flat_map(|it| &it.bought).collect();
            let left = |item: &str| {
                total(purchase.bought.iter(), item) - total(handed.iter().copied(), item)
            };
            let excess = self
                .bought
                .iter()
                .find(|line| total(self.bought.iter(), &line.item) > left(&line.item));
            let Some(excess) = excess else { return Ok(purchase) };
            newest.get_or_insert((excess, left(&excess.item)));
        }
        let Some((line, left)) = newest else {
            let words = format!("本药店尚未就处方{}办理医保结算", prescription.number);
            return Err(Refused::new(Reason::SettlementUnknown, words));
        };
        let (wanted, left) = (quantity::text(line.quantity), quantity::text(left));
        let words = format!("{}，本次发药{wanted}，已结算未发{left}", line.item);
        Err(Refused::new(Reason::PrescriptionQuantity, words))
    }
}

/// Takes medicines back 发药撤销.
#[derive(Clone, Debug)]
pub struct TakeBack {
    /// Whose.
    pub person: PersonKey,
    /// 医保处方编号.
    pub number: Arc<str>,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// The hand-over; `None`: the only one of this pharmacy.
    pub dispensing: Option<Arc<str>>,
}

impl Business for TakeBack {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(key(&self.person, &self.number));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (mut prescription, first) = find(world, &self.person, &self.number)?;
        prescription.allow(Step::TakeBack, context.at)?;
        let unknown = |words: String| Refused::new(Reason::DocumentUnknown, words);
        let mut own = prescription.dispensings.iter_mut().filter(|one| {
            one.pharmacy == self.pharmacy
                && self.dispensing.as_ref().is_none_or(|number| one.number == *number)
                && (!one.undone || self.dispensing.is_some())
        });
        let Some(one) = own.next() else {
            return Err(unknown(format!("本药店没有处方{}的发药记录", self.number)));
        };
        if own.next().is_some() {
            return Err(unknown("本药店有多次发药，请指明销售出库流水号".into()));
        }
        if one.undone {
            let words = format!("发药{}已撤销", one.number);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        one.undone = true;
        changed(&prescription, &self.person, first, Outcome::Done)
    }
}

/// Writes the prescription.
fn changed(
    prescription: &Prescription,
    person: &PersonKey,
    first: Moment,
    outcome: Outcome,
) -> Result<Decision, Refused> {
    let documents = vec![prescription.filed(key(person, &prescription.number), first)?];
    Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
}
