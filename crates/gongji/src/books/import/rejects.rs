//! Rows that were not taken: the first ones are shown, all are counted by reason and written to a file that can be put
//! right and imported again.

use crate::formats::{Cell, Row, TextFormat};
use crate::lang::Lang;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// How many are shown.
const SHOWN: u64 = 20;

/// Why a row was not taken.
pub(crate) struct Why {
    pub(crate) row: u64,
    pub(crate) column: &'static str,
    pub(crate) code: &'static str,
    pub(crate) text: String,
}

/// The rejected rows of one file.
pub(crate) struct Rejects {
    path: PathBuf,
    input: String,
    lang: Lang,
    names: Vec<String>,
    /// Begun with the first row.
    out: Option<BufWriter<File>>,
    reasons: BTreeMap<&'static str, u64>,
    count: u64,
}

impl Rejects {
    /// None yet; a file in `folder` is begun once there are some.
    pub(crate) fn new(folder: &Path, input: &Path, lang: Lang) -> Result<Rejects> {
        let stem = match input.as_os_str() {
            piped if piped == "-" => "stdin".as_ref(),
            _ => input.file_stem().unwrap_or("stdin".as_ref()),
        };
        let mut name = stem.to_os_string();
        name.push(".rejects.csv");
        let path = folder.join(name);
        if let (Ok(path), Ok(input)) = (path.canonicalize(), input.canonicalize())
            && path == input
        {
            let what =
                lang.pick("是输入文件，不能写在它上面", "is an input and would be overwritten");
            bail!("{}: {what}", path.display());
        }
        let input = input.display().to_string();
        let (names, reasons) = (Vec::new(), BTreeMap::new());
        Ok(Rejects { path, input, lang, names, out: None, reasons, count: 0 })
    }

    /// The file's own names of its columns. Reasons of an earlier run are left out.
    pub(crate) fn header(&mut self, names: &[String]) {
        self.names = names.to_vec();
    }

    pub(crate) const fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn add(&mut self, row: &Row<'_>, why: &Why, shown: &mut dyn Write) -> Result<()> {
        self.count += 1;
        *self.reasons.entry(why.code).or_default() += 1;
        if self.count <= SHOWN {
            let (file, at, text) = (&self.input, why.row, &why.text);
            let place = self.lang.choose(
                || format!("{file}：第 {at} 行，{text}"),
                || format!("{file}:row {at}, {text}"),
            );
            writeln!(shown, "{place}")?;
        }
        let own = |place: &usize| !self.names[*place].starts_with("reject_");
        let kept: Vec<usize> = (0..self.names.len()).filter(own).collect();
        let mut line = Vec::new();
        if self.out.is_none() {
            let why = ["reject_row", "reject_column", "reject_code", "reject_reason"];
            let names = kept.iter().map(|place| self.names[*place].as_str()).chain(why);
            TextFormat::Csv(b',').row(&mut line, &[], names.map(Cell::Text));
        }
        let number = why.row.to_string();
        let because = [&number, why.column, why.code, &why.text];
        let cells = kept.iter().map(|place| row.cell(*place)).chain(because);
        TextFormat::Csv(b',').row(&mut line, &[], cells.map(Cell::Text));
        let out = match &mut self.out {
            Some(out) => out,
            none => {
                let file = File::create(&self.path)
                    .with_context(|| format!("write {}", self.path.display()))?;
                none.insert(BufWriter::new(file))
            }
        };
        Ok(out.write_all(&line)?)
    }

    /// Closes the file and shows the counts.
    pub(crate) fn finish(self, shown: &mut dyn Write) -> Result<()> {
        let Rejects { path, lang, out, reasons, count, .. } = self;
        let Some(mut out) = out else { return Ok(()) };
        out.flush().with_context(|| format!("write {}", path.display()))?;
        let counts = reasons.iter().map(|(code, count)| format!("{code} {count}"));
        let counts = counts.collect::<Vec<_>>().join(lang.pick("，", ", "));
        let path = path.display();
        let said = lang.choose(
            || format!("未导入 {count} 行，已写入 {path}：{counts}"),
            || format!("{count} rows not taken, written to {path}: {counts}"),
        );
        Ok(writeln!(shown, "{said}")?)
    }
}
