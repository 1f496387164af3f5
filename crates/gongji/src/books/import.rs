//! `gongji import`: files of people, facts, balances, institutions and catalogues into the books.

pub(crate) mod rejects;

use super::Place;
use super::place::{law, now};
use crate::formats::input::Layout;
use crate::formats::{Broken, Encoding, Format, Input, Row, RowSink, StoredRow};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use agency::enrolment::{Received, digest};
use agency::import::{Done, Effect, Header, Importer, Options, Table};
use agency::recalculation::file_agreement_changes;
use agency::regions::{Law, Regions};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Moment;
use rejects::{Rejects, Why};
use std::collections::VecDeque;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::{Area, Store};

/// 把参保人、事实、余额、机构、目录的文件导入账务库 / import files into the books
///
/// 表和列见 `gongji import --columns` / tables and columns: as printed there.
/// 导不了的行连同原因写入 `<文件名>.rejects.csv`，其余照常导入；同一文件再导一次，什么也不变 /
/// rows that cannot be taken go there with the reason, the rest goes in; the same file again changes nothing.
///
/// 退出码 / exit codes: 0 全部导入 / all taken; 1 有未导入的行 / some rows not taken;
/// 2 用法错误或文件不可用 / wrong usage or an unreadable file.
#[derive(clap::Args, Clone, Debug)]
pub struct ImportArgs {
    /// 输出各表的列说明 / print the tables and their columns
    #[arg(long, exclusive = true)]
    pub columns: bool,

    /// 表 / table
    #[arg(required_unless_present = "columns", value_parser = tables())]
    pub table: Option<String>,

    /// 文件：CSV、XLSX、Parquet；`-` 为标准输入 / files; `-` is standard input
    #[arg(required_unless_present = "columns", value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Where the books are.
    #[command(flatten)]
    pub place: Place,

    /// 没有写统筹区的行属于哪里 / region of rows that name none
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,

    /// 只核对、不写入 / check everything, write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// 每次提交的行数 / rows a commit
    #[arg(long, value_name = "N", default_value = "2000", value_parser = clap::value_parser!(u32).range(1..))]
    pub batch: u32,

    /// 输入格式，缺省看扩展名和内容 / format of the input, if neither name nor content tells it
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<Format>,

    /// 文本文件的编码 / encoding of text files
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,

    /// 未导入的行写入的文件夹，缺省为当前目录 / folder for rows not taken
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub rejects: PathBuf,

    /// 经办人，记入缴费申报的登记 / who hands it in, noted with declarations
    #[arg(long, value_name = "NAME", default_value = "")]
    pub by: String,
}

fn tables() -> clap::builder::PossibleValuesParser {
    let value = |table: &Table| {
        let help = format!("{} / {}", table.zh(), table.about().1);
        clap::builder::PossibleValue::new(table.code()).alias(table.zh()).help(help)
    };
    clap::builder::PossibleValuesParser::new(Table::ALL.iter().map(value).collect::<Vec<_>>())
}

/// Runs the command; faults are shown on `shown`.
///
/// # Errors
/// Exit code 2: a file that cannot be read, books that cannot be opened.
pub fn run(
    args: &ImportArgs,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    run_given(args, &[], source, out, shown)
}

/// Runs the command; `given` says what stands in columns that rows leave empty.
///
/// # Errors
/// As for [`run`].
pub(crate) fn run_given(
    args: &ImportArgs,
    given: &[(&'static str, String)],
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    if args.columns {
        write!(out, "{}", agency::import::markdown())?;
        return Ok(ExitCode::SUCCESS);
    }
    let lang = source.lang();
    let store = args.place.open(true, lang)?;
    let regions = Arc::new(law(source)?);
    let books = Books { store: &*store, regions: &regions, at: now(), lang };
    let clean = run_over(&books, args, given, out, shown)?.iter().all(|taken| taken.rejected == 0);
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Books that are open already.
#[derive(Clone, Copy)]
pub(crate) struct Books<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) regions: &'a Arc<Regions>,
    /// The moment at which we learn what the files say.
    pub(crate) at: Moment,
    pub(crate) lang: Lang,
}

/// What came of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Taken {
    /// Rows added, changed, unchanged.
    pub(crate) counts: [u64; 3],
    /// Rows that were not taken.
    pub(crate) rejected: u64,
}

/// Imports the files of the arguments into books that are open.
///
/// # Errors
/// A file that cannot be read; of the store.
pub(crate) fn run_over(
    books: &Books<'_>,
    args: &ImportArgs,
    given: &[(&'static str, String)],
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<Vec<Taken>> {
    let Books { store, regions, at, lang } = *books;
    let files = args.files.iter();
    files
        .map(|path| File { args, given, path, store, regions, at, lang }.import(out, shown))
        .collect()
}

/// A file to be imported.
struct File<'a> {
    args: &'a ImportArgs,
    given: &'a [(&'static str, String)],
    path: &'a Path,
    store: &'a dyn Store,
    regions: &'a Arc<Regions>,
    at: Moment,
    lang: Lang,
}

