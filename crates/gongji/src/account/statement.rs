//! `gongji account statement`: what an account held, what moved, what it holds.

use super::desk::{self, Kept, Whose};
use crate::clearing::office::area_of;
use crate::formats::Kind;
use crate::lang::Lang;
use crate::source::Source;
use agency::accounts::{Movement, Statement, statement};
use agency::directory::Directory;
use agency::replay::name;
use anyhow::{Result, anyhow, bail};
use kernel::{Date, Fen, Moment};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use store::PersonKey;

/// 个账对账单 / the statement of an account
///
/// 期初余额、每笔变动（种类、条款或机构）、期末余额，全部由分录相加得出；账户为亲属支付的也在内。
///
/// All of it summed up from the ledger's postings, what the account paid for relatives included.
#[derive(clap::Args, Clone, Debug)]
pub struct StatementArgs {
    #[command(flatten)]
    whose: Whose,
    /// 从哪天起，缺省为今年元旦 / first day; the first of January if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<String>,
    /// 到哪天止，缺省为今天 / last day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// 写入文件（CSV、XLSX……） / write it to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: &StatementArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let to = desk::day("--to", args.to.as_ref(), lang)?;
    let from = match &args.from {
        Some(_) => desk::day("--from", args.from.as_ref(), lang)?,
        None => Date::from_ymd(to.ymd().0, 1, 1).unwrap_or(to),
    };
    if from > to {
        let words = lang.pick("起始日晚于终止日", "the first day is after the last");
        bail!("--from {from} --to {to}：{words}");
    }
    let store = args.whose.place.open(false, lang)?;
    let area = area_of(&*store, Some(&args.whose.region), source)?;
    let key = PersonKey::new(area, &args.whose.person);
    let wants = store::Wants { people: [key.clone()].into(), ..store::Wants::default() };
    let found = store.read(&wants)?;
    let Some(file) = found.files.get(&key) else {
        let words = lang.pick("未找到参保人", "no such insured person");
        bail!("--person {}：{words}", key.person);
    };
    let said = statement(&*store, &key, from, to).map_err(|refused| anyhow!("{refused}"))?;
    let directory = Directory::load(&*store, key.area)?;
    let institution = |code: &str| {
        let at = Moment::start_of(to.next());
        directory.site(code, to, at).map(|site| site.name.to_string())
    };
    let person = &file.person;
    writeln!(
        out,
        "{}",
        lang.choose(
            || format!("个人账户对账单  {} {}  {from} 至 {to}", key.person, person.name),
            || format!("statement of account, {} {}, {from} to {to}", key.person, person.name),
        )
    )?;
    let rows = rows(&said, from, to, &institution, lang);
    let columns = columns(lang);
    desk::table(&columns, &rows, None, out, lang)?;
    if let Some(path) = &args.out {
        desk::table(&columns, &rows, Some(path), out, lang)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn columns(lang: Lang) -> [(&'static str, Kind); 8] {
    [
        (lang.pick("时间", "time"), Kind::Text),
        (lang.pick("种类", "kind"), Kind::Text),
        (lang.pick("当年资金", "this year"), Kind::Money),
        (lang.pick("历年资金", "earlier years"), Kind::Money),
        (lang.pick("余额", "balance"), Kind::Money),
        (lang.pick("条款或机构", "article or institution"), Kind::Text),
        (lang.pick("代亲属支付", "for relative"), Kind::Text),
        (lang.pick("记账", "entry"), Kind::Text),
    ]
}

fn rows(
    said: &Statement,
    from: Date,
    to: Date,
    institution: &dyn Fn(&str) -> Option<String>,
    lang: Lang,
) -> Vec<Vec<Kept>> {
    let text = |text: &str| Kept::Text(text.to_owned());
    let balance = |day: Date, name: &str, held: (Fen, Fen)| {
        let (current, earlier) = (Kept::Money(held.0), Kept::Money(held.1));
        let whole = Kept::Money(held.0 + held.1);
        vec![
            text(&day.to_string()),
            text(name),
            current,
            earlier,
            whole,
            text(""),
            text(""),
            text(""),
        ]
    };
    let mut rows = vec![balance(from, lang.pick("期初余额", "opening balance"), said.opening)];
    for movement in &said.movements {
        let Movement { entry, at, kind, relative, note, current, earlier, .. } = movement;
        let (zh, en) = name(*kind);
        let why = match (&*movement.institution, &**note) {
            ("", note) => note.to_owned(),
            (code, _) => institution(code).map_or(code.to_owned(), |it| format!("{code} {it}")),
        };
        rows.push(vec![
            text(&Moment(at.0 / 1_000 * 1_000).to_string()),
            text(lang.pick(zh, en)),
            Kept::Money(*current),
            Kept::Money(*earlier),
            Kept::Money(movement.balance),
            Kept::Text(why),
            text(relative),
            text(&entry.to_string()),
        ]);
    }
    rows.push(balance(to, lang.pick("期末余额", "closing balance"), said.closing));
    rows
}
