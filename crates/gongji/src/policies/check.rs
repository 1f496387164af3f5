//! `gongji policy check` and `gongji policy test`.

use super::{Selection, write};
use crate::lang::Lang;
use anyhow::Result;
use clap::Args;
use policy::check::{Effort, Report};
use policy::{Choice, Library};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What to check, and how hard.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    selection: Selection,
    /// 每条规律试多少个人年 / person-years tried for each law
    #[arg(long, default_value_t = 2_000)]
    trials: usize,
    /// 随机种子 / seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// 把为未覆盖的行生成的算例写入文件 / write the cases generated for rows that no case reaches
    #[arg(long, value_name = "FILE")]
    write_cases: Option<PathBuf>,
}

pub(super) fn check(
    args: &CheckArgs,
    library: &Library,
    choice: &Choice,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let effort = Effort { trials: args.trials, seed: args.seed };
    let mut generated = String::new();
    let mut failed = !library.unreadable().is_empty();
    for fault in library.unreadable() {
        writeln!(out, "✗ {fault}")?;
    }
    for code in args.selection.codes(library, lang)? {
        match policy::check::check(library, &code, choice, effort) {
            Err(faults) => {
                writeln!(out, "{code}: {}", lang.pick("有问题", "faults"))?;
                for fault in &faults.0 {
                    writeln!(out, "  {fault}")?;
                }
                failed = true;
            }
            Ok(report) => {
                failed |= !report.failures().is_empty();
                show(&code, &report, lang, out)?;
                for case in report.uncovered.iter().filter_map(|row| row.case.as_deref()) {
                    generated.push_str(case);
                    generated.push('\n');
                }
            }
        }
    }
    if let Some(path) = &args.write_cases {
        write(path, &generated)?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn show(code: &str, report: &Report, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let name = lang.pick(&report.region.timeline.name.zh, &report.region.timeline.name.en);
    let failures = report.failures();
    let reached = report.rows - report.uncovered.iter().filter(|row| !row.boundary).count();
    let (cases, rows) = (report.cases.len(), report.rows);
    let summary = lang.choose(
        || {
            let failed = failures.len();
            format!("表格完整无重叠；算例 {cases} 个，未通过 {failed} 个；算例覆盖 {reached}/{rows} 行")
        },
        || {
            let failed = failures.len();
            format!("tables total and unambiguous; {cases} cases, {failed} failed; cases reach {reached} of {rows} rows")
        },
    );
    writeln!(out, "{code} {name}: {summary}")?;
    for fault in &failures {
        writeln!(out, "  ✗ {fault}")?;
    }
    for note in &report.notes {
        writeln!(out, "  · {}", lang.pick(&note.zh, &note.en))?;
    }
    for row in &report.uncovered {
        let what = if row.boundary {
            lang.pick("没有算例恰好达到", "no case just reaches the amount")
        } else {
            lang.pick("没有算例用到", "no case reaches the row")
        };
        let generated =
            if row.case.is_some() { lang.pick("（已生成）", " (generated)") } else { "" };
        writeln!(
            out,
            "  · {}:{} {} {}: {what}{generated}",
            row.file, row.line, row.article, row.path
        )?;
    }
    for verdict in &report.laws {
        let (zh, en) = verdict.law.words();
        match &verdict.counterexample {
            None => writeln!(out, "  ✓ {} {}", verdict.from, lang.pick(zh, en))?,
            Some(example) => {
                writeln!(out, "  △ {} {}", verdict.from, lang.pick(zh, en))?;
                writeln!(
                    out,
                    "      {}{example}",
                    lang.pick("不成立，最小反例：", "does not hold; smallest counterexample: ")
                )?;
            }
        }
    }
    Ok(())
}

pub(super) fn test(
    codes: &[String],
    library: &Library,
    choice: &Choice,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let (mut passed, mut failed) = (0, 0);
    for code in codes {
        match policy::case::run_all(library, code, choice) {
            Err(faults) => {
                writeln!(out, "{faults}")?;
                failed += 1;
            }
            Ok(results) => {
                for result in results {
                    if result.failures.is_empty() {
                        passed += 1;
                    } else {
                        failed += 1;
                    }
                    for failure in &result.failures {
                        writeln!(out, "✗ {failure}")?;
                    }
                }
            }
        }
    }
    writeln!(
        out,
        "{}",
        lang.choose(
            || format!("算例通过 {passed} 个，未通过 {failed} 个"),
            || format!("{passed} cases passed, {failed} failed")
        )
    )?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
