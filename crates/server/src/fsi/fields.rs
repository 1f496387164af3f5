//! The fields of every transaction as data: which nodes a message has, which fields a node has, of what type, and who
//! requires them.
//!
//! The tables stand in `fields/*.tsv`. A line `> 2207 in data row` (tabs between) begins a node: transaction, direction (`in`, `out`, or
//! the columns of a file sent `up` or fetched `down`), name (`-`: directly under input or output), one row or many. The
//! lines after it are fields in their order: name, type, who requires it, code list (`*`: one that no source prints),
//! 中文名, meaning, sources. Sources are the letters of the reference; `m` is from memory, `own` is ours.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text of at most so many characters; 0: no limit is stated.
    Text(u16),
    /// A number with so many digits (0: not stated) and decimals.
    Number(u8, u8),
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// Bytes, as base 64.
    Bytes,
    /// A node with one row.
    Row,
    /// A node with many rows.
    Rows,
    /// A list of texts.
    List,
    /// True or false.
    Flag,
}

/// Who requires a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Need {
    /// Nobody.
    Optional,
    /// Some editions; others do not have it or send it blank, so that no message is refused for lacking it.
    SomeEditions,
    /// Every edition that has the node.
    Required,
}

/// One field of a node.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// National name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Who requires it.
    pub need: Need,
    /// The code list of its values, if it has one that is known.
    pub list: Option<&'static str>,
    /// 中文名.
    pub zh: &'static str,
    /// What it means, in our own words.
    pub en: &'static str,
    /// Letters of the sources that declare it.
    pub sources: &'static str,
}

/// Where a table belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// A node of the request.
    In,
    /// A node of the answer.
    Out,
    /// Columns of a file that is sent.
    Up,
    /// Columns of a file that is fetched.
    Down,
}

/// The fields of one node, in their order.
#[derive(Debug)]
pub struct Table {
    /// The node; empty: directly under input or output.
    pub node: &'static str,
    /// Where it belongs.
    pub direction: Direction,
    /// Many rows.
    pub many: bool,
    /// Its fields.
    pub fields: Vec<Field>,
    exact: HashMap<&'static str, usize, BuildHasherDefault<Fnv>>,
    folded: HashMap<String, usize>,
}

/// FNV-1a: names are short, ours, and looked up some hundred times a message.
#[derive(Debug)]
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Senders write fields in the order of the tables and leave some out: so many are looked at before the name is looked up.
const NEAR: usize = 4;

impl Table {
    /// The place of a field that a sender calls `name`, in any of its spellings. `hint` is where it is likely to be.
    #[must_use]
    pub fn place(&self, name: &str, hint: usize) -> Option<usize> {
        let mut near = self.fields.iter().skip(hint).take(NEAR);
        if let Some(ahead) = near.position(|field| field.name == name) {
            return Some(hint + ahead);
        }
        self.exact.get(name).copied().or_else(|| self.folded.get(&folded(name)).copied())
    }

    /// The field with exactly this national name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.exact.get(name).map(|place| &self.fields[*place])
    }

    fn index(&mut self) {
        for (place, field) in self.fields.iter().enumerate() {
            self.exact.insert(field.name, place);
        }
        for (place, field) in self.fields.iter().enumerate() {
            self.folded.entry(folded(field.name)).or_insert(place);
        }
        for (place, field) in self.fields.iter().enumerate() {
            for spelling in spellings(field.name) {
                self.folded.entry(folded(spelling)).or_insert(place);
            }
        }
    }
}

/// A name without case and underscores: what the editions' spellings have in common.
#[must_use]
pub fn folded(name: &str) -> String {
    let kept = name.bytes().filter(|byte| *byte != b'_' && byte.is_ascii());
    kept.map(|byte| char::from(byte.to_ascii_lowercase())).collect()
}

/// Other names that editions give a field, beyond case and underscores.
fn spellings(name: &str) -> impl Iterator<Item = &'static str> {
    let mut lines = SPELLINGS.lines().filter_map(|line| line.split_once('\t'));
    lines.find(|(own, _)| *own == name).into_iter().flat_map(|(_, others)| others.split(' '))
}

/// All tables of a transaction.
#[derive(Debug)]
pub struct Sheet {
    /// The transaction whose tables these are; variants share them.
    pub number: &'static str,
    /// Its nodes and files, in their order.
    pub tables: Vec<Table>,
}

impl Sheet {
    /// The table of a node.
    #[must_use]
    pub fn table(&self, direction: Direction, node: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.direction == direction && table.node == node)
    }

    /// The nodes of one direction.
    pub fn nodes(&self, direction: Direction) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.direction == direction)
    }
}

/// A transaction of the interface, by number.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Its number (national `infno`).
    pub number: &'static str,
    /// The transaction whose tables it uses.
    pub sheet: &'static str,
    /// The path of its own that some editions call it by; empty: none is known.
    pub path: &'static str,
    /// 中文名.
    pub zh: &'static str,
    /// English name.
    pub en: &'static str,
}

/// The tables of a transaction, by its own number or the number of a variant.
#[must_use]
pub fn sheet(number: &str) -> Option<&'static Sheet> {
    let entry = entry(number)?;
    BOOK.sheets.iter().find(|sheet| sheet.number == entry.sheet)
}

