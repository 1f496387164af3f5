//! `gongji account premium`: a premium paid from an account.

use super::desk::{self, Whose};
use crate::lang::Lang;
use crate::source::Source;
use agency::business::account::{Beneficiary, PayPremium, PremiumPaid};
use anyhow::{Result, bail};
use kernel::Fen;
use kernel::account::{Purpose, Relation};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// 账户缴费 / pay a premium from an account
///
/// 能缴哪些由政策定，见 `gongji account rules`。同一用途、所属期、受益人只缴一次。
#[derive(clap::Args, Clone, Debug)]
pub struct PremiumArgs {
    #[command(flatten)]
    whose: Whose,
    /// 用途：resident-premium 居民医保缴费、long-term-care-premium 长护险缴费、large-amount-premium 大额缴费 / purpose
    #[arg(long, value_name = "PURPOSE")]
    purpose: String,
    /// 所属期，如 2026 或 2026-03 / for which time
    #[arg(long, value_name = "PERIOD")]
    period: String,
    /// 应缴金额，元 / what is due, yuan
    #[arg(long, value_name = "YUAN")]
    amount: String,
    /// 余额不足时有多少扣多少，其余仍欠（大额，广西第八条） / take what is there; the rest stays due
    #[arg(long)]
    partly: bool,
    /// 为哪位亲属缴：证件号码或人员编号 / for which relative
    #[arg(long = "for", value_name = "NUMBER", requires = "relation")]
    beneficiary: Option<String>,
    /// 付款人是受益人的什么人 / what the payer is to them
    #[arg(long, value_name = "RELATION", requires = "beneficiary")]
    relation: Option<String>,
    /// 来源流水号 / reference
    #[arg(long, value_name = "NUMBER", default_value = "")]
    reference: String,
}

/// Runs the command.
pub(super) fn run(args: &PremiumArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let purpose = purpose("--purpose", &args.purpose, lang)?;
    let beneficiary = beneficiary(args.beneficiary.as_ref(), args.relation.as_ref(), lang)?;
    let (agency, person) = args.whose.open(source)?;
    let business = PayPremium {
        payer: person,
        purpose,
        period: Arc::from(&*args.period),
        beneficiary,
        due: desk::yuan("--amount", &args.amount, lang)?,
        partly: args.partly,
        source: Arc::from("经办"),
        reference: Arc::from(&*args.reference),
        day: desk::day("", None, lang)?,
    };
    desk::ask(&agency, business, out, |outcome| {
        let paid: PremiumPaid = outcome.document().unwrap_or_default();
        let (now, rest) = (Fen::new(paid.now), Fen::new(paid.due - paid.paid));
        let period = &args.period;
        lang.choose(
            || format!("已从账户缴{} {period}：{now} 元，仍欠 {rest} 元", purpose.zh()),
            || {
                format!(
                    "paid from the account, {} {period}: {now} yuan, {rest} still due",
                    purpose.en()
                )
            },
        )
    })
}

/// A purpose from its code or name.
pub(super) fn purpose(option: &str, text: &str, lang: Lang) -> Result<Purpose> {
    desk::word(option, text, Purpose::ALL, |it: Purpose| [it.code(), it.zh()], lang)
}

/// For whom it is paid, if not for the payer.
pub(super) fn beneficiary(
    number: Option<&String>,
    relation: Option<&String>,
    lang: Lang,
) -> Result<Option<Beneficiary>> {
    match (number, relation) {
        (Some(number), Some(relation)) => {
            let names = |it: Relation| [it.code(), it.zh()];
            let relation = desk::word("--relation", relation, Relation::ALL, names, lang)?;
            Ok(Some(Beneficiary { number: Arc::from(&**number), relation }))
        }
        (None, None) => Ok(None),
        _ => {
            let words = lang.pick(
                "为亲属缴费要同时写明受益人和付款人是受益人的什么人",
                "a premium for a relative names the relative and what the payer is to them",
            );
            bail!("--for, --relation：{words}")
        }
    }
}
