//! The columns a file of claims may have, the names they go by, and where a file has them.

use crate::claims::DAY;
use crate::fault::{Fault, Result};
use crate::needless::Needless;
use crate::profile::Attribute;
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
    (Column::FullSelfPay, &["full_self_pay", "full_self_pay_fen"]),
    (Column::OverCeiling, &["over_ceiling", "over_ceiling_fen"]),
    (Column::FirstPay, &["first_pay", "first_pay_fen"]),
    (Column::AccountCurrent, &["account_current", "account_current_fen"]),
    (Column::AccountEarlier, &["account_earlier", "account_earlier_fen"]),
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

    /// The attribute that it says, or that follows from it.
    pub(super) fn attribute(self) -> Option<Attribute> {
        match self {
            Column::Attribute(attribute) => Some(attribute),
            Column::RetiredOn => Some(Attribute::Status),
            Column::Born => Some(Attribute::Age),
            Column::EnrolledOn => Some(Attribute::Tenure),
            Column::Reverses => Some(Attribute::Reversal),
            _ => None,
        }
    }
}

/// How names and values of a file differ from ours.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Our name for a column of the file.
    pub columns: BTreeMap<String, String>,
    /// Our code for a value of an attribute: (column, value of the file).
    pub values: BTreeMap<(String, String), String>,
    needless: Needless,
}

impl Mapping {
    /// The same for claims of which something need not be known: it makes no profiles, and columns that say nothing else are
    /// not even looked at.
    #[must_use]
    pub fn leaving_out(mut self, needless: Needless) -> Mapping {
        self.needless = needless;
        self
    }

    /// True if no policy looks at it.
    pub(super) fn is_needless(&self, attribute: Attribute) -> bool {
        self.needless.has(attribute)
    }

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
            mapping.say(column, value, code)?;
        }
        Ok(mapping)
    }

    /// A value of a column means a code.
    ///
    /// # Errors
    /// A column that has no codes.
    pub fn say(&mut self, column: &str, value: &str, code: &str) -> Result<()> {
        let Some(Column::Attribute(attribute)) = Column::named(column) else {
            return Err(Fault::new(
                format!("列 {column} 没有代码可对应；见 docs/guide/simulate.md"),
                format!("column {column} has no codes to map; see docs/guide/simulate.md"),
            ));
        };
        self.values.insert((attribute.code().to_string(), value.to_string()), code.to_string());
        Ok(())
    }

    /// Our code for a value, as far as it is needed.
    pub(super) fn code<'a>(&'a self, attribute: Attribute, value: &'a str) -> &'a str {
        let code = if self.values.is_empty() {
            value
        } else {
            let key = (attribute.code().to_string(), value.to_string());
            self.values.get(&key).map_or(value, |code| code)
        };
        self.needless.of_text(attribute, code)
    }
}

fn wrong(text: &str) -> Fault {
    Fault::new(
        format!("{text}：应写成 列=文件里的列名，或 列.值=代码"),
        format!("{text}: write COLUMN=NAME-IN-FILE, or COLUMN.VALUE=CODE"),
    )
}

/// What kind of values a column holds, whatever it is stored as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Whole numbers, of 64 bits or fewer.
    Whole {
        /// All 64 bits.
        wide: bool,
    },
    /// Whole numbers with so many digits behind the point.
    Decimal {
        /// Digits behind the point.
        scale: i32,
    },
    /// Yes or no.
    Flag,
    /// Texts.
    Text,
    /// Days since 1970.
    Date,
    /// Points in time, counted from 1970.
    Moment {
        /// What it counts.
        unit: Unit,
        /// UTC; otherwise the region's wall clock.
        utc: bool,
    },
    /// Binary fractions.
    Float,
    /// Values inside values.
    Nested,
    /// Anything else, by its name.
    Other(String),
}

/// What a point in time counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Seconds.
    Second,
    /// Thousandths.
    Millisecond,
    /// Millionths.
    Microsecond,
    /// Thousand-millionths.
    Nanosecond,
}

impl Unit {
    fn of_a_day(self) -> i64 {
        match self {
            Unit::Second => DAY / 1_000_000,
            Unit::Millisecond => DAY / 1_000,
            Unit::Microsecond => DAY,
            Unit::Nanosecond => DAY * 1_000,
        }
    }
}

