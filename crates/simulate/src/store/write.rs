//! Writes a store: every bucket by some thread, the manifest last.

use super::columns::{Data, Table};
use super::manifest::{BucketTotals, Manifest, VERSION};
use crate::claims::{Claims, PersonName};
use crate::fault::{Fault, Result};
use crate::profile::{Attribute, Profile};
use crate::run::Source;
use parquet::data_type::ByteArray;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Groups claims into a store at `directory`, which must not hold one yet.
///
/// # Errors
/// A directory that holds a store; files that cannot be read or written.
pub fn group(
    source: &Source,
    directory: &Path,
    threads: usize,
    done: impl Fn(usize) + Sync,
) -> Result<Manifest> {
    std::fs::create_dir_all(directory).map_err(|error| Fault::file(directory, &error))?;
    if directory.join(Manifest::FILE).exists() {
        return Err(Fault::new(
            "这里已经有一个单据库；请换一个文件夹，或先删掉它",
            "there is a store here already; choose another folder, or remove it first",
        )
        .at(&directory.display()));
    }
    write_profiles(&directory.join("profiles.parquet"), source.profiles())?;
    let institutions = source.institutions();
    if !institutions.is_empty() {
        institutions.write(&directory.join(INSTITUTIONS))?;
    }
    let next = AtomicUsize::new(0);
    let parts = std::thread::scope(|scope| {
        let work = |_| {
            scope.spawn(|| {
                let (mut taker, mut claims, mut written) =
                    (source.taker()?, Claims::default(), Vec::new());
                loop {
                    let bucket = next.fetch_add(1, Ordering::Relaxed);
                    if bucket >= source.buckets() {
                        return Ok(written);
                    }
                    taker.take(bucket, &mut claims)?;
                    write_bucket(directory, bucket, &claims)?;
                    written.push((
                        BucketTotals::of(bucket, &claims),
                        claims.more.is_some(),
                        is_numbered(&claims),
                    ));
                    done(bucket);
                }
            })
        };
        let working: Vec<_> = (0..threads.max(1)).map(work).collect();
        let joined = working.into_iter().map(|work| {
            work.join().unwrap_or_else(|_| {
                Err(Fault::new("分组线程意外停止", "a thread that was grouping stopped"))
            })
        });
        joined.collect::<Result<Vec<Vec<_>>>>()
    })?;
    let mut written: Vec<_> = parts.into_iter().flatten().collect();
    written.sort_unstable_by_key(|(totals, ..)| totals.bucket);
    let manifest = Manifest {
        version: VERSION,
        more: written.iter().any(|(_, more, _)| *more),
        numbered: written.iter().all(|(.., numbered)| *numbered),
        buckets: written.into_iter().map(|(totals, ..)| totals).collect(),
        profiles: source.profiles().len(),
        institutions: institutions.len(),
    };
    manifest.write(directory)?;
    Ok(manifest)
}

fn is_numbered(claims: &Claims) -> bool {
    claims.people.iter().all(|person| matches!(person, PersonName::Number(_)))
}

/// What institutions are called, if claims name them.
pub(super) const INSTITUTIONS: &str = "institutions.parquet";

pub(super) fn claims_file(bucket: usize) -> String {
    format!("claims-{bucket:04}.parquet")
}

pub(super) fn people_file(bucket: usize) -> String {
    format!("people-{bucket:04}.parquet")
}

fn write_bucket(directory: &Path, bucket: usize, claims: &Claims) -> Result<()> {
    let mut columns = vec![
        ("in_scope", Data::Count(&claims.amount)),
        ("profile", Data::Count(&claims.profile)),
        ("settled_at", Data::Moment(&claims.time)),
    ];
    if let Some(more) = &claims.more {
        columns.extend([
            ("back", Data::Count(&more.back)),
            ("joined", Data::Flag(&more.joined)),
            ("service_date", Data::Day(&more.service)),
            ("institution", Data::Name(&more.institution)),
            ("visit", Data::Name(&more.visit)),
            ("outside", Data::Fen(&more.outside)),
            ("account_current", Data::Fen(&more.current)),
            ("account_earlier", Data::Fen(&more.earlier)),
        ]);
    }
    let mut table = Table::new(&directory.join(claims_file(bucket)));
    table.group(&columns)?;
    table.finish()?;
    write_people(&directory.join(people_file(bucket)), claims)
}

fn write_people(path: &Path, claims: &Claims) -> Result<()> {
    let rows: Vec<u32> = claims.first.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (mut numbers, mut texts) = (Vec::new(), Vec::new());
    for person in &claims.people {
        match person {
            PersonName::Number(number) => numbers.push(*number),
            PersonName::Text(text) => texts.push(ByteArray::from(&**text)),
        }
    }
    let person = if texts.is_empty() { Data::Number(&numbers) } else { Data::Text(&texts) };
    let mut table = Table::new(path);
    table.group(&[("person", person), ("rows", Data::Count(&rows))])?;
    table.finish()
}

fn write_profiles(path: &Path, profiles: &[Profile]) -> Result<()> {
    let texts: Vec<Vec<ByteArray>> = Attribute::ALL
        .iter()
        .map(|attribute| {
            profiles.iter().map(|profile| ByteArray::from(profile.get(*attribute))).collect()
        })
        .collect();
    let columns: Vec<(&str, Data<'_>)> = Attribute::CODES
        .iter()
        .zip(&texts)
        .map(|(code, texts)| (*code, Data::Text(texts)))
        .collect();
    let mut table = Table::new(path);
    table.group(&columns)?;
    table.finish()
}
