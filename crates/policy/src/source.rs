//! A policy document as it is written: front matter, articles, tables and cases.

use crate::fault::Fault;
use crate::table::{self, Key, Kind, key};
use crate::value::{Data, Value};
use kernel::Date;

/// One Markdown file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Path relative to the policy folder, with `/`.
    pub file: String,
    /// Its front matter.
    pub front: Front,
    /// Its articles in order; the first may be the text before any heading.
    pub articles: Vec<Article>,
    /// Its tables in order.
    pub fences: Vec<Fence>,
    /// Its cases in order.
    pub cases: Vec<CaseText>,
    /// The Markdown after the front matter, and the line it begins on.
    pub body: (u32, String),
}

/// Front matter of a document.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// Division code.
    pub region: String,
    /// 中文 name of the region.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// 文号.
    pub document: String,
    /// Its title.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// First day of its statements.
    pub effective: Option<Date>,
    /// When it was issued.
    pub issued: Option<Date>,
    /// Documents it carries out.
    pub parents: Vec<String>,
    /// The region it restates.
    pub inherits: Option<String>,
    /// The document it amends.
    pub amends: Option<String>,
    /// Used without being asked for.
    pub in_force: bool,
    /// Why nothing in it is verified.
    pub unverified: Option<String>,
    /// When a person last compared it with the text.
    pub checked: Option<Date>,
    /// An invented region.
    pub invented: bool,
    /// The line of each key.
    pub lines: Vec<(String, u32)>,
}

impl Front {
    /// The line of a key; the first line of the file without it.
    #[must_use]
    pub fn line(&self, key: &str) -> u32 {
        self.lines.iter().find(|(name, _)| name == key).map_or(1, |(_, line)| *line)
    }
}

/// A heading and what stands under it.
#[derive(Clone, Debug)]
pub struct Article {
    /// As cited: 第四条.
    pub citation: String,
    /// The whole heading.
    pub heading: String,
    /// Line of the heading.
    pub line: u32,
    /// The first paragraph under it: the gist.
    pub gist: String,
}

/// A table.
#[derive(Clone, Debug)]
pub struct Fence {
    /// Index of the article.
    pub article: usize,
    /// First day, if narrowed.
    pub from: Option<Date>,
    /// Last day, if narrowed.
    pub to: Option<Date>,
    /// The table.
    pub table: Value,
}

/// A case.
#[derive(Clone, Debug)]
pub struct CaseText {
    /// Index of the article.
    pub article: usize,
    /// The table.
    pub table: Value,
}

const FRONT_KEYS: &[Key] = &[
    key("region", Kind::Text, "division code"),
    key("name", Kind::Text, "中文 name of the region"),
    key("name_en", Kind::Text, "English name"),
    key("scheme", Kind::Word(&["employee"]), "职工医保"),
    key("document", Kind::Text, "文号"),
    key("title", Kind::Text, "its title"),
    key("issuer", Kind::Text, "who issued it"),
    key("issued", Kind::Day, "when it was issued"),
    key("effective", Kind::Day, "first day of its statements"),
    key("parents", Kind::Texts, "documents it carries out"),
    key("inherits", Kind::Text, "the region it restates"),
    key("amends", Kind::Text, "the document it amends"),
    key("in_force", Kind::Flag, "used without being asked for"),
    key("unverified", Kind::Text, "why nothing in it is verified"),
    key("checked", Kind::Day, "when a person last compared it with the text"),
    key("invented", Kind::Flag, "an invented region"),
];

/// Reads a document; what cannot be read is a fault and is left out.
pub fn read(file: &str, text: &str, faults: &mut Vec<Fault>) -> Option<Document> {
    let mut reader =
        Reader { file, faults, articles: Vec::new(), fences: Vec::new(), cases: Vec::new() };
    let (front_text, body_line, body) = reader.split(text)?;
    let front = reader.front(&front_text)?;
    reader.body(body_line, body);
    let Reader { articles, fences, cases, .. } = reader;
    Some(Document {
        file: file.to_string(),
        front,
        articles,
        fences,
        cases,
        body: (body_line, body.to_string()),
    })
}

struct Reader<'a> {
    file: &'a str,
    faults: &'a mut Vec<Fault>,
    articles: Vec<Article>,
    fences: Vec<Fence>,
    cases: Vec<CaseText>,
}

