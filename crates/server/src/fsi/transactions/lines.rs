//! 2204 门诊费用明细信息上传, 2205 门诊费用明细信息撤销; and reading a line, which purchases share.

use super::{Act, national, shared, splits, visit_id};
use crate::fsi::answer::{Answer, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::Outcome;
use agency::business::lines::{LineRest, StatedLine, UploadLines, WithdrawLines};
use std::sync::Arc;

pub(super) fn upload(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let rows = message.some_rows("feedetail")?;
    let first = &rows[0];
    for field in ["psn_no", "mdtrt_id"] {
        let stated = first.required(field)?;
        if let Some(row) = rows.iter().find(|row| row.text(field) != stated) {
            let right = format!("同一报文的明细应属同一次就诊，首行为{stated}");
            return Err(row.fault(field, Wire::Unfit, right));
        }
    }
    let mut lines: Vec<StatedLine> = Vec::with_capacity(rows.len());
    for row in &rows {
        let batch = again(lines.last().map(|line| &line.batch), row.required("chrg_bchno")?);
        let read = line(row, batch, lines.last())?;
        lines.push(read);
    }
    let business = UploadLines {
        person: message.person(first)?,
        visit: visit_id(first)?,
        institution: message.institution.clone(),
        lines,
    };
    Ok(Act::Submit(Box::new(business), Box::new(uploaded)))
}

fn uploaded(outcome: &Outcome, mut answer: Answer) -> Result<Output, Fault> {
    let Outcome::Lines(splits) = outcome else { return Err(super::unexpected(outcome)) };
    answer.rows("result", splits, |split, field| splits::cell(split, field));
    answer.finish()
}

pub(super) fn withdraw(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let batch = row.required("chrg_bchno")?;
    let business = WithdrawLines {
        person: message.person(&row)?,
        visit: visit_id(&row)?,
        institution: message.institution.clone(),
        batch: (batch != national::EVERY_BATCH).then(|| Arc::from(batch)),
    };
    Ok(Act::Submit(Box::new(business), Box::new(|_, answer| answer.finish())))
}

/// Reads a line. What it shares with the line before is kept once.
pub(super) fn line(
    row: &Row<'_>,
    batch: Arc<str>,
    before: Option<&StatedLine>,
) -> Result<StatedLine, Fault> {
    let of = |pick: fn(&LineRest) -> &Arc<str>, field: &str| {
        again(before.map(|line| pick(&line.rest)), row.text(field))
    };
    Ok(StatedLine {
        serial: shared(row.required("feedetl_sn")?),
        batch,
        item: shared(row.required("med_list_codg")?),
        amount: row.required_amount("det_item_fee_sumamt")?,
        quantity: row.required_quantity("cnt")?,
        price: row.required_price("pric")?,
        at: row.required_moment("fee_ocur_time")?,
        rest: LineRest {
            own_item: shared(row.text("medins_list_codg")),
            disease: of(|rest| &rest.disease, "dise_codg"),
            prescription: of(|rest| &rest.prescription, "rxno"),
            external: row.flag("rx_circ_flag"),
            approval: of(|rest| &rest.approval, "hosp_appr_flag"),
            department: of(|rest| &rest.department, "bilg_dept_codg"),
            department_name: of(|rest| &rest.department_name, "bilg_dept_name"),
            doctor: of(|rest| &rest.doctor, "bilg_dr_codg"),
            doctor_name: of(|rest| &rest.doctor_name, "bilg_dr_name"),
            days: row.hundredths("prd_days")?.unwrap_or_default(),
            usage: ["sin_dos_dscr", "used_frqu_dscr", "medc_way_dscr"]
                .map(|field| shared(row.text(field))),
            trace_codes: Vec::new(),
        },
    })
}

/// The text, kept once if the line before said the same.
fn again(before: Option<&Arc<str>>, text: &str) -> Arc<str> {
    before.filter(|before| ***before == *text).cloned().unwrap_or_else(|| shared(text))
}
