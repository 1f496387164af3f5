//! The reference page of the result columns.

use std::fmt::Write;

use super::columns::ResultColumn;
use crate::formats::Kind;

/// `docs/reference/results.md`.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    for column in ResultColumn::ALL {
        let info = column.info();
        let kind = match info.kind {
            Kind::Text => "文本 text",
            Kind::Money => "元 yuan",
            Kind::Date => "日期 date",
            Kind::Moment => "时间 time",
            Kind::Flag => "`yes` / `no`",
            Kind::Whole => "整数 whole number",
        };
        let (name, zh) = (info.name, info.zh);
        let _ = writeln!(
            page,
            "| `{name}` | {zh} | {kind} | {}。<br>{}. |",
            info.about_zh, info.about_en
        );
    }
    page.push_str(TYPES);
    page.push_str("\n| 代码 code | 含义 |\n|---|---|\n");
    for refusal in kernel::Refusal::ALL {
        if refusal.effect() == kernel::Effect::PatientPays {
            let (code, zh, en) = (refusal.code(), refusal.zh(), refusal.en());
            let _ = writeln!(page, "| `{code}` | {zh}。<br>{en}. |");
        }
    }
    page
}

const INTRODUCTION: &str = "\
# 结算结果 Results

`gongji columns --results` 从程序里生成这一页。

`gongji adjudicate` 的结果每行一张单据或一笔冲销，按结算时间排列；线程数不影响任何一个字节。
`total = full_self_pay + over_ceiling + first_pay + in_scope`，
`total = pool + large_amount + subsidy + account + account_earlier + family + cash`，分毫不差。

Each row is a bill or a reversal, in settlement order; the number of threads changes no byte. The two sums above hold to
the fen.

| 列 column | 中文 | 类型 type | 说明 |
|---|---|---|---|
";

const TYPES: &str = "
金额在 CSV 和 JSON 里写作两位小数的文本，在 XLSX 里是数字，在 Parquet 里是 DECIMAL(18,2)；日期在 XLSX、Parquet 里是日期类型。
JSON 里没有值的列不写出来。

Amounts are text with two decimals in CSV and JSON, numbers in XLSX, DECIMAL(18,2) in Parquet; days and times have their
own types in XLSX and Parquet. In JSON a column without a value is left out.

## 不予支付的原因 Why no fund pays
";
