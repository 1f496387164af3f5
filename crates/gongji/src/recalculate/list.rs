//! What waits: person-years to be folded again by kind of fact, proposals by state.

use super::ListArgs;
use crate::books::place::{law, now};
use crate::clearing::office::area_of;
use crate::source::Source;
use agency::business::account::Recalculation;
use agency::business::recalculation::PENDING;
use agency::documents::{PROPOSAL, RECALCULATION};
use agency::recalculation::{Proposal, file_agreement_changes};
use anyhow::{Result, anyhow};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Area, Document, Store};

/// Rows read at a time.
const PAGE: usize = 2_000;

/// Runs the command.
pub(super) fn run(args: &ListArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    // Faults of policies are said before the books are opened.
    law(source)?;
    let store = args.place.place.open(false, lang)?;
    let wanted = args.place.region.as_deref().map(|code| area_of(&*store, Some(code), source));
    let wanted = wanted.transpose()?;
    for (area, _) in store.areas()? {
        if wanted.is_some_and(|wanted| wanted != area) {
            continue;
        }
        file_agreement_changes(&*store, area, now()).map_err(|refused| anyhow!("{refused}"))?;
        let mut kinds: BTreeMap<Arc<str>, u64> = BTreeMap::new();
        let mut years: BTreeSet<(Arc<str>, i32)> = BTreeSet::new();
        let mut documents = 0_u64;
        each(&*store, area, RECALCULATION, |document| {
            if document.state != PENDING {
                return;
            }
            let Ok(asked) = serde_json::from_str::<Recalculation>(&document.body) else { return };
            documents += 1;
            *kinds.entry(asked.kind).or_default() += 1;
            years.insert((document.key.owner.clone(), asked.year));
        })?;
        let mut states: BTreeMap<i16, u64> = BTreeMap::new();
        each(&*store, area, PROPOSAL, |document| *states.entry(document.state).or_default() += 1)?;
        let waiting = years.len();
        let title = lang.choose(
            || format!("{area}：待重算 {waiting} 个人员年度（{documents} 项事由）"),
            || format!("{area}: {waiting} person-years wait ({documents} reasons)"),
        );
        writeln!(out, "{title}")?;
        for (kind, count) in kinds {
            writeln!(out, "  {count:>8}  {}", kind_name(&kind, lang == crate::lang::Lang::En))?;
        }
        for (state, count) in states {
            let (zh, en) = Proposal::state(state);
            let words = lang.choose(|| format!("提案{zh}"), || format!("proposals {en}"));
            writeln!(out, "  {count:>8}  {words}")?;
        }
        for (person, year) in years.iter().take(args.rows) {
            writeln!(out, "    {person}  {year}")?;
        }
        if waiting > args.rows {
            let more = waiting - args.rows;
            let words =
                lang.choose(|| format!("……还有 {more} 个"), || format!("… and {more} more"));
            writeln!(out, "    {words}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Hands over every document of a kind.
fn each(store: &dyn Store, area: Area, kind: &str, mut take: impl FnMut(&Document)) -> Result<()> {
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let page = store.documents(area, kind, "", (&after.0, &after.1), PAGE)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.key.owner.clone(), last.key.number.clone());
        page.iter().for_each(&mut take);
    }
}

/// What came late, in words.
fn kind_name(kind: &str, english: bool) -> String {
    let (zh, en) = match kind {
        "retirement" => ("退休", "retirement"),
        "entitlement" => ("待遇状态（补缴、停保）", "entitlement"),
        "admission" => ("住院登记", "admission"),
        "plan" => ("参保类型", "plan"),
        "cohort" => ("人群", "cohort"),
        "contract" => ("家庭医生签约", "family doctor"),
        "death" => ("死亡", "death"),
        "enrolled" => ("首次参保", "first enrolment"),
        "filing" => ("慢特病备案", "filing"),
        "two-disease" => ("两病备案", "two diseases"),
        "chosen" => ("本人定点", "chosen institution"),
        "chosen-for" => ("按病种定点", "institution chosen for a disease"),
        "offsite" => ("异地备案", "off-site filing"),
        "level" => ("机构等级或协议", "level or agreement"),
        "policy" => ("政策替换", "policy"),
        other => (other, other),
    };
    if english { en.to_owned() } else { zh.to_owned() }
}
