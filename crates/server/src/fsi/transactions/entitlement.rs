//! 2001 人员待遇享受检查: a row a fund, each with the reason and the articles behind it.

use super::{Act, national, shared};
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::office::Office;
use agency::counter::entitlement::{Entitled, EntitlementAsked, entitlement};
use kernel::Date;

/// 待遇检查类型 of a fund.
const OF_A_FUND: &str = "01";

pub(super) fn check(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asked = EntitlementAsked {
        person: message.person(&row)?,
        institution: match row.text("fixmedins_code") {
            "" => message.institution.clone(),
            stated => stated.into(),
        },
        category: national::category(&row)?,
        disease: shared(row.text("dise_codg")),
        from: row.required_moment("begntime")?,
    };
    let scheme = national::scheme(row.text("insutype")).to_string();
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let funds = entitlement(office.agency(), &asked)?;
        answer.rows("trtinfo", &funds, |fund, field| match field {
            "psn_no" => Cell::text(asked.person.person.to_string()),
            "fund_pay_type" => Cell::text(national::fund_pay_type(fund.fund, &scheme)),
            _ => cell(fund, field),
        });
        answer.finish()
    })))
}

fn cell(fund: &Entitled, field: &str) -> Cell<'static> {
    match field {
        "trt_chk_type" => Cell::text(OF_A_FUND),
        "trt_enjymnt_flag" => Cell::Flag(fund.entitled),
        "begndate" => Cell::Day(fund.from),
        "enddate" if fund.to == Date::MAX => Cell::Absent,
        "enddate" => Cell::Day(fund.to),
        "trt_chk_rslt" if fund.articles.is_empty() => Cell::text(fund.because.clone()),
        "trt_chk_rslt" => Cell::text(format!("{}〔{}〕", fund.because, fund.articles.join("、"))),
        _ => Cell::Absent,
    }
}
