//! The reference page of the tables, made from the columns that the reader uses.

use super::{Column, Need, Table};
use std::fmt::Write as _;

/// `docs/reference/imports.md`.
#[must_use]
pub fn markdown() -> String {
    let mut page = String::from(INTRODUCTION);
    for table in Table::ALL {
        let (zh, en) = table.about();
        let _ = write!(page, "\n## {} {}\n\n{zh}。\n\n{en}.\n\n", table.code(), table.zh());
        listed(&mut page, table.columns());
    }
    page.push_str(APPLICATIONS);
    listed(&mut page, super::applications::columns());
    page
}

/// Columns as a table.
fn listed(page: &mut String, columns: &[Column]) {
    page.push_str("| 列 column | 中文表头 | 取值 values | 必填 needed | 例 example | 说明 |\n");
    page.push_str("|---|---|---|---|---|---|\n");
    for column in columns {
        let need = match column.need {
            Need::Always => "是 yes",
            Need::Sometimes => "看情况 sometimes",
            Need::Never => "",
        };
        let (values_zh, values_en) = column.values.expected();
        let example = match column.example {
            "" => String::new(),
            example => format!("`{example}`"),
        };
        let about = match (column.about_zh, column.about_en) {
            ("", "") => String::new(),
            (zh, en) => format!("{zh}。<br>{en}."),
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {values_zh}<br>{values_en} | {need} | {example} | {about} |",
            column.name, column.zh
        );
    }
}

/// What stands before the columns of applications, which another command takes.
const APPLICATIONS: &str = "
## 零星报销申请

由 `gongji paper receive` 读，见[零星报销](../guide/paper-claims.md)。每行一条费用明细；受理号相同的各行是一份申请，整份申请的内容写在第一行。

Read by `gongji paper receive`: one fee line a row; rows with the same reference are one application, and what it says as a
whole stands in its first row.

";

const INTRODUCTION: &str = "\
# 导入文件 Files to import

`gongji import --columns` 从程序里生成这一页。

`gongji import <表> <文件>` 读 CSV（逗号、制表符或分号；UTF-8 或 GB18030，自动辨认）和 XLSX（第一个工作表）。第一行是列名，
用英文名或中文表头都可以，次序不限，不认识的列给出提醒后忽略。日期写 `2024-03-01`、`2024/3/1` 或 `20240301`，时间在后面加 ` 08:30:00`。
按下面的次序导入：后面的表要引用前面的。

- **同一个文件再导一次，什么也不变**：每行先与账务库比较，有差别才写。中断了，原样再导一次即可。
- **一个文件里同一件事不能说两遍**：键相同、内容不同的后一行是错误行。
- **事实不改写**：事实、取值、起始日相同而终止日或细节不同，就结束对旧的采信，另记新的；`withdrawn` 只结束采信。
- **钱和累计写现状，不写增减**：期初余额只建一次账；外部累计写至今合计，程序记差额。
- 读不了的行报告文件、行、列、值和原因，连同原因写进 `<文件名>.rejects.csv`，其余照常导入；改正后可以直接再导，`reject_` 开头的列会被忽略。

`gongji import <table> <file>` reads CSV (comma, tab or semicolon; UTF-8 or GB18030, recognised by itself) and XLSX (the
first sheet). The first row names the columns, in English or Chinese and in any order; unknown columns are ignored with a
warning. Import in the order below: later tables refer to earlier ones. Every row is compared with the books and only a
difference is written, so the same file again changes nothing and a run that was cut off is run again. Two rows that say
different things of one key are a fault. Facts are never edited: a row with the same fact, value and first day but another
end or detail ends the belief in the old one; `withdrawn` ends it without a new one. Balances are opened once; what was used
elsewhere is the total so far. Rows that cannot be taken go to `<name>.rejects.csv` with the reason; the rest goes in.
";
