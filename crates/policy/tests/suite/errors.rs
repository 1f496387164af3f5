//! The error gallery: each folder of `tests/errors` holds the shortest documents that cause an error, as they would
//! lie in a policy folder, and the exact faults they give. `GONGJI_BLESS=1` writes the faults found.

use policy::{Choice, Faults, Library};
use std::path::{Path, PathBuf};

fn gallery() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors");
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// Every fault of the documents in a folder, then everything that keeps their cases from passing.
fn faults_of(folder: &Path) -> Faults {
    let library = Library::open(folder).unwrap();
    let mut faults = library.unreadable().to_vec();
    for (code, ..) in library.regions() {
        match policy::case::run_all(&library, code, &Choice::default()) {
            Err(found) => faults.extend(found.0),
            Ok(results) => faults.extend(results.into_iter().flat_map(|result| result.failures)),
        }
    }
    Faults(faults).sorted()
}

#[test]
fn every_error_says_where_what_and_what_would_be_right() {
    let bless = std::env::var_os("GONGJI_BLESS").is_some();
    let mut differences = Vec::new();
    for folder in gallery() {
        let found = format!("{}\n", faults_of(&folder));
        let file = folder.join("expected.txt");
        if bless {
            std::fs::write(&file, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        if found != expected {
            let name = folder.file_name().unwrap().display();
            differences.push(format!("{name}\n  expected:\n{expected}\n  found:\n{found}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn every_fault_names_a_file_and_a_fix() {
    for folder in gallery() {
        let faults = faults_of(&folder);
        assert!(!faults.0.is_empty(), "{} has no fault", folder.display());
        for fault in faults.0 {
            assert!(!fault.file.is_empty() && !fault.fix.is_empty(), "{fault}");
        }
    }
}
