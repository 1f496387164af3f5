//! The manual: one page a mechanism, made from its declaration and from its document in the invented region; the list
//! of refusals; and a JSON Schema of all tables.

use crate::library::Library;
use crate::mechanism::{self, Mechanism};
use crate::table::{CONDITIONS, Key, Kind, Table};
use kernel::{Effect, Refusal};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The region whose documents show one mechanism each.
pub const SAMPLE_REGION: &str = "990000";

/// All pages: file name and text.
#[must_use]
pub fn pages(library: &Library) -> Vec<(String, String)> {
    let mut pages = vec![("README.md".to_string(), index())];
    for mechanism in mechanism::ALL {
        pages.push((format!("{}.md", mechanism.name), page(mechanism, library)));
    }
    pages.push(("refusals.md".to_string(), refusals()));
    pages
}

const GENERATED: &str = "<!-- Written by `gongji policy manual`; edit the mechanism's source file or its sample document instead. -->\n\n";

fn index() -> String {
    let mut text = format!(
        "{GENERATED}# Mechanisms 机制\n\nWhat a policy document can say. The grammar is on [the language page](../policy-language.md).\n\n"
    );
    text.push_str("| mechanism | 中文 | tables |\n|---|---|---|\n");
    for mechanism in mechanism::ALL {
        let tables: Vec<String> =
            mechanism.tables.iter().map(|table| format!("`[{}]`", table.path)).collect();
        let tables = if tables.is_empty() { "front matter".to_string() } else { tables.join(", ") };
        let _ = writeln!(
            text,
            "| [{}]({}.md) | {} | {tables} |",
            mechanism.en, mechanism.name, mechanism.zh
        );
    }
    text.push_str("\nWhy a bill is not settled or a benefit withheld: [refusals](refusals.md).\n");
    text
}

fn page(mechanism: &Mechanism, library: &Library) -> String {
    let mut text =
        format!("{GENERATED}# {} {}\n\n{}\n", mechanism.en, mechanism.zh, mechanism.about);
    let mut shown: Vec<&Table> = Vec::new();
    for table in mechanism.tables {
        let _ = write!(text, "\n## `[{}]`\n\n", table.path);
        if let Some(same) = shown.iter().find(|known| std::ptr::eq(known.keys, table.keys)) {
            let _ = writeln!(text, "The same keys as `[{}]`.", same.path);
            continue;
        }
        shown.push(table);
        text.push_str(&keys_table(table.keys));
        for key in table.keys {
            if let Kind::Rows(keys) | Kind::List(keys) = key.kind {
                let conditions = matches!(key.kind, Kind::Rows(_));
                let also = if conditions { ", beside the conditions of any row" } else { "" };
                let _ = write!(text, "\nA row of `{}`{also}:\n\n{}", key.name, keys_table(keys));
            }
        }
    }
    let file = format!("{}.md", mechanism.name);
    let sample = library.documents().iter().find(|document| {
        // Directly in the region's folder: `cases/` has documents of the same names.
        document.front.region == SAMPLE_REGION && document.file.split('/').nth(1) == Some(&*file)
    });
    if let Some(document) = sample {
        let _ = write!(
            text,
            "\n## Example\n\nFrom the invented region (`policies/{}`); its cases run in CI.\n\n",
            document.file
        );
        for line in document.body.1.trim().lines() {
            let deeper = if line.starts_with('#') { "##" } else { "" };
            let _ = writeln!(text, "{deeper}{line}");
        }
    }
    text
}

fn keys_table(keys: &[Key]) -> String {
    let mut text = String::from("| key | value | meaning |\n|---|---|---|\n");
    for key in keys {
        let value = key.kind.expected().replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {value} | {} |", key.name, key.doc.replace('|', "\\|"));
    }
    text
}

fn refusals() -> String {
    let mut text = format!(
        "{GENERATED}# Refusals 拒付原因\n\nA closed list in order of precedence: when several hold, the first is given. Numbers are never \
         reused. *Not settled*: nothing changes. *Patient pays*: the bill is settled, but no fund pays and nothing \
         accumulates.\n\n| number | code | effect | may change later | 中文 | English |\n|---|---|---|---|---|---|\n"
    );
    for refusal in Refusal::ALL {
        let effect =
            if refusal.effect() == Effect::NotSettled { "not settled" } else { "patient pays" };
        let later = if refusal.may_change() { "yes" } else { "no" };
        let _ = writeln!(
            text,
            "| {} | `{}` | {effect} | {later} | {} | {} |",
            refusal.number(),
            refusal.code(),
            refusal.zh(),
            refusal.en()
        );
    }
    text
}

/// A JSON Schema (2020-12) of the tables of a fence, for editors.
#[must_use]
pub fn schema() -> String {
    let mut root = Map::new();
    for table in mechanism::tables() {
        insert(&mut root, &table.path.split('.').collect::<Vec<_>>(), table);
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Gongji policy tables",
        "description": "The TOML of a ```toml fence in a policy document.",
        "type": "object",
        "additionalProperties": false,
        "properties": root,
    });
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn insert(properties: &mut Map<String, Value>, path: &[&str], table: &Table) {
    let Some((first, rest)) = path.split_first() else { return };
    let entry = properties.entry((*first).to_string()).or_insert_with(
        || json!({ "type": "object", "additionalProperties": false, "properties": {} }),
    );
    if rest.first() == Some(&"*") {
        let named = entry.as_object_mut().map(|object| {
            object
                .entry("patternProperties")
                .or_insert_with(|| json!({ "^[a-z0-9-]+$": object_schema() }))
        });
        if let Some(named) = named.and_then(|named| named.get_mut("^[a-z0-9-]+$")) {
            fill(named, &rest[1..], table);
        }
    } else {
        fill(entry, rest, table);
    }
}

fn object_schema() -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": {} })
}

fn fill(object: &mut Value, rest: &[&str], table: &Table) {
    let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    if rest.is_empty() {
        for key in table.keys {
            let mut schema = kind_schema(&key.kind);
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("description".into(), key.doc.into());
            }
            properties.insert(key.name.into(), schema);
        }
        for name in crate::table::EVERYWHERE {
            properties.insert((*name).into(), json!({ "type": "string" }));
        }
    } else {
        insert(properties, rest, table);
    }
}

fn kind_schema(kind: &Kind) -> Value {
    let money = json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[0-9,]+(\\.[0-9]{1,2})?$" }] });
    let one_or_many =
        |item: Value| json!({ "anyOf": [item.clone(), { "type": "array", "items": item }] });
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Whole => json!({ "type": "integer" }),
        Kind::Money => money,
        Kind::Rate => json!({ "type": "string", "pattern": "^[+-]?[0-9]+(\\.[0-9]{1,2})?%$" }),
        Kind::Day => json!({ "type": "string", "format": "date" }),
        Kind::MonthDay => json!({ "type": "string", "pattern": "^[0-9]{2}-[0-9]{2}$" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Words(words) => one_or_many(json!({ "enum": words })),
        Kind::Texts => one_or_many(json!({ "type": "string" })),
        Kind::Amounts => one_or_many(money),
        Kind::List(keys) => one_or_many(row_schema(keys, false)),
        Kind::Rows(keys) => one_or_many(row_schema(keys, true)),
        Kind::Special(what) => json!({ "$comment": what }),
    }
}

fn row_schema(keys: &[Key], conditions: bool) -> Value {
    let mut properties = Map::new();
    for key in keys {
        properties.insert(key.name.into(), kind_schema(&key.kind));
    }
    if conditions {
        for (name, what) in CONDITIONS {
            properties.insert((*name).into(), json!({ "description": what }));
        }
    }
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}
