//! Makes a population and writes it: people are drawn in parallel, files are written in order, claims are sorted by
//! arrival through temporary files, so that memory does not grow with the number of people.

use crate::calibration::Calibration;
use crate::claim::{Draw, PersonYear};
use crate::dice::Dice;
use crate::fault::{Fault, Result};
use crate::files::{File, Words};
use crate::person::Person;
use crate::region::Region;
use crate::row::{PACKED, Row};
use crate::tally::Tally;
use kernel::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

/// People drawn at a time.
const CHUNK: u64 = 2_048;
/// Chunks that may wait to be written.
const WAITING: usize = 8;
/// Claims of a file, about; a thread sorts so many in memory.
const CLAIMS: u64 = 1_000_000;
/// Files of claims at the most.
const FILES: u64 = 365;
/// Settlement events a person and year, about, to choose the number of files.
const EVENTS: u64 = 14;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// The area.
    pub region: Region,
    /// How many people.
    pub people: u64,
    /// The year.
    pub year: i32,
    /// Names the chance.
    pub seed: u64,
    /// Threads.
    pub threads: usize,
    /// A folder that does not exist or is empty.
    pub out: PathBuf,
    /// Fee lines, too.
    pub lines: bool,
    /// Months of contributions, too.
    pub contributions: bool,
}

/// A file that was written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Written {
    /// Its name.
    pub file: String,
    /// Its rows.
    pub rows: u64,
}

/// What was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Made {
    /// Sums.
    pub tally: Tally,
    /// Files, in order of their names.
    pub files: Vec<Written>,
}

/// What stands in `manifest.json`.
#[derive(Serialize)]
struct Manifest<'a> {
    region: &'a str,
    year: i32,
    seed: u64,
    people: u64,
    claims: u64,
    reversals: u64,
    total_fen: i64,
    in_scope_fen: i64,
    files: &'a [Written],
}

/// Makes the population. `moved` hears of people drawn, then of claims sorted, each with how many there are.
///
/// # Errors
/// A folder that is not empty, or cannot be written to.
pub fn run(
    request: &Request,
    aims: &Calibration,
    moved: &mut (dyn FnMut(Stage, u64, u64) + Send),
) -> Result<Made> {
    prepare(&request.out)?;
    let spill = tempfile::Builder::new().prefix(".spill").tempdir_in(&request.out);
    let spill = spill.map_err(|error| Fault::file(&request.out, error))?;
    let words = Words::of(&request.region);
    let mut desk = Desk::open(request, &words, spill.path())?;
    draw(request, aims, &mut |chunk, done| {
        desk.write(&chunk)?;
        moved(Stage::Drawing, done, request.people);
        Ok(())
    })?;
    let (tally, mut files, spilled) = desk.close()?;
    files.extend(sort(request, &words, &spilled, moved)?);
    files.sort_by(|a, b| a.file.cmp(&b.file));
    manifest(request, &tally, &files)?;
    Ok(Made { tally, files })
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// People are drawn.
    Drawing,
    /// Claims are sorted.
    Sorting,
}

fn prepare(out: &Path) -> Result<()> {
    fs::create_dir_all(out).map_err(|error| Fault::file(out, error))?;
    let mut inside = fs::read_dir(out).map_err(|error| Fault::file(out, error))?;
    match inside.next() {
        None => Ok(()),
        Some(_) => Err(Fault::file(out, "文件夹不是空的，请另取一个 / the folder is not empty")),
    }
}

/// People with their years.
struct Chunk {
    people: Vec<(Person, PersonYear)>,
    tally: Tally,
}

fn chunk(request: &Request, aims: &Calibration, number: u64) -> Chunk {
    let draw = Draw { aims, people: request.people };
    let first = number * CHUNK + 1;
    let last = (first + CHUNK).min(request.people + 1);
    let mut chunk = Chunk { people: Vec::new(), tally: Tally::default() };
    for number in first..last {
        let mut dice = Dice::of(request.seed, number);
        let person = Person::draw(number, request.year, &request.region, aims, &mut dice);
        let mut year = PersonYear::default();
        draw.year(&person, &mut dice, &mut year);
        chunk.tally.add(&request.region, &person, &year);
        chunk.people.push((person, year));
    }
    chunk
}

/// Draws chunks on threads and hands them over in order, with how many people are done.
fn draw(
    request: &Request,
    aims: &Calibration,
    take: &mut dyn FnMut(Chunk, u64) -> Result<()>,
) -> Result<()> {
    let chunks = request.people.div_ceil(CHUNK);
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        for _ in 0..request.threads.max(1) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let over = number >= chunks;
                    if over || sender.send((number, chunk(request, aims, number))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (number, chunk) in &receiver {
            early.insert(number, chunk);
            while let Some(chunk) = early.remove(&wanted) {
                wanted += 1;
                take(chunk, (wanted * CHUNK).min(request.people))?;
            }
        }
        if wanted == chunks { Ok(()) } else { Err(Fault::Thread) }
    })
}

/// Claims of some days, packed, in a temporary file.
struct Spill {
    path: PathBuf,
    out: BufWriter<fs::File>,
    rows: u64,
}

/// Temporary files and their rows.
type Spilled = Vec<(PathBuf, u64)>;

/// Where everything is written in the first pass.
struct Desk<'a> {
    people: File<'a>,
    stays: File<'a>,
    lines: Option<File<'a>>,
    contributions: Option<File<'a>>,
    spills: Vec<Spill>,
    first: Date,
    days: u64,
    tally: Tally,
    packed: Vec<u8>,
}

