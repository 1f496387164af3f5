//! `gongji account premiums`: premiums of a file, each taken from an account, as the bulk deduction of missed large-amount
//! premiums (广西第八条). The same file again takes only what is still due.

use super::desk::{self, Kept};
use super::premium;
use crate::books::Place;
use crate::formats::input::Layout;
use crate::formats::{Broken, Encoding, Input, Kind, Row, RowSink};
use crate::lang::Lang;
use crate::progress::Progress;
use crate::source::Source;
use agency::business::account::{PayPremium, PremiumPaid};
use agency::core::{Core, Job, Reply, Settings};
use anyhow::{Context as _, Result, bail};
use kernel::Fen;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::Receiver;
use store::PersonKey;

/// 批量账户缴费 / premiums of a file
///
/// 列：person 人员编号、purpose 用途、period 所属期、amount 应缴金额（元），可有 for 受益人、relation 付款人是受益人的什么人、
/// reference 流水号。CSV 或 XLSX。每行的结果写入 `--out`。
///
/// 退出码 / exit codes: 0 全部缴清 / all paid; 1 有未缴的 / some not; 2 文件不可用 / an unreadable file.
#[derive(clap::Args, Clone, Debug)]
pub struct PremiumsArgs {
    /// Where the books are.
    #[command(flatten)]
    place: Place,
    /// 文件 / file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// 统筹区 / pooling area
    #[arg(long, value_name = "CODE")]
    region: String,
    /// 余额不足时有多少扣多少，其余仍欠 / take what is there; the rest stays due
    #[arg(long)]
    partly: bool,
    /// 每行的结果写入文件 / write the result of every row
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Columns: code and Chinese name.
const COLUMNS: [[&str; 2]; 7] = [
    ["person", "人员编号"],
    ["purpose", "用途"],
    ["period", "所属期"],
    ["amount", "应缴金额"],
    ["for", "受益人"],
    ["relation", "亲属关系"],
    ["reference", "流水号"],
];

/// The rows of the file, cells in the order of [`COLUMNS`].
#[derive(Default)]
struct Sink {
    places: [Option<usize>; 7],
    rows: Vec<(u64, [String; 7])>,
    lang: Lang,
}

impl RowSink for Sink {
    fn header(&mut self, names: &[String], _: bool) -> Result<()> {
        for (place, column) in self.places.iter_mut().zip(COLUMNS) {
            *place = names.iter().position(|name| column.contains(&name.trim()));
        }
        let missing = self.places.iter().zip(COLUMNS).take(4).find(|(place, _)| place.is_none());
        if let Some((_, [code, zh])) = missing {
            bail!("{} {code} {zh}", self.lang.pick("缺少列", "missing column"));
        }
        Ok(())
    }

    fn stray(&mut self, _: &str) {}

    fn row(&mut self, row: &Row<'_>) -> Result<()> {
        let cell = |place: Option<usize>| {
            let place = place.filter(|place| *place < row.cells.len());
            place.map_or_else(String::new, |place| row.cell(place).trim().to_owned())
        };
        self.rows.push((row.number, self.places.map(cell)));
        Ok(())
    }

    fn broken(&mut self, row: &Row<'_>, _: Broken) -> Result<()> {
        let words = self.lang.pick("这一行读不出来", "this row cannot be read");
        bail!("{}{}：{words}", self.lang.pick("第", "row "), row.number)
    }
}

/// Runs the command.
pub(super) fn run(args: &PremiumsArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let (agency, area) = desk::open(&args.place, &args.region, source)?;
    let input = Input::open(&args.file, None, Encoding::default(), lang)?;
    let mut sink = Sink { lang, ..Sink::default() };
    let layout = Layout { names: Vec::new, find: |_, _| None };
    input.read(layout, &mut sink, &mut |_| {}, lang)?;
    let rows = sink.rows;
    let label = lang.pick("账户缴费", "paying premiums");
    let progress = Progress::begin(label, u64::try_from(rows.len()).unwrap_or(0), 500);
    let core = Core::start(agency, Settings::default())?;
    let (mut paid, mut open, mut table) = (Fen::ZERO, 0_u64, Vec::with_capacity(rows.len()));
    let mut taken = |(row, cells): (u64, [String; 7]), reply: Result<Reply>| -> Result<()> {
        progress.moved(1);
        let (now, rest, words) = match reply.map(|reply| reply.map(|it| it.outcome.document())) {
            Ok(Ok(said)) => {
                let said: PremiumPaid = said.unwrap_or_default();
                (Fen::new(said.now), Fen::new(said.due - said.paid), String::new())
            }
            Ok(Err(refused)) => (Fen::ZERO, Fen::ZERO, refused.to_string()),
            Err(error) => (Fen::ZERO, Fen::ZERO, format!("{error:#}")),
        };
        paid += now;
        open += u64::from(rest != Fen::ZERO || !words.is_empty());
        let [person, purpose, period, ..] = cells;
        let texts = [row.to_string(), person, purpose, period].map(Kept::Text);
        let amounts = [Kept::Money(now), Kept::Money(rest), Kept::Text(words)];
        table.push(texts.into_iter().chain(amounts).collect());
        Ok(())
    };
    // As many at once as a commit or two take.
    for some in rows.chunks(200) {
        let asked = some.iter().map(|(_, cells)| {
            let premium = of_row(cells, area, args.partly, lang)?;
            Ok(submit(&core, premium))
        });
        let asked: Vec<Result<Receiver<Reply>>> = asked.collect();
        for (row, asked) in some.iter().zip(asked) {
            let reply = asked.and_then(|it| it.recv().context("the core gave no answer"));
            taken(row.clone(), reply)?;
        }
    }
    core.close();
    drop(progress);
    let count = table.len();
    let words = lang.choose(
        || format!("{count} 行，已缴 {paid} 元，未缴清 {open} 行"),
        || format!("{count} rows, {paid} yuan paid, {open} rows not paid in full"),
    );
    writeln!(out, "{words}")?;
    desk::table(&columns(lang), &table, args.out.as_deref(), out, lang)?;
    Ok(if open == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn of_row(
    [person, purpose, period, amount, beneficiary, relation, reference]: &[String; 7],
    area: store::Area,
    partly: bool,
    lang: Lang,
) -> Result<PayPremium> {
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let (beneficiary, relation) = (some(beneficiary), some(relation));
    Ok(PayPremium {
        payer: PersonKey::new(area, person),
        purpose: premium::purpose("purpose", purpose, lang)?,
        period: period.as_str().into(),
        beneficiary: premium::beneficiary(beneficiary.as_ref(), relation.as_ref(), lang)?,
        due: desk::yuan("amount", amount, lang)?,
        partly,
        source: "经办".into(),
        reference: reference.as_str().into(),
        day: crate::books::place::now().date(),
    })
}

fn submit(core: &Core, premium: PayPremium) -> Receiver<Reply> {
    let (answer, waiting) = std::sync::mpsc::channel();
    core.submit(Job {
        business: Box::new(premium),
        message: None,
        sent: None,
        reply: Box::new(move |reply| drop(answer.send(reply))),
    });
    waiting
}

fn columns(lang: Lang) -> [(&'static str, Kind); 7] {
    [
        (lang.pick("行", "row"), Kind::Text),
        (lang.pick("人员编号", "person"), Kind::Text),
        (lang.pick("用途", "purpose"), Kind::Text),
        (lang.pick("所属期", "period"), Kind::Text),
        (lang.pick("本次已缴", "paid now"), Kind::Money),
        (lang.pick("仍欠", "still due"), Kind::Money),
        (lang.pick("未缴原因", "why not"), Kind::Text),
    ]
}
