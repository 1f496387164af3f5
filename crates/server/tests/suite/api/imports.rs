//! Rows handed in at once: people, employers and their monthly files, with a report of each row.

use super::desk::{CQ, Desk, problem};
use serde_json::{Value, json};
use server::api::Role;

/// Hands rows in, and waits for the report.
fn handed(desk: &Desk, role: Role, table: &str, body: &Value) -> Value {
    let began = desk.done(role, "POST", &format!("{CQ}/imports/{table}"), body);
    let run = desk.over(role, "import", began["number"].as_str().unwrap());
    assert_eq!(run["state"], "done", "{run}");
    run["report"].clone()
}

#[test]
fn a_month_is_declared_by_a_clerk_and_paid_by_finance() {
    let desk = Desk::open();
    let people = json!({
        "columns": ["person", "name", "cert_no", "gender", "born"],
        "rows": [
            ["99500099001", "测试新甲", "990101198505200011", "1", "1985-05-20"],
            ["99500099002", "测试新乙", "990101199005200022", "2", "1990-05-32"],
        ],
    });
    let report = handed(&desk, Role::Clerk, "people", &people);
    assert_eq!((&report["added"], &report["refused"]), (&json!(1), &json!(1)));
    let why = &report["listed"][0];
    assert_eq!(
        (&why["row"], &why["taken"], &why["column"]),
        (&json!(2), &json!(false), &json!("born"))
    );
    assert!(why["why"].as_str().unwrap().contains("应为日期"), "{why}");
    let employers = json!({
        "columns": ["单位编号", "单位名称", "起始日"],
        "rows": [["99DW990001", "测试新厂", "2020-01-01"]],
    });
    assert_eq!(handed(&desk, Role::Clerk, "employers", &employers)["added"], 1);

    let mut month = json!({
        "columns": ["person", "plan", "base", "employer_share", "own_share"],
        "rows": [["99500099001", "employer", "6000.00", "510.00", "120.00"]],
        "given": {"employer": "99DW990001", "month": "2026-03"},
    });
    let declared = handed(&desk, Role::Clerk, "contributions", &month);
    assert_eq!(declared["added"], 1, "{declared}");
    assert!(declared["declaration"].as_str().unwrap().starts_with("2026-03-"));
    month["given"]["paid_on"] = json!("2026-03-09");
    let path = format!("{CQ}/imports/contributions");
    assert!(
        problem(&desk.write(Role::Clerk, "POST", &path, &month), 403)["detail"]
            .as_str()
            .unwrap()
            .contains("到账的缴费由财务登记")
    );
    let paid = handed(&desk, Role::Finance, "contributions", &month);
    assert_eq!(paid["changed"], 1, "{paid}");
    assert_eq!(handed(&desk, Role::Finance, "contributions", &month)["unchanged"], 1);
    let derived = desk.done(Role::Clerk, "POST", &format!("{CQ}/entitlements/derive"), &json!({}));
    let run = desk.over(Role::Clerk, "derive-entitlement", derived["number"].as_str().unwrap());
    assert_eq!((&run["state"], &run["report"]["failed"]), (&json!("done"), &json!(0)), "{run}");
    let held = desk.get(Role::Clerk, &format!("{CQ}/people/99500099001"));
    assert_eq!(held["entitlement"], "entitled", "{held}");
    let later = json!({"month": "2027-01"});
    let path = format!("{CQ}/entitlements/derive");
    let late = desk.done(Role::Clerk, "POST", &path, &later);
    let late = desk.over(Role::Clerk, "derive-entitlement", late["number"].as_str().unwrap());
    assert!(late["failed"].as_str().unwrap().contains("太远"), "{late}");
    let balances = desk.items(Role::Finance, &format!("{CQ}/balances"));
    let bank = balances.iter().find(|it| it["name"] == "银行存款").unwrap();
    assert_eq!(bank["balance"], 63_000, "510 and 120 yuan, once");
}

#[test]
fn nothing_begins_with_a_table_that_is_wrong_as_a_whole() {
    let desk = Desk::open();
    let rows = |columns: Value, rows: Value, given: Value| json!({"columns": columns, "rows": rows, "given": given});
    let people = |body: &Value| {
        problem(&desk.write(Role::Clerk, "POST", &format!("{CQ}/imports/people"), body), 422)
    };
    for (body, field, right) in [
        (
            rows(json!(["region", "person"]), json!([]), json!({})),
            "columns",
            "统筹区在路径里，不要这一列",
        ),
        (rows(json!(["person", "name"]), json!([]), json!({})), "columns", "缺少列 cert_no"),
        (
            rows(json!(["person", "name", "cert_no", "hat"]), json!([]), json!({})),
            "columns",
            "没有这一列",
        ),
        (
            rows(json!(["person", "name", "cert_no"]), json!([["1", "2"]]), json!({})),
            "rows[0]",
            "应有3个值",
        ),
        (
            rows(json!(["person", "name", "cert_no"]), json!([]), json!({"hat": "x"})),
            "given",
            "应为参保人的列",
        ),
    ] {
        let told = people(&body);
        assert_eq!(told["field"], field, "{told}");
        assert!(told["right"].as_str().unwrap().contains(right), "{told}");
    }
    let openings = format!("{CQ}/imports/openings");
    let body = rows(json!([]), json!([]), json!({}));
    let told = problem(&desk.write(Role::Clerk, "POST", &openings, &body), 404);
    assert_eq!(told["right"], "应为people、facts、employers、contributions");
    problem(&desk.write(Role::Auditor, "POST", &openings, &body), 403);
}
