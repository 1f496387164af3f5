//! Published figures that other amounts are a share of.

use super::Mechanism;
use crate::table::{Kind, Table, key};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "statistic",
    zh: "统计数据",
    en: "Statistics",
    about: "A published figure, such as an average wage or an average pension, dated by its fence. Amounts may be a \
            share of it; they then cite both. A figure without a source says `unverified`, and so does every answer \
            that rests on it.",
    tables: &[Table {
        path: "statistic.*",
        keys: &[
            key("name", Kind::Text, "中文名"),
            key("name_en", Kind::Text, "English name"),
            key("yuan", Kind::Money, "the figure"),
        ],
    }],
};
