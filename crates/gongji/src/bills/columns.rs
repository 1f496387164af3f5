//! The columns a file of bills may have. One table, from which the reader, its messages and the
//! reference page are made.

use super::words::{self, Words};
use crate::formats::Kind;
use crate::formats::input::Layout;

/// What the values of a column are.
#[derive(Clone, Copy, Debug)]
pub enum Values {
    /// Any text.
    Text,
    /// Yuan with at most two decimals.
    Money,
    /// Yuan with at most six decimals.
    Price,
    /// A number with at most four decimals.
    Quantity,
    /// A share: `10%` or `0.1`.
    Rate,
    /// A day.
    Date,
    /// A day, or a day and a time.
    Moment,
    /// Yes or no.
    Flag,
    /// One of a closed list.
    Word(Words),
    /// Any of a closed list, separated by semicolons.
    Words(Words),
    /// A code of the region's vocabulary.
    Plan,
    /// A code of the region's vocabulary.
    Cohort,
    /// A code of the region's vocabulary, or any other.
    Disease,
    /// Codes of the region's vocabulary, separated by semicolons.
    Diseases,
    /// Amounts, separated by semicolons.
    MoneyList,
}

/// Whether a bill must have the column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Always.
    Always,
    /// In some cases; the text about the column says which.
    Sometimes,
    /// Never; the text about the column says what holds without it.
    Never,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its name in files.
    pub name: &'static str,
    /// 中文列名, accepted as well.
    pub zh: &'static str,
    /// What its values are.
    pub values: Values,
    /// Whether it must be there.
    pub need: Need,
    /// What it means, and what holds when it is empty. 中文.
    pub about_zh: &'static str,
    /// The same in English.
    pub about_en: &'static str,
}

macro_rules! columns {
    ($($name:ident $need:ident $values:expr, $code:literal, $zh:literal, $about_zh:literal, $about_en:literal;)+) => {
        /// A column of a file of bills.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[expect(missing_docs, reason = "each is described in the table")]
        pub enum Column { $($name),+ }

        impl Column {
            /// All, in the order of the reference page.
            pub const ALL: &'static [Column] = &[$(Column::$name),+];

            /// What is known about it.
            #[must_use]
            pub const fn info(self) -> Info {
                match self {
                    $(Column::$name => Info {
                        name: $code, zh: $zh, values: $values, need: Need::$need,
                        about_zh: $about_zh, about_en: $about_en,
                    }),+
                }
            }
        }
    };
}

