//! Columns aligned for a terminal, where a Chinese character is two places wide.

use std::io::Write;

use anyhow::Result;

use super::cell::{Cell, Field, Kind};

/// How many places a text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { usize::from(!c.is_control()) }).sum()
}

/// East Asian wide and fullwidth characters, as far as documents of this field use them.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c),
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1FAFF | 0x20000..=0x3FFFD)
}

/// Appends a text, padded to a width; numbers stand at the right.
pub fn pad(line: &mut String, text: &str, to: usize, right: bool) {
    let space = to.saturating_sub(width(text));
    if right {
        line.extend(std::iter::repeat_n(' ', space));
    }
    line.push_str(text);
    if !right {
        line.extend(std::iter::repeat_n(' ', space));
    }
}

/// Rows that decide the widths; later ones may stick out.
const LOOK: usize = 1_000;

/// Writes rows under a header.
pub struct Aligned<W> {
    out: W,
    names: Vec<String>,
    rights: Vec<bool>,
    widths: Vec<usize>,
    waiting: Vec<Line>,
    begun: bool,
}

enum Line {
    Row(Vec<String>),
    Note(String),
}

impl<W: Write> Aligned<W> {
    /// A table of these columns.
    pub fn new(out: W, fields: &[Field]) -> Aligned<W> {
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        let rights =
            fields.iter().map(|field| matches!(field.kind, Kind::Money | Kind::Whole)).collect();
        let widths = names.iter().map(|name| width(name)).collect();
        Aligned { out, names, rights, widths, waiting: Vec::new(), begun: false }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Of the writer.
    pub fn row<'a>(&mut self, cells: impl Iterator<Item = Cell<'a>>) -> Result<()> {
        let texts: Vec<String> = cells.map(|cell| cell.text()).collect();
        if self.begun {
            return self.print(&texts);
        }
        for (known, text) in self.widths.iter_mut().zip(&texts) {
            *known = (*known).max(width(text));
        }
        self.waiting.push(Line::Row(texts));
        if self.waiting.len() == LOOK { self.begin() } else { Ok(()) }
    }

    /// Adds text of its own under the row before.
    ///
    /// # Errors
    /// Of the writer.
    pub fn note(&mut self, text: &str) -> Result<()> {
        if self.begun {
            return Ok(self.out.write_all(text.as_bytes())?);
        }
        self.waiting.push(Line::Note(text.to_owned()));
        Ok(())
    }

    /// Prints what still waits.
    ///
    /// # Errors
    /// Of the writer.
    pub fn finish(mut self) -> Result<W> {
        self.begin()?;
        Ok(self.out)
    }

    fn begin(&mut self) -> Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        self.print(&self.names.clone())?;
        let rule: Vec<String> = self.widths.iter().map(|width| "─".repeat(*width)).collect();
        self.print(&rule)?;
        for line in std::mem::take(&mut self.waiting) {
            match line {
                Line::Row(texts) => self.print(&texts)?,
                Line::Note(text) => self.out.write_all(text.as_bytes())?,
            }
        }
        Ok(())
    }

    fn print(&mut self, texts: &[String]) -> Result<()> {
        let mut line = String::new();
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                line.push_str("  ");
            }
            pad(&mut line, text, self.widths[at], self.rights[at]);
        }
        Ok(writeln!(self.out, "{}", line.trim_end())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_twice_as_wide() {
        assert_eq!(width("单据号 A-1"), 10);
        let mut line = String::new();
        pad(&mut line, "合计", 6, true);
        assert_eq!(line, "  合计");
    }
}
