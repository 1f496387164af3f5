//! `clear budget`: annual budgets are set one by one or from a file; without either, how far they are used.

use super::Whose;
use super::office::{Office, refused, yuan};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::input::Layout;
use crate::formats::{Broken, Encoding, Format, Input, Output, Row, RowSink};
use crate::lang::Lang;
use crate::source::Source;
use agency::Outcome;
use agency::business::clearing::SetBudget;
use agency::clearing::budget_use;
use anyhow::{Result, anyhow, bail};
use kernel::{Fen, Rate};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// `clear budget`.
#[derive(clap::Args, Clone, Debug)]
pub struct BudgetArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 年度 / the year
    #[arg(long)]
    pub year: i32,
    /// 定点机构编号 / code of the institution
    #[arg(long, value_name = "CODE", requires_all = ["amount", "by"], conflicts_with = "file")]
    pub institution: Option<String>,
    /// 总额，元 / the budget, in yuan
    #[arg(long, value_name = "YUAN", requires = "institution")]
    pub amount: Option<String>,
    /// 备注 / a note
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub note: String,
    /// 总额文件（CSV、XLSX）：institution、amount（元）、note / a file of budgets: institution, amount (yuan), note
    #[arg(long, value_name = "FILE", requires = "by")]
    pub file: Option<PathBuf>,
    /// 经办人 / who sets it
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// Why it is refused, or a file that cannot be read.
pub(super) fn run(args: &BudgetArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let by: Arc<str> = Arc::from(args.by.as_deref().unwrap_or_default());
    if let (Some(institution), Some(amount)) = (&args.institution, &args.amount) {
        let budget = SetBudget {
            institution: office.party(institution),
            year: args.year,
            amount: yuan(amount, "--amount", lang)?,
            note: Arc::from(&*args.note),
            by,
        };
        office.ask(budget).map_err(|why| refused(&why, lang))?;
        return shown(&office, args.year, out);
    }
    match &args.file {
        None => shown(&office, args.year, out),
        Some(path) => import(&office, args, path, &by, out),
    }
}

/// Sets the budgets of a file, row by row; rows that are refused are said with their number.
fn import(
    office: &Office,
    args: &BudgetArgs,
    path: &Path,
    by: &Arc<str>,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = office.lang;
    let (mut set, mut unchanged, mut bad) = (0_u64, 0_u64, 0_u64);
    for row in rows(path, &["institution", "amount", "note"], Encoding::default(), lang)? {
        let [institution, amount, note] = &row.cells[..] else { continue };
        let done = yuan(amount, "amount", lang).and_then(|amount| {
            let (institution, note) = (office.party(institution), Arc::from(&**note));
            let budget = SetBudget { institution, year: args.year, amount, note, by: by.clone() };
            office.ask(budget).map_err(|why| refused(&why, lang))
        });
        match done {
            Ok(Outcome::Done) => unchanged += 1,
            Ok(_) => set += 1,
            Err(why) => {
                bad += 1;
                let (name, number) = (path.display(), row.number);
                let said = lang.choose(
                    || format!("{name} 第 {number} 行：{why}"),
                    || format!("{name} row {number}: {why}"),
                );
                writeln!(out, "{said}")?;
            }
        }
    }
    let year = args.year;
    let said = lang.choose(
        || format!("{year} 年总额：设定 {set} 家，不变 {unchanged} 家，未导入 {bad} 行"),
        || format!("budgets of {year}: {set} set, {unchanged} unchanged, {bad} rows not taken"),
    );
    writeln!(out, "{said}")?;
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// How far the budgets of a year are used.
fn shown(office: &Office, year: i32, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = office.lang;
    let uses = budget_use(office.agency.store(), office.area, year);
    let uses = uses.map_err(|why| refused(&why, lang))?;
    let text = |zh: &str, en: &str| Field { name: lang.pick(zh, en).into(), kind: Kind::Text };
    let money = |zh: &str, en: &str| Field { name: lang.pick(zh, en).into(), kind: Kind::Money };
    let fields = [
        text("机构", "institution"),
        text("名称", "name"),
        money("总额", "budget"),
        money("已用", "used"),
        money("余额", "left"),
        text("使用率", "share"),
        text("已结月数", "months"),
    ];
    let mut table = Vec::new();
    let mut output = Output::new(&mut table, Format::Table, &fields)?;
    for used in &uses {
        let left = used.budget.map(|budget| Fen::new(budget - used.used));
        let money = |fen: Option<Fen>| fen.map_or(Cell::Empty, Cell::Money);
        let share = used.budget.map_or_else(String::new, |budget| share(used.used, budget));
        let months = used.months.to_string();
        let cells = [
            Cell::Text(&used.institution),
            Cell::Text(&used.name),
            money(used.budget.map(Fen::new)),
            Cell::Money(Fen::new(used.used)),
            money(left),
            Cell::Text(&share),
            Cell::Text(&months),
        ];
        output.row(cells.into_iter())?;
    }
    output.finish()?;
    out.write_all(&table)?;
    Ok(ExitCode::SUCCESS)
}

/// A part of a whole in hundredths of a percent.
fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return String::new();
    }
    let ten_thousandths = i128::from(part) * 10_000 / i128::from(whole);
    i32::try_from(ten_thousandths).map_or_else(|_| String::new(), |it| Rate::new(it).to_string())
}