/// A transaction by number.
#[must_use]
pub fn entry(number: &str) -> Option<&'static Entry> {
    BOOK.places.get(number).map(|place| &BOOK.entries[*place])
}

/// All transactions, in the order of the list.
#[must_use]
pub fn entries() -> &'static [Entry] {
    &BOOK.entries
}

/// All tables.
#[must_use]
pub fn sheets() -> &'static [Sheet] {
    &BOOK.sheets
}

/// What is wrong with the tables themselves; a test holds it to nothing.
#[must_use]
pub fn faults() -> &'static [String] {
    &BOOK.faults
}

struct Book {
    entries: Vec<Entry>,
    places: HashMap<&'static str, usize>,
    sheets: Vec<Sheet>,
    faults: Vec<String>,
}

static BOOK: LazyLock<Book> = LazyLock::new(Book::read);

const TRANSACTIONS: &str = include_str!("fields/transactions.tsv");
const SPELLINGS: &str = include_str!("fields/spellings.tsv");

const FILES: &[&str] = &[
    include_str!("fields/sessions.tsv"),
    include_str!("fields/files.tsv"),
    include_str!("fields/people.tsv"),
    include_str!("fields/institutions.tsv"),
    include_str!("fields/catalogues.tsv"),
    include_str!("fields/entitlement.tsv"),
    include_str!("fields/pharmacy.tsv"),
    include_str!("fields/outpatient.tsv"),
    include_str!("fields/filings.tsv"),
    include_str!("fields/reversal.tsv"),
    include_str!("fields/analysis.tsv"),
    include_str!("fields/reconciliation.tsv"),
    include_str!("fields/mapping.tsv"),
    include_str!("fields/queries.tsv"),
    include_str!("fields/prescriptions.tsv"),
    include_str!("fields/dispensing.tsv"),
    include_str!("fields/explanation.tsv"),
];

impl Book {
    fn read() -> Book {
        let mut book = Book {
            entries: Vec::new(),
            places: HashMap::new(),
            sheets: Vec::new(),
            faults: Vec::new(),
        };
        for line in TRANSACTIONS.lines() {
            book.entry(line);
        }
        for line in FILES.iter().flat_map(|file| file.lines()) {
            if let Err(fault) = book.line(line) {
                book.faults.push(format!("{fault}: {line}"));
            }
        }
        book.sheets.iter_mut().flat_map(|sheet| &mut sheet.tables).for_each(Table::index);
        book
    }

    fn entry(&mut self, line: &'static str) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [number, sheet, path, zh, en] = cells[..] else {
            self.faults.push(format!("not five cells: {line}"));
            return;
        };
        self.places.insert(number, self.entries.len());
        self.entries.push(Entry { number, sheet, path, zh, en });
    }

    fn line(&mut self, line: &'static str) -> Result<(), &'static str> {
        match line.strip_prefix("> ") {
            Some(head) => self.node(head),
            None => {
                let table = self.sheets.last_mut().and_then(|sheet| sheet.tables.last_mut());
                table.ok_or("a field before any node")?.fields.push(field(line)?);
                Ok(())
            }
        }
    }

    fn node(&mut self, head: &'static str) -> Result<(), &'static str> {
        let cells: Vec<&str> = head.split('\t').collect();
        let [number, direction, node, many] = cells[..] else { return Err("not four cells") };
        let direction = match direction {
            "in" => Direction::In,
            "out" => Direction::Out,
            "up" => Direction::Up,
            "down" => Direction::Down,
            _ => return Err("not a direction"),
        };
        let table = Table {
            node: if node == "-" { "" } else { node },
            direction,
            many: many == "rows",
            fields: Vec::new(),
            exact: HashMap::default(),
            folded: HashMap::new(),
        };
        if self.sheets.last().is_none_or(|sheet| sheet.number != number) {
            self.sheets.push(Sheet { number, tables: Vec::new() });
        }
        self.sheets.last_mut().ok_or("no sheet")?.tables.push(table);
        Ok(())
    }
}

fn field(line: &'static str) -> Result<Field, &'static str> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [name, kind, need, list, zh, en, sources] = cells[..] else {
        return Err("not seven cells");
    };
    let need = match need {
        "Y" => Need::Required,
        "H" => Need::SomeEditions,
        "" => Need::Optional,
        _ => return Err("not a requirement"),
    };
    let list = (!list.is_empty() && list != "*").then_some(list);
    Ok(Field { name, kind: self::kind(kind).ok_or("not a type")?, need, list, zh, en, sources })
}

fn kind(text: &str) -> Option<Kind> {
    let plain = match text {
        "date" => Kind::Date,
        "datetime" => Kind::DateTime,
        "bytes" => Kind::Bytes,
        "row" => Kind::Row,
        "rows" => Kind::Rows,
        "list" => Kind::List,
        "flag" => Kind::Flag,
        "c" => Kind::Text(0),
        "n" => Kind::Number(0, 2),
        _ => return sized(text),
    };
    Some(plain)
}

fn sized(text: &str) -> Option<Kind> {
    if let Some(length) = text.strip_prefix('c') {
        return length.parse().ok().map(Kind::Text);
    }
    let size = text.strip_prefix('n')?;
    let (digits, decimals) = size.split_once(',').unwrap_or((size, "0"));
    Some(Kind::Number(digits.parse().ok()?, decimals.parse().ok()?))
}
