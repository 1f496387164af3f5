//! 100001 政策项查询: a settlement explained step by step.

use super::{Act, queries, visit_id};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::office::Office;
use agency::counter::trace::{TraceRow, trace};

/// The whole, in ten-thousandths.
const WHOLE: i64 = 10_000;

pub(super) fn list(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asking = queries::asking(message, &row)?;
    let visit = visit_id(&row)?;
    let entry = queries::named(&row)?.ok_or_else(|| row.fault("setl_Id", Wire::Missing, ""))?;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let steps = trace(office.agency(), &asking, visit, entry)?;
        answer.rows("", &steps, |step, field| match field {
            "setlId" => Cell::text(entry.to_string()),
            "mdtrtId" => Cell::text(visit.to_string()),
            "psnNo" => Cell::text(asking.person.person.to_string()),
            _ => cell(step, field),
        });
        answer.finish()
    })))
}

fn cell(row: &TraceRow, field: &str) -> Cell<'static> {
    let rate = i64::from(row.step.rate);
    let shared = &*row.step.kind == "share";
    match field {
        "polItemCode" => Cell::text(match &*row.step.of {
            "" => format!("{:02}.{}", row.number, row.step.kind),
            of => format!("{:02}.{}.{of}", row.number, row.step.kind),
        }),
        "polItemName" if row.step.articles.is_empty() => Cell::text(row.name.clone()),
        "polItemName" => Cell::text(format!("{}〔{}〕", row.name, row.step.articles.join("、"))),
        "selfPayAmt" => Cell::Fen(row.person),
        "fundPayAmt" => Cell::Fen(row.fund),
        "polItemPaySum" => Cell::Fen(row.fund + row.person),
        "selfPayProp" if shared => Cell::Ratio(WHOLE - rate),
        "fundPayProp" if shared => Cell::Ratio(rate),
        "selfPayProp" => Cell::Ratio(if row.person == 0 { 0 } else { WHOLE }),
        "fundPayProp" => Cell::Ratio(if row.fund == 0 { 0 } else { WHOLE }),
        _ => Cell::Absent,
    }
}
