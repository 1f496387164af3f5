//! Whatever is sent, the reader answers; it never panics, and what it says fits.

use crate::place::Place;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use server::fsi::envelope::Envelope;
use server::fsi::fields::{self, Direction};
use server::fsi::number::decimal;
use server::fsi::reading::{Row, moment};
use server::fsi::tree::Value;

/// Bodies that look like messages, more or less.
fn bodies() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "infno",
        "msgid",
        "input",
        "data",
        "feedetail",
        "psn_no",
        "cnt",
        "fixmedins_code",
        "inf_time",
        "insuplc_admdvs",
        "begntime",
        "medfee_sumamt",
        "mdtrt_id",
        "x",
    ]);
    let leaf = prop_oneof![
        Just("null".to_string()),
        Just("\"null\"".to_string()),
        Just("true".to_string()),
        "-?[0-9]{1,24}(\\.[0-9]{0,12})?([eE][+-]?[0-9]{1,3})?",
        "\"[^\"\\\\\u{0}-\u{1f}]{0,20}\"",
        Just("\"2024-02-30 25:61:00\"".to_string()),
        Just("\"\\ud800\"".to_string()),
        prop::sample::select(vec!["1101", "2201", "2204", "2207", "2601", "3101", "9001", "7101"])
            .prop_map(|number| format!("\"{number}\"")),
    ];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        let pair = (names.clone(), inner.clone()).prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            3 => prop::collection::vec(pair, 0..8).prop_map(|pairs| format!("{{{}}}", pairs.join(","))),
            1 => prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
        ]
    })
}

/// Everything that can be asked of a row.
fn ask_everything(row: &Row<'_>) {
    for field in &row.table().fields {
        let name = field.name;
        let _ = (row.text(name), row.required(name).is_ok(), row.flag(name), row.texts(name));
        let _ = (row.amount(name).is_ok(), row.quantity(name).is_ok(), row.price(name).is_ok());
        let _ = (row.whole(name).is_ok(), row.moment(name).is_ok(), row.date(name).is_ok());
        let _ = (row.rows(name, row.table()).is_ok(), row.json(name), row.to_json());
    }
}

proptest! {
    #[test]
    fn reading_never_panics(body in bodies(), number in prop::sample::select(vec!["2204", "3101", "7101"])) {
        if let Ok(envelope) = Envelope::read(body.as_bytes()) {
            let _ = Value::parse(&envelope.input);
        }
        if let Ok(value) = Value::parse(&body) {
            for table in fields::sheet(number).unwrap().nodes(Direction::In) {
                ask_everything(&Row::bind(table, &value, 1));
            }
        }
    }

    #[test]
    fn numbers_and_moments_of_any_text_are_read_or_refused(text in ".{0,40}", decimals in 0_u8..7) {
        let _ = decimal(&text, decimals);
        let _ = moment(&text);
    }

    #[test]
    fn digits_survive(whole in 0_i64..9_999_999_999, cents in 0_i64..100) {
        prop_assert_eq!(decimal(&format!("{whole}.{cents:02}"), 2), Ok(whole * 100 + cents));
        prop_assert_eq!(decimal(&format!("-{whole}.{cents:02}0000"), 2), Ok(-(whole * 100 + cents)));
    }
}

#[test]
fn whatever_is_posted_gets_an_answer() {
    let place = Place::open("");
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..150 {
        let body = bodies().new_tree(&mut runner).unwrap().current();
        let response = place.post("/", &body);
        assert_eq!(response.status, 200);
        let json = response.json();
        let error = json["err_msg"].as_str().unwrap();
        assert!(error.chars().count() <= 200, "{error}");
        assert!(json["infcode"] == 0 || error.starts_with('['), "{body}: {error}");
    }
}
