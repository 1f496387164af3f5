//! One person-year: shown, proposed, approved.

use super::files::Lines;
use super::office::Office;
use super::{ApproveArgs, OneArgs, show};
use crate::source::Source;
use agency::recalculation::{Item, Proposal, notice, pending_of};
use agency::{Reason, Refused};
use anyhow::{Context as _, Result, bail};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::{PersonKey, Wants};

/// `show`.
pub(super) fn show(args: &OneArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (office, item) = open(args, source)?;
    // Whoever looks is not asked for.
    let proposal = office.desk("—").look(&item);
    said(args, &office, &item, proposal, source, out)
}

/// `propose`.
pub(super) fn propose(args: &OneArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (office, item) = open(args, source)?;
    let proposal = office.desk(&args.by).propose(&item);
    said(args, &office, &item, proposal, source, out)
}

/// `approve`.
pub(super) fn approve(
    args: &ApproveArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let (office, mut item) = open(&args.one, source)?;
    let store = office.agency.store();
    let filed = store.document(&Proposal::key(&item.person, item.year))?;
    let filed = filed.as_ref().and_then(|document| Proposal::read(document).ok());
    let mut digest = None;
    if let Some(filed) = &filed {
        item.reasons.clone_from(&filed.reasons);
        digest = Some(filed.digest.clone());
    }
    if let (Some(seen), Some(filed)) = (&args.digest, &filed)
        && !filed.digest.starts_with(seen.as_str())
    {
        let words = "重算提案在查看之后已重新提出，请再查看";
        let refused = Err(Refused::new(Reason::DocumentState, words));
        return said(&args.one, &office, &item, refused, source, out);
    }
    let proposal = office.desk(&args.one.by).approve(&item, digest.as_ref(), !args.only);
    said(&args.one, &office, &item, proposal, source, out)
}

fn open(args: &OneArgs, source: &Source) -> Result<(Office, Item)> {
    let office = Office::open(&args.place, source)?;
    let area = office.area(source.lang())?;
    let person = PersonKey::new(area, args.person.trim());
    let waiting = pending_of(office.agency.store(), &person)?;
    let asked = waiting.into_iter().find(|item| item.year == args.year);
    let item = asked.unwrap_or(Item { person, year: args.year, reasons: Vec::new() });
    Ok((office, item))
}

/// Says what came of it.
fn said(
    args: &OneArgs,
    office: &Office,
    item: &Item,
    proposal: Result<Proposal, Refused>,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let proposal = match proposal {
        Ok(proposal) => proposal,
        Err(refused) => bail!("{refused}"),
    };
    if let Some(path) = &args.csv {
        let mut csv = Lines::csv(path)?;
        csv.differences(&item.person, &proposal)?;
        csv.flush()?;
    }
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&proposal)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    show::print(&proposal, lang, out)?;
    let name = name(office, &item.person)?;
    writeln!(out, "\n{}", notice(&name, &item.person.person, &proposal))?;
    Ok(ExitCode::SUCCESS)
}

/// A person's name.
pub(super) fn name(office: &Office, person: &PersonKey) -> Result<Arc<str>> {
    let wants = Wants { people: [person.clone()].into(), ..Wants::default() };
    let world = office.agency.look(wants)?;
    let file = world.file(person).context("person")?;
    Ok(file.person.name.clone())
}
