//! 2503 慢特病备案, 2504 its withdrawal, 2505 定点备案, 2506 its withdrawal. The agency reviews; until then nothing changes.
//!
//! What the tables have no field for stands in `exp_content`: with `biz_appy_type` 23 a filing of 2503 is for 两病, and in
//! 2505 it names the disease (`opsp_dise_code`), as it does with 03 where an institution is chosen for one disease; with 32 it
//! names the medicine (`med_list_codg`).

use super::{Act, done, unexpected};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::Outcome;
use agency::business::filing::{self, File, FilingKind, WithdrawFiling};
use kernel::Date;
use std::sync::Arc;

/// 2503.
pub(super) fn disease(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let kind = match &*extension(&row, "biz_appy_type") {
        "23" => filing::TWO_DISEASE,
        _ => filing::CHRONIC,
    };
    file(message, &row, kind, row.required("opsp_dise_code")?.into(), "".into())
}

/// 2505.
pub(super) fn institution(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let named = |name: &'static str| match extension(&row, name) {
        named if named.is_empty() => {
            Err(row.fault("exp_content", Wire::Missing, format!("应含{name}")))
        }
        named => Ok(named),
    };
    let disease = extension(&row, "opsp_dise_code");
    let (kind, names): (_, Arc<str>) = match row.required("biz_appy_type")? {
        "03" if !disease.is_empty() => (filing::CHOSEN_FOR, row.required("fixmedins_code")?.into()),
        "03" => (filing::CHOSEN, row.required("fixmedins_code")?.into()),
        "05" => (filing::FAMILY_DOCTOR, row.required("fixmedins_code")?.into()),
        "23" => (filing::TWO_DISEASE, named("opsp_dise_code")?),
        "32" => (filing::DUAL_CHANNEL, named("med_list_codg")?),
        _ => {
            let right = "可办理03定点、05家庭医生签约、23两病、32双通道药品；慢特病请用2503";
            return Err(row.fault("biz_appy_type", Wire::Unfit, right));
        }
    };
    let disease = if kind == filing::CHOSEN_FOR { disease } else { "".into() };
    file(message, &row, kind, names, disease)
}

fn file(
    message: &Message<'_>,
    row: &Row<'_>,
    kind: &'static FilingKind,
    names: Arc<str>,
    disease: Arc<str>,
) -> Result<Act, Fault> {
    let file = File {
        person: message.person(row)?,
        institution: message.institution.clone(),
        kind,
        names,
        disease,
        from: row.required_date("begndate")?,
        to: row.date("enddate")?.unwrap_or(Date::MAX),
        stated: row.to_json(),
    };
    Ok(Act::Submit(
        Box::new(file),
        Box::new(|outcome, mut answer| {
            let Outcome::Filed { number } = outcome else {
                return Err(unexpected(outcome));
            };
            answer.row("result", |field| match field {
                "trt_dcla_detl_sn" => Cell::text(&**number),
                _ => Cell::Absent,
            });
            answer.finish()
        }),
    ))
}

/// A text of the JSON in `exp_content`; empty if there is none.
fn extension(row: &Row<'_>, name: &str) -> Arc<str> {
    let content: Option<serde_json::Value> = serde_json::from_str(row.text("exp_content")).ok();
    content.and_then(|content| content[name].as_str().map(Arc::from)).unwrap_or_default()
}

/// 2504, 2506.
pub(super) fn withdraw(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let withdraw = WithdrawFiling {
        person: message.person(&row)?,
        institution: message.institution.clone(),
        number: row.required("trt_dcla_detl_sn")?.into(),
        because: row.text("memo").into(),
    };
    Ok(Act::Submit(Box::new(withdraw), Box::new(done)))
}
