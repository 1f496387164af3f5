//! What was simulated, held against what the books hold: person by person, month by month.

use super::books::{Books, Person};
use super::sheet::{Sheet, Value};
use super::show;
use crate::export::{Booked, Untold};
use crate::formats::Kind;
use crate::lang::Lang;
use ::simulate::{Claims, Outcome, PersonName, Result, Rows};
use kernel::{Date, Fund, Month, Timeline};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Mutex;

/// Where the first policy comes to something else than the books hold.
pub(super) struct Difference {
    person: String,
    month: Month,
    booked: Booked,
    simulated: Booked,
    /// Why it may be.
    untold: Vec<Untold>,
}

/// What the comparison came to.
#[derive(Default)]
pub(super) struct Found {
    people: usize,
    booked: Booked,
    differences: Vec<Difference>,
}

/// The books, and what has been found so far.
pub(super) struct Against<'a> {
    books: &'a Books,
    timeline: &'a Timeline,
    found: Mutex<Found>,
}

impl<'a> Against<'a> {
    /// Nothing has been compared yet.
    pub(super) fn new(books: &'a Books, timeline: &'a Timeline) -> Against<'a> {
        Against { books, timeline, found: Mutex::default() }
    }

    /// What was found, by person and month.
    pub(super) fn found(self) -> Found {
        let mut found = self.found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.differences.sort_by(|a, b| (&a.person, a.month).cmp(&(&b.person, b.month)));
        found
    }

    fn person(&self, name: &str, mut months: BTreeMap<Month, Booked>, found: &mut Found) {
        let held: Option<&Person> = self.books.people.get(name);
        found.people += 1;
        let mut booked: BTreeMap<Month, Booked> = BTreeMap::new();
        for (month, sum) in held.iter().flat_map(|person| &person.booked) {
            booked.insert(*month, *sum);
            months.entry(*month).or_default();
            found.booked.add(sum.funds, sum.deductible);
        }
        for (month, simulated) in months {
            let booked = booked.get(&month).copied().unwrap_or_default();
            if booked != simulated {
                let untold = held.map(|person| person.untold(self.timeline)).unwrap_or_default();
                let person = name.to_owned();
                found.differences.push(Difference { person, month, booked, simulated, untold });
            }
        }
    }
}

impl Rows for &Against<'_> {
    fn take(&mut self, claims: &Claims, people: Range<usize>, outcomes: &[Outcome]) -> Result<()> {
        let Some(outcome) = outcomes.first() else { return Ok(()) };
        let base = claims.first.get(people.start).map_or(0, |first| *first as usize);
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for person in people {
            let mut months: BTreeMap<Month, Booked> = BTreeMap::new();
            for row in claims.rows_of(person) {
                let of = |column: &[i64]| column.get(row - base).copied().unwrap_or(0);
                let funds = std::array::from_fn(|fund| of(&outcome.funds[fund]));
                let month = Date::from_days(claims.service(row)).month();
                months.entry(month).or_default().add(funds, of(&outcome.deductible));
            }
            let name = match &claims.people[person] {
                PersonName::Number(number) => number.to_string(),
                PersonName::Text(text) => text.to_string(),
            };
            self.person(&name, months, &mut found);
        }
        Ok(())
    }

    fn finish(self) -> Result<()> {
        Ok(())
    }
}

impl Found {
    /// True if every difference has a reason that is known.
    pub(super) fn explained(&self) -> bool {
        self.differences.iter().all(|difference| !difference.untold.is_empty())
    }

    /// Prints it: at most so many differences.
    pub(super) fn print(&self, most: usize, lang: Lang, out: &mut dyn Write) -> anyhow::Result<()> {
        writeln!(out, "\n{}", lang.pick("A 与账务库核对", "A beside the books"))?;
        let Found { people, booked, differences } = self;
        let yuan = |fen: i64| kernel::Fen::new(fen);
        let paid = Fund::ALL.iter().zip(booked.funds);
        let paid: Vec<String> = paid
            .map(|(fund, fen)| format!("{} {}", lang.pick(fund.zh(), fund.en()), yuan(fen)))
            .collect();
        let (paid, deductible) = (paid.join(lang.pick("，", ", ")), yuan(booked.deductible));
        let words = lang.choose(
            || format!("账务库：{people} 人，{paid}，起付 {deductible}（元）"),
            || format!("books: {people} people, {paid}, deductible {deductible} (yuan)"),
        );
        writeln!(out, "{words}")?;
        if differences.is_empty() {
            let words = lang.pick("逐人逐月一致", "the same, person by person and month by month");
            writeln!(out, "{words}")?;
            return Ok(());
        }
        let count = differences.len();
        let words = lang.choose(
            || format!("不一致 {count} 处（人 × 月）："),
            || format!("{count} differences (person × month):"),
        );
        writeln!(out, "{words}")?;
        let mut sheet = Sheet::new([
            (lang.pick("人员", "person"), Kind::Text),
            (lang.pick("月", "month"), Kind::Text),
            (lang.pick("账务库基金", "funds, books"), Kind::Money),
            (lang.pick("模拟基金", "simulated"), Kind::Money),
            (lang.pick("账务库起付", "deductible, books"), Kind::Money),
            (lang.pick("模拟起付", "simulated "), Kind::Money),
            (lang.pick("原因", "why"), Kind::Text),
        ]);
        for difference in differences.iter().take(most) {
            let Difference { person, month, booked, simulated, untold } = difference;
            let why: Vec<&str> = untold.iter().map(|untold| why(*untold, lang)).collect();
            let why = if why.is_empty() { unknown(lang) } else { why.join("；") };
            sheet.rows.push(vec![
                Value::Text(person.clone()),
                Value::Text(month.to_string()),
                Value::Money(booked.funds.iter().sum()),
                Value::Money(simulated.funds.iter().sum()),
                Value::Money(booked.deductible),
                Value::Money(simulated.deductible),
                Value::Text(why),
            ]);
        }
        show::print(&sheet, out)
    }
}

fn unknown(lang: Lang) -> String {
    lang.pick("不明；用 gongji replay --person 查", "unknown; look with gongji replay --person")
        .to_owned()
}

fn why(untold: Untold, lang: Lang) -> &'static str {
    match untold {
        Untold::OtherPolicy => lang.pick(
            "结算所用的政策版本与 A 不同",
            "settled under another version of the policy than A",
        ),
        Untold::Reinstated => lang.pick(
            "退费被冲正：其间的结算当时没有算进那张单据",
            "an undo was taken back: settlements in between did not count that claim",
        ),
        Untold::CorrectedAround => lang.pick(
            "有退费之后的重算更正：退掉的单据在账务库里不重算",
            "corrected after claims were taken back: those are not decided again in the books",
        ),
        Untold::OtherUse => lang.pick(
            "外部累计减少过，或不是年度限额",
            "use elsewhere went down, or is of no limit of the year",
        ),
        Untold::ByHand => lang.pick("人工调整过累计", "accumulators were corrected by hand"),
    }
}
