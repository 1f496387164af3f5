//! 预核验: is what the doctor wants to prescribe sound? Says what is wrong with which line.

use super::body::Medicine;
use super::hospital::Precheck;
use crate::directory::Directory;
use crate::quantity;
use crate::reason::{Reason, Refused};
use kernel::{Date, Moment};

/// The most medicines of one prescription.
const MAX_MEDICINES: usize = 100;
/// The most days a prescription may be valid. The regulations leave it to the doctor; nobody needs more than a long
/// prescription of twelve weeks.
const MAX_VALID_DAYS: i32 = 84;

/// Checks everything but the institution.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn sound(asked: &Precheck, directory: &Directory, now: Moment) -> Result<(), Refused> {
    let content = |words: String| Err(Refused::new(Reason::PrescriptionContent, words));
    if asked.staff.doctor.is_empty() || asked.staff.doctor_name.is_empty() {
        return content("缺少开方医师编码或姓名".into());
    }
    times(asked, now)?;
    let mut diagnoses = asked.diagnoses.iter().filter(|diagnosis| diagnosis.valid);
    if diagnoses.clone().count() == 0 {
        return content("没有有效诊断".into());
    }
    if let Some(nameless) = diagnoses.find(|it| it.code.is_empty() || it.name.is_empty()) {
        return content(format!("诊断{}缺少代码或名称", nameless.order));
    }
    if asked.medicines.is_empty() || asked.medicines.len() > MAX_MEDICINES {
        return content(format!("药品应为1至{MAX_MEDICINES}种，实有{}种", asked.medicines.len()));
    }
    let day = asked.prescribed.date();
    for (place, medicine) in asked.medicines.iter().enumerate() {
        listed(medicine, place + 1, directory, day)?;
        if asked.medicines[..place].iter().any(|earlier| earlier.item == medicine.item) {
            return content(format!("第{}种药品{}重复，请合并数量", place + 1, medicine.item));
        }
    }
    Ok(())
}

/// When it was written and until when it is valid.
fn times(asked: &Precheck, now: Moment) -> Result<(), Refused> {
    let content = |words: String| Err(Refused::new(Reason::PrescriptionContent, words));
    let (from, until) = (asked.prescribed, asked.valid_until);
    if from.date() > now.date() {
        return content(format!("开方时间{from}晚于今天"));
    }
    if until < from {
        return content(format!("有效截止时间{until}早于开方时间{from}"));
    }
    if until.date().days() - from.date().days() > MAX_VALID_DAYS {
        return content(format!("有效期超过{MAX_VALID_DAYS}天（{from}至{until}）"));
    }
    if until < now {
        return Err(Refused::new(Reason::PrescriptionExpired, format!("有效至{until}")));
    }
    Ok(())
}

/// One medicine: in the catalogue, with a quantity and days, not refused by the hospital.
fn listed(
    medicine: &Medicine,
    number: usize,
    directory: &Directory,
    day: Date,
) -> Result<(), Refused> {
    let content = |words: String| Err(Refused::new(Reason::PrescriptionContent, words));
    let Some(listing) = directory.item(&medicine.item, day) else {
        let words = format!("第{number}种药品{} {}", medicine.item, medicine.name);
        return Err(Refused::new(Reason::ItemUnknown, words));
    };
    if medicine.quantity <= 0 || medicine.days <= 0 {
        return content(format!("第{number}种药品{}的数量和天数应大于0", listing.name));
    }
    if &*medicine.approval == "2" {
        return content(format!("第{number}种药品{}医院审批未通过", listing.name));
    }
    let most = listing.detail.days.map(i64::from);
    if let Some(most) = most.filter(|most| medicine.days > most.saturating_mul(100)) {
        let days = quantity::text(medicine.days.saturating_mul(100));
        return content(format!("第{number}种药品{}用药{days}天，最多{most}天", listing.name));
    }
    Ok(())
}
