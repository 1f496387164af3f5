//! The table and the documents made from it.

use server::api::{openapi, table};
use std::collections::BTreeSet;

#[test]
fn the_committed_document_is_what_the_server_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");
    let kept = std::fs::read_to_string(path).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert!(kept == openapi::document(), "out of date: run `cargo xtask docs`");
}

#[test]
fn every_endpoint_has_a_name_of_its_own_a_role_and_words() {
    let mut names = BTreeSet::new();
    let mut places = BTreeSet::new();
    for endpoint in table::all() {
        assert!(names.insert(endpoint.id), "{} twice", endpoint.id);
        assert!(places.insert((endpoint.method.word(), endpoint.path)), "{} twice", endpoint.path);
        assert!(!endpoint.roles.is_empty(), "{} for nobody", endpoint.id);
        assert!(!endpoint.zh.is_empty() && !endpoint.en.is_empty(), "{}", endpoint.id);
    }
}

#[test]
fn references_of_the_document_lead_somewhere_and_shapes_of_one_name_are_one() {
    let document = openapi::document();
    let text = document.to_string();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "no schema {name}");
    }
    assert!(schemas.values().all(serde_json::Value::is_object));
    assert_eq!(document["openapi"], "3.1.0");
    let operations: usize = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|it| it.as_object().unwrap().len())
        .sum();
    assert_eq!(operations, table::all().count());
}
