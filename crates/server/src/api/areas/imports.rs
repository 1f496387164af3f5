//! Tables of many rows handed in at once: people, facts, employers, monthly contribution files. A long job, whose report
//! says what became of each row; the same rows again change nothing.

use super::runs;
use crate::api::endpoint::{Answer, Endpoint, Handler, Method, Write};
use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::request::Ask;
use crate::api::role::{FINANCE, PROPOSERS};
use crate::api::serve::Api;
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::enrolment::{self, Received};
use agency::import::{Done, Effect, Header, Importer, Options, Table};
use kernel::Moment;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use store::Area;

/// Tables that come in this way. Balances, catalogues and agreements do not: those are begun or kept by others.
const TABLES: [Table; 4] = [Table::People, Table::Facts, Table::Employers, Table::Contributions];
/// Rows a commit.
const BATCH: usize = 1_000;
/// Rows that a report names.
const LISTED: usize = 200;
/// The column by which money has arrived.
const PAID_ON: &str = "paid_on";

static ROWS: Shape = Shape {
    name: "ImportRows",
    zh: "成批的行：列名，和一行一个的值",
    en: "a table: names of columns, and rows of cells",
    fields: &[
        field(
            "columns",
            Kind::List(&Kind::Text),
            "列名，英文或中文，同导入文件；不要统筹区列",
            "names of columns, as in files to import; none for the region",
        ),
        field(
            "rows",
            Kind::List(&Kind::List(&Kind::Text)),
            "每行的值，次序同列名；空着写空文字",
            "rows of texts, in the order of the columns; empty where there is nothing",
        ),
        maybe(
            "given",
            Kind::Map(&Kind::Text),
            "整个文件相同的内容，填在行里空着的地方，如month、employer、paid_on",
            "what stands where rows are empty, such as month, employer, paid_on",
        ),
        maybe("name", Kind::Text, "文件名，只作登记", "what the file is called"),
        maybe("dry_run", Kind::Flag, "只核对、不写入", "check everything, write nothing"),
    ],
};

/// The rows.
pub const ENDPOINTS: &[Endpoint] = &[Endpoint {
    id: "import-rows",
    method: Method::Post,
    path: "/areas/{area}/imports/{table}",
    roles: PROPOSERS,
    zh: "成批登记：people、facts、employers、contributions（任务）；到账的缴费由财务办",
    en: "rows of people, facts, employers or contributions (a long job); money that arrived is finance's",
    query: &[],
    body: Some(&ROWS),
    answer: Answer::One(&runs::STARTED),
    handler: Handler::Write(import),
}];

/// What was handed in.
struct Batch {
    area: Area,
    table: Table,
    header: Header,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
    given: Vec<(String, String)>,
    name: Arc<str>,
    by: Arc<str>,
    dry_run: bool,
}

fn import(_: &Arc<Api>, ask: &Ask) -> Result<Write, Problem> {
    let batch = read(ask)?;
    let asked = json!({
        "table": batch.table.code(),
        "rows": batch.rows.len(),
        "name": &*batch.name,
        "digest": &*batch.digest(),
        "dry_run": batch.dry_run,
    });
    let work: runs::Work = Box::new(move |api, counter| batch.import(api, counter));
    Ok(runs::begin(ask, runs::IMPORT, asked, work))
}

/// Reads what was handed in; what is wrong with the table as a whole is said before anything begins.
fn read(ask: &Ask) -> Result<Batch, Problem> {
    let code = ask.path("table");
    let table = TABLES.into_iter().find(|table| table.code() == code);
    let table = table.ok_or_else(|| {
        let right = format!("应为{}", TABLES.map(Table::code).join("、"));
        Problem { right: right.into(), ..Problem::not_found("table", code) }
    })?;
    let columns: Vec<String> =
        ask.body.texts("columns").map(|name| name.trim().to_owned()).collect();
    let wrong = |field: &str, value: &str, right: String| {
        Problem::field(Wrong::FieldForm, field, value, right)
    };
    if let Some(region) = columns.iter().find(|name| matches!(&***name, "region" | "统筹区")) {
        return Err(wrong("columns", region, "统筹区在路径里，不要这一列".into()));
    }
    let given = given(&ask.body);
    let names: Vec<&str> = given.iter().map(|(name, _)| &**name).chain(["region"]).collect();
    let known = |name: &str| table.columns().iter().any(|column| column.name == name);
    if let Some((name, _)) = given.iter().find(|(name, _)| name == "region" || !known(name)) {
        return Err(wrong("given", name, format!("应为{}的列", table.zh())));
    }
    let header = Header::new(table, &columns, &names);
    let (header, strays) = header.map_err(|fault| wrong("columns", "", fault.text(false)))?;
    if let Some(stray) = strays.first() {
        return Err(wrong("columns", stray, format!("{}没有这一列", table.zh())));
    }
    let rows = rows(&ask.body, columns.len())?;
    let paid = columns.iter().any(|name| matches!(&**name, PAID_ON | "到账日"))
        || given.iter().any(|(name, _)| name == PAID_ON);
    if table == Table::Contributions && paid && !ask.operator.has(FINANCE) {
        return Err(Problem::new(
            Wrong::Forbidden,
            "到账的缴费由财务登记；经办申报时不要到账日",
            "money that arrived is entered by finance; declare without paid_on",
        ));
    }
    Ok(Batch {
        area: ask.area,
        table,
        header,
        columns,
        rows,
        given,
        name: ask.body.kept("name"),
        by: ask.operator.name.as_str().into(),
        dry_run: ask.body.flag("dry_run"),
    })
}

