//! The hospital's steps: 7101 预核验, 7102 签名, 7103 上传, 7104 撤销.

use super::{NO_CERTIFICATE, own, step, words};
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::fsi::transactions::{Act, Render, unexpected};
use crate::office::Office;
use agency::business::prescription::{
    Checked, EncodedFile, Medicine, Pharmacist, Precheck, Seal, Sealed, Standing, Upload, Withdraw,
};
use agency::business::visit::{Diagnosis, Staff};
use serde_json::{Value, json};
use store::PersonKey;

/// 7101.
pub(in super::super) fn precheck(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let (row, visit) = (message.row("data")?, message.row("mdtrtinfo")?);
    own(message, &visit)?;
    let drugs = message.some_rows("rxdrugdetail")?;
    let diseases = message.rows("diseinfo")?;
    let stated: Vec<Value> = diseases.iter().map(Row::to_json).collect();
    let business = Precheck {
        person: PersonKey::new(message.area, visit.required("psnNo")?),
        institution: message.institution.clone(),
        own_number: row.required("hospRxno")?.into(),
        visit: visit.text("mdtrtId").into(),
        staff: Staff {
            doctor: visit.text("drCode").into(),
            doctor_name: visit.text("prscDrName").into(),
            department: visit.text("prscDeptCode").into(),
            department_name: visit.text("prscDeptName").into(),
            specialty: visit.text("caty").into(),
        },
        prescribed: row.required_moment("prscTime")?,
        valid_until: row.required_moment("valiEndTime")?,
        medicines: drugs.iter().map(medicine).collect::<Result<_, _>>()?,
        diagnoses: diseases.iter().map(diagnosis).collect::<Result<_, _>>()?,
        stated: json!({
            "data": row.to_json(), "mdtrtinfo": visit.to_json(), "diseinfo": stated,
        }),
    };
    Ok(Act::Submit(
        Box::new(business),
        Box::new(|outcome, mut answer| {
            let checked: Option<Checked> = outcome.document();
            let checked = checked.ok_or_else(|| unexpected(outcome))?;
            answer.row("data", |field| match field {
                "hiRxno" => Cell::text(&*checked.number),
                "rxTraceCode" => Cell::text(&*checked.trace_code),
                _ => Cell::Absent,
            });
            answer.finish()
        }),
    ))
}

fn medicine(row: &Row<'_>) -> Result<Medicine, Fault> {
    Ok(Medicine {
        item: row.required("medListCodg")?.into(),
        name: row.text("drugGenname").into(),
        quantity: row.required_quantity("drugCnt")?,
        unit: row.text("drugDosunt").into(),
        days: row.hundredths("medcDays")?.unwrap_or(0),
        approval: row.text("hospApprFlag").into(),
        stated: row.to_json(),
    })
}

fn diagnosis(row: &Row<'_>) -> Result<Diagnosis, Fault> {
    Ok(Diagnosis {
        kind: row.text("diagType").into(),
        order: i32::try_from(row.whole("diagSrtNo")?.unwrap_or(0)).unwrap_or(0),
        code: row.text("diagCode").into(),
        name: row.text("diagName").into(),
        department: row.text("diagDept").into(),
        doctor: row.text("diagDrNo").into(),
        doctor_name: row.text("diagDrName").into(),
        at: row.text("diagTime").into(),
        valid: true,
    })
}

/// 7102. The file comes back as it was: the seal stands in the register.
pub(in super::super) fn seal(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let text = row.required("originalValue")?;
    let file = EncodedFile::read(row.required("originalRxFile")?)?;
    let content = file.content.clone();
    let business = Seal::new(message.listed, message.institution.clone(), text, file);
    Ok(Act::Submit(
        Box::new(business),
        Box::new(move |outcome, mut answer| {
            let sealed: Option<Sealed> = outcome.document();
            let sealed = sealed.ok_or_else(|| unexpected(outcome))?;
            answer.row("data", |field| match field {
                "rxFile" => Cell::text(&*content),
                "signDigest" => Cell::text(&*sealed.signature),
                "signCertSn" => Cell::text(&*sealed.file),
                "signCertDn" => Cell::text(NO_CERTIFICATE),
                _ => Cell::Absent,
            });
            answer.finish()
        }),
    ))
}

/// 7103.
pub(in super::super) fn upload(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let institution = message.institution.clone();
    let trace_code = row.required("rxTraceCode")?.into();
    let pharmacist =
        Pharmacist { code: row.text("pharCode").into(), name: row.text("pharName").into() };
    let reviewed = row.required_moment("pharChkTime")?;
    let file = EncodedFile::read(row.required("rxFile")?)?;
    let signature = row.required("signDigest")?.into();
    let business = move |person, number: &str| Upload {
        person,
        number: number.into(),
        trace_code,
        institution,
        pharmacist,
        reviewed,
        file,
        signature,
    };
    step(message, &row, business, standing())
}

/// 7104.
pub(in super::super) fn withdraw(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let institution = message.institution.clone();
    let doctor = row.text("drCode").into();
    let doctor_name = row.text("undoDrName").into();
    let because = row.text("undoRea").into();
    let business = move |person, number: &str| Withdraw {
        person,
        number: number.into(),
        institution,
        doctor,
        doctor_name,
        because,
    };
    step(message, &row, business, standing())
}

/// Answers how the prescription stands.
fn standing() -> Render {
    Box::new(|outcome, mut answer| {
        let standing: Option<Standing> = outcome.document();
        let standing = standing.ok_or_else(|| unexpected(outcome))?;
        answer.row("data", |field| words::of_standing(&standing, field));
        answer.finish()
    })
}