impl File<'_> {
    /// Imports it.
    fn import(&self, out: &mut dyn Write, shown: &mut dyn Write) -> Result<Taken> {
        let File { args, given, path, store, regions, at, lang } = *self;
        let table = args.table.as_deref().and_then(Table::from_code).context("table")?;
        let input = Input::open(path, args.from, args.encoding, lang)?;
        if !matches!(input.format, Format::Csv | Format::Xlsx | Format::Parquet) {
            let what = lang.pick(
                "只能导入 CSV、XLSX 和 Parquet",
                "only CSV, XLSX and Parquet can be imported",
            );
            bail!("{}: {what}", input.name);
        }
        let options = Options {
            at,
            seed: at.0.unsigned_abs(),
            dry_run: args.dry_run,
            batch: args.batch as usize,
            region: args.region.clone(),
        };
        let rejects = Rejects::new(&args.rejects, path, lang)?;
        let given_month = given.iter().find(|(column, _)| *column == "month");
        let received = Received {
            name: path.file_name().map_or_else(Arc::default, |it| it.to_string_lossy().into()),
            by: Arc::from(&*args.by),
            digest: digest(&mut input.bytes()?)?,
            month: given_month.map_or_else(Arc::default, |(_, month)| Arc::from(&**month)),
            ..Received::default()
        };
        let mut sink = Sink {
            received,
            region: None,
            region_at: None,
            table,
            options,
            given,
            store,
            regions,
            lang,
            importer: None,
            kept: VecDeque::new(),
            counts: [0; 3],
            remarks: 0,
            rejects,
            shown,
        };
        let label = lang.pick("导入", "importing");
        let progress = Progress::begin(label, input.bytes, 1 << 20);
        input.read(NO_LAYOUT, &mut sink, &mut |bytes| progress.moved(bytes), lang)?;
        sink.flush()?;
        drop(progress);
        if table == Table::Agreements && !args.dry_run {
            self.agreements_changed(out)?;
        }
        let Sink { counts, remarks, rejects, received, region, .. } = sink;
        let taken = Taken { counts, rejected: rejects.count() };
        let mut sum = self.summary(&input.name, counts, rejects.count());
        if remarks > 0 {
            sum += &lang.choose(|| format!("，提醒 {remarks}"), || format!(", {remarks} remarks"));
        }
        writeln!(out, "{sum}")?;
        if table == Table::Contributions && !args.dry_run {
            self.keep(received, region.as_deref(), out)?;
        }
        rejects.finish(out)?;
        Ok(taken)
    }

    /// Keeps the report of a monthly file, and says under which number.
    fn keep(&self, received: Received, region: Option<&str>, out: &mut dyn Write) -> Result<()> {
        let region = self.args.region.as_deref().or(region).unwrap_or_default();
        let named = |law: &Law| {
            [&law.timeline.name.zh, &law.timeline.name.en].iter().any(|it| ***it == *region)
        };
        let by_name = || self.regions.areas().find(|(_, law)| named(law)).map(|(area, _)| area);
        // A file none of whose rows names a region has nothing in it to be kept.
        let Some(area) = Area::parse(region).or_else(by_name) else { return Ok(()) };
        let employer = self.given.iter().find(|(column, _)| *column == "employer");
        let owner = employer.map_or("", |(_, employer)| employer);
        let kept = received.keep(self.store, area, owner, self.at);
        let (number, received) = kept.map_err(|refused| anyhow!("{refused}"))?;
        let said = self.lang.choose(
            || format!("申报编号 {number}，可用 enrol declarations 再看"),
            || format!("declaration {number}; enrol declarations shows it again"),
        );
        writeln!(out, "{said}")?;
        if !received.before.is_empty() {
            let before = &received.before;
            let said = self.lang.choose(
                || format!("同一文件此前收过：{before}"),
                || format!("the same file was received before: {before}"),
            );
            writeln!(out, "{said}")?;
        }
        Ok(())
    }

    /// What was settled by agreements that are others now is filed to be folded again.
    fn agreements_changed(&self, out: &mut dyn Write) -> Result<()> {
        let mut filed = 0;
        for (area, _) in self.store.areas()? {
            filed += file_agreement_changes(self.store, area, now())
                .map_err(|refused| anyhow!("{refused}"))?
                .person_years;
        }
        if filed > 0 {
            let said = self.lang.choose(
                || format!("协议变动涉及已结算的 {filed} 个人员年度，已登记待重算"),
                || format!("{filed} person-years were settled by what changed and are to be folded again"),
            );
            writeln!(out, "{said}")?;
        }
        Ok(())
    }

    /// What came of the file, on one line.
    fn summary(&self, name: &str, [added, changed, unchanged]: [u64; 3], bad: u64) -> String {
        let done = match (self.args.dry_run, self.lang) {
            (false, Lang::Zh) => "已导入",
            (true, Lang::Zh) => "核对（未写入）",
            (false, Lang::En) => "imported",
            (true, Lang::En) => "checked, nothing written",
        };
        match self.lang {
            Lang::Zh => format!(
                "{done} {name}：新增 {added}，更改 {changed}，不变 {unchanged}，未导入 {bad}"
            ),
            Lang::En => format!(
                "{done} {name}: {added} added, {changed} changed, {unchanged} unchanged, {bad} not taken"
            ),
        }
    }
}

