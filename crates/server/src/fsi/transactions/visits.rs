//! 2201 门诊挂号, 2202 门诊挂号撤销, 2203 and 2203A 门诊就诊信息上传.

use super::{Act, national, shared, visit_id};
use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::Outcome;
use agency::business::visit::{Attend, CancelVisit, Diagnosis, Purpose, Register, Staff};

pub(super) fn register(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let number = shared(row.required("ipt_otp_no")?);
    let business = Register {
        person: message.person(&row)?,
        institution: message.institution.clone(),
        number: number.clone(),
        began: row.required_moment("begntime")?,
        scheme: shared(row.text("insutype")),
        credential: shared(row.text("mdtrt_cert_type")),
        staff: Staff {
            doctor: shared(row.text("atddr_no")),
            doctor_name: shared(row.text("dr_name")),
            department: shared(row.text("dept_code")),
            department_name: shared(row.text("dept_name")),
            specialty: shared(row.text("caty")),
        },
    };
    let person = business.person.person.clone();
    let render = move |outcome: &Outcome, mut answer: Answer| {
        let Outcome::Registered { visit } = outcome else { return Err(super::unexpected(outcome)) };
        answer.row("data", |field| match field {
            "mdtrt_id" => Cell::text(visit.to_string()),
            "psn_no" => Cell::text(&*person),
            "ipt_otp_no" => Cell::text(&*number),
            _ => Cell::Absent,
        });
        answer.finish()
    };
    Ok(Act::Submit(Box::new(business), Box::new(render)))
}

pub(super) fn cancel(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let business = CancelVisit {
        person: message.person(&row)?,
        visit: visit_id(&row)?,
        institution: message.institution.clone(),
    };
    Ok(Act::Submit(Box::new(business), Box::new(nothing)))
}

pub(super) fn attend(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("mdtrtinfo")?;
    let diagnoses = message.rows("diseinfo")?;
    let business = Attend {
        person: message.person(&row)?,
        visit: visit_id(&row)?,
        institution: message.institution.clone(),
        purpose: Purpose {
            category: shared(national::med_type(&row)?),
            disease: shared(row.text("dise_codg")),
            disease_name: shared(row.text("dise_name")),
            complaint: shared(row.text("main_cond_dscr")),
            diagnoses: diagnoses.iter().map(diagnosis).collect::<Result<_, _>>()?,
        },
    };
    Ok(Act::Submit(Box::new(business), Box::new(nothing)))
}

fn diagnosis(row: &Row<'_>) -> Result<Diagnosis, Fault> {
    let order = row.whole("diag_srt_no")?.unwrap_or_default();
    let too_large = |_| row.fault("diag_srt_no", Wire::TooLarge, "");
    let at = row.moment("diag_time")?.map(|at| at.to_string());
    Ok(Diagnosis {
        kind: shared(row.text("diag_type")),
        order: i32::try_from(order).map_err(too_large)?,
        code: shared(row.required("diag_code")?),
        name: shared(row.text("diag_name")),
        department: shared(row.text("diag_dept")),
        doctor: shared(row.text("dise_dor_no")),
        doctor_name: shared(row.text("dise_dor_name")),
        at: shared(at.as_deref().unwrap_or_default()),
        valid: row.text("vali_flag").is_empty() || row.flag("vali_flag"),
    })
}

/// Answers without a node.
fn nothing(_: &Outcome, answer: Answer) -> Result<Output, Fault> {
    answer.finish()
}
