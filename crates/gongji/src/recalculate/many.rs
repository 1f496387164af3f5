//! All that wait, in pages: how far it is stands in a document, so that a run that was cut off goes on where it was.

use super::RunArgs;
use super::decide::name;
use super::files::Lines;
use super::office::Office;
use crate::progress::Progress as Bar;
use crate::source::Source;
use agency::business::recalculation::Progress;
use agency::documents::RUN;
use agency::recalculation::{After, Desk, Item, Proposal, Step, pending, proposed};
use agency::{Reason, Refused};
use anyhow::{Result, anyhow, bail};
use kernel::Fen;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Area, DocumentKey};

/// Refusals that are shown.
const SHOWN: u64 = 20;

/// How far a run is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Far {
    after: After,
    /// Person-years worked off.
    done: u64,
    /// Those that differ.
    differing: u64,
    /// Settlements that differ.
    settlements: u64,
    /// By how much the funds pay more, and less, fen.
    more: i64,
    less: i64,
    /// Not worked off.
    refused: u64,
}

/// Runs the command.
pub(super) fn run(args: &RunArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    if args.by.trim().is_empty() {
        bail!(lang.pick("请用 --by 写明经办人", "say --by whom"));
    }
    let office = Office::open(&args.place, source)?;
    let mut refused = 0;
    for area in &office.areas {
        let far = Run { args, office: &office, area: *area }.work_off(source, out)?;
        refused += far.refused;
        let Far { done, differing, settlements, more, less, refused, .. } = far;
        let (more, less) = (Fen::new(more), Fen::new(less));
        let words = lang.choose(
            || {
                let step = if args.approve { "已审批入账" } else { "已提出" };
                format!(
                    "{area}：{step} {done} 个人员年度，有差异 {differing} 个（结算 {settlements} 笔）；\
                     基金应多付 {more} 元，应追回 {less} 元；未办理 {refused} 个"
                )
            },
            || {
                let step = if args.approve { "approved and posted" } else { "proposed" };
                format!(
                    "{area}: {step} {done} person-years, {differing} differ ({settlements} settlements); the \
                     funds pay {more} more and {less} less; {refused} not done"
                )
            },
        );
        writeln!(out, "{words}")?;
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A run over an area.
struct Run<'a> {
    args: &'a RunArgs,
    office: &'a Office,
    area: Area,
}

impl Run<'_> {
    fn key(&self) -> DocumentKey {
        let number = if self.args.approve { "approve" } else { "propose" };
        DocumentKey {
            area: self.area,
            kind: Arc::from(RUN),
            owner: Arc::from("recalculation"),
            number: Arc::from(number),
        }
    }

    fn work_off(&self, source: &Source, out: &mut dyn Write) -> Result<Far> {
        let Run { args, office, area } = *self;
        let (lang, store) = (source.lang(), office.agency.store());
        let under_way = store.document(&self.key())?;
        let under_way = under_way.filter(|run| run.state == Progress::UNDER_WAY);
        let go_on = under_way.is_some();
        let mut far: Far = match &under_way {
            Some(run) => serde_json::from_str(&run.body)?,
            None => Far::default(),
        };
        if go_on {
            let done = far.done;
            let words = lang.choose(
                || format!("{area}：接着上次办理，已办 {done} 个"),
                || format!("{area}: goes on; {done} done before"),
            );
            writeln!(out, "{words}")?;
        }
        // Several areas share the files.
        let append = go_on || office.areas.first() != Some(&area);
        let mut csv = match &args.csv {
            Some(path) => Some(Lines::csv(path, append)?),
            None => None,
        };
        let mut notices = match &args.notices {
            Some(path) => Some(Lines::open(path, append, "")?),
            None => None,
        };
        let bar = Bar::alive(lang.pick("重算，人员年度", "person-years"));
        let desk = office.desk(&args.by);
        let step = if args.approve { Step::Approve } else { Step::Propose };
        loop {
            let page = match step {
                Step::Propose => pending(store, area, &far.after, args.page as usize)?,
                Step::Approve => proposed(store, area, &far.after, args.page as usize)?,
            };
            let (items, Some(next)) = page else { break };
            let replies = desk.all(&items, step, args.threads as usize);
            for (item, reply) in items.iter().zip(replies) {
                match reply {
                    Ok(proposal) => {
                        far.take(&proposal);
                        if let Some(csv) = &mut csv {
                            csv.differences(&item.person, &proposal)?;
                        }
                        if let Some(notices) =
                            notices.as_mut().filter(|_| !proposal.changed.is_empty())
                        {
                            let name = name(office, &item.person)?;
                            notices.notice(&name, &item.person, &proposal)?;
                        }
                    }
                    Err(refused) => far.refuse(item, &refused)?,
                }
            }
            for file in [&mut csv, &mut notices].into_iter().flatten() {
                file.flush()?;
            }
            bar.moved(items.len() as u64);
            far.after = next;
            self.note(&desk, &far, false)?;
        }
        self.note(&desk, &far, true)?;
        Ok(far)
    }

    fn note(&self, desk: &Desk<'_>, far: &Far, over: bool) -> Result<()> {
        let body = Arc::from(serde_json::to_string(far)?);
        let noted = desk.ask(Progress { key: self.key(), over, body });
        noted.map(drop).map_err(|refused| anyhow!("{refused}"))
    }
}

impl Far {
    fn take(&mut self, proposal: &Proposal) {
        self.done += 1;
        self.differing += u64::from(!proposal.changed.is_empty());
        self.settlements += proposal.changed.len() as u64;
        let by: i64 = proposal.funds().iter().sum();
        self.more += by.max(0);
        self.less += (-by).max(0);
    }

    /// Shows why a person-year was not worked off. What will pass later ends the run: it goes on from there.
    fn refuse(&mut self, item: &Item, refused: &Refused) -> Result<()> {
        let Item { person, year, .. } = item;
        if matches!(refused.reason, Reason::Unavailable | Reason::Closing) {
            bail!("{} {year}: {refused}", person.person);
        }
        self.refused += 1;
        if self.refused <= SHOWN {
            eprintln!("{} {} {year}：{refused}", person.area, person.person);
        }
        Ok(())
    }
}
