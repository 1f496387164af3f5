//! The lines of the income statement 收支表.

use super::FundKind;

/// The side on which a line stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// 建账: what was there when the books were opened here; neither income nor spending of a period.
    Opening,
    /// 收入.
    Income,
    /// 支出.
    Expense,
}

macro_rules! lines {
    ($($(#[$meta:meta])* $line:ident = $side:ident, $code:literal, $zh:literal, $en:literal;)+) => {
        /// A line of the income statement.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Line { $($(#[$meta])* $line),+ }

        impl Line {
            /// All, in the order of the statement.
            pub const ALL: &'static [Line] = &[$(Line::$line),+];

            /// Stable word.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Line::$line => $code),+ }
            }

            /// The side on which it stands.
            #[must_use]
            pub const fn side(self) -> Side {
                match self { $(Line::$line => Side::$side),+ }
            }

            const fn words(self) -> (&'static str, &'static str) {
                match self { $(Line::$line => ($zh, $en)),+ }
            }
        }
    };
}

lines! {
    /// 期初结余.
    Opening = Opening, "opening", "建账结余", "held when the books were opened";
    /// 缴费.
    Contributions = Income, "contributions", "保险费收入", "contributions";
    /// 从个人账户缴纳的大额保费.
    PremiumsFromAccounts = Income, "premiums-from-accounts", "个人账户代缴保费收入", "premiums paid from accounts";
    /// 统筹划入个人账户.
    FromPool = Income, "from-pool", "统筹基金划入", "credited by the pool";
    /// 利息.
    Interest = Income, "interest", "利息收入", "interest";
    /// 财政补贴.
    FiscalSubsidy = Income, "fiscal-subsidy", "财政补贴收入", "fiscal subsidies";
    /// 转入.
    TransferIn = Income, "transfer-in", "转移收入", "transfers in";
    /// 追回.
    Recovered = Income, "recovered", "追回收入", "recovered";
    /// 审核扣款.
    Deductions = Income, "deductions", "审核扣款收入", "deductions";
    /// What no other line explains; zero unless the ledger holds an entry of a kind that this table does not expect.
    Other = Income, "other", "其他", "other";
    /// 联网结算.
    Benefits = Expense, "benefits", "医疗待遇支出", "benefits, settled directly";
    /// 零星报销.
    Paper = Expense, "paper", "零星报销支出", "benefits, paper claims";
    /// 清算调整: by head, and at the end of the year.
    Adjustments = Expense, "adjustments", "清算调整支出", "adjustments of clearing";
    /// 重算更正.
    Corrections = Expense, "corrections", "重算更正支出", "corrections by recalculation";
    /// 划入个人账户.
    ToAccounts = Expense, "to-accounts", "划入个人账户", "credited to accounts";
    /// 账户缴费.
    Premiums = Expense, "premiums", "代缴保费支出", "premiums paid";
    /// 转出.
    TransferOut = Expense, "transfer-out", "转移支出", "transfers out";
    /// 注销退付.
    PaidOut = Expense, "paid-out", "账户注销退付", "paid out of closed accounts";
}

impl Line {
    /// 中文, as it is called in the statement of a fund.
    #[must_use]
    pub const fn zh(self, fund: FundKind) -> &'static str {
        match (self, fund) {
            (Line::Contributions, FundKind::Pool) => "单位缴费收入",
            (Line::Contributions, FundKind::Accounts) => "个人缴费收入",
            (Line::Contributions, FundKind::LargeAmount) => "大额保费收入",
            (Line::Benefits, FundKind::Pool) => "统筹支付",
            (Line::Benefits, FundKind::Accounts) => "个人账户支付",
            (Line::Benefits, FundKind::LargeAmount) => "大额支付",
            (Line::Benefits, FundKind::Subsidy) => "补助支付",
            _ => self.words().0,
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.words().1
    }

    /// The line with this word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Line> {
        Line::ALL.iter().copied().find(|line| line.code() == code)
    }
}
