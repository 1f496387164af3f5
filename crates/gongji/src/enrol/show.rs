//! `gongji enrol show`: a person's months, and the spells of entitlement as known now or on a day.

use super::{areas, day, open};
use crate::books::Place;
use crate::books::place::now;
use crate::formats::terminal::pad;
use crate::lang::Lang;
use crate::source::Source;
use agency::Reason;
use agency::enrolment::{Enrolment, Shown, enrolment};
use agency::months::PersonMonth;
use anyhow::{Result, anyhow, bail};
use kernel::{Date, Entitlement, Fen, Moment, Month};
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;
use store::PersonKey;

/// 一个人的参保与缴费 / a person's enrolment
///
/// 退出码 / exit codes: 0 / 2 没有这个人 / no such person.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 人员编号 / the person
    #[arg(long, value_name = "PERSON")]
    pub person: String,
    /// 统筹区，缺省为全部 / region; all if not given
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// 按这一天终了时所知的享受期 / spells as known at the end of this day
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub known: Option<String>,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: no such person, books that cannot be opened.
pub fn run(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let known = match &args.known {
        None => now(),
        Some(text) => {
            let day = day("--known", text, lang)?;
            Moment(Moment::start_of(day.next()).0 - 1)
        }
    };
    let agency = open(&args.place, source)?;
    let mut found = Vec::new();
    for area in areas(&agency, args.region.as_deref(), source)? {
        let key = PersonKey::new(area, &args.person);
        match enrolment(&agency, &key, known) {
            Ok(enrolment) => found.push((key, enrolment)),
            Err(refused) if refused.reason == Reason::PersonUnknown => {}
            Err(refused) => return Err(anyhow!("{refused}")),
        }
    }
    if found.is_empty() {
        let words = lang.pick(
            "账务库里没有这个人；请核对人员编号和统筹区",
            "no such person in the books; check the number and the region",
        );
        bail!("--person {}：{words}", args.person);
    }
    if args.json {
        let all: Vec<Value> = found.iter().map(|(key, it)| as_json(key, it)).collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&all)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for (key, enrolment) in &found {
        print(key, enrolment, known, lang, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(
    key: &PersonKey,
    enrolment: &Enrolment,
    known: Moment,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    let PersonKey { area, person } = key;
    write!(out, "{area} {person} {}", enrolment.name)?;
    if let Some(from) = enrolment.retired {
        write!(
            out,
            "{}",
            lang.choose(|| format!("，{from} 起退休"), || format!(", retired from {from}"))
        )?;
    }
    if let Some(died) = enrolment.died {
        write!(
            out,
            "{}",
            lang.choose(|| format!("，{died} 去世"), || format!(", died on {died}"))
        )?;
    }
    writeln!(out)?;
    let declared: Vec<_> = enrolment.months.iter().filter(|(_, it)| it.is_declared()).collect();
    let count = declared.len();
    writeln!(
        out,
        "{}",
        lang.choose(|| format!("缴费月 {count} 个"), || format!("{count} months"))
    )?;
    if count > 0 {
        let names = [
            ("月份", "month"),
            ("单位", "employer"),
            ("参保类型", "plan"),
            ("基数", "base"),
            ("统筹", "pool"),
            ("个人", "own"),
            ("大额", "large"),
            ("到账日", "paid on"),
        ];
        line(&names.map(|(zh, en)| lang.pick(zh, en).to_owned()), out)?;
        for (month, it) in declared {
            line(&cells(*month, it, lang), out)?;
        }
    }
    let as_known = lang.choose(
        || format!("待遇享受期（{known} 所知）"),
        || format!("entitlement as known at {known}"),
    );
    writeln!(out, "{as_known}")?;
    for shown in &enrolment.spells {
        writeln!(out, "  {}", spell(shown, lang))?;
    }
    if enrolment.spells.is_empty() {
        writeln!(out, "  {}", lang.pick("没有：未参保", "none: not insured"))?;
    }
    Ok(())
}

fn cells(month: Month, it: &PersonMonth, lang: Lang) -> [String; 8] {
    let yuan = |fen: i64| Fen::new(fen).to_string();
    let employer = if it.employer.is_empty() { lang.pick("个人", "self") } else { &it.employer };
    let paid = if it.paid_on.is_empty() { lang.pick("未到账", "not paid") } else { &it.paid_on };
    [
        month.to_string(),
        employer.to_owned(),
        it.plan.to_string(),
        yuan(it.base),
        yuan(it.employer_share),
        yuan(it.own_share),
        yuan(it.large_amount),
        paid.to_owned(),
    ]
}

fn line(cells: &[String; 8], out: &mut dyn Write) -> Result<()> {
    let widths = [9, 14, 14, 11, 10, 10, 9, 12];
    let mut line = "  ".to_owned();
    for (place, (cell, width)) in cells.iter().zip(widths).enumerate() {
        let number = (3..7).contains(&place);
        pad(&mut line, cell, width, number);
        if place == 6 {
            line.push_str("  ");
        }
    }
    Ok(writeln!(out, "{}", line.trim_end())?)
}

/// A spell, what it follows from, and when that was learned.
fn spell(shown: &Shown, lang: Lang) -> String {
    let Shown { fact, derived, cited } = shown;
    let state = Entitlement::from_code(&fact.other);
    let state = state.map_or(&*fact.other, |state| lang.pick(state.zh(), state.en()));
    let to = if fact.to == Date::MAX { "…".to_owned() } else { fact.to.to_string() };
    let (from, learned) = (fact.from, fact.learned_at.date());
    let articles = cited.articles.join("、");
    let unverified = if cited.unverified { lang.pick("，未核实", ", unverified") } else { "" };
    let why = match (*derived, articles.is_empty()) {
        (false, _) => lang.pick("登记", "stated").to_owned(),
        (true, true) => lang.pick("由缴费月推算", "from months").to_owned(),
        (true, false) => lang.choose(
            || format!("由缴费月推算，{articles}{unverified}"),
            || format!("from months, {articles}{unverified}"),
        ),
    };
    lang.choose(
        || format!("{from} 至 {to}  {state}（{why}；{learned} 得知）"),
        || format!("{from} to {to}  {state} ({why}; learned on {learned})"),
    )
}

fn as_json(key: &PersonKey, enrolment: &Enrolment) -> Value {
    let months = enrolment.months.iter().map(|(month, it)| {
        json!({
            "month": month.to_string(),
            "employer": it.employer,
            "plan": it.plan,
            "base_fen": it.base,
            "pool_fen": it.employer_share,
            "own_fen": it.own_share,
            "large_amount_fen": it.large_amount,
            "paid_on": it.paid_on,
            "credited_fen": it.credited,
        })
    });
    let spells = enrolment.spells.iter().map(|shown| {
        json!({
            "from": shown.fact.from.to_string(),
            "to": shown.fact.to.to_string(),
            "state": shown.fact.other,
            "derived": shown.derived,
            "articles": shown.cited.articles,
            "unverified": shown.cited.unverified,
            "learned_at": shown.fact.learned_at.to_string(),
        })
    });
    json!({
        "area": key.area.to_string(),
        "person": key.person,
        "name": enrolment.name,
        "retired_from": enrolment.retired.map(|day| day.to_string()),
        "died": enrolment.died.map(|day| day.to_string()),
        "months": months.collect::<Vec<_>>(),
        "entitlement": spells.collect::<Vec<_>>(),
    })
}