fn given(body: &Given) -> Vec<(String, String)> {
    let all = body.any("given");
    let pairs = all.as_object().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    pairs.map(|(name, value)| (name.clone(), text(value))).collect()
}

fn rows(body: &Given, width: usize) -> Result<Vec<Vec<String>>, Problem> {
    let all = body.any("rows");
    let mut rows = Vec::new();
    for (place, row) in all.as_array().into_iter().flatten().enumerate() {
        let cells = row.as_array().into_iter().flatten();
        let cells: Vec<String> =
            cells.map(|cell| cell.as_str().unwrap_or_default().to_owned()).collect();
        if cells.len() != width {
            let (field, found) = (format!("rows[{place}]"), cells.len().to_string());
            let right = format!("应有{width}个值，与列名一样多");
            return Err(Problem::field(Wrong::FieldForm, &field, &found, right));
        }
        rows.push(cells);
    }
    Ok(rows)
}

impl Batch {
    /// What names what was handed in.
    fn digest(&self) -> Arc<str> {
        let mut bytes = Vec::new();
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            for cell in row {
                bytes.extend_from_slice(cell.as_bytes());
                bytes.push(b',');
            }
            bytes.push(b'\n');
        }
        // Reading from memory does not fail.
        enrolment::digest(&mut &bytes[..]).unwrap_or_default()
    }

    fn import(self, api: &Api, counter: &AtomicU64) -> Result<Value, runs::Cut> {
        let agency = api.office.agency();
        let at = agency.now();
        let options = Options {
            at,
            seed: fastrand::u64(..),
            dry_run: self.dry_run,
            batch: BATCH,
            region: Some(self.area.to_string()),
        };
        let mut received = self.received();
        let regions = agency.regions().clone();
        let mut importer = Importer::new(agency.store(), regions, self.header.clone(), options);
        for (column, value) in &self.given {
            importer = importer.given(column, value.clone());
        }
        let mut report = Report::default();
        let failed = |error: store::StoreError| error.to_string();
        for (number, row) in (1..).zip(&self.rows) {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            let done = importer.row(number, &cells).map_err(failed)?;
            report.take(&done, &mut received, counter);
        }
        let done = importer.flush().map_err(failed)?;
        report.take(&done, &mut received, counter);
        let declaration = self.keep(received, api, at)?;
        Ok(report.told(declaration.as_deref()))
    }

    fn received(&self) -> Received {
        let month = self.given.iter().find(|(name, _)| name == "month");
        Received {
            name: self.name.clone(),
            by: self.by.clone(),
            digest: self.digest(),
            month: month.map_or_else(Arc::default, |(_, month)| Arc::from(&**month)),
            ..Received::default()
        }
    }

    /// A monthly file is kept with its report.
    fn keep(&self, received: Received, api: &Api, at: Moment) -> Result<Option<Arc<str>>, String> {
        if self.table != Table::Contributions || self.dry_run {
            return Ok(None);
        }
        let employer = self.given.iter().find(|(name, _)| name == "employer");
        let owner = employer.map_or("", |(_, employer)| employer);
        let kept = received.keep(api.office.store(), self.area, owner, at);
        kept.map(|(number, _)| Some(number)).map_err(|refused| refused.to_string())
    }
}

/// What became of the rows.
#[derive(Default)]
struct Report {
    counts: [u64; 3],
    refused: u64,
    listed: Vec<Value>,
}

impl Report {
    fn take(&mut self, done: &[Done], received: &mut Received, counter: &AtomicU64) {
        received.note(done);
        runs::count(counter, done.len() as u64);
        for Done { row, effect, remarks } in done {
            let fault = match effect {
                Ok(effect) => {
                    self.counts[*effect as usize] += 1;
                    None
                }
                Err(fault) => {
                    self.refused += 1;
                    Some((fault, false))
                }
            };
            let remarks = remarks.iter().map(|remark| (remark, true));
            for (fault, taken) in fault.into_iter().chain(remarks) {
                if self.listed.len() < LISTED {
                    self.listed.push(json!({
                        "row": row,
                        "taken": taken,
                        "column": fault.column.map(|column| column.name),
                        "code": fault.reason.code(),
                        "why": fault.text(false),
                        "why_en": fault.text(true),
                    }));
                }
            }
        }
    }

    fn told(self, declaration: Option<&str>) -> Value {
        let [added, changed, unchanged] = self.counts;
        json!({
            "added": added,
            "changed": changed,
            "unchanged": unchanged,
            "refused": self.refused,
            "listed": self.listed,
            "declaration": declaration,
        })
    }
}

const _: () = assert!(Effect::Added as usize == 0 && Effect::Unchanged as usize == 2);
