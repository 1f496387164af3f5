//! `gongji filing approve`, `refuse`, `withdraw`, `revoke`: what becomes of an application.

use super::list::each;
use super::office::{Office, Whose, day};
use crate::source::Source;
use agency::Business;
use agency::business::filing::{ReviewFiling, RevokeFiling, Standing, WithdrawFiling};
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use store::PersonKey;

/// Which application.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Which {
    #[command(flatten)]
    whose: Whose,
    /// 人员编号 / number of the person
    #[arg(long, value_name = "PERSON")]
    person: String,
    /// 申报明细流水号 / number of the application
    #[arg(long, value_name = "NUMBER")]
    number: String,
}

/// Of `approve`.
#[derive(clap::Args, Clone, Debug)]
pub struct ApproveArgs {
    #[command(flatten)]
    whose: Whose,
    /// 人员编号 / number of the person
    #[arg(long, value_name = "PERSON", required_unless_present = "all")]
    person: Option<String>,
    /// 申报明细流水号 / number of the application
    #[arg(long, value_name = "NUMBER", required_unless_present = "all", conflicts_with = "all")]
    number: Option<String>,
    /// 全部待审核的（可只限一个人） / all that wait, perhaps of one person
    #[arg(long)]
    all: bool,
    /// 审核意见 / opinion
    #[arg(long, value_name = "TEXT", default_value = "")]
    opinion: String,
    /// 审核人 / reviewer
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Of `refuse`.
#[derive(clap::Args, Clone, Debug)]
pub struct RefuseArgs {
    #[command(flatten)]
    which: Which,
    /// 不通过的原因 / why
    #[arg(long, value_name = "TEXT")]
    opinion: String,
    /// 审核人 / reviewer
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Of `withdraw`.
#[derive(clap::Args, Clone, Debug)]
pub struct WithdrawArgs {
    #[command(flatten)]
    which: Which,
    /// 申报的机构 / the institution that applied
    #[arg(long, value_name = "CODE")]
    institution: String,
    /// 原因 / why
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// 经办人 / operator
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Of `revoke`.
#[derive(clap::Args, Clone, Debug)]
pub struct RevokeArgs {
    #[command(flatten)]
    which: Which,
    /// 自此日起不再有效；已结算的自动登记待重算 / the first day on which it no longer holds
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: String,
    /// 原因 / why
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// 审核人 / reviewer
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Does one thing and says what came of it.
fn one(
    office: &Office,
    by: &str,
    business: impl Business + 'static,
    out: &mut dyn Write,
    (zh, en): (String, String),
) -> Result<ExitCode> {
    match office.ask(by, business) {
        Ok(_) => {
            writeln!(out, "{}", office.lang.choose(|| zh, || en))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(refused) => {
            writeln!(out, "{}", office.words(&refused))?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Runs `approve`.
pub(super) fn approve(
    args: &ApproveArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let office = Office::open(&args.whose, source)?;
    let review = |person: PersonKey, number: &Arc<str>| ReviewFiling {
        person,
        number: number.clone(),
        approve: true,
        opinion: Arc::from(&*args.opinion),
    };
    if let (Some(person), Some(number)) = (&args.person, &args.number) {
        let said = (format!("已通过 {number}"), format!("approved {number}"));
        let business = review(PersonKey::new(office.area, person), &Arc::from(&**number));
        return one(&office, &args.by, business, out, said);
    }
    let mut waiting = Vec::new();
    each(&office, args.person.as_deref().unwrap_or_default(), |document, filing| {
        if filing.standing() == Standing::Applied {
            waiting.push((document.key.owner.clone(), filing.number));
        }
        Ok(())
    })?;
    let (mut approved, mut refused) = (0_u64, 0_u64);
    for (person, number) in waiting {
        match office.ask(&args.by, review(PersonKey::new(office.area, &person), &number)) {
            Ok(_) => approved += 1,
            Err(why) => {
                refused += 1;
                writeln!(out, "{person} {number}：{}", office.words(&why))?;
            }
        }
    }
    let said = office.lang.choose(
        || format!("通过 {approved} 项，未能办理 {refused} 项"),
        || format!("{approved} approved, {refused} could not be"),
    );
    writeln!(out, "{said}")?;
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Which {
    fn open(&self, source: &Source) -> Result<(Office, PersonKey, Arc<str>)> {
        let office = Office::open(&self.whose, source)?;
        let person = PersonKey::new(office.area, &self.person);
        Ok((office, person, Arc::from(&*self.number)))
    }
}

/// Runs `refuse`.
pub(super) fn refuse(args: &RefuseArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let (office, person, number) = args.which.open(source)?;
    let said = (format!("未通过 {number}"), format!("refused {number}"));
    let opinion = Arc::from(&*args.opinion);
    let business = ReviewFiling { person, number, approve: false, opinion };
    one(&office, &args.by, business, out, said)
}

/// Runs `withdraw`.
pub(super) fn withdraw(
    args: &WithdrawArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let (office, person, number) = args.which.open(source)?;
    let said = (format!("已撤销 {number}"), format!("withdrawn {number}"));
    let business = WithdrawFiling {
        person,
        number,
        institution: Arc::from(&*args.institution),
        because: Arc::from(&*args.because),
    };
    one(&office, &args.by, business, out, said)
}

/// Runs `revoke`.
pub(super) fn revoke(args: &RevokeArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let from = day("--from", &args.from, source.lang())?;
    let (office, person, number) = args.which.open(source)?;
    let said =
        (format!("{number} 自{from}起取消"), format!("{number} holds no more from {from} on"));
    let business = RevokeFiling { person, number, from, because: Arc::from(&*args.because) };
    one(&office, &args.by, business, out, said)
}