/// A column of a file or table, as it stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// How the numbers of a column are meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// As they stand: fen, days, codes.
    Plain,
    /// Times this many microseconds, plus this many.
    Moment { multiply: i64, divide: i64, plus: i64 },
    /// So many of them are a day.
    Day { parts: i64 },
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
pub(super) fn layout(headers: &[Header], mapping: &Mapping) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for (index, Header { name, kind }) in headers.iter().enumerate() {
        let ours = mapping.columns.get(name).map_or(&**name, |ours| ours);
        let Some(column) = Column::named(ours) else { continue };
        if column.attribute().is_some_and(|attribute| mapping.needless.leaves_out(attribute)) {
            continue;
        }
        if let Some(other) = found.iter().find(|found| found.column == column) {
            let other = &headers[other.index].name;
            return Err(Fault::new(
                format!("列 {other} 和 {name} 是同一项，只能有一个（可用 --map 指定）"),
                format!(
                    "columns {other} and {name} mean the same; only one may be there (--map chooses)"
                ),
            ));
        }
        let fen = name.ends_with("_fen") || ours.ends_with("_fen");
        let meaning = meaning(column, kind, fen).map_err(|(zh, en)| {
            Fault::new(format!("列 {name}：{zh}"), format!("column {name}: {en}"))
        })?;
        found.push(Found { column, index, meaning, boolean: *kind == Kind::Flag });
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
    let text = |column| {
        let column = found.iter().find(|found| found.column == column);
        column.map(|found| found.meaning == Meaning::Text)
    };
    // A number and a text never name the same.
    if let (Some(bill), Some(reverses)) = (text(Column::Bill), text(Column::Reverses))
        && bill != reverses
    {
        return Err(Fault::new(
            "列 bill 和 reverses 应为同一种类型：都是文字，或都是整数",
            "columns bill and reverses should be of one kind: both text, or both whole numbers",
        ));
    }
    Ok(found)
}

fn missing(name: &str) -> Fault {
    Fault::new(
        format!("缺少列 {name}；文件里叫别的名字时用 --map {name}=列名"),
        format!("no column {name}; if the file calls it otherwise, --map {name}=ITS-NAME"),
    )
}

/// How values of a kind are meant in a column; otherwise what would be right, in both languages.
fn meaning(
    column: Column,
    kind: &Kind,
    fen: bool,
) -> std::result::Result<Meaning, (&'static str, &'static str)> {
    if *kind == Kind::Nested {
        return Err(("不是扁平的列", "is nested"));
    }
    match column {
        Column::InScope
        | Column::FullSelfPay
        | Column::OverCeiling
        | Column::FirstPay
        | Column::AccountCurrent
        | Column::AccountEarlier => match kind {
            Kind::Decimal { scale: 2 } => Ok(Meaning::Plain),
            Kind::Whole { .. } if fen => Ok(Meaning::Plain),
            Kind::Float => Err((
                "金额不能是浮点数；应为 DECIMAL(18,2)，或列名以 _fen 结尾的整数分",
                "money is no float; should be DECIMAL(18,2), or whole fen under a name that ends in _fen",
            )),
            _ => Err((
                "应为 DECIMAL(18,2)，或列名以 _fen 结尾的整数分",
                "should be DECIMAL(18,2), or whole fen under a name that ends in _fen",
            )),
        },
        Column::SettledAt => moment(kind),
        Column::ServiceDate | Column::RetiredOn | Column::Born | Column::EnrolledOn => {
            match kind {
                Kind::Date => Ok(Meaning::Plain),
                // Tables that know no dates have midnights.
                Kind::Moment { unit, utc: false } => Ok(Meaning::Day { parts: unit.of_a_day() }),
                _ => Err(("应为 DATE", "should be a DATE")),
            }
        }
        Column::Serial => match kind {
            Kind::Whole { .. } | Kind::Decimal { scale: 0 } => Ok(Meaning::Plain),
            _ => Err(("应为整数", "should be a whole number")),
        },
        _ => match kind {
            Kind::Text => Ok(Meaning::Text),
            Kind::Whole { .. } | Kind::Decimal { scale: 0 } | Kind::Flag => Ok(Meaning::Plain),
            Kind::Float => Err((
                "是浮点数；应为文字或整数（pandas 把有空值的整数变成浮点数，用 astype(\"Int64\") 改回来）",
                "is a float; should be text or a whole number (pandas makes floats of whole numbers of which some are missing; astype(\"Int64\") undoes it)",
            )),
            _ => Err(("应为文字或整数", "should be text or a whole number")),
        },
    }
}

fn moment(kind: &Kind) -> std::result::Result<Meaning, (&'static str, &'static str)> {
    const BEIJING: i64 = 8 * 3_600_000_000;
    match kind {
        Kind::Moment { unit, utc } => {
            let (multiply, divide) = match unit {
                Unit::Second => (1_000_000, 1),
                Unit::Millisecond => (1_000, 1),
                Unit::Microsecond => (1, 1),
                Unit::Nanosecond => (1, 1_000),
            };
            Ok(Meaning::Moment { multiply, divide, plus: if *utc { BEIJING } else { 0 } })
        }
        // A bare number: microseconds since 1970, UTC.
        Kind::Whole { wide: true } => Ok(Meaning::Moment { multiply: 1, divide: 1, plus: BEIJING }),
        _ => Err(("应为时间戳", "should be a timestamp")),
    }
}
