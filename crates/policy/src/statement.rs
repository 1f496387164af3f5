//! Statements: the flat form of a region's tables, each with its days and its citation, and which of them hold on
//! a given day.

use crate::fault::Fault;
use crate::source::{Document, Fence};
use crate::table::{self, Misfit};
use crate::value::{Data, Value};
use kernel::Date;
use std::collections::BTreeMap;

/// `path = value`, from a day to a day, under an article.
#[derive(Clone, Debug)]
pub struct Statement {
    /// e.g. `programme.ordinary.deductible.amount`.
    pub path: String,
    /// Its value.
    pub value: Value,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// 文号.
    pub document: String,
    /// 第四条.
    pub article: String,
    /// The file.
    pub file: String,
    /// Why it is not verified.
    pub unverified: Option<String>,
    /// How far down the chain of inheritance: an overlay's statement wins over a lower number.
    pub layer: usize,
    /// The document it amends wins over, if it does.
    pub amends: Option<String>,
}

impl Statement {
    /// A fault at this statement.
    #[must_use]
    pub fn fault(&self, line: u32, problem: impl Into<String>, fix: impl Into<String>) -> Fault {
        Fault {
            file: self.file.clone(),
            line,
            article: self.article.clone(),
            problem: problem.into(),
            fix: fix.into(),
        }
    }
}

/// All statements of a document; what does not fit the declarations is a fault.
pub fn flatten(document: &Document, layer: usize, faults: &mut Vec<Fault>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for fence in &document.fences {
        let mut walk = Walk { document, fence, layer, statements: &mut statements, faults };
        walk.table(&mut Vec::new(), &fence.table, document.front.unverified.as_deref());
    }
    statements
}

struct Walk<'a> {
    document: &'a Document,
    fence: &'a Fence,
    layer: usize,
    statements: &'a mut Vec<Statement>,
    faults: &'a mut Vec<Fault>,
}

impl Walk<'_> {
    fn fault(&mut self, Misfit { line, problem, fix }: Misfit) {
        let article = self.document.articles[self.fence.article].citation.clone();
        self.faults.push(Fault { file: self.document.file.clone(), line, article, problem, fix });
    }

    fn table(&mut self, path: &mut Vec<String>, value: &Value, unverified: Option<&str>) {
        let unverified = value.get("unverified").and_then(Value::text).or(unverified);
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let declared = table::declared(&names);
        let below = table::below(&names);
        for (name, entry) in value.entries() {
            if table::EVERYWHERE.contains(&name.as_str()) && !path.is_empty() {
                continue;
            }
            let key = declared.and_then(|table| table.keys.iter().find(|key| key.name == name));
            let is_table = matches!(entry.data, Data::Table(_));
            if let Some(key) = key {
                let mut misfits = Vec::new();
                key.kind.check(entry, &mut misfits);
                let fits = misfits.is_empty();
                for misfit in misfits {
                    let problem = format!("{}.{name}: {}", path.join("."), misfit.problem);
                    self.fault(Misfit { problem, ..misfit });
                }
                if fits {
                    self.statement(path, name, entry, unverified);
                }
            } else if is_table && (below.contains(&name.as_str()) || below.contains(&"*")) {
                let named = below.contains(&name.as_str()) || is_name(name);
                if !named {
                    let problem = format!("\"{name}\" is no name");
                    self.fault(Misfit { line: entry.line, problem, fix: "a-z, 0-9 and -".into() });
                }
                path.push(name.clone());
                self.table(path, entry, unverified);
                path.pop();
            } else {
                let keys = declared.map_or(&[][..], |table| table.keys).iter().map(|key| key.name);
                let known: Vec<&str> =
                    keys.chain(below.iter().copied().filter(|name| *name != "*")).collect();
                let misfit = table::unknown(entry.line, name, &known);
                let problem = if path.is_empty() {
                    format!("no such table: `{name}`")
                } else {
                    format!("[{}] {}", path.join("."), misfit.problem)
                };
                self.fault(Misfit { problem, ..misfit });
            }
        }
    }

    fn statement(&mut self, path: &[String], name: &str, value: &Value, unverified: Option<&str>) {
        let front = &self.document.front;
        let effective = front.effective.unwrap_or(Date::MIN);
        self.statements.push(Statement {
            path: format!("{}.{name}", path.join(".")),
            value: value.clone(),
            from: self.fence.from.unwrap_or(effective),
            to: self.fence.to.unwrap_or(Date::MAX),
            document: front.document.clone(),
            article: self.document.articles[self.fence.article].citation.clone(),
            file: self.document.file.clone(),
            unverified: unverified.map(str::to_string),
            layer: self.layer,
            amends: front.amends.clone(),
        });
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The statements that hold on every day of a span.
#[derive(Clone, Debug)]
pub struct InForce<'a> {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    by_path: BTreeMap<&'a str, &'a Statement>,
}

