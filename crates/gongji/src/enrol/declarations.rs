//! `gongji enrol declarations`: the monthly files that were received, and the report of one.

use crate::clearing::Whose;
use crate::clearing::office::{Office, refused};
use crate::formats::cell::{Cell, Field, Kind};
use crate::formats::{Format, Output};
use crate::lang::Lang;
use crate::source::Source;
use agency::documents::DECLARATION;
use agency::enrolment::Received;
use anyhow::{Result, anyhow};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Document, DocumentKey};

/// 收到的缴费申报文件 / monthly files that were received
#[derive(clap::Args, Clone, Debug)]
pub struct DeclarationsArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 只列这个单位的；个人参保或多个单位的写 - / only of this employer; - for people by themselves
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub employer: Option<String>,
    /// 看一份的报告（须同时写 --employer） / the report of one
    #[arg(long, value_name = "NUMBER", requires = "employer")]
    pub number: Option<String>,
}

/// Documents read at a time.
const PAGE: usize = 500;

/// Runs the command.
///
/// # Errors
/// Books that cannot be opened, no such declaration.
pub fn run(args: &DeclarationsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let office = Office::open(&args.whose, source)?;
    let lang = office.lang;
    let owner = args.employer.as_deref().unwrap_or_default();
    if let Some(number) = &args.number {
        let key = DocumentKey {
            area: office.area,
            kind: Arc::from(DECLARATION),
            owner: Arc::from(owner),
            number: Arc::from(&**number),
        };
        let found = office.agency.store().document(&key)?;
        let found = found.ok_or_else(|| {
            anyhow!("{number}：{}", lang.pick("没有这份申报", "there is no such declaration"))
        })?;
        report(&found, lang, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let columns = [
        ("单位", "employer", Kind::Text),
        ("申报编号", "number", Kind::Text),
        ("收到时间", "received", Kind::Text),
        ("文件", "file", Kind::Text),
        ("经办", "by", Kind::Text),
        ("行", "rows", Kind::Whole),
        ("收下", "taken", Kind::Whole),
        ("未收", "refused", Kind::Whole),
        ("提醒", "remarks", Kind::Whole),
    ];
    let fields = columns.map(|(zh, en, kind)| Field { name: lang.pick(zh, en).to_owned(), kind });
    let mut text = Vec::new();
    let mut output = Output::new(&mut text, Format::Table, &fields)?;
    let mut after: (Arc<str>, Arc<str>) = (Arc::from(owner), Arc::default());
    loop {
        let store = office.agency.store();
        let page = store.documents(office.area, DECLARATION, owner, (&after.0, &after.1), PAGE)?;
        for document in &page {
            let received = Received::read(document).map_err(|why| refused(&why, lang))?;
            let at = document.at.to_string();
            let whole = |count: u64| Cell::Whole(i64::try_from(count).unwrap_or(i64::MAX));
            let cells = [
                Cell::Text(&document.key.owner),
                Cell::Text(&document.key.number),
                Cell::Text(&at),
                Cell::Text(&received.name),
                Cell::Text(&received.by),
                whole(received.rows),
                whole(received.rows - received.refused),
                whole(received.refused),
                whole(received.remarked),
            ];
            output.row(cells.into_iter())?;
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                after = (last.key.owner.clone(), last.key.number.clone());
            }
            _ => break,
        }
    }
    output.finish()?;
    out.write_all(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// The report of one.
fn report(document: &Document, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let received = Received::read(document).map_err(|why| refused(&why, lang))?;
    let Received { name, by, digest, before, rows, added, changed, unchanged, .. } = &received;
    let (owner, number, at) = (&document.key.owner, &document.key.number, document.at);
    let head = lang.choose(
        || {
            format!(
                "{owner} {number}\n  文件 {name}，{at} 收到，经办 {by}\n  SHA-256 {digest}\n  {rows} 行：\
                 新增 {added}，更改 {changed}，不变 {unchanged}，未收 {}，提醒 {}",
                received.refused, received.remarked
            )
        },
        || {
            format!(
                "{owner} {number}\n  {name}, received {at}, by {by}\n  SHA-256 {digest}\n  {rows} rows: \
                 {added} added, {changed} changed, {unchanged} unchanged, {} not taken, {} remarks",
                received.refused, received.remarked
            )
        },
    );
    writeln!(out, "{head}")?;
    if !before.is_empty() {
        writeln!(out, "  {} {before}", lang.pick("同一文件此前收过：", "the same file before:"))?;
    }
    for said in &received.said {
        let words = lang.pick(&said.zh, &said.en);
        let taken = match said.taken {
            true => lang.pick("收下，提醒", "taken, remark"),
            false => lang.pick("未收", "not taken"),
        };
        writeln!(
            out,
            "  {} {}（{taken}，{}）{words}",
            lang.pick("行", "row"),
            said.row,
            said.code
        )?;
    }
    let unsaid = (received.refused + received.remarked)
        .saturating_sub(u64::try_from(received.said.len()).unwrap_or(u64::MAX));
    if unsaid > 0 {
        let said = lang.choose(
            || format!("  另有 {unsaid} 条没有保留"),
            || format!("  {unsaid} more were not kept"),
        );
        writeln!(out, "{said}")?;
    }
    Ok(())
}
