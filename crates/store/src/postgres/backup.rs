//! A copy of everything, of one moment, as a folder with a file for each table; and the way back.
//!
//! The files are what `COPY … TO` writes; `manifest.json` says which version of the schema they are of and how many rows
//! and bytes each has. All tables are read in one transaction at REPEATABLE READ, so the copy is of one moment while
//! batches go on.

use super::Postgres;
use super::connection::{Connection, Purpose};
use super::failure::Failure;
use super::migrate::{MIGRATIONS, migrate, version};
use super::partitions::{self, Partitions};
use crate::StoreError;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use kernel::Month;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use tokio_postgres::Config;

/// Every table but the version of the schema.
const TABLES: &[&str] = &[
    "person",
    "credential",
    "fact",
    "institution",
    "item",
    "directory",
    "standing",
    "visit",
    "sheet",
    "entry",
    "undone",
    "message",
    "document",
    "archive",
    "closing",
];
const MANIFEST: &str = "manifest.json";
/// Bytes sent at a time.
const PIECE: usize = 1 << 18;

/// What a folder holds.
#[derive(Serialize, Deserialize)]
struct Manifest {
    /// Version of the schema.
    schema: i64,
    /// Months that have partitions, as `2026-11`.
    months: Vec<String>,
    tables: BTreeMap<String, Extent>,
}

/// How much of a table there is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Extent {
    rows: u64,
    bytes: u64,
}

