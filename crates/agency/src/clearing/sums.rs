//! The ledger's sums of a month for all institutions at once.

use super::ClassLine;
use crate::facts;
use crate::ledger::Head;
use crate::reason::{Reason, Refused};
use crate::reconcile::Period;
use kernel::payment::{Capitation, Heads};
use kernel::{Date, Entitlement, Fen, Moment, Month};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::queries::Answer;
use store::{Area, ByFact, EntryKind, Queries};

/// By institution and clearing class, what stands in the books of an area for a month: settlements, undos and what takes
/// them back. Entries belong to the month in which they were posted, whatever the day of service.
///
/// # Errors
/// [`Reason::Conflict`] if columns and postings do not say the same; the store's own.
pub fn sums(
    queries: &dyn Queries,
    area: Area,
    month: Month,
) -> Result<BTreeMap<Arc<str>, Vec<ClassLine>>, Refused> {
    let (from, to) = Period::new(month.first_day(), month.last_day())?.ids();
    let mut lines: BTreeMap<(Arc<str>, Arc<str>), Sum> = BTreeMap::new();
    for (institution, part) in queries.totals_by_institution(area, from, to)? {
        let sum = lines.entry((institution, part.clearing.clone())).or_default();
        let adds = matches!(part.kind, EntryKind::Settlement | EntryKind::Reinstatement);
        sum.line.count += if adds { part.count } else { -part.count };
        sum.line.total += part.total.get();
        sum.line.accounts += part.accounts.get();
        sum.line.cash += part.cash.get();
        sum.funds += part.funds;
    }
    for (institution, class, account, amount) in queries.posted_by_institution(area, from, to)? {
        let sum = lines.entry((institution, class)).or_default();
        match Head::from_number(account) {
            Some(Head::PoolFund) => sum.line.pool += amount.get(),
            Some(Head::LargeAmountFund) => sum.line.large += amount.get(),
            Some(Head::SubsidyFund) => sum.line.subsidy += amount.get(),
            Some(Head::Payable) => sum.payable -= amount,
            _ => {}
        }
    }
    let mut all: BTreeMap<Arc<str>, Vec<ClassLine>> = BTreeMap::new();
    for ((institution, class), Sum { mut line, funds, payable }) in lines {
        let posted = line.funds();
        if posted != funds.get() || payable.get() != posted + line.accounts {
            let (accounts, posted) = (Fen::new(line.accounts), Fen::new(posted));
            let words = format!(
                "{institution} {class} {month}：记账基金{funds}、账户{accounts}，分录基金{posted}、应付{payable}；请先核对账务库"
            );
            return Err(Refused::new(Reason::BooksDiffer, words));
        }
        line.class = class;
        all.entry(institution).or_default().push(line);
    }
    Ok(all)
}

#[derive(Default)]
struct Sum {
    line: ClassLine,
    /// By the columns of entries.
    funds: Fen,
    /// By their postings.
    payable: Fen,
}

/// 签约人数: people signed up on the day of a month that the policy counts on, by institution (GX Art 17). A person counts
/// once, for what was signed last; the dead do not count, nor, unless the policy says so, people not entitled on that day.
///
/// # Errors
/// The store's own.
pub fn heads(
    queries: &dyn Queries,
    area: Area,
    rules: &Capitation,
    month: Month,
    known: Moment,
) -> Answer<BTreeMap<Arc<str>, i64>> {
    let counted = queries.people_by_fact(area, signed(rules, rules.day(month), known))?;
    Ok(counted.into_iter().collect())
}

/// The fact by which a person is one of an institution's heads on a day.
#[must_use]
pub fn signed(rules: &Capitation, day: Date, known: Moment) -> ByFact<'static> {
    let kind = match rules.heads {
        Heads::Contract => facts::CONTRACT,
        Heads::Chosen => facts::CHOSEN,
    };
    let entitled = (facts::ENTITLEMENT, Entitlement::Entitled.code());
    let with = if rules.entitled { entitled } else { ("", "") };
    ByFact { kind, day, known, with, without: facts::DEATH }
}
