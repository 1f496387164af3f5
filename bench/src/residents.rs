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

/// Residents who have not settled yet, the pharmacies they go to, and what they buy.
#[derive(Debug)]
pub(crate) struct Residents {
    next: u32,
    people: u32,
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
            let mut rows = (0..people).flat_map(|number| rows(&person(number), number));
            import(store, regions, *table, columns, &mut rows, at)?;
        }
        let pharmacies = town::places(CHONGQING).into_iter().filter(|place| place.pooling);
        let wares = town::wares(at.date()).into_iter().map(|ware| ware.code).zip(PRICES);
        Ok(Residents {
            next: 0,
            people,
            pharmacies: pharmacies.map(|place| place.code).collect(),
            wares: wares.collect(),
            transaction: Arc::from("2102"),
            started: at,
            sent: 0,
        })
    }

    /// The next resident who has not settled.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn next(&mut self) -> Result<PersonKey> {
        ensure!(self.next < self.people, "{} residents are not enough for this run", self.people);
        self.next += 1;
        Ok(PersonKey::new(CHONGQING, &person(self.next - 1)))
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

fn person(number: u32) -> String {
    format!("98{number:018}")
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
