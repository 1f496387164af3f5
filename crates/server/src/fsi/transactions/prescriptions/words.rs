//! A prescription in the words of the national interface. What was stated of it comes back as it was stated: its fields
//! have the same names in the answers.

use crate::fsi::answer::{Answer, Cell};
use crate::fsi::codes;
use agency::business::prescription::{Medicine, Prescription, Standing};
use agency::quantity;
use kernel::Moment;
use serde_json::Value;

/// 处方状态 `rxStasCodg`: 1 有效, 2 已失效, 3 已撤销.
pub(super) fn state(standing: &Standing) -> &'static str {
    match (standing.withdrawn, standing.expired) {
        (true, _) => "3",
        (false, true) => "2",
        (false, false) => "1",
    }
}

/// 使用状态 `rxUsedStasCodg`: 1 未使用, 2 已使用. Used is what nothing is left of.
fn used(standing: &Standing) -> &'static str {
    if standing.used { "2" } else { "1" }
}

/// A field that says how a prescription stands.
pub(super) fn of_standing<'v>(standing: &'v Standing, field: &str) -> Cell<'v> {
    match field {
        "hiRxno" => Cell::text(&*standing.number),
        "rxStasCodg" => Cell::text(state(standing)),
        "rxStasName" => Cell::text(codes::name("rx_stas_codg", state(standing))),
        "rxUsedStasCodg" => Cell::text(used(standing)),
        "rxUsedStasName" => Cell::text(codes::name("rx_used_stas_codg", used(standing))),
        _ => Cell::Absent,
    }
}

/// What was stated under a name.
fn said<'v>(stated: &'v Value, field: &str) -> Cell<'v> {
    Cell::text(stated[field].as_str().unwrap_or_default())
}

/// What was stated under a name, or else this.
fn said_or<'v>(stated: &'v Value, field: &str, otherwise: &'v str) -> Cell<'v> {
    Cell::text(stated[field].as_str().unwrap_or(otherwise))
}

/// A field of the prescription itself.
pub(super) fn of_prescription<'v>(
    prescription: &'v Prescription,
    field: &str,
    standing: &'v Standing,
) -> Cell<'v> {
    let stated = &prescription.stated["data"];
    let code = |name: &str, otherwise: &'static str| stated[name].as_str().unwrap_or(otherwise);
    match field {
        "rxTraceCode" => Cell::text(&*prescription.trace_code),
        "fixmedinsCode" => Cell::text(&*prescription.prescriber.institution),
        "fixmedinsName" => Cell::text(&*prescription.prescriber.name),
        "prscTime" => Cell::Moment(prescription.prescribed),
        "valiEndTime" => Cell::Moment(prescription.valid_until),
        "prscDeptName" | "deptName" => Cell::text(&*prescription.prescriber.department_name),
        "diseCodg" | "diseName" => said(&prescription.stated["mdtrtinfo"], field),
        "reptFlag" | "rxCircLimitFlag" => said_or(stated, field, "0"),
        "rxTypeName" => Cell::text(codes::name("rx_type_code", code("rxTypeCode", ""))),
        "bizTypeName" => Cell::text(match code("bizTypeCode", "") {
            "01" => "定点医疗机构就诊",
            "02" => "互联网医院问诊",
            _ => "",
        }),
        "rxExraAttrCode" => said_or(stated, field, super::POOLING),
        "rxExraAttrName" => Cell::text(match code("rxExraAttrCode", super::POOLING) {
            "01" => "双通道处方",
            super::POOLING => "门诊统筹处方",
            _ => "其他",
        }),
        "hiRxno" | "rxStasCodg" | "rxStasName" | "rxUsedStasCodg" | "rxUsedStasName" => {
            of_standing(standing, field)
        }
        _ => said(stated, field),
    }
}

