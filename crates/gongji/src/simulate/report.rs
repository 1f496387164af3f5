//! The report on a simulation: one page that opens without a network, is read by a director, and can be printed.
//!
//! The page is a fixed frame (`page/`: `frame.html`, `style.css` and scripts) around one block of data. Everything on it is drawn from
//! that block, so what it shows can be checked against the result. Parts of the data are listed in `PARTS`; a part that
//! says nothing hides its section. A further section is a part here, a `section` in the frame and a function in the script.

mod compared;
mod figures;
mod spread;
mod people;
mod behaviour;

use super::explain::Person;
use super::{few, further};
use crate::lang::Lang;
use ::simulate::Totals;
use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};
use std::path::Path;

/// What a report is made from.
pub(super) struct Told<'a> {
    pub(super) told: &'a further::Told<'a>,
    pub(super) people: &'a [Person],
    /// People are named.
    pub(super) names: bool,
}

impl<'a> std::ops::Deref for Told<'a> {
    type Target = further::Told<'a>;

    fn deref(&self) -> &further::Told<'a> {
        self.told
    }
}

/// First and last month of the claims, as months since year 0.
pub(super) fn span(totals: &Totals) -> Option<(i32, i32)> {
    Some((*totals.months.first()?, *totals.months.last()?))
}

/// How much may stand in a report.
#[derive(Clone, Copy)]
struct Room {
    /// Institutions by name; all others are summed.
    institutions: usize,
    /// Claims of a person with their reasons.
    reasons: usize,
}

/// From ample to scant: the first that keeps the page small enough is taken.
const ROOMS: [Room; 3] = [
    Room { institutions: 1_000, reasons: 25 },
    Room { institutions: 200, reasons: 8 },
    Room { institutions: 50, reasons: 0 },
];

/// Most bytes of a page.
const MOST: usize = 5_000_000;

/// The script of the page, in the order of its parts.
const SCRIPTS: [&str; 6] = [
    include_str!("report/page/words.js"),
    include_str!("report/page/charts.js"),
    include_str!("report/page/payers.js"),
    include_str!("report/page/people.js"),
    include_str!("report/page/examples.js"),
    include_str!("report/page/views.js"),
];

type Part = fn(&Told<'_>, Room) -> Value;

/// The parts of the data by name; `null` where there is nothing to say.
const PARTS: &[(&str, Part)] = &[
    ("program", |told, _| json!(told.result.engine)),
    ("command", |_, _| json!(command())),
    ("sides", compared::sides),
    ("changes", compared::changes),
    ("claims", compared::claims),
    ("control", compared::control),
    ("payers", figures::payers),
    ("months", figures::months),
    ("words", figures::words),
    ("changers", figures::changers),
    ("limited", figures::limited),
    ("bands", spread::change_bands),
    ("deciles", spread::deciles),
    ("own", spread::own),
    ("lorenz", spread::lorenz),
    ("institutions", figures::institutions),
    ("examples", people::examples),
    ("behaviour", behaviour::estimate),
    ("hidden", hidden),
];

/// Refuses a name that is not of a page.
pub(super) fn check(path: Option<&Path>, lang: Lang) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !matches!(ending.to_ascii_lowercase().as_str(), "html" | "htm") {
        let (zh, en) = ("报告的扩展名应为 html", "a report should be called .html");
        bail!("{}: {}", path.display(), lang.pick(zh, en));
    }
    Ok(())
}

/// Writes the report.
pub(super) fn write(path: &Path, told: &Told<'_>, lang: Lang) -> Result<()> {
    let mut page = String::new();
    for room in ROOMS {
        page = compose(&data(told, room), lang);
        if page.len() < MOST {
            break;
        }
    }
    std::fs::write(path, page).with_context(|| path.display().to_string())
}

/// What the report does not say of few people, and why.
fn hidden(told: &Told<'_>, _: Room) -> Value {
    let Some(hidden) = told.hidden else { return Value::Null };
    let lines = few::told(hidden).into_iter().map(|(zh, en)| both(zh, en));
    json!({
        "least": hidden.least,
        "changes": hidden.changes,
        "limits": hidden.limits,
        "lines": lines.collect::<Vec<_>>(),
    })
}

fn data(told: &Told<'_>, room: Room) -> Value {
    let part = |(name, of): &(&str, Part)| ((*name).to_string(), of(told, room));
    Value::Object(PARTS.iter().map(part).collect::<Map<_, _>>())
}

fn compose(data: &Value, lang: Lang) -> String {
    let mut page = String::with_capacity(1 << 20);
    let mut rest = include_str!("report/page/frame.html");
    while let Some((before, from)) = rest.split_once("{{") {
        let (name, after) = from.split_once("}}").unwrap_or((from, ""));
        page.push_str(before);
        match name {
            "lang" => page.push_str(lang.pick("zh-CN", "en")),
            "style" => page.push_str(include_str!("report/page/style.css")),
            "script" => page.extend(SCRIPTS),
            "data" => page.push_str(&embedded(data)),
            _ => {}
        }
        rest = after;
    }
    page.push_str(rest);
    page
}

/// JSON that may stand in a page: nothing in it can end its element, whatever institutions are called.
fn embedded(data: &Value) -> String {
    let mut out = String::new();
    for character in data.to_string().chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out
}

/// The command line, as a shell takes it.
fn command() -> String {
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-_./@=:,+%".contains(c))
    };
    let quoted = |text: String| {
        if plain(&text) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
    };
    let words = std::env::args_os().skip(1);
    let given = words.map(|word| quoted(word.to_string_lossy().into_owned()));
    std::iter::once("gongji".to_string()).chain(given).collect::<Vec<_>>().join(" ")
}

/// A text in both languages.
fn both(zh: impl Into<String>, en: impl Into<String>) -> Value {
    json!([zh.into(), en.into()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_something_is_called_it_stays_data() {
        let name = "</script><script>alert(1)</script>&\u{2028}";
        let data = json!({ "name": name });
        let text = embedded(&data);
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), data);
        let page = compose(&data, Lang::Zh);
        assert_eq!(page.matches("</script>").count(), 2, "data and script end, nothing else");
        assert!(!page.contains("{{"), "everything is filled in");
    }
}
