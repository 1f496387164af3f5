//! Why a bill is not taken: what stands where, what is wrong with it, and what would be right.

use kernel::{Dim, MoneyError, Refusal};

use super::columns::{Column, Values};
use super::words;
use crate::formats::Broken;
use crate::lang::Lang;

/// What is wrong with a bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The column, if one is to blame.
    pub column: Option<Column>,
    /// What stands there.
    pub value: String,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// The row cannot be taken apart.
    Broken(Broken),
    /// Something must stand here.
    Missing,
    /// Not an amount.
    Money(MoneyError),
    /// Not a share.
    Rate,
    /// Not a number of units, or not a price.
    Number,
    /// Not a day.
    Date,
    /// Not a point in time.
    Moment,
    /// Settled before the service.
    BeforeService,
    /// Not one of the words known here.
    Word {
        /// The one probably meant.
        nearest: Option<String>,
        /// Those known.
        known: Vec<String>,
    },
    /// A number that Excel has already rounded.
    Rounded,
    /// A later row of the bill says something else than this, its first.
    Differs {
        /// Row in which the bill begins.
        first: u64,
        /// What it says there.
        before: String,
    },
    /// The total is not the sum of the fee lines.
    LinesDoNotAddUp {
        /// Their sum, as text.
        sum: String,
    },
    /// Neither the in-scope part nor enough to derive it.
    NoInScope,
    /// The kernel refuses.
    Refused(Refusal),
}

impl Fault {
    /// A fault of a column.
    #[must_use]
    pub fn at(column: Column, value: &str, reason: Reason) -> Box<Fault> {
        Box::new(Fault { column: Some(column), value: value.to_owned(), reason })
    }

    /// A refusal, with the column that it is about.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Fault {
        Fault { column: column_of(refusal), value: String::new(), reason: Reason::Refused(refusal) }
    }

    /// The column and the reason in words, without the place of the row.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let Some(column) = self.column else { return self.reason.text(None, lang) };
        let info = column.info();
        let mut reason = self.reason.text(Some(column), lang);
        if let (Reason::Word { known, .. }, true) = (&self.reason, self.value.is_empty()) {
            let known = known.join(lang.pick("、", ", "));
            reason = lang.choose(
                || format!("不能为空；可用：{known}"),
                || format!("must not be empty; known: {known}"),
            );
        }
        match (lang, self.value.is_empty()) {
            (Lang::Zh, false) => format!("{}（{}）“{}”：{reason}", info.name, info.zh, self.value),
            (Lang::Zh, true) => format!("{}（{}）：{reason}", info.name, info.zh),
            (Lang::En, false) => {
                format!("column {}: value \"{}\": {reason}", info.name, self.value)
            }
            (Lang::En, true) => format!("column {}: {reason}", info.name),
        }
    }
}

/// The column that a refusal is about, where there is one.
fn column_of(refusal: Refusal) -> Option<Column> {
    Some(match refusal {
        Refusal::DuplicateBill => Column::Bill,
        Refusal::OriginalNotFound | Refusal::AlreadyReversed => Column::Reverses,
        Refusal::NoPolicy | Refusal::OtherBenefitYear => Column::ServiceDate,
        Refusal::PartsDoNotAddUp => Column::Total,
        Refusal::FirstPayOutOfRange | Refusal::FirstPayOnClassA | Refusal::FirstPayOnClassC => {
            Column::LineFirstPay
        }
        Refusal::FactMissing(dim) => match dim {
            Dim::Status => Column::Status,
            Dim::Plan => Column::Plan,
            Dim::Cohort => Column::Cohort,
            Dim::Age => Column::Born,
            Dim::Level => Column::Level,
            Dim::Venue => Column::Venue,
            Dim::Place => Column::Place,
            Dim::Channel => Column::Channel,
            Dim::Chosen => Column::Chosen,
            Dim::Contract => Column::Contract,
            Dim::Tenure => Column::EnrolledOn,
            Dim::Visit => Column::Visit,
            Dim::Disease => Column::Disease,
        },
        _ => return None,
    })
}

