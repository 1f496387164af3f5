//! A statement as one page of HTML that needs nothing else and prints on A4.

use super::paper::{COLUMNS, Form};
use kernel::Fen;
use std::fmt::Write as _;

const STYLE: &str = "\
@page{size:A4;margin:15mm}
body{font-family:'SimSun','Songti SC','Noto Serif CJK SC',serif;font-size:11pt;max-width:180mm;margin:auto;color:#000}
h1{font-size:16pt;text-align:center;margin:6mm 0}
table{width:100%;border-collapse:collapse;margin:3mm 0}
th,td{border:1px solid #000;padding:1.2mm 1.5mm;text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
tr.sum td{font-weight:bold}
.head td{border:none;padding:.6mm 0}
.notes{font-size:9.5pt;margin:2mm 0}
.signs td{height:26mm;vertical-align:top;width:50%;line-height:8mm}
@media print{body{max-width:none}}";

/// The page.
pub(super) fn page(form: &Form) -> String {
    let mut out = String::with_capacity(4_096);
    let title = form.title;
    out.push_str("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">");
    push(&mut out, format_args!("<title>{title}</title><style>{STYLE}</style></head><body>\n"));
    push(&mut out, format_args!("<h1>{title}</h1>\n"));
    head(&mut out, form);
    lines(&mut out, form);
    cuts(&mut out, form);
    sums(&mut out, form);
    out.push_str("<div class=\"notes\">");
    for note in &form.notes {
        push(&mut out, format_args!("<div>{}</div>", escaped(note)));
    }
    out.push_str("</div>\n<table class=\"signs\"><tr>");
    for side in ["医疗保障经办机构（盖章）", "定点医药机构（盖章）"] {
        push(
            &mut out,
            format_args!("<td>{side}<br>经办人：<br>负责人：<br>日期：　　　　年　　月　　日</td>"),
        );
    }
    out.push_str("</tr></table>\n</body></html>\n");
    out
}

/// Writing to a text does not fail.
fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn head(out: &mut String, form: &Form) {
    out.push_str("<table class=\"head\">");
    for pair in form.head.chunks(2) {
        out.push_str("<tr>");
        for (label, value) in pair {
            push(out, format_args!("<td>{label}：{}</td>", escaped(value)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</table>\n<div class=\"notes\">金额单位：元</div>\n");
}

fn lines(out: &mut String, form: &Form) {
    if form.lines.is_empty() {
        return;
    }
    out.push_str("<table><tr>");
    for (place, column) in (0..).zip(COLUMNS) {
        let class = if place == 0 { "" } else { " class=\"n\"" };
        push(out, format_args!("<th{class}>{column}</th>"));
    }
    out.push_str("</tr>\n");
    let last = form.lines.len();
    for (place, (name, line)) in (1..).zip(&form.lines) {
        let class = if place == last { " class=\"sum\"" } else { "" };
        push(out, format_args!("<tr{class}><td>{}</td>", escaped(name)));
        push(out, format_args!("<td class=\"n\">{}</td>", line.count));
        let amounts = [line.total, line.pool, line.large, line.subsidy, line.accounts, line.cash];
        for fen in amounts {
            push(out, format_args!("<td class=\"n\">{}</td>", Fen::new(fen)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
}

fn cuts(out: &mut String, form: &Form) {
    if form.cuts.is_empty() {
        return;
    }
    out.push_str(
        "<table><tr><th>扣款编号</th><th>理由</th><th>依据</th><th class=\"n\">金额</th></tr>\n",
    );
    for (number, reason, article, fen) in &form.cuts {
        let [number, reason, article] = [number, reason, article].map(|text| escaped(text));
        let amount = Fen::new(*fen);
        push(
            out,
            format_args!(
                "<tr><td>{number}</td><td>{reason}</td><td>{article}</td><td class=\"n\">{amount}</td></tr>\n"
            ),
        );
    }
    out.push_str("</table>\n");
}

fn sums(out: &mut String, form: &Form) {
    out.push_str("<table>\n");
    for (label, fen) in &form.sums {
        let amount = Fen::new(*fen);
        push(
            out,
            format_args!("<tr><td>{}</td><td class=\"n\">{amount}</td></tr>\n", escaped(label)),
        );
    }
    let (digits, words) = (Fen::new(form.payable), in_words(form.payable));
    push(
        out,
        format_args!(
            "<tr class=\"sum\"><td>应拨付（大写）{words}</td><td class=\"n\">{digits}</td></tr>\n</table>\n"
        ),
    );
}

/// Text that stands for itself.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// 人民币大写.
pub(super) fn in_words(fen: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];
    const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
    const GROUPS: [&str; 5] = ["", "万", "亿", "万亿", "亿亿"];
    let digit = |number: u64| DIGITS.get(usize::try_from(number % 10).unwrap_or(0)).copied();
    let amount = fen.unsigned_abs();
    let (yuan, jiao, cent) = (amount / 100, amount / 10 % 10, amount % 10);
    let mut words = String::from(if fen < 0 { "负" } else { "" });
    let written = yuan.to_string();
    let (mut zero, mut group_has) = (false, false);
    for (place, byte) in written.bytes().enumerate() {
        let left = written.len() - place - 1;
        let number = u64::from(byte - b'0');
        if number == 0 {
            zero = true;
        } else {
            if zero && !words.is_empty() && words != "负" {
                words.push('零');
            }
            zero = false;
            group_has = true;
            words.push_str(digit(number).unwrap_or_default());
            words.push_str(PLACES.get(left % 4).copied().unwrap_or_default());
        }
        if left % 4 == 0 {
            if group_has {
                words.push_str(GROUPS.get(left / 4).copied().unwrap_or_default());
            }
            group_has = false;
        }
    }
    if yuan > 0 {
        words.push('元');
    }
    match (jiao, cent) {
        (0, 0) if yuan == 0 => words.push_str("零元整"),
        (0, 0) => words.push('整'),
        (jiao, cent) => {
            if jiao > 0 {
                words.push_str(digit(jiao).unwrap_or_default());
                words.push('角');
            } else if yuan > 0 {
                words.push('零');
            }
            match cent {
                0 => words.push('整'),
                cent => {
                    words.push_str(digit(cent).unwrap_or_default());
                    words.push('分');
                }
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_as_on_a_cheque() {
        for (fen, words) in [
            (0, "零元整"),
            (5, "伍分"),
            (30, "叁角整"),
            (10_000, "壹佰元整"),
            (100_503, "壹仟零伍元零叁分"),
            (1_000_500_000, "壹仟万零伍仟元整"),
            (1_234_567_890, "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角整"),
            (10_000_000_000, "壹亿元整"),
            (-120_050, "负壹仟贰佰元伍角整"),
        ] {
            assert_eq!(in_words(fen), words, "{fen}");
        }
    }

    #[test]
    fn what_institutions_write_is_text() {
        assert_eq!(escaped("<b>&\""), "&lt;b&gt;&amp;&quot;");
    }
}
