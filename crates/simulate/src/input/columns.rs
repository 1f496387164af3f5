//! The columns a file of claims may have, the names they go by, and where a file has them.

use crate::fault::{Fault, Result};
use crate::profile::Attribute;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::SchemaDescriptor;
use std::collections::BTreeMap;

/// What a column of claims is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Column {
    /// The insured: a whole number or text.
    Person,
    /// In-scope spending; of limits used elsewhere, how much.
    InScope,
    /// When it was settled.
    SettledAt,
    /// Service date; not there: the day it was settled.
    ServiceDate,
    /// Breaks ties of time.
    Serial,
    /// Names the claim; rows that share it are parts of one claim.
    Bill,
    /// The claim that the row reverses.
    Reverses,
    /// The institution.
    Institution,
    /// The visit.
    Visit,
    /// 全自费.
    FullSelfPay,
    /// 超限价.
    OverCeiling,
    /// 先行自付.
    FirstPay,
    /// Own account before the claim, money of the current year.
    AccountCurrent,
    /// Own account before the claim, earlier money.
    AccountEarlier,
    /// Day on which the retirement was registered; instead of the status.
    RetiredOn,
    /// Birthday; instead of the age.
    Born,
    /// First enrolment; instead of months enrolled.
    EnrolledOn,
    /// An attribute of the profile.
    Attribute(Attribute),
}

/// Columns that are no attributes: name in files and others it goes by.
const NAMES: &[(Column, &[&str])] = &[
    (Column::Person, &["person", "person_id"]),
    (Column::InScope, &["in_scope", "in_scope_fen"]),
    (Column::SettledAt, &["settled_at", "ts"]),
    (Column::ServiceDate, &["service_date"]),
    (Column::Serial, &["serial"]),
    (Column::Bill, &["bill"]),
    (Column::Reverses, &["reverses"]),
    (Column::Institution, &["institution"]),
    (Column::Visit, &["visit"]),
    (Column::FullSelfPay, &["full_self_pay"]),
    (Column::OverCeiling, &["over_ceiling"]),
    (Column::FirstPay, &["first_pay"]),
    (Column::AccountCurrent, &["account_current"]),
    (Column::AccountEarlier, &["account_earlier"]),
    (Column::RetiredOn, &["retired_on"]),
    (Column::Born, &["born"]),
    (Column::EnrolledOn, &["enrolled_on"]),
    (Column::Attribute(Attribute::Status), &["status", "retired"]),
    (Column::Attribute(Attribute::Level), &["level", "tier"]),
    (Column::Attribute(Attribute::Area), &["area", "district"]),
];

impl Column {
    /// The column that a name means.
    fn named(name: &str) -> Option<Column> {
        let listed = NAMES.iter().find(|(_, names)| names.contains(&name));
        let attribute = || {
            let found = Attribute::CODES.iter().position(|code| *code == name)?;
            Attribute::ALL.get(found).copied().map(Column::Attribute)
        };
        listed.map(|(column, _)| *column).or_else(attribute)
    }
}

/// How names and values of a file differ from ours.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Our name for a column of the file.
    pub columns: BTreeMap<String, String>,
    /// Our code for a value of an attribute: (column, value of the file).
    pub values: BTreeMap<(String, String), String>,
}

impl Mapping {
    /// Reads `OURS=THEIRS` for columns and `COLUMN.VALUE=CODE` for values.
    ///
    /// # Errors
    /// Text that is neither.
    pub fn read(columns: &[String], values: &[String]) -> Result<Mapping> {
        let mut mapping = Mapping::default();
        for text in columns {
            let (ours, theirs) = text.split_once('=').ok_or_else(|| wrong(text))?;
            if Column::named(ours).is_none() {
                return Err(Fault::new(
                    format!("没有名为 {ours} 的列；见 docs/guide/simulate.md"),
                    format!("there is no column {ours}; see docs/guide/simulate.md"),
                ));
            }
            mapping.columns.insert(theirs.to_string(), ours.to_string());
        }
        for text in values {
            let (place, code) = text.split_once('=').ok_or_else(|| wrong(text))?;
            let (column, value) = place.split_once('.').ok_or_else(|| wrong(text))?;
            mapping.values.insert((column.to_string(), value.to_string()), code.to_string());
        }
        Ok(mapping)
    }

    /// Our code for a value.
    pub(super) fn code<'a>(&'a self, attribute: Attribute, value: &'a str) -> &'a str {
        if self.values.is_empty() {
            return value;
        }
        let key = (attribute.code().to_string(), value.to_string());
        self.values.get(&key).map_or(value, |code| code)
    }
}

fn wrong(text: &str) -> Fault {
    Fault::new(
        format!("{text}：应写成 列=文件里的列名，或 列.值=代码"),
        format!("{text}: write COLUMN=NAME-IN-FILE, or COLUMN.VALUE=CODE"),
    )
}

/// How the numbers of a column are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// As they stand: fen, days, codes.
    Plain,
    /// Times this many microseconds, plus this many.
    Moment { multiply: i64, divide: i64, plus: i64 },
    /// Text.
    Text,
}