/// A row of a small file: its number, and the cells of the columns asked for.
pub(crate) struct Cells {
    pub(crate) number: u64,
    pub(crate) cells: Vec<String>,
}

/// Reads a small CSV or XLSX file with these columns; the first must be there, others may be missing.
///
/// # Errors
/// A file that cannot be read, a column that is missing.
pub(crate) fn rows(
    path: &Path,
    columns: &[&str],
    encoding: Encoding,
    lang: Lang,
) -> Result<Vec<Cells>> {
    let input = Input::open(path, None, encoding, lang)?;
    if !matches!(input.format, Format::Csv | Format::Xlsx) {
        let what = lang.pick("只能读 CSV 和 XLSX", "only CSV and XLSX can be read");
        bail!("{}: {what}", input.name);
    }
    let layout = Layout { names: Vec::new, find: |_, _| None };
    let mut sink = Gathered { columns, places: Vec::new(), rows: Vec::new(), lang };
    input.read(layout, &mut sink, &mut |_| {}, lang)?;
    Ok(sink.rows)
}

struct Gathered<'a> {
    columns: &'a [&'a str],
    places: Vec<Option<usize>>,
    rows: Vec<Cells>,
    lang: Lang,
}

impl RowSink for Gathered<'_> {
    fn header(&mut self, names: &[String], _: bool) -> Result<()> {
        let place =
            |column: &&str| names.iter().position(|name| name.trim().eq_ignore_ascii_case(column));
        self.places = self.columns.iter().map(place).collect();
        let needed = self.columns.iter().zip(&self.places).take(2);
        for (column, place) in needed {
            if place.is_none() {
                let what = self.lang.pick("缺少列", "a column is missing");
                return Err(anyhow!("{what} {column}"));
            }
        }
        Ok(())
    }

    fn stray(&mut self, _: &str) {}

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let cell = |place: &Option<usize>| {
            place.map_or_else(String::new, |place| row.cell(place).trim().to_owned())
        };
        let cells = self.places.iter().map(cell).collect();
        self.rows.push(Cells { number: row.number, cells });
        Ok(())
    }

    fn broken(&mut self, row: &Row<'_>, _: Broken) -> Result<()> {
        let number = row.number;
        let said = self.lang.choose(
            || format!("第 {number} 行无法读取"),
            || format!("row {number} cannot be read"),
        );
        Err(anyhow!("{said}"))
    }
}
