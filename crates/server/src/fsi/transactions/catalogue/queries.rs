//! 1304 民族药品, 1312 医保目录, 1316 目录匹配, 1318 限价, 1319 先自付比例: questions by page.
//!
//! A code of the insurance catalogue is the national code of the item. When a span was last changed the books do not
//! know: `updt_time` in a question leaves nothing out, and in an answer it is the first day of the span.

use super::ask::{conditions, directory};
use super::page;
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::transactions::{Act, national};
use crate::office::Office;
use agency::counter::catalogue::{self, ItemsAsked};
use agency::directory::Listing;
use kernel::Date;
use store::Area;

/// 1304.
pub(in super::super) fn ethnic_drugs(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let only = |asked| ItemsAsked { list: national::ETHNIC_DRUGS.into(), ..asked };
    spans(message, office, only)
}

/// 1312, and 1316: the same spans in other columns.
pub(in super::super) fn items(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    spans(message, office, |asked| asked)
}

fn spans(
    message: &Message<'_>,
    office: &Office,
    narrowed: impl Fn(ItemsAsked) -> ItemsAsked,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let today = message.received.date();
    let (page, asked) = (page::asked(&row)?, narrowed(conditions(&row, today)?));
    let directory = directory(message, &row, office)?;
    Ok(Act::Ask(Box::new(move |_office, answer| {
        let found = catalogue::items(&directory, &asked, page)?;
        page::write(answer, &found, |item, name| of_item(item, name, directory.area(), today))
    })))
}

/// A field of a span.
fn of_item<'v>(item: &'v Listing, name: &str, area: Area, today: Date) -> Cell<'v> {
    match name {
        "hilist_code" | "med_list_codg" => Cell::text(&*item.code),
        "hilist_name" | "drug_genname" | "drug_prodname" => Cell::text(&*item.name),
        "insu_admdvs" | "poolarea_no" => Cell::text(area.to_string()),
        "begndate" | "updt_time" | "crte_time" => Cell::Day(item.from),
        "enddate" => Cell::day(Some(item.to).filter(|day| *day != Date::MAX)),
        "med_chrgitm_type" => Cell::text(&*item.detail.charge_type),
        "chrgitm_lv" => Cell::text(national::charge_level(&item.detail.class)),
        "lmt_used_flag" => Cell::Flag(item.detail.restricted),
        "list_type" => Cell::text(item.list()),
        "memo" => Cell::text(&*item.detail.restriction),
        "vali_flag" => Cell::Flag(today <= item.to),
        "rid" => Cell::text(national::record(&item.code, item.from, "")),
        _ => Cell::Absent,
    }
}

/// 1318.
pub(in super::super) fn prices(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let today = message.received.date();
    let (page, asked) = (page::asked(&row)?, conditions(&row, today)?);
    let kind = row.text("hilist_lmtpric_type").to_string();
    let directory = directory(message, &row, office)?;
    Ok(Act::Ask(Box::new(move |_office, answer| {
        let fits = |level| kind.is_empty() || *kind == *national::price_kind(level);
        let found = catalogue::ceilings(&directory, &asked, &fits, page)?;
        page::write(answer, &found, |price, name| {
            let (item, kind) = (&price.listing, national::price_kind(price.level));
            match name {
                "hilist_lmtpric_type" => Cell::text(kind),
                "overlmt_dspo_way" => Cell::text(national::ABOVE_PRICE),
                "hilist_pric_uplmt_amt" => Cell::Price(price.ceiling),
                "rid" => Cell::text(national::record(&item.code, item.from, kind)),
                name => of_item(item, name, directory.area(), today),
            }
        })
    })))
}

/// 1319.
pub(in super::super) fn rates(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let today = message.received.date();
    let (page, mut asked) = (page::asked(&row)?, conditions(&row, today)?);
    let stated = |name, ours: &str| [ours, ""].contains(&row.text(name));
    let ours = stated("selfpay_prop_type", national::FIRST_PAY)
        && stated("selfpay_prop_psn_type", national::EMPLOYEES);
    if !ours {
        // There are rates of one kind, for everybody: nothing of another.
        asked.over_by = Some(Date::MIN);
    }
    let directory = directory(message, &row, office)?;
    Ok(Act::Ask(Box::new(move |_office, answer| {
        let found = catalogue::ratios(&directory, &asked, page)?;
        page::write(answer, &found, |rate, name| match name {
            "selfpay_prop_psn_type" => Cell::text(national::EMPLOYEES),
            "selfpay_prop_type" => Cell::text(national::FIRST_PAY),
            "selfpay_prop" => Cell::Ratio(i64::from(rate.ratio)),
            name => of_item(&rate.listing, name, directory.area(), today),
        })
    })))
}