columns! {
    Bill Always Values::Text, "bill", "单据号",
        "单据的号码，全部文件中不得重复", "Number of the bill; no two bills of all files may share it";
    Person Always Values::Text, "person", "人员编号",
        "参保人的号码", "Number of the insured";
    Region Sometimes Values::Text, "region", "统筹区",
        "统筹区六位代码或名称；整个文件同一地区时可用 --region 代替", "Code or name of the pooling area; --region says it for all bills";
    ServiceDate Always Values::Date, "service_date", "服务日期",
        "就诊或购药那天：决定用哪一版政策、记入哪个参保年度", "Day of the visit or purchase: decides the policy version and the benefit year";
    SettledAt Sometimes Values::Moment, "settled_at", "结算时间",
        "按它的先后累计；空着等于服务日期零时；同一时刻按单据号，冲销在后。冲销行必填", "Bills accumulate in this order; empty: the service date; ties go by bill number, reversals last. A reversal must have it";
    Reverses Never Values::Text, "reverses", "冲销单据号",
        "填了就是冲销行：原样冲回这张单据，只需再填 bill、person、settled_at", "Makes the row a reversal of that bill; beside it only bill, person and settled_at are needed";
    Status Sometimes Values::Word(words::STATUS), "status", "人员状态",
        "服务日的状态；空着时看 retired_on", "Status on the service date; empty: retired_on decides";
    RetiredOn Sometimes Values::Date, "retired_on", "退休登记日期",
        "status 空着时，按政策的规定推出服务日的状态；有这一列而空着为在职", "Where status is empty: the status follows from it by the policy's rule; the column being there but empty means in work";
    Plan Sometimes Values::Plan, "plan", "参保类型",
        "地区词汇表里的代码或名称；地区只有一种时可空", "A code or name of the region's vocabulary; may be empty where the region has only one";
    Cohort Never Values::Cohort, "cohort", "人群",
        "地区词汇表里的代码或名称；空着为第一种", "A code or name of the region's vocabulary; empty: its first";
    Born Never Values::Date, "born", "出生日期",
        "只在规则看年龄时需要", "Needed only where a rule depends on age";
    EnrolledOn Never Values::Date, "enrolled_on", "首次参保日期",
        "只在规则看参保月数时需要", "Needed only where a rule depends on months enrolled";
    Entitlement Never Values::Word(words::ENTITLEMENT), "entitlement", "待遇状态",
        "空着为享受待遇", "Empty: entitled";
    Contract Never Values::Flag, "contract", "家庭医生签约",
        "空着为否", "A family-doctor contract is in force; empty: no";
    Chosen Never Values::Flag, "chosen", "本人定点",
        "是否本人选定的机构；空着为否", "The institution is the person's chosen one; empty: no";
    Admission Never Values::Word(words::ADMISSION), "admission", "住院状态",
        "空着为未住院", "Whether the person was an inpatient; empty: no";
    Filings Never Values::Diseases, "filings", "备案病种",
        "有效备案的病种代码，分号隔开", "Diseases with a valid filing, separated by semicolons";
    Institution Never Values::Text, "institution", "机构编号",
        "医药机构的号码；按日按机构累计时用", "Number of the institution; used where something accumulates by day and institution";
    Visit Never Values::Text, "visit", "就诊编号",
        "同一次就诊的几张单据填同一个号；空着为各算一次", "Bills of one visit share it; empty: each bill is a visit";
    Level Sometimes Values::Word(words::LEVEL), "level", "机构等级",
        "协议结算等级；药店可空，其他必填", "Settlement level by agreement; only pharmacies may leave it empty";
    Venue Never Values::Word(words::VENUE), "venue", "机构类型",
        "空着为医疗机构；医疗类别为药店购药时为药店", "Empty: hospital, or pharmacy where category is pharmacy";
    Designated Never Values::Flag, "designated", "定点",
        "服务日有协议；空着为是", "An agreement is in force on the service date; empty: yes";
    Place Never Values::Word(words::PLACE), "place", "就医地",
        "空着为参保地", "Empty: local";
    Channel Never Values::Word(words::CHANNEL), "channel", "结算渠道",
        "空着为联网结算；手工报销的受理时间填在 settled_at", "Empty: direct; settled_at of a paper claim is the day it was handed in";
    Category Never Values::Word(words::CATEGORY), "category", "医疗类别",
        "空着为普通门诊", "Empty: ordinary";
    Disease Never Values::Disease, "disease", "病种",
        "这次就诊治的病，地区词汇表里的代码或名称；词汇表外的病不影响结算，慢特病和两病单据除外，那里必须认得", "Disease that the visit is for, a code or name of the region's vocabulary; others make no difference, but bills of the categories chronic and two-disease must name one that is known";
    PrescriptionLevel Never Values::Word(words::LEVEL), "prescription_level", "处方机构等级",
        "外配处方开方机构的等级；空着为没有处方", "Level of the institution that prescribed; empty: no external prescription";
    PrescriptionDesignated Never Values::Flag, "prescription_designated", "处方机构定点",
        "空着为是", "The prescriber has an agreement; empty: yes";
    AccountUse Never Values::Word(words::ACCOUNT_USE), "account_use", "账户使用",
        "空着为先本人、后共济", "Which accounts may pay; empty: the own one, then family accounts";
    AccountCurrent Never Values::Money, "account_current", "当年账户余额",
        "结算前本人账户当年资金余额；空着为 0", "Own account before the bill, money of this year; empty: 0";
    AccountEarlier Never Values::Money, "account_earlier", "历年账户余额",
        "结算前本人账户历年资金余额；空着为 0", "Own account before the bill, money of earlier years; empty: 0";
    Family Never Values::MoneyList, "family", "共济账户余额",
        "共济账户余额，按绑定次序，分号隔开", "Balances of family accounts in order of binding, separated by semicolons";
    Total Sometimes Values::Money, "total", "总费用",
        "空着为四部分之和；有明细时应等于明细之和", "Empty: the sum of the four parts; with fee lines it must be their sum";
    FullSelfPay Never Values::Money, "full_self_pay", "全自费",
        "空着为 0", "Class C and outside the catalogues; empty: 0";
    OverCeiling Never Values::Money, "over_ceiling", "超限价自费",
        "空着为 0", "Above price ceilings; empty: 0";
    FirstPay Never Values::Money, "first_pay", "先行自付",
        "空着为 0", "First-pay part of class B; empty: 0";
    InScope Sometimes Values::Money, "in_scope", "政策范围内",
        "没有明细时必填；填了总费用和另三部分中任何一项的，可空", "Needed without fee lines, unless the total and any other part are given";
    Item Never Values::Text, "item", "项目编码",
        "明细：项目代码", "Fee line: code of the item";
    Class Sometimes Values::Word(words::CLASS), "class", "目录类别",
        "明细：甲乙丙；有明细时必填", "Fee line: catalogue class; needed with fee lines";
    Quantity Never Values::Quantity, "quantity", "数量",
        "明细：空着为 1", "Fee line: empty is 1";
    UnitPrice Never Values::Price, "unit_price", "单价",
        "明细：amount 空着时，金额为单价乘数量", "Fee line: where amount is empty, the amount is this times the quantity";
    Amount Sometimes Values::Money, "amount", "明细金额",
        "明细：有这一列的文件每行是一条明细，连续同号的行是一张单据", "Fee line: a file with this column has one fee line a row; consecutive rows with one bill number are one bill";
    LineFirstPay Never Values::Rate, "line_first_pay", "先行自付比例",
        "明细：乙类的先行自付比例；空着为 0", "Fee line: first-pay ratio of a class B line; empty: 0";
    CeilingPrice Never Values::Price, "ceiling_price", "限价",
        "明细：单位限价，乘数量后为本行限额", "Fee line: price ceiling of a unit; times the quantity it bounds the line";
    CeilingAmount Never Values::Money, "ceiling_amount", "限价金额",
        "明细：本行限额；与 ceiling_price 二者填一", "Fee line: most of the line that may be in scope; instead of ceiling_price";
    Flags Never Values::Words(words::FLAGS), "flags", "待遇标志",
        "明细：分号隔开", "Fee line: programme flags, separated by semicolons";
    LineDisease Never Values::Disease, "line_disease", "明细病种",
        "明细：这一行治的病；空着同整张单据", "Fee line: disease that the line treats; empty: that of the bill";
    Denied Never Values::Flag, "denied", "账户不可付",
        "明细：在个人账户负面清单里；空着为否", "Fee line: on the list of things a personal account may not pay; empty: no";
}

