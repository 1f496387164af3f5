//! 个人账户的清退、继承与转移.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::account::{Closure, ClosureEvent, ClosurePayee};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "account_closure",
    zh: "账户清退、继承与转移",
    en: "Account closure",
    about: "For each event that closes an account: who receives the balance, and whether payments stop on the day of \
            the event or the day after.",
    tables: &[Table {
        path: "account.closure",
        keys: &[key(
            "event",
            Kind::List(&[
                key("event", Kind::Word(ClosureEvent::CODES), "what happened"),
                key("pay", Kind::Word(ClosurePayee::CODES), "who receives the balance"),
                key(
                    "freeze",
                    Kind::Word(&["day-of", "day-after"]),
                    "first day without payments; default day-after",
                ),
            ]),
            "each event once",
        )],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Vec<Closure> {
    let Some(statement) = builder.statement("account.closure.event") else { return Vec::new() };
    let mut closures: Vec<Closure> = Vec::new();
    for row in statement.value.items() {
        let text = |key: &str| row.get(key).and_then(Value::text);
        let (event, payee) = (
            text("event").and_then(ClosureEvent::from_code),
            text("pay").and_then(ClosurePayee::from_code),
        );
        let (Some(event), Some(payee)) = (event, payee) else {
            let fix = "{ event = \"death\", pay = \"heirs\" }";
            builder.faults.push(statement.fault(
                row.line,
                "the row names no event or nobody to pay",
                fix,
            ));
            continue;
        };
        if closures.iter().any(|closure| closure.event == event) {
            let problem = format!("the event {} stands twice", event.code());
            builder.faults.push(statement.fault(row.line, problem, "keep one row"));
        }
        let cite = builder.cite_line(statement, row.line);
        closures.push(Closure {
            event,
            payee,
            frozen_from_day_of: text("freeze") == Some("day-of"),
            cite,
        });
    }
    closures
}
