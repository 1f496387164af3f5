//! `paper receive`: the applications of files, one after the other; what is not received is written out with the reason.

use super::{line, warnings};
use crate::books::import::NO_LAYOUT;
use crate::books::import::rejects::{Rejects, Why};
use crate::clearing::Whose;
use crate::clearing::office::Office;
use crate::formats::{Broken, Encoding, Format, Input, Row, RowSink, StoredRow};
use crate::lang::Lang;
use crate::source::Source;
use agency::import::applications::{Applications, Gathered};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Date;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::PersonKey;

/// 受理零星报销申请 / receive paper claims
///
/// 列见 `gongji import --columns` 的“零星报销申请”：每行一条费用明细，受理号相同的各行是一份申请。
/// 同一文件再交一次，已受理的不变；票据用过的拒绝，并说出原申请。
///
/// Columns: as in `gongji import --columns`. One fee line a row; rows of the same reference are one application.
///
/// 退出码 / exit codes: 0 全部受理 / all received; 1 有未受理的 / some not; 2 用法或文件有误 / wrong usage or file.
#[derive(clap::Args, Clone, Debug)]
pub struct ReceiveArgs {
    /// 文件：CSV、XLSX；`-` 为标准输入 / files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 受理人 / who receives them
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 没有写受理日的申请是哪天收到的 / when applications that do not say so were handed in
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub submitted: Option<String>,
    /// 只核对、不写入 / check everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// 输入格式，缺省看扩展名和内容 / format of the input, if neither name nor content tells it
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<Format>,
    /// 文本文件的编码 / encoding of text files
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,
    /// 未受理的行写入的文件夹，缺省为当前目录 / folder for rows not received
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub rejects: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read, books that cannot be opened.
pub(super) fn run(
    args: &ReceiveArgs,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let submitted = args.submitted.as_deref().map(|text| {
        let words = lang.pick("应为日期，如 2026-03-20", "expected a date, such as 2026-03-20");
        Date::parse(text).ok_or_else(|| anyhow!("--submitted {text}：{words}"))
    });
    let submitted = submitted.transpose()?;
    let office = Office::open(&args.whose, source)?;
    let mut clean = true;
    for path in &args.files {
        clean &= file(args, path, submitted, &office, out, shown)?;
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Receives the applications of a file; true if all were.
fn file(
    args: &ReceiveArgs,
    path: &Path,
    submitted: Option<Date>,
    office: &Office,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<bool> {
    let lang = office.lang;
    let input = Input::open(path, args.from, args.encoding, lang)?;
    if !matches!(input.format, Format::Csv | Format::Xlsx) {
        let what = lang.pick("只能读 CSV 和 XLSX", "only CSV and XLSX can be read");
        bail!("{}: {what}", input.name);
    }
    let mut sink = Sink {
        submitted,
        lang,
        applications: None,
        rows: Vec::new(),
        rejects: Rejects::new(&args.rejects, path, lang)?,
        shown,
    };
    input.read(NO_LAYOUT, &mut sink, &mut |_| {}, lang)?;
    let Sink { applications, rows, mut rejects, shown, .. } = sink;
    let gathered = applications.map(Applications::gathered).unwrap_or_default();
    let (mut received, mut unchanged, mut refused) = (0_u64, 0_u64, rejects.count());
    let desk = office.paper(&args.by);
    for one in gathered {
        let key = PersonKey { area: office.area, person: one.person.clone() };
        let why = match fault(&one, lang) {
            Some(why) => why,
            None => {
                let filed = match args.dry_run {
                    true => desk.check(&key, &one.stated),
                    false => desk.receive(&key, &one.stated),
                };
                match filed {
                    Ok(filed) => {
                        if filed.unchanged {
                            unchanged += 1;
                        } else {
                            received += 1;
                        }
                        writeln!(out, "{}", line(&filed.application, lang))?;
                        warnings(&filed.application, lang, out)?;
                        continue;
                    }
                    Err(why) => {
                        let row = one.rows.first().copied().unwrap_or(0);
                        (row, "", "refused", text(&why, lang))
                    }
                }
            }
        };
        refused += 1;
        let (row, column, code, text) = why;
        let text = format!("{} {text}", one.reference);
        for kept in rows.iter().filter(|kept| one.rows.contains(&kept.number)) {
            let column = if kept.number == row { column } else { "" };
            let text = text.clone();
            rejects.add(&kept.row(), &Why { row: kept.number, column, code, text }, shown)?;
        }
    }
    let name = &input.name;
    let done = lang.pick(
        if args.dry_run { "核对（未写入）" } else { "已读" },
        if args.dry_run { "checked, nothing written," } else { "read" },
    );
    let said = lang.choose(
        || format!("{done} {name}：受理 {received} 份，不变 {unchanged} 份，未受理 {refused} 份"),
        || format!("{done} {name}: {received} received, {unchanged} unchanged, {refused} refused"),
    );
    writeln!(out, "{said}")?;
    rejects.finish(out)?;
    Ok(refused == 0)
}

fn text(why: &agency::Refused, lang: Lang) -> String {
    match lang {
        Lang::Zh => why.to_string(),
        Lang::En => format!("{}: {}", why.reason.en(), why.value),
    }
}

/// What is wrong with its rows: which row, column, code, words.
fn fault(one: &Gathered, lang: Lang) -> Option<(u64, &'static str, &'static str, String)> {
    let (row, fault) = one.fault.as_ref()?;
    let column = fault.column.map_or("", |column| column.name);
    Some((*row, column, fault.reason.code(), fault.text(lang == Lang::En)))
}

/// Hands the rows of a file on.
struct Sink<'a> {
    submitted: Option<Date>,
    lang: Lang,
    applications: Option<Applications>,
    rows: Vec<StoredRow>,
    rejects: Rejects,
    shown: &'a mut dyn Write,
}

impl RowSink for Sink<'_> {
    fn header(&mut self, names: &[String], _: bool) -> Result<()> {
        let read = Applications::new(names, self.submitted);
        let (applications, strays) =
            read.map_err(|fault| anyhow!("{}", fault.text(self.lang == Lang::En)))?;
        for name in strays {
            let said = self.lang.choose(
                || format!("不认识的列 {name}，已忽略"),
                || format!("unknown column {name} is ignored"),
            );
            writeln!(self.shown, "{said}")?;
        }
        self.rejects.header(names);
        self.applications = Some(applications);
        Ok(())
    }

    fn stray(&mut self, _: &str) {}

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let applications = self.applications.as_mut().context("header")?;
        let cells: Vec<&str> = (0..row.cells.len()).map(|place| row.cell(place)).collect();
        match applications.row(row.number, &cells) {
            Ok(()) => {
                let mut kept = StoredRow::default();
                kept.copy(row);
                self.rows.push(kept);
            }
            Err(fault) => {
                let column = fault.column.map_or("", |column| column.name);
                let text = fault.text(self.lang == Lang::En);
                let why = Why { row: row.number, column, code: fault.reason.code(), text };
                self.rejects.add(row, &why, self.shown)?;
            }
        }
        Ok(())
    }

    fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()> {
        let reason = crate::bills::Reason::Broken(why);
        let fault = crate::bills::Fault { column: None, value: String::new(), reason };
        let (code, text) = (fault.reason.code(), fault.text(self.lang));
        self.rejects.add(row, &Why { row: row.number, column: "", code, text }, self.shown)
    }
}
