//! `gongji account close`, `transfer-in`: money that leaves with a person, and money that comes.

use super::desk::{self, Whose};
use crate::source::Source;
use agency::Outcome;
use agency::business::account::{CloseAccount, TransferIn};
use anyhow::Result;
use kernel::Fen;
use kernel::account::{ClosureEvent, ClosurePayee};
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// 账户注销 / close an account
///
/// 余额付给谁、从哪天起冻结由政策定，见 `gongji account rules`。死亡须先登记（`gongji import facts`）。
#[derive(clap::Args, Clone, Debug)]
pub struct CloseArgs {
    #[command(flatten)]
    whose: Whose,
    /// 事由：death 死亡、transfer-out 关系转出、emigration 出国定居、identity-cancelled 注销身份 / event
    #[arg(long, value_name = "EVENT")]
    event: String,
    /// 事由发生的日子，缺省为今天 / day of the event; today if not given
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<String>,
    /// 收款人和账号，或转入地 / who takes the money, or the new area
    #[arg(long, value_name = "TEXT", default_value = "")]
    payee: String,
    /// 来源流水号 / reference
    #[arg(long, value_name = "NUMBER", default_value = "")]
    reference: String,
}

/// 账户转入 / take over the balance of an account elsewhere
#[derive(clap::Args, Clone, Debug)]
pub struct TransferInArgs {
    #[command(flatten)]
    whose: Whose,
    /// 金额，元 / amount, yuan
    #[arg(long, value_name = "YUAN")]
    amount: String,
    /// 转出地 / where it comes from
    #[arg(long, value_name = "TEXT")]
    from: String,
    /// 转移接续的编号，同一编号只转入一次 / number of the transfer; the same comes once
    #[arg(long, value_name = "NUMBER")]
    reference: String,
}

/// Runs `close`.
pub(super) fn close(args: &CloseArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let names = |it: ClosureEvent| [it.code(), it.zh()];
    let event = desk::word("--event", &args.event, ClosureEvent::ALL, names, lang)?;
    let (agency, person) = args.whose.open(source)?;
    let business = CloseAccount {
        person,
        event,
        day: desk::day("--on", args.on.as_ref(), lang)?,
        payee: Arc::from(&*args.payee),
        source: Arc::from("经办"),
        reference: Arc::from(&*args.reference),
    };
    desk::ask(&agency, business, out, |outcome| {
        let Outcome::Document(said) = outcome else { return String::new() };
        let text = |name: &str| said[name].as_str().unwrap_or_default();
        let payee = ClosurePayee::from_code(text("payee"));
        let amount = Fen::new(said["amount"].as_i64().unwrap_or_default());
        let (from, person) = (text("frozen_from"), &args.whose.person);
        lang.choose(
            || {
                let payee = payee.map_or("", ClosurePayee::zh);
                format!("{person} 的账户已注销（{}）：{amount} 元付{payee}，{from} 起冻结", event.zh())
            },
            || {
                let payee = payee.map_or("", ClosurePayee::en);
                format!("the account of {person} is closed ({}): {amount} yuan to {payee}, frozen from {from}", event.en())
            },
        )
    })
}

/// Runs `transfer-in`.
pub(super) fn transfer_in(
    args: &TransferInArgs,
    source: &Source,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let amount = desk::yuan("--amount", &args.amount, lang)?;
    let (agency, person) = args.whose.open(source)?;
    let business = TransferIn {
        person,
        amount,
        from: Arc::from(&*args.from),
        reference: Arc::from(&*args.reference),
        day: desk::day("", None, lang)?,
    };
    desk::ask(&agency, business, out, |_| {
        let (amount, person) = (Fen::new(amount), &args.whose.person);
        lang.choose(
            || format!("{person} 的账户已转入 {amount} 元，计入历年资金"),
            || format!("{amount} yuan came to the account of {person}, as earlier money"),
        )
    })
}
