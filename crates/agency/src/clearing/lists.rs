//! Reading what is filed: statements of a period, the use of budgets, payment orders.

use super::{Budget, OrderState, PaymentOrder, Statement, StatementState, body};
use crate::documents;
use crate::reason::Refused;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Document, Queries};

/// Documents read at a time.
const PAGE: usize = 1_000;

/// Documents of a kind, of all owners or of one, in order of owner and number.
pub(crate) fn walk(
    queries: &dyn Queries,
    area: Area,
    kind: &str,
    owner: &str,
    take: &mut dyn FnMut(Document) -> Result<(), Refused>,
) -> Result<(), Refused> {
    let mut after: (Arc<str>, Arc<str>) = (Arc::from(owner), Arc::from(""));
    loop {
        let page = queries.documents(area, kind, owner, (&after.0, &after.1), PAGE)?;
        let complete = page.len() < PAGE;
        for document in page {
            after = (document.key.owner.clone(), document.key.number.clone());
            take(document)?;
        }
        if complete {
            return Ok(());
        }
    }
}

/// The statement of an institution and a period (`YYYY-MM` or `YYYY`).
///
/// # Errors
/// What the store says.
pub fn statement(
    queries: &dyn Queries,
    area: Area,
    institution: &Arc<str>,
    period: &str,
) -> Result<Option<(Statement, StatementState)>, Refused> {
    let found = queries.document(&Statement::key(area, institution, period))?;
    found.map(|document| Statement::read(&document)).transpose()
}

/// All statements of a period, by institution.
///
/// # Errors
/// What the store says.
pub fn statements(
    queries: &dyn Queries,
    area: Area,
    period: &str,
) -> Result<Vec<(Statement, StatementState)>, Refused> {
    let mut all = Vec::new();
    walk(queries, area, documents::STATEMENT, "", &mut |document| {
        if *document.key.number == *period {
            all.push(Statement::read(&document)?);
        }
        Ok(())
    })?;
    Ok(all)
}

/// 总额使用情况 of an institution; amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BudgetUse {
    /// The institution.
    pub institution: Arc<str>,
    /// Its name, as its newest statement has it.
    pub name: Arc<str>,
    /// 年度总额; `None` if none was set.
    pub budget: Option<i64>,
    /// Used up: what the funds owe by the statements of the year so far, less deductions.
    pub used: i64,
    /// Months with a statement.
    pub months: u32,
}

/// How far budgets are used up in a year, by institution.
///
/// # Errors
/// What the store says.
pub fn budget_use(queries: &dyn Queries, area: Area, year: i32) -> Result<Vec<BudgetUse>, Refused> {
    let mut all: BTreeMap<Arc<str>, BudgetUse> = BTreeMap::new();
    let number = format!("{year:04}");
    walk(queries, area, documents::BUDGET, "", &mut |document| {
        if *document.key.number == *number {
            let budget: Budget = body(&document)?;
            let owner = &document.key.owner;
            all.entry(owner.clone()).or_default().budget = Some(budget.fen);
        }
        Ok(())
    })?;
    let months = format!("{number}-");
    walk(queries, area, documents::STATEMENT, "", &mut |document| {
        if document.key.number.starts_with(&months) {
            let (statement, _) = Statement::read(&document)?;
            let used = all.entry(document.key.owner.clone()).or_default();
            used.name = statement.name.clone();
            used.used += statement.owed();
            used.months += 1;
        }
        Ok(())
    })?;
    Ok(all.into_iter().map(|(institution, used)| BudgetUse { institution, ..used }).collect())
}

/// All payment orders, by batch, with their states.
///
/// # Errors
/// What the store says.
pub fn orders(
    queries: &dyn Queries,
    area: Area,
) -> Result<Vec<(PaymentOrder, OrderState)>, Refused> {
    let mut all = Vec::new();
    walk(queries, area, documents::PAYMENT_ORDER, "", &mut |document| {
        let state = match document.state {
            0 => OrderState::Made,
            1 => OrderState::Approved,
            _ => OrderState::Refused,
        };
        all.push((body(&document)?, state));
        Ok(())
    })?;
    Ok(all)
}
