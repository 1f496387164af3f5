//! `review import`: a form that was filled in comes back. Rows that cannot be taken are reported, the others are taken.

use super::sheet::{IRRATIONAL, RATIONAL, VERDICT};
use super::{Which, open};
use crate::clearing::budget::rows;
use crate::clearing::office::refused;
use crate::formats::Encoding;
use crate::lang::Lang;
use crate::source::Source;
use agency::business::review::{Opine, Whose as Reviewed};
use agency::review::{Given, Review, checked};
use anyhow::Result;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// `review import`.
#[derive(clap::Args, Clone, Debug)]
pub struct ImportArgs {
    /// Whose.
    #[command(flatten)]
    pub which: Which,
    /// 填好的点评表（CSV、XLSX） / the form that was filled in
    #[arg(long, value_name = "FILE")]
    pub file: PathBuf,
    /// 点评人 / who reviewed
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read; why all of it is refused.
pub(super) fn run(args: &ImportArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let columns = ["序号", VERDICT, "问题代码", "说明"];
    let rows = rows(&args.file, &columns, Encoding::default(), lang)?;
    let (office, month, review, _) = open(&args.which, source)?;
    let by: Arc<str> = Arc::from(args.by.trim());
    let (mut given, mut seen, mut faults, mut empty) = (Vec::new(), BTreeSet::new(), 0, 0);
    for row in rows {
        let [serial, verdict, grounds, note] = &row.cells[..] else { continue };
        if verdict.is_empty() && grounds.is_empty() && note.is_empty() {
            empty += 1;
            continue;
        }
        let read = read((&review, &by), [serial, verdict, grounds, note], &mut seen, lang);
        match read {
            Ok(one) => given.push(one),
            Err(why) => {
                faults += 1;
                let number = row.number;
                let place = lang.choose(|| format!("第 {number} 行"), || format!("row {number}"));
                writeln!(out, "{place}：{why}")?;
            }
        }
    }
    let taken = given.len();
    if taken > 0 {
        let whose = Reviewed::new(office.area, &args.which.institution, month);
        office.ask(Opine { whose, by, given }).map_err(|why| refused(&why, lang))?;
    }
    let said = lang.choose(
        || format!("导入 {taken} 张，未填 {empty} 张，有问题 {faults} 行"),
        || format!("{taken} taken, {empty} not filled in, {faults} with faults"),
    );
    writeln!(out, "{said}")?;
    Ok(if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A row; what is wrong with it, in words.
fn read(
    (review, by): (&Review, &str),
    [serial, verdict, grounds, note]: [&String; 4],
    seen: &mut BTreeSet<u32>,
    lang: Lang,
) -> Result<Given, String> {
    let Ok(serial) = serial.parse::<u32>() else {
        let what = lang.pick("序号应为整数", "the serial should be a whole number");
        return Err(format!("{serial:?}：{what}"));
    };
    let grounds: BTreeSet<Arc<str>> = grounds
        .split(|sign: char| sign.is_whitespace() || "、，,；;".contains(sign))
        .filter(|code| !code.is_empty())
        .map(Arc::from)
        .collect();
    let words = match (verdict.as_str(), grounds.is_empty()) {
        (RATIONAL, true) | (IRRATIONAL, false) => None,
        (RATIONAL, false) => {
            Some(lang.pick("结论为合理，不应有问题代码", "rational, and yet there are grounds"))
        }
        (IRRATIONAL, true) => {
            Some(lang.pick("结论为不合理，缺少问题代码", "irrational, but no ground is given"))
        }
        _ => Some(lang.pick("结论应为“合理”或“不合理”", "结论 should be 合理 or 不合理")),
    };
    if let Some(words) = words {
        return Err(format!("{}{serial}：{words}", lang.pick("序号", "serial ")));
    }
    if !seen.insert(serial) {
        return Err(format!(
            "{}{serial}：{}",
            lang.pick("序号", "serial "),
            lang.pick("重复", "stands twice")
        ));
    }
    let given = Given { serial, grounds, note: Arc::from(note.as_str()) };
    checked(review, by, &given).map_err(|why| refused(&why, lang).to_string())?;
    Ok(given)
}
