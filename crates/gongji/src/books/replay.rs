//! `gongji replay`: a settlement decided again from what the books keep of it, and explained.

use super::Place;
use super::place::law_ever;
use crate::lang::Lang;
use crate::source::Source;
use agency::record::Booking;
use agency::regions::Regions;
use agency::replay::{Replayed, is_decided, name, replay};
use anyhow::{Result, bail};
use kernel::Fen;
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;
use store::{Area, Entry, Id, PersonKey, Store};

/// 按原政策重新计算并解释 / decide again and explain
///
/// 退出码 / exit codes: 0 与库中一致 / the same; 1 不一致 / not the same; 2 没有这样的记账 / no such entry.
#[derive(clap::Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("whose").required(true))]
pub struct ReplayArgs {
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 记账（结算ID） / the entry
    #[arg(long, value_name = "ID", group = "whose")]
    pub entry: Option<String>,
    /// 这个人的全部记账 / all entries of this person
    #[arg(long, value_name = "PERSON", group = "whose")]
    pub person: Option<String>,
    /// 输出库中存的记录 / print the stored record too
    #[arg(long)]
    pub record: bool,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
///
/// # Errors
/// Exit code 2: no such entry, books that cannot be opened.
pub fn run(args: &ReplayArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let store = args.place.open(false, lang)?;
    let regions = law_ever(source, &*store)?;
    let entries = find(args, &*store, &regions, lang)?;
    let mut same = true;
    let mut shown = Vec::new();
    for entry in &entries {
        let again = is_decided(entry.kind).then(|| replay(entry, &regions, lang == Lang::En));
        let again = match again.transpose() {
            Ok(again) => again,
            Err(refused) => {
                same = false;
                writeln!(out, "{} {refused}", entry.id)?;
                continue;
            }
        };
        same &= again.as_ref().is_none_or(|again| again.same);
        if args.json {
            shown.push(as_json(entry, again.as_ref())?);
        } else {
            print(entry, again.as_ref(), args.record, lang, out)?;
        }
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&shown)?)?;
    }
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn find(args: &ReplayArgs, store: &dyn Store, regions: &Regions, lang: Lang) -> Result<Vec<Entry>> {
    let listed = store.areas()?.into_iter().map(|(area, _)| area);
    let areas: std::collections::BTreeSet<Area> =
        listed.chain(regions.areas().map(|(area, _)| area)).collect();
    let mut found = Vec::new();
    match (&args.entry, &args.person) {
        (Some(text), _) => {
            let Some(id) = Id::parse(text) else {
                let words = lang.pick("应为 26 位的结算ID", "expected an id of 26 characters");
                bail!("--entry {text}：{words}");
            };
            for area in areas {
                let (after, to) = (Id(id.0.saturating_sub(1)), Id(id.0.saturating_add(1)));
                found.extend(store.entries(area, after, to, 2)?);
            }
        }
        (None, person) => {
            for area in areas {
                let key = PersonKey::new(area, person.as_deref().unwrap_or_default());
                found.extend(store.history(&key, Id::MIN, Id::MAX)?);
            }
        }
    }
    if found.is_empty() {
        let words = lang.pick(
            "账务库里没有这样的记账；请核对 --entry 或 --person",
            "there is no such entry in the books; check --entry or --person",
        );
        bail!("{words}");
    }
    Ok(found)
}

fn print(
    entry: &Entry,
    again: Option<&Replayed>,
    record: bool,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    let (zh, en) = name(entry.kind);
    let Entry { id, key, institution, .. } = entry;
    let (at, area, person) = (id.moment(), key.area, &key.person);
    let (kind, of) = (lang.pick(zh, en), lang.pick("人员", "person"));
    writeln!(out, "{id} {at} {area} {kind} {of} {person} {institution}")?;
    if record {
        writeln!(out, "{}", entry.record)?;
    }
    let Some(again) = again else {
        let booking: Booking = serde_json::from_str(&entry.record).unwrap_or_default();
        let moves = booking.moves.iter().map(|(name, by)| format!("{name} {by:+}"));
        let moves = moves.collect::<Vec<_>>().join("；");
        let (note, balance) = (&booking.note, Fen::new(booking.balance));
        let balance_words = lang.pick("账户余额", "balance");
        writeln!(out, "  {note} {moves} {balance_words} {balance}")?;
        return Ok(());
    };
    match &again.difference {
        None => {
            let words = lang
                .pick("  重新计算，与库中逐字节一致", "  decided again: the same, byte for byte");
            writeln!(out, "{words}")?;
        }
        Some((at, now, stored)) => {
            let words = lang.choose(
                || format!("  重新计算，与库中不同（第 {at} 字节起）：\n    现在 {now}\n    库中 {stored}"),
                || format!("  decided again: not the same from byte {at}\n    now    {now}\n    stored {stored}"),
            );
            writeln!(out, "{words}")?;
        }
    }
    if again.record.taken_back.is_some() {
        let original = again.record.original.map_or_else(String::new, |id| id.to_string());
        let total = Fen::new(again.record.decision.total);
        let words = lang.choose(
            || format!("  冲回 {original}，总费用 {total}；原结算："),
            || format!("  takes back {original}, total {total}; the settlement was:"),
        );
        writeln!(out, "{words}")?;
    }
    for line in again.explanation.to_string().lines() {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn as_json(entry: &Entry, again: Option<&Replayed>) -> Result<serde_json::Value> {
    let stored: serde_json::Value = serde_json::from_str(&entry.record)?;
    Ok(json!({
        "entry": entry.id,
        "at": entry.id.moment().to_string(),
        "area": entry.key.area.to_string(),
        "person": &*entry.key.person,
        "kind": name(entry.kind).1,
        "same": again.map(|again| again.same),
        "record": stored,
        "explanation": again.map(|again| &again.explanation),
    }))
}
