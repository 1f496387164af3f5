//! Commands about enrolment 参保与缴费: a monthly file of an employer (`declare`), entitlement derived for everybody
//! (`derive`), what is on file about a person (`show`).

pub mod declarations;
pub mod declare;
pub mod derive;
pub mod show;

use crate::books::Place;
use crate::books::place::law;
use crate::clearing::office::area_of;
use crate::lang::Lang;
use crate::source::Source;
use agency::Agency;
use agency::regions::Law;
use anyhow::{Result, anyhow};
use kernel::{Date, Month};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::Area;

/// The commands about enrolment.
#[derive(Debug, clap::Subcommand)]
pub enum EnrolCommand {
    /// 申报单位（或个人）的缴费月，到账的入账 / declare months of an employer or of people, and book what was paid
    Declare(declare::DeclareArgs),
    /// 收到过的缴费申报文件，及一份的报告 / files that were received, and the report of one
    Declarations(declarations::DeclarationsArgs),
    /// 按缴费月重新推算全部人的待遇享受期 / derive everybody's entitlement from the months on file
    Derive(derive::DeriveArgs),
    /// 一个人的缴费月和待遇享受期，可按某日所知 / a person's months and spells, also as known on a day
    Show(show::ShowArgs),
}

/// Runs a command; what it says of faults on the way is shown on `shown`.
///
/// # Errors
/// Exit code 2: books that cannot be opened, files that cannot be read, wrong arguments.
pub fn run(
    command: &EnrolCommand,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    match command {
        EnrolCommand::Declare(args) => declare::run(args, source, out, shown),
        EnrolCommand::Declarations(args) => declarations::run(args, source, out),
        EnrolCommand::Derive(args) => derive::run(args, source, out),
        EnrolCommand::Show(args) => show::run(args, source, out),
    }
}

/// The agency over the books.
fn open(place: &Place, source: &Source) -> Result<Arc<Agency>> {
    let store = place.open(false, source.lang())?;
    let clock = Arc::new(server::clock::WallClock);
    let seed = crate::books::place::now().0.unsigned_abs();
    Ok(Arc::new(Agency::with(store, Arc::new(law(source)?), clock, seed)?))
}

/// The area that six digits or a name speak of; all areas with a law if nothing is said.
fn areas(agency: &Agency, region: Option<&str>, source: &Source) -> Result<Vec<Area>> {
    let all = agency.regions().areas();
    let Some(text) = region else { return Ok(all.map(|(area, _)| area).collect()) };
    let named = |(area, law): (Area, &Arc<Law>)| {
        let name = &law.timeline.name;
        (*name.zh == *text || *name.en == *text).then_some(area)
    };
    if let (None, Some(area)) = (Area::parse(text), all.into_iter().find_map(named)) {
        return Ok(vec![area]);
    }
    Ok(vec![area_of(agency.store(), Some(text), source)?])
}

/// A month, as an option states it.
fn month(option: &str, text: &str, lang: Lang) -> Result<Month> {
    Month::parse(text).ok_or_else(|| {
        let words = lang.pick("应为月份，如 2026-03", "expected a month, such as 2026-03");
        anyhow!("{option} {text}：{words}")
    })
}

/// A day, as an option states it.
fn day(option: &str, text: &str, lang: Lang) -> Result<Date> {
    Date::parse(text).ok_or_else(|| {
        let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
        anyhow!("{option} {text}：{words}")
    })
}
