//! Why a message is not taken: what is wrong with it as a message. What the agency refuses is [`agency::Reason`].
//!
//! A closed list with stable numbers, never reused: 10xx fields, 11xx envelope and transport, 12xx transactions and
//! editions, 13xx gateway, 14xx files, 19xx faults of ours.

use agency::Refused;
use std::fmt;

/// Why a request is not answered with success.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The message is wrong.
    Wire(Box<Wrong>),
    /// The agency refuses.
    Agency(Refused),
}

impl Fault {
    /// A message wrong in this way; `value` is what was found.
    #[must_use]
    pub fn wire(kind: Wire, value: impl Into<String>) -> Fault {
        Wrong::new(kind, value).into()
    }

    /// Its stable number.
    #[must_use]
    pub fn number(&self) -> u16 {
        match self {
            Fault::Wire(wrong) => wrong.kind.number(),
            Fault::Agency(refused) => refused.reason.number(),
        }
    }

    /// True if the sender cannot know what became of its message, or the fault is ours: the old meaning of -1. Everything
    /// else is a plain no (-2).
    #[must_use]
    pub fn is_ours(&self) -> bool {
        match self {
            Fault::Wire(wrong) => wrong.kind.number() >= 1900,
            Fault::Agency(refused) => (3001..=3004).contains(&refused.reason.number()),
        }
    }
}

impl From<Wrong> for Fault {
    fn from(wrong: Wrong) -> Fault {
        Fault::Wire(Box::new(wrong))
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Fault {
        Fault::Agency(refused)
    }
}

/// At most so many characters (national `err_msg`).
const LONGEST: usize = 200;

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Fault::Wire(wrong) => wrong.to_string(),
            Fault::Agency(refused) => refused.to_string(),
        };
        f.write_str(&shortened(&text, LONGEST))
    }
}

/// The text, or its beginning and an ellipsis.
fn shortened(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_string();
    }
    text.chars().take(longest.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

/// What is wrong, where, and what would be right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// What is wrong.
    pub kind: Wire,
    /// The node; empty if none.
    pub node: &'static str,
    /// The row of the node, from 1; 0 if it has one row only.
    pub row: usize,
    /// National name and 中文名 of the field.
    pub field: Option<(&'static str, &'static str)>,
    /// What was found; empty if nothing.
    pub value: String,
    /// What would be right, where the list cannot say it.
    pub right: String,
}

impl Wrong {
    /// A fault of the message as a whole.
    #[must_use]
    pub fn new(kind: Wire, value: impl Into<String>) -> Wrong {
        Wrong { kind, node: "", row: 0, field: None, value: value.into(), right: String::new() }
    }

    /// Says what would be right.
    #[must_use]
    pub fn right(mut self, right: impl Into<String>) -> Wrong {
        self.right = right.into();
        self
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remedy = if self.right.is_empty() { self.kind.remedy() } else { &self.right };
        let (number, zh, value) = (self.kind.number(), self.kind.zh(), shortened(&self.value, 40));
        write!(f, "[{number}]")?;
        match (self.node.is_empty() && self.field.is_none(), value.is_empty()) {
            (true, true) => write!(f, "{zh}")?,
            (true, false) => write!(f, "{zh}：{value}")?,
            (false, true) => write!(f, "{}：{zh}", self.place())?,
            (false, false) => write!(f, "{}=\"{value}\"：{zh}", self.place())?,
        }
        write!(f, "。{remedy}")
    }
}

impl Wrong {
    /// Node, row, field: `feedetail第3行 cnt(数量)`.
    fn place(&self) -> String {
        let row = if self.row > 0 { format!("第{}行", self.row) } else { String::new() };
        let gap = if self.node.is_empty() { "" } else { " " };
        let field = self.field.map(|(name, zh)| format!("{gap}{name}({zh})"));
        format!("{}{row}{}", self.node, field.unwrap_or_default())
    }
}

macro_rules! wires {
    ($($(#[$meta:meta])* $variant:ident = $number:literal, $zh:literal, $remedy:literal, $en:literal;)+) => {
        /// What is wrong with a message.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Wire { $($(#[$meta])* $variant),+ }

        impl Wire {
            /// All, in order of number.
            pub const ALL: &'static [Wire] = &[$(Wire::$variant),+];

            /// Stable number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Wire::$variant => $number),+ }
            }

            /// 中文: what is wrong.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Wire::$variant => $zh),+ }
            }

            /// 中文: what would be right.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Wire::$variant => $remedy),+ }
            }

            /// English: what is wrong.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Wire::$variant => $en),+ }
            }
        }
    };
}

