//! People, and what their accounts hold.

use super::column::{Value, column};
use super::out::Rows;
use super::{Table, Work};
use crate::formats::Kind;
use agency::facts::{self, PersonDetail};
use anyhow::Result;
use std::sync::Arc;
use store::{PersonFile, Wants};

/// People read at a time.
const PAGE: usize = 1_000;

pub(super) const PEOPLE: Table = Table {
    name: "people",
    zh: "参保人",
    about_zh: "每人一行；前面的列与导入的 people 表相同（没有社会保障卡号），后面是今天的状态，导入时不看",
    about_en: "A person a row: the columns of the imported table but for the card, then how they stand today",
    columns: &[
        column("region", "统筹区", Kind::Text, "六位代码"),
        column("person", "人员编号", Kind::Text, ""),
        column("name", "姓名", Kind::Text, ""),
        column("cert_type", "证件类型", Kind::Text, "国家字典"),
        column("cert_no", "证件号码", Kind::Text, ""),
        column("gender", "性别", Kind::Text, "1 男，2 女，0 未知，9 未说明"),
        column("born", "出生日期", Kind::Date, ""),
        column("nation", "民族", Kind::Text, "国家字典"),
        column("civil_servant", "公务员", Kind::Flag, ""),
        column("employer", "单位名称", Kind::Text, ""),
        column("plan", "参保类型", Kind::Text, "今天的，空着为没有登记"),
        column("entitlement", "待遇状态", Kind::Text, "今天的"),
        column("retired_on", "退休日期", Kind::Date, ""),
        column("died_on", "死亡日期", Kind::Date, ""),
    ],
    by_time: false,
    write: people,
};

pub(super) const ACCOUNTS: Table = Table {
    name: "accounts",
    zh: "个人账户",
    about_zh: "每个参保人的账户一行，此刻的余额",
    about_en: "The account of every person a row, as it stands now",
    columns: &[
        column("region", "统筹区", Kind::Text, "六位代码"),
        column("person", "人员编号", Kind::Text, ""),
        column("year", "年度", Kind::Whole, "当年资金所属的年度；已跨年而未结转的仍是旧年度"),
        column("current", "当年资金", Kind::Money, ""),
        column("earlier", "历年资金", Kind::Money, ""),
        column("balance", "余额", Kind::Money, "两者合计"),
        column("last", "最后一笔", Kind::Text, "记账编号，空着为没有记过账"),
    ],
    by_time: false,
    write: accounts,
};

/// Every person of the area, in order.
fn walk(work: &Work<'_>, take: &mut dyn FnMut(Vec<PersonFile>) -> Result<()>) -> Result<()> {
    let mut after: Arc<str> = Arc::default();
    loop {
        let files = work.store.people(work.area, &after, "", PAGE)?;
        let full = files.len() == PAGE;
        if let Some(last) = files.last() {
            after = last.person.key.person.clone();
        }
        take(files)?;
        if !full {
            return Ok(());
        }
    }
}

fn people(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    let (today, now) = (work.now.date(), work.now);
    walk(work, &mut |files| {
        for file in files {
            let person = &file.person;
            let detail: PersonDetail = serde_json::from_str(&person.detail).unwrap_or_default();
            let plan = facts::newest(&file, facts::PLAN, today, now);
            rows.row(&[
                Value::text(person.key.area.to_string()),
                Value::Text(person.key.person.clone()),
                Value::Text(person.name.clone()),
                Value::Text(person.cert_type.clone()),
                Value::Text(person.cert_no.clone()),
                Value::Text(person.gender.clone()),
                Value::day(person.born),
                Value::Text(detail.nation),
                Value::Flag(detail.civil_servant),
                Value::Text(detail.employer),
                Value::Text(plan.map_or_else(Arc::default, |plan| plan.other.clone())),
                Value::text(facts::entitlement(&file, today, now).code()),
                Value::day(facts::retired_on(&file, now)),
                Value::day(facts::death(&file, now)),
            ])?;
        }
        Ok(())
    })
}

fn accounts(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    walk(work, &mut |files| {
        let keys = files.iter().map(|file| file.person.key.clone());
        let wants = Wants { people: keys.clone().collect(), ..Wants::default() };
        let found = work.store.read(&wants)?;
        for key in keys {
            let Some(account) = found.accounts.get(&key) else { continue };
            let last = account.last;
            rows.row(&[
                Value::text(key.area.to_string()),
                Value::Text(key.person),
                Value::Whole(account.year.into()),
                Value::Money(account.current.get()),
                Value::Money(account.earlier.get()),
                Value::Money((account.current + account.earlier).get()),
                if last == store::Id::MIN { Value::Empty } else { Value::text(last.to_string()) },
            ])?;
        }
        Ok(())
    })
}
