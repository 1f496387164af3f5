//! The people that the benches settle for: all insured through an employer, with ten yuan of this year in the account and
//! a hundred thousand of earlier years, so that a bill above the deductible is paid by the pool fund, by both kinds of money
//! and owed to the pharmacy: four postings. Each settles once, because the ten yuan are gone then.

use crate::clock::WallClock;
use agency::core::Clock as _;
use agency::import::{Header, Importer, Options, Table};
use agency::regions::Regions;
use agency::town::{self, CHONGQING};
use anyhow::{Context as _, Result, ensure};
use kernel::Moment;
use std::sync::Arc;
use store::{PersonKey, Store};

/// Residents, the pharmacies they go to, and what they buy.
#[derive(Debug)]
pub(crate) struct Residents {
    /// People there are, of whom the first `originals` were settled in and the others are their copies.
    people: u32,
    originals: u32,
    /// Number of the first copy; 0 are the originals.
    first: u32,
    /// How many have settled, and whether they may a second time.
    settled: u32,
    again: bool,
    pharmacies: Vec<Arc<str>>,
    wares: Vec<(Arc<str>, i64)>,
    transaction: Arc<str>,
    started: Moment,
    sent: usize,
}

/// Lines of a bill.
const LINES: usize = 5;
/// What a line costs, fen: five of them are above the deductible.
const PRICES: [i64; LINES] = [9_850, 12_340, 7_700, 15_000, 8_910];
/// Rows of a table about one person.
struct Sheet {
    table: Table,
    columns: &'static [&'static str],
    rows: fn(&str, u32) -> Vec<Vec<String>>,
}

const SHEETS: &[Sheet] = &[
    Sheet {
        table: Table::People,
        columns: &["person", "name", "cert_no", "born"],
        rows: |person, number| {
            let (name, identity) = (format!("测试{number}"), format!("98{number:016}"));
            vec![cells(&[person, &name, &identity, "1986-01-01"])]
        },
    },
    Sheet {
        table: Table::Facts,
        columns: &["person", "kind", "value", "from"],
        rows: |person, _| {
            let facts = [("plan", "employer"), ("entitlement", "entitled"), ("enrolled", "")];
            facts.map(|(kind, value)| cells(&[person, kind, value, "2010-01-01"])).to_vec()
        },
    },
    Sheet {
        table: Table::Openings,
        columns: &["person", "day", "current", "earlier"],
        rows: |person, _| {
            let today = WallClock.now().date().to_string();
            vec![cells(&[person, &today, "10.00", "100000.00"])]
        },
    },
];

/// A prime, so that everybody comes once before anybody comes again.
const STRIDE: u32 = 999_983;
/// Rows a commit.
const BATCH: usize = 5_000;

impl Residents {
    /// Settles so many people into empty books, with a town around them.
    ///
    /// # Errors
    /// The store's own, or a row that the books do not take.
    pub(crate) fn settle_in(
        store: &dyn Store,
        regions: &Arc<Regions>,
        people: u32,
        at: Moment,
    ) -> Result<Residents> {
        town::build(store, &town::Town::new(town::FEWEST), at, &mut |_| {})?;
        for Sheet { table, columns, rows } in SHEETS {
            let mut rows = (0..people).flat_map(|number| rows(&person(0, number), number));
            import(store, regions, *table, columns, &mut rows, at)?;
        }
        Ok(Residents::new(people, people, at))
    }

    /// Residents who have been settled in and replaced by so many copies each.
    #[must_use]
    pub(crate) fn copied(originals: u32, copies: u32, at: Moment) -> Residents {
        let residents = Residents::new(originals, originals * copies, at);
        Residents { first: 1, ..residents }.again_and_again()
    }

    /// All of them turn out to have retired last year: a fact that comes late.
    ///
    /// # Errors
    /// The store's own, or a row that the books do not take.
    pub(crate) fn retire(
        &self,
        store: &dyn Store,
        regions: &Arc<Regions>,
        at: Moment,
    ) -> Result<()> {
        let columns = &["person", "kind", "from"];
        let from = format!("{}-12-15", at.date().ymd().0 - 1);
        let row = |number| cells(&[&person(self.first, number), "retirement", &from]);
        let mut rows = (0..self.originals).map(row);
        import(store, regions, Table::Facts, columns, &mut rows, at)
    }

    fn new(originals: u32, people: u32, at: Moment) -> Residents {
        let pharmacies = town::places(CHONGQING).into_iter().filter(|place| place.pooling);
        let wares = town::wares(at.date()).into_iter().map(|ware| ware.code).zip(PRICES);
        Residents {
            people,
            originals,
            first: 0,
            settled: 0,
            again: false,
            pharmacies: pharmacies.map(|place| place.code).collect(),
            wares: wares.collect(),
            transaction: Arc::from("2102"),
            started: at,
            sent: 0,
        }
    }

    /// The same, but they settle as often as they are asked to.
    #[must_use]
    pub(crate) fn again_and_again(self) -> Residents {
        Residents { again: true, ..self }
    }

    /// The resident who settles next.
    ///
    /// # Errors
    /// If all have.
    pub(crate) fn next(&mut self) -> Result<PersonKey> {
        let Residents { people, originals, first, settled, again, .. } = *self;
        ensure!(settled < people || again, "{people} residents are not enough for this run");
        // Neighbours in the tables do not settle one after the other.
        let number = u64::from(settled) * u64::from(STRIDE) % u64::from(people);
        let number = u32::try_from(number)?;
        self.settled = settled.wrapping_add(1);
        Ok(PersonKey::new(CHONGQING, &person(first + number / originals, number % originals)))
    }

    /// A pharmacy, and the number of a message it has not sent yet.
    pub(crate) fn message(&mut self) -> (Arc<str>, Arc<str>) {
        self.sent += 1;
        let pharmacy = self.pharmacies[self.sent % self.pharmacies.len()].clone();
        let number = Arc::from(format!("{pharmacy}{}{:05}", self.started.0, self.sent));
        (pharmacy, number)
    }

    /// Items and prices of a bill.
    #[must_use]
    pub(crate) fn wares(&self) -> &[(Arc<str>, i64)] {
        &self.wares
    }

    /// The transaction by which pharmacies settle.
    #[must_use]
    pub(crate) fn transaction(&self) -> Arc<str> {
        self.transaction.clone()
    }
}

/// 人员编号 of a resident and of its copies; copy 0 is the resident.
fn person(copy: u32, number: u32) -> String {
    format!("98{copy:06}{number:012}")
}

fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn import(
    store: &dyn Store,
    regions: &Arc<Regions>,
    table: Table,
    columns: &[&str],
    rows: &mut dyn Iterator<Item = Vec<String>>,
    at: Moment,
) -> Result<()> {
    let names = cells(columns);
    let header = Header::new(table, &names, &["region"]);
    let (header, _) = header.map_err(|fault| anyhow::anyhow!(fault.text(true)))?;
    let options =
        Options { at, seed: 1, dry_run: false, batch: BATCH, region: Some(CHONGQING.to_string()) };
    let mut importer = Importer::new(store, regions.clone(), header, options);
    let mut number = 0;
    for row in rows {
        number += 1;
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        taken(&importer.row(number, &cells)?).context(table.code())?;
    }
    taken(&importer.flush()?).context(table.code())
}

fn taken(rows: &[agency::import::Done]) -> Result<()> {
    for row in rows {
        if let Err(fault) = &row.effect {
            anyhow::bail!("row {}: {}", row.row, fault.text(true));
        }
    }
    Ok(())
}
