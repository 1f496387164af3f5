//! 3201 对总账, 3202 对明细账.
//!
//! The refund flag says which rows are summed: 1 the refunds, 0 the settlements, blank both together. Many systems send 0
//! for everything and have refunds subtracted: totals that agree that way balance too.

use super::{Act, files, national};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::Refused;
use agency::business::desk::{Content, KeepFile, stored_file};
use agency::reconcile::{
    Comparison, Period, Rows, Totals, compare, details, refunds_listed, totals,
};
use kernel::Fen;
use std::sync::Arc;
use store::Area;

/// What both transactions ask.
#[derive(Clone, Debug)]
struct Asked {
    /// Whose books.
    area: Area,
    institution: Arc<str>,
    /// 清算类别; empty: all.
    clearing: Arc<str>,
    rows: Rows,
    period: Period,
}

impl Asked {
    fn read(message: &Message<'_>, row: &Row<'_>, office: &Office) -> Result<Asked, Fault> {
        let (from, to) = (row.required_date("stmt_begndate")?, row.required_date("stmt_enddate")?);
        Ok(Asked {
            area: settling(message, row, office)?,
            institution: message.institution.clone(),
            clearing: row.text("clr_type").into(),
            rows: rows(row),
            period: Period::new(from, to)?,
        })
    }
}

/// The area of 结算经办机构: the agency that insures the people whose settlements are compared.
fn settling(message: &Message<'_>, row: &Row<'_>, office: &Office) -> Result<Area, Fault> {
    let stated = row.text("setl_optins");
    if stated.is_empty() {
        return Ok(message.area);
    }
    let division = stated.get(..6).and_then(Area::parse);
    let division = division.ok_or_else(|| row.fault("setl_optins", Wire::Division, ""))?;
    Ok(office.pooled(division))
}

fn rows(row: &Row<'_>) -> Rows {
    let flags = [row.text("refd_setl_flag"), row.text("fixmedins_refd_setl_flag")];
    match flags {
        flags if flags.contains(&"1") => Rows::Refunds,
        flags if flags.contains(&"0") => Rows::Settlements,
        _ => Rows::All,
    }
}

/// 3201.
pub(super) fn sums(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asked = Asked::read(message, &row, office)?;
    let ours = national::is_employees(row.required("insutype")?);
    let accounts = row.amount("acct_pay")?;
    let stated = Totals {
        count: row.whole("fixmedins_setl_cnt")?.unwrap_or(0),
        total: Fen::new(row.required_amount("medfee_sumamt")?),
        funds: Fen::new(row.required_amount("fund_pay_sumamt")?),
        accounts: Fen::new(accounts.unwrap_or(0)),
        cash: Fen::ZERO,
    };
    let agency = row.text("setl_optins").to_string();
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = asked.compared(office, stated, accounts.is_some(), ours)?;
        answer.row("stmtinfo", |field| match field {
            "setl_optins" if agency.is_empty() => Cell::text(asked.area.to_string()),
            "setl_optins" => Cell::text(agency.as_str()),
            "stmt_rslt" => Cell::text(if found.balanced { "0" } else { "1" }),
            "stmt_rslt_dscr" => Cell::text(found.words.as_str()),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}

impl Asked {
    /// The comparison, in the most favourable reading of what is stated.
    fn compared(
        &self,
        office: &Office,
        stated: Totals,
        with_accounts: bool,
        ours: bool,
    ) -> Result<Comparison, Refused> {
        let compared = |rows: Rows| -> Result<Comparison, Refused> {
            let books = if ours { self.books(office, rows)? } else { Totals::default() };
            let mut stated = stated;
            if rows == Rows::Refunds && stated.total > Fen::ZERO {
                stated = negated(&stated);
            }
            if !with_accounts {
                stated.accounts = books.accounts;
            }
            Ok(compare(&stated, &books, false))
        };
        let found = compared(self.rows)?;
        if !found.balanced && self.rows == Rows::Settlements {
            let together = compared(Rows::All)?;
            return Ok(if together.balanced { together } else { found });
        }
        Ok(found)
    }

    fn books(&self, office: &Office, rows: Rows) -> Result<Totals, Refused> {
        let (area, institution) = (self.area, &self.institution);
        Ok(totals(office.store(), area, institution, &self.clearing, rows, self.period)?)
    }
}

/// Refunds stated with positive amounts.
fn negated(stated: &Totals) -> Totals {
    Totals {
        count: stated.count,
        total: -stated.total,
        funds: -stated.funds,
        accounts: -stated.accounts,
        cash: -stated.cash,
    }
}

/// 3202: the file named is compared row by row; the results become a file.
pub(super) fn rows_of_a_file(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asked = Asked::read(message, &row, office)?;
    let number: Arc<str> = row.required("file_qury_no")?.into();
    let (listed, today) = (message.listed, message.received.date());
    Ok(Act::Look(Box::new(move |office| {
        let institution = asked.institution.clone();
        let file = stored_file(office.store(), listed, &institution, &number, today)?;
        let rows = match asked.rows {
            // A file that lists refunds beside settlements is compared as one.
            Rows::Settlements if refunds_listed(&file.bytes)? => Rows::All,
            rows => rows,
        };
        let found = details(
            office.store(),
            asked.area,
            &institution,
            &asked.clearing,
            rows,
            asked.period,
            &file.bytes,
        )?;
        let content = Content::made(&found.file)?;
        let name = format!("stmt_{}_{}.zip", asked.period.from, asked.period.to).into();
        let keep = KeepFile { area: listed, institution, name, content };
        Ok(Act::Submit(
            Box::new(keep),
            Box::new(|outcome, mut answer| {
                let filed = files::filed(outcome)?;
                answer.row("fileinfo", |field| files::of_file(&filed, field));
                answer.finish()
            }),
        ))
    })))
}
