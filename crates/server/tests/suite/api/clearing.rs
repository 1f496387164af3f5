//! A month with the institutions, from its closing to the payment; a year folded again; jobs that another approves.

use super::desk::{CQ, Desk, problem};
use crate::chain::care::Care;
use crate::town::Town;
use serde_json::json;
use server::api::Role;

#[test]
fn a_month_is_closed_confirmed_and_paid_by_two() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    let institution = sender.institution.clone();
    let settled = Care::ready(&sender, 22, &[(111, 10)]).settle();
    let funds = crate::identities::fen(&settled.output()["setlinfo"]["fund_pay_sumamt"]);
    assert!(funds > 0);
    let base = format!("{CQ}/institutions/{institution}");
    let deduction =
        json!({"month": "2026-03", "amount": 1, "reason": "超限定支付", "reference": "SH-1"});
    let deducted = desk.done(Role::Supervisor, "POST", &format!("{base}/deductions"), &deduction);
    assert_eq!(deducted["number"], "2026-03-001");
    let budget = json!({"amount": 100_000_000, "note": "2026年总额"});
    desk.done(Role::Finance, "PUT", &format!("{base}/budgets/2026"), &budget);
    let month = json!({"month": "2026-03"});
    let early = desk.done(Role::Finance, "POST", &format!("{CQ}/months"), &month);
    let early = desk.over(Role::Finance, "close-month", early["number"].as_str().unwrap());
    assert_eq!(early["state"], "failed", "{early}");
    assert!(early["failed"].as_str().unwrap().contains("尚未结束"), "{early}");
    desk.town.set("2026-04-05 08:00:00");
    let run = desk.done(Role::Finance, "POST", &format!("{CQ}/months"), &month);
    let run = desk.over(Role::Finance, "close-month", run["number"].as_str().unwrap());
    assert_eq!(run["state"], "done", "{run}");
    assert_eq!((&run["report"]["funds"], &run["report"]["refused"]), (&json!(funds), &json!([])));
    let path = format!("{base}/statements/2026-03");
    let statement = desk.get(Role::Auditor, &path);
    assert_eq!((&statement["owed"], &statement["deducted"]), (&json!(funds - 1), &json!(1)));
    let listed = desk.items(Role::Finance, &format!("{CQ}/statements?period=2026-03"));
    assert!(listed.contains(&statement));
    let budgets = desk.items(Role::Finance, &format!("{CQ}/budgets/2026"));
    let own = budgets.iter().find(|it| it["institution"] == institution).unwrap();
    assert_eq!((&own["budget"], &own["used"]), (&json!(100_000_000), &json!(funds - 1)));
    let disputed = json!({"by": "医保办", "words": "扣款有误"});
    desk.done(Role::Clerk, "POST", &format!("{path}/dispute"), &disputed);
    let answer = json!({"words": "核减有误，予以更正", "corrections": [{"number": "2026-03-001", "amount": 0}]});
    desk.done(Role::Reviewer, "POST", &format!("{path}/answer"), &answer);
    desk.done(Role::Clerk, "POST", &format!("{path}/confirm"), &json!({"by": "医保办"}));
    let order = json!({"period": "2026-03", "batch": "B1"});
    let made = desk.done(Role::Finance, "POST", &format!("{CQ}/payment-orders"), &order);
    assert_eq!((&made["state"], &made["maker"]), (&json!("made"), &json!("demo-finance")));
    let approve = format!("{CQ}/payment-orders/B1/approve");
    let own = desk.write(Role::Finance, "POST", &approve, &json!({}));
    problem(&own, 403);
    let refuse = format!("{CQ}/payment-orders/B1/refuse");
    problem(&desk.write(Role::Finance, "POST", &refuse, &json!({"reason": " "})), 422);
    assert_eq!(desk.items(Role::Auditor, &format!("{CQ}/payment-orders")), [made]);
}

#[test]
fn what_a_clerk_makes_finance_pays() {
    let desk = Desk::open();
    let sender = desk.town.sender(5);
    Care::ready(&sender, 22, &[(111, 10)]).settle().output();
    desk.town.set("2026-04-05 08:00:00");
    let run =
        desk.done(Role::Finance, "POST", &format!("{CQ}/months"), &json!({"month": "2026-03"}));
    assert_eq!(
        desk.over(Role::Finance, "close-month", run["number"].as_str().unwrap())["state"],
        "done"
    );
    let path = format!("{CQ}/institutions/{}/statements/2026-03", sender.institution);
    desk.done(Role::Clerk, "POST", &format!("{path}/confirm"), &json!({"by": "医保办"}));
    let order = json!({"period": "2026-03", "batch": "B1"});
    let made = desk.done(Role::Clerk, "POST", &format!("{CQ}/payment-orders"), &order);
    let approve = format!("{CQ}/payment-orders/B1/approve");
    let paid = desk.done(Role::Finance, "POST", &approve, &json!({}));
    assert_eq!((&paid["state"], &paid["checker"]), (&json!("approved"), &json!("demo-finance")));
    assert_eq!(paid["total"], made["total"]);
    let balances = desk.items(Role::Finance, &format!("{CQ}/balances"));
    let bank = balances.iter().find(|it| it["name"] == "银行存款").unwrap();
    assert_eq!(bank["balance"].as_i64().unwrap(), -paid["total"].as_i64().unwrap());
    assert_eq!(desk.get(Role::Clerk, &path)["state_zh"], "已拨付");
    problem(&desk.write(Role::Finance, "POST", &approve, &json!({})), 409);
}

