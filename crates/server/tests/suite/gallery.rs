//! The gallery of bad messages: for each the shortest input that causes it, and what its sender reads. As data, in
//! `tests/errors/*.json`; `GONGJI_BLESS=1` writes down what is said now.

use crate::town::Town;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What stands in a message for things that differ from run to run.
fn filled(town: &Town, institution: &str, input: &Value) -> Value {
    match input {
        Value::String(text) => match text.strip_prefix('$') {
            Some("self") => institution.into(),
            Some("ware") => (*town.wares[0].code).into(),
            Some(person) => match person.strip_prefix("person ").map(str::parse) {
                Some(Ok(number)) => Town::person(number).into(),
                _ => text.clone().into(),
            },
            None => input.clone(),
        },
        Value::Array(items) => items.iter().map(|it| filled(town, institution, it)).collect(),
        Value::Object(fields) => {
            let filled =
                |(name, value): (&String, &Value)| (name.clone(), filled(town, institution, value));
            Value::Object(fields.iter().map(filled).collect())
        }
        other => other.clone(),
    }
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut pages: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    pages.retain(|page| page.extension().is_some_and(|it| it == "json"));
    pages.sort();
    pages
}

#[test]
fn every_bad_message_is_refused_in_the_words_of_the_gallery() {
    let town = Town::new();
    let bless = std::env::var_os("GONGJI_BLESS").is_some();
    let mut wrong = Vec::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).unwrap();
        let mut cases: Vec<Value> = serde_json::from_str(&text).unwrap();
        for case in &mut cases {
            let place = case["from"].as_u64().map_or(1, |place| usize::try_from(place).unwrap());
            let sender = town.sender(place);
            let input = filled(&town, &sender.institution, &case["input"]);
            let answer = sender.call(case["infno"].as_str().unwrap(), &input);
            let said = answer.refusal().to_string();
            assert!(said.chars().count() <= 200, "{said}");
            if *said != *case["says"].as_str().unwrap_or_default() {
                wrong.push(format!("{}: {said}", case["because"]));
                case["says"] = json!(said);
            }
        }
        if bless {
            let rows: Vec<_> = cases.iter().map(|case| format!("  {case}")).collect();
            std::fs::write(&page, format!("[\n{}\n]\n", rows.join(",\n"))).unwrap();
        }
    }
    assert!(bless || wrong.is_empty(), "{}", wrong.join("\n"));
}
