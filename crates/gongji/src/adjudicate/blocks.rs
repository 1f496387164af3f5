//! Settles entries block by block on any number of threads. Each person belongs to one shard, each
//! shard to one thread, and the rows of a block are put back into settlement order before they are
//! written: the result does not depend on the number of threads.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Result, anyhow};
use kernel::Refusal;

use super::order::Ordered;
use super::packed::{self, unpack};
use super::people::{Made, Names, People, Regions};
use crate::formats::{Cell, Field, Stored, TextFormat};
use crate::names::{Mixer, mixed, name_of_bytes};
use crate::results::Totals;

/// Says what to note under a row, if anything.
pub type Note<'a> = &'a (dyn Fn(&Made<'_>) -> Option<String> + Sync);

/// How rows are made.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The regions.
    pub regions: Regions<'a>,
    /// Bills that some reversal takes back.
    pub reversed: &'a Names,
    /// As bytes of this format; otherwise as cells of the short columns or of all.
    pub text: Option<TextFormat>,
    /// All columns.
    pub fields: &'a [Field],
    /// Only the columns of a terminal.
    pub short: bool,
    /// What to note under a row.
    pub note: Option<Note<'a>>,
    /// How many threads.
    pub threads: usize,
}

/// What settling came to.
#[derive(Debug, Default)]
pub struct Done {
    /// Sums by region number.
    pub totals: Vec<Totals>,
    /// Entries not settled: where they were read, and why.
    pub refused: Vec<(u64, Refusal)>,
}

/// Takes rows in settlement order.
pub trait RowTarget {
    /// Rows as bytes.
    ///
    /// # Errors
    /// Of the writer.
    fn text(&mut self, rows: &[u8]) -> Result<()>;

    /// A row as cells.
    ///
    /// # Errors
    /// Of the writer.
    fn cells(&mut self, cells: &mut dyn Iterator<Item = Cell<'_>>) -> Result<()>;

    /// What is noted under the row before.
    ///
    /// # Errors
    /// Of the writer.
    fn note(&mut self, text: &str) -> Result<()>;

    /// So many entries are behind us.
    fn moved(&mut self, entries: u64);
}

/// Entries of a block.
const BLOCK: usize = 2_048;

/// Packed entries in settlement order.
#[derive(Default)]
struct Block {
    records: Vec<u8>,
    entries: Vec<Place>,
}

/// Where an entry lies, and whose it is.
#[derive(Clone, Copy)]
struct Place {
    bill: u128,
    person: u128,
    start: u32,
    end: u32,
    shard: u32,
    duplicate: bool,
}

/// What a shard made of a block: rows in order, each with the number of its entry.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    cells: Vec<Stored>,
    cell_text: String,
    rows: Vec<BatchRow>,
    notes: Vec<(u32, String)>,
    refused: Vec<(u64, Refusal)>,
    places: Vec<u32>,
}

struct BatchRow {
    entry: u32,
    end: u32,
}

/// Settles all entries and writes them.
///
/// # Errors
/// Of the writer, or of temporary files.
pub fn settle(mut ordered: Ordered, plan: &Plan<'_>, target: &mut dyn RowTarget) -> Result<Done> {
    let seen = Names::with_capacity_and_hasher(ordered.count(), Mixer::default());
    let mut filler = Filler { seen, shards: plan.threads.max(1) as u64 };
    if plan.threads <= 1 {
        let mut people = People::new(plan.regions, plan.reversed);
        let (mut block, mut batch) = (Block::default(), Batch::default());
        let mut done = Done::default();
        while filler.fill(&mut ordered, &mut block)? {
            batch.clear();
            batch.settle(0, &block, &mut people, plan)?;
            write(&block, std::slice::from_mut(&mut batch), plan, target)?;
            done.refused.append(&mut batch.refused);
        }
        done.totals = people.totals;
        return Ok(done);
    }
    std::thread::scope(|scope| {
        let mut workers = Vec::new();
        for shard in 0..plan.threads {
            let (send_block, blocks) = sync_channel::<Arc<Block>>(2);
            let (send_batch, batches) = sync_channel::<Result<Batch>>(2);
            let shard = u32::try_from(shard).unwrap_or(u32::MAX);
            let handle = scope.spawn(move || work(shard, plan, &blocks, &send_batch));
            workers.push(Worker { send_block, batches, handle });
        }
        let done = deal(&mut filler, &mut ordered, &workers, plan, target);
        let mut totals = vec![Totals::default(); plan.regions.len()];
        for Worker { send_block, batches, handle } in workers {
            drop((send_block, batches));
            let part = handle.join().map_err(|_| anyhow!("a worker thread panicked"))?;
            for (sum, part) in totals.iter_mut().zip(&part) {
                sum.merge(part);
            }
        }
        done.map(|refused| Done { totals, refused })
    })
}

struct Worker<'scope> {
    send_block: SyncSender<Arc<Block>>,
    batches: Receiver<Result<Batch>>,
    handle: std::thread::ScopedJoinHandle<'scope, Vec<Totals>>,
}

/// One shard, from the first block to the last; returns its sums.
fn work(
    shard: u32,
    plan: &Plan<'_>,
    blocks: &Receiver<Arc<Block>>,
    send: &SyncSender<Result<Batch>>,
) -> Vec<Totals> {
    let mut people = People::new(plan.regions, plan.reversed);
    while let Ok(block) = blocks.recv() {
        let mut batch = Batch::default();
        let settled = batch.settle(shard, &block, &mut people, plan);
        if send.send(settled.map(|()| batch)).is_err() {
            break;
        }
    }
    people.totals
}

