//! A desk at the agency: books, law and core, for one request of a clerk.

use crate::books::Place;
use crate::clearing::office::area_of;
use crate::formats::{Cell, Field, Format, Kind, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::core::{Core, Job, Settings};
use agency::{Agency, Business, Outcome};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::{Date, Fen};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Area, PersonKey};

/// Whose account it is.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Whose {
    /// Where the books are.
    #[command(flatten)]
    pub(super) place: Place,
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    pub(super) region: String,
    /// 人员编号 / number of the person
    #[arg(long, value_name = "PERSON")]
    pub(super) person: String,
}

impl Whose {
    /// Opens the books, and whose account it is there.
    pub(super) fn open(&self, source: &Source) -> Result<(Arc<Agency>, PersonKey)> {
        let (agency, area) = open(&self.place, &self.region, source)?;
        Ok((agency, PersonKey::new(area, &self.person)))
    }
}

/// A day; today if none is given.
pub(super) fn day(option: &str, text: Option<&String>, lang: Lang) -> Result<Date> {
    let Some(text) = text else { return Ok(crate::books::place::now().date()) };
    let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
    Date::parse(text).ok_or_else(|| anyhow!("{option} {text}：{words}"))
}

/// An amount in yuan, as fen.
pub(super) fn yuan(option: &str, text: &str, lang: Lang) -> Result<i64> {
    let words =
        lang.pick("应为金额（元），如 380.00", "expected an amount in yuan, such as 380.00");
    let amount = Fen::parse_yuan(text).map_err(|_| anyhow!("{option} {text}：{words}"))?;
    Ok(amount.get())
}

/// Opens the books of an area and the law they are kept by.
pub(super) fn open(place: &Place, region: &str, source: &Source) -> Result<(Arc<Agency>, Area)> {
    let store = place.open(false, source.lang())?;
    let area = area_of(&*store, Some(region), source)?;
    let (library, choice) = (source.library()?, source.choice());
    let clock = Arc::new(server::clock::WallClock);
    let seed = crate::books::place::now().0.unsigned_abs() ^ u64::from(std::process::id()) << 32;
    Ok((Arc::new(Agency::open(store, &library, &choice, clock, seed)?), area))
}

/// Has a business decided and written. What is refused is printed, with exit code 1.
pub(super) fn ask(
    agency: &Arc<Agency>,
    business: impl Business + 'static,
    out: &mut dyn Write,
    said: impl FnOnce(&Outcome) -> String,
) -> Result<ExitCode> {
    let core = Core::start(agency.clone(), Settings::default())?;
    let (answer, waiting) = std::sync::mpsc::channel();
    core.submit(Job {
        business: Box::new(business),
        message: None,
        sent: None,
        reply: Box::new(move |reply| drop(answer.send(reply))),
    });
    let reply = waiting.recv().context("the core gave no answer")?;
    core.close();
    match reply {
        Ok(answered) => {
            writeln!(out, "{}", said(&answered.outcome))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => {
            writeln!(out, "{refused}")?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Words of a closed list, from code or Chinese name.
pub(super) fn word<T: Copy>(
    option: &str,
    text: &str,
    all: &[T],
    names: impl Fn(T) -> [&'static str; 2],
    lang: Lang,
) -> Result<T> {
    let found = all.iter().copied().find(|one| names(*one).contains(&text));
    let Some(found) = found else {
        let listed = all.iter().map(|one| names(*one).join(" "));
        let listed = listed.collect::<Vec<_>>().join(lang.pick("；", "; "));
        let words = lang.pick("应为以下之一：", "expected one of: ");
        bail!("{option} {text}：{words}{listed}");
    };
    Ok(found)
}

/// A cell of a table that is kept.
pub(crate) enum Kept {
    Text(String),
    Money(Fen),
}

/// Writes a table to a file, in the format of its name; or to the terminal.
pub(crate) fn table(
    names: &[(&str, Kind)],
    rows: &[Vec<Kept>],
    to: Option<&Path>,
    out: &mut dyn Write,
    lang: Lang,
) -> Result<()> {
    let fields: Vec<Field> =
        names.iter().map(|(name, kind)| Field { name: (*name).to_owned(), kind: *kind }).collect();
    let write = |sink: Box<dyn Write + Send>, format| -> Result<()> {
        let mut output = Output::new(sink, format, &fields)?;
        for row in rows {
            output.row(row.iter().map(|cell| match cell {
                Kept::Text(text) => Cell::Text(text),
                Kept::Money(amount) => Cell::Money(*amount),
            }))?;
        }
        output.finish()
    };
    let Some(path) = to else {
        let buffer = Shared::default();
        write(Box::new(buffer.clone()), Format::Table)?;
        return Ok(out.write_all(&buffer.bytes())?);
    };
    let Some(format) = Format::of_name(path) else {
        let words = lang.pick(
            "文件名应以 .csv、.xlsx、.json、.jsonl 或 .parquet 结尾",
            "the name should end in .csv, .xlsx, .json, .jsonl or .parquet",
        );
        bail!("{}: {words}", path.display());
    };
    let file = File::create(path).with_context(|| format!("write {}", path.display()))?;
    write(Box::new(std::io::BufWriter::new(file)), format)
}

/// What is written, kept to be printed.
#[derive(Clone, Default)]
struct Shared(Arc<std::sync::Mutex<Vec<u8>>>);

impl Shared {
    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
