//! `gongji filing kinds`, `file`, `renew`: what can be applied for, and applying.

use super::list::found;
use super::office::{Office, Whose, day, last_day};
use crate::source::Source;
use agency::Outcome;
use agency::business::filing::{File, FilingKind, KINDS};
use anyhow::{Result, anyhow, bail};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::PersonKey;

/// Of `kinds`.
#[derive(clap::Args, Clone, Debug)]
pub struct KindsArgs {
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
}

/// Of `file`.
#[derive(clap::Args, Clone, Debug)]
pub struct FileArgs {
    #[command(flatten)]
    whose: Whose,
    /// 人员编号 / number of the person
    #[arg(long, value_name = "PERSON")]
    person: String,
    /// 种类，见 gongji filing kinds / what is applied for
    #[arg(long, value_name = "KIND")]
    kind: String,
    /// 病种、机构编号或药品编码 / disease, institution or medicine
    #[arg(long, value_name = "CODE")]
    names: String,
    /// 按病种定点的病种 / the disease that an institution is chosen for
    #[arg(long, value_name = "CODE", default_value = "")]
    disease: String,
    /// 申报机构 / the institution that applies
    #[arg(long, value_name = "CODE")]
    institution: String,
    /// 首日 / first day
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: String,
    /// 末日，缺省为长期 / last day; none while it lasts
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// 经办人 / operator
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Of `renew`.
#[derive(clap::Args, Clone, Debug)]
pub struct RenewArgs {
    #[command(flatten)]
    whose: Whose,
    /// 人员编号 / number of the person
    #[arg(long, value_name = "PERSON")]
    person: String,
    /// 已通过的申报 / the approved application
    #[arg(long, value_name = "NUMBER")]
    number: String,
    /// 末日，缺省为长期 / last day; none while it lasts
    #[arg(long, value_name = "YYYY-MM-DD")]
    to: Option<String>,
    /// 经办人 / operator
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Runs `kinds`.
pub(super) fn kinds(args: &KindsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    for kind in KINDS {
        writeln!(out, "{:<14} {}", kind.code, lang.pick(kind.zh, kind.en))?;
    }
    let Some(code) = &args.region else { return Ok(ExitCode::SUCCESS) };
    let (regions, faults) = source.regions()?;
    if let Some(fault) = faults.first() {
        bail!("{fault}");
    }
    let words = lang.pick("没有这个地区", "no such region");
    let found = regions.iter().find(|(known, _)| *known == code.as_str());
    let (_, timeline) = found.ok_or_else(|| anyhow!("--region {code}：{words}"))?;
    for term in &timeline.vocabulary.diseases {
        writeln!(out, "  {:<12} {}", term.code, lang.pick(&term.zh, &term.en))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs `file`.
pub(super) fn file(args: &FileArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let kind = KINDS.iter().find(|kind| kind.code == args.kind || kind.zh == args.kind);
    let Some(kind): Option<&'static FilingKind> = kind else {
        let known: Vec<_> =
            KINDS.iter().map(|kind| format!("{}（{}）", kind.code, kind.zh)).collect();
        let words = lang.pick("应为", "expected one of");
        bail!("--kind {}：{words}{}", args.kind, known.join("、"));
    };
    let from = day("--from", &args.from, lang)?;
    let to = last_day("--to", args.to.as_ref(), lang)?;
    let office = Office::open(&args.whose, source)?;
    let business = File {
        person: PersonKey::new(office.area, &args.person),
        institution: Arc::from(&*args.institution),
        kind,
        names: Arc::from(&*args.names),
        disease: Arc::from(&*args.disease),
        from,
        to,
        stated: serde_json::Value::Null,
    };
    applied(&office, &args.by, business, out)
}

/// Runs `renew`.
pub(super) fn renew(args: &RenewArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let to = last_day("--to", args.to.as_ref(), source.lang())?;
    let office = Office::open(&args.whose, source)?;
    let person = PersonKey::new(office.area, &args.person);
    let (_, filing) = found(&office, &person, &args.number)?;
    match filing.renewed(person, to) {
        Ok(business) => applied(&office, &args.by, business, out),
        Err(refused) => {
            writeln!(out, "{}", office.words(&refused))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

fn applied(office: &Office, by: &str, business: File, out: &mut dyn Write) -> Result<ExitCode> {
    match office.ask(by, business) {
        Ok(Outcome::Filed { number }) => {
            let said = office.lang.choose(
                || format!("已申报 {number}，待另一人审核"),
                || format!("applied as {number}; somebody else reviews it"),
            );
            writeln!(out, "{said}")?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(other) => bail!("{other:?}"),
        Err(refused) => {
            writeln!(out, "{}", office.words(&refused))?;
            Ok(ExitCode::FAILURE)
        }
    }
}
