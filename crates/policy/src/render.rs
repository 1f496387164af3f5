//! A region's documents as one self-contained HTML page: the articles, their tables as tables, the cases with what came of
//! them, and a mark on everything that is not verified. It opens offline.

use crate::case::{self, CaseResult};
use crate::check::Report;
use crate::compile::{is_unverified, shown_span};
use crate::explain::value_in_words;
use crate::quantities::quantities;
use crate::source::Document;
use crate::table::{self, Kind};
use crate::tables::entries;
use crate::value::{Data, Value};
use kernel::Dim;
use kernel::policy::{Policy, Vocabulary};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, html};
use std::fmt::Write as _;

/// Renders a checked region.
#[must_use]
pub fn page(report: &Report, english: bool) -> String {
    let region = &report.region;
    let words = Words { english, vocabulary: &region.timeline.vocabulary };
    let name = if english { &region.timeline.name.en } else { &region.timeline.name.zh };
    let title =
        format!("{name} · {}", words.pick("职工医保门诊共济保障政策", "outpatient pooling policy"));
    let mut body = String::new();
    let _ = write!(body, "<header><h1>{}</h1>{}</header>", escape(&title), summary(report, words));
    if region.invented() {
        let _ = write!(
            body,
            "<p class=warn>{}</p>",
            words.pick("虚构地区，仅作示例。", "An invented region: examples only.")
        );
    }
    for policy in region.timeline.policies.iter().rev() {
        body.push_str(&glance(policy, words));
    }
    for document in &region.documents {
        body.push_str(&render_document(document, report, words));
    }
    if !region.inherited.is_empty() {
        let _ = write!(body, "<h2>{}</h2>", words.pick("继承自", "Inherited from"));
        for document in &region.inherited {
            let _ = write!(
                body,
                "<p>{} {}</p>",
                escape(&document.front.document),
                escape(&document.front.title)
            );
        }
    }
    body.push_str(&laws(report, words));
    let lang = if english { "en" } else { "zh-CN" };
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{STYLE}</style></head>\n<body><main>{body}</main></body></html>\n",
        escape(&title)
    )
}

const STYLE: &str = "\
:root{--ink:#1d2530;--soft:#5d6876;--line:#d9dee5;--paper:#fff;--tint:#f5f7fa;--good:#1a7f4b;--bad:#b3261e;--warn:#8a5a00;--accent:#17508f}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa5b3;--line:#37404c;--paper:#14181d;--tint:#1d232b;--good:#5cc98e;--bad:#ff8a80;--warn:#e8b65c;--accent:#8fbdf2}}\
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.7 'Noto Sans SC','PingFang SC','Microsoft YaHei','WenQuanYi Micro Hei',system-ui,sans-serif}\
main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 5rem}h1{font-size:1.7rem;line-height:1.3;margin:.2em 0}h2{margin:2.2em 0 .6em;font-size:1.3rem;border-bottom:1px solid var(--line);padding-bottom:.3em}\
h3{font-size:1.1rem;margin:1.8em 0 .4em}h4{margin:1.2em 0 .3em}\
table{border-collapse:collapse;width:100%;margin:.6rem 0;font-size:.93rem;font-variant-numeric:tabular-nums}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}\
th{background:var(--tint);font-weight:600}td.n{text-align:right;white-space:nowrap}td.a{white-space:nowrap}.soft{color:var(--soft);font-size:.9rem}\
.warn,.mark{color:var(--warn)}.mark{font-size:.82rem;border:1px solid currentColor;border-radius:.3rem;padding:0 .35rem;white-space:nowrap;margin-left:.4rem}\
.good{color:var(--good)}.bad{color:var(--bad)}.rule,.case{border:1px solid var(--line);border-radius:.5rem;margin:.8rem 0;padding:.6rem .9rem;overflow-x:auto}\
.case{border-left:4px solid var(--good)}.case.failed{border-left-color:var(--bad)}.case h4{margin:0}.path{font:.82rem ui-monospace,monospace;color:var(--soft)}\
details summary{cursor:pointer;color:var(--soft);font-size:.85rem}pre{background:var(--tint);padding:.7rem;border-radius:.4rem;overflow-x:auto;font-size:.82rem;line-height:1.45}\
blockquote{margin:.8rem 0;padding:.2rem 1rem;border-left:3px solid var(--line);color:var(--soft)}code{font-family:ui-monospace,monospace;font-size:.9em}\
@media print{details:not([open])>*{display:none}body{font-size:11pt}.rule,.case{break-inside:avoid}}";