/// How many remarks are shown.
const REMARKS_SHOWN: u64 = 20;

/// Imported formats name their columns themselves.
pub(crate) const NO_LAYOUT: Layout = Layout { names: Vec::new, find: |_, _| None };

/// Hands the rows of a file to the importer.
struct Sink<'a> {
    /// What is kept of a monthly file.
    received: Received,
    /// The region that the first row names.
    region: Option<String>,
    /// Where rows name it.
    region_at: Option<usize>,
    table: Table,
    options: Options,
    given: &'a [(&'static str, String)],
    store: &'a dyn Store,
    regions: &'a Arc<Regions>,
    lang: Lang,
    importer: Option<Importer<'a>>,
    /// Rows of which nothing was said yet.
    kept: VecDeque<StoredRow>,
    /// Added, changed, unchanged.
    counts: [u64; 3],
    /// Remarks about rows that were taken.
    remarks: u64,
    rejects: Rejects,
    shown: &'a mut dyn Write,
}

impl Sink<'_> {
    fn done(&mut self, done: Vec<Done>) -> Result<()> {
        self.received.note(&done);
        for Done { row, effect, remarks } in done {
            for remark in remarks {
                self.remarks += 1;
                if self.remarks <= REMARKS_SHOWN {
                    let text = remark.text(self.lang == Lang::En);
                    let said = self.lang.choose(
                        || format!("第 {row} 行已导入，提醒：{text}"),
                        || format!("row {row} is taken; remark: {text}"),
                    );
                    writeln!(self.shown, "{said}")?;
                }
            }
            let place = self.kept.iter().position(|kept| kept.number == row);
            let kept = place.and_then(|place| self.kept.remove(place));
            match effect {
                Ok(effect) => self.counts[effect as usize] += 1,
                Err(fault) => {
                    let kept = kept.unwrap_or_default();
                    let english = self.lang == Lang::En;
                    let why = Why {
                        row,
                        column: fault.column.map_or("", |column| column.name),
                        code: fault.reason.code(),
                        text: fault.text(english),
                    };
                    self.rejects.add(&kept.row(), &why, self.shown)?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        let Some(importer) = &mut self.importer else { return Ok(()) };
        let done = importer.flush()?;
        self.done(done)
    }
}

impl RowSink for Sink<'_> {
    fn header(&mut self, names: &[String], _: bool) -> Result<()> {
        let english = self.lang == Lang::En;
        let region = self.options.region.is_some().then_some("region");
        let given: Vec<&str> = self.given.iter().map(|(column, _)| *column).chain(region).collect();
        let (header, strays) = Header::new(self.table, names, &given)
            .map_err(|fault| anyhow!("{}", fault.text(english)))?;
        for name in strays {
            let said = self.lang.choose(
                || format!("不认识的列 {name}，已忽略"),
                || format!("unknown column {name} is ignored"),
            );
            writeln!(self.shown, "{said}")?;
        }
        self.rejects.header(names);
        self.region_at = names.iter().position(|name| matches!(name.trim(), "region" | "统筹区"));
        let options = self.options.clone();
        let mut importer = Importer::new(self.store, self.regions.clone(), header, options);
        for (column, value) in self.given {
            importer = importer.given(column, value.clone());
        }
        self.importer = Some(importer);
        Ok(())
    }

    fn stray(&mut self, _: &str) {}

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let Some(importer) = &mut self.importer else { return Ok(()) };
        let cells: Vec<&str> = (0..row.cells.len()).map(|place| row.cell(place)).collect();
        if let (None, Some(place)) = (&self.region, self.region_at) {
            self.region = cells.get(place).map(|cell| cell.trim().to_owned());
        }
        let done = importer.row(row.number, &cells)?;
        let mut kept = StoredRow::default();
        kept.copy(row);
        self.kept.push_back(kept);
        self.done(done)
    }

    fn broken(&mut self, row: &Row<'_>, why: Broken) -> Result<()> {
        let reason = crate::bills::Reason::Broken(why);
        let fault = crate::bills::Fault { column: None, value: String::new(), reason };
        let (code, text) = (fault.reason.code(), fault.text(self.lang));
        self.received.broken(row.number, code, fault.text(Lang::Zh), fault.text(Lang::En));
        self.rejects.add(row, &Why { row: row.number, column: "", code, text }, self.shown)
    }
}

const _: () = assert!(Effect::Added as usize == 0 && Effect::Unchanged as usize == 2);
