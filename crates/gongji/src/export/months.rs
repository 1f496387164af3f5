//! Months of contributions.

use super::column::{Value, column};
use super::out::Rows;
use super::{Table, Work};
use crate::formats::Kind;
use agency::documents::MONTH;
use agency::months::PersonMonth;
use anyhow::{Result, anyhow};
use std::sync::Arc;

/// Documents read at a time.
const PAGE: usize = 2_000;

pub(super) const MONTHS: Table = Table {
    name: "months",
    zh: "缴费月",
    about_zh: "每人每月一行；列与导入的 contributions 表相同，多一列已划入个人账户的金额。只被划入作业看过、没有申报的月份不列",
    about_en: "A month of a person a row: the columns of the imported table contributions, and what was credited. Months that nobody declared are left out",
    columns: &[
        column("region", "统筹区", Kind::Text, "六位代码"),
        column("employer", "单位编号", Kind::Text, "空着为个人参保"),
        column("person", "人员编号", Kind::Text, ""),
        column("month", "缴费月", Kind::Text, "如 2024-03"),
        column("plan", "参保类型", Kind::Text, ""),
        column("base", "缴费基数", Kind::Money, ""),
        column("employer_share", "单位缴费", Kind::Money, "归统筹基金的部分"),
        column("own_share", "个人缴费", Kind::Money, "归个人账户的部分"),
        column("large_amount", "大额保费", Kind::Money, ""),
        column("paid_on", "到账日", Kind::Date, "空着为未到账"),
        column("credited", "已划入", Kind::Money, "至今为这个月划入个人账户的金额；导入时不看"),
    ],
    by_time: false,
    write: months,
};

fn months(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let page = work.store.documents(work.area, MONTH, "", (&after.0, &after.1), PAGE)?;
        for document in &page {
            let read = PersonMonth::read(document).map_err(|refused| anyhow!("{refused}"))?;
            let (month, said) = read;
            if !said.is_declared() {
                continue;
            }
            rows.row(&[
                Value::text(work.area.to_string()),
                Value::Text(said.employer),
                Value::Text(document.key.owner.clone()),
                Value::text(month.to_string()),
                Value::Text(said.plan),
                Value::Money(said.base),
                Value::Money(said.employer_share),
                Value::Money(said.own_share),
                Value::Money(said.large_amount),
                Value::day_of(&said.paid_on),
                Value::Money(said.credited),
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
