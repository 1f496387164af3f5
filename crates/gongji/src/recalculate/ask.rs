//! Person-years that a corrected level or a superseded policy touches are filed to be folded again.

use super::AskArgs;
use super::office::{Office, day};
use crate::progress::Progress;
use crate::source::Source;
use agency::business::recalculation::AskAgain;
use agency::recalculation::{by_institution, by_policy};
use anyhow::{Context as _, Result, anyhow};
use kernel::Date;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::PersonKey;

/// Runs the command.
pub(super) fn run(args: &AskArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let from = day("--from", &args.from, lang)?;
    let to = match &args.to {
        None => Date::MAX,
        Some(text) => day("--to", text, lang)?,
    };
    let office = Office::open(&args.place, source)?;
    let agency = &office.agency;
    for area in &office.areas {
        let area = *area;
        let bar = Progress::alive(lang.pick("查找，已看过的记账", "searching, entries so far"));
        let (kind, affected) = match &args.institution {
            Some(code) => {
                let store = agency.store();
                let moved = &mut |rows| bar.moved(rows);
                ("level", by_institution(store, area, code, (from, to), moved)?)
            }
            None => {
                let law = agency.regions().law(area).context("law")?;
                let moved = &mut |rows| bar.moved(rows);
                ("policy", by_policy(agency.store(), area, law, from, moved)?)
            }
        };
        drop(bar);
        let desk = office.desk("");
        let count = affected.len();
        for (person, year) in affected {
            let person = PersonKey { area, person };
            let asked = AskAgain { person, year, kind: Arc::from(kind), from, to };
            desk.ask(asked).map_err(|refused| anyhow!("{refused}"))?;
        }
        let words = lang.choose(
            || format!("{area}：登记待重算 {count} 个人员年度"),
            || format!("{area}: {count} person-years to be folded again"),
        );
        writeln!(out, "{words}")?;
    }
    Ok(ExitCode::SUCCESS)
}
