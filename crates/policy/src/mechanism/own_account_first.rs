//! The own account pays before the deductible.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::policy::{AccountMoney, Cite};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "own_account_first",
    zh: "先用个人账户",
    en: "Own account first",
    about: "In-scope spending is first paid from the own account until its money of the current year (or all of it) is \
            used up; only what is left meets the deductible and is shared. What the account paid counts for nothing.",
    tables: &[Table {
        path: "programme.*.own_account_first",
        keys: &[key("money", Kind::Word(&["current-year", "all"]), "which money must be used up")],
    }],
};

pub(crate) fn compile(
    builder: &mut Builder<'_, '_>,
    programme: &str,
) -> Option<(AccountMoney, Cite)> {
    let statement = builder.statement(&format!("programme.{programme}.own_account_first.money"))?;
    let cite = builder.cite(statement);
    let all = statement.value.text() == Some("all");
    Some((if all { AccountMoney::All } else { AccountMoney::CurrentYear }, cite))
}
