//! The reference pages are those the program prints.

use std::path::Path;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_pages_of_columns_are_up_to_date() {
    assert!(
        page("bills.md") == gongji::bills::manual::columns_markdown(),
        "run `cargo xtask docs`"
    );
    assert!(page("results.md") == gongji::results::manual::markdown(), "run `cargo xtask docs`");
}