impl Column {
    /// How many there are.
    pub const COUNT: usize = Column::ALL.len();

    /// Belongs to a fee line, not to the bill.
    #[must_use]
    pub fn of_line(self) -> bool {
        self >= Column::Item
    }

    /// The column that a header names.
    #[must_use]
    pub fn named(name: &str) -> Option<Column> {
        let same = |column: &&Column| {
            let info = column.info();
            info.name.eq_ignore_ascii_case(name) || info.zh == name
        };
        Column::ALL.iter().find(same).copied()
    }

    /// The column that a key of a JSON bill, or of one of its lines, names. Inside a line the short
    /// names mean the line's own.
    #[must_use]
    pub fn of_key(key: &str, in_line: bool) -> Option<Column> {
        match (key, in_line) {
            ("first_pay", true) => Some(Column::LineFirstPay),
            ("disease", true) => Some(Column::LineDisease),
            _ => Column::named(key).filter(|column| !in_line || column.of_line()),
        }
    }

    /// How it is typed in formats that have types.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.info().values {
            Values::Money => Kind::Money,
            Values::Date => Kind::Date,
            Values::Moment => Kind::Moment,
            _ => Kind::Text,
        }
    }

    /// The columns, for formats without a header.
    pub const LAYOUT: Layout = Layout {
        names: || Column::ALL.iter().map(|column| column.info().name.to_owned()).collect(),
        find: |key, in_line| Column::of_key(key, in_line).map(|column| column as usize),
    };
}
