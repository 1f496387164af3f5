//! Settlements with who, when, where, and what each programme did. What a simulation settles again are [`super::claims`].

use super::column::{Value, column};
use super::entries::walk;
use super::out::Rows;
use super::{Table, Work};
use crate::formats::Kind;
use agency::Record;
use agency::record::PortionOut;
use anyhow::{Result, anyhow};
use kernel::{Date, Moment};
use std::collections::HashSet;
use store::{Entry, EntryKind, Id};

pub(super) const SETTLEMENTS: Table = Table {
    name: "settlements",
    zh: "结算",
    about_zh: "每笔结算（含零星报销）的每个待遇项目一行；部分号大于 1 的是同一笔的其余项目，整笔的金额只在第一行。撤销、冲正的列出而标明；重算更正不在其内，见 entries",
    about_en: "A row for every programme of every settlement, paper claims included; what is of the whole bill stands on the first row. Settlements taken back are listed and marked; corrections are not in it",
    columns: &[
        column("region", "统筹区", Kind::Text, "参保地六位代码"),
        column("entry", "结算编号", Kind::Text, ""),
        column("part", "部分号", Kind::Whole, "从 1 起"),
        column("undone", "已撤销", Kind::Flag, "已被撤销或冲正"),
        column("paper", "零星报销", Kind::Flag, ""),
        column("person", "人员编号", Kind::Text, ""),
        column("gender", "性别", Kind::Text, "1 男，2 女，0 未知，9 未说明"),
        column("born", "出生日期", Kind::Date, ""),
        column("age", "年龄", Kind::Whole, "就诊那天的周岁"),
        column("service_date", "就诊日期", Kind::Date, ""),
        column("settled_at", "结算时间", Kind::Moment, "结算所依据的时间"),
        column("status", "人员状态", Kind::Text, "active 在职，retired 退休"),
        column("plan", "参保类型", Kind::Text, ""),
        column("cohort", "人群", Kind::Text, ""),
        column("entitlement", "待遇状态", Kind::Text, ""),
        column("institution", "机构编号", Kind::Text, ""),
        column("venue", "机构类型", Kind::Text, "hospital、internet、pharmacy"),
        column("level", "结算等级", Kind::Text, "0 至 3"),
        column("place", "就医地", Kind::Text, "local、filed、referred……"),
        column("channel", "结算方式", Kind::Text, "direct、paper"),
        column("category", "医疗类别", Kind::Text, ""),
        column("disease", "病种", Kind::Text, ""),
        column("visit", "就诊编号", Kind::Text, ""),
        column("programme", "待遇项目", Kind::Text, "空着为没有项目收下"),
        column("in_scope", "范围内", Kind::Money, "这个项目的"),
        column("deductible", "起付", Kind::Money, "这个项目的"),
        column("pool", "统筹支付", Kind::Money, "这个项目的"),
        column("large_amount", "大额支付", Kind::Money, "这个项目的"),
        column("subsidy", "补助支付", Kind::Money, "这个项目的"),
        column("withheld", "不予支付原因", Kind::Text, ""),
        column("total", "总费用", Kind::Money, "整笔，只在第一行，下同"),
        column("full_self_pay", "全自费", Kind::Money, ""),
        column("over_ceiling", "超限价", Kind::Money, ""),
        column("first_pay", "先行自付", Kind::Money, ""),
        column("bill_in_scope", "整笔范围内", Kind::Money, ""),
        column("accounts", "账户支付", Kind::Money, "本人和亲属的"),
        column("cash", "现金", Kind::Money, ""),
        column("policy", "政策版本", Kind::Text, ""),
    ],
    by_time: true,
    write: settlements,
};

fn settlements(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    walk(work, &mut |page| {
        let (Some(first), Some(last)) = (page.first(), page.last()) else { return Ok(()) };
        let beyond = Id(last.id.0.saturating_add(1));
        let undone = work.store.undone(work.area, first.id, beyond)?;
        let undone: HashSet<Id> = undone.into_iter().map(|(entry, _)| entry).collect();
        let claims =
            |entry: &&Entry| matches!(entry.kind, EntryKind::Settlement | EntryKind::Reimbursement);
        for entry in page.iter().filter(claims) {
            one(entry, undone.contains(&entry.id), rows)?;
        }
        Ok(())
    })
}

fn one(entry: &Entry, undone: bool, rows: &mut Rows<'_>) -> Result<()> {
    let record: Record =
        serde_json::from_str(&entry.record).map_err(|error| anyhow!("{}: {error}", entry.id))?;
    let nothing = [PortionOut::default()];
    let portions = match &*record.decision.portions {
        [] => &nothing[..],
        some => some,
    };
    for (at, portion) in portions.iter().enumerate() {
        row(entry, undone, &record, (at, portion), rows)?;
    }
    Ok(())
}

fn row(
    entry: &Entry,
    undone: bool,
    record: &Record,
    (at, portion): (usize, &PortionOut),
    rows: &mut Rows<'_>,
) -> Result<()> {
    let Record { who, case, inputs, decision, .. } = record;
    let of_bill = |fen: i64| if at == 0 { Value::Money(fen) } else { Value::Empty };
    let born =
        Date::parse(if inputs.facts.born.is_empty() { &who.born } else { &inputs.facts.born });
    let service = Date::parse(&inputs.service);
    let age = service.zip(born).map(|(service, born)| service.age_of(born));
    let text = |text: &std::sync::Arc<str>| Value::Text(text.clone());
    let [pool, large, subsidy] = portion.funds;
    rows.row(&[
        Value::text(entry.key.area.to_string()),
        Value::text(entry.id.to_string()),
        Value::Whole(i64::try_from(at + 1).unwrap_or(i64::MAX)),
        Value::Flag(undone),
        Value::Flag(entry.kind == EntryKind::Reimbursement),
        text(&entry.key.person),
        text(&who.gender),
        Value::day(born),
        age.map_or(Value::Empty, |age| Value::Whole(age.into())),
        Value::day(service),
        Value::Moment(Moment(inputs.at)),
        text(&inputs.facts.status),
        text(&inputs.facts.plan),
        text(&inputs.facts.cohort),
        text(&inputs.facts.entitlement),
        text(&case.institution),
        text(&inputs.venue),
        text(&inputs.level),
        text(&inputs.place),
        text(&inputs.channel),
        text(&inputs.category),
        text(&inputs.disease),
        Value::text(entry.visit.to_string()),
        text(&portion.programme),
        Value::Money(portion.in_scope),
        Value::Money(portion.deductible),
        Value::Money(pool),
        Value::Money(large),
        Value::Money(subsidy),
        portion.withheld.as_ref().map_or(Value::Empty, text),
        of_bill(decision.total),
        of_bill(decision.full_self_pay),
        of_bill(decision.over_ceiling),
        of_bill(decision.first_pay),
        of_bill(decision.in_scope),
        of_bill(decision.account_payment()),
        of_bill(decision.cash),
        text(&inputs.policy),
    ])
}
