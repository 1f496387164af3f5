//! The money of the pool that a reserve is worked out from: as typed, or of a year of the books.

use super::super::books::BooksArgs;
use crate::books::place::{law_ever, now};
use crate::clearing::office::refused;
use crate::lang::Lang;
use crate::source::Source;
use ::simulate::seek::reserve::Standing;
use agency::funds::{FundKind, Report};
use agency::regions::Regions;
use anyhow::{Result, anyhow, bail};
use kernel::{Fen, Month};
use store::{Area, Store};

/// The figures, and where they are from. All amounts in fen.
pub(super) enum Figures {
    /// Typed.
    Typed { balance: i64, income: Option<i64> },
    /// Of an area's books of a year; place and area as they are said.
    Books { place: String, area: String, year: i32, balance: i64, spent: i64, months: u16 },
}

/// The figures as typed, in yuan.
pub(super) fn typed(balance: &str, income: Option<&str>, lang: Lang) -> Result<Figures> {
    let yuan = |option: &str, text: &str| {
        Fen::parse_yuan(text).map(Fen::get).map_err(|error| {
            let right = lang.pick("写成元，如 1200000000.00", "write yuan, e.g. 1200000000.00");
            anyhow!("{option} {text}: {error}; {right}")
        })
    };
    let income = income.map(|income| yuan("--income", income)).transpose()?;
    Ok(Figures::Typed { balance: yuan("--balance", balance)?, income })
}

/// What the books hold of the pool at the end of a year, as `gongji funds income` reports it.
///
/// # Errors
/// A year that is not over, of which there are no books, or in which the pool spent nothing.
pub(super) fn booked(books: &BooksArgs, source: &Source) -> Result<Figures> {
    let lang = source.lang();
    let today = now().date();
    let Some(year) = books.year else {
        let (zh, en) = (
            "可支付月数取自账务库时，用 --year 写明哪一年（已过完的），或用 --balance 键入结余",
            "a reserve from the books needs --year, one that is over; or type the balance with --balance",
        );
        bail!("{}", lang.pick(zh, en));
    };
    let december = Month::new(year, 12).filter(|month| month.last_day() < today);
    let Some(december) = december else {
        let words = lang.choose(
            || format!("--year {year}：可支付月数要用已过完的年度，今天是 {today}"),
            || format!("--year {year}: a reserve needs a year that is over; today is {today}"),
        );
        bail!("{words}");
    };
    let (store, area) = books.opened(source)?;
    let store = &*store;
    let regions = law_ever(source, store)?;
    let report = Report::read(store, &regions, area, december, now());
    let report = report.map_err(|why| refused(&why, lang))?;
    let name = books.name();
    let months = report.months_of_year();
    if months == 0 {
        let first = first_month(store, area, &regions).map_or_else(
            || lang.pick("一笔账也没有", "there are no entries at all").to_string(),
            |first| {
                lang.choose(|| format!("账从 {first} 起"), || format!("books begin in {first}"))
            },
        );
        let words = lang.choose(
            || format!("{name}：{area} 在 {year} 年没有账，{first}"),
            || format!("{name}: {area} has no books of {year}; {first}"),
        );
        bail!("{words}");
    }
    let income = report.income(FundKind::Pool);
    let spent = income.expense.year;
    if spent <= 0 {
        let amount = Fen::new(spent);
        let words = lang.choose(
            || format!("{name}：{area} 在 {year} 年统筹基金支出合计 {amount} 元，算不出可支付月数；换一年，或用 --balance 键入结余"),
            || format!("{name}: in {year} the pool of {area} spent {amount} yuan: there is no reserve; take another year, or type --balance"),
        );
        bail!("{words}");
    }
    let area = format!("{area} {}", report.area_name());
    Ok(Figures::Books { place: name, area, year, balance: income.balance, spent, months })
}

fn first_month(store: &dyn Store, area: Area, regions: &Regions) -> Option<Month> {
    let today = now();
    Report::read(store, regions, area, today.date().month(), today).ok()?.first_month()
}

impl Figures {
    /// As candidates are measured by it.
    pub(super) fn standing(&self) -> Standing {
        match *self {
            Figures::Typed { balance, income } => Standing::Stated { balance, income },
            Figures::Books { balance, spent, months, .. } => {
                Standing::Booked { balance, spent, months }
            }
        }
    }

    /// Refuses claims of other months than the year of the books: what candidates pay more is added to what was spent in it.
    ///
    /// # Errors
    /// Such claims.
    pub(super) fn check(&self, months: Option<(Month, Month)>, lang: Lang) -> Result<()> {
        let (Figures::Books { year, .. }, Some((first, last))) = (self, months) else {
            return Ok(());
        };
        let of = |month: Month| month.first_day().ymd().0 == *year;
        if of(first) && of(last) {
            return Ok(());
        }
        let words = lang.choose(
            || format!("单据从 {first} 到 {last}，账务库的结余和支出是 {year} 年的：单据应都是这一年的，或用 --balance 键入结余"),
            || format!("claims are of {first} to {last}, balance and spending of the books are of {year}: take claims of that year, or type --balance"),
        );
        bail!("{words}")
    }

    /// What is odd about claims beside the books: under the policy in force the pool pays more for them than it spent.
    pub(super) fn remark(&self, paid: i64, lang: Lang) -> Option<String> {
        let Figures::Books { spent, .. } = self else { return None };
        if paid <= *spent {
            return None;
        }
        let (paid, spent) = (Fen::new(paid), Fen::new(*spent));
        Some(lang.choose(
            || format!("注意：现行政策下这些单据的统筹支付 {paid} 元，多于账上全年的支出 {spent} 元；单据与账务库可能不是同一地区、同一年的"),
            || format!("note: under the policy in force the pool pays {paid} yuan for these claims, more than the {spent} the books have spent in the year: are they of the same area and year?"),
        ))
    }

    /// What they are and where they are from, in a line.
    pub(super) fn told(&self, lang: Lang) -> String {
        match self {
            Figures::Typed { balance, income: None } => {
                let balance = Fen::new(*balance);
                lang.choose(
                    || format!("可支付月数用键入的数：统筹累计结余 {balance} 元"),
                    || format!("reserve from figures as typed: balance of the pool {balance} yuan"),
                )
            }
            Figures::Typed { balance, income: Some(income) } => {
                let (balance, income) = (Fen::new(*balance), Fen::new(*income));
                lang.choose(
                    || format!("可支付月数用键入的数：统筹年初结余 {balance} 元，全年收入 {income} 元"),
                    || format!("reserve from figures as typed: balance of the pool before the year {balance}, income {income} yuan"),
                )
            }
            Figures::Books { place, area, year, balance, spent, months } => {
                let (balance, spent) = (Fen::new(*balance), Fen::new(*spent));
                lang.choose(
                    || format!("可支付月数用账务库的数（{place}，{area}，{year} 年，{months} 个月）：统筹累计结余 {balance} 元，支出 {spent} 元；比现行多付的从结余里减、加进支出"),
                    || format!("reserve from the books ({place}, {area}, {year}, {months} months): balance of the pool {balance}, spent {spent} yuan; what is paid beyond the policy in force is taken from the one and added to the other"),
                )
            }
        }
    }
}
