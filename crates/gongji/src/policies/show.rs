//! `gongji policy show`: what a policy says on a day, with the article behind each value.

use super::{day, show_faults};
use crate::formats::terminal::{pad, width};
use crate::lang::Lang;
use anyhow::{Result, bail};
use policy::compile::{is_unverified, shown_span};
use policy::explain::articles;
use policy::quantities::quantities;
use policy::tables::entries;
use policy::{Choice, Library};
use std::io::Write;
use std::process::ExitCode;

pub(super) fn run(
    library: &Library,
    choice: &Choice,
    code: &str,
    on: Option<&str>,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let region = match library.region(code, choice) {
        Ok(region) => region,
        Err(faults) => return Ok(show_faults(&faults)),
    };
    let policy = match on {
        Some(text) => region.timeline.on(day(text, lang)?),
        None => region.timeline.policies.last(),
    };
    let Some(policy) = policy else {
        let first = region
            .timeline
            .policies
            .first()
            .map_or(String::new(), |policy| policy.from.to_string());
        bail!(
            "{} {first}",
            lang.pick("该日没有生效的政策；最早生效于", "no policy on that day; the first is from")
        );
    };
    let english = lang == Lang::En;
    let name = lang.pick(&region.timeline.name.zh, &region.timeline.name.en);
    let span = shown_span(policy.from, policy.to, english);
    writeln!(out, "{name} {code}  {span}  {}", policy.documents.join("、"))?;
    writeln!(out, "{} {}", lang.pick("版本", "version"), policy.version)?;
    if region.invented() {
        writeln!(out, "{}", lang.pick("虚构地区，仅作示例", "an invented region: examples only"))?;
    }
    for quantity in quantities(policy) {
        writeln!(out, "\n{}", if english { &quantity.en } else { &quantity.zh })?;
        let lines = entries(policy, &quantity, english);
        let places: Vec<String> = lines
            .iter()
            .map(|entry| {
                let words: Vec<&str> = entry.at.iter().map(|(_, words)| words.as_str()).collect();
                if words.is_empty() {
                    lang.pick("全部", "everybody").to_string()
                } else {
                    words.join(lang.pick("，", ", "))
                }
            })
            .collect();
        let widest = places.iter().map(|place| width(place)).max().unwrap_or(0);
        for (entry, place) in lines.iter().zip(&places) {
            let mut line = String::from("  ");
            pad(&mut line, place, widest + 2, false);
            pad(&mut line, &entry.value.text(english), 12, true);
            let cited = articles(policy, entry.value.cite);
            if !cited.is_empty() {
                line.push_str(&format!("  〔{}〕", cited.join("；")));
            }
            if is_unverified(policy, entry.value.cite) {
                line.push_str(lang.pick(" ⚠ 未核实", " ⚠ unverified"));
            }
            writeln!(out, "{line}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
