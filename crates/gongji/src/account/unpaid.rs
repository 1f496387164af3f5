//! `gongji account unpaid`: large-amount premiums that have not arrived; the file that `account premiums` takes them from accounts by.

use super::desk::{self, Kept};
use crate::books::Place;
use crate::clearing::office::{month, refused};
use crate::formats::Kind;
use crate::lang::Lang;
use crate::source::Source;
use agency::enrolment::{Unpaid, unpaid};
use anyhow::{Result, bail};
use kernel::Fen;
use kernel::account::Purpose;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 大额医疗互助保费欠缴名单 / large-amount premiums that are unpaid
///
/// 已申报而没有到账的大额保费，扣去已从账户缴的；从账户缴了一部分的账单，列未缴的。`--out` 写成的 CSV、XLSX 可直接交给
/// `gongji account premiums` 从账户扣缴。
///
/// Premiums that were declared and have not arrived, less what accounts paid of them. What `--out` writes is what
/// `gongji account premiums` reads.
///
/// 退出码 / exit codes: 0 没有欠缴 / none; 1 有欠缴 / some; 2 用法或账务库有误 / wrong usage or books.
#[derive(clap::Args, Clone, Debug)]
pub struct UnpaidArgs {
    /// Where the books are.
    #[command(flatten)]
    place: Place,
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    region: String,
    /// 到哪个缴费月为止，缺省为上个月 / up to which month; the last one if not given
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<String>,
    /// 只列这个单位申报的；个人参保的写 - / only what this employer declared; - for people by themselves
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    employer: Option<String>,
    /// 名单写入文件，格式由扩展名定 / write the list to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// A month that has not begun, books that cannot be opened, a file that cannot be written.
pub(super) fn run(args: &UnpaidArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let this = crate::books::place::now().date().month();
    let to = match &args.month {
        Some(text) => month(text, lang)?,
        None => this.plus(-1),
    };
    if to > this {
        let words = lang.pick("还没有到，不算欠缴", "has not begun: nothing of it is unpaid yet");
        bail!("--month {to}：{words}");
    }
    let (agency, area) = desk::open(&args.place, &args.region, source)?;
    let mut all = unpaid(&agency, area, to).map_err(|why| refused(&why, lang))?;
    if let Some(employer) = &args.employer {
        let wanted = if employer == "-" { "" } else { employer.as_str() };
        all.retain(|own| *own.employer == *wanted);
    }
    let mut people: Vec<&str> = all.iter().map(|own| &*own.person).collect();
    people.dedup();
    let (people, count) = (people.len(), all.len());
    let missing = Fen::new(all.iter().map(|own| own.due - own.paid).sum());
    let said = lang.choose(
        || format!("{area} 大额保费欠缴，至 {to}：{people} 人，{count} 笔，共欠 {missing} 元"),
        || format!("{area}, large-amount premiums unpaid up to {to}: {people} people, {count} premiums, {missing} yuan"),
    );
    writeln!(out, "{said}")?;
    if !all.is_empty() || args.out.is_some() {
        let rows: Vec<Vec<Kept>> = all.iter().map(row).collect();
        desk::table(&columns(lang), &rows, args.out.as_deref(), out, lang)?;
    }
    Ok(if all.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn row(own: &Unpaid) -> Vec<Kept> {
    let text = |text: &str| Kept::Text(text.to_owned());
    vec![
        text(&own.person),
        text(&own.name),
        text(&own.employer),
        text(&own.plan),
        text(Purpose::LargeAmountPremium.code()),
        text(&own.period),
        Kept::Money(Fen::new(own.due)),
        Kept::Money(Fen::new(own.paid)),
        Kept::Money(Fen::new(own.due - own.paid)),
        Kept::Money(Fen::new(own.by_relatives)),
    ]
}

/// Those that `account premiums` reads are called as it calls them.
fn columns(lang: Lang) -> [(&'static str, Kind); 10] {
    [
        (lang.pick("人员编号", "person"), Kind::Text),
        (lang.pick("姓名", "name"), Kind::Text),
        (lang.pick("单位编号", "employer"), Kind::Text),
        (lang.pick("参保类型", "plan"), Kind::Text),
        (lang.pick("用途", "purpose"), Kind::Text),
        (lang.pick("所属期", "period"), Kind::Text),
        (lang.pick("应缴金额", "amount"), Kind::Money),
        (lang.pick("账户已缴", "paid_from_account"), Kind::Money),
        (lang.pick("仍欠", "unpaid"), Kind::Money),
        (lang.pick("亲属账户已缴", "paid_by_relatives"), Kind::Money),
    ]
}
