//! The command line: its definition, from which help, completions and the manual pages are made.

use crate::adjudicate::AdjudicateArgs;
use crate::source::Source;
use crate::{
    account, adjudicate, agreement, assess, bills, books, clearing, demo, enrol, explain, export,
    filing, funds, indicators, interface, load, operator, paper, policies, recalculate, results,
    review, serve, simulate, supervise, synth, year,
};
use anyhow::{Context as _, Result};
use clap::{CommandFactory as _, Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 共济：职工医保门诊共济保障的政策与结算 / Gongji: outpatient pooling of employee medical insurance
#[derive(Debug, Parser)]
#[command(name = "gongji", version, arg_required_else_help = true, max_term_width = 110, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    source: Source,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "退出码 / exit codes:\n  0  成功 / success\n  1  有单据被拒、算例未通过或政策有问题 / some bills rejected, cases failed, or a policy has faults\n  2  用法错误或文件无法读取 / wrong usage, or a file that cannot be read";

#[derive(Debug, Subcommand)]
enum Command {
    /// 按政策结算文件中的单据 / adjudicate the bills of files
    Adjudicate(AdjudicateArgs),
    /// 逐步解释命令行给出的一张单据 / explain a bill given on the command line, step by step
    Explain(explain::ExplainArgs),
    /// 查看、检查、测试、比较、渲染政策 / list, show, check, test, compare and render policies
    #[command(subcommand)]
    Policy(policies::PolicyCommand),
    /// 单据与结果文件的列说明 / the columns of bill and result files
    Columns {
        /// 结果文件的列 / of results instead of bills
        #[arg(long)]
        results: bool,
    },
    /// 单据文件换格式 / convert a file of bills to another format
    ConvertBills(adjudicate::convert::ConvertArgs),
    /// 在一年的单据上试算政策和改革方案 / try a policy and a reform on a year of claims
    Simulate(simulate::SimulateArgs),
    /// 一批参数组合一次试算：每个组合付多少、谁多得谁少得 / a grid of parameters on a year of claims
    Sweep(simulate::SweepArgs),
    /// 找达到目标的参数（基金中性、限额、可支付月数）和取舍曲线 / the parameter that meets a target, and the trade-off
    Seek(simulate::SeekArgs),
    /// 供试算的单据库：分组、合并结果 / stores of claims for simulations
    #[command(subcommand)]
    Claims(simulate::ClaimsCommand),
    /// 生成合成单据，用于测试速度 / write synthetic bills, to measure with
    #[command(hide = true)]
    SampleBills(adjudicate::sample::SampleArgs),
    /// 造虚构人口和一年的就诊 / make up a population and its year of claims
    Synth(synth::SynthArgs),
    /// 启动结算服务 / start the settlement server
    Serve(serve::ServeArgs),
    #[command(flatten)]
    Books(books::BooksCommand),
    /// 个人账户：划入、对账单、共济绑定、缴费、注销、转移 / personal accounts
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// 与定点机构结算：总额、月结算、确认与异议、拨付、年终清算 / clearing with institutions
    #[command(subcommand)]
    Clear(clearing::ClearCommand),
    /// 导出账务库的表：CSV、XLSX、Parquet、JSON / export tables of the books
    Export(export::ExportArgs),
    /// 基金：资产负债表、收支表、可支付月数、月结、收支记账 / the funds: balance sheet, income, reserve, entries
    #[command(subcommand)]
    Funds(funds::FundsCommand),
    /// 备案、签约与定点：申报、审核、取消、续期、名单 / filings and signing up
    #[command(subcommand)]
    Filing(filing::FilingCommand),
    /// 协议：签订、等级、资格、中止、解除 / agreements with institutions
    #[command(subcommand)]
    Agreement(agreement::AgreementCommand),
    /// 零星报销：受理、审核、核定、支付 / paper claims: receive, review, decide, pay
    #[command(subcommand)]
    Paper(paper::PaperCommand),
    /// 参保与缴费：申报、到账、推算待遇、查询 / enrolment: declare, derive entitlement, show
    #[command(subcommand)]
    Enrol(enrol::EnrolCommand),
    /// 重算：列出、查看、提出、审批、入账 / recalculation: list, show, propose, approve, post
    #[command(subcommand)]
    Recalculate(recalculate::RecalculateCommand),
    /// 事后监管：核查、疑点、案件、追回、申诉 / supervision after the fact, and cases
    #[command(subcommand)]
    Supervise(supervise::SuperviseCommand),
    Indicators(indicators::IndicatorsArgs),
    /// 处方点评：抽样、点评、裁定、办结 / reviews of prescriptions
    #[command(subcommand)]
    Review(review::ReviewCommand),
    /// 协议考核：打分、申辩、确认，年度考核决定保证金返还 / assessments of institutions
    #[command(subcommand)]
    Assess(assess::AssessCommand),
    /// 演示：在虚构的小镇办一天业务，打印带条文依据的结算单 / play a day at the counters of an invented town
    Demo(demo::DemoArgs),
    /// 演一年：虚构的小镇经全部公开接口办一年业务，年终核对 / play a year of an invented town through the public interfaces, and judge it
    PlayYear(year::YearArgs),
    /// 压测服务器 / load a server, to measure it
    Load(load::LoadArgs),
    /// 生成接口参考 / write the reference of the interface
    Interface {
        /// 输出文件夹 / folder to write to
        #[arg(long)]
        out: PathBuf,
    },
    /// REST 接口的经办人员 / operators of the REST API
    #[command(subcommand)]
    Operator(operator::OperatorCommand),
    /// 输出 REST 接口的 OpenAPI 文档 / print the OpenAPI document of the REST API
    Openapi,
    /// 生成命令补全脚本 / print a completion script for a shell
    Completions {
        /// bash, zsh, fish, …
        shell: clap_complete::Shell,
    },
    /// 生成手册页 / write manual pages
    Man {
        /// 输出文件夹 / folder to write to
        #[arg(long)]
        out: PathBuf,
    },
}

/// Runs the program.
///
/// # Errors
/// What could not be read or written.
pub fn run() -> Result<ExitCode> {
    let cli = Cli::parse();
    let source = &cli.source;
    match &cli.command {
        // These write much or long, and say themselves where to.
        Command::Serve(args) if !args.only_settings() => serve::run(args, source),
        Command::Adjudicate(args) => settle(args, source),
        Command::SampleBills(args) => adjudicate::sample::run(args, &source.regions()?.0),
        Command::ConvertBills(args) => adjudicate::convert::run(args, source.lang()),
        command => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            let code = answer(command, source, &mut out, &mut std::io::stderr())?;
            out.flush()?;
            Ok(code)
        }
    }
}

