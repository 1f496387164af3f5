//! What a question about the catalogue asks for. The five questions have different tables; a condition that a table does
//! not have is blank and holds for everything.

use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::fsi::transactions::national;
use crate::office::Office;
use agency::directory::{Directory, Listing};
use kernel::Date;
use std::sync::Arc;
use store::Area;

/// Conditions on the spans of items.
#[derive(Debug, Default)]
pub(super) struct Asked {
    code: String,
    name: String,
    charge: String,
    level: String,
    restricted: String,
    list: String,
    on: Option<Date>,
    from: Option<Date>,
    to: Option<Date>,
    valid: String,
    today: Date,
}

/// Whose catalogue is asked for: that of `insu_admdvs`, else that of the message.
pub(super) fn directory(
    message: &Message<'_>,
    row: &Row<'_>,
    office: &Office,
) -> Result<Arc<Directory>, Fault> {
    let stated = [row.text("insu_admdvs"), row.text("poolarea_no")];
    let Some(division) = stated.into_iter().find(|text| !text.is_empty()) else {
        return Ok(office.directory(message.area)?);
    };
    let area = Area::parse(division).ok_or_else(|| row.fault("insu_admdvs", Wire::Division, ""))?;
    Ok(office.directory(office.pooled(area))?)
}

impl Asked {
    /// Reads the conditions of a row.
    pub(super) fn read(row: &Row<'_>, today: Date) -> Result<Asked, Fault> {
        for name in ["wubi", "pinyin"] {
            if !row.text(name).is_empty() {
                return Err(row.fault(name, Wire::Unfit, "本系统不存助记码，请按编码或名称查询"));
            }
        }
        let either = |names: [&str; 3]| {
            let texts = names.into_iter().map(|name| row.text(name));
            texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_string()
        };
        Ok(Asked {
            code: either(["hilist_code", "med_list_codg", "medins_list_codg"]),
            name: either(["hilist_name", "drug_genname", "reg_name"]),
            charge: row.text("med_chrgitm_type").to_string(),
            level: row.text("chrgitm_lv").to_string(),
            restricted: row.text("lmt_used_flag").to_string(),
            list: row.text("list_type").to_string(),
            on: row.date("query_date")?,
            from: row.date("begndate")?,
            to: row.date("enddate")?,
            valid: row.text("vali_flag").to_string(),
            today,
        })
    }

    /// Asks for one list only.
    pub(super) fn of_list(self, list: &str) -> Asked {
        Asked { list: list.to_string(), ..self }
    }

    /// The spans that fit, by code and first day.
    pub(super) fn find(&self, directory: &Directory) -> Vec<Arc<Listing>> {
        let all =
            if self.code.is_empty() { directory.items() } else { directory.spans(&self.code) };
        all.iter().filter(|item| self.fits(item)).cloned().collect()
    }

    fn fits(&self, item: &Listing) -> bool {
        let equal = |asked: &str, value: &str| asked.is_empty() || asked == value;
        equal(&self.charge, &item.detail.charge_type)
            && equal(&self.level, national::charge_level(&item.detail.class))
            && equal(&self.restricted, flag(item.detail.restricted))
            && equal(&self.list, national::list_type(item))
            && equal(&self.valid, flag(valid(item, self.today)))
            && self.on.is_none_or(|day| item.from <= day && day <= item.to)
            && self.from.is_none_or(|day| day <= item.from)
            && self.to.is_none_or(|day| item.to <= day)
            && item.name.contains(&self.name)
    }
}

/// 有效: its last day has not passed.
pub(super) fn valid(item: &Listing, today: Date) -> bool {
    today <= item.to
}

const fn flag(flag: bool) -> &'static str {
    if flag { "1" } else { "0" }
}
