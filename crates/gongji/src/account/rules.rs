//! `gongji account rules`: what the policy of a day lets an account do, and what it denies.

use super::desk;
use crate::books::place::law;
use crate::source::Source;
use anyhow::{Result, anyhow, bail};
use std::io::Write;
use std::process::ExitCode;
use store::Area;

/// 账户使用规则 / what an account may do
#[derive(clap::Args, Clone, Debug)]
pub struct RulesArgs {
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    region: String,
    /// 哪一天的政策，缺省为今天 / of which day; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &RulesArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let words = lang.pick("应为六位区划代码，如 500000", "expected six digits, such as 500000");
    let area = Area::parse(&args.region);
    let area = area.ok_or_else(|| anyhow!("--region {}：{words}", args.region))?;
    let day = desk::day("--on", args.on.as_ref(), lang)?;
    let regions = law(source)?;
    let version = regions.law(area).and_then(|law| law.on(day));
    let Some(version) = version else {
        let words = lang.pick("这一天没有生效的政策", "no policy is in force on this day");
        bail!("--region {area} --on {day}：{words}");
    };
    let rules = &version.policy.account;
    let articles = version.words.cited(rules.cite).articles.join("；");
    let mut line = |zh: &str, en: &str, said: Vec<String>| {
        let said = if said.is_empty() {
            lang.pick("无", "none").to_owned()
        } else {
            said.join(lang.pick("、", ", "))
        };
        writeln!(out, "{}{}{said}", lang.pick(zh, en), lang.pick("：", ": "))
    };
    let name = |zh: &'static str, en: &'static str| lang.pick(zh, en).to_owned();
    line("依据", "articles", vec![articles])?;
    let order = rules.order.iter().map(|it| name(it.zh(), it.en())).collect();
    line("支付次序", "order of payers", order)?;
    let relations = rules.relations.iter().map(|it| name(it.zh(), it.en())).collect();
    line("可绑定的亲属", "relations that may be bound", relations)?;
    let purposes = rules.purposes.iter().map(|it| name(it.zh(), it.en())).collect();
    line("用途", "purposes", purposes)?;
    let denied = |code: &str| match code {
        "public-health" => name("公共卫生", "public health"),
        "fitness" => name("体育健身", "fitness"),
        "wellness" => name("养生保健", "wellness"),
        other => other.to_owned(),
    };
    line("负面清单", "deny list", rules.deny.iter().map(|code| denied(code)).collect())?;
    let closures = rules.closures.iter().map(|it| {
        let (event, payee) =
            (lang.pick(it.event.zh(), it.event.en()), lang.pick(it.payee.zh(), it.payee.en()));
        let from = match it.frozen_from_day_of {
            true => lang.pick("当日起冻结", "frozen from the day"),
            false => lang.pick("次日起冻结", "frozen from the day after"),
        };
        lang.choose(
            || format!("{event}付{payee}，{from}"),
            || format!("{event}: to {payee}, {from}"),
        )
    });
    let closures: Vec<String> = closures.collect();
    // Each holds a comma itself.
    let closures = closures.join(lang.pick("；", "; "));
    line("注销", "closures", vec![closures])?;
    Ok(ExitCode::SUCCESS)
}