impl<'a> Desk<'a> {
    fn open(request: &Request, words: &'a Words, spill: &Path) -> Result<Desk<'a>> {
        let path = |name: &str| request.out.join(name);
        let files = (request.people * EVENTS / CLAIMS).clamp(12, FILES);
        let first = Date::from_ymd(request.year, 1, 1).unwrap_or(Date::MIN);
        let spills = (0..files).map(|number| {
            let path = spill.join(format!("{number:03}"));
            let file = fs::File::create_new(&path).map_err(|error| Fault::file(&path, error))?;
            Ok(Spill { path, out: BufWriter::with_capacity(1 << 18, file), rows: 0 })
        });
        Ok(Desk {
            people: File::people(&path("people.parquet"), words)?,
            stays: File::stays(&path("stays.parquet"), words)?,
            lines: match request.lines {
                true => Some(File::lines(&path("lines.parquet"), words)?),
                false => None,
            },
            contributions: match request.contributions {
                true => Some(File::contributions(&path("contributions.parquet"), words)?),
                false => None,
            },
            spills: spills.collect::<Result<_>>()?,
            first,
            // A day more, for a leap year.
            days: 366_u64.div_ceil(files),
            tally: Tally::default(),
            packed: Vec::with_capacity(PACKED),
        })
    }

    fn write(&mut self, chunk: &Chunk) -> Result<()> {
        self.tally.merge(&chunk.tally);
        for (person, year) in &chunk.people {
            self.people.person(person)?;
            if let Some(file) = &mut self.contributions {
                file.months(person)?;
            }
            for claim in &year.claims {
                let day = u64::try_from(claim.at.date().days() - self.first.days()).unwrap_or(0);
                let place =
                    usize::try_from(day / self.days).unwrap_or(0).min(self.spills.len() - 1);
                self.packed.clear();
                Row::of(claim, person).pack(&mut self.packed);
                let spill = &mut self.spills[place];
                spill.rows += 1;
                let written = spill.out.write_all(&self.packed);
                written.map_err(|error| Fault::file(&spill.path, error))?;
            }
            if let Some(file) = &mut self.lines {
                for (serial, line) in &year.lines {
                    file.line(person.number, *serial, line)?;
                }
            }
            for stay in &year.stays {
                self.stays.stay(stay)?;
            }
        }
        Ok(())
    }

    fn close(self) -> Result<(Tally, Vec<Written>, Spilled)> {
        let mut written = Vec::new();
        let files = [Some(self.people), Some(self.stays), self.lines, self.contributions];
        for file in files.into_iter().flatten() {
            let (path, rows) = file.finish()?;
            written.push(named(&path, rows));
        }
        let mut spilled = Vec::new();
        for Spill { path, mut out, rows } in self.spills {
            out.flush().map_err(|error| Fault::file(&path, error))?;
            spilled.push((path, rows));
        }
        Ok((self.tally, written, spilled))
    }
}

fn named(path: &Path, rows: u64) -> Written {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Written { file: name.unwrap_or_default(), rows }
}

/// Sorts the claims of each temporary file by arrival and writes them.
fn sort(
    request: &Request,
    words: &Words,
    spilled: &[(PathBuf, u64)],
    moved: &mut (dyn FnMut(Stage, u64, u64) + Send),
) -> Result<Vec<Written>> {
    let total: u64 = spilled.iter().map(|(_, rows)| rows).sum();
    let next = AtomicUsize::new(0);
    let mut written = Vec::new();
    let (sender, receiver) = sync_channel(WAITING);
    thread::scope(|scope| {
        for _ in 0..request.threads.max(1) {
            let (sender, next, spilled) = (sender.clone(), &next, spilled);
            scope.spawn(move || {
                while let Some((path, rows)) = spilled.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let out = request.out.join(format!("claims-{}-{name}.parquet", request.year));
                    let sorted = (*rows > 0).then(|| sorted(path, *rows, &out, words)).transpose();
                    if sender.send(sorted).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut done = 0;
        for sorted in &receiver {
            if let Some(file) = sorted? {
                done += file.rows;
                moved(Stage::Sorting, done, total);
                written.push(file);
            }
        }
        Ok(written)
    })
}

fn sorted(path: &Path, rows: u64, out: &Path, words: &Words) -> Result<Written> {
    let file = fs::File::open(path).map_err(|error| Fault::file(path, error))?;
    let mut input = BufReader::with_capacity(1 << 20, file);
    let mut all = Vec::with_capacity(usize::try_from(rows).unwrap_or(0));
    let mut packed = [0; PACKED];
    loop {
        match input.read_exact(&mut packed) {
            Ok(()) => all.push(Row::unpack(&packed)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(Fault::file(path, error)),
        }
    }
    drop(input);
    fs::remove_file(path).map_err(|error| Fault::file(path, error))?;
    all.sort_unstable_by_key(Row::order);
    let mut table = File::claims(out, words)?;
    for row in &all {
        table.claim(row)?;
    }
    let (path, rows) = table.finish()?;
    Ok(named(&path, rows))
}

fn manifest(request: &Request, tally: &Tally, files: &[Written]) -> Result<()> {
    let path = request.out.join("manifest.json");
    let manifest = Manifest {
        region: &request.region.code,
        year: request.year,
        seed: request.seed,
        people: request.people,
        claims: tally.claims,
        reversals: tally.reversals,
        total_fen: tally.total,
        in_scope_fen: tally.in_scope,
        files,
    };
    let text =
        serde_json::to_string_pretty(&manifest).map_err(|error| Fault::file(&path, error))?;
    fs::write(&path, text + "\n").map_err(|error| Fault::file(&path, error))
}
