//! `gongji export`: what the books hold as files, for other programs: CSV, XLSX, Parquet, JSON. Read page by page, with as
//! much memory as a page takes.

mod column;
mod out;
mod people;
mod months;
mod entries;
mod settlements;
mod statements;
mod claims;

pub(crate) use claims::{Booked, Held, Untold, Wanted};

use crate::clearing::Whose;
use crate::clearing::office::area_of;
use crate::formats::Format;
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use anyhow::{Result, anyhow, bail};
use column::Column;
use kernel::{Date, Moment};
use out::Rows;
use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::{Area, Id, Store};

/// 把账务库的表导出为文件 / export tables of the books
///
/// 表和列见 `gongji export --columns`。people、months 的列与导入的表相同，可再导入另一个账务库。
///
/// Tables and columns: as `gongji export --columns` prints. Those of people and months are those that are imported.
#[derive(clap::Args, Clone, Debug)]
pub struct ExportArgs {
    /// 输出各表的列说明 / print the tables and their columns
    #[arg(long, exclusive = true)]
    pub columns: bool,
    /// 表 / table
    #[arg(required_unless_present = "columns", value_parser = tables())]
    pub table: Option<String>,
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 写到的文件：.csv、.xlsx、.parquet、.json、.jsonl；不能已存在 / the file to write; it must not exist
    #[arg(long, value_name = "FILE", required_unless_present = "columns")]
    pub out: Option<PathBuf>,
    /// 只要这天起记账的（entries、settlements） / entries posted on this day and after
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<String>,
    /// 只要这天止记账的（含） / entries posted up to this day, included
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<String>,
    /// 只要这个参保年度的（claims） / only this benefit year (claims)
    #[arg(long, value_name = "YYYY")]
    pub year: Option<i32>,
}

/// What is exported.
#[derive(Clone, Copy)]
struct Table {
    name: &'static str,
    zh: &'static str,
    about_zh: &'static str,
    about_en: &'static str,
    columns: &'static [Column],
    /// Only what was posted in a span makes sense of it.
    by_time: bool,
    write: fn(&Work<'_>, &mut Rows<'_>) -> Result<()>,
}

/// What an export works on.
struct Work<'a> {
    store: &'a dyn Store,
    area: Area,
    /// The first id, and the first beyond the last.
    span: (Id, Id),
    /// The benefit year; none: all.
    year: Option<i32>,
    /// Items that rules of the area name.
    items: HashSet<Arc<str>>,
    now: Moment,
}

const TABLES: &[Table] = &[
    people::PEOPLE,
    people::ACCOUNTS,
    months::MONTHS,
    entries::ENTRIES,
    settlements::SETTLEMENTS,
    statements::STATEMENTS,
    claims::CLAIMS,
];

fn tables() -> clap::builder::PossibleValuesParser {
    let value = |table: &Table| {
        let help = format!("{} / {}", table.zh, table.about_en);
        clap::builder::PossibleValue::new(table.name).alias(table.zh).help(help)
    };
    clap::builder::PossibleValuesParser::new(TABLES.iter().map(value).collect::<Vec<_>>())
}

/// Runs the command.
///
/// # Errors
/// Books that cannot be opened, a file that exists or cannot be written.
pub fn run(args: &ExportArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    if args.columns {
        write!(out, "{}", markdown())?;
        return Ok(ExitCode::SUCCESS);
    }
    let lang = source.lang();
    let named = |table: &&Table| Some(table.name) == args.table.as_deref();
    let table = TABLES.iter().find(named).ok_or_else(|| anyhow!("table"))?;
    let path = args.out.as_ref().ok_or_else(|| anyhow!("--out"))?;
    let format = match Format::of_name(path) {
        Some(format) if format != Format::Table => format,
        _ => {
            let what = lang.pick(
                "文件名应以 .csv、.xlsx、.parquet、.json 或 .jsonl 结尾",
                "the name must end in .csv, .xlsx, .parquet, .json or .jsonl",
            );
            bail!("--out {}: {what}", path.display());
        }
    };
    let span = span(args, table, lang)?;
    let store: Arc<dyn Store> = args.whose.place.open(false, lang)?;
    let area = area_of(&*store, args.whose.region.as_deref(), source)?;
    let now = crate::books::place::now();
    let items = items_named(area, source)?;
    let work = Work { store: &*store, area, span, year: args.year, items, now };
    let progress = Progress::alive(lang.pick("导出，行", "exporting, rows"));
    let mut rows = Rows::begin(path, format, table.columns, &progress, lang)?;
    (table.write)(&work, &mut rows)?;
    let count = rows.finish()?;
    drop(progress);
    let (zh, path) = (table.zh, path.display());
    let said = lang.choose(
        || format!("已导出{zh} {count} 行：{path}"),
        || format!("exported {count} rows of {}: {path}", table.name),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Items that rules of an area name.
///
/// # Errors
/// Documents with faults.
pub(crate) fn items_named(area: Area, source: &Source) -> Result<HashSet<Arc<str>>> {
    let law = crate::books::place::law(source)?;
    let items = law.law(area).map(|law| law.codes.items.iter().cloned().collect());
    Ok(items.unwrap_or_default())
}

/// Writes claims of the books to a file, and says how many rows.
///
/// # Errors
/// The store's own, and of the file.
pub(crate) fn claims_to(
    path: &Path,
    wanted: &Wanted<'_>,
    look: &mut dyn FnMut(Held<'_>),
    lang: Lang,
) -> Result<u64> {
    let progress = Progress::alive(lang.pick("读账务库，行", "reading the books, rows"));
    let mut rows = Rows::begin(path, Format::Parquet, claims::CLAIMS.columns, &progress, lang)?;
    wanted.write(&mut rows, look)?;
    rows.finish()
}

/// The ids that are wanted.
fn span(args: &ExportArgs, table: &Table, lang: Lang) -> Result<(Id, Id)> {
    let day = |option: &str, text: &str| {
        let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
        Date::parse(text).ok_or_else(|| anyhow!("{option} {text}：{words}"))
    };
    if !table.by_time && (args.from.is_some() || args.to.is_some()) {
        let words = lang.pick(
            "--from、--to 只用于 entries、settlements",
            "--from and --to are for entries and settlements",
        );
        bail!("{words}");
    }
    if args.year.is_some() && table.name != claims::CLAIMS.name {
        bail!("{}", lang.pick("--year 只用于 claims", "--year is for claims"));
    }
    let first = |day: Date| Id::first_at(Moment::start_of(day));
    let from = args.from.as_deref().map(|text| day("--from", text)).transpose()?;
    let to = args.to.as_deref().map(|text| day("--to", text)).transpose()?;
    Ok((from.map_or(Id::MIN, first), to.map_or(Id::MAX, |day| first(day.next()))))
}

/// The reference page of tables and columns.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from("# 导出的表 Exported tables\n\n`gongji export TABLE --out FILE`\n");
    for table in TABLES {
        let Table { name, zh, about_zh, about_en, .. } = table;
        page += &format!("\n## {name} {zh}\n\n{about_zh}。\n{about_en}.\n\n");
        page += "| 列 | 名称 | 类型 | 说明 |\n|---|---|---|---|\n";
        for column in table.columns {
            let Column { name, zh, about, .. } = column;
            page += &format!("| `{name}` | {zh} | {} | {about} |\n", column.kind_zh());
        }
    }
    page
}