/// Writes everything to a new folder, which is complete or not there.
pub(super) fn write(store: &Postgres, to: &Path) -> Result<(), StoreError> {
    if to.exists() {
        let what = format!("{} exists already; name a new folder", to.display());
        return Err(StoreError::Conflict(what));
    }
    let part = with_ending(to, "part");
    let failed = |what: std::io::Error| on_file(to, &what);
    if part.exists() {
        fs::remove_dir_all(&part).map_err(failed)?;
    }
    fs::create_dir_all(&part).map_err(failed)?;
    let connection =
        Connection::open(&store.config, Purpose::Queries).map_err(Failure::into_error)?;
    let manifest = export(&connection, &part)?;
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|what| StoreError::Database(format!("write {MANIFEST}: {what}")))?;
    fs::write(part.join(MANIFEST), text).map_err(failed)?;
    sync(&part.join(MANIFEST))?;
    sync(&part)?;
    fs::rename(&part, to).map_err(failed)?;
    sync(to.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

fn export(connection: &Connection, folder: &Path) -> Result<Manifest, StoreError> {
    // How long it takes depends on how much there is.
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0";
    connection.simple(begin).map_err(Failure::into_error)?;
    let months = partitions::months_made(connection).map_err(Failure::into_error)?;
    let mut manifest = Manifest {
        schema: version(connection).map_err(Failure::into_error)?,
        months: months.iter().map(Month::to_string).collect(),
        tables: BTreeMap::new(),
    };
    for table in TABLES {
        let extent = connection.wait(copy_out(connection, table, &file_of(folder, table)))?;
        manifest.tables.insert((*table).to_owned(), extent);
    }
    connection.simple("COMMIT").map_err(Failure::into_error)?;
    Ok(manifest)
}

async fn copy_out(connection: &Connection, table: &str, path: &Path) -> Result<Extent, StoreError> {
    let failed = |what: std::io::Error| on_file(path, &what);
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    let sql = format!("COPY (SELECT * FROM {table}) TO STDOUT");
    let stream = connection.client().copy_out(&sql).await.map_err(said)?;
    let mut stream = pin!(stream);
    let mut extent = Extent::default();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(said)?;
        extent.add(&piece);
        file.write_all(&piece).map_err(failed)?;
    }
    let file = file.into_inner().map_err(|what| failed(what.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(extent)
}

/// Puts a backup into a database that has no books yet.
///
/// # Errors
/// [`StoreError::Conflict`] if there are books, [`StoreError::Damaged`] if the backup is not whole or of a newer program.
pub fn restore(from: &Path, connection: &str) -> Result<(), StoreError> {
    let config: Config = super::configuration(connection)?;
    let text = fs::read(from.join(MANIFEST)).map_err(|what| on_file(from, &what))?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|what| {
        StoreError::Damaged(format!("{}: {what}", from.join(MANIFEST).display()))
    })?;
    manifest.check_files(from)?;
    let connection = Connection::open(&config, Purpose::Queries).map_err(Failure::into_error)?;
    import(&connection, &manifest, from)
}

fn import(connection: &Connection, manifest: &Manifest, from: &Path) -> Result<(), StoreError> {
    let simple = |sql: &str| connection.simple(sql).map_err(Failure::into_error);
    let as_written = usize::try_from(manifest.schema).ok().and_then(|last| MIGRATIONS.get(..last));
    let as_written = as_written.ok_or_else(|| {
        StoreError::Damaged(format!(
            "{}: schema version {}; this program knows versions up to {}",
            from.display(),
            manifest.schema,
            MIGRATIONS.len()
        ))
    })?;
    migrate(connection, as_written).map_err(Failure::into_error)?;
    let months = manifest.months.iter().filter_map(|month| Month::parse(month)).collect();
    Partitions::default().make(connection, &months).map_err(Failure::into_error)?;
    simple("BEGIN; SET LOCAL statement_timeout = 0")?;
    for table in TABLES {
        refuse_rows(connection, table)?;
        let expected = manifest.tables.get(*table).copied().unwrap_or_default();
        let path = file_of(from, table);
        let rows = connection.wait(copy_in(connection, table, &path))?;
        if rows != expected.rows {
            let what = format!("{}: {rows} rows instead of {}", path.display(), expected.rows);
            return Err(StoreError::Damaged(what));
        }
    }
    simple("COMMIT; ANALYZE")?;
    migrate(connection, MIGRATIONS).map_err(Failure::into_error)
}

fn refuse_rows(connection: &Connection, table: &str) -> Result<(), StoreError> {
    let sql = format!("SELECT 1 FROM {table} LIMIT 1");
    let rows = connection.wait(connection.client().query(&sql, &[])).map_err(said)?;
    if rows.is_empty() {
        return Ok(());
    }
    let what = format!("the database has books already (table {table}); restore into an empty one");
    Err(StoreError::Conflict(what))
}

/// Sends a file; the rows that came in.
async fn copy_in(connection: &Connection, table: &str, path: &Path) -> Result<u64, StoreError> {
    let failed = |what: std::io::Error| on_file(path, &what);
    let mut file = File::open(path).map_err(failed)?;
    let sql = format!("COPY {table} FROM STDIN");
    let sink = connection.client().copy_in::<_, Bytes>(&sql).await.map_err(said)?;
    let mut sink = pin!(sink);
    let mut piece = vec![0; PIECE];
    loop {
        let length = file.read(&mut piece).map_err(failed)?;
        if length == 0 {
            return sink.finish().await.map_err(said);
        }
        let bytes = Bytes::copy_from_slice(piece.get(..length).unwrap_or_default());
        sink.send(bytes).await.map_err(said)?;
    }
}

impl Extent {
    fn add(&mut self, piece: &[u8]) {
        // Line ends within values are written as \n.
        let rows = piece.iter().filter(|byte| **byte == b'\n').count();
        self.rows += u64::try_from(rows).unwrap_or(0);
        self.bytes += u64::try_from(piece.len()).unwrap_or(0);
    }
}

impl Manifest {
    /// Every file is there and as long as it was.
    fn check_files(&self, folder: &Path) -> Result<(), StoreError> {
        for (table, extent) in &self.tables {
            let path = file_of(folder, table);
            let bytes = fs::metadata(&path).map_err(|what| on_file(&path, &what))?.len();
            if bytes != extent.bytes {
                let what = format!("{}: {bytes} bytes instead of {}", path.display(), extent.bytes);
                return Err(StoreError::Damaged(what));
            }
        }
        Ok(())
    }
}

fn file_of(folder: &Path, table: &str) -> PathBuf {
    folder.join(format!("{table}.copy"))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn sync(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|what| on_file(path, &what))
}

fn on_file(path: &Path, what: &std::io::Error) -> StoreError {
    StoreError::Database(format!("{}: {what}", path.display()))
}

fn said(error: tokio_postgres::Error) -> StoreError {
    Failure::from(error).into_error()
}
