//! Reads a store, and holds every bucket against the manifest.

use super::manifest::{BucketTotals, Manifest};
use super::write::{INSTITUTIONS, claims_file, people_file};
use crate::claims::{Claims, More, PersonName};
use crate::example::Wanted;
use crate::fault::{Fault, Result};
use crate::places::Directory;
use crate::profile::{Attribute, Profile};
use parquet::column::reader::ColumnReader;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use std::fs::File;
use std::path::{Path, PathBuf};

/// A store of grouped claims.
pub struct Store {
    directory: PathBuf,
    manifest: Manifest,
    profiles: Vec<Profile>,
    institutions: Directory,
}

impl Store {
    /// Opens a store.
    ///
    /// # Errors
    /// A directory without a sound manifest, or without its profiles.
    pub fn open(directory: &Path) -> Result<Store> {
        let manifest = Manifest::read(directory)?;
        let path = directory.join("profiles.parquet");
        let profiles = read_profiles(&path)?;
        if profiles.len() != manifest.profiles {
            return Err(differs().at(&path.display()));
        }
        let mut institutions = Directory::default();
        if manifest.institutions > 0 {
            let path = directory.join(INSTITUTIONS);
            institutions = Directory::read(&path)?;
            if institutions.len() != manifest.institutions {
                return Err(differs().at(&path.display()));
            }
        }
        Ok(Store { directory: directory.to_path_buf(), manifest, profiles, institutions })
    }

    /// True if a directory holds a store.
    #[must_use]
    pub fn is_at(directory: &Path) -> bool {
        directory.join(Manifest::FILE).is_file()
    }

    /// What it holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The profiles of its claims.
    #[must_use]
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// What institutions are called; none if claims do not name them.
    #[must_use]
    pub fn institutions(&self) -> &Directory {
        &self.institutions
    }

    /// How many buckets it has.
    #[must_use]
    pub fn buckets(&self) -> usize {
        self.manifest.buckets.len()
    }

    /// For one thread to read from.
    #[must_use]
    pub fn open_reader(&self) -> Opened<'_> {
        Opened { store: self, narrow: Vec::new() }
    }
}

/// One thread's way to the buckets of a store.
pub struct Opened<'a> {
    store: &'a Store,
    narrow: Vec<i32>,
}

impl Opened<'_> {
    /// The claims of a bucket.
    ///
    /// # Errors
    /// A file that is not sound, or holds something else than the manifest says.
    pub fn bucket(&mut self, bucket: usize, claims: &mut Claims) -> Result<()> {
        let directory = &self.store.directory;
        let path = directory.join(claims_file(bucket));
        self.claims(&path, claims).map_err(|error| Fault::parquet(&path, &error))?;
        let path = directory.join(people_file(bucket));
        self.people(&path, claims).map_err(|error| Fault::parquet(&path, &error))?;
        let sound = self.store.manifest.buckets.get(bucket)
            == Some(&BucketTotals::of(bucket, claims))
            && claims.first.last().map(|last| *last as usize) == Some(claims.rows())
            && claims.profile.iter().all(|profile| (*profile as usize) < self.store.profiles.len());
        if sound {
            Ok(())
        } else {
            Err(differs().at(&directory.join(claims_file(bucket)).display()))
        }
    }

    /// True if one of these people has claims in the bucket.
    pub(crate) fn holds(
        &mut self,
        bucket: usize,
        people: &[Wanted],
        room: &mut Claims,
    ) -> Result<bool> {
        let path = self.store.directory.join(people_file(bucket));
        self.people(&path, room).map_err(|error| Fault::parquet(&path, &error))?;
        Ok(room.people.iter().any(|person| people.iter().any(|wanted| wanted.is(person))))
    }

    fn claims(
        &mut self,
        path: &Path,
        claims: &mut Claims,
    ) -> std::result::Result<(), ParquetError> {
        let reader = SerializedFileReader::new(File::open(path)?)?;
        let group = reader.get_row_group(0)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let column = |index: usize| group.get_column_reader(index);
        counts(column(0)?, rows, &mut self.narrow, &mut claims.amount)?;
        counts(column(1)?, rows, &mut self.narrow, &mut claims.profile)?;
        numbers(column(2)?, rows, &mut claims.time)?;
        claims.more = None;
        if group.num_columns() > 3 {
            let mut more = More::default();
            counts(column(3)?, rows, &mut self.narrow, &mut more.back)?;
            flags(column(4)?, rows, &mut more.joined)?;
            days(column(5)?, rows, &mut more.service)?;
            more.institution = names(column(6)?, rows)?;
            more.visit = names(column(7)?, rows)?;
            numbers(column(8)?, rows, &mut more.outside)?;
            numbers(column(9)?, rows, &mut more.current)?;
            numbers(column(10)?, rows, &mut more.earlier)?;
            claims.more = Some(more);
        }
        Ok(())
    }

    fn people(
        &mut self,
        path: &Path,
        claims: &mut Claims,
    ) -> std::result::Result<(), ParquetError> {
        let reader = SerializedFileReader::new(File::open(path)?)?;
        let group = reader.get_row_group(0)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        claims.people.clear();
        match group.get_column_reader(0)? {
            ColumnReader::ByteArrayColumnReader(mut typed) => {
                let mut texts: Vec<ByteArray> = Vec::new();
                typed.read_records(rows, None, None, &mut texts)?;
                let text = |text: &ByteArray| {
                    PersonName::Text(String::from_utf8_lossy(text.data()).into())
                };
                claims.people.extend(texts.iter().map(text));
            }
            reader => {
                let mut read = Vec::new();
                numbers(reader, rows, &mut read)?;
                claims.people.extend(read.into_iter().map(PersonName::Number));
            }
        }
        let mut each = Vec::new();
        counts(group.get_column_reader(1)?, rows, &mut self.narrow, &mut each)?;
        claims.first.clear();
        claims.first.push(0);
        let mut sum = 0_u32;
        for count in each {
            sum = sum.saturating_add(count);
            claims.first.push(sum);
        }
        Ok(())
    }
}

