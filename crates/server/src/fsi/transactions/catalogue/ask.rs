//! What a question about the catalogue asks for. The five questions have different tables; a condition that a table does
//! not have is blank and holds for everything.

use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::fsi::transactions::national;
use crate::office::Office;
use agency::counter::catalogue::ItemsAsked;
use agency::directory::Directory;
use kernel::Date;
use std::sync::Arc;
use store::Area;

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

/// The conditions of a row.
pub(super) fn conditions(row: &Row<'_>, today: Date) -> Result<ItemsAsked, Fault> {
    for name in ["wubi", "pinyin"] {
        if !row.text(name).is_empty() {
            return Err(row.fault(name, Wire::Unfit, "本系统不存助记码，请按编码或名称查询"));
        }
    }
    let either = |names: [&str; 3]| {
        let mut texts = names.into_iter().map(|name| row.text(name));
        Arc::from(texts.find(|text| !text.is_empty()).unwrap_or_default())
    };
    let class = row.text("chrgitm_lv");
    let class = if class.is_empty() {
        None
    } else {
        let known = national::class(class);
        Some(known.ok_or_else(|| row.fault("chrgitm_lv", Wire::NotInList, ""))?)
    };
    let valid = row.text("vali_flag");
    Ok(ItemsAsked {
        day: row.date("query_date")?,
        code: either(["hilist_code", "med_list_codg", "medins_list_codg"]),
        name: either(["hilist_name", "drug_genname", "reg_name"]),
        list: row.text("list_type").into(),
        charge_type: row.text("med_chrgitm_type").into(),
        class,
        restricted: Some(row.flag("lmt_used_flag"))
            .filter(|_| !row.text("lmt_used_flag").is_empty()),
        from: row.date("begndate")?,
        to: row.date("enddate")?,
        open_on: (valid == "1").then_some(today),
        over_by: (valid == "0").then_some(today),
    })
}
