//! `gongji account bind`, `unbind`: whose account pays for a person besides the own one.

use super::desk::{self, Whose};
use crate::source::Source;
use agency::business::account::{Bind, Unbind};
use anyhow::Result;
use kernel::account::Relation;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// 家庭共济绑定 / bind a relative's account
///
/// 哪些亲属可以绑定由政策定，见 `gongji account rules`。
#[derive(clap::Args, Clone, Debug)]
pub struct BindArgs {
    #[command(flatten)]
    whose: Whose,
    /// 出钱的亲属的人员编号 / number of the relative whose account pays
    #[arg(long, value_name = "PERSON")]
    payer: String,
    /// 出钱的人是本人的什么人：spouse 配偶、parent 父母、child 子女、spouse-parent 配偶父母 / what the payer is to the person
    #[arg(long, value_name = "RELATION")]
    relation: String,
    /// 一个人至多绑定几个账户（没有查到规定，缺省 1，未核实） / accounts bound to one person at most (unverified default)
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u8).range(1..=9))]
    most: u8,
}

/// 解除家庭共济绑定 / end a binding
#[derive(clap::Args, Clone, Debug)]
pub struct UnbindArgs {
    #[command(flatten)]
    whose: Whose,
    /// 出钱的亲属的人员编号 / number of the relative whose account paid
    #[arg(long, value_name = "PERSON")]
    payer: String,
}

/// Runs `bind`.
pub(super) fn bind(args: &BindArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let names = |it: Relation| [it.code(), it.zh()];
    let relation = desk::word("--relation", &args.relation, Relation::ALL, names, lang)?;
    let (agency, person) = args.whose.open(source)?;
    let business =
        Bind { person, payer: Arc::from(&*args.payer), relation, most: usize::from(args.most) };
    desk::ask(&agency, business, out, |_| {
        let (payer, person) = (&args.payer, &args.whose.person);
        lang.choose(
            || format!("已绑定：{payer}（{}）的账户为 {person} 支付", relation.zh()),
            || format!("bound: the account of {payer} ({}) pays for {person}", relation.en()),
        )
    })
}

/// Runs `unbind`.
pub(super) fn unbind(args: &UnbindArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let (agency, person) = args.whose.open(source)?;
    let business = Unbind { person, payer: Arc::from(&*args.payer) };
    desk::ask(&agency, business, out, |_| {
        let (payer, person) = (&args.payer, &args.whose.person);
        lang.choose(
            || format!("已解除：{payer} 的账户不再为 {person} 支付；已付的不变"),
            || format!("ended: the account of {payer} pays for {person} no more; what it paid stays paid"),
        )
    })
}
