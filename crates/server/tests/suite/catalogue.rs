//! Catalogues by page and as files, and the dictionary, of the invented town.

use crate::parcels::{Fetched, fetch, rows, text};
use crate::town::{Sender, Town};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A question about the catalogue, with the fields every edition wants.
fn ask(sender: &Sender<'_>, transaction: &str, conditions: &Value) -> Value {
    let mut data = json!({"updt_time": "2020-01-01", "page_num": 1, "page_size": 1000});
    for (name, value) in conditions.as_object().unwrap() {
        data[name] = value.clone();
    }
    sender.call(transaction, &json!({"data": data})).output().clone()
}

#[test]
fn the_catalogue_comes_in_pages_without_gaps() {
    let town = Town::new();
    let sender = town.sender(1);
    let spans: usize = town.wares.iter().map(|ware| ware.spans.len()).sum();
    let mut seen = BTreeSet::new();
    let pages = spans.div_ceil(100);
    for number in 1..=pages {
        let page = ask(&sender, "1312", &json!({"page_num": number, "page_size": "100"}));
        assert_eq!(page["recordCounts"], spans);
        assert_eq!((&page["pages"], &page["pageNum"]), (&json!(pages), &json!(number)));
        assert_eq!(page["startRow"], (number - 1) * 100 + 1);
        let data = rows(&page, "data");
        assert_eq!(page["size"], data.len());
        seen.extend(data.iter().map(|row| text(row, "/rid")));
    }
    assert_eq!(seen.len(), spans);
    let beyond = ask(&sender, "1312", &json!({"page_num": pages + 1, "page_size": 100}));
    assert_eq!((&beyond["size"], &beyond["startRow"]), (&json!(0), &json!(0)));
}

#[test]
fn conditions_narrow_the_catalogue() {
    let town = Town::new();
    let sender = town.sender(1);
    let count =
        |conditions: Value| ask(&sender, "1312", &conditions)["recordCounts"].as_u64().unwrap();
    let all = count(json!({}));
    let (a, b, c) = ("01", "02", "03");
    let by_class: u64 = [a, b, c].map(|class| count(json!({"chrgitm_lv": class}))).iter().sum();
    assert_eq!(by_class, all);
    assert_eq!(count(json!({"list_type": "301"})), 20);
    assert_eq!(count(json!({"vali_flag": "0"})), 1, "one drug left the catalogue last year");
    assert_eq!(
        count(json!({"query_date": "2025-12-31"})),
        count(json!({"query_date": "2026-01-01"})) + 1
    );
    assert_eq!(count(json!({"hilist_name": "测试诊"})), 0);
    let drug = &town.wares[0];
    let one = ask(&sender, "1312", &json!({"hilist_code": drug.code}));
    let row = &rows(&one, "data")[0];
    assert_eq!(text(row, "/hilist_name"), *drug.name);
    assert_eq!(text(row, "/insu_admdvs"), "500000");
    assert_eq!(row["enddate"], Value::Null, "it still holds");
    let mapped = ask(&sender, "1316", &json!({"hilist_code": drug.code}));
    assert_eq!(text(&mapped, "/data/0/med_list_codg"), text(&mapped, "/data/0/hilist_code"));
    let ethnic = sender.call("1304", &json!({"data": {"page_num": 1, "page_size": 10}}));
    assert_eq!(ethnic.output()["recordCounts"], 0);
}

