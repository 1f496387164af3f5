//! 5204 费用明细查询, 5205 人员慢特病用药记录查询.

use super::{asking, name_of, named, span};
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::transactions::{Act, splits, visit_id};
use crate::office::Office;
use agency::business::lines::LineBody;
use agency::directory::{Directory, Listing};
use std::collections::HashMap;
use std::sync::Arc;
use store::Line;

pub(in crate::fsi::transactions) fn lines(
    message: &Message<'_>,
    office: &Office,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asking = asking(message, &row)?;
    let (visit, entry) = (visit_id(&row)?, named(&row)?);
    let directory = office.directory(message.area)?;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = agency::counter::lines(office.agency(), &asking, visit, entry)?;
        answer.rows("", &found, |found, field| match field {
            "setl_id" => found.entry.map_or(Cell::Absent, |entry| Cell::text(entry.to_string())),
            "mdtrt_id" => Cell::text(visit.to_string()),
            "med_type" => Cell::text(found.category.to_string()),
            _ => of_line(&found.line, &found.body, &directory, field),
        });
        answer.finish()
    })))
}

pub(in crate::fsi::transactions) fn chronic(
    message: &Message<'_>,
    office: &Office,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let person = message.person(&row)?;
    let (from, to) = span(&row)?;
    let directory = office.directory(message.area)?;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = agency::counter::chronic(office.agency(), &person, from, to)?;
        let mut names: HashMap<Arc<str>, Arc<str>> = HashMap::new();
        for line in &found {
            let name = || name_of(office, person.area, &line.institution);
            names.entry(line.institution.clone()).or_insert_with(name);
        }
        answer.rows("feedetail", &found, |found, field| match field {
            "fixmedins_code" => Cell::text(found.institution.to_string()),
            "fixmedins_name" => names
                .get(&found.institution)
                .map_or(Cell::Absent, |name| Cell::text(name.to_string())),
            "psn_no" => Cell::text(person.person.to_string()),
            "med_type" => Cell::text(found.record.case.category.to_string()),
            _ => of_line(&found.line, &found.body, &directory, field),
        });
        answer.finish()
    })))
}

fn of_line<'a>(line: &'a Line, body: &'a LineBody, directory: &Directory, field: &str) -> Cell<'a> {
    let rest = &body.rest;
    let [dose, frequency, way] = &rest.usage;
    match field {
        "rx_drord_no" => Cell::text(&*rest.prescription),
        "fee_ocur_time" => Cell::Moment(line.at),
        "sin_dos_dscr" => Cell::text(&**dose),
        "used_frqu_dscr" => Cell::text(&**frequency),
        "medc_way_dscr" => Cell::text(&**way),
        "prd_days" if rest.days != 0 => Cell::Fen(rest.days),
        "med_list_codg" | "hilist_code" => Cell::text(&*line.item),
        "medins_list_codg" => Cell::text(&*rest.own_item),
        "bilg_dept_codg" => Cell::text(&*rest.department),
        "bilg_dept_name" => Cell::text(&*rest.department_name),
        "bilg_dr_codg" => Cell::text(&*rest.doctor),
        "bilg_dr_name" => Cell::text(&*rest.doctor_name),
        "hosp_appr_flag" => Cell::text(&*rest.approval),
        "hilist_name" | "medins_list_name" | "list_type" | "spec" | "dosform_name" => {
            let listing = directory.item(&line.item, line.at.date());
            listing.map_or(Cell::Absent, |listing| of_listing(listing, field))
        }
        _ => splits::cell(&body.split, field),
    }
}

/// What the catalogue says of an item on the day of the line.
fn of_listing(listing: &Listing, field: &str) -> Cell<'static> {
    Cell::text(match field {
        "list_type" => listing.list().to_string(),
        "spec" => listing.detail.spec.to_string(),
        "dosform_name" => listing.detail.form.to_string(),
        _ => listing.name.to_string(),
    })
}
