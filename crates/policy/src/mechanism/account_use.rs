//! 个人账户使用.

use super::{Mechanism, account_closure, account_credit, account_interest};
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::account::{AccountPays, AccountRules, AccountSource, Purpose, Relation};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "account_use",
    zh: "个人账户使用",
    en: "Account use",
    about: "What a personal account may pay, in which order accounts pay before cash, whose bills it may pay (家庭共济), \
            and what it may never pay. Whether it can be used while entitlement is suspended.",
    tables: &[Table {
        path: "account.use",
        keys: &[
            key(
                "order",
                Kind::Words(AccountSource::CODES),
                "who pays the personal part, in order; cash is last",
            ),
            key(
                "pays",
                Kind::Word(AccountPays::CODES),
                "the whole personal part (default), or only the in-scope part",
            ),
            key(
                "suspended",
                Kind::Word(&["usable", "frozen"]),
                "while entitlement is suspended; default usable",
            ),
            key("relations", Kind::Words(Relation::CODES), "relatives whose bills it may pay"),
            key("purposes", Kind::Words(Purpose::CODES), "what it may be used for"),
            key(
                "deny",
                Kind::Words(&["public-health", "fitness", "wellness"]),
                "what it may never be used for",
            ),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> AccountRules {
    let words = |builder: &Builder<'_, '_>, key: &str| -> Option<Vec<String>> {
        let value = builder.value(&format!("account.use.{key}"))?;
        Some(value.items().iter().filter_map(Value::text).map(str::to_string).collect())
    };
    let default_order = || AccountSource::ALL.to_vec();
    let order = words(builder, "order").map_or_else(default_order, |words| {
        words.iter().filter_map(|word| AccountSource::from_code(word)).collect()
    });
    let list = |key: &str| words(builder, key).unwrap_or_default();
    AccountRules {
        order,
        pays: match builder.text("account.use.pays") {
            Some("in-scope") => AccountPays::InScope,
            _ => AccountPays::AllPersonal,
        },
        frozen_when_suspended: builder.text("account.use.suspended") == Some("frozen"),
        relations: list("relations").iter().filter_map(|word| Relation::from_code(word)).collect(),
        purposes: list("purposes").iter().filter_map(|word| Purpose::from_code(word)).collect(),
        deny: list("deny").iter().map(|word| word.as_str().into()).collect(),
        cite: builder.cite_path("account.use.order"),
        credit: account_credit::compile(builder),
        closures: account_closure::compile(builder),
        interest: account_interest::compile(builder),
    }
}
