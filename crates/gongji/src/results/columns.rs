//! The columns of a result. One table, from which files, the terminal and the reference page are made.

use crate::formats::{Field, Kind};
use crate::lang::Lang;

/// What is known about a column.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// Its name in files.
    pub name: &'static str,
    /// 中文列名, used on terminals.
    pub zh: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means. 中文.
    pub about_zh: &'static str,
    /// The same in English.
    pub about_en: &'static str,
}

macro_rules! columns {
    ($($name:ident $kind:ident, $code:literal, $zh:literal, $about_zh:literal, $about_en:literal;)+) => {
        /// A column of a result.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[expect(missing_docs, reason = "each is described in the table")]
        pub enum ResultColumn { $($name),+ }

        impl ResultColumn {
            /// All, in the order of files.
            pub const ALL: &'static [ResultColumn] = &[$(ResultColumn::$name),+];

            /// What is known about it.
            #[must_use]
            pub const fn info(self) -> Info {
                match self {
                    $(ResultColumn::$name => Info {
                        name: $code, zh: $zh, kind: Kind::$kind,
                        about_zh: $about_zh, about_en: $about_en,
                    }),+
                }
            }
        }
    };
}

columns! {
    Bill Text, "bill", "单据号", "单据或冲销的号码", "Number of the bill or reversal";
    Person Text, "person", "人员编号", "参保人", "The insured";
    Region Text, "region", "统筹区", "六位代码", "Division code";
    ServiceDate Date, "service_date", "服务日期", "冲销行是原单据的", "Of the original, for a reversal";
    SettledAt Moment, "settled_at", "结算时间", "累计的先后", "Order of accumulation";
    Reverses Text, "reverses", "冲销单据号", "冲销行冲回的单据；金额为负", "The bill that a reversal takes back; amounts are negative";
    Programme Text, "programme", "待遇", "归入的待遇，分号隔开", "Benefit lines of the bill, separated by semicolons";
    Total Money, "total", "总费用", "全自费+超限价+先行自付+政策范围内", "full_self_pay + over_ceiling + first_pay + in_scope";
    FullSelfPay Money, "full_self_pay", "全自费", "丙类和目录外", "Class C and outside the catalogues";
    OverCeiling Money, "over_ceiling", "超限价", "超限价自费", "Above price ceilings";
    FirstPay Money, "first_pay", "先行自付", "乙类先行自付", "First-pay part of class B";
    InScope Money, "in_scope", "范围内", "符合政策范围", "Within the policy's scope";
    Deductible Money, "deductible", "起付", "本次付的起付标准", "Deductible charged on this bill";
    Share Text, "share", "比例", "最后一段的支付比例，各待遇分号隔开", "Share of the last band, one a benefit line";
    Pool Money, "pool", "统筹", "统筹基金支付", "Paid by the pool fund";
    LargeAmount Money, "large_amount", "大额", "大额互助支付", "Paid by the large-amount fund";
    Subsidy Money, "subsidy", "补助", "其他补助支付", "Paid by other subsidies";
    Account Money, "account", "个账", "本人账户当年资金", "Own account, money of this year";
    AccountEarlier Money, "account_earlier", "历年个账", "本人账户历年资金", "Own account, money of earlier years";
    Family Money, "family", "共济", "共济账户", "Family accounts";
    Cash Money, "cash", "现金", "现金", "Cash";
    Patient Money, "patient", "个人负担", "总费用减各基金支付", "The total less what funds pay";
    Withheld Text, "withheld", "不予支付", "基金不付的原因代码", "Code of the reason why no fund pays";
    Articles Text, "articles", "条款", "起付、比例、起作用的限额和账户使用所依据的条；他文件的条前写文号", "Articles behind the deductible, the share, the limits that bit and the account use; those of another document than `document` stand behind its number";
    Unverified Flag, "unverified", "未核实", "依据中有未核实的值", "One of the values behind it is not verified";
    Review Flag, "review", "待核", "入出院当日，需要人工看一下", "On the day of an admission or discharge: to be looked at";
    Document Text, "document", "文号", "所用政策的主文件", "Main document of the policy used";
    Version Text, "version", "政策版本", "政策内容的指纹", "Fingerprint of the policy's content";
}

impl ResultColumn {
    /// The columns of a terminal.
    pub const SHORT: &'static [ResultColumn] = &[
        ResultColumn::Bill,
        ResultColumn::Person,
        ResultColumn::Region,
        ResultColumn::ServiceDate,
        ResultColumn::Total,
        ResultColumn::InScope,
        ResultColumn::Deductible,
        ResultColumn::Share,
        ResultColumn::Pool,
        ResultColumn::LargeAmount,
        ResultColumn::Account,
        ResultColumn::Family,
        ResultColumn::Cash,
        ResultColumn::Withheld,
        ResultColumn::Articles,
    ];

    /// The columns as fields of a file.
    #[must_use]
    pub fn fields() -> Vec<Field> {
        let field = |column: &ResultColumn| {
            let info = column.info();
            Field { name: info.name.to_owned(), kind: info.kind }
        };
        ResultColumn::ALL.iter().map(field).collect()
    }

    /// The columns of a terminal as fields.
    #[must_use]
    pub fn short_fields(lang: Lang) -> Vec<Field> {
        let field = |column: &ResultColumn| {
            let info = column.info();
            Field { name: lang.pick(info.zh, info.name).to_owned(), kind: info.kind }
        };
        ResultColumn::SHORT.iter().map(field).collect()
    }
}