#[test]
fn an_order_of_many_institutions_is_approved_like_one_of_few() {
    let desk = Desk::open();
    for place in 1..=12 {
        // One person's limit would not reach for so many.
        let person = if place % 2 == 0 { 22 } else { 1 };
        Care::ready(&desk.town.sender(place), person, &[(111, 10)]).settle().output();
    }
    desk.town.set("2026-04-05 08:00:00");
    let run =
        desk.done(Role::Finance, "POST", &format!("{CQ}/months"), &json!({"month": "2026-03"}));
    assert_eq!(
        desk.over(Role::Finance, "close-month", run["number"].as_str().unwrap())["state"],
        "done"
    );
    for place in 1..=12 {
        let institution = desk.town.sender(place).institution;
        let path = format!("{CQ}/institutions/{institution}/statements/2026-03/confirm");
        desk.done(Role::Clerk, "POST", &path, &json!({"by": "医保办"}));
    }
    let order = json!({"period": "2026-03", "batch": "B1"});
    let made = desk.done(Role::Clerk, "POST", &format!("{CQ}/payment-orders"), &order);
    assert_eq!(made["lines"].as_array().unwrap().len(), 12);
    let approve = format!("{CQ}/payment-orders/B1/approve");
    let paid = desk.done(Role::Finance, "POST", &approve, &json!({}));
    assert_eq!((&paid["state"], &paid["total"]), (&json!("approved"), &made["total"]));
}

#[test]
fn a_late_retirement_is_proposed_by_one_and_posted_by_another() {
    let desk = Desk::open();
    Care::ready(&desk.town.sender(5), 22, &[(111, 10)]).settle().output();
    let path = format!("{CQ}/people/{}", Town::person(22));
    let retired = json!({"facts": [{"kind": "retirement", "from": "2026-01-15"}]});
    desk.done(Role::Clerk, "POST", &format!("{path}/facts"), &retired);
    let year = format!("{path}/recalculations/2026");
    problem(&desk.look(Role::Clerk, &year), 404);
    let proposed = desk.done(Role::Clerk, "POST", &format!("{year}/propose"), &json!({}));
    assert_eq!(proposed["proposed"]["by"], "demo-clerk");
    assert_eq!(proposed["changed"].as_array().unwrap().len(), 1, "{proposed}");
    let more = proposed["funds"][0].as_i64().unwrap();
    assert!(more > 0, "the retired pay less: {proposed}");
    let approve = format!("{year}/approve");
    let other = desk.write(Role::Finance, "POST", &approve, &json!({"digest": "x"}));
    assert!([409, 422].contains(&other.status), "{}", other.text());
    let digest = json!({"digest": proposed["digest"]});
    let posted = desk.done(Role::Finance, "POST", &approve, &digest);
    assert_eq!(posted["posted"]["by"], "demo-finance");
    assert_eq!(posted["entries"].as_array().unwrap().len(), 1);
    assert_eq!(desk.get(Role::Auditor, &year), posted);
    assert!(
        desk.items(Role::Clerk, &format!("{CQ}/recalculations?person={}", Town::person(22)))
            .is_empty()
    );
}

#[test]
fn the_credit_of_everybody_begins_when_another_approves_it() {
    let desk = Desk::open();
    let months = format!("{CQ}/credit-months");
    let wrong = desk.write(Role::Clerk, "POST", &months, &json!({"month": "2026-13"}));
    assert_eq!(problem(&wrong, 422)["right"], "应为月份，如2026-03");
    let proposed = desk.done(Role::Clerk, "POST", &months, &json!({"month": "2026-02"}));
    assert!(desk.items(Role::Finance, &format!("{CQ}/runs?kind=credit-month")).is_empty());
    let approve = format!("{CQ}/proposals/{}/approve", proposed["number"].as_str().unwrap());
    let done = desk.done(Role::Finance, "POST", &approve, &json!({}));
    let number = done["conclusion"]["outcome"]["filed"]["number"].as_str().unwrap();
    let run = desk.over(Role::Finance, "credit-month", number);
    assert_eq!(
        (&run["state"], &run["report"]["month"]),
        (&json!("done"), &json!("2026-02")),
        "{run}"
    );
    assert!(run["report"]["tally"]["people"].as_i64().unwrap() > 0);
}

