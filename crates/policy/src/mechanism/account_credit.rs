//! 个人账户划入.

use super::Mechanism;
use crate::builder::Builder;
use crate::rows;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::account::{Credit, CreditAmount};
use kernel::policy::Cite;
use kernel::{Dim, Fen};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "account_credit",
    zh: "个人账户划入",
    en: "Account credits",
    about: "What is credited to a personal account each month: a share of the month's contribution base, a fixed amount \
            (by age, if the policy says so), or a share of a published average. Rows may depend on status, plan, cohort \
            and age. Whole months only.",
    tables: &[Table {
        path: "account.credit",
        keys: &[
            key(
                "amount",
                Kind::Rows(&[
                    key("yuan", Kind::Money, "a fixed amount a month"),
                    key("share", Kind::Rate, "or a share …"),
                    key("of", Kind::Text, "… of \"base\", or of a statistic"),
                    key("round", Kind::Word(&["fen", "yuan"]), "as for other amounts"),
                ]),
                "the credit, for every combination of conditions",
            ),
            key(
                "birthday",
                Kind::Word(&["month-of", "month-after"]),
                "an age counts from the month of the birthday (default) or the month after",
            ),
            key(
                "unpaid",
                Kind::Word(&["skip", "credit"]),
                "months whose contribution is unpaid; default skip",
            ),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Option<Credit> {
    let statement = builder.statement("account.credit.amount")?;
    let rows = builder.rows("account.credit.amount");
    for row in &rows {
        let known = [Dim::Status, Dim::Plan, Dim::Cohort, Dim::Age];
        if let Some((dim, _)) = row.conditions.iter().find(|(dim, _)| !known.contains(dim)) {
            let problem = format!("a credit cannot depend on {}", dim.code());
            builder.faults.push(statement.fault(
                row.value.line,
                problem,
                "status, plan, cohort and age only",
            ));
        }
    }
    let axes = rows::axes(&rows.iter(), &[], builder.vocabulary);
    let by_row: Vec<(CreditAmount, Cite)> = rows
        .iter()
        .map(|row| {
            let of_base = row.value.get("of").and_then(Value::text) == Some("base");
            match row.value.get("share").and_then(Value::rate).filter(|_| of_base) {
                Some(rate) => (CreditAmount::ShareOfBase(rate), builder.cite_row(row)),
                None => {
                    let (amount, cite) = builder.amount(row).unwrap_or_default();
                    (CreditAmount::Fixed(amount), cite)
                }
            }
        })
        .collect();
    let chosen = rows::rows_by_cell(statement, &rows, &axes, true, builder.faults);
    let nothing = (CreditAmount::Fixed(Fen::ZERO), Cite::NONE);
    let (amount, cite) =
        chosen.into_iter().map(|row| row.map_or(nothing, |row| by_row[row])).unzip();
    Some(Credit {
        axes,
        amount,
        cite,
        birthday_month_counts: builder.text("account.credit.birthday") != Some("month-after"),
        credits_unpaid: builder.text("account.credit.unpaid") == Some("credit"),
    })
}
