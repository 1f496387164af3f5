//! Institutions with their agreements, and the catalogue with its prices.

use super::{CHONGQING, Desk, faults, told};
use agency::directory::Directory;
use agency::import::Table;
use kernel::{Date, Level, Venue};

const INSTITUTIONS: &str = "
    机构编号,机构名称,机构类型,接口设置
    H99000000001,测试第一医院,医疗机构,edition=national；strict=no
    H99000000002,测试互联网医院,互联网医院,
    P99000000001,测试大药房,药店,
";

const AGREEMENTS: &str = "
    institution,kind,value,from,to
    H99000000001,协议,,2024-01-01,
    H99000000001,等级,2,2024-01-01,2025-12-31
    H99000000001,等级,三级,2026-01-01,
    P99000000001,agreement,,2024-01-01,
    P99000000001,capability,pooling,2025-01-01,
";

const ITEMS: &str = "
    code,name,class,first_pay,ceiling,ceiling_3,flags,from,to,charge_type
    XA99TEST0001,测试甲类药片,甲类,,,,,2024-01-01,,09
    XA99TEST0002,测试乙类药片,乙类,10%,,,国谈药品,2024-01-01,,09
    XA99TEST0003,测试丙类药片,丙类,,,,,2024-01-01,,09
    002999000010,测试诊察费,甲类,,,12,诊察费,2024-01-01,,02
";

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

impl Desk {
    fn directory(&self) -> Directory {
        Directory::load(&self.store, CHONGQING).unwrap()
    }

    /// Spans of an item with their ceiling at level 3, as text.
    fn spans(&self, code: &str) -> Vec<String> {
        let directory = self.directory();
        let spans = directory.items().iter().filter(|span| &*span.code == code);
        spans
            .map(|span| format!("{} {} {:?}", span.from, span.to, span.ceiling_at(Level::Three)))
            .collect()
    }
}

#[test]
fn institutions_stand_as_their_agreements_make_them_on_a_day() {
    let mut desk = Desk::new();
    assert_eq!(told(&desk.import(Table::Institutions, INSTITUTIONS)), ["+"; 3]);
    assert_eq!(told(&desk.import(Table::Agreements, AGREEMENTS)), ["+"; 5]);
    let revision = desk.directory().revision();
    assert_eq!(told(&desk.import(Table::Institutions, INSTITUTIONS)), ["="; 3]);
    assert_eq!(told(&desk.import(Table::Agreements, AGREEMENTS)), ["="; 5]);
    let directory = desk.directory();
    assert_eq!(directory.revision(), revision);
    let hospital = |on: &str| directory.site("H99000000001", day(on), desk.now).unwrap();
    assert_eq!(hospital("2025-12-31").level, Level::Two);
    assert_eq!(hospital("2026-01-01").level, Level::Three);
    assert!(hospital("2024-01-01").designated && !hospital("2023-12-31").designated);
    let settings = &hospital("2026-01-01").detail.settings;
    assert_eq!((&settings["edition"], &settings["strict"]), (&"national".into(), &"no".into()));
    let internet = directory.site("H99000000002", day("2026-01-01"), desk.now).unwrap();
    assert_eq!((internet.venue, internet.designated), (Venue::Internet, false));
    let pharmacy = directory.site("P99000000001", day("2026-01-01"), desk.now).unwrap();
    assert_eq!(pharmacy.venue, Venue::Pharmacy);
    assert_eq!(pharmacy.capabilities, ["pooling".into()]);
}

#[test]
fn agreements_of_unknown_institutions_and_unknown_levels_are_named() {
    let mut desk = Desk::new();
    desk.import(Table::Institutions, INSTITUTIONS);
    let done = desk.import(
        Table::Agreements,
        "institution,kind,value,from
         H99000000009,level,3,2024-01-01
         H99000000001,level,4,2024-01-01
         X99000000001,level,3,2024-01-01
         H99000000001,agreement,yes,2024-01-01",
    );
    let codes = ["unknown-institution", "unknown-code", "not-of-the-form", "unknown-code"];
    assert_eq!(told(&done), codes);
}

#[test]
fn items_keep_their_class_ratio_and_flags() {
    let mut desk = Desk::new();
    assert_eq!(told(&desk.import(Table::Items, ITEMS)), ["+"; 4]);
    assert_eq!(told(&desk.import(Table::Items, ITEMS)), ["="; 4]);
    let directory = desk.directory();
    let item = |code| directory.item(code, day("2026-01-01")).unwrap();
    assert_eq!(item("XA99TEST0002").detail.first_pay, 1_000);
    assert!(item("XA99TEST0002").detail.negotiated);
    assert_eq!(item("XA99TEST0003").detail.first_pay, 10_000);
    assert_eq!(item("002999000010").ceiling_at(Level::Three), Some(12_000_000));
    assert_eq!(item("002999000010").ceiling_at(Level::Two), None);
}

#[test]
fn an_item_that_does_not_fit_its_class_or_meets_another_span_is_named() {
    let mut desk = Desk::new();
    desk.import(Table::Items, ITEMS);
    let done = desk.import(
        Table::Items,
        "code,name,class,first_pay,from,to,flags
         A1,测试,乙,,2024-01-01,,
         A2,测试,甲,10%,2024-01-01,,
         A3,测试,丁,,2024-01-01,,
         A4,测试,甲,,2024-01-01,2024-12-31,
         A4,测试,甲,,2024-07-01,,
         A5,测试,甲,,2024-01-01,,贵重
         XA99TEST0001,测试甲类药片,甲,,2025-01-01,,",
    );
    let codes = [
        "missing",
        "first-pay-does-not-fit-class",
        "unknown-code",
        "+",
        "overlaps",
        "unknown-code",
        "overlaps",
    ];
    assert_eq!(told(&done), codes);
    let met = "from（起始日）“2025-01-01”：与已有的 测试甲类药片（2024-01-01 至 …）重叠；\
               请先填写前一段的终止日，或作废它";
    assert_eq!(faults(&done)[5], met);
}

#[test]
fn prices_cut_the_spans_of_an_item_and_items_imported_again_keep_them() {
    let mut desk = Desk::new();
    desk.import(Table::Items, ITEMS);
    let prices = "code,level,ceiling,from,to
                  XA99TEST0001,3,2.5,2025-01-01,2025-12-31
                  XA99TEST0001,,4,2026-01-01,
                  XA99TEST0009,,4,2026-01-01,";
    assert_eq!(told(&desk.import(Table::Prices, prices)), ["~", "~", "unknown-item"]);
    let spans = [
        "2024-01-01 2024-12-31 None",
        "2025-01-01 2025-12-31 Some(2500000)",
        "2026-01-01 9999-12-31 Some(4000000)",
    ];
    assert_eq!(desk.spans("XA99TEST0001"), spans);
    assert_eq!(told(&desk.import(Table::Prices, prices)), ["=", "=", "unknown-item"]);
    assert_eq!(told(&desk.import(Table::Items, ITEMS)), ["="; 4]);
    assert_eq!(desk.spans("XA99TEST0001"), spans);
}

#[test]
fn two_prices_of_one_day_in_one_file_are_a_fault() {
    let mut desk = Desk::new();
    desk.import(Table::Items, ITEMS);
    let prices = "code,level,ceiling,from,to
                  XA99TEST0001,3,2.5,2025-01-01,
                  XA99TEST0001,3,2.6,2025-06-01,
                  XA99TEST0001,2,2.6,2025-06-01,";
    assert_eq!(told(&desk.import(Table::Prices, prices)), ["~", "overlaps", "~"]);
}