impl Reason {
    /// A stable code, for counting and for the file of rejected rows.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Broken(Broken::Encoding) => "encoding",
            Reason::Broken(Broken::OpenQuote) => "open-quote",
            Reason::Broken(Broken::Cells { .. }) => "cell-count",
            Reason::Broken(Broken::Json(_)) => "not-json",
            Reason::Missing => "missing",
            Reason::Money(_) => "not-an-amount",
            Reason::Rate => "not-a-rate",
            Reason::Number => "not-a-number",
            Reason::Date => "not-a-date",
            Reason::Moment => "not-a-time",
            Reason::BeforeService => "settled-before-service",
            Reason::Word { .. } => "unknown-code",
            Reason::Rounded => "rounded-number",
            Reason::Differs { .. } => "rows-differ",
            Reason::LinesDoNotAddUp { .. } => "lines-do-not-add-up",
            Reason::NoInScope => "no-in-scope",
            Reason::Refused(refusal) => refusal.code(),
        }
    }

    fn text(&self, column: Option<Column>, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(column),
            Lang::En => self.en(column),
        }
    }

    fn zh(&self, column: Option<Column>) -> String {
        match self {
            Reason::Broken(Broken::Encoding) => {
                "有不属于文件编码的字节；请核对编码，或用 --encoding 指定".to_owned()
            }
            Reason::Broken(Broken::OpenQuote) => "引号没有闭合，文件可能被截断".to_owned(),
            Reason::Broken(Broken::Cells { found, expected }) => {
                format!("有 {found} 列，表头有 {expected} 列")
            }
            Reason::Broken(Broken::Json(what)) => format!("不是一个完整的 JSON 对象（{what}）"),
            Reason::Missing => missing(column, Lang::Zh),
            Reason::Money(error) => format!("{}；应为{}", money(*error, Lang::Zh), expected(column, Lang::Zh)),
            Reason::Rate | Reason::Number | Reason::Date | Reason::Moment => {
                format!("应为{}", expected(column, Lang::Zh))
            }
            Reason::BeforeService => "结算时间早于服务日期".to_owned(),
            Reason::Word { nearest, known } => {
                let hint = nearest.as_ref().map(|word| format!("是不是 {word}？"));
                format!("不是这里的取值；{}可用：{}", hint.unwrap_or_default(), known.join("、"))
            }
            Reason::Rounded => {
                "Excel 数字超过 15 位，末几位已丢失；请把这一列设为文本后重新填写".to_owned()
            }
            Reason::Differs { first, before } => {
                format!("与本单据首行（第 {first} 行）的“{before}”不同；同一单据各行应一致")
            }
            Reason::LinesDoNotAddUp { sum } => format!("应等于明细之和 {sum}"),
            Reason::NoInScope => "没有政策范围内金额；应填 in_scope，或填 full_self_pay、over_ceiling、first_pay（没有的填 0），或改用明细".to_owned(),
            Reason::Refused(refusal) => refusal.to_string(),
        }
    }

    fn en(&self, column: Option<Column>) -> String {
        match self {
            Reason::Broken(Broken::Encoding) => {
                "bytes that are not of the file's encoding; check it, or say it with --encoding"
                    .to_owned()
            }
            Reason::Broken(Broken::OpenQuote) => {
                "a quote that never ends; the file may have been cut short".to_owned()
            }
            Reason::Broken(Broken::Cells { found, expected }) => {
                format!("{found} cells where the header has {expected}")
            }
            Reason::Broken(Broken::Json(what)) => format!("not a whole JSON object ({what})"),
            Reason::Missing => missing(column, Lang::En),
            Reason::Money(error) => {
                format!("{}; expected {}", money(*error, Lang::En), expected(column, Lang::En))
            }
            Reason::Rate | Reason::Number | Reason::Date | Reason::Moment => {
                format!("expected {}", expected(column, Lang::En))
            }
            Reason::BeforeService => "settled before the service date".to_owned(),
            Reason::Word { nearest, known } => {
                let hint = nearest.as_ref().map(|word| format!("did you mean {word}? "));
                format!("not a value here; {}known: {}", hint.unwrap_or_default(), known.join(", "))
            }
            Reason::Rounded => "a number of more than 15 digits, whose last ones Excel has lost; \
                make the column text and enter it again"
                .to_owned(),
            Reason::Differs { first, before } => {
                format!(
                    "the bill's first row (row {first}) says \"{before}\"; all rows of a bill must agree"
                )
            }
            Reason::LinesDoNotAddUp { sum } => format!("expected {sum}, the sum of the fee lines"),
            Reason::NoInScope => {
                "no in-scope amount; give in_scope, or full_self_pay, over_ceiling and \
                first_pay (0 if there is none), or fee lines"
                    .to_owned()
            }
            Reason::Refused(Refusal::FactMissing(dim)) => {
                format!("{}: {}", Refusal::FactMissing(*dim).en(), dim.en())
            }
            Reason::Refused(refusal) => refusal.en().to_owned(),
        }
    }
}

fn money(error: MoneyError, lang: Lang) -> &'static str {
    match error {
        MoneyError::Empty => lang.pick("为空", "empty"),
        MoneyError::NotANumber => lang.pick("不是数字", "not a number"),
        MoneyError::TooFine => lang.pick("小数位过多", "too many decimals"),
        MoneyError::TooLarge => lang.pick("超出可处理范围", "too large"),
    }
}

fn missing(column: Option<Column>, lang: Lang) -> String {
    match column {
        Some(Column::Region) => lang.pick(
            "缺统筹区；应填六位代码，或用 --region 指定",
            "no pooling area; give its six-digit code here or with --region",
        ),
        Some(Column::Status) => lang.pick(
            "缺人员状态；应填 active（在职）或 retired（退休），或用 retired_on 列",
            "no status; give active or retired here, or use the column retired_on",
        ),
        Some(Column::SettledAt) => lang.pick(
            "冲销行缺结算时间；应填日期或日期加时间",
            "a reversal without its time; give a date or a date and time",
        ),
        _ => lang.pick("不能为空", "must not be empty"),
    }
    .to_owned()
}

/// What values of a column look like, for the end of a message.
fn expected(column: Option<Column>, lang: Lang) -> String {
    let values = column.map_or(Values::Text, |column| column.info().values);
    let text = match values {
        Values::Money | Values::MoneyList => lang.pick(
            "以元为单位的金额，最多两位小数，如 123.45",
            "an amount in yuan with at most two decimals, such as 123.45",
        ),
        Values::Price => lang.pick(
            "以元为单位的单价，最多六位小数，如 1.2345",
            "a price in yuan with at most six decimals, such as 1.2345",
        ),
        Values::Quantity => lang
            .pick("数量，最多四位小数，如 2", "a quantity with at most four decimals, such as 2"),
        Values::Rate => lang.pick("比例，如 10% 或 0.1", "a share, such as 10% or 0.1"),
        Values::Date => lang.pick("日期，如 2024-03-01", "a date, such as 2024-03-01"),
        Values::Moment => lang.pick(
            "日期或日期加时间，如 2024-03-01 08:30:00",
            "a date or a date and time, such as 2024-03-01 08:30:00",
        ),
        Values::Flag => lang.pick("是或否", "yes or no"),
        Values::Word(words) | Values::Words(words) => {
            return words::codes(words).join(lang.pick("、", ", "));
        }
        _ => lang.pick("文本", "text"),
    };
    text.to_owned()
}
