//! `gongji policy list`.

use crate::lang::Lang;
use anyhow::Result;
use policy::Library;
use std::io::Write;
use std::process::ExitCode;

pub(super) fn run(library: &Library, lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    for (code, zh, en) in library.regions() {
        writeln!(out, "{code} {}", lang.pick(zh, en))?;
        let mut shown: Vec<&str> = Vec::new();
        for document in library.documents().iter().filter(|document| document.front.region == code)
        {
            let front = &document.front;
            if shown.contains(&front.document.as_str()) {
                continue;
            }
            shown.push(&front.document);
            let mut marks = Vec::new();
            if !front.in_force {
                marks.push(
                    lang.pick("默认不启用（--with 启用）", "not in force by default (use --with)")
                        .to_string(),
                );
            }
            if front.unverified.is_some() {
                marks.push(lang.pick("未核实", "unverified").to_string());
            }
            if front.invented {
                marks.push(lang.pick("虚构", "invented").to_string());
            }
            if let Some(parent) = &front.inherits {
                marks.push(format!("{} {parent}", lang.pick("继承", "inherits")));
            }
            let effective = front.effective.map_or(String::new(), |day| day.to_string());
            let marks =
                if marks.is_empty() { String::new() } else { format!(" [{}]", marks.join("; ")) };
            writeln!(out, "  {} {} {effective}{marks}", front.document, front.title)?;
        }
    }
    for fault in library.unreadable() {
        eprintln!("{fault}");
    }
    Ok(if library.unreadable().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