impl Reader<'_> {
    fn fault(&mut self, line: u32, problem: impl Into<String>, fix: impl Into<String>) {
        let article =
            self.articles.last().map_or(String::new(), |article| article.citation.clone());
        self.faults.push(Fault {
            file: self.file.to_string(),
            line,
            article,
            problem: problem.into(),
            fix: fix.into(),
        });
    }

    fn split<'t>(&mut self, text: &'t str) -> Option<(String, u32, &'t str)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Some(rest) = text.strip_prefix("+++\n").or_else(|| text.strip_prefix("+++\r\n")) else {
            self.fault(
                1,
                "the file has no front matter",
                "begin it with a line `+++`, region, document and effective, and `+++`",
            );
            return None;
        };
        let Some(end) = rest.find("\n+++") else {
            self.fault(1, "the front matter is not closed", "end it with a line `+++`");
            return None;
        };
        let front = rest[..end].to_string();
        let after = &rest[end + 4..];
        let body = after.strip_prefix('\r').unwrap_or(after).strip_prefix('\n').unwrap_or(after);
        let line = u32::try_from(front.lines().count()).unwrap_or(0) + 3;
        Some((front, line, body))
    }

    fn front(&mut self, text: &str) -> Option<Front> {
        let table = match Value::parse(text, 2) {
            Ok(table) => table,
            Err((line, problem)) => {
                self.fault(
                    line,
                    format!("the front matter is not TOML: {problem}"),
                    "write `key = value` lines",
                );
                return None;
            }
        };
        let before = self.faults.len();
        let mut misfits = Vec::new();
        table::check_keys(FRONT_KEYS, &table, false, &mut misfits);
        for misfit in misfits {
            self.fault(misfit.line, format!("front matter: {}", misfit.problem), misfit.fix);
        }
        let readable = self.faults.len() == before;
        let text = |key: &str| table.get(key).and_then(Value::text).unwrap_or_default().to_string();
        let optional = |key: &str| table.get(key).and_then(Value::text).map(str::to_string);
        let day = |key: &str| table.get(key).and_then(Value::day);
        let flag = |key: &str, default| table.get(key).and_then(Value::flag).unwrap_or(default);
        let parents =
            table.get("parents").map_or(&[][..], Value::items).iter().filter_map(Value::text);
        let front = Front {
            region: text("region"),
            name: text("name"),
            name_en: text("name_en"),
            document: text("document"),
            title: text("title"),
            issuer: text("issuer"),
            effective: day("effective"),
            issued: day("issued"),
            parents: parents.map(str::to_string).collect(),
            inherits: optional("inherits"),
            amends: optional("amends"),
            in_force: flag("in_force", true),
            unverified: optional("unverified"),
            checked: day("checked"),
            invented: flag("invented", false),
            lines: table.entries().iter().map(|(key, value)| (key.clone(), value.line)).collect(),
        };
        let missing = |key: &str| table.get(key).is_none();
        if missing("region") {
            self.fault(1, "the front matter names no region", "region = \"500000\"");
        } else if front.region.len() != 6 || !front.region.bytes().all(|byte| byte.is_ascii_digit())
        {
            if table.get("region").and_then(Value::text).is_some() {
                let problem = format!("region is \"{}\"", front.region);
                self.fault(front.line("region"), problem, "six digits, e.g. region = \"500000\"");
            }
            return None;
        }
        if missing("document") {
            let fix = "document = \"渝医保发〔2023〕32号\"";
            self.fault(1, "the front matter names no document", fix);
        }
        if missing("effective") {
            self.fault(1, "the front matter has no effective day", "effective = 2024-01-01");
        }
        (readable && !front.region.is_empty()).then_some(front)
    }

    fn body(&mut self, first_line: u32, body: &str) {
        let mut fence: Option<(u32, String, String)> = None;
        for (line, text) in (first_line..).zip(body.lines()) {
            match &mut fence {
                Some((start, info, content)) => {
                    if text.starts_with("```toml") && info.starts_with("toml") {
                        let start = std::mem::replace(start, line);
                        *info = text.trim_start_matches('`').trim().to_string();
                        content.clear();
                        self.unclosed(start);
                    } else if text.trim_end() == "```" {
                        let (start, info, content) =
                            (*start, std::mem::take(info), std::mem::take(content));
                        fence = None;
                        self.fence(start, &info, &content);
                    } else {
                        content.push_str(text);
                        content.push('\n');
                    }
                }
                None => match text.strip_prefix("```") {
                    Some(info) => fence = Some((line, info.trim().to_string(), String::new())),
                    None => self.text(line, text),
                },
            }
        }
        if let Some((start, ..)) = fence {
            self.unclosed(start);
        }
    }

    fn unclosed(&mut self, start: u32) {
        self.fault(start, "the fence that begins here is not closed", "end it with a line ```");
    }

    fn text(&mut self, line: u32, text: &str) {
        let level = text.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=4).contains(&level) && text[level..].starts_with(' ') {
            let heading = text[level..].trim().to_string();
            let end = heading.find([' ', '\u{3000}']).unwrap_or(heading.len());
            let citation = heading[..end].to_string();
            self.articles.push(Article { citation, heading, line, gist: String::new() });
        } else if let Some(article) = self.articles.last_mut()
            && !text.trim().is_empty()
            && article.gist.is_empty()
        {
            article.gist = text.trim().to_string();
        }
    }

    fn fence(&mut self, line: u32, info: &str, content: &str) {
        let mut words = info.split_whitespace();
        if words.next() != Some("toml") {
            return;
        }
        if self.articles.is_empty() {
            self.articles.push(Article {
                citation: String::new(),
                heading: String::new(),
                line,
                gist: String::new(),
            });
        }
        let article = self.articles.len() - 1;
        let table = match Value::parse(content, line + 1) {
            Ok(table) => table,
            Err((line, problem)) => {
                self.fault(
                    line,
                    format!("not TOML: {problem}"),
                    "see the grammar page for how tables are written",
                );
                return;
            }
        };
        let (mut from, mut to, mut case) = (None, None, false);
        for word in words {
            match (word, word.split_once('=')) {
                ("case", _) => case = true,
                (_, Some((key @ ("from" | "to"), day))) => match Date::parse(day) {
                    Some(day) if key == "from" => from = Some(day),
                    Some(day) => to = Some(day),
                    None => self.fault(
                        line,
                        format!("\"{day}\" is no day"),
                        format!("{key}=2024-01-01"),
                    ),
                },
                _ => self.fault(
                    line,
                    format!("a fence has no option \"{word}\""),
                    "`toml`, `toml case`, `toml from=… to=…`",
                ),
            }
        }
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            let problem = format!("the fence ends on {to}, before it begins on {from}");
            self.fault(line, problem, "from= is the first day, to= the last");
        }
        if case {
            self.cases.push(CaseText { article, table });
        } else {
            if let Data::Table(entries) = &table.data
                && entries.is_empty()
            {
                self.fault(
                    line,
                    "the table is empty",
                    "remove the fence, or state something in it",
                );
            }
            self.fences.push(Fence { article, from, to, table });
        }
    }
}