fn unexpected() -> ParquetError {
    ParquetError::General("a column of another type was expected".into())
}

fn all<T>(values: &[T], rows: usize) -> std::result::Result<(), ParquetError> {
    if values.len() == rows {
        Ok(())
    } else {
        Err(ParquetError::EOF("fewer values than rows".into()))
    }
}

fn days(
    reader: ColumnReader,
    rows: usize,
    out: &mut Vec<i32>,
) -> std::result::Result<(), ParquetError> {
    out.clear();
    let ColumnReader::Int32ColumnReader(mut typed) = reader else { return Err(unexpected()) };
    typed.read_records(rows, None, None, out)?;
    all(out, rows)
}

fn counts(
    reader: ColumnReader,
    rows: usize,
    narrow: &mut Vec<i32>,
    out: &mut Vec<u32>,
) -> std::result::Result<(), ParquetError> {
    days(reader, rows, narrow)?;
    out.clear();
    out.extend(narrow.iter().map(|number| number.cast_unsigned()));
    Ok(())
}

fn numbers(
    reader: ColumnReader,
    rows: usize,
    out: &mut Vec<i64>,
) -> std::result::Result<(), ParquetError> {
    out.clear();
    let ColumnReader::Int64ColumnReader(mut typed) = reader else { return Err(unexpected()) };
    typed.read_records(rows, None, None, out)?;
    all(out, rows)
}

fn names(reader: ColumnReader, rows: usize) -> std::result::Result<Vec<u64>, ParquetError> {
    let mut read = Vec::new();
    numbers(reader, rows, &mut read)?;
    Ok(read.into_iter().map(i64::cast_unsigned).collect())
}

fn flags(
    reader: ColumnReader,
    rows: usize,
    out: &mut Vec<bool>,
) -> std::result::Result<(), ParquetError> {
    out.clear();
    let ColumnReader::BoolColumnReader(mut typed) = reader else { return Err(unexpected()) };
    typed.read_records(rows, None, None, out)?;
    all(out, rows)
}

fn read_profiles(path: &Path) -> Result<Vec<Profile>> {
    let file = File::open(path).map_err(|error| Fault::file(path, &error))?;
    let read = || -> std::result::Result<Vec<Profile>, ParquetError> {
        let reader = SerializedFileReader::new(file)?;
        let group = reader.get_row_group(0)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        let mut profiles = vec![Profile::default(); rows];
        for (index, attribute) in Attribute::ALL.iter().enumerate().take(group.num_columns()) {
            let ColumnReader::ByteArrayColumnReader(mut typed) = group.get_column_reader(index)?
            else {
                return Err(unexpected());
            };
            let mut texts: Vec<ByteArray> = Vec::new();
            typed.read_records(rows, None, None, &mut texts)?;
            all(&texts, rows)?;
            for (profile, text) in profiles.iter_mut().zip(&texts) {
                profile.set(*attribute, &String::from_utf8_lossy(text.data()));
            }
        }
        Ok(profiles)
    };
    read().map_err(|error| Fault::parquet(path, &error))
}

fn differs() -> Fault {
    Fault::new(
        "内容与清单不符：文件损坏或被换过，请重新分组",
        "not what the manifest says: damaged or replaced; group the claims again",
    )
}
