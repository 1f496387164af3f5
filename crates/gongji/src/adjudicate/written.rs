//! The results on their way out: to a file in its format, or to the terminal as a table with each amount
//! and its article where the bills are few, or as the explanation of one bill.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context, Result, bail};
use policy::explain::explanation;

use super::blocks::{self, Done, Note, Plan, RowTarget};
use super::order::Sorter;
use super::people::{Made, Names, Regions};
use super::{AdjudicateArgs, Streams};
use crate::formats::terminal::Aligned;
use crate::formats::{Cell, Format, Output, TextFormat};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::results::{ResultColumn, detail};

/// Bills up to which a terminal shows every amount with its article.
const FEW: u64 = 40;

/// Bills from which on settling takes noticeable time.
const LONG: u64 = 200_000;

/// What is to be done with the bills.
pub(super) struct Job<'a> {
    pub(super) args: &'a AdjudicateArgs,
    pub(super) regions: Regions<'a>,
    pub(super) reversed: &'a Names,
    pub(super) lang: Lang,
}

impl Job<'_> {
    /// Settles all bills and writes the results.
    pub(super) fn settle(&self, sorter: Sorter, streams: &mut Streams<'_>) -> Result<Done> {
        let Job { args, regions, reversed, lang } = *self;
        let count = sorter.count();
        let format = self.format();
        let fields = ResultColumn::fields();
        let table = format == Format::Table && args.output.is_none();
        let explained = |made: &Made<'_>| {
            let wanted = args.explain.as_deref() == Some(made.row.number);
            wanted.then(|| explained(made, lang))
        };
        let detailed = |made: &Made<'_>| Some(amounts(made, lang));
        let note: Option<Note<'_>> = match &args.explain {
            Some(_) => Some(&explained),
            None if table && count <= FEW => Some(&detailed),
            None => None,
        };
        let threads = args.threads.or(std::thread::available_parallelism().ok());
        let plan = Plan {
            regions,
            reversed,
            text: TextFormat::of(format),
            fields: &fields,
            short: format == Format::Table,
            note,
            threads: threads.map_or(1, std::num::NonZero::get),
        };
        let mut target = Target {
            sink: self.sink(format, streams)?,
            explanation: args.explain.as_ref().map(|_| String::new()),
            progress: Progress::begin(lang.pick("结算", "settling"), count, LONG),
        };
        let done = blocks::settle(sorter.finish()?, &plan, &mut target)?;
        let explanation = target.finish()?;
        self.say(explanation.as_deref(), table, &done, streams.out)?;
        Ok(done)
    }

    fn format(&self) -> Format {
        let AdjudicateArgs { to, output, .. } = self.args;
        let of_name = || output.as_deref().and_then(Format::of_name);
        let usual = if output.is_some() { Format::Csv } else { Format::Table };
        to.or_else(of_name).unwrap_or(usual)
    }

    fn sink<'a>(&self, format: Format, streams: &'a mut Streams<'_>) -> Result<Sink<'a>> {
        let Job { args, lang, .. } = self;
        let fields = match format {
            Format::Table => ResultColumn::short_fields(*lang),
            _ => ResultColumn::fields(),
        };
        let out: Box<dyn Write + Send + 'a> = match &args.output {
            Some(path) => {
                let file = File::create(path).with_context(|| path.display().to_string())?;
                Box::new(BufWriter::with_capacity(1 << 16, file))
            }
            None if args.explain.is_some() => return Ok(Sink::Nowhere),
            None => Box::new(&mut *streams.out),
        };
        Ok(match format {
            Format::Table => Sink::Table(Aligned::new(out, &fields)),
            format => Sink::File(Output::new(out, format, &fields)?),
        })
    }

    /// What is said after the rows: the explanation, or sums.
    fn say(
        &self,
        explanation: Option<&str>,
        table: bool,
        done: &Done,
        out: &mut (dyn Write + Send),
    ) -> Result<()> {
        let Job { args, regions, lang, .. } = self;
        match (&args.explain, explanation) {
            (Some(bill), None | Some("")) => {
                let nothing = lang.pick("没有结算这张单据", "no such bill was settled");
                bail!("--explain {bill}: {nothing}")
            }
            (Some(_), Some(text)) => out.write_all(text.as_bytes())?,
            (None, _) if table => {
                writeln!(out)?;
                for ((code, timeline), sums) in regions.iter().zip(&done.totals) {
                    if sums.bills + sums.reversals > 0 {
                        let name = lang.pick(&timeline.name.zh, &timeline.name.en);
                        writeln!(out, "{}", sums.line(&format!("{code} {name}"), *lang))?;
                    }
                }
            }
            (None, _) => {}
        }
        Ok(())
    }
}

/// Each amount of a settlement with its article.
fn amounts(made: &Made<'_>, lang: Lang) -> String {
    match (made.trace, made.row.reverses) {
        (Some(trace), _) => detail::lines(made.row.policy, made.row.settlement, trace, lang),
        (None, original) => {
            let original = original.unwrap_or_default();
            lang.choose(
                || format!("    冲回 {original}\n"),
                || format!("    takes back {original}\n"),
            )
        }
    }
}

/// A settlement as a person wants to read it.
fn explained(made: &Made<'_>, lang: Lang) -> String {
    let Made { row, bill, facts, trace } = made;
    match trace {
        Some(trace) => {
            let english = lang == Lang::En;
            explanation(row.policy, bill, facts, row.settlement, trace, english).to_string()
        }
        None => amounts(made, lang),
    }
}

enum Sink<'a> {
    Nowhere,
    File(Output<Box<dyn Write + Send + 'a>>),
    Table(Aligned<Box<dyn Write + Send + 'a>>),
}

struct Target<'a> {
    sink: Sink<'a>,
    /// Filled when the bill to be explained comes by.
    explanation: Option<String>,
    progress: Progress,
}

impl Target<'_> {
    /// Ends the rows and returns the explanation.
    fn finish(self) -> Result<Option<String>> {
        match self.sink {
            Sink::Nowhere => {}
            Sink::File(output) => output.finish()?,
            Sink::Table(aligned) => aligned.finish()?.flush()?,
        }
        Ok(self.explanation)
    }
}

impl RowTarget for Target<'_> {
    fn text(&mut self, rows: &[u8]) -> Result<()> {
        match &mut self.sink {
            Sink::File(output) => output.text(rows),
            _ => Ok(()),
        }
    }

    fn cells(&mut self, cells: &mut dyn Iterator<Item = Cell<'_>>) -> Result<()> {
        match &mut self.sink {
            Sink::File(output) => output.row(cells),
            Sink::Table(table) => table.row(cells),
            Sink::Nowhere => Ok(()),
        }
    }

    fn note(&mut self, text: &str) -> Result<()> {
        match (&mut self.explanation, &mut self.sink) {
            (Some(explanation), _) => {
                explanation.push_str(text);
                Ok(())
            }
            (None, Sink::Table(table)) => table.note(text),
            _ => Ok(()),
        }
    }

    fn moved(&mut self, entries: u64) {
        self.progress.moved(entries);
    }
}
