//! A form on the terminal.

use super::{Block, Form, Table, Value};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::terminal::Aligned;
use anyhow::Result;
use kernel::Fen;
use std::io::Write;

/// Prints it.
pub(super) fn print(form: &Form, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "{}", form.title)?;
    for part in &form.blocks {
        match part {
            Block::Head(pairs) => {
                for (label, value) in pairs {
                    writeln!(out, "  {label}：{value}")?;
                }
            }
            Block::Heading(words) => writeln!(out, "\n{words}")?,
            Block::Words(words) => writeln!(out, "  {words}")?,
            Block::Table(rows) => table(rows, out)?,
            // Nobody signs a terminal.
            Block::Signs(_) => {}
        }
    }
    Ok(())
}

fn table(table: &Table, out: &mut dyn Write) -> Result<()> {
    if table.columns.is_empty() {
        return bare(table, out);
    }
    let field = |column: usize| Field {
        name: table.columns.get(column).cloned().unwrap_or_default(),
        kind: if table.is_right(column) { Kind::Money } else { Kind::Text },
    };
    let fields: Vec<Field> = (0..table.width()).map(field).collect();
    let mut text = Vec::new();
    let mut aligned = Aligned::new(&mut text, &fields);
    for (row, _) in table.rows() {
        let cells = row.iter().map(cell).chain(std::iter::repeat(Cell::Empty));
        aligned.row(cells.take(fields.len()))?;
    }
    aligned.finish()?;
    Ok(out.write_all(&text)?)
}

/// Rows without a header: a label and what it comes to.
fn bare(table: &Table, out: &mut dyn Write) -> Result<()> {
    for (row, _) in table.rows() {
        let texts: Vec<String> = row.iter().map(|value| cell(value).text()).collect();
        writeln!(out, "  {}", texts.join(" "))?;
    }
    Ok(())
}

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Words(text) | Value::Number(text) => Cell::Text(text),
        Value::Money(fen) => Cell::Money(Fen::new(*fen)),
    }
}
