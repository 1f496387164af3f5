//! 5203 结算信息查询: settlements and refunds as their institution knows them. What a reversal took back never happened.

use super::{asking, named};
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::transactions::statement::{Desk, Statement};
use crate::fsi::transactions::{Act, national, visit_id};
use crate::office::Office;
use agency::counter::{InstitutionFound, SettlementFound, institutions, settlements};
use agency::record::Record;
use agency::{Reason, Refused};
use store::{EntryKind, Id};

pub(in crate::fsi::transactions) fn settlement(
    message: &Message<'_>,
    office: &Office,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asking = asking(message, &row)?;
    let visit = visit_id(&row)?;
    let entry = named(&row)?;
    let desk = Desk::of(message, office, &asking.person);
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = settlements(office.agency(), &asking, visit, None)?;
        let wanted =
            visible(&found).rev().find(|it| entry.is_none_or(|entry| entry == it.entry.id));
        let unknown = || {
            let value = entry.map_or_else(|| visit.to_string(), |entry| entry.to_string());
            Refused::new(Reason::SettlementUnknown, value)
        };
        let found = wanted.ok_or_else(unknown)?;
        let code = &found.entry.institution;
        let place = institutions(office.agency(), asking.person.area, 0, code, "")?.pop();
        let (entry, record) = (found.entry.id, &*found.record);
        let statement = Statement { entry, message: &record.case.message, record, desk: &desk };
        answer.row("setlinfo", |field| {
            let own = of_entry(found, place.as_ref(), field);
            if own == Cell::Absent { statement.cell(field) } else { own }
        });
        statement.write_funds(&mut answer);
        answer.finish()
    })))
}

/// Settlements and undos of which nothing was reversed, oldest first.
fn visible(found: &[SettlementFound]) -> impl DoubleEndedIterator<Item = &SettlementFound> {
    let kind_of = |id: Id| found.iter().find(|other| other.entry.id == id).map(|it| it.entry.kind);
    found.iter().filter(move |it| {
        let kind = it.entry.kind;
        let taken_back = it.undone_by.and_then(kind_of);
        let reversed = matches!(taken_back, Some(EntryKind::Reversal | EntryKind::Reinstatement));
        matches!(kind, EntryKind::Settlement | EntryKind::Undo) && !reversed
    })
}

fn of_entry<'a>(
    found: &'a SettlementFound,
    place: Option<&'a InstitutionFound>,
    field: &str,
) -> Cell<'a> {
    let entry = &found.entry;
    let record: &Record = &found.record;
    let of_place = |text: fn(&InstitutionFound) -> &str| {
        place.map_or(Cell::Absent, |place| Cell::text(text(place)))
    };
    match field {
        "fixmedins_code" => Cell::text(&*entry.institution),
        "fixmedins_name" => of_place(|place| &place.site.name),
        "hosp_lv" => of_place(|place| &place.site.detail.grade),
        "fixmedins_poolarea" => {
            place.map_or(Cell::Absent, |place| Cell::text(place.area.to_string()))
        }
        "lmtpric_hosp_lv" | "dedc_hosp_lv" => Cell::text(national::level(&record.inputs.level)),
        "insu_optins" => Cell::text(entry.key.area.to_string()),
        "pay_loc" => Cell::text(national::pay_location(&record.inputs.venue)),
        "begndate" | "enddate" => Cell::text(&*record.inputs.service),
        "refd_setl_flag" => Cell::Flag(entry.kind == EntryKind::Undo),
        "year" => Cell::text(entry.year.to_string()),
        "dise_codg" => Cell::text(&*record.case.disease),
        "invono" => Cell::text(&*record.case.invoice),
        _ => Cell::Absent,
    }
}