/// Writes what a prescription consists of: medicines, patient, diagnoses.
pub(super) fn write_content(answer: &mut Answer, prescription: &Prescription) {
    answer.rows("rxDetlList", &prescription.medicines, |medicine, field| {
        of_medicine(prescription, medicine, field)
    });
    answer.row("rxOtpinfo", |field| of_patient(prescription, field));
    let diseases = prescription.stated["diseinfo"].as_array();
    answer
        .rows("rxDiseList", diseases.into_iter().flatten(), |disease, field| said(disease, field));
}

fn of_medicine<'v>(prescription: &Prescription, medicine: &'v Medicine, field: &str) -> Cell<'v> {
    let stated = &medicine.stated;
    match field {
        "drugCnt" => Cell::Quantity(medicine.quantity),
        // The unit of settlement is the unit of the stock.
        "drugTotlcnt" => Cell::text(quantity::text(medicine.quantity)),
        "drugTotlcntEmp" => Cell::text(&*medicine.unit),
        "drugProdname" => said_or(stated, field, &medicine.name),
        "takeDrugFlag" => Cell::Flag(prescription.left(&medicine.item) == 0),
        _ => said(stated, field),
    }
}

fn of_patient<'v>(prescription: &'v Prescription, field: &str) -> Cell<'v> {
    let stated = &prescription.stated["mdtrtinfo"];
    let issue = prescription.issue.as_ref();
    match field {
        "iptOpNo" => said(stated, "iptOtpNo"),
        "suckPrdFag" => said(stated, "suckPrdFlag"),
        "insutype" => Cell::text(crate::fsi::transactions::national::EMPLOYEES),
        "pharName" => Cell::text(issue.map_or("", |issue| &*issue.pharmacist.name)),
        "pharChkTime" => issue.map_or(Cell::Absent, |issue| Cell::Moment(issue.reviewed)),
        _ => said(stated, field),
    }
}

/// So much of a medicine was taken.
pub(super) struct Taken<'p> {
    medicine: &'p Medicine,
    quantity: i64,
    /// It was handed over, not only settled.
    handed: bool,
    /// What was stated when it was handed over; null if nothing.
    stated: &'p Value,
}

static NOTHING: Value = Value::Null;

/// What was taken of a prescription, medicine by medicine.
pub(super) fn taken(prescription: &Prescription) -> Vec<Taken<'_>> {
    let of = |medicine: &'_ Medicine| prescription.taken(&medicine.item);
    let taken = prescription.medicines.iter().filter(|medicine| of(medicine) > 0);
    taken
        .map(|medicine| {
            let handed = prescription.dispensings.iter().rev().filter(|one| !one.undone);
            let mut lines = handed.flat_map(|one| one.stated.as_array().into_iter().flatten());
            let stated = lines.find(|line| line["medListCodg"].as_str() == Some(&*medicine.item));
            Taken {
                medicine,
                quantity: of(medicine),
                handed: stated.is_some(),
                stated: stated.unwrap_or(&NOTHING),
            }
        })
        .collect()
}

/// When something was last taken: by a settlement, or handed over without one.
pub(super) fn last_taken(prescription: &Prescription) -> Option<Moment> {
    let settled = prescription.purchases.iter().filter(|one| !one.released).map(|one| one.at);
    let handed = prescription.dispensings.iter().filter(|one| !one.undone).map(|one| one.at);
    settled.max().or(handed.max())
}

impl<'p> Taken<'p> {
    /// A field of it.
    pub(super) fn cell(&self, field: &str) -> Cell<'p> {
        let prescribed = &self.medicine.stated;
        match field {
            "medListCodg" => Cell::text(&*self.medicine.item),
            "cnt" => Cell::Quantity(self.quantity),
            "takeDrugFlag" => Cell::Flag(self.handed),
            "drugProdname" => match said(self.stated, field) {
                Cell::Absent => said_or(prescribed, field, &self.medicine.name),
                said => said,
            },
            _ => match said(self.stated, field) {
                Cell::Absent => said(prescribed, field),
                said => said,
            },
        }
    }
}
