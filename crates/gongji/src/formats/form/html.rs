//! A form as one page of HTML that needs nothing else and prints on A4.

use super::{Block, Form, Table, Value, stamps, under};
use kernel::Fen;
use std::fmt::Write as _;

const STYLE: &str = "\
@page{size:A4;margin:15mm}
body{font-family:'SimSun','Songti SC','Noto Serif CJK SC',serif;font-size:11pt;max-width:180mm;margin:auto;color:#000}
body.wide{max-width:267mm;font-size:9.5pt}
h1{font-size:16pt;text-align:center;margin:6mm 0}
h2{font-size:12pt;margin:5mm 0 1mm}
p{font-size:9.5pt;margin:1mm 0}
table{width:100%;border-collapse:collapse;margin:3mm 0}
thead{display:table-header-group}
tr{break-inside:avoid}
th,td{border:1px solid #000;padding:1.2mm 1.5mm;text-align:left;overflow-wrap:anywhere}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.sum td{font-weight:bold}
.head td{border:none;padding:.6mm 0}
.signs{break-inside:avoid}
.signs td{height:26mm;vertical-align:top;line-height:8mm}
@media screen{body{padding:8mm}}
@media print{body,body.wide{max-width:none}}";

/// Printed across.
const ACROSS: &str = "@page{size:A4 landscape;margin:12mm}";

/// The page.
pub(super) fn page(form: &Form) -> String {
    let mut out = String::with_capacity(4_096);
    let title = escaped(&form.title);
    let (across, class) = if form.wide { (ACROSS, " class=\"wide\"") } else { ("", "") };
    out.push_str("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">");
    push(&mut out, format_args!("<title>{title}</title><style>{STYLE}\n{across}</style></head>"));
    push(&mut out, format_args!("<body{class}>\n<h1>{title}</h1>\n"));
    for part in &form.blocks {
        match part {
            Block::Head(pairs) => head(&mut out, pairs),
            Block::Heading(words) => {
                push(&mut out, format_args!("<h2>{}</h2>\n", escaped(words)));
            }
            Block::Words(words) => push(&mut out, format_args!("<p>{}</p>\n", escaped(words))),
            Block::Table(rows) => table(&mut out, rows),
            Block::Signs(sides) => signs(&mut out, sides),
        }
    }
    out.push_str("</body></html>\n");
    out
}

/// Writing to a text does not fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn head(out: &mut String, pairs: &[(String, String)]) {
    out.push_str("<table class=\"head\">");
    for pair in pairs.chunks(2) {
        out.push_str("<tr>");
        for (label, value) in pair {
            push(out, format_args!("<td>{}：{}</td>", escaped(label), escaped(value)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>\n");
}

fn table(out: &mut String, table: &Table) {
    out.push_str("<table>");
    if !table.columns.is_empty() {
        out.push_str("<thead><tr>");
        for (place, name) in table.columns.iter().enumerate() {
            let class = if table.is_right(place) { " class=\"n\"" } else { "" };
            push(out, format_args!("<th{class}>{}</th>", escaped(name)));
        }
        out.push_str("</tr></thead>\n");
    }
    for (row, is_sum) in table.rows() {
        out.push_str(if is_sum { "<tr class=\"sum\">" } else { "<tr>" });
        for cell in row {
            match cell {
                Value::Words(words) => push(out, format_args!("<td>{}</td>", escaped(words))),
                Value::Number(number) => {
                    push(out, format_args!("<td class=\"n\">{}</td>", escaped(number)));
                }
                Value::Money(fen) => {
                    push(out, format_args!("<td class=\"n\">{}</td>", Fen::new(*fen)));
                }
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn signs(out: &mut String, sides: &[String]) {
    out.push_str("<table class=\"signs\"><tr>");
    for side in sides {
        let lines = under(stamps(side)).join("<br>");
        push(out, format_args!("<td>{}<br>{lines}</td>", escaped(side)));
    }
    out.push_str("</tr></table>\n");
}

/// Text that stands for itself.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_is_text() {
        let mut form = Form::new("<b>");
        form.words("&\"");
        let page = page(&form);
        assert!(page.contains("<h1>&lt;b&gt;</h1>\n<p>&amp;&quot;</p>"), "{page}");
    }
}
