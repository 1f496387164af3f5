//! 与定点机构结算.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::Fen;
use kernel::payment::{Capitation, Heads, HeadsOn, PaymentMethod, PaymentRules};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "payment",
    zh: "与机构结算",
    en: "Provider payment",
    about: "How institutions are paid: actual amounts monthly or by head, inside an annual budget 总额 or not, what part \
            of each month is withheld as a quality deposit, and how over- and underspending of the budget are shared \
            at year end. The budget binds the institution, never the patient.",
    tables: &[Table {
        path: "payment",
        keys: &[
            key("method", Kind::Word(PaymentMethod::CODES), "default monthly-actual"),
            key("budget", Kind::Word(&["annual", "none"]), "default none"),
            key("overspend_share", Kind::Rate, "of an overspend, what the fund bears"),
            key("underspend_share", Kind::Rate, "of an underspend, what the institution keeps"),
            key("deposit", Kind::Rate, "withheld from each month"),
            key(
                "heads",
                Kind::Word(Heads::CODES),
                "by head: who is counted, by which signing up; default contract",
            ),
            key(
                "heads_on",
                Kind::Word(HeadsOn::CODES),
                "by head: the day of the month; default last-day",
            ),
            key(
                "heads_entitled",
                Kind::Flag,
                "by head: only people entitled on that day; default true",
            ),
            key(
                "per_head",
                Kind::Money,
                "by head: 人头标准 a month; none: whoever closes the month states it",
            ),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> PaymentRules {
    for key in ["overspend_share", "underspend_share", "deposit"] {
        let path = format!("payment.{key}");
        if let Some(statement) =
            builder.statement(&path).filter(|_| !builder.rate(&path).is_share())
        {
            builder.fault(
                statement,
                format!("{path} is not between 0 % and 100 %"),
                "e.g. \"50%\"",
            );
        }
    }
    PaymentRules {
        method: builder
            .text("payment.method")
            .and_then(PaymentMethod::from_code)
            .unwrap_or(PaymentMethod::MonthlyActual),
        annual_budget: builder.text("payment.budget") == Some("annual"),
        overspend_share: builder.rate("payment.overspend_share"),
        underspend_share: builder.rate("payment.underspend_share"),
        deposit: builder.rate("payment.deposit"),
        capitation: capitation(builder),
        cite: builder.cite_path("payment.method"),
    }
}

fn capitation(builder: &mut Builder<'_, '_>) -> Capitation {
    let usual = Capitation::default();
    let per_head = builder.statement("payment.per_head");
    if let Some(statement) =
        per_head.filter(|statement| statement.value.yuan().is_some_and(Fen::is_negative))
    {
        builder.fault(statement, "payment.per_head is negative", "yuan a head and month, e.g. 30");
    }
    Capitation {
        heads: builder.text("payment.heads").and_then(Heads::from_code).unwrap_or(usual.heads),
        on: builder.text("payment.heads_on").and_then(HeadsOn::from_code).unwrap_or(usual.on),
        entitled: builder.flag("payment.heads_entitled", usual.entitled),
        per_head: per_head.and_then(|statement| statement.value.yuan()),
        cite: builder.cite_path("payment.per_head"),
    }
}