/// The language of a page, and the names of the region's own codes.
#[derive(Clone, Copy)]
struct Words<'a> {
    english: bool,
    vocabulary: &'a Vocabulary,
}

/// Columns of rows that are no conditions.
const COLUMNS: &[(&str, &str)] = &[
    ("yuan", "元"),
    ("rate", "支付比例"),
    ("band", "段"),
    ("points", "增减"),
    ("times", "乘以"),
    ("share", "比例"),
    ("of", "基数"),
    ("round", "取整到"),
    ("item", "项目"),
    ("flag", "标识"),
    ("category", "医疗类别"),
    ("code", "代码"),
    ("name", "名称"),
    ("name_en", "英文名"),
    ("event", "事项"),
    ("pay", "付给"),
    ("freeze", "停付"),
    ("rule", "检查"),
    ("value", "阈值"),
    ("unit", "单位"),
    ("first_months", "初次等待（月）"),
    ("lapsed_months", "中断后等待（月）"),
    ("otherwise", "其余"),
];

impl Words<'_> {
    /// The heading of a column of rows.
    fn column<'t>(&self, name: &'t str) -> &'t str {
        let zh = Dim::from_code(name).map(Dim::zh);
        let zh = zh.or_else(|| COLUMNS.iter().find(|(known, _)| *known == name).map(|(_, zh)| *zh));
        zh.filter(|_| !self.english).unwrap_or(name)
    }

    /// A cell of a row: codes by their names.
    fn cell(&self, column: &str, value: &Value) -> String {
        let text = |item: &Value| item.text().map_or_else(|| item.shown(), str::to_string);
        let Some(dim) = Dim::from_code(column).filter(|_| !self.english) else {
            return value.items().iter().map(text).collect::<Vec<_>>().join(", ");
        };
        let named = |item: &Value| value_in_words(dim, &text(item), self.vocabulary, false);
        value.items().iter().map(named).collect::<Vec<_>>().join("、")
    }
}

impl Words<'_> {
    fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        if self.english { en } else { zh }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn mark(reason: &str, words: Words<'_>) -> String {
    let title = escape(reason);
    format!("<span class=mark title=\"{title}\">{}</span>", words.pick("未核实", "unverified"))
}

fn summary(report: &Report, words: Words<'_>) -> String {
    let failed = report.cases.iter().filter(|case| !case.failures.is_empty()).count();
    let held = report.laws.iter().filter(|verdict| verdict.counterexample.is_none()).count();
    let policy = report.region.timeline.policies.last();
    let version = policy.map_or(String::new(), |policy| policy.version.chars().take(12).collect());
    let (cases, laws) = (report.cases.len(), report.laws.len());
    let class = if failed == 0 { "good" } else { "bad" };
    if words.english {
        format!(
            "<p class=soft>Region {}, version {version}. <span class={class}>{cases} cases, {failed} failed</span>; {held} of {laws} trials of laws hold.</p>",
            report.region.timeline.region
        )
    } else {
        format!(
            "<p class=soft>统筹区 {}，版本 {version}。<span class={class}>算例 {cases} 个，未通过 {failed} 个</span>；规律检验 {laws} 项，成立 {held} 项。</p>",
            report.region.timeline.region
        )
    }
}

/// The quantities of a policy on one screen.
fn glance(policy: &Policy, words: Words<'_>) -> String {
    let mut text = format!(
        "<h2>{} {}</h2><table><tr><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>",
        words.pick("一览", "At a glance"),
        shown_span(policy.from, policy.to, words.english),
        words.pick("项目", "What"),
        words.pick("适用", "For whom"),
        words.pick("取值", "Value"),
        words.pick("依据", "Article")
    );
    for quantity in quantities(policy) {
        let lines = entries(policy, &quantity, words.english);
        let name = if words.english { &quantity.en } else { &quantity.zh };
        for (index, entry) in lines.iter().enumerate() {
            text.push_str("<tr>");
            if index == 0 {
                let _ = write!(text, "<td rowspan={}>{}</td>", lines.len(), escape(name));
            }
            let place: Vec<&str> = entry.at.iter().map(|(_, words)| words.as_str()).collect();
            let place = if place.is_empty() {
                words.pick("全部", "everybody").to_string()
            } else {
                place.join(words.pick("，", ", "))
            };
            let mut articles: Vec<&str> =
                policy.cited(entry.value.cite).map(|rule| &*rule.article).collect();
            articles.dedup();
            let marked = if is_unverified(policy, entry.value.cite) {
                mark("", words)
            } else {
                String::new()
            };
            let _ = write!(
                text,
                "<td>{}</td><td class=n>{}{marked}</td><td class=a>{}</td></tr>",
                escape(&place),
                escape(&entry.value.text(words.english)),
                escape(&articles.join("；"))
            );
        }
    }
    text.push_str("</table>");
    text
}

