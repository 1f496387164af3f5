//! `paper list`: applications as a table.

use super::states;
use crate::clearing::Whose;
use crate::clearing::office::{Office, refused};
use crate::formats::{Cell, Field, Format, Kind, Output};
use crate::source::Source;
use agency::paper::{Application, State, Verdict, applications, due};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// `paper list`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 人员编号；省略则全部 / of this person; all if not given
    #[arg(long, value_name = "PERSON")]
    pub person: Option<String>,
    /// 状态，可写几个 / state; may be given several times
    #[arg(long, value_name = "STATE", value_parser = clap::builder::PossibleValuesParser::new(State::CODES))]
    pub state: Vec<String>,
    /// 写入文件：.csv、.xlsx、.json、.parquet，不能已存在 / file to write; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

const NAMES: [(&str, &str, Kind); 12] = [
    ("申请编号", "number", Kind::Text),
    ("受理号", "reference", Kind::Text),
    ("人员编号", "person", Kind::Text),
    ("受理日", "submitted", Kind::Date),
    ("就诊日", "service", Kind::Date),
    ("机构", "institution", Kind::Text),
    ("票据金额", "receipts", Kind::Money),
    ("状态", "state", Kind::Text),
    ("待核实", "open", Kind::Text),
    ("核定应付", "decided", Kind::Money),
    ("已支付", "paid", Kind::Money),
    ("待支付", "due", Kind::Money),
];

/// Lists.
///
/// # Errors
/// Books that cannot be opened, a file that cannot be written.
pub(super) fn run(args: &ListArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let person = args.person.as_deref().unwrap_or_default();
    let all = applications(office.agency.store(), office.area, person, &states(&args.state));
    let all = all.map_err(|why| refused(&why, lang))?;
    let fields = NAMES.map(|(zh, en, kind)| Field { name: lang.pick(zh, en).into(), kind });
    match &args.out {
        None => {
            let mut bytes = Vec::new();
            write(&all, &office, Output::new(&mut bytes, Format::Table, &fields)?)?;
            out.write_all(&bytes)?;
        }
        Some(path) => {
            let Some(format) = Format::of_name(path) else {
                let what = lang.pick(
                    "应为 .csv、.xlsx、.json 或 .parquet",
                    "expected .csv, .xlsx, .json or .parquet",
                );
                bail!("{}: {what}", path.display());
            };
            let file = File::create_new(path).with_context(|| path.display().to_string())?;
            write(&all, &office, Output::new(BufWriter::new(file), format, &fields)?)?;
        }
    }
    let total: i64 = all.iter().map(|it| it.stated.total()).sum();
    let (count, total) = (all.len(), Fen::new(total));
    let said = lang.choose(
        || format!("{count} 份，票据合计 {total}"),
        || format!("{count} applications, receipts of {total}"),
    );
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

fn write<W: Write + Send>(
    all: &[Application],
    office: &Office,
    mut output: Output<W>,
) -> Result<()> {
    let lang = office.lang;
    for it in all {
        let due = due(office.agency.store(), office.area, it);
        let due = due.map_err(|why| refused(&why, lang))?.net().max(0);
        let open: Vec<&str> = it.open().map(|warning| warning.caveat.zh()).collect();
        let open = open.join("；");
        let state = lang.pick(it.state().zh(), it.state().code());
        let decided = it.decided.as_ref().map_or(0, Verdict::owed);
        let cells = [
            Cell::Text(&it.number),
            Cell::Text(&it.stated.reference),
            Cell::Text(&it.person),
            Cell::Date(it.stated.submitted),
            Cell::Date(it.stated.service),
            Cell::Text(it.stated.issuer.shown()),
            Cell::Money(Fen::new(it.stated.total())),
            Cell::Text(state),
            Cell::Text(&open),
            Cell::Money(Fen::new(decided)),
            Cell::Money(Fen::new(it.paid())),
            Cell::Money(Fen::new(due)),
        ];
        output.row(cells.into_iter())?;
    }
    output.finish()
}
