//! The manual and the schema are made from the declarations, and describe what documents really say.

use policy::manual::{SAMPLE_REGION, pages, schema};
use policy::{Choice, Library, mechanism};
use serde_json::Value;

/// Mechanisms whose effect no case form can show; their sample documents still have a case beside the table.
const WITHOUT_CASE_FORM: &[&str] =
    &["supervision", "review", "assessment", "fund_reserve", "account_interest"];

#[test]
fn every_mechanism_has_a_page_and_a_document_in_the_invented_region() {
    let library = Library::shipped();
    let region = library.region(SAMPLE_REGION, &Choice::default()).unwrap();
    let pages = pages(&library);
    for mechanism in mechanism::ALL {
        let file = format!("{}.md", mechanism.name);
        let (_, page) = pages
            .iter()
            .find(|(name, _)| *name == file)
            .unwrap_or_else(|| panic!("no page {file}"));
        assert!(page.contains(mechanism.zh) && page.contains("## Example"), "{file}");
        let sample = region
            .documents
            .iter()
            .find(|document| document.file == format!("990000-sample/{file}"));
        let sample = sample.unwrap_or_else(|| panic!("no sample document {file}"));
        assert!(
            page.contains(sample.body.1.lines().last().unwrap()),
            "{file} does not show its sample"
        );
        let cases = sample.cases.len();
        assert!(cases > 0 || WITHOUT_CASE_FORM.contains(&mechanism.name), "{file} has no case");
        for table in mechanism.tables {
            let stated = |path: &str| {
                let pattern: Vec<&str> = table.path.split('.').collect();
                let path: Vec<&str> = path.split('.').collect();
                path.len() == pattern.len() + 1
                    && pattern.iter().zip(&path).all(|(part, name)| *part == "*" || part == name)
            };
            let shown = region.statements.iter().any(|statement| stated(&statement.path));
            assert!(shown, "no sample document states [{}]", table.path);
        }
    }
    assert_eq!(
        pages.len(),
        mechanism::ALL.len() + 2,
        "an index and the refusals beside the mechanisms"
    );
}

#[test]
fn the_manual_is_the_same_every_time() {
    assert_eq!(pages(&Library::shipped()), pages(&Library::shipped()));
    assert_eq!(schema(), schema());
}

/// The schema of one key of an object: named, or by pattern.
fn below<'s>(schema: &'s Value, name: &str) -> Option<&'s Value> {
    let named = schema.get("properties").and_then(|properties| properties.get(name));
    named.or_else(|| schema.get("patternProperties")?.get("^[a-z0-9-]+$"))
}

#[test]
fn every_statement_of_the_shipped_documents_is_in_the_schema() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let library = Library::shipped();
    let mut seen = 0;
    for (code, ..) in library.regions() {
        for statement in library.region(code, &Choice::default()).unwrap().statements {
            let found = statement.path.split('.').try_fold(&schema, below);
            assert!(found.is_some(), "{} is not in the schema", statement.path);
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen} statements");
}

#[test]
fn the_schema_knows_every_key_of_every_declaration() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    for table in mechanism::tables() {
        let path = table.path.replace('*', "x");
        let at = path.split('.').try_fold(&schema, below).unwrap_or_else(|| panic!("[{path}]"));
        for key in table.keys {
            let found = at.get("properties").and_then(|properties| properties.get(key.name));
            assert_eq!(
                found.and_then(|found| found.get("description")).and_then(Value::as_str),
                Some(key.doc),
                "{path}.{}",
                key.name
            );
        }
    }
}