fn render_document(document: &Document, report: &Report, words: Words<'_>) -> String {
    let front = &document.front;
    let mut text = format!(
        "<h2>{}</h2><p class=soft>",
        escape(if front.title.is_empty() { &front.document } else { &front.title })
    );
    let effective = front.effective.map_or(String::new(), |day| day.to_string());
    let _ = write!(
        text,
        "{} · {} · {} {effective}",
        escape(&front.document),
        escape(&front.issuer),
        words.pick("施行", "effective")
    );
    if !front.in_force {
        let _ = write!(
            text,
            " · <b class=warn>{}</b>",
            words.pick("默认不启用", "not in force by default")
        );
    }
    if let Some(reason) = &front.unverified {
        text.push_str(&mark(reason, words));
        let _ = write!(text, "<br>{}", escape(reason));
    }
    text.push_str("</p>");
    let mut prose = String::new();
    let mut lines = (document.body.0..).zip(document.body.1.lines());
    let flush = |prose: &mut String, text: &mut String| {
        html::push_html(text, Parser::new_ext(prose, Options::ENABLE_TABLES).map(as_text));
        prose.clear();
    };
    while let Some((line, content)) = lines.next() {
        let Some(info) = content.strip_prefix("```toml") else {
            // A document's own headings stand below the page's.
            let deeper = if content.starts_with('#') { "#" } else { "" };
            let _ = writeln!(prose, "{deeper}{content}");
            continue;
        };
        flush(&mut prose, &mut text);
        let raw: Vec<&str> = lines
            .by_ref()
            .take_while(|(_, line)| line.trim_end() != "```")
            .map(|(_, line)| line)
            .collect();
        text.push_str(&fence(info.trim(), &raw.join("\n"), line + 1, document, report, words));
    }
    flush(&mut prose, &mut text);
    text
}

/// Prose is Markdown only: HTML in it is shown as it is written, and a picture is a link, so that the page loads nothing.
fn as_text(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::End(TagEnd::Image) => Event::End(TagEnd::Link),
        other => other,
    }
}

fn fence(
    info: &str,
    raw: &str,
    line: u32,
    document: &Document,
    report: &Report,
    words: Words<'_>,
) -> String {
    let Ok(table) = Value::parse(raw, line) else { return format!("<pre>{}</pre>", escape(raw)) };
    let source = format!("<details><summary>TOML</summary><pre>{}</pre></details>", escape(raw));
    if info.starts_with("case") {
        let result =
            report.cases.iter().find(|case| case.file == document.file && case.line == line);
        return render_case(&table, result, &source, words);
    }
    let mut text = String::from("<div class=rule>");
    if !info.is_empty() {
        let _ = write!(text, "<p class=soft>{}</p>", escape(info));
    }
    render_table(&table, &mut Vec::new(), &mut text, words);
    text.push_str(&source);
    text.push_str("</div>");
    text
}

fn render_table(value: &Value, path: &mut Vec<String>, text: &mut String, words: Words<'_>) {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let declared = table::declared(&names);
    let key_of =
        |name: &str| declared.and_then(|table| table.keys.iter().find(|key| key.name == name));
    let own: Vec<&(String, Value)> =
        value.entries().iter().filter(|(name, _)| key_of(name).is_some()).collect();
    if !own.is_empty() {
        let _ = write!(text, "<p class=path>[{}]", escape(&path.join(".")));
        if let Some(reason) = value.get("unverified").and_then(Value::text) {
            let _ =
                write!(text, " {} <span class=warn>{}</span>", mark(reason, words), escape(reason));
        }
        text.push_str("</p>");
        if let Some(note) = value.get("note").and_then(Value::text) {
            let _ = write!(text, "<p class=soft>{}</p>", escape(note));
        }
    }
    let mut plain = String::new();
    for (name, entry) in &own {
        let key = key_of(name);
        match key.map(|key| key.kind) {
            Some(Kind::Rows(_) | Kind::List(_)) => rows_table(name, entry, text, words),
            _ => {
                let _ = write!(
                    plain,
                    "<tr><th>{}</th><td>{}</td>",
                    escape(name),
                    escape(&entry.shown())
                );
                if let Some(key) = key.filter(|_| words.english) {
                    let _ = write!(plain, "<td class=soft>{}</td>", escape(key.doc));
                }
                plain.push_str("</tr>");
            }
        }
    }
    if !plain.is_empty() {
        let _ = write!(text, "<table>{plain}</table>");
    }
    for (name, entry) in value.entries() {
        if key_of(name).is_none() && matches!(entry.data, Data::Table(_)) {
            path.push(name.clone());
            render_table(entry, path, text, words);
            path.pop();
        }
    }
}

