//! The tables of fields hold to themselves and to the reference they were made from.

use server::fsi::fields::{self, Direction};
use server::fsi::{codes, edition};
use std::collections::BTreeSet;

/// How many fields the reference declares for each transaction, both directions and files together.
const DECLARED: &[(&str, usize)] = &[
    ("1101", 30),
    ("1201", 9),
    ("1318", 34),
    ("1319", 34),
    ("2001", 21),
    ("2101", 100),
    ("2102", 105),
    ("2103", 36),
    ("2201", 21),
    ("2202", 4),
    ("2203", 20),
    ("2203A", 26),
    ("2204", 54),
    ("2205", 4),
    ("2206", 65),
    ("2207", 69),
    ("2208", 53),
    ("2503", 20),
    ("2504", 3),
    ("2505", 19),
    ("2506", 3),
    ("2601", 3),
    ("3101", 127),
    ("3103", 5),
    ("3201", 14),
    ("3202", 31),
    ("3203", 12),
    ("3204", 1),
    ("3301", 14),
    ("3302", 4),
    ("5201", 66),
    ("5202", 19),
    ("5203", 71),
    ("5204", 59),
    ("5205", 36),
    ("5206", 7),
    ("5301", 5),
    ("5302", 10),
    ("5303", 16),
    ("5304", 29),
    ("100001", 13),
    ("9001", 5),
    ("9002", 3),
    ("9101", 7),
    ("9102", 3),
    ("7101", 127),
    ("7102", 8),
    ("7103", 26),
    ("7104", 11),
    ("7105", 113),
    ("7106", 15),
    ("7107", 23),
    ("7201", 25),
    ("7204", 83),
    ("7205", 9),
    ("7206", 15),
    ("7207", 34),
    ("7208", 5),
];

#[test]
fn every_line_of_the_tables_is_read() {
    assert_eq!(fields::faults(), &[] as &[String]);
    let mut numbers = BTreeSet::new();
    for entry in fields::entries() {
        assert!(numbers.insert(entry.number), "{} twice", entry.number);
        assert!(fields::sheet(entry.number).is_some(), "{} has no table", entry.number);
        assert!(!entry.zh.is_empty() && !entry.en.is_empty());
        assert!(entry.path.is_empty() || entry.path.starts_with('/'));
    }
}

#[test]
fn a_transaction_has_the_fields_that_the_reference_declares() {
    for (number, declared) in DECLARED {
        let sheet = fields::sheet(number).unwrap();
        // The frame of a page comes from the reference's prose; what is ours, or from memory, it
        // cannot know.
        let paged = |table: &&fields::Table| {
            !(table.direction == Direction::Out && table.fields[0].name == "pageNum")
        };
        let fields = sheet.tables.iter().filter(paged).flat_map(|table| &table.fields);
        let declared_there = fields.filter(|field| !["own", "m"].contains(&field.sources)).count();
        assert_eq!(declared_there, *declared, "{number}");
    }
    assert_eq!(DECLARED.iter().map(|(_, count)| count).sum::<usize>(), 1_784);
}

#[test]
fn names_are_unique_within_a_node_in_every_spelling() {
    for sheet in fields::sheets() {
        let mut nodes = BTreeSet::new();
        for table in &sheet.tables {
            let place = (sheet.number, table.node);
            assert!(nodes.insert((table.node, table.direction as u8)), "{place:?} twice");
            let mut names = BTreeSet::new();
            for field in &table.fields {
                assert!(names.insert(fields::folded(field.name)), "{place:?} {}", field.name);
                assert!(!field.zh.is_empty() && !field.en.is_empty(), "{place:?} {}", field.name);
                assert_eq!(table.fields[table.place(field.name, 0).unwrap()].name, field.name);
            }
        }
    }
}

#[test]
fn code_lists_exist_and_have_each_code_once() {
    for sheet in fields::sheets() {
        for field in sheet.tables.iter().flat_map(|table| &table.fields) {
            let known = field.list.is_none_or(|list| codes::list(list).is_some());
            assert!(known, "{} {} {:?}", sheet.number, field.name, field.list);
        }
    }
    for list in codes::lists() {
        let codes: BTreeSet<_> = list.codes.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), list.codes.len(), "{}", list.name);
        assert!(list.codes.iter().all(|(_, name)| !name.is_empty()), "{}", list.name);
    }
}

#[test]
fn spellings_of_other_editions_lead_to_the_field() {
    for (number, node, spelled, name) in [
        ("1101", "data", "PSN_CERT_TYPE", "psn_cert_type"),
        ("2207", "data", "expContent", "exp_content"),
        ("2204", "feedetail", "bilg_dr_code", "bilg_dr_codg"),
        ("2102", "drugdetail", "drug_trac_info", "durg_trac_info"),
        ("100001", "data", "psn_no", "psn_No"),
        ("100001", "data", "setlId", "setl_Id"),
        ("7101", "data", "mdtrt_cert_type", "mdtrtCertType"),
        ("1901", "data", "parent_value", "parentValue"),
        ("3201", "data", "clr_optins", "setl_optins"),
    ] {
        let table = fields::sheet(number).unwrap().table(Direction::In, node).unwrap();
        let place = table.place(spelled, usize::MAX).unwrap_or_else(|| panic!("{spelled}"));
        assert_eq!(table.fields[place].name, name);
    }
}

#[test]
fn editions_speak_of_transactions_and_fields_that_exist() {
    for (word, edition) in edition::all() {
        for (number, name) in edition.spelt() {
            let sheet = fields::sheet(number).unwrap_or_else(|| panic!("{word}: {number}"));
            let mut tables = sheet.tables.iter();
            assert!(tables.any(|table| table.field(name).is_some()), "{word}: {number}.{name}");
        }
        for number in edition.lacking().filter(|number| !number.ends_with('*')) {
            assert!(fields::entry(number).is_some(), "{word}: {number}");
        }
    }
}
