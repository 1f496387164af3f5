//! The reference page of the columns, made from the table that the reader uses.

use std::fmt::Write;

use super::columns::{Column, Need, Values};
use super::words::Words;

/// `docs/reference/bills.md`.
#[must_use]
pub fn columns_markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    for (title, of_line) in [("## 单据 Bill", false), ("## 费用明细 Fee lines", true)] {
        let _ = write!(
            page,
            "\n{title}\n\n| 列 column | 中文列名 | 取值 values | 必填 needed | 说明 |\n|---|---|---|---|---|\n"
        );
        for column in Column::ALL.iter().filter(|column| column.of_line() == of_line) {
            let info = column.info();
            let need = match info.need {
                Need::Always => "是 yes",
                Need::Sometimes => "看情况 sometimes",
                Need::Never => "",
            };
            let (name, zh, values) = (info.name, info.zh, values(info.values));
            let _ = writeln!(
                page,
                "| `{name}` | {zh} | {values} | {need} | {}。<br>{}. |",
                info.about_zh, info.about_en
            );
        }
    }
    page.push_str(FORMS);
    page
}

fn values(values: Values) -> String {
    match values {
        Values::Text => "文本 text".to_owned(),
        Values::Money => "元，最多两位小数 yuan".to_owned(),
        Values::Price => "元，最多六位小数 yuan".to_owned(),
        Values::Quantity => "数量，最多四位小数 number".to_owned(),
        Values::Rate => "`10%` 或 `0.1`".to_owned(),
        Values::Date => "日期 date".to_owned(),
        Values::Moment => "日期或时间 date or time".to_owned(),
        Values::Flag => listed(super::words::FLAG),
        Values::Word(words) => listed(words),
        Values::Words(words) => format!("分号隔开 separated by `;`: {}", listed(words)),
        Values::Plan | Values::Cohort | Values::Disease => "地区词汇 the region's".to_owned(),
        Values::Diseases => "地区词汇，分号隔开 the region's, `;`".to_owned(),
        Values::MoneyList => "元，分号隔开 yuan, `;`".to_owned(),
    }
}

/// All words, those of one value together.
fn listed(words: Words) -> String {
    let mut text = String::new();
    let mut last = None;
    for (word, number) in words {
        match last {
            Some(before) if before == number => text.push_str(" = "),
            Some(_) => text.push('；'),
            None => {}
        }
        let _ = write!(text, "`{word}`");
        last = Some(number);
    }
    text
}

const INTRODUCTION: &str = "\
# 单据文件 Files of bills

`gongji columns` 从程序里生成这一页。

`gongji adjudicate` 读 CSV（逗号、制表符或分号）、JSON（对象数组）、JSONL（每行一个对象）、XLSX（第一个工作表）和 Parquet。
第一行是列名，用英文名或中文名都可以，次序不限，不认识的列给出提醒后忽略。文本文件用 UTF-8 或 GB18030，自动辨认。
日期写 `2024-03-01`、`2024/3/1` 或 `20240301`，时间在后面加 ` 08:30:00`。

`gongji adjudicate` reads CSV (comma, tab or semicolon), JSON (an array of objects), JSONL (one object a line), XLSX
(the first sheet) and Parquet. The first row names the columns, in English or Chinese and in any order; unknown columns
are ignored with a warning. Text is UTF-8 or GB18030, recognised by itself. Dates are `2024-03-01`, `2024/3/1` or
`20240301`; a time follows as ` 08:30:00`.
";

const FORMS: &str = "
## 两种形式 Two forms

**汇总 header form**：每行一张单据，金额写在 `in_scope`（和 `full_self_pay`、`over_ceiling`、`first_pay`、`total`）。

**明细 line-item form**：每行一条费用明细，连续同号的行是一张单据；单据的列取自首行，后面的行必须一致。
JSON 里明细写在 `lines` 数组，其中 `first_pay`、`disease` 就是 `line_first_pay`、`line_disease`；也可以每条明细一个对象，同表格一样。

In header form each row is a bill with its amounts. In line-item form each row is a fee line; consecutive rows with one
bill number are one bill, its own columns are taken from the first row and must be the same in the others. In JSON the
lines stand in an array `lines`, where `first_pay` and `disease` mean `line_first_pay` and `line_disease`; or each
object is a fee line, as a row of a table.

## 读不了的行 Rows that cannot be read

每一处错误报告文件、行、列、值和原因，原行连同原因写进 `<文件名>.rejects.csv`，其余照常结算。改正后可以直接再交：
`reject_` 开头的列会被忽略。行号从表头算起，表头是第 1 行；JSON 从第一个对象算起。

Each fault is reported with file, row, column, value and reason; the row goes to `<name>.rejects.csv` with the reason,
and the rest is settled. Once put right that file can be handed in as it is: columns that begin with `reject_` are
ignored. Rows count from the header, which is row 1; JSON objects count from 1.
";