/// A list of rows: conditions and values as columns.
fn rows_table(name: &str, value: &Value, text: &mut String, words: Words<'_>) {
    let mut columns: Vec<&str> = Vec::new();
    for row in value.items() {
        for (name, _) in row.entries() {
            if !columns.contains(&name.as_str()) {
                columns.push(name);
            }
        }
    }
    let _ = write!(text, "<table><caption class=soft>{}</caption><tr>", escape(name));
    for column in &columns {
        let _ = write!(text, "<th>{}</th>", escape(words.column(column)));
    }
    text.push_str("</tr>");
    for row in value.items() {
        text.push_str("<tr>");
        for column in &columns {
            let shown = row.get(column).map_or(String::new(), |value| words.cell(column, value));
            let _ = write!(text, "<td>{}</td>", escape(&shown));
        }
        text.push_str("</tr>");
    }
    text.push_str("</table>");
}

fn render_case(
    table: &Value,
    result: Option<&CaseResult>,
    source: &str,
    words: Words<'_>,
) -> String {
    let title = table.get("title").and_then(Value::text).unwrap_or_default();
    let basis = match table.get("basis").and_then(Value::text).unwrap_or_default() {
        "text" => words.pick("依据原文", "from the text"),
        "published" => words.pick("公开算例", "published"),
        "reading" => words.pick("依据缺省理解", "rests on a reading"),
        _ => words.pick("回归", "regression"),
    };
    let failed = result.is_some_and(|result| !result.failures.is_empty());
    let state = match result {
        None => words.pick("未运行", "not run"),
        Some(_) if failed => words.pick("未通过", "failed"),
        Some(_) => words.pick("通过", "passed"),
    };
    let class = if failed { "bad" } else { "good" };
    let mut text = format!(
        "<div class=\"case{}\"><h4>{} <span class={class}>{state}</span> <span class=soft>{basis}</span></h4>",
        if failed { " failed" } else { "" },
        escape(title)
    );
    for failure in result.map_or(&[][..], |result| &result.failures) {
        let _ = write!(text, "<p class=bad>{}</p>", escape(&failure.problem));
    }
    if let Some(result) = result.filter(|result| !result.settled.is_empty()) {
        let heads = if words.english {
            ["date", "total", "in scope", "deductible", "pool", "large amount", "person"]
        } else {
            ["日期", "总费用", "政策范围内", "起付线", "统筹", "大额", "个人"]
        };
        text.push_str("<table><tr>");
        for head in heads {
            let _ = write!(text, "<th>{head}</th>");
        }
        text.push_str("</tr>");
        for case::Settled { bill, settlement: settled, .. } in &result.settled {
            let day = bill.service;
            let _ = write!(text, "<tr><td>{day}</td>");
            let cells = [
                settled.amounts.total,
                settled.amounts.in_scope,
                settled.deductible,
                settled.funds[0],
                settled.funds[1],
                settled.patient(),
            ];
            for amount in cells {
                let _ = write!(text, "<td class=n>{amount}</td>");
            }
            text.push_str("</tr>");
        }
        text.push_str("</table>");
    }
    let _ = write!(text, "{source}</div>");
    text
}

fn laws(report: &Report, words: Words<'_>) -> String {
    let mut text = format!("<h2>{}</h2><table>", words.pick("规律检验", "Laws"));
    for verdict in &report.laws {
        let (zh, en) = verdict.law.words();
        let state = match (&verdict.counterexample, words.english) {
            (None, true) => {
                format!("<span class=good>held in {} person-years</span>", verdict.tried)
            }
            (None, false) => format!("<span class=good>{} 个人年内成立</span>", verdict.tried),
            (Some(example), true) => {
                format!("<span class=warn>does not hold: {}</span>", escape(example))
            }
            (Some(example), false) => {
                format!("<span class=warn>不成立，最小反例：{}</span>", escape(example))
            }
        };
        let _ = write!(
            text,
            "<tr><td>{}</td><td>{}</td><td>{state}</td></tr>",
            verdict.from,
            words.pick(zh, en)
        );
    }
    text.push_str("</table>");
    text
}
