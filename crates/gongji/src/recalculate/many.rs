//! All that wait, in pages: how far it is stands in the books, so that a run that was cut off goes on where it was. Files are
//! written once everything is done, from what then stands in the books: so each difference is in them once.

use super::RunArgs;
use super::decide::name;
use super::files::Lines;
use super::office::Office;
use crate::lang::Lang;
use crate::progress::Progress as Bar;
use crate::source::Source;
use agency::Refused;
use agency::recalculation::{
    Item, Proposal, Report, Run, RunAsked, Step, Tally, Watch, proposals_of,
};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use store::{Area, PersonKey};

/// Refusals that are shown.
const SHOWN: u64 = 20;

/// Runs the command.
pub(super) fn run(args: &RunArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let by: Arc<str> = Arc::from(args.by.trim());
    if by.is_empty() {
        bail!(lang.pick("请用 --by 写明经办人", "say --by whom"));
    }
    let office = Office::open(&args.place, source)?;
    let mut done = Vec::with_capacity(office.areas.len());
    let mut refused = 0;
    for area in &office.areas {
        let step = if args.approve { Step::Approve } else { Step::Propose };
        let (page, lanes) = (args.page as usize, args.threads.map(|it| it as usize));
        let asked = RunAsked { area: *area, step, by: by.clone(), page, lanes };
        let run = Run::begin(&office.agency, asked)?;
        if let Some(done) = run.resumed() {
            let words = lang.choose(
                || format!("{area}：接着上次办理，已办 {done} 个"),
                || format!("{area}: goes on; {done} done before"),
            );
            writeln!(out, "{words}")?;
        }
        let report = work_off(&run, lang)?;
        told(*area, args.approve, &report, lang, out)?;
        refused += report.refused;
        done.push((*area, report.number, run));
    }
    write(args, &office, &done)?;
    for (_, _, run) in done {
        run.close()?;
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn work_off(run: &Run<'_>, lang: Lang) -> Result<Report> {
    let bar = Bar::alive(lang.pick("重算，人员年度", "person-years"));
    let shown = AtomicU64::new(0);
    let watch = Watch {
        moved: &|count| bar.moved(count),
        refused: &|item: &Item, refused: &Refused| {
            if shown.fetch_add(1, Ordering::Relaxed) < SHOWN {
                let Item { person, year, .. } = item;
                eprintln!("{} {} {year}：{refused}", person.area, person.person);
            }
        },
        stop: &AtomicBool::new(false),
    };
    Ok(run.finish(&watch)?)
}

fn told(area: Area, approve: bool, report: &Report, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let Report { tally, refused, .. } = report;
    let Tally { done, differing, settlements, more, less } = tally;
    let (more, less) = (Fen::new(*more), Fen::new(*less));
    let words = lang.choose(
        || {
            let step = if approve { "已审批入账" } else { "已提出" };
            format!(
                "{area}：{step} {done} 个人员年度，有差异 {differing} 个（结算 {settlements} 笔）；\
                 基金应多付 {more} 元，应追回 {less} 元；未办理 {refused} 个"
            )
        },
        || {
            let step = if approve { "approved and posted" } else { "proposed" };
            format!(
                "{area}: {step} {done} person-years, {differing} differ ({settlements} settlements); the \
                 funds pay {more} more and {less} less; {refused} not done"
            )
        },
    );
    Ok(writeln!(out, "{words}")?)
}

/// Writes the files, of all areas.
fn write(args: &RunArgs, office: &Office, done: &[(Area, Arc<str>, Run<'_>)]) -> Result<()> {
    if args.csv.is_none() && args.notices.is_none() {
        return Ok(());
    }
    let mut csv = args.csv.as_deref().map(Lines::csv).transpose()?;
    let mut notices = args.notices.as_deref().map(|path| Lines::open(path, "")).transpose()?;
    for (area, number, _) in done {
        let mut each = |person: &PersonKey, proposal: &Proposal| -> Result<()> {
            if let Some(csv) = &mut csv {
                csv.differences(person, proposal)?;
            }
            if let Some(notices) = notices.as_mut().filter(|_| !proposal.changed.is_empty()) {
                notices.notice(&name(office, person)?, person, proposal)?;
            }
            Ok(())
        };
        proposals_of(office.agency.store(), *area, number, &mut each)?;
    }
    for (file, path) in [(csv, &args.csv), (notices, &args.notices)] {
        if let Some(mut file) = file {
            file.flush().with_context(|| format!("{path:?}"))?;
        }
    }
    Ok(())
}
