//! 3301 目录对照上传, 3302 目录对照撤销, 1317 医药机构目录匹配查询: which item of the catalogue each of an institution's own items is.

use super::catalogue::page;
use super::{Act, done};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::business::desk::{Map, Mapping, Unmap};
use agency::counter::catalogue::mappings;
use kernel::Date;

/// 3301.
pub(super) fn upload(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let rows = message.some_rows("data")?;
    let map = Map {
        area: message.listed,
        institution: message.institution.clone(),
        rows: rows.iter().map(stated).collect::<Result<_, _>>()?,
    };
    Ok(Act::Submit(Box::new(map), Box::new(done)))
}

fn stated(row: &Row<'_>) -> Result<Mapping, Fault> {
    Ok(Mapping {
        own_item: row.required("fixmedins_hilist_id")?.into(),
        own_name: row.required("fixmedins_hilist_name")?.into(),
        list: row.text("list_type").into(),
        item: row.required("med_list_codg")?.into(),
        from: row.required_date("begndate")?,
        to: row.date("enddate")?.unwrap_or(Date::MAX),
        stated: row.to_json(),
    })
}

/// 3302.
pub(super) fn undo(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("")?;
    own(message, &row)?;
    let unmap = Unmap {
        area: message.listed,
        institution: message.institution.clone(),
        own_item: row.required("fixmedins_hilist_id")?.into(),
        item: row.required("med_list_codg")?.into(),
    };
    Ok(Act::Submit(Box::new(unmap), Box::new(done)))
}

/// An institution speaks of its own mapping only.
fn own(message: &Message<'_>, row: &Row<'_>) -> Result<(), Fault> {
    if ["", &*message.institution].contains(&row.text("fixmedins_code")) {
        return Ok(());
    }
    Err(row.fault("fixmedins_code", Wire::Unfit, "只能办理本机构的目录对照"))
}

/// Conditions on mappings.
struct Asked {
    own_item: String,
    own_name: String,
    item: String,
    list: String,
    on: Option<Date>,
    from: Option<Date>,
    valid: String,
    today: Date,
}

impl Asked {
    fn read(row: &Row<'_>, today: Date) -> Result<Asked, Fault> {
        let text = |name| row.text(name).to_string();
        Ok(Asked {
            own_item: text("medins_list_codg"),
            own_name: text("medins_list_name"),
            item: text("med_list_codg"),
            list: text("list_type"),
            on: row.date("query_date")?,
            from: row.date("begndate")?,
            valid: text("vali_flag"),
            today,
        })
    }

    fn fits(&self, mapping: &Mapping) -> bool {
        let equal = |asked: &str, value: &str| asked.is_empty() || asked == value;
        let valid = if self.today <= mapping.to { "1" } else { "0" };
        equal(&self.own_item, &mapping.own_item)
            && equal(&self.item, &mapping.item)
            && equal(&self.list, &mapping.list)
            && equal(&self.valid, valid)
            && mapping.own_name.contains(&self.own_name)
            && self.on.is_none_or(|day| mapping.from <= day && day <= mapping.to)
            && self.from.is_none_or(|day| day <= mapping.from)
    }
}

/// 1317.
pub(super) fn list(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let (area, institution) = (message.listed, message.institution.clone());
    let (page, asked) = (page::asked(&row)?, Asked::read(&row, message.received.date())?);
    Ok(Act::Ask(Box::new(move |office, answer| {
        let fits = |mapping: &Mapping| asked.fits(mapping);
        let found = mappings(office.store(), area, &institution, &fits, page)?;
        page::write(answer, &found, |mapping, field| match field {
            "fixmedins_code" => Cell::text(institution.to_string()),
            "insu_admdvs" => Cell::text(area.to_string()),
            "vali_flag" => Cell::Flag(asked.today <= mapping.to),
            field => of_mapping(mapping, field),
        })
    })))
}

fn of_mapping<'v>(mapping: &'v Mapping, field: &str) -> Cell<'v> {
    match field {
        "medins_list_codg" => Cell::text(&*mapping.own_item),
        "medins_list_name" => Cell::text(&*mapping.own_name),
        "list_type" => Cell::text(&*mapping.list),
        "med_list_codg" => Cell::text(&*mapping.item),
        "begndate" | "updt_time" => Cell::Day(mapping.from),
        "enddate" => Cell::day(Some(mapping.to).filter(|day| *day != Date::MAX)),
        "rid" => Cell::text(&*mapping.own_item),
        stated => Cell::text(mapping.stated[stated].as_str().unwrap_or_default()),
    }
}
