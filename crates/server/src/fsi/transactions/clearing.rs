//! 3203 清算申请, 3204 清算申请撤销. What is applied for must be what the books hold.

use super::{Act, done, unexpected};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::Outcome;
use agency::business::desk::{ApplyClearing, ClearingAsked, WithdrawClearing};
use agency::reconcile::Totals;
use kernel::{Fen, Month};

/// 3203.
pub(super) fn apply(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let asked = asked(message, &message.row("data")?)?;
    let today = message.received.date();
    Ok(Act::Look(Box::new(move |office| {
        let business = ApplyClearing::prepare(office.store(), asked, today)?;
        Ok(Act::Submit(
            Box::new(business),
            Box::new(|outcome, mut answer| {
                let Outcome::Filed { number } = outcome else { return Err(unexpected(outcome)) };
                answer.row("result", |field| match field {
                    "clr_appy_evt_id" => Cell::text(&**number),
                    _ => Cell::Absent,
                });
                answer.finish()
            }),
        ))
    })))
}

fn asked(message: &Message<'_>, row: &Row<'_>) -> Result<ClearingAsked, Fault> {
    let amount = |name| row.required_amount(name).map(Fen::new);
    Ok(ClearingAsked {
        area: message.listed,
        institution: message.institution.clone(),
        class: row.required("clr_type")?.into(),
        method: row.text("clr_way").into(),
        month: month(row)?,
        from: row.required_date("begndate")?,
        to: row.required_date("enddate")?,
        stated: Totals {
            count: row.whole("psntime")?.unwrap_or(0),
            total: amount("medfee_sumamt")?,
            funds: amount("fund_appy_sum")?,
            accounts: amount("acct_pay")?,
            cash: amount("cash_payamt")?,
        },
        recognised: amount("med_sumfee")?,
    })
}

/// 清算年月: `yyyyMM`, or with a hyphen.
fn month(row: &Row<'_>) -> Result<Month, Fault> {
    let digits: String = row.required("setlym")?.chars().filter(char::is_ascii_digit).collect();
    let month = digits.get(..4).zip(digits.get(4..)).filter(|_| digits.len() == 6);
    let month = month.and_then(|(year, month)| Month::parse(&format!("{year}-{month}")));
    month.ok_or_else(|| row.fault("setlym", Wire::Unfit, "格式应为yyyyMM，如202403"))
}

/// 3204.
pub(super) fn withdraw(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let business = WithdrawClearing {
        area: message.listed,
        institution: message.institution.clone(),
        number: row.required("clr_appy_evt_id")?.into(),
    };
    Ok(Act::Submit(Box::new(business), Box::new(done)))
}
