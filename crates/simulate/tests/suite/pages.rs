//! The same claims, however a file packs them: page versions, dictionaries that are given up, nulls, rare encodings.

use parquet::basic::{
    Compression, ConvertedType, Encoding, Repetition, Type as Physical, ZstdLevel,
};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use simulate::{Claims, Mapping, Reading, Source};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const ROWS: i64 = 3_000;

/// One of the claims; every third has no institution, every fifth no service date, and so on.
struct Row(i64);

impl Row {
    fn stirred(&self) -> i64 {
        self.0.wrapping_mul(0x9E37_79B9) >> 7 & 0xFFFF
    }

    fn unless<T>(&self, every: i64, value: T) -> Option<T> {
        (self.0 % every != 0).then_some(value)
    }

    /// Runs of fifty.
    fn level(&self) -> Option<i32> {
        self.unless(97, 1 + (self.0 / 50 % 3) as i32)
    }

    fn contract(&self) -> Option<bool> {
        self.unless(7, self.stirred() % 4 == 0)
    }

    fn status(&self) -> Option<ByteArray> {
        self.unless(11, ByteArray::from(if self.stirred() % 3 == 0 { "retired" } else { "active" }))
    }

    fn institution(&self) -> Option<ByteArray> {
        self.unless(3, ByteArray::from(&*format!("H{}", self.stirred() % 700)))
    }

    fn service(&self) -> Option<i32> {
        self.unless(5, 19_800 - (self.stirred() % 3) as i32)
    }

    fn time(&self) -> i64 {
        19_800 * 86_400_000_000 + self.0 * 1_234_567
    }
}

/// Writes a column; where it is not optional all values are given.
fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, File>,
    values: Vec<Option<T::T>>,
    optional: bool,
) {
    let mut column = group.next_column().unwrap().unwrap();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    let levels = optional.then_some(&levels[..]);
    column.typed::<T>().write_batch(&values, levels, None).unwrap();
    column.close().unwrap();
}

fn field(name: &str, physical: Physical, converted: ConvertedType, optional: bool) -> Arc<Type> {
    let repetition = if optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let built = Type::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .with_converted_type(converted);
    Arc::new(built.build().unwrap())
}

fn write(path: &Path, properties: WriterPropertiesBuilder) {
    let fields = vec![
        field("person", Physical::INT64, ConvertedType::NONE, true),
        field("in_scope_fen", Physical::INT64, ConvertedType::NONE, false),
        field("settled_at", Physical::INT64, ConvertedType::TIMESTAMP_MICROS, false),
        field("level", Physical::INT32, ConvertedType::NONE, true),
        field("contract", Physical::BOOLEAN, ConvertedType::NONE, true),
        field("status", Physical::BYTE_ARRAY, ConvertedType::UTF8, true),
        field("institution", Physical::BYTE_ARRAY, ConvertedType::UTF8, true),
        field("service_date", Physical::INT32, ConvertedType::DATE, true),
    ];
    let schema = Type::group_type_builder("claims").with_fields(fields).build().unwrap();
    let file = File::create(path).unwrap();
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), properties).unwrap();
    for half in [0..ROWS / 2, ROWS / 2..ROWS] {
        let rows: Vec<Row> = half.map(Row).collect();
        let mut group = writer.next_row_group().unwrap();
        let whole = |of: fn(&Row) -> i64| rows.iter().map(|row| Some(of(row))).collect();
        column::<Int64Type>(&mut group, whole(|row| row.stirred() % 90), true);
        column::<Int64Type>(&mut group, whole(|row| 1 + row.stirred() * row.0 % 70_001), false);
        column::<Int64Type>(&mut group, whole(Row::time), false);
        column::<Int32Type>(&mut group, rows.iter().map(Row::level).collect(), true);
        column::<BoolType>(&mut group, rows.iter().map(Row::contract).collect(), true);
        column::<ByteArrayType>(&mut group, rows.iter().map(Row::status).collect(), true);
        column::<ByteArrayType>(&mut group, rows.iter().map(Row::institution).collect(), true);
        column::<Int32Type>(&mut group, rows.iter().map(Row::service).collect(), true);
        group.close().unwrap();
    }
    writer.close().unwrap();
}

/// Everything that was read, in words.
fn read(path: &Path, memory: usize) -> String {
    let reading = Reading {
        files: vec![path.to_path_buf()],
        mapping: Mapping::none(),
        threads: 2,
        memory,
        buckets: Some(4),
    };
    let source = Source::read(&reading).unwrap();
    let (mut taker, mut claims, mut said) =
        (source.taker().unwrap(), Claims::default(), String::new());
    for bucket in 0..source.buckets() {
        taker.take(bucket, &mut claims).unwrap();
        said += &format!("{claims:?}\n");
    }
    format!("{said}{:?}", source.profiles())
}

#[test]
fn a_file_says_the_same_however_it_is_packed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.parquet");
    let new = || WriterProperties::builder().set_write_batch_size(16);
    write(&path, new());
    let wanted = read(&path, usize::MAX);
    assert!(wanted.contains("retired") && wanted.matches("Number(").count() == 90);
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).unwrap());
    let second = WriterVersion::PARQUET_2_0;
    let packings = [
        ("a dictionary for everything, long pages", WriterProperties::builder()),
        ("no dictionary", new().set_dictionary_enabled(false)),
        ("short pages", new().set_data_page_row_count_limit(17)),
        ("compressed", new().set_compression(zstd).set_data_page_row_count_limit(500)),
        ("dictionaries given up", new().set_dictionary_page_size_limit(64)),
        ("version 2", new().set_writer_version(second)),
        ("version 2, short", new().set_writer_version(second).set_data_page_row_count_limit(23)),
        (
            "version 2, no dictionary: deltas and run-length booleans",
            new().set_writer_version(second).set_dictionary_enabled(false),
        ),
        (
            "deltas of texts",
            new()
                .set_dictionary_enabled(false)
                .set_column_encoding("status".into(), Encoding::DELTA_BYTE_ARRAY),
        ),
    ];
    for (name, packing) in packings {
        write(&path, packing);
        assert!(read(&path, usize::MAX) == wanted, "{name}");
        assert!(read(&path, 0) == wanted, "{name}, in a temporary file");
    }
}