/// Hands each block to all workers and writes what comes back, a few blocks behind.
fn deal(
    filler: &mut Filler,
    ordered: &mut Ordered,
    workers: &[Worker<'_>],
    plan: &Plan<'_>,
    target: &mut dyn RowTarget,
) -> Result<Vec<(u64, Refusal)>> {
    let mut refused = Vec::new();
    let mut waiting: VecDeque<Arc<Block>> = VecDeque::new();
    let gone = || anyhow!("a worker thread ended early");
    let mut more = true;
    while more || !waiting.is_empty() {
        if more && waiting.len() < 3 {
            let mut block = Block::default();
            more = filler.fill(ordered, &mut block)?;
            if more {
                let block = Arc::new(block);
                for worker in workers {
                    worker.send_block.send(block.clone()).map_err(|_| gone())?;
                }
                waiting.push_back(block);
            }
            continue;
        }
        let Some(block) = waiting.pop_front() else { continue };
        let mut batches = Vec::with_capacity(workers.len());
        for worker in workers {
            batches.push(worker.batches.recv().map_err(|_| gone())??);
        }
        write(&block, &mut batches, plan, target)?;
        for batch in &mut batches {
            refused.append(&mut batch.refused);
        }
    }
    Ok(refused)
}

/// Makes blocks, and notices bill numbers that come twice.
struct Filler {
    seen: Names,
    shards: u64,
}

impl Filler {
    fn fill(&mut self, ordered: &mut Ordered, block: &mut Block) -> Result<bool> {
        block.records.clear();
        block.entries.clear();
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        while block.entries.len() < BLOCK {
            let start = block.records.len();
            if !ordered.next(&mut block.records)? {
                break;
            }
            let (number, person) = packed::names(&block.records[start..])?;
            let (bill, person) = (name_of_bytes(number), name_of_bytes(person));
            let shard = if self.shards == 1 { 0 } else { mixed(person) % self.shards };
            let shard = u32::try_from(shard).unwrap_or(0);
            let (start, end) = (place(start), place(block.records.len()));
            block.entries.push(Place { bill, person, start, end, shard, duplicate: false });
        }
        // A loop of its own, so that the slow reads of a large table overlap.
        for entry in &mut block.entries {
            entry.duplicate = !self.seen.insert(entry.bill);
        }
        Ok(!block.entries.is_empty())
    }
}

impl Batch {
    fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.cell_text.clear();
        self.rows.clear();
        self.notes.clear();
        self.refused.clear();
    }

    /// Settles the entries of a shard.
    fn settle(
        &mut self,
        shard: u32,
        block: &Block,
        people: &mut People<'_>,
        plan: &Plan<'_>,
    ) -> Result<()> {
        let own = || block.entries.iter().filter(|place| place.shard == shard);
        people.fetch(own().map(|place| place.person), &mut self.places);
        for (number, place) in (0..).zip(&block.entries) {
            if place.shard != shard {
                continue;
            }
            let record = &block.records[place.start as usize..place.end as usize];
            let mut entry = unpack(record, u64::from(number))?;
            let settled = match place.duplicate {
                true => Err(Refusal::DuplicateBill),
                false => people.settle(&mut entry, |made| self.made(number, made, plan)),
            };
            if let Err(refusal) = settled {
                self.refused.push((entry.position, refusal));
            }
        }
        Ok(())
    }

    fn made(&mut self, entry: u32, made: &Made<'_>, plan: &Plan<'_>) {
        if let Some(text) = plan.note.and_then(|note| note(made)) {
            self.notes.push((entry, text));
        }
        let end = if let Some(format) = plan.text {
            format.row(&mut self.text, plan.fields, made.row.cells());
            self.text.len()
        } else {
            let text = &mut self.cell_text;
            let keep = |cell| Stored::keep(cell, text);
            match plan.short {
                true => self.cells.extend(made.row.short_cells().map(keep)),
                false => self.cells.extend(made.row.cells().map(keep)),
            }
            self.cells.len()
        };
        self.rows.push(BatchRow { entry, end: u32::try_from(end).unwrap_or(u32::MAX) });
    }
}

/// Writes the rows of a block in the order of its entries.
fn write(
    block: &Block,
    batches: &mut [Batch],
    plan: &Plan<'_>,
    target: &mut dyn RowTarget,
) -> Result<()> {
    target.moved(block.entries.len() as u64);
    if let ([batch], true) = (&*batches, plan.text.is_some() && plan.note.is_none()) {
        return target.text(&batch.text);
    }
    let mut next = vec![(0, 0); batches.len()];
    for (number, place) in (0..).zip(&block.entries) {
        let shard = place.shard as usize;
        let batch = &batches[shard];
        let (row, start) = &mut next[shard];
        let Some(BatchRow { end, .. }) = batch.rows.get(*row).filter(|row| row.entry == number)
        else {
            continue;
        };
        let range = *start..*end as usize;
        (*row, *start) = (*row + 1, range.end);
        if plan.text.is_some() {
            target.text(&batch.text[range])?;
        } else {
            let cells = &batch.cells[range];
            target.cells(&mut cells.iter().map(|cell| cell.cell(&batch.cell_text)))?;
        }
        let note = batch.notes.binary_search_by_key(&number, |(entry, _)| *entry);
        if let Ok(found) = note {
            target.note(&batch.notes[found].1)?;
        }
    }
    Ok(())
}
