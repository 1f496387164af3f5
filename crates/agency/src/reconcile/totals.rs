//! 对总账: sums of an institution against the books.

use super::period::{Period, Rows};
use crate::reason::{Reason, Refused};
use kernel::Fen;
use store::queries::Answer;
use store::{Area, EntryKind, Queries};

/// Sums over entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals {
    /// How many settlements, or refunds; of both together: settlements less refunds.
    pub count: i64,
    /// 医疗费总额.
    pub total: Fen,
    /// 基金支付总额.
    pub funds: Fen,
    /// 个人账户支付, family accounts included.
    pub accounts: Fen,
    /// 现金.
    pub cash: Fen,
}

impl Totals {
    fn add(&mut self, other: &Totals) {
        self.count = self.count.saturating_add(other.count);
        self.total += other.total;
        self.funds += other.funds;
        self.accounts += other.accounts;
        self.cash += other.cash;
    }

    /// What the institutions are owed: funds and accounts.
    #[must_use]
    pub fn payable(&self) -> Fen {
        self.funds + self.accounts
    }
}

/// The books' sums at an institution. `clearing`: a clearing class, or empty for all.
///
/// # Errors
/// The store's own.
pub fn totals(
    queries: &dyn Queries,
    area: Area,
    institution: &str,
    clearing: &str,
    rows: Rows,
    period: Period,
) -> Answer<Totals> {
    let (from, to) = period.ids();
    let mut sum = Totals::default();
    for part in queries.totals_at(area, institution, from, to)? {
        if !rows.hold(part.kind) || (!clearing.is_empty() && *part.clearing != *clearing) {
            continue;
        }
        let adds = match part.kind {
            EntryKind::Settlement => true,
            EntryKind::Undo => rows == Rows::Refunds,
            EntryKind::Reinstatement => rows == Rows::All,
            _ => false,
        };
        let count = if adds { part.count } else { -part.count };
        let (total, funds) = (part.total, part.funds);
        sum.add(&Totals { count, total, funds, accounts: part.accounts, cash: part.cash });
    }
    Ok(sum)
}

/// The result of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// Nothing differs.
    pub balanced: bool,
    /// What differs, in Chinese, at most 200 characters; `相符` if nothing does.
    pub words: String,
}

/// Compares what an institution states with the books. `cash` is compared only if it is stated.
#[must_use]
pub fn compare(stated: &Totals, books: &Totals, with_cash: bool) -> Comparison {
    let mut words = Vec::new();
    if stated.count != books.count {
        words.push(format!("笔数：机构{}，中心{}", stated.count, books.count));
    }
    let amounts = [
        ("医疗费总额", stated.total, books.total, true),
        ("基金支付", stated.funds, books.funds, true),
        ("个人账户支付", stated.accounts, books.accounts, true),
        ("现金支付", stated.cash, books.cash, with_cash),
    ];
    for (name, theirs, ours, _) in amounts.iter().filter(|(.., compared)| *compared) {
        if theirs != ours {
            let difference = *theirs - *ours;
            words.push(format!("{name}：机构{theirs}，中心{ours}，相差{difference}"));
        }
    }
    let balanced = words.is_empty();
    if balanced {
        return Comparison { balanced, words: "相符".into() };
    }
    words.push("请对明细账".into());
    let words = words.join("；");
    Comparison { balanced, words: words.chars().take(200).collect() }
}

/// Requires that nothing differs.
///
/// # Errors
/// [`Reason::BooksDiffer`] with what differs.
pub fn agree(stated: &Totals, books: &Totals) -> Result<(), Refused> {
    let comparison = compare(stated, books, true);
    let differs = || Refused::new(Reason::BooksDiffer, comparison.words.clone());
    comparison.balanced.then_some(()).ok_or_else(differs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(count: i64, total: i64, funds: i64) -> Totals {
        Totals { count, total: Fen::new(total), funds: Fen::new(funds), ..Totals::default() }
    }

    #[test]
    fn equal_sums_balance() {
        let comparison = compare(&sums(2, 30_000, 12_000), &sums(2, 30_000, 12_000), true);
        assert_eq!((comparison.balanced, &*comparison.words), (true, "相符"));
    }

    #[test]
    fn a_difference_is_said_in_words_and_amounts() {
        let comparison = compare(&sums(3, 40_000, 12_000), &sums(2, 30_000, 12_000), false);
        assert!(!comparison.balanced);
        let words =
            "笔数：机构3，中心2；医疗费总额：机构400.00，中心300.00，相差100.00；请对明细账";
        assert_eq!(comparison.words, words);
        let refused = agree(&sums(3, 40_000, 12_000), &sums(2, 30_000, 12_000)).unwrap_err();
        assert_eq!(refused.reason, Reason::BooksDiffer);
    }

    #[test]
    fn the_words_fit_their_field() {
        let most = Totals {
            count: i64::MAX,
            total: Fen::new(-9_999_999_999_999),
            funds: Fen::new(-9_999_999_999_999),
            accounts: Fen::new(-9_999_999_999_999),
            cash: Fen::new(-9_999_999_999_999),
        };
        let comparison = compare(&most, &Totals::default(), true);
        assert!(comparison.words.chars().count() <= 200, "{}", comparison.words);
    }
}
