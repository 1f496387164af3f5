//! Messages as seen in public material, with synthetic people, are read.

use server::fsi::envelope::Envelope;
use server::fsi::fields::{self, Direction};
use server::fsi::reading::Row;
use server::fsi::tree::Value;
use std::path::Path;

fn samples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    files
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_string();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn requests_are_read_with_their_nulls_and_odd_numbers() {
    let mut seen = 0;
    for (name, text) in samples().iter().filter(|(name, _)| name.starts_with("req-")) {
        let envelope =
            Envelope::read(text.as_bytes()).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(name.contains(&*envelope.number), "{name}");
        assert!(!envelope.message.is_empty() && envelope.session != "null", "{name}");
        let input = Value::parse(&envelope.input).unwrap();
        let table = fields::sheet(&envelope.number).unwrap().table(Direction::In, "data").unwrap();
        let row = Row::bind(table, &input.pairs()[0].1, 0);
        assert!(row.moment("begntime").is_ok() && row.text("card_sn").is_empty(), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

/// Fields of answers that no table has: of editions we do not speak, or undeclared.
const UNKNOWN: &[&str] = &["psn_insu_rlts_id", "ownpay_hosp_part", "setl_id", "exp_content"];

#[test]
fn answers_of_real_cores_fit_the_tables() {
    let mut rows = 0;
    for (name, text) in samples().iter().filter(|(name, _)| name.starts_with("resp-")) {
        let number = name.split('-').nth(1).unwrap();
        let Some(sheet) = fields::sheet(number) else { continue };
        let Ok(answer) = Value::parse(text) else { panic!("{name}") };
        let output = answer.pairs().iter().find(|(key, _)| key == "output").map(|(_, value)| value);
        for (node, value) in output.into_iter().flat_map(Value::pairs) {
            let Some(table) = sheet.table(Direction::Out, node) else { continue };
            let items = if let Value::Array(items) = value {
                items.as_slice()
            } else {
                std::slice::from_ref(value)
            };
            for item in items {
                for (key, _) in item.pairs() {
                    let known = table.place(key, 0).is_some() || UNKNOWN.contains(&&**key);
                    assert!(known, "{name}: {node}.{key}");
                }
                rows += 1;
            }
        }
    }
    assert!(rows > 30, "{rows}");
}