/// Runs a command line that writes to `out`, and shows on `shown` what it says of faults on the way. A reader of `out` that
/// goes away is an error of kind `BrokenPipe`, never a panic.
///
/// # Errors
/// What could not be read or written; a command line that is none.
pub fn run_with(
    arguments: &[&str],
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    let cli = Cli::try_parse_from(["gongji"].iter().chain(arguments))?;
    answer(&cli.command, &cli.source, out, shown)
}

fn settle(args: &AdjudicateArgs, source: &Source) -> Result<ExitCode> {
    let (regions, faults) = source.regions()?;
    for found in &faults {
        eprintln!("{found}");
    }
    if !faults.is_empty() && regions.iter().next().is_none() {
        return Ok(ExitCode::from(2));
    }
    adjudicate::run(args, &regions, source.lang())
}

fn answer(
    command: &Command,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    match command {
        Command::Explain(args) => return explain::run(args, source, out),
        Command::Books(command) => return books::run(command, source, out, shown),
        Command::Filing(command) => return filing::run(command, source, out),
        Command::Agreement(command) => return agreement::run(command, source, out),
        Command::Account(command) => return account::run(command, source, out),
        Command::Clear(command) => return clearing::run(command, source, out),
        Command::Export(args) => return export::run(args, source, out),
        Command::Funds(command) => return funds::run(command, source, out),
        Command::Paper(command) => return paper::run(command, source, out, shown),
        Command::Enrol(command) => return enrol::run(command, source, out, shown),
        Command::Recalculate(command) => return recalculate::run(command, source, out),
        Command::Supervise(command) => return supervise::run(command, source, out),
        Command::Indicators(args) => return indicators::run(args, source, out),
        Command::Review(command) => return review::run(command, source, out),
        Command::Assess(command) => return assess::run(command, source, out),
        Command::Demo(args) => return demo::run(args, source, out),
        Command::PlayYear(args) => return year::run(args, source, out),
        Command::Synth(args) => return synth::run(args, source, out),
        Command::Load(args) => return load::run(args, source.lang(), out),
        Command::Simulate(args) => return simulate::run(args, source, out),
        Command::Sweep(args) => return simulate::sweep(args, source, out),
        Command::Seek(args) => return simulate::seek(args, source, out),
        Command::Claims(command) => return simulate::claims(command, source, out),
        Command::Policy(command) => return policies::run(command, source, out),
        Command::Columns { results } => {
            let page = if *results {
                results::manual::markdown()
            } else {
                bills::manual::columns_markdown()
            };
            write!(out, "{page}")?;
        }
        Command::Serve(_) => write!(out, "{}", server::settings::markdown())?,
        Command::Interface { out: folder } => interface::write(folder)?,
        Command::Operator(command) => return operator::run(command, source.lang(), out),
        Command::Openapi => write!(out, "{}", server::api::openapi::text())?,
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "gongji", out);
        }
        Command::Man { out: folder } => {
            std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
            clap_mangen::generate_to(Cli::command(), folder)
                .with_context(|| format!("{}", folder.display()))?;
        }
        Command::Adjudicate(_) | Command::SampleBills(_) | Command::ConvertBills(_) => {}
    }
    Ok(ExitCode::SUCCESS)
}
