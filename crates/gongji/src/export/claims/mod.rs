//! Settlements as claims to be settled again under another policy: the columns that `gongji simulate` reads, person by
//! person in the order of entry, and beside them what the books hold.

mod history;
mod rows;

pub(crate) use history::{Booked, Untold};

use super::column::column;
use super::out::Rows;
use super::{Table, Work};
use crate::formats::Kind;
use anyhow::Result;
use history::{History, What};
use kernel::{Date, Month};
use std::collections::HashSet;
use std::sync::Arc;
use store::{Area, Id, Span, Store};

/// People read at a time.
const PAGE: usize = 500;

pub(super) const CLAIMS: Table = Table {
    name: "claims",
    zh: "单据",
    about_zh: "供模拟用：每笔结算（含购药、零星报销）按情形取自当时的记录，更正过的取最后一次；要分开看的费用各占一行。退费、冲正是冲销行，外部累计是限额使用行。列与 docs/guide/simulate.md 相同；booked_ 开头的是账务库里的结果，模拟不读",
    about_en: "For simulation: every settlement, purchases and paper claims included, as it was decided or last corrected, a row for each part that rules may treat apart; undos and reversals, and limits used elsewhere, are rows of their own. What begins with booked_ is what the books hold, and is not read by a simulation",
    columns: &[
        column("person", "人员编号", Kind::Text, ""),
        column("settled_at", "记账时间", Kind::Moment, "决定先后"),
        column("service_date", "服务日期", Kind::Date, "冲销行为原结算的"),
        column("serial", "序号", Kind::Whole, "这个人的记账中的先后"),
        column("bill", "结算编号", Kind::Text, ""),
        column("reverses", "冲销的结算", Kind::Text, ""),
        column("in_scope", "政策范围内", Kind::Money, "这一部分的；限额使用行为用了多少"),
        column("full_self_pay", "全自费", Kind::Money, "整笔，只在第一行，下同"),
        column("over_ceiling", "超限价", Kind::Money, ""),
        column("first_pay", "先行自付", Kind::Money, ""),
        column("status", "人员状态", Kind::Text, "结算时认定的"),
        column("plan", "参保类型", Kind::Text, ""),
        column("plans_held", "参加过的类型", Kind::Text, "本年度，分号隔开"),
        column("cohort", "人群", Kind::Text, ""),
        column("born", "出生日期", Kind::Date, ""),
        column("enrolled_on", "首次参保", Kind::Date, ""),
        column("level", "结算等级", Kind::Text, "0 至 3"),
        column("venue", "机构类型", Kind::Text, "hospital、internet、pharmacy"),
        column("place", "就医地", Kind::Text, ""),
        column("channel", "结算方式", Kind::Text, "direct、paper"),
        column("category", "医疗类别", Kind::Text, ""),
        column("disease", "病种", Kind::Text, ""),
        column("filings", "已备案病种", Kind::Text, "分号隔开，下同"),
        column("two_disease", "只备案两病的", Kind::Text, ""),
        column("chosen", "本人定点", Kind::Flag, ""),
        column("chosen_for", "病种定点", Kind::Text, ""),
        column("contract", "家医签约", Kind::Flag, ""),
        column("designated", "定点", Kind::Flag, ""),
        column("capabilities", "药店协议", Kind::Text, "没有任何一项为 none"),
        column("entitlement", "待遇状态", Kind::Text, ""),
        column("admission", "住院状态", Kind::Text, ""),
        column("prescription_level", "处方机构等级", Kind::Text, "空着为没有处方"),
        column("prescription_designated", "处方机构定点", Kind::Flag, ""),
        column("submitted", "递交日期", Kind::Text, "零星报销：决定是否逾期"),
        column("item", "项目", Kind::Text, "政策点名的项目，其余空着"),
        column("flags", "待遇标志", Kind::Text, ""),
        column("line_disease", "费用的病种", Kind::Text, ""),
        column("institution", "机构编号", Kind::Text, "不在名录的为票据上的名称"),
        column("visit", "就诊编号", Kind::Text, ""),
        column("account_current", "账户当年余额", Kind::Money, "结算前"),
        column("account_earlier", "账户历年余额", Kind::Money, "结算前"),
        column("used_limit", "限额", Kind::Text, "这一行是别处用掉的共用限额"),
        column(
            "booked_pool",
            "统筹支付",
            Kind::Money,
            "账务库里的，含更正；整笔，只在第一行，下同",
        ),
        column("booked_large_amount", "大额支付", Kind::Money, ""),
        column("booked_subsidy", "补助支付", Kind::Money, ""),
        column("booked_deductible", "起付", Kind::Money, ""),
        column("booked_accounts", "账户支付", Kind::Money, "本人和亲属的"),
        column("booked_cash", "现金", Kind::Money, ""),
    ],
    by_time: false,
    write: claims,
};

