//! 1304 民族药品, 1312 医保目录, 1316 目录匹配, 1318 限价, 1319 先自付比例: questions by page.
//!
//! A code of the insurance catalogue is the national code of the item. When a span was last changed the books do not
//! know: `updt_time` in a question leaves nothing out, and in an answer it is the first day of the span.

use super::ask::{Asked, directory, valid};
use super::page::Page;
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::transactions::{Act, national};
use crate::office::Office;
use agency::directory::Listing;
use kernel::{CatalogueClass, Date};
use std::sync::Arc;
use store::Area;

/// 1304.
pub(in super::super) fn ethnic_drugs(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    spans(message, office, Some("104"))
}

/// 1312, and 1316: the same spans in other columns.
pub(in super::super) fn items(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    spans(message, office, None)
}

fn spans(message: &Message<'_>, office: &Office, list: Option<&str>) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let today = message.received.date();
    let (page, asked) = (Page::read(&row)?, Asked::read(&row, today)?);
    let asked = if let Some(list) = list { asked.of_list(list) } else { asked };
    let directory = directory(message, &row, office)?;
    Ok(Act::Ask(Box::new(move |_office, answer| {
        let found = asked.find(&directory);
        page.answer(answer, &found, |item, name| of_item(item, name, directory.area(), today))
    })))
}

/// A field of a span.
fn of_item<'v>(item: &'v Listing, name: &str, area: Area, today: Date) -> Cell<'v> {
    match name {
        "hilist_code" | "med_list_codg" => Cell::text(&*item.code),
        "hilist_name" | "drug_genname" | "drug_prodname" => Cell::text(&*item.name),
        "insu_admdvs" | "poolarea_no" => Cell::text(area.to_string()),
        "begndate" | "updt_time" | "crte_time" => Cell::Day(item.from),
        "enddate" => last_day(item),
        "med_chrgitm_type" => Cell::text(&*item.detail.charge_type),
        "chrgitm_lv" => Cell::text(national::charge_level(&item.detail.class)),
        "lmt_used_flag" => Cell::Flag(item.detail.restricted),
        "list_type" => Cell::text(national::list_type(item)),
        "memo" => Cell::text(&*item.detail.restriction),
        "vali_flag" => Cell::Flag(valid(item, today)),
        "rid" => Cell::text(national::record(&item.code, item.from, "")),
        _ => Cell::Absent,
    }
}

fn last_day(item: &Listing) -> Cell<'static> {
    if item.to == Date::MAX { Cell::Absent } else { Cell::Day(item.to) }
}

/// A price of a span.
struct Price {
    item: Arc<Listing>,
    kind: &'static str,
    price: i64,
}

/// 1318.
pub(in super::super) fn prices(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let today = message.received.date();
    let (page, asked) = (Page::read(&row)?, Asked::read(&row, today)?);
    let kind = row.text("hilist_lmtpric_type").to_string();
    let directory = directory(message, &row, office)?;
    Ok(Act::Ask(Box::new(move |_office, answer| {
        let found = asked.find(&directory);
        let prices = found.iter().flat_map(prices_of);
        let prices: Vec<Price> =
            prices.filter(|price| kind.is_empty() || price.kind == kind).collect();
        page.answer(answer, &prices, |price, name| match name {
            "hilist_lmtpric_type" => Cell::text(price.kind),
            "overlmt_dspo_way" => Cell::text(national::ABOVE_PRICE),
            "hilist_pric_uplmt_amt" => Cell::Price(price.price),
            "rid" => Cell::text(national::record(&price.item.code, price.item.from, price.kind)),
            name => of_item(&price.item, name, directory.area(), today),
        })
    })))
}

fn prices_of(item: &Arc<Listing>) -> Vec<Price> {
    let by_level = item.detail.ceilings.iter();
    let by_level = by_level.map(|(level, price)| (national::price_kind(level), *price));
    let everywhere = item.detail.ceiling.map(|price| (national::price_kind(""), price));
    let all = everywhere.into_iter().chain(by_level);
    all.map(|(kind, price)| Price { item: item.clone(), kind, price }).collect()
}

/// 1319.
pub(in super::super) fn rates(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let today = message.received.date();
    let (page, asked) = (Page::read(&row)?, Asked::read(&row, today)?);
    let stated = |name, ours: &str| [ours, ""].contains(&row.text(name));
    let ours = stated("selfpay_prop_type", national::FIRST_PAY)
        && stated("selfpay_prop_psn_type", national::EMPLOYEES);
    let directory = directory(message, &row, office)?;
    Ok(Act::Ask(Box::new(move |_office, answer| {
        let found = if ours { asked.find(&directory) } else { Vec::new() };
        page.answer(answer, &found, |item, name| match name {
            "selfpay_prop_psn_type" => Cell::text(national::EMPLOYEES),
            "selfpay_prop_type" => Cell::text(national::FIRST_PAY),
            "selfpay_prop" => Cell::Ratio(first_pay(item)),
            name => of_item(item, name, directory.area(), today),
        })
    })))
}

/// 先自付比例, ten-thousandths. 丙类 is paid by the person as a whole.
fn first_pay(item: &Listing) -> i64 {
    match item.class {
        CatalogueClass::A => 0,
        CatalogueClass::B => i64::from(item.detail.first_pay),
        CatalogueClass::C => 10_000,
    }
}