#[test]
fn prices_and_rates_stand_by_item() {
    let town = Town::new();
    let sender = town.sender(1);
    let consultation = town.wares.iter().find(|ware| &*ware.name == "测试普通诊察费").unwrap();
    let prices = ask(&sender, "1318", &json!({"hilist_code": consultation.code}));
    let kinds: Vec<_> = rows(&prices, "data")
        .iter()
        .map(|row| {
            (text(row, "/hilist_lmtpric_type"), row["hilist_pric_uplmt_amt"].as_f64().unwrap())
        })
        .collect();
    let expected = [("9", 6.0), ("1", 7.0), ("2", 8.5), ("3", 10.0)];
    assert_eq!(kinds, expected.map(|(kind, price)| (kind.to_string(), price)));
    let third = json!({"hilist_code": consultation.code, "hilist_lmtpric_type": "3"});
    assert_eq!(ask(&sender, "1318", &third)["recordCounts"], 1);
    let limited = &town.wares[41];
    let everywhere = ask(&sender, "1318", &json!({"hilist_code": limited.code}));
    assert_eq!(text(&everywhere, "/data/0/hilist_lmtpric_type"), "0");
    let rate = |ware: usize| {
        let found = ask(&sender, "1319", &json!({"hilist_code": town.wares[ware].code}));
        found["data"][0]["selfpay_prop"].as_f64().unwrap()
    };
    assert_eq!([rate(0), rate(1), rate(10)], [0.0, 0.1, 1.0]);
    let other = json!({"hilist_code": town.wares[1].code, "selfpay_prop_type": "20"});
    assert_eq!(ask(&sender, "1319", &other)["recordCounts"], 0);
}

fn announced(sender: &Sender<'_>, transaction: &str, version: &str) -> Value {
    sender.call(transaction, &json!({"data": {"ver": version}})).output().clone()
}

fn fetched(sender: &Sender<'_>, announced: &Value) -> Fetched {
    fetch(sender, &text(announced, "/file_qury_no"), "plc")
}

#[test]
fn a_catalogue_file_holds_its_list_and_only_what_is_new() {
    let town = Town::new();
    let sender = town.sender(21);
    let first = announced(&sender, "1301", "v0000");
    let file = fetched(&sender, &first);
    let drugs = file.rows();
    assert_eq!(first["data_cnt"], drugs.len());
    assert_eq!(drugs.len(), 261, "200 drugs, one of them in two spans, and 60 patent medicines");
    assert!(drugs.iter().all(|row| row.len() == 92));
    let drug = drugs.iter().find(|row| row[0] == *town.wares[0].code).unwrap();
    assert_eq!((&*drug[3], &*drug[16], &*drug[91]), (&*town.wares[0].name, "5mg×10片", "01"));
    assert_eq!((&*drug[36], &*drug[37]), ("2022-01-01", "null"));
    let version = &drug[82];
    let again = announced(&sender, "1301", version);
    assert_eq!(again["data_cnt"], 0, "nothing is newer than {version}");
    assert!(fetched(&sender, &again).rows().is_empty());
    assert_eq!(fetched(&sender, &announced(&sender, "1305", "0")).rows().len(), 70);
    assert_eq!(fetched(&sender, &announced(&sender, "1306", "")).rows().len(), 20);
}

#[test]
fn what_the_books_do_not_hold_is_an_empty_file() {
    let town = Town::new();
    let sender = town.sender(1);
    for transaction in ["1302", "1303", "1307", "1308", "1310", "1311", "1313", "1314", "1315"] {
        let empty = announced(&sender, transaction, "0");
        assert_eq!(empty["data_cnt"], 0, "{transaction}");
        assert!(fetched(&sender, &empty).rows().is_empty(), "{transaction}");
    }
    let diseases = fetched(&sender, &announced(&sender, "1309", "0")).rows();
    let names: Vec<_> = diseases.iter().map(|row| (&*row[0], &*row[14])).collect();
    assert_eq!(names, [("M03900", "高血压"), ("M01600", "糖尿病")]);
}

#[test]
fn the_dictionary_is_the_published_lists() {
    let town = Town::new();
    let sender = town.sender(1);
    let ask = |data| sender.call("1901", &json!({"data": data})).output().clone();
    let schemes = ask(json!({"type": "INSUTYPE", "date": "2026-03-10", "vali_flag": "1"}));
    let first = &rows(&schemes, "list")[0];
    assert_eq!(
        (text(first, "/value"), text(first, "/label")),
        ("310".into(), "职工基本医疗保险".into())
    );
    assert_eq!((text(first, "/type"), &first["sort"]), ("insutype".into(), &json!(1)));
    let void = ask(json!({"type": "insutype", "date": "2026-03-10", "vali_flag": "0"}));
    assert!(rows(&void, "list").is_empty());
}
