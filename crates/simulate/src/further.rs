//! Why a person is settled bill by bill.

use serde::{Deserialize, Serialize};

/// What the tables do not take.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Further {
    /// A programme's tables depend on something that is not known of the claim: it is refused.
    Unknown,
    /// A refund is settled on the accumulators of its day.
    RefundOnToday,
    /// Parts of one bill say different things of the person or the visit.
    Parts,
    /// Amounts that no bill can carry: it is refused.
    Amounts,
}

impl Further {
    /// All.
    pub const ALL: [Further; 4] =
        [Further::Unknown, Further::RefundOnToday, Further::Parts, Further::Amounts];

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Further::Unknown => "有单据缺政策要看的情况",
            Further::RefundOnToday => "冲销按当日累计重算",
            Further::Parts => "同一张单据的几部分情况不一",
            Further::Amounts => "金额超出单据可有的范围",
        }
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Further::Unknown => "a claim lacks what the policy asks",
            Further::RefundOnToday => "refunds on the accumulators of their day",
            Further::Parts => "parts of one bill differ in what they say",
            Further::Amounts => "amounts that no bill can carry",
        }
    }
}
