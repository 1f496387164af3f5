//! Files of people, facts, balances, institutions and catalogues become rows of the books.
//!
//! Shape: a [`Table`] declares its columns as data; an [`Importer`] takes the rows of a file one by one, reads some
//! thousands of them, and commits what they change together. Reading the file itself (CSV, XLSX, encodings) is the
//! caller's business. A row that cannot be taken is handed back with its [`Fault`]; the others go in.
//!
//! Idempotency: every row is compared with what the books hold, and only a difference is written. The same file a second
//! time changes nothing; a run that was cut off is simply run again. To keep that true no two rows of a file may say
//! different things of the same key: the second is a fault ([`Reason::Twice`]). Money and accumulators are stated, not
//! added: a balance is opened once, and what was used elsewhere is the total so far, of which the difference is posted.
//!
//! Facts are never edited. A spell with the same kind, value and first day but another end or detail ends the belief in
//! the old one and states the new one; `withdrawn` ends the belief without a new one. Where something was posted since the
//! fact began to hold, its benefit years are filed to be looked at again.

mod column;
mod fault;
mod row;
mod header;
mod importer;
mod manual;
pub(crate) mod people;
mod spells;
mod facts;
pub(crate) mod openings;
pub(crate) mod elsewhere;
mod institutions;
mod agreements;
mod items;
mod prices;
mod drug_lists;
mod filings;
mod employers;
mod contributions;
pub mod applications;

pub use column::{Column, Need, Values, Word};
pub use fault::{Fault, Reason};
pub use header::{Header, HeaderFault};
pub use importer::{Done, Effect, Importer, Options};
pub use manual::markdown;

macro_rules! tables {
    ($($(#[$meta:meta])* $table:ident = $module:ident, $code:literal, $zh:literal, $about_zh:literal, $about_en:literal;)+) => {
        /// What a file is about.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Table { $($(#[$meta])* $table),+ }

        impl Table {
            /// All, in the order in which they build on each other.
            pub const ALL: &'static [Table] = &[$(Table::$table),+];

            /// Its name on the command line.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Table::$table => $code),+ }
            }

            /// 中文名.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Table::$table => $zh),+ }
            }

            /// What its rows say: 中文 and English.
            #[must_use]
            pub const fn about(self) -> (&'static str, &'static str) {
                match self { $(Table::$table => ($about_zh, $about_en)),+ }
            }

            /// Its columns.
            #[must_use]
            pub const fn columns(self) -> &'static [Column] {
                match self { $(Table::$table => $module::COLUMNS),+ }
            }

            /// The columns that tell its rows apart.
            const fn key(self) -> &'static [usize] {
                match self { $(Table::$table => $module::KEY),+ }
            }

            fn sheet(self) -> Box<dyn importer::Sheet> {
                match self { $(Table::$table => Box::new($module::Rows::default())),+ }
            }
        }
    };
}

tables! {
    /// 机构.
    Institutions = institutions, "institutions", "定点医药机构",
        "每行一个机构：名称、类型、接口设置。协议和等级另见 agreements",
        "One institution a row: name, kind, how to talk to it. Agreements and levels are in agreements";
    /// 协议、等级、资格.
    Agreements = agreements, "agreements", "协议与结算等级",
        "每行一段：某机构从哪天到哪天有协议、是几级、有什么资格、中止；已过去的日子有变动的，自动登记待重算",
        "One spell a row: from when to when an institution has an agreement, a level, a capability, is suspended; where past days change, recalculations are filed";
    /// 目录项目.
    Items = items, "items", "医保目录",
        "每行一个项目的一段有效期：甲乙丙、先行自付、限价、待遇标志",
        "One span of one item a row: class, first pay, ceilings, flags";
    /// 限价.
    Prices = prices, "prices", "目录限价",
        "每行一个项目在一段日子里、一个等级上的限价；目录项目按这些日子自动分段",
        "One ceiling of one item at one level in a span of days a row; spans of the item are split as needed";
    /// 药品名单.
    DrugLists = drug_lists, "drug-lists", "药品名单",
        "每行一个项目在一段日子里在一个名单上（国谈、单列、两病用药、慢特病用药……）；目录项目按这些日子自动分段",
        "One item on one list (negotiated, listed, two-disease, chronic …) in a span of days a row; spans of the item are split as needed";
    /// 参保人.
    People = people, "people", "参保人",
        "每行一个人：身份、凭证。参保类型、待遇等随时间变的另见 facts",
        "One person a row: identity and credentials. What changes with time is in facts";
    /// 人的事实.
    Facts = facts, "facts", "参保人的事实",
        "每行一段事实：参保类型、待遇状态、退休、住院、备案、定点、签约、家庭共济……",
        "One dated fact a row: plan, entitlement, retirement, admission, filing, chosen institution, family binding …";
    /// 备案申请.
    Filings = filings, "filings", "备案申请",
        "每行一项备案、定点或签约的申请，等待审核；已申报或已通过的同一项不变。已通过的旧备案转入用 facts",
        "One application for a filing, a chosen institution or a contract a row; it waits for its review. Filings approved elsewhere are imported as facts";
    /// 期初余额.
    Openings = openings, "openings", "个人账户期初余额",
        "每行一个人账户的期初余额；每人只建账一次",
        "The opening balance of one person's account a row; an account is opened once";
    /// 外部累计.
    Elsewhere = elsewhere, "elsewhere", "外部累计",
        "每行一个人一个年度在别的系统（住院、省外等）已用掉的一项累计；写至今合计，程序只记差额",
        "What one person has used of one accumulator in other systems (inpatient care and the like) in a year: the total so far, of which the difference is posted";
    /// 用人单位.
    Employers = employers, "employers", "用人单位",
        "每行一个用人单位：编号、名称、参保起止",
        "One employer a row: code, name, from when to when it is enrolled";
    /// 缴费申报.
    Contributions = contributions, "contributions", "缴费申报",
        "每行一个人的一个缴费月：谁申报、基数、各方金额、到账日。后一份文件更正前一份；到账的钱只记差额，待遇享受期随之重新推算",
        "One month of one person a row: who declares it, base, amounts, day of payment. A later file corrects an earlier one; of what was paid only the difference is booked, and entitlement is derived anew";
}

impl Table {
    /// The table with this name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Table> {
        Table::ALL.iter().copied().find(|table| table.code() == code || table.zh() == code)
    }
}
