//! `gongji filing signed`, `heads`: who is signed up with whom, and for how many an institution is paid by head.

use super::office::{Office, Whose, day, until};
use crate::account::desk::{Kept, table};
use crate::formats::Kind;
use crate::lang::Lang;
use crate::source::Source;
use agency::clearing;
use agency::facts::{CHOSEN, CHOSEN_FOR, CONTRACT, chosen_disease};
use anyhow::{Result, anyhow, bail};
use kernel::{Fen, Moment, Month};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::ByFact;

/// Rows read at a time.
const PAGE: usize = 2_000;

/// Of `signed`.
#[derive(clap::Args, Clone, Debug)]
pub struct SignedArgs {
    #[command(flatten)]
    whose: Whose,
    /// 种类：chosen 本人定点、chosen-for 按病种定点、contract 家庭医生签约 / kind
    #[arg(long, value_name = "KIND")]
    kind: String,
    /// 机构编号，缺省为全部 / with this institution; with any if not given
    #[arg(long, value_name = "CODE", default_value = "")]
    institution: String,
    /// 日期，缺省为今天 / day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<String>,
    /// 写入文件 .csv、.xlsx 等，缺省显示 / write to a file; shown if not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Of `heads`.
#[derive(clap::Args, Clone, Debug)]
pub struct HeadsArgs {
    #[command(flatten)]
    whose: Whose,
    /// 月份 / month
    #[arg(long, value_name = "YYYY-MM")]
    month: String,
}

/// Runs `signed`.
pub(super) fn signed(args: &SignedArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let kinds = [CHOSEN, CHOSEN_FOR, CONTRACT];
    let Some(kind) = kinds.into_iter().find(|kind| *kind == args.kind) else {
        let words = lang.pick("应为", "expected one of ");
        bail!("--kind {}：{words}{}", args.kind, kinds.join("、"));
    };
    let office = Office::open(&args.whose, source)?;
    let now = office.agency.now();
    let on = args.on.as_ref().map_or(Ok(now.date()), |text| day("--on", text, lang))?;
    let (store, by) = (office.agency.store(), ByFact::on(kind, on, now));
    let mut rows = Vec::new();
    let mut after: Arc<str> = "".into();
    loop {
        let page = store.people_with_fact(office.area, by, &args.institution, &after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.subject.name().clone();
        for fact in &page {
            let cells = [
                fact.subject.name().to_string(),
                fact.other.to_string(),
                chosen_disease(fact).map_or_else(String::new, |disease| disease.to_string()),
                fact.from.to_string(),
                until(fact.to, lang),
            ];
            rows.push(cells.map(Kept::Text).into_iter().collect::<Vec<_>>());
        }
        if page.len() < PAGE {
            break;
        }
    }
    let names = match lang {
        Lang::Zh => ["人员编号", "机构", "病种", "首日", "末日"],
        Lang::En => ["person", "institution", "disease", "from", "to"],
    };
    table(&names.map(|name| (name, Kind::Text)), &rows, args.out.as_deref(), out, lang)?;
    let count = rows.len();
    writeln!(out, "{}", lang.choose(|| format!("{count} 人"), || format!("{count} people")))?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `heads`.
pub(super) fn heads(args: &HeadsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let words = lang.pick("应为月份，如 2026-03", "expected a month, such as 2026-03");
    let month =
        Month::parse(&args.month).ok_or_else(|| anyhow!("--month {}：{words}", args.month))?;
    let office = Office::open(&args.whose, source)?;
    let law = office.agency.regions().law(office.area);
    let version = law.and_then(|law| law.on(month.last_day()));
    let none = lang.pick("没有政策", "there is no policy");
    let version = version.ok_or_else(|| anyhow!("{} {month}：{none}", office.area))?;
    let rules = version.policy.payment.capitation;
    let known = Moment::start_of(month.last_day().next()).min(office.agency.now());
    let counted = clearing::heads(office.agency.store(), office.area, &rules, month, known)?;
    let day = rules.day(month);
    let title = lang.choose(
        || {
            format!(
                "{day} 按{}数人，政策付费方式为{}",
                rules.heads.zh(),
                version.policy.payment.method.zh()
            )
        },
        || {
            format!(
                "counted on {day} by {}; paid by {}",
                rules.heads.en(),
                version.policy.payment.method.en()
            )
        },
    );
    writeln!(out, "{title}")?;
    for (institution, heads) in &counted {
        let amount = rules.per_head.map(|each| Fen::new(each.get().saturating_mul(*heads)));
        let amount = amount.map_or_else(String::new, |amount| format!("  {amount}"));
        writeln!(out, "{institution:<14} {heads:>8}{amount}")?;
    }
    let total: i64 = counted.values().sum();
    writeln!(out, "{}", lang.choose(|| format!("共 {total} 人"), || format!("{total} people")))?;
    Ok(ExitCode::SUCCESS)
}
