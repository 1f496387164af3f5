//! What a person reads: three bills explained in both languages, word for word.

use policy::value::Value;
use policy::{Choice, Library};

/// The last visit of a case, explained.
fn explained(region: &str, case: &str, english: bool) -> String {
    let region = Library::shipped().region(region, &Choice::default()).unwrap();
    let result = policy::case::run_table(&region, "bill", &Value::parse(case, 1).unwrap());
    assert!(result.failures.is_empty(), "{:?}", result.failures);
    let last = result.settled.last().unwrap();
    let policy = region.timeline.on(last.bill.service).unwrap();
    policy::explain::explanation(
        policy,
        &last.bill,
        &last.facts,
        &last.settlement,
        &last.trace,
        english,
    )
    .to_string()
}

fn check(name: &str, region: &str, case: &str) {
    insta::assert_snapshot!(format!("{name}_zh"), explained(region, case, false));
    insta::assert_snapshot!(format!("{name}_en"), explained(region, case, true));
}

#[test]
fn chongqing_1000_yuan_at_level_3_after_an_earlier_visit() {
    check(
        "chongqing_after_an_earlier_visit",
        "500000",
        r#"
title  = "重庆，三级 1000 元"
basis  = "text"
person = { status = "active", plan = "employer", account = "100.00" }
visits = [
  { on = 2024-03-01, level = 2, in_scope = "150.00" },
  { on = 2024-03-15, level = 3, in_scope = "1000.00" },
]
"#,
    );
}

#[test]
fn guangxi_retired_with_a_line_that_no_catalogue_covers() {
    check(
        "guangxi_retired_with_a_class_c_line",
        "450000",
        r#"
title  = "广西，退休，含丙类"
basis  = "text"
person = { status = "retired", plan = "employee", account = "30.00", account_earlier = "20.00", family = ["50.00"] }
visits = [
  { on = 2023-05-10, level = 2, lines = [
    { class = "A", amount = "700.00" },
    { class = "B", amount = "200.00", first_pay = "10%" },
    { class = "C", amount = "88.80" },
  ] },
]
"#,
    );
}

#[test]
fn chongqing_over_the_pool_limit_of_the_year_into_the_large_amount_fund() {
    check(
        "chongqing_into_the_large_amount_fund",
        "500000",
        r#"
title  = "重庆，跨过统筹基金年度限额"
basis  = "reading"
person = { status = "active", plan = "employer" }
used   = { "pool-year" = "46900.00" }
visits = [{ on = 2024-03-01, level = 2, in_scope = "1200.00" }]
"#,
    );
}
