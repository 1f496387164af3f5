//! Entries with their postings, a posting a row.

use super::column::{Value, column};
use super::out::Rows;
use super::{Table, Work};
use crate::formats::Kind;
use agency::ledger::Head;
use agency::replay::name;
use anyhow::Result;
use store::{Entry, Id};

/// Entries read at a time.
const PAGE: usize = 1_000;

pub(super) const ENTRIES: Table = Table {
    name: "entries",
    zh: "记账",
    about_zh: "每条分录一行，没有分录的记账也占一行；借方为正，一笔的分录合计为零。总额等四列是整笔的，只在第一行",
    about_en: "A posting a row, debits positive; those of an entry sum to zero. The amounts of the bill stand on the first row of an entry only",
    columns: &[
        column("region", "统筹区", Kind::Text, "六位代码"),
        column("entry", "记账编号", Kind::Text, "按时间排列"),
        column("at", "记账时间", Kind::Moment, ""),
        column("kind", "种类", Kind::Text, "中文"),
        column("kind_en", "种类（英文）", Kind::Text, ""),
        column("person", "人员编号", Kind::Text, "或单位、机构编号；FUND 为基金本身"),
        column("institution", "机构编号", Kind::Text, ""),
        column("year", "年度", Kind::Whole, "参保年度"),
        column("clearing", "清算类别", Kind::Text, ""),
        column("undoes", "所撤销的记账", Kind::Text, ""),
        column("number", "分录序号", Kind::Whole, "从 1 起；空着为没有分录"),
        column("head", "科目", Kind::Whole, ""),
        column("head_name", "科目名称", Kind::Text, "中文"),
        column("party", "对象", Kind::Text, "人员、机构或用途"),
        column("amount", "金额", Kind::Money, "借方为正"),
        column("total", "医疗费总额", Kind::Money, "整笔，只在第一行，下同"),
        column("funds", "基金支付", Kind::Money, ""),
        column("accounts", "账户支付", Kind::Money, ""),
        column("cash", "现金", Kind::Money, ""),
    ],
    by_time: true,
    write: entries,
};

/// Every entry of the span, a page at a time.
pub(super) fn walk(work: &Work<'_>, take: &mut dyn FnMut(&[Entry]) -> Result<()>) -> Result<()> {
    let (from, to) = work.span;
    // The store gives what lies behind an id; the first of a span is included.
    let mut after = if from == Id::MIN { from } else { Id(from.0 - 1) };
    loop {
        let page = work.store.entries(work.area, after, to, PAGE)?;
        take(&page)?;
        match page.last() {
            Some(last) if page.len() == PAGE => after = last.id,
            _ => return Ok(()),
        }
    }
}

fn entries(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    walk(work, &mut |page| page.iter().try_for_each(|entry| one(entry, rows)))
}

fn one(entry: &Entry, rows: &mut Rows<'_>) -> Result<()> {
    let (zh, en) = name(entry.kind);
    let lines = entry.postings.len().max(1);
    for at in 0..lines {
        let posting = entry.postings.get(at);
        let head = posting.and_then(|it| Head::from_number(it.account));
        let money = |fen: kernel::Fen| match at {
            0 => Value::Money(fen.get()),
            _ => Value::Empty,
        };
        let number = i64::try_from(at + 1).unwrap_or(i64::MAX);
        rows.row(&[
            Value::text(entry.key.area.to_string()),
            Value::text(entry.id.to_string()),
            Value::Moment(entry.id.moment()),
            Value::text(zh),
            Value::text(en),
            Value::Text(entry.key.person.clone()),
            Value::Text(entry.institution.clone()),
            Value::Whole(entry.year.into()),
            Value::Text(entry.clearing.clone()),
            if entry.undoes == Id::MIN {
                Value::Empty
            } else {
                Value::text(entry.undoes.to_string())
            },
            posting.map_or(Value::Empty, |_| Value::Whole(number)),
            posting.map_or(Value::Empty, |it| Value::Whole(it.account.into())),
            Value::text(head.map_or("", Head::zh)),
            posting.map_or(Value::Empty, |it| Value::Text(it.party.clone())),
            posting.map_or(Value::Empty, |it| Value::Money(it.amount.get())),
            money(entry.total),
            money(entry.funds),
            money(entry.accounts),
            money(entry.cash),
        ])?;
    }
    Ok(())
}
