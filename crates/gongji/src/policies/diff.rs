//! `gongji policy diff`: what changes, and for whom.

use super::{day, show_faults};
use crate::formats::terminal::{pad, width};
use crate::lang::Lang;
use anyhow::{Result, bail};
use kernel::Policy;
use policy::{Choice, Faults, Library, Region};
use std::cmp::Ordering;
use std::io::Write;
use std::process::ExitCode;

/// A side of the comparison: `REGION[@DATE][+DOCUMENT]`.
fn side(
    library: &Library,
    choice: &Choice,
    text: &str,
    lang: Lang,
) -> Result<Result<(Region, Policy), Faults>> {
    let (place, document) =
        text.split_once('+').map_or((text, None), |(place, document)| (place, Some(document)));
    let (code, date) =
        place.split_once('@').map_or((place, None), |(code, date)| (code, Some(date)));
    let mut choice = choice.clone();
    choice.with.extend(document.map(str::to_string));
    if let Some(document) = document
        && !library.documents().iter().any(|known| known.front.document == document)
    {
        bail!("{} {document}", lang.pick("没有这个文件：", "no such document:"));
    }
    let region = match library.region(code, &choice) {
        Ok(region) => region,
        Err(faults) => return Ok(Err(faults)),
    };
    let found = match date {
        Some(date) => region.timeline.on(day(date, lang)?),
        None => region.timeline.policies.last(),
    };
    let Some(policy) = found.cloned() else {
        bail!("{text}: {}", lang.pick("该日没有生效的政策", "no policy on that day"));
    };
    Ok(Ok((region, policy)))
}

pub(super) fn run(
    library: &Library,
    choice: &Choice,
    before: &str,
    after: &str,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let mut sides = Vec::new();
    for text in [before, after] {
        match side(library, choice, text, lang)? {
            Ok(found) => sides.push(found),
            Err(faults) => return Ok(show_faults(&faults)),
        }
    }
    let [(old_region, old), (new_region, new)] = &sides[..] else { return Ok(ExitCode::FAILURE) };
    let english = lang == Lang::En;
    for (sign, region, policy) in [("−", old_region, old), ("+", new_region, new)] {
        let name = lang.pick(&region.timeline.name.zh, &region.timeline.name.en);
        writeln!(out, "{sign} {name} {} {}", policy.from, policy.documents.join("、"))?;
    }
    let changes = policy::diff::diff(old, new, english);
    if changes.is_empty() {
        writeln!(out, "{}", lang.pick("没有差别", "no difference"))?;
    }
    for change in &changes {
        writeln!(out, "\n{}", change.name)?;
        let places: Vec<&str> =
            change
                .lines
                .iter()
                .map(|line| {
                    if line.place.is_empty() {
                        lang.pick("全部", "everybody")
                    } else {
                        &line.place
                    }
                })
                .collect();
        let widest = places.iter().map(|place| width(place)).max().unwrap_or(0);
        for (line, place) in change.lines.iter().zip(places) {
            let mut text = String::from("  ");
            pad(&mut text, place, widest + 2, false);
            let value =
                |value: &str| if value.is_empty() { "—".to_string() } else { value.to_string() };
            text.push_str(&format!("{} → {}", value(&line.before), value(&line.after)));
            text.push_str(match line.for_the_insured {
                Some(Ordering::Greater) => {
                    lang.pick("  ▲ 对参保人更有利", "  ▲ better for the insured")
                }
                Some(Ordering::Less) => {
                    lang.pick("  ▼ 对参保人更不利", "  ▼ worse for the insured")
                }
                _ => "",
            });
            if !line.articles.is_empty() {
                text.push_str(&format!("  〔{}〕", line.articles));
            }
            if line.unverified {
                text.push_str(lang.pick(" ⚠ 未核实", " ⚠ unverified"));
            }
            writeln!(out, "{text}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
