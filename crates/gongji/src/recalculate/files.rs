//! Differences as CSV, and notifications as lines of text.

use agency::recalculation::{Proposal, notice};
use anyhow::{Context as _, Result};
use kernel::Fen;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use store::PersonKey;

/// Columns: 中文 and English in one header, as spreadsheets show one.
const COLUMNS: &str = "统筹区 area,人员编号 person,年度 year,结算 settlement,就诊 visit,机构 institution,服务日 service,\
    统筹原 pool_before,统筹现 pool_after,大额原 large_before,大额现 large_after,补助原 subsidy_before,补助现 subsidy_after,\
    个人原 patient_before,个人现 patient_after,起付原 deductible_before,起付现 deductible_after,原因 because,依据 articles";

/// A file that is written anew.
pub(super) struct Lines(BufWriter<File>);

impl Lines {
    /// Makes it, with a header unless that is empty.
    pub(super) fn open(path: &Path, header: &str) -> Result<Lines> {
        let file = File::create(path).with_context(|| path.display().to_string())?;
        let mut lines = Lines(BufWriter::new(file));
        if !header.is_empty() {
            // So that spreadsheets take it for UTF-8.
            write!(lines.0, "\u{feff}{header}\r\n")?;
        }
        Ok(lines)
    }

    /// A file of differences.
    pub(super) fn csv(path: &Path) -> Result<Lines> {
        Lines::open(path, COLUMNS)
    }

    /// Adds the differences of a person-year.
    pub(super) fn differences(&mut self, person: &PersonKey, proposal: &Proposal) -> Result<()> {
        for it in &proposal.changed {
            let yuan = |fen: i64| Fen::new(fen).to_string();
            let (before, after) = (&it.before, &it.after);
            let mut cells = vec![
                person.area.to_string(),
                person.person.to_string(),
                proposal.year.to_string(),
                it.settlement.to_string(),
                it.visit.to_string(),
                it.institution.to_string(),
                it.service.to_string(),
            ];
            for (before, after) in before.funds.iter().zip(after.funds) {
                cells.extend([yuan(*before), yuan(after)]);
            }
            cells.extend([yuan(before.patient), yuan(after.patient)]);
            cells.extend([yuan(before.deductible), yuan(after.deductible)]);
            let because: Vec<String> = it.because.iter().map(|it| it.text(false)).collect();
            cells.push(because.join("；"));
            cells.push(it.articles.join("；"));
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            write!(self.0, "{}\r\n", cells.join(","))?;
        }
        Ok(())
    }

    /// Adds a notification.
    pub(super) fn notice(
        &mut self,
        name: &str,
        person: &PersonKey,
        proposal: &Proposal,
    ) -> Result<()> {
        Ok(writeln!(self.0, "{}", notice(name, &person.person, proposal))?)
    }

    /// Everything is in the file.
    pub(super) fn flush(&mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }
}

/// A cell of a CSV file.
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}
