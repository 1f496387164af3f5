//! Why a row is not taken: what stands where, what is wrong with it, and what would be right.

use super::column::{Column, Values};
use kernel::Fen;

/// What is wrong with a row.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The column, if one is to blame.
    pub column: Option<&'static Column>,
    /// What stands there.
    pub value: String,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Something must stand here.
    Missing,
    /// Not what the column holds.
    Form,
    /// A number that Excel has already rounded.
    Rounded,
    /// Not one of the words known here; those known.
    Word(Vec<String>),
    /// No such pooling area; those known.
    Region(Vec<String>),
    /// No such person in the books.
    Person,
    /// No such institution in the books.
    Institution,
    /// No such item in the catalogue.
    Item,
    /// The last day is before the first.
    Backwards,
    /// An earlier row says something else of the same thing.
    Twice {
        /// Which row.
        first: u64,
    },
    /// A credential that names somebody else.
    Taken {
        /// Whom.
        person: String,
    },
    /// Two values would hold on the same day.
    Overlaps {
        /// The other value.
        other: String,
        /// Its first day.
        from: String,
        /// Its last day.
        to: String,
    },
    /// Nothing like this is on file, so there is nothing to withdraw.
    NotOnFile,
    /// The person's own account needs no binding.
    Self_,
    /// The account was opened with another balance.
    Opened {
        /// As of which day.
        day: String,
        /// Money of the year, earlier money.
        amounts: [Fen; 2],
    },
    /// The ratio does not fit the class.
    FirstPay,
    /// The account still holds money of the year before the opening's.
    YearNotClosed(i32),
    /// What a business said of the row: a stable code, 中文 and English.
    Said {
        /// The code.
        code: &'static str,
        /// 中文.
        zh: String,
        /// English.
        en: String,
    },
    /// The store refused the rows together.
    Conflict(String),
}

impl Fault {
    /// A fault of a column.
    #[must_use]
    pub fn at(column: &'static Column, value: &str, reason: Reason) -> Fault {
        Fault { column: Some(column), value: value.to_owned(), reason }
    }

    /// What the store said when it refused the row.
    pub(super) const fn conflict(what: String) -> Fault {
        Fault { column: None, value: String::new(), reason: Reason::Conflict(what) }
    }

    /// The column, the value and the reason in words, without the place of the row.
    #[must_use]
    pub fn text(&self, english: bool) -> String {
        let (zh, en) = self.reason.words(self.column);
        let Some(column) = self.column else { return if english { en } else { zh } };
        match (english, self.value.is_empty()) {
            (false, false) => format!("{}（{}）“{}”：{zh}", column.name, column.zh, self.value),
            (false, true) => format!("{}（{}）：{zh}", column.name, column.zh),
            (true, false) => format!("column {}: value \"{}\": {en}", column.name, self.value),
            (true, true) => format!("column {}: {en}", column.name),
        }
    }
}

impl Reason {
    /// A stable code, for counting and for the file of rejected rows.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Reason::Missing => "missing",
            Reason::Form => "not-of-the-form",
            Reason::Rounded => "rounded-number",
            Reason::Word(_) => "unknown-code",
            Reason::Region(_) => "unknown-region",
            Reason::Person => "unknown-person",
            Reason::Institution => "unknown-institution",
            Reason::Item => "unknown-item",
            Reason::Backwards => "ends-before-it-begins",
            Reason::Twice { .. } => "rows-differ",
            Reason::Taken { .. } => "credential-taken",
            Reason::Overlaps { .. } => "overlaps",
            Reason::NotOnFile => "not-on-file",
            Reason::Self_ => "own-account",
            Reason::Opened { .. } => "opened-otherwise",
            Reason::FirstPay => "first-pay-does-not-fit-class",
            Reason::YearNotClosed(_) => "year-not-closed",
            Reason::Said { code, .. } => code,
            Reason::Conflict(_) => "conflict",
        }
    }

    /// 中文 and English.
    fn words(&self, column: Option<&Column>) -> (String, String) {
        let values = column.map_or(Values::Text(200), |column| column.values);
        let (form_zh, form_en) = values.expected();
        let same = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Reason::Missing => (
                format!("不能为空；应填{form_zh}"),
                format!("must not be empty; expected {form_en}"),
            ),
            Reason::Form => (format!("应为{form_zh}"), format!("expected {form_en}")),
            Reason::Rounded => same(
                "Excel 数字超过 15 位，末几位已丢失；请把这一列设为文本后重新填写",
                "a number of more than 15 digits, whose last ones Excel has lost; make the column \
                 text and enter it again",
            ),
            Reason::Word(known) => (
                format!("不是这里的取值；可用：{}", known.join("、")),
                format!("not a value here; known: {}", known.join(", ")),
            ),
            Reason::Region(known) => (
                format!("没有这个统筹区的政策；可用：{}", known.join("、")),
                format!("no such region here; known: {}", known.join(", ")),
            ),
            Reason::Person => same(
                "账务库里没有这个人；请先导入 people（参保人）",
                "no such person in the books; import people first",
            ),
            Reason::Institution => same(
                "账务库里没有这个机构；请先导入 institutions（机构）",
                "no such institution in the books; import institutions first",
            ),
            Reason::Item => same(
                "目录里没有这个项目，或这些日子里没有；请先导入 items（目录项目）",
                "no such item in the catalogue on these days; import items first",
            ),
            Reason::Backwards => same(
                "终止日早于起始日；应不早于起始日",
                "ends before it begins; expected a later day",
            ),
            Reason::Twice { first } => (
                format!("与第 {first} 行说的是同一件事，内容却不同；请只留一行"),
                format!("row {first} says something else of the same; keep one of them"),
            ),
            Reason::Taken { person } => (
                format!("这个凭证已属于人员 {person}；一个凭证只指一个人"),
                format!("this credential is that of person {person}; it can name only one"),
            ),
            Reason::Overlaps { other, from, to } => (
                format!("与已有的 {other}（{from} 至 {to}）重叠；请先填写前一段的终止日，或作废它"),
                format!("overlaps with {other} ({from} to {to}); end or withdraw that one first"),
            ),
            Reason::NotOnFile => same(
                "没有这样一条在册的记录，无从作废；作废行应与原行相同",
                "nothing like this is on file; a row that withdraws must equal the one it withdraws",
            ),
            Reason::Self_ => same(
                "本人账户不需要绑定；应填亲属的人员编号",
                "expected a relative's person number",
            ),
            Reason::Opened { day, amounts: [current, earlier] } => (
                format!(
                    "已按 {day} 建账：当年 {current} 元、历年 {earlier} 元；期初余额只导入一次，更正请走账务更正"
                ),
                format!(
                    "opened as of {day} with {current} (this year) and {earlier} (earlier); a \
                     balance is opened once"
                ),
            ),
            Reason::FirstPay => same(
                "先行自付比例与甲乙丙类不符：甲类应为 0，丙类应为空或 100%",
                "the ratio does not fit the class: 0 for class A, empty or 100% for class C",
            ),
            Reason::YearNotClosed(year) => (
                format!("账户里还有 {year} 年的当年资金；请先做 {year} 年的年度结转"),
                format!("the account still holds money of {year}; roll that year over first"),
            ),
            Reason::Said { zh, en, .. } => (zh.clone(), en.clone()),
            Reason::Conflict(what) => {
                (format!("与账务库冲突：{what}"), format!("conflicts with the books: {what}"))
            }
        }
    }
}
