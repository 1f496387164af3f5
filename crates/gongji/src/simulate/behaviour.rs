//! `gongji simulate --elasticity`: what a reform would come to if people went more or less often. An estimate, kept apart
//! from everything that is settled.

use super::input::Held;
use super::said;
use super::sheet::{Sheet, Value};
use crate::formats::{Format, Kind};
use crate::lang::Lang;
use crate::progress::Progress;
use ::simulate::{Behaviour, Estimate, Figures, RunResult};
use anyhow::{Result, anyhow, bail};
use kernel::{Fund, Timeline};
use policy::vary::Number;
use std::io::Write;
use std::ops::Range;

/// How people respond to the price.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct BehaviourArgs {
    /// 就诊次数对个人负担比例的弹性，如 -0.2；另作估计，不是结算；缺省不估 / elasticity of visits to the patient's share, e.g. -0.2: an estimate beside the settlement; none by default
    #[arg(long, value_name = "E", allow_hyphen_values = true)]
    elasticity: Option<String>,
    /// 估计区间用的自助抽样次数 / replicates of the bootstrap for its intervals
    #[arg(long, value_name = "N", default_value_t = 200, requires = "elasticity")]
    replicates: u32,
    /// 估计用的随机种子：同样的种子得同样的数 / seed of the estimate: the same seed, the same figures
    #[arg(long, value_name = "N", default_value_t = 1, requires = "elasticity")]
    seed: u64,
}

impl BehaviourArgs {
    /// What was asked for, if anything was.
    pub(super) fn read(&self, sides: usize, lang: Lang) -> Result<Option<Behaviour>> {
        let Some(text) = &self.elasticity else { return Ok(None) };
        if sides < 2 {
            let (zh, en) = (
                "--elasticity 比较两种政策，要有改革方案（--reform、--reform-set）",
                "--elasticity compares two policies: give a reform (--reform, --reform-set)",
            );
            bail!("{}", lang.pick(zh, en));
        }
        let number = Number::parse(text).filter(|number| !number.percent);
        let elasticity = number.and_then(|number| i32::try_from(number.units).ok());
        let Some(elasticity) = elasticity else {
            let right = lang.pick("写成 -0.2 这样的数", "write a number such as -0.2");
            bail!("--elasticity {text}: {right}");
        };
        let behaviour = Behaviour { elasticity, seed: self.seed, replicates: self.replicates };
        behaviour.check().map_err(|fault| said(&fault, lang))?;
        Ok(Some(behaviour))
    }
}

/// Estimates.
pub(super) fn estimate(
    held: &Held,
    before: &Timeline,
    after: &Timeline,
    behaviour: Behaviour,
    buckets: Range<usize>,
    threads: usize,
    lang: Lang,
) -> Result<Estimate> {
    let progress = Progress::begin(
        lang.pick("估计行为反应", "estimating behaviour"),
        buckets.len() as u64,
        32,
    );
    let done = |_| progress.moved(1);
    ::simulate::behaviour::estimate(&held.source, before, after, behaviour, buckets, threads, done)
        .map_err(|fault| anyhow!("{}", said(&fault, lang)))
}

/// Prints the estimate, if there is one.
pub(super) fn print(result: &RunResult, lang: Lang, out: &mut dyn Write) -> Result<()> {
    let Some(estimate) = &result.behaviour else { return Ok(()) };
    let Behaviour { elasticity, seed, replicates } = estimate.behaviour;
    let elasticity = Number { units: elasticity.into(), percent: false };
    writeln!(
        out,
        "\n{}",
        lang.choose(
            || format!(
                "行为反应：估计，不是结算（弹性 {elasticity}，未核实；种子 {seed}，{replicates} 次自助抽样）"
            ),
            || format!(
                "behaviour: an estimate, no settlement (elasticity {elasticity}, unverified; seed {seed}, {replicates} bootstrap replicates)"
            ),
        )
    )?;
    let mut text = Vec::new();
    sheet(estimate, lang).write(&mut text, Format::Table)?;
    out.write_all(&text)?;
    let (zh, en) = (
        "区间只反映抽到哪些人，不反映弹性本身的不确定；限度见 docs/guide/sweep.md",
        "intervals say how people of this kind vary, not how uncertain the elasticity is; limits: docs/guide/sweep.md",
    );
    Ok(writeln!(out, "{}", lang.pick(zh, en))?)
}

fn sheet(estimate: &Estimate, lang: Lang) -> Sheet {
    let mut sheet = Sheet::new([
        ("", Kind::Text),
        ("A", Kind::Money),
        (lang.pick("B 就诊不变", "B, visits as they were"), Kind::Money),
        (lang.pick("B 有反应", "B, with behaviour"), Kind::Money),
        (lang.pick("B 有反应 − A", "B with behaviour − A"), Kind::Money),
        (lang.pick("95% 下限", "95 % from"), Kind::Money),
        (lang.pick("95% 上限", "to"), Kind::Money),
    ]);
    for line in lines(estimate) {
        let value = |number: i64| {
            if line.money { Value::Money(number) } else { Value::Text(number.to_string()) }
        };
        let mut row = vec![Value::Text(lang.pick(line.zh, line.en).to_string())];
        row.extend(line.values.map(value));
        sheet.rows.push(row);
    }
    sheet
}

/// A line of an estimate.
pub(super) struct Line {
    pub(super) zh: &'static str,
    pub(super) en: &'static str,
    /// Fen; otherwise a number of claims.
    pub(super) money: bool,
    /// Under A; under B with visits as they were; under B with behaviour; how much that is more than A; and its interval.
    pub(super) values: [i64; 6],
}

/// What an estimate comes to: funds that pay, patients, spending, claims.
pub(super) fn lines(estimate: &Estimate) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = |zh, en, money, of: &dyn Fn(&Figures) -> [i64; 3]| {
        let [before, after, responded] = of(&estimate.figures);
        let (low, high) = estimate.interval(|figures| {
            let [before, _, responded] = of(figures);
            responded - before
        });
        let values = [before, after, responded, responded - before, low, high];
        lines.push(Line { zh, en, money, values });
    };
    let all = |paid: [i64; 3]| paid.iter().sum::<i64>();
    for fund in Fund::ALL {
        let of = |figures: &Figures| {
            let fund = *fund as usize;
            [figures.before[fund], figures.after[fund], figures.with_behaviour[fund]]
        };
        if of(&estimate.figures) != [0; 3] {
            line(fund.zh(), fund.en(), true, &of);
        }
    }
    line("个人", "patients", true, &|figures: &Figures| {
        let [_, scope, outside] = figures.claimed;
        let [_, later_scope, later_outside] = figures.responded;
        let (as_they_were, responded) = (scope + outside, later_scope + later_outside);
        [
            as_they_were - all(figures.before),
            as_they_were - all(figures.after),
            responded - all(figures.with_behaviour),
        ]
    });
    line("政策范围内费用", "in scope", true, &|figures: &Figures| {
        [figures.claimed[1], figures.claimed[1], figures.responded[1]]
    });
    line("单据（张）", "claims", false, &|figures: &Figures| {
        [figures.claimed[0], figures.claimed[0], figures.responded[0]]
    });
    lines
}
