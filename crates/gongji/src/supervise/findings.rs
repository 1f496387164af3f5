//! `supervise findings`: what the runs found, on the terminal or as a file.

use super::Whose;
use crate::clearing::office::{Office, refused};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::{Format, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::supervise::after::{Concerned, State, Suspicion};
use agency::supervise::desk;
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `supervise findings`.
#[derive(clap::Args, Clone, Debug)]
pub struct FindingsArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 只看这条规则 / of this rule
    #[arg(long, value_name = "CODE")]
    pub rule: Option<String>,
    /// 只看这个机构或这个人 / about this institution or person
    #[arg(long, value_name = "CODE")]
    pub party: Option<String>,
    /// 只看这件案件 / of this case
    #[arg(long, value_name = "NUMBER")]
    pub case: Option<String>,
    /// 每笔结算一行，而不是每个疑点一行 / a row a settlement instead of a row a finding
    #[arg(long)]
    pub claims: bool,
    /// 写入文件：.csv、.xlsx、.json、.parquet / write to a file, by its name
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Lists findings.
pub(super) fn run(args: &FindingsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let office = Office::open(&args.whose, source)?;
    let mut found: Vec<(Suspicion, State)> = Vec::new();
    let party = args.party.as_deref().unwrap_or_default();
    let read = desk::findings(office.agency.store(), office.area, party, &mut |it, state| {
        let of_rule = args.rule.as_ref().is_none_or(|rule| **rule == *it.rule);
        let of_case = args.case.as_ref().is_none_or(|case| **case == *it.case);
        if of_rule && of_case {
            found.push((it, state));
        }
        Ok(())
    });
    read.map_err(|why| refused(&why, lang))?;
    match &args.out {
        Some(path) => {
            let file = create(path, lang)?;
            let words = lang.pick(
                "文件名应以 .csv、.xlsx、.json、.parquet 结尾",
                "expected .csv, .xlsx, .json or .parquet",
            );
            let format =
                Format::of_name(path).with_context(|| format!("{}: {words}", path.display()))?;
            rows(
                args.claims,
                &found,
                Output::new(file, format, &fields(args.claims, lang))?,
                lang,
            )?;
            let count = found.len();
            let said = lang.choose(
                || format!("{count} 个疑点写入 {}", path.display()),
                || format!("{count} findings written to {}", path.display()),
            );
            writeln!(out, "{said}")?;
        }
        None => {
            let mut text = Vec::new();
            let table = Output::new(&mut text, Format::Table, &fields(args.claims, lang))?;
            rows(args.claims, &found, table, lang)?;
            out.write_all(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn create(path: &Path, lang: Lang) -> Result<File> {
    if path.exists() {
        bail!("{}: {}", path.display(), lang.pick("文件已存在", "the file exists"));
    }
    File::create_new(path).with_context(|| path.display().to_string())
}

fn fields(claims: bool, lang: Lang) -> Vec<Field> {
    let of_finding = [
        ("编号", "number", Kind::Text),
        ("规则", "rule", Kind::Text),
        ("名称", "name", Kind::Text),
        ("对象类别", "side", Kind::Text),
        ("对象", "party", Kind::Text),
    ];
    let of_claim = [
        ("结算", "settlement", Kind::Text),
        ("人员", "person", Kind::Text),
        ("机构", "institution", Kind::Text),
        ("结算时间", "at", Kind::Text),
        ("项目", "item", Kind::Text),
        ("总费用", "total", Kind::Money),
        ("涉及基金", "fund", Kind::Money),
        ("涉及账户", "account", Kind::Money),
    ];
    let of_all = [
        ("结算笔数", "settlements", Kind::Text),
        ("涉及基金", "fund", Kind::Money),
        ("涉及账户", "account", Kind::Money),
        ("程度", "severity", Kind::Text),
        ("案件", "case", Kind::Text),
        ("状态", "state", Kind::Text),
        ("说明", "words", Kind::Text),
        ("依据", "articles", Kind::Text),
    ];
    let rest: &[_] = if claims { &of_claim } else { &of_all };
    let all = of_finding.iter().chain(rest);
    all.map(|(zh, en, kind)| Field { name: lang.pick(zh, en).to_owned(), kind: *kind }).collect()
}

fn rows<W: Write + Send>(
    claims: bool,
    found: &[(Suspicion, State)],
    mut output: Output<W>,
    lang: Lang,
) -> Result<()> {
    let money = |fen: i64| Cell::Money(Fen::new(fen));
    for (it, state) in found {
        let side = lang.pick(it.side.zh(), it.side.en());
        let name = agency::supervise::after::Rule::of(&it.rule);
        let name = name.map_or(&*it.name, |rule| lang.pick(rule.zh, rule.en));
        let head = || [&*it.number, &*it.rule, name, side, &*it.party].map(Cell::Text);
        if claims {
            for claim in &it.claims {
                let Concerned { person, institution, at, item, .. } = claim;
                let entry = claim.entry.to_string();
                let texts = [&*entry, person, institution, at, item].map(Cell::Text);
                let amounts = [claim.total, claim.fund, claim.account].map(money);
                output.row(head().into_iter().chain(texts).chain(amounts))?;
            }
            continue;
        }
        let (count, articles) = (it.count.to_string(), it.articles.join("；"));
        let severity = lang.pick(it.severity.zh(), it.severity.en());
        let state = lang.pick(state.zh(), state.en());
        let cells = [Cell::Text(&count), money(it.fund), money(it.account)];
        let texts = [severity, &*it.case, state, &*it.words, &*articles].map(Cell::Text);
        output.row(head().into_iter().chain(cells).chain(texts))?;
    }
    output.finish()
}