#[test]
fn an_account_is_closed_by_two_and_its_statement_tells() {
    let desk = Desk::open();
    let path = format!("{CQ}/people/{}/account", Town::person(10));
    let before = desk.get(Role::Clerk, &path)["balance"].as_i64().unwrap();
    let close = json!({
        "event": "death", "day": "2026-02-28", "payee": "法定继承人", "source": "申请", "reference": "JC-1",
    });
    let proposed = desk.done(Role::Clerk, "POST", &format!("{path}/closure"), &close);
    let approve = format!("{CQ}/proposals/{}/approve", proposed["number"].as_str().unwrap());
    desk.done(Role::Finance, "POST", &approve, &json!({}));
    assert_eq!(desk.get(Role::Clerk, &path)["balance"], 0);
    let statement =
        desk.get(Role::Clerk, &format!("{path}/statement?from=2026-03-10&to=2026-03-31"));
    assert_eq!(statement["closing"], 0);
    let moved = statement["movements"].as_array().unwrap().last().unwrap();
    let out = moved["current"].as_i64().unwrap() + moved["earlier"].as_i64().unwrap();
    assert_eq!(out, -before);
    let transfer =
        json!({"amount": 10_000, "day": "2026-03-01", "source": "510100", "reference": "ZR-1"});
    let path = format!("{CQ}/people/{}/account", Town::person(1));
    let proposed = desk.done(Role::Clerk, "POST", &format!("{path}/transfers-in"), &transfer);
    let approve = format!("{CQ}/proposals/{}/approve", proposed["number"].as_str().unwrap());
    let before = desk.get(Role::Clerk, &path)["balance"].as_i64().unwrap();
    desk.done(Role::Finance, "POST", &approve, &json!({}));
    assert_eq!(desk.get(Role::Clerk, &path)["balance"], before + 10_000);
    let premium = json!({
        "purpose": "large-amount-premium", "period": "2026", "due": 0, "day": "2026-03-01",
        "source": "x", "reference": "1",
    });
    let refused = desk.write(Role::Clerk, "POST", &format!("{path}/premiums"), &premium);
    assert!([409, 422].contains(&refused.status), "{}", refused.text());
}

#[test]
fn employers_are_registered_and_enrolment_is_told() {
    let desk = Desk::open();
    let employer = format!("{CQ}/employers/E500000000001");
    let body = json!({"name": "测试制造有限公司", "district": "渝中区", "since": "2026-01-01"});
    desk.done(Role::Clerk, "PUT", &employer, &body);
    let listed = desk.items(Role::Finance, &format!("{CQ}/employers"));
    let own = listed.iter().find(|it| it["employer"] == "E500000000001").unwrap();
    assert_eq!((&own["name"], &own["district"]), (&body["name"], &body["district"]));
    let wrong = json!({"name": "x", "since": "2026-01-01", "until": "2025-12-31"});
    problem(&desk.write(Role::Clerk, "PUT", &employer, &wrong), 422);
    let told = desk.get(Role::Clerk, &format!("{CQ}/people/{}/enrolment", Town::person(1)));
    assert!(told["spells"].as_array().unwrap().iter().any(|it| it["state"] == "entitled"));
}

#[test]
fn a_year_is_closed_once_december_is() {
    let desk = Desk::open();
    let path = format!("{CQ}/years");
    for (body, field) in [
        (json!({"year": 26}), "year"),
        (json!({"year": 2025, "ratio": 10_001}), "ratio"),
        (json!({"year": 2025, "ratios": {"H1": -1}}), "ratios.H1"),
    ] {
        assert_eq!(problem(&desk.write(Role::Finance, "POST", &path, &body), 422)["field"], field);
    }
    let early = desk.done(Role::Finance, "POST", &path, &json!({"year": 2025, "ratio": 10_000}));
    let early = desk.over(Role::Finance, "close-year", early["number"].as_str().unwrap());
    assert!(early["failed"].as_str().unwrap().contains("2025-12还没有结算完"), "{early}");
    Care::ready(&desk.town.sender(5), 22, &[(111, 10)]).settle().output();
    desk.town.set("2027-01-05 08:00:00");
    for month in 3..=12 {
        let body = json!({"month": format!("2026-{month:02}")});
        let run = desk.done(Role::Finance, "POST", &format!("{CQ}/months"), &body);
        let run = desk.over(Role::Finance, "close-month", run["number"].as_str().unwrap());
        assert_eq!(run["state"], "done", "{run}");
    }
    let institution = desk.town.sender(5).institution;
    let base = format!("{CQ}/institutions/{institution}/statements");
    let confirm = json!({"by": "医保办"});
    desk.done(Role::Clerk, "POST", &format!("{base}/2026-03/confirm"), &confirm);
    let year = json!({"year": 2026, "ratio": 10_000});
    let run = desk.done(Role::Finance, "POST", &path, &year);
    let run = desk.over(Role::Finance, "close-year", run["number"].as_str().unwrap());
    assert_eq!((&run["state"], &run["report"]["refused"]), (&json!("done"), &json!([])), "{run}");
    assert!(run["report"]["made"].as_u64().unwrap() > 0, "{run}");
    let statement = desk.get(Role::Finance, &format!("{base}/2026"));
    assert_eq!(statement["period"], "2026", "{statement}");
}
