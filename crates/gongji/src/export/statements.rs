//! Statements of institutions.

use super::column::{Value, column};
use super::out::Rows;
use super::{Table, Work};
use crate::formats::Kind;
use agency::clearing::Statement;
use agency::documents::STATEMENT;
use anyhow::{Result, anyhow};
use std::sync::Arc;

/// Documents read at a time.
const PAGE: usize = 500;

pub(super) const STATEMENTS: Table = Table {
    name: "statements",
    zh: "结算单",
    about_zh: "每家机构每个月（年终清算为年度）的结算单一行",
    about_en: "A statement of an institution a row, of a month or, at the end, of a year",
    columns: &[
        column("region", "统筹区", Kind::Text, "六位代码"),
        column("institution", "机构编号", Kind::Text, ""),
        column("name", "机构名称", Kind::Text, ""),
        column("period", "期间", Kind::Text, "YYYY-MM，年终清算为 YYYY"),
        column("number", "结算单号", Kind::Text, ""),
        column("state", "状态", Kind::Text, "中文"),
        column("visits", "人次", Kind::Whole, ""),
        column("total", "医疗费总额", Kind::Money, ""),
        column("pool", "统筹支付", Kind::Money, ""),
        column("large_amount", "大额支付", Kind::Money, ""),
        column("subsidy", "补助支付", Kind::Money, ""),
        column("accounts", "账户支付", Kind::Money, ""),
        column("cash", "现金", Kind::Money, ""),
        column("deducted", "审核扣款", Kind::Money, ""),
        column("deposit", "质量保证金", Kind::Money, ""),
        column("capitation", "按人头调整", Kind::Money, ""),
        column("brought", "上期结转", Kind::Money, ""),
        column("payable", "应拨付", Kind::Money, ""),
        column("order", "拨付单", Kind::Text, "批次"),
        column("paid", "拨付时间", Kind::Text, "空着为未拨付"),
    ],
    by_time: false,
    write: statements,
};

fn statements(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let page = work.store.documents(work.area, STATEMENT, "", (&after.0, &after.1), PAGE)?;
        for document in &page {
            let read = Statement::read(document).map_err(|refused| anyhow!("{refused}"))?;
            let (statement, state) = read;
            let sum = statement.sum();
            rows.row(&[
                Value::text(work.area.to_string()),
                Value::Text(statement.institution.clone()),
                Value::Text(statement.name.clone()),
                Value::Text(statement.period.clone()),
                Value::Text(statement.number.clone()),
                Value::text(state.zh()),
                Value::Whole(sum.count),
                Value::Money(sum.total),
                Value::Money(sum.pool),
                Value::Money(sum.large),
                Value::Money(sum.subsidy),
                Value::Money(sum.accounts),
                Value::Money(sum.cash),
                Value::Money(statement.deducted()),
                Value::Money(statement.deposit),
                Value::Money(statement.capitation),
                Value::Money(statement.brought),
                Value::Money(statement.payable),
                Value::Text(statement.order.clone()),
                Value::Text(statement.paid.clone()),
            ])?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                after = (last.key.owner.clone(), last.key.number.clone());
            }
            _ => return Ok(()),
        }
    }
}
