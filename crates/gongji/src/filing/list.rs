//! `gongji filing list`, `show`: applications, and everything about one.

use super::office::{Office, Whose, until};
use crate::account::desk::{Kept, table};
use crate::formats::Kind;
use crate::lang::Lang;
use crate::source::Source;
use agency::business::filing::{Filing, FilingKind, Standing, key};
use agency::documents::FILING;
use anyhow::{Result, anyhow, bail};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Document, PersonKey};

/// Rows read at a time.
const PAGE: usize = 1_000;

/// Of `list`.
#[derive(clap::Args, Clone, Debug)]
pub struct ListArgs {
    #[command(flatten)]
    whose: Whose,
    /// 人员编号，缺省为全部人 / of one person; of everybody if not given
    #[arg(long, value_name = "PERSON", default_value = "")]
    person: String,
    /// 状态：applied 待审核、approved 通过、refused 未通过、withdrawn 已撤销、revoked 已取消 / state
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// 写入文件 .csv、.xlsx 等，缺省显示 / write to a file; shown if not given
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Of `show`.
#[derive(clap::Args, Clone, Debug)]
pub struct ShowArgs {
    #[command(flatten)]
    whose: Whose,
    /// 人员编号 / number of the person
    #[arg(long, value_name = "PERSON")]
    person: String,
    /// 申报明细流水号 / number of the application
    #[arg(long, value_name = "NUMBER")]
    number: String,
}

/// Words of states, in the order of their numbers.
const STATES: [&str; 5] = ["applied", "approved", "refused", "withdrawn", "revoked"];

/// A state in words.
pub(super) fn state(standing: Standing, lang: Lang) -> &'static str {
    let english = usize::try_from(standing as i16).ok().and_then(|place| STATES.get(place));
    lang.pick(standing.zh(), english.copied().unwrap_or_default())
}

/// Hands over every application of an area, or of one person (empty: of all), by person and number.
pub(super) fn each(
    office: &Office,
    person: &str,
    mut take: impl FnMut(&Document, Filing) -> Result<()>,
) -> Result<()> {
    let mut after: (Arc<str>, Arc<str>) = (person.into(), "".into());
    loop {
        let store = office.agency.store();
        let page = store.documents(office.area, FILING, person, (&after.0, &after.1), PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.key.owner.clone(), last.key.number.clone());
        for document in &page {
            let filing = Filing::of(document).map_err(|refused| anyhow!("{refused}"))?;
            take(document, filing)?;
        }
        if page.len() < PAGE {
            return Ok(());
        }
    }
}

/// An application.
pub(super) fn found(
    office: &Office,
    person: &PersonKey,
    number: &str,
) -> Result<(Document, Filing)> {
    let document = office.agency.store().document(&key(person, number))?;
    let document = document.ok_or_else(|| {
        let words = office.lang.pick("没有这项申报", "no such application");
        anyhow!("{} {number}：{words}", person.person)
    })?;
    let filing = Filing::of(&document).map_err(|refused| anyhow!("{refused}"))?;
    Ok((document, filing))
}

/// Runs `list`.
pub(super) fn list(args: &ListArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    if let Some(state) = args.state.as_deref().filter(|it| !STATES.contains(it)) {
        let words = lang.pick("应为", "expected one of ");
        bail!("--state {state}：{words}{}", STATES.join("、"));
    }
    let office = Office::open(&args.whose, source)?;
    let mut rows = Vec::new();
    each(&office, &args.person, |document, filing| {
        let standing = filing.standing();
        if args.state.as_deref().is_some_and(|wanted| state(standing, Lang::En) != wanted) {
            return Ok(());
        }
        let kind = FilingKind::of(&filing.kind);
        let kind = kind.map_or(&*filing.kind, |kind| lang.pick(kind.zh, kind.en));
        let names = match filing.disease.is_empty() {
            true => filing.names.to_string(),
            false => format!("{}（{}）", filing.names, filing.disease),
        };
        let cells = [
            document.key.owner.to_string(),
            filing.number.to_string(),
            kind.to_owned(),
            names,
            filing.from.to_string(),
            until(filing.to, lang),
            state(standing, lang).to_owned(),
        ];
        rows.push(cells.map(Kept::Text).into_iter().collect::<Vec<_>>());
        Ok(())
    })?;
    let names = match lang {
        Lang::Zh => ["人员编号", "流水号", "种类", "病种、机构或药品", "首日", "末日", "状态"],
        Lang::En => ["person", "number", "kind", "names", "from", "to", "state"],
    };
    let names = names.map(|name| (name, Kind::Text));
    table(&names, &rows, args.out.as_deref(), out, lang)?;
    let count = rows.len();
    let said = lang.choose(|| format!("{count} 项申报"), || format!("{count} applications"));
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `show`.
pub(super) fn show(args: &ShowArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let person = PersonKey::new(office.area, &args.person);
    let (document, filing) = found(&office, &person, &args.number)?;
    let kind = FilingKind::of(&filing.kind);
    let kind = kind.map_or(&*filing.kind, |kind| lang.pick(kind.zh, kind.en)).to_owned();
    let mut told = vec![
        (lang.pick("流水号", "number"), filing.number.to_string()),
        (lang.pick("人员", "person"), person.person.to_string()),
        (lang.pick("种类", "kind"), kind),
        (lang.pick("病种、机构或药品", "names"), filing.names.to_string()),
        (lang.pick("定点的病种", "disease"), filing.disease.to_string()),
        (lang.pick("申报机构", "institution"), filing.institution.to_string()),
        (lang.pick("录入", "filed by"), filing.by.to_string()),
        (lang.pick("申报时间", "filed at"), document.at.to_string()),
        (lang.pick("起止", "days"), format!("{} – {}", filing.from, until(filing.to, lang))),
        (lang.pick("状态", "state"), state(filing.standing(), lang).to_owned()),
    ];
    if let Some(review) = &filing.review {
        let words = format!("{} {} {}", review.at, review.by, review.opinion);
        told.push((lang.pick("审核", "review"), words));
    }
    if let Some(withdrawal) = &filing.withdrawal {
        let words = format!("{} {}", withdrawal.at, withdrawal.because);
        told.push((lang.pick("撤销", "withdrawn"), words));
    }
    if let Some(revoked) = &filing.revocation {
        let from =
            lang.choose(|| format!("自{}起", revoked.from), || format!("from {}", revoked.from));
        let words = format!("{} {} {from} {}", revoked.at, revoked.by, revoked.because);
        told.push((lang.pick("取消", "revoked"), words));
    }
    for (name, value) in told.into_iter().filter(|(_, value)| !value.is_empty()) {
        writeln!(out, "{name}：{}", value.trim())?;
    }
    Ok(ExitCode::SUCCESS)
}
