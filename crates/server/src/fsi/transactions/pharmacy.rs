//! 2101 药店预结算, 2102 药店结算. A purchase registers, uploads and settles in one message. 2103, its undo, is that of any
//! settlement.

use super::statement::{Desk, Statement};
use super::{Act, Render, lines, national, shared, splits};
use crate::fsi::answer::Answer;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::fields::{Direction, Table};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::Outcome;
use agency::business::lines::StatedLine;
use agency::business::settle::Purchase;
use agency::directory::Directory;
use agency::record::{LineSplit, Record};
use kernel::{Date, Level};
use std::sync::Arc;

pub(super) fn try_to_buy(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let (business, render) = read(message, office)?;
    Ok(Act::Try(Box::new(business), render))
}

pub(super) fn buy(message: &Message<'_>, office: &Office) -> Result<Act, Fault> {
    let (business, render) = read(message, office)?;
    Ok(Act::Submit(Box::new(business), render))
}

fn read(message: &Message<'_>, office: &Office) -> Result<(Purchase, Render), Fault> {
    let row = message.row("druginfo")?;
    let rows = message.some_rows("drugdetail")?;
    let traced = message.sheet.table(Direction::In, "durg_trac_info");
    let mut lines: Vec<StatedLine> = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut line = lines::line(row, Arc::default(), lines.last())?;
        if let Some(table) = traced {
            line.rest.trace_codes = trace_codes(row, table)?;
        }
        lines.push(line);
    }
    let business = Purchase {
        person: message.person(&row)?,
        institution: message.institution.clone(),
        at: row.required_moment("begntime")?,
        scheme: shared(row.text("insutype")),
        category: shared(national::med_type(&row)?),
        disease: shared(row.text("dise_codg")),
        credential: shared(row.text("mdtrt_cert_type")),
        total: row.required_amount("medfee_sumamt")?,
        prescription: prescription(&rows)?,
        lines,
        account_use: national::account_use(&row)?,
        invoice: shared(row.text("invono")),
    };
    let directory = office.directory(message.area)?;
    let desk = Desk::of(message, office, &business.person);
    let bought = business.lines.iter().map(Bought::of).collect();
    Ok((business, receipt(desk, directory, bought)))
}

/// 追溯码 of a line.
fn trace_codes(row: &Row<'_>, table: &'static Table) -> Result<Vec<Arc<str>>, Fault> {
    let rows = row.rows("durg_trac_info", table)?;
    let codes = rows.iter().map(|row| row.text("drug_trac_codg"));
    Ok(codes.filter(|code| !code.is_empty()).map(Arc::from).collect())
}

/// The external prescription behind a purchase: the number on the lines that say they are bought on one. It is one.
fn prescription(rows: &[Row<'_>]) -> Result<Arc<str>, Fault> {
    let mut external = rows.iter().filter(|row| row.flag("rx_circ_flag"));
    let Some(first) = external.next() else { return Ok(Arc::default()) };
    let number = first.text("rxno");
    match external.find(|row| row.text("rxno") != number) {
        Some(other) => {
            let right = format!("一次购药只能使用一张外配处方，前行为{number}");
            Err(other.fault("rxno", Wire::Unfit, right))
        }
        None => Ok(shared(number)),
    }
}

/// What a line of a purchase said that the record of its settlement does not keep.
struct Bought {
    quantity: i64,
    price: i64,
    day: Date,
}

impl Bought {
    fn of(line: &StatedLine) -> Bought {
        Bought { quantity: line.quantity, price: line.price, day: line.at.date() }
    }
}

/// Writes what was settled, and how each line splits.
fn receipt(desk: Desk, directory: Arc<Directory>, bought: Vec<Bought>) -> Render {
    Box::new(move |outcome: &Outcome, mut answer: Answer| {
        let Outcome::Settled(settled) = outcome else { return Err(super::unexpected(outcome)) };
        let (entry, message, record) = (settled.entry, &*settled.message, &*settled.record);
        Statement { entry, message, record, desk: &desk }.write(&mut answer);
        let splits = split_again(record, &directory, &bought);
        answer.rows("detlcutinfo", &splits, |split, field| splits::cell(split, field));
        answer.finish()
    })
}

/// The splits of a purchase's lines: parts as they were decided, the rest as the catalogue has it on the day of the line.
fn split_again(record: &Record, directory: &Directory, bought: &[Bought]) -> Vec<LineSplit> {
    let level = Level::from_code(&record.inputs.level).unwrap_or(Level::Ungraded);
    let lines = record.inputs.lines.iter().zip(&record.decision.lines).zip(bought);
    let split = |((line, parts), bought): ((&agency::record::LineInput, &[i64; 4]), &Bought)| {
        let listing = directory.item(&line.item, bought.day);
        let detail = listing.map(|listing| &listing.detail);
        LineSplit {
            line: line.clone(),
            quantity: bought.quantity,
            price: bought.price,
            unit_ceiling: line.ceiling.and_then(|_| listing?.ceiling_at(level)),
            parts: *parts,
            charge_type: detail.map_or_else(Arc::default, |detail| detail.charge_type.clone()),
            restricted: detail.is_some_and(|detail| detail.restricted),
            essential: detail.is_some_and(|detail| detail.essential),
            note: Arc::default(),
        }
    };
    lines.map(split).collect()
}