/// A column of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) column: Column,
    /// Its index in the file.
    pub(super) index: usize,
    pub(super) meaning: Meaning,
    pub(super) boolean: bool,
}

/// Where a file has the columns we know. Others are left alone.
pub(super) fn layout(schema: &SchemaDescriptor, mapping: &Mapping) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for (index, descriptor) in schema.columns().iter().enumerate() {
        let name = descriptor.name();
        let ours = mapping.columns.get(name).map_or(name, |ours| ours);
        let Some(column) = Column::named(ours) else { continue };
        if descriptor.max_rep_level() > 0 || descriptor.max_def_level() > 1 {
            return Err(Fault::new(
                format!("列 {name} 不是扁平的列"),
                format!("column {name} is nested"),
            ));
        }
        if let Some(other) = found.iter().find(|found| found.column == column) {
            let other = schema.column(other.index).name().to_string();
            return Err(Fault::new(
                format!("列 {other} 和 {name} 是同一项，只能有一个（可用 --map 指定）"),
                format!(
                    "columns {other} and {name} mean the same; only one may be there (--map chooses)"
                ),
            ));
        }
        let meaning = meaning(
            column,
            name,
            descriptor.logical_type_ref(),
            descriptor.converted_type(),
            descriptor.physical_type(),
            descriptor.type_scale(),
        )?;
        let boolean = descriptor.physical_type() == Physical::BOOLEAN;
        found.push(Found { column, index, meaning, boolean });
    }
    let has = |column: Column| found.iter().any(|found| found.column == column);
    for (needed, name) in [(Column::Person, "person"), (Column::InScope, "in_scope")] {
        if !has(needed) {
            return Err(missing(name));
        }
    }
    if !has(Column::SettledAt) && !has(Column::ServiceDate) {
        return Err(missing("settled_at"));
    }
    Ok(found)
}

fn missing(name: &str) -> Fault {
    Fault::new(
        format!("缺少列 {name}；文件里叫别的名字时用 --map {name}=列名"),
        format!("no column {name}; if the file calls it otherwise, --map {name}=ITS-NAME"),
    )
}

fn meaning(
    column: Column,
    name: &str,
    logical: Option<&LogicalType>,
    converted: ConvertedType,
    physical: Physical,
    scale: i32,
) -> Result<Meaning> {
    const BEIJING: i64 = 8 * 3_600_000_000;
    let whole = matches!(physical, Physical::INT32 | Physical::INT64);
    let text = physical == Physical::BYTE_ARRAY;
    let refuse = |zh: &str, en: &str| {
        Err(Fault::new(format!("列 {name}：应为{zh}"), format!("column {name}: should be {en}")))
    };
    match column {
        Column::InScope
        | Column::FullSelfPay
        | Column::OverCeiling
        | Column::FirstPay
        | Column::AccountCurrent
        | Column::AccountEarlier => {
            let decimal = converted == ConvertedType::DECIMAL;
            if whole && (decimal && scale == 2 || !decimal && name.ends_with("_fen")) {
                return Ok(Meaning::Plain);
            }
            refuse(
                "DECIMAL(18,2)，或列名以 _fen 结尾的整数分",
                "DECIMAL(18,2), or whole fen under a name that ends in _fen",
            )
        }
        Column::SettledAt => {
            let adjusted = |utc: bool| if utc { BEIJING } else { 0 };
            Ok(match (logical, converted) {
                _ if physical != Physical::INT64 => return refuse("时间戳", "a timestamp"),
                (Some(LogicalType::Timestamp(stamp)), _) => {
                    let (multiply, divide) = match stamp.unit {
                        TimeUnit::MILLIS => (1_000, 1),
                        TimeUnit::MICROS => (1, 1),
                        TimeUnit::NANOS => (1, 1_000),
                    };
                    Meaning::Moment { multiply, divide, plus: adjusted(stamp.is_adjusted_to_u_t_c) }
                }
                (_, ConvertedType::TIMESTAMP_MILLIS) => {
                    Meaning::Moment { multiply: 1_000, divide: 1, plus: 0 }
                }
                (_, ConvertedType::TIMESTAMP_MICROS) => {
                    Meaning::Moment { multiply: 1, divide: 1, plus: 0 }
                }
                // A bare number: microseconds since 1970, UTC.
                _ => Meaning::Moment { multiply: 1, divide: 1, plus: BEIJING },
            })
        }
        Column::ServiceDate | Column::RetiredOn | Column::Born | Column::EnrolledOn => {
            if physical == Physical::INT32 && converted == ConvertedType::DATE {
                return Ok(Meaning::Plain);
            }
            refuse("DATE", "a DATE")
        }
        Column::Serial if !whole => refuse("整数", "a whole number"),
        _ if text => Ok(Meaning::Text),
        _ if whole || physical == Physical::BOOLEAN => Ok(Meaning::Plain),
        _ => refuse("文字或整数", "text or a whole number"),
    }
}