/// Which claims of the books.
pub(crate) struct Wanted<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) area: Area,
    /// Benefit year; none: all.
    pub(crate) year: Option<i32>,
    /// Items that rules name.
    pub(crate) items: HashSet<Arc<str>>,
}

/// What the books hold of a person, beside the claims.
pub(crate) struct Held<'a> {
    pub(crate) person: &'a Arc<str>,
    /// By month of service.
    pub(crate) booked: Vec<(Month, Booked)>,
    /// Versions of policies with a day each on which they decided.
    pub(crate) versions: Vec<(Arc<str>, Date)>,
    pub(crate) untold: &'a [Untold],
}

impl Wanted<'_> {
    /// Writes the claims, person by person. `look` hears what the books hold of each person who has any.
    pub(in crate::export) fn write(
        &self,
        rows: &mut Rows<'_>,
        look: &mut dyn FnMut(Held<'_>),
    ) -> Result<()> {
        let people = self.store.marks(self.area, 1)?;
        let (first, last) = self.year.map_or((0, 9_999), |year| (year, year));
        for page in people.chunks(PAGE) {
            let span =
                |person: &Arc<str>| Span { person: person.clone(), from: Id::MIN, first, last };
            let spans: Vec<Span> = page.iter().map(span).collect();
            let entered = self.store.entered(self.area, &spans)?;
            for (person, found) in page.iter().zip(entered) {
                let Some((_, entries)) = found.filter(|(_, entries)| !entries.is_empty()) else {
                    continue;
                };
                self.person(person, &history::history(&entries)?, rows, look)?;
            }
        }
        Ok(())
    }

    fn person(
        &self,
        person: &Arc<str>,
        history: &History,
        rows: &mut Rows<'_>,
        look: &mut dyn FnMut(Held<'_>),
    ) -> Result<()> {
        for event in &history.events {
            for line in rows::lines(person, event, &self.items) {
                rows.row(&line.values())?;
            }
        }
        if !history.events.is_empty() {
            look(held(person, history));
        }
        Ok(())
    }
}

fn held<'a>(person: &'a Arc<str>, history: &'a History) -> Held<'a> {
    let mut held =
        Held { person, booked: Vec::new(), versions: Vec::new(), untold: &history.untold };
    for event in &history.events {
        let (day, booked) = match &event.what {
            What::Settled(settled, booked) => {
                let Some(day) = Date::parse(&settled.inputs.service) else { continue };
                let version = (settled.inputs.policy.clone(), day);
                if !held.versions.contains(&version) {
                    held.versions.push(version);
                }
                (day, booked)
            }
            What::TakenBack(_, day, booked) => (*day, booked),
            What::Used(..) => continue,
        };
        let month = day.month();
        match held.booked.iter_mut().find(|(known, _)| *known == month) {
            Some((_, sum)) => sum.add(booked.funds, booked.deductible),
            None => held.booked.push((month, *booked)),
        }
    }
    held
}

fn claims(work: &Work<'_>, rows: &mut Rows<'_>) -> Result<()> {
    let wanted =
        Wanted { store: work.store, area: work.area, year: work.year, items: work.items.clone() };
    wanted.write(rows, &mut |_| {})
}
