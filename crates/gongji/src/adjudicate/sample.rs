//! Synthetic bills, for measuring and for trying things out: no real person, institution or bill.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use kernel::{Fen, Level};

use crate::formats::cell::{write_date, write_fen};
use crate::regions::Regions;

/// 虚构单据，CSV 写到标准输出 / make up bills, as CSV on standard output
#[derive(clap::Args, Clone, Debug)]
pub struct SampleArgs {
    /// 多少张 / how many
    #[arg(long, default_value = "1000")]
    pub bills: u64,

    /// 多少人 / of how many people
    #[arg(long, default_value = "100")]
    pub persons: u64,

    /// 随机种子 / the same seed makes the same bills
    #[arg(long, default_value = "1")]
    pub seed: u64,

    /// 统筹区代码 / division code of the region
    #[arg(long)]
    pub region: String,
}

/// Writes the bills of a year, in settlement order.
///
/// # Errors
/// If the region is unknown or standard output fails.
pub fn run(args: &SampleArgs, regions: &Regions) -> Result<ExitCode> {
    write(args, regions, &mut BufWriter::with_capacity(1 << 20, std::io::stdout()))?;
    Ok(ExitCode::SUCCESS)
}

/// As [`run`], to any writer.
///
/// # Errors
/// As for [`run`].
pub fn write(args: &SampleArgs, regions: &Regions, out: &mut dyn Write) -> Result<()> {
    let Some(timeline) = regions.get(&args.region) else {
        bail!("{}: 没有这个统筹区 / no such region", args.region);
    };
    let Some(policy) = timeline.policies.last() else {
        bail!("{}: 没有政策 / no policy", args.region);
    };
    let plans: Vec<&str> = timeline.vocabulary.plans.iter().map(|plan| &*plan.code).collect();
    let mut dice = Dice(args.seed);
    let first = kernel::Date::from_ymd(policy.from.ymd().0 + 1, 1, 1).unwrap_or(policy.from);
    writeln!(
        out,
        "bill,person,region,service_date,settled_at,status,plan,level,institution,\
         total,full_self_pay,over_ceiling,first_pay,in_scope,account_current"
    )?;
    let mut line = Vec::new();
    for number in 0..args.bills {
        line.clear();
        let person = dice.below(args.persons.max(1));
        // What a person is stays the same over the year.
        let traits = Dice(args.seed ^ person.wrapping_mul(0x9E37_79B9_7F4A_7C15)).next();
        let at = number.wrapping_mul(365 * 86_400) / args.bills.max(1);
        write!(line, "C{:09},P{person:08},{},", number + 1, args.region)?;
        let days = i32::try_from(at / 86_400).unwrap_or(0);
        let day = kernel::Date::from_days(first.days() + days);
        write_date(&mut line, day);
        line.push(b',');
        write_date(&mut line, day);
        let second = at % 86_400;
        write!(line, " {:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)?;
        let status = if traits % 10 < 3 { "retired" } else { "active" };
        let kind = usize::try_from(traits >> 8).unwrap_or(0) % plans.len().max(1);
        let plan = plans.get(kind).copied().unwrap_or_default();
        let level = Level::ALL[usize::try_from(dice.below(4)).unwrap_or(0)].code();
        write!(line, ",{status},{plan},{level},H{:06}", dice.below(900))?;
        // Many small bills and a few large ones.
        let size = 2_000 + dice.below(60_000) * (1 + 9 * u64::from(dice.below(20) == 0));
        let full_self_pay = if dice.below(5) == 0 { dice.below(size / 4) } else { 0 };
        let over_ceiling = if dice.below(50) == 0 { dice.below(size / 10) } else { 0 };
        let first_pay = if dice.below(3) == 0 { dice.below(size / 10) } else { 0 };
        let total = size + full_self_pay + over_ceiling + first_pay;
        let account = if dice.below(2) == 0 { dice.below(200_000) } else { 0 };
        for amount in [total, full_self_pay, over_ceiling, first_pay, size, account] {
            line.push(b',');
            write_fen(&mut line, Fen::new(i64::try_from(amount).unwrap_or(0)));
        }
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(out.flush()?)
}

/// Numbers that look random (`SplitMix64`); the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ value >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ value >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ value >> 31
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
}
