//! The columns of a table as data: reading, messages and the reference page are made from them.

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in files.
    pub name: &'static str,
    /// 中文表头, accepted as well.
    pub zh: &'static str,
    /// What its values are.
    pub values: Values,
    /// Whether it must be filled.
    pub need: Need,
    /// A value as it might stand there.
    pub example: &'static str,
    /// What it means, and what holds when it is empty. 中文.
    pub about_zh: &'static str,
    /// The same in English.
    pub about_en: &'static str,
}

/// Whether a column must be filled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// In every row.
    Always,
    /// In some cases; the text about the column says which.
    Sometimes,
    /// Never.
    Never,
}

/// A word of a closed list: its code, 中文, and what else is read as the same.
pub type Word = (&'static str, &'static str, &'static [&'static str]);

/// What the values of a column are.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Text of at most so many characters.
    Text(usize),
    /// 统筹区: six digits, or the region's name.
    Region,
    /// 人员编号: at most 30 characters without white space.
    Person,
    /// 定点医药机构编号: `H` or `P` and eleven digits.
    Institution,
    /// A code of at most so many characters without white space.
    Code(usize),
    /// A day.
    Date,
    /// A day, or a day and a time.
    Moment,
    /// Yuan with at most two decimals, not negative.
    Money,
    /// Yuan with at most six decimals, not negative.
    Price,
    /// A share: `10%` or `0.1`.
    Rate,
    /// A year of four digits.
    Year,
    /// A month.
    Month,
    /// Yes or no.
    Flag,
    /// One of a closed list.
    Word(fn() -> Vec<Word>),
    /// Any of a closed list, separated by semicolons.
    Words(fn() -> Vec<Word>),
}

impl Values {
    /// What values look like, for messages and for the reference page: 中文 and English.
    #[must_use]
    pub fn expected(self) -> (String, String) {
        let same = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Values::Text(most) => {
                (format!("文本，最多 {most} 字"), format!("text of at most {most} characters"))
            }
            Values::Region => same("统筹区六位代码或名称", "six digits or the name of a region"),
            Values::Person => {
                same("人员编号，最多 30 字，不含空白", "at most 30 characters without white space")
            }
            Values::Institution => same("H 或 P 加 11 位数字", "H or P and eleven digits"),
            Values::Code(most) => (
                format!("编码，最多 {most} 字，不含空白"),
                format!("a code of at most {most} characters without white space"),
            ),
            Values::Date => same("日期，如 2024-03-01", "a date, such as 2024-03-01"),
            Values::Moment => same(
                "日期或日期加时间，如 2024-03-01 08:30:00",
                "a date or a date and time, such as 2024-03-01 08:30:00",
            ),
            Values::Money => same(
                "以元为单位的金额，最多两位小数，不为负",
                "an amount in yuan with at most two decimals, not negative",
            ),
            Values::Price => same(
                "以元为单位的单价，最多六位小数，不为负",
                "a price in yuan with at most six decimals, not negative",
            ),
            Values::Rate => same("比例，如 10% 或 0.1", "a share, such as 10% or 0.1"),
            Values::Year => same("四位年份", "a year of four digits"),
            Values::Month => same("月份，如 2024-03", "a month, such as 2024-03"),
            Values::Flag => same("是或否", "yes or no"),
            Values::Word(words) => listed(&words(), "", ""),
            Values::Words(words) => listed(&words(), "分号隔开：", "separated by semicolons: "),
        }
    }
}

fn listed(words: &[Word], before_zh: &str, before_en: &str) -> (String, String) {
    let zh = words.iter().map(|(code, zh, _)| format!("{code}（{zh}）")).collect::<Vec<_>>();
    let en = words.iter().map(|(code, ..)| *code).collect::<Vec<_>>();
    (format!("{before_zh}{}", zh.join("、")), format!("{before_en}{}", en.join(", ")))
}

/// Yes and no, as they are written.
pub(super) const FLAGS: [(&str, bool); 10] = [
    ("yes", true),
    ("是", true),
    ("1", true),
    ("true", true),
    ("y", true),
    ("no", false),
    ("否", false),
    ("0", false),
    ("false", false),
    ("n", false),
];

/// The words of a closed list of the kernel.
macro_rules! kernel_words {
    ($name:ty $(, $code:literal = $also:expr)*) => {
        || {
            <$name>::ALL
                .iter()
                .map(|value| {
                    let also: &[&str] = match value.code() {
                        $($code => $also,)*
                        _ => &[],
                    };
                    (value.code(), value.zh(), also)
                })
                .collect()
        }
    };
}

/// Declares the columns of a table: `At` names their places, `COLUMNS` is what is known about them.
macro_rules! columns {
    ($($at:ident $need:ident $values:expr, $name:literal, $zh:literal, $example:literal,
       $about_zh:literal, $about_en:literal;)+) => {
        #[derive(Clone, Copy)]
        enum At { $($at),+ }

        impl From<At> for usize {
            fn from(at: At) -> usize {
                at as usize
            }
        }

        /// The columns.
        pub(super) const COLUMNS: &[$crate::import::Column] = &[$($crate::import::Column {
            name: $name,
            zh: $zh,
            values: $values,
            need: $crate::import::Need::$need,
            example: $example,
            about_zh: $about_zh,
            about_en: $about_en,
        }),+];
    };
}

pub(super) use {columns, kernel_words};