wires! {
    /// A required field is absent or blank.
    Missing = 1001, "必填项为空", "请填写后重发", "a required field is missing or blank";
    /// Not a number.
    NotANumber = 1002, "不是数字", "请填写十进制数字，不带千分位和单位", "not a number";
    /// Too many decimals.
    TooFine = 1003, "小数位过多", "请按字段精度四舍五入后重发", "too many decimals";
    /// Too many digits.
    TooLarge = 1004, "数值过大", "请核对金额或数量", "the number is too large";
    /// Not a date.
    NotADate = 1005, "不是日期", "格式应为yyyy-MM-dd", "not a date";
    /// Not a moment.
    NotAMoment = 1006, "不是日期时间", "格式应为yyyy-MM-dd HH:mm:ss", "not a date and time";
    /// Too long.
    TooLong = 1007, "内容过长", "请缩短后重发", "the text is too long";
    /// Not one of the code list.
    NotInList = 1008, "不在字典内", "可用1901查询字典", "not one of the code list";
    /// Below zero, or zero where something is needed.
    NotPositive = 1009, "应大于零", "请核对金额或数量", "not above zero";
    /// A node is something else than an object or array.
    Shape = 1010, "节点格式不对", "节点应为JSON对象或对象数组", "the node is not an object or an array of objects";
    /// A node is absent.
    NodeMissing = 1011, "缺少节点", "请核对input下的节点名", "a node is missing";
    /// A node has no or too many rows.
    RowCount = 1012, "行数不对", "请核对行数", "the node has the wrong number of rows";
    /// A value that does not fit the others or the transaction.
    Unfit = 1013, "取值不符合要求", "请核对后重发", "the value does not fit";
    /// Not UTF-8.
    NotUtf8 = 1101, "报文不是UTF-8编码", "请以UTF-8编码发送", "the body is not UTF-8";
    /// Not JSON.
    NotJson = 1102, "报文不是合法的JSON", "请核对引号、逗号与转义", "the body is not JSON";
    /// The body is too large.
    BodyTooLarge = 1103, "报文过大", "请拆分后发送", "the body is too large";
    /// Another method than POST.
    Method = 1104, "请求方法不对", "请使用POST", "wrong method";
    /// A content type that cannot be read.
    ContentType = 1105, "不支持的内容类型", "请使用application/json或text/plain", "unsupported content type";
    /// An envelope field is missing.
    EnvelopeMissing = 1106, "报文头必填项为空", "请填写后重发", "an envelope field is missing";
    /// The transaction of the path is not that of the body.
    PathDiffers = 1107, "交易编号与访问路径不一致", "请使infno与路径一致", "path and body name different transactions";
    /// `input` is not an object.
    InputShape = 1108, "input应为JSON对象", "请将业务数据放在input节点下", "input is not an object";
    /// A division code that is not six digits.
    Division = 1109, "医保区划不是6位数字", "请填写6位医保区划", "not a division code";
    /// The body did not arrive in time.
    BodyTooSlow = 1110, "报文接收超时", "请检查网络后重发", "the body did not arrive in time";
    /// No such transaction.
    TransactionUnknown = 1201, "没有此交易", "请核对交易编号", "no such transaction";
    /// Not in this institution's edition.
    NotInEdition = 1202, "本版本无此交易", "请核对机构所用接口版本", "the edition does not have this transaction";
    /// The path leads nowhere.
    PathUnknown = 1203, "没有此访问路径", "请核对接口地址", "no such path";
    /// Gateway headers are missing.
    HeadersMissing = 1301, "缺少服务网关的请求头", "请按网关规范携带签名请求头", "gateway headers are missing";
    /// The timestamp is outside the window.
    Expired = 1302, "签名时间戳超时", "请校准时钟，30分钟内有效", "the timestamp is outside the window";
    /// Nobody has this access key.
    CallerUnknown = 1303, "非法用户", "请核对访问标识", "unknown access key";
    /// The signature is wrong.
    Signature = 1304, "签名不一致", "请核对密钥与签名算法", "the signature is wrong";
    /// The same signed request again.
    Replayed = 1305, "请求重复", "每次请求请使用新的随机串和时间戳", "the signed request was seen before";
    /// The caller may not speak for the institution.
    NotYours = 1306, "访问标识与医药机构不符", "请核对fixmedins_code", "the caller may not speak for this institution";
    /// An encrypted body that cannot be read.
    Sealed = 1307, "加密报文无法解开", "请核对appId、密钥与encType", "the sealed body cannot be opened";
    /// File bytes that cannot be read.
    FileUnreadable = 1401, "文件无法读取", "请上传以TAB分隔的UTF-8文本的zip文件", "the file cannot be read";
    /// No such file.
    FileUnknown = 1402, "未找到文件", "请核对文件查询号", "no such file";
    /// An answer would not have added up.
    Identity = 1901, "应答金额不平，已拦截", "请联系经办机构并提供报文号", "the answer does not add up and was held back";
    /// A fault of the program.
    Internal = 1902, "系统内部错误", "请联系经办机构并提供报文号", "a fault of the program";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_its_place_and_fits() {
        let wrong = Wrong {
            kind: Wire::NotANumber,
            node: "feedetail",
            row: 3,
            field: Some(("cnt", "数量")),
            value: "1,5".to_string(),
            right: String::new(),
        };
        assert_eq!(
            Fault::from(wrong).to_string(),
            "[1002]feedetail第3行 cnt(数量)=\"1,5\"：不是数字。请填写十进制数字，不带千分位和单位"
        );
        let long = Fault::wire(Wire::TooLong, "长".repeat(4_000));
        assert!(long.to_string().chars().count() <= LONGEST);
        assert!(Wire::ALL.is_sorted_by(|a, b| a.number() < b.number()));
    }
}