impl<'a> InForce<'a> {
    /// The statement of a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&'a Statement> {
        self.by_path.get(path).copied()
    }

    /// All, in order of their paths.
    pub fn iter(&self) -> impl Iterator<Item = &'a Statement> + '_ {
        self.by_path.values().copied()
    }
}

/// Cuts time into spans within which the same statements hold, and finds for each path the one that wins: the
/// overlay over what it inherits, an amendment over what it amends. Two that could both hold are a fault.
pub fn spans<'a>(statements: &'a [Statement], faults: &mut Vec<Fault>) -> Vec<InForce<'a>> {
    let starts = statements.iter().map(|statement| statement.from);
    let ends = statements
        .iter()
        .filter(|statement| statement.to < Date::MAX)
        .map(|statement| statement.to.next());
    let mut cuts: Vec<Date> = starts.chain(ends).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let amendments = Amendments::of(statements);
    let mut told: Vec<(*const Statement, *const Statement)> = Vec::new();
    let mut spans = Vec::new();
    for (index, from) in cuts.iter().enumerate() {
        let to = cuts.get(index + 1).map_or(Date::MAX, |next| next.previous());
        let mut stated: BTreeMap<&str, Vec<&Statement>> = BTreeMap::new();
        for statement in
            statements.iter().filter(|statement| statement.from <= *from && to <= statement.to)
        {
            stated.entry(&statement.path).or_default().push(statement);
        }
        let mut by_path: BTreeMap<&str, &Statement> = BTreeMap::new();
        for (path, candidates) in stated {
            let standing = amendments.standing(&candidates);
            by_path.insert(path, standing[0]);
            for other in &standing[1..] {
                let pair = (std::ptr::from_ref(standing[0]), std::ptr::from_ref(*other));
                if !told.contains(&pair) {
                    told.push(pair);
                    faults.push(stated_twice(other, standing[0], *from));
                }
            }
        }
        if !by_path.is_empty() {
            spans.push(InForce { from: *from, to, by_path });
        }
    }
    spans
}

/// Which document amends which, an amendment of an amendment included.
struct Amendments<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Amendments<'a> {
    fn of(statements: &'a [Statement]) -> Amendments<'a> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for statement in statements {
            let pair = statement.amends.as_deref().map(|amended| (&*statement.document, amended));
            pairs.extend(pair.filter(|pair| !pairs.contains(pair)));
        }
        let mut next = 0;
        while let Some((by, amended)) = pairs.get(next).copied() {
            let further = pairs.iter().filter(|(document, _)| *document == amended);
            let further: Vec<_> = further.map(|(_, oldest)| (by, *oldest)).collect();
            for pair in further {
                if !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
            next += 1;
        }
        Amendments(pairs)
    }

    /// The statements of one path that nothing wins over: one, if all is well.
    fn standing(&self, candidates: &[&'a Statement]) -> Vec<&'a Statement> {
        let layer = candidates.iter().map(|statement| statement.layer).max();
        let last: Vec<&Statement> =
            candidates.iter().copied().filter(|statement| Some(statement.layer) == layer).collect();
        let amended = |statement: &&&Statement| {
            let by =
                |other: &&Statement| self.0.contains(&(&*other.document, &*statement.document));
            !last.iter().any(by)
        };
        let standing: Vec<&Statement> = last.iter().filter(amended).copied().collect();
        // Documents that amend each other in a circle win over nothing.
        if standing.is_empty() { last } else { standing }
    }
}

fn stated_twice(statement: &Statement, other: &Statement, day: Date) -> Fault {
    statement.fault(
        statement.value.line,
        format!("{} holds twice on {day}: here and at {}:{} {}", statement.path, other.file, other.value.line, other.article),
        "state it once, narrow one of the fences with from=/to=, or let the later document amend the other",
    )
}
