//! Files of bills from one format to another, value by value; nothing is settled or checked beyond types.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};

use crate::bills::{Column, Fault, values};
use crate::formats::{Broken, Cell, Encoding, Field, Format, Input, Kind, Output, Row, RowSink};
use crate::lang::Lang;

/// 单据文件换格式 / convert a file of bills to another format
#[derive(clap::Args, Clone, Debug)]
pub struct ConvertArgs {
    /// 单据文件 / file of bills
    pub file: PathBuf,

    /// 写入的文件，格式看扩展名 / file to write; its extension chooses the format
    #[arg(short, long)]
    pub output: PathBuf,

    /// 文本文件的编码 / encoding of text files
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,
}

/// Runs the command.
///
/// # Errors
/// If a file cannot be read or written.
pub fn run(args: &ConvertArgs, lang: Lang) -> Result<ExitCode> {
    let input = Input::open(&args.file, None, args.encoding, lang)?;
    let Some(format) = Format::of_name(&args.output) else {
        bail!("{}: {}", args.output.display(), lang.pick("看不出格式", "no known format"));
    };
    let file = File::create(&args.output).with_context(|| args.output.display().to_string())?;
    let mut copy =
        Copy { format, out: Some(BufWriter::new(file)), table: None, fields: Vec::new() };
    input.read(Column::LAYOUT, &mut copy, &mut |_| {}, lang)?;
    if let Some(table) = copy.table {
        table.finish()?;
    }
    Ok(ExitCode::SUCCESS)
}

struct Copy<W: Write + Send> {
    format: Format,
    out: Option<W>,
    table: Option<Output<W>>,
    fields: Vec<Field>,
}

impl<W: Write + Send> RowSink for Copy<W> {
    fn header(&mut self, names: &[String], _: bool) -> Result<()> {
        let field = |name: &String| {
            let kind = Column::named(name).map_or(Kind::Text, Column::kind);
            Field { name: name.clone(), kind }
        };
        self.fields = names.iter().map(field).collect();
        if let Some(out) = self.out.take() {
            self.table = Some(Output::new(out, self.format, &self.fields)?);
        }
        Ok(())
    }

    fn stray(&mut self, _: &str) {}

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let mut cells = Vec::with_capacity(self.fields.len());
        for (at, field) in self.fields.iter().enumerate() {
            let cell = typed(field.kind, row.cell(at));
            cells.push(cell.with_context(|| format!("row {}, {}", row.number, field.name))?);
        }
        self.table.as_mut().map_or(Ok(()), |table| table.row(cells.into_iter()))
    }

    fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()> {
        bail!("row {}: {why:?}", row.number)
    }
}

/// The value that a text is.
fn typed(kind: Kind, text: &str) -> Result<Cell<'_>> {
    let wrong = |fault: Box<Fault>| anyhow!(fault.text(Lang::En));
    Ok(match kind {
        _ if text.is_empty() => Cell::Empty,
        Kind::Money => Cell::Money(values::money(Column::Amount, text).map_err(wrong)?),
        Kind::Date => Cell::Date(values::date(Column::ServiceDate, text).map_err(wrong)?),
        Kind::Moment => Cell::Moment(values::moment(Column::SettledAt, text).map_err(wrong)?),
        Kind::Text | Kind::Flag | Kind::Whole => Cell::Text(text),
    })
}
