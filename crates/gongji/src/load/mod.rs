//! `gongji load`: many clients at once against a server of the national interface, to measure it and to find out whether it
//! keeps its word under load.
//!
//! Shape: one thread; each client is a task that sends a message, waits for the answer and sends the next, so the load is
//! closed: a slow server is asked less often, and the times printed are those of a counter that waits. A run warms up, then
//! counts and times. What is sent depends on the seed only, but for the clock and the numbers of messages, which must be new
//! in every run.
//!
//! Reading order: [`place`] (whom it is about), [`messages`] over [`template`] (what is said), [`wire`] (how it is sent),
//! [`client`] (in which order), [`answer`] (what comes back), [`run`] and [`tally`] (what it comes to).

pub mod place;
pub mod template;
pub mod messages;
pub mod wire;
pub mod answer;
pub mod processor;
pub mod tally;
pub mod run;
pub mod client;

use crate::lang::Lang;
use anyhow::{Context as _, Result, ensure};
use client::{Client, Prepared};
use messages::Transaction;
use place::Place;
use run::{Phase, Run, beijing};
use std::cell::RefCell;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::rc::Rc;
use std::time::{Duration, SystemTime};
use tally::Report;

/// 压测：多个客户端同时办理就诊、购药、结算 / load a server with visits, purchases and settlements
#[derive(clap::Args, Clone, Debug)]
pub struct LoadArgs {
    /// 服务器地址，缺省只许本机 / address of the server, by default on this machine only
    #[arg(long, default_value = "127.0.0.1:8097")]
    pub server: SocketAddr,
    /// 服务器不在本机，但是自己的测试机 / the server is elsewhere, but it is my own and for tests
    #[arg(long)]
    pub own_test_host: bool,
    /// 接口路径 / path that messages are posted to
    #[arg(long, default_value = "/fsi/api/rsfComIfsService/callService")]
    pub path: String,
    /// 场景 / what the clients do
    #[arg(long, value_enum, default_value = "purchase")]
    pub scenario: Scenario,
    /// 客户端数 / how many clients send at once
    #[arg(long, default_value = "64")]
    pub clients: usize,
    /// 预热秒数 / seconds before measuring
    #[arg(long, default_value = "2")]
    pub warm_up: u64,
    /// 计时秒数 / seconds measured
    #[arg(long, default_value = "10")]
    pub seconds: u64,
    /// 随机种子 / the same seed sends the same bills of the same people
    #[arg(long, default_value = "1")]
    pub seed: u64,
    /// 演示城镇的人数，与服务器一致 / people of the demonstration town, as the server has it
    #[arg(long, default_value = "300000")]
    pub people: u32,
    /// settle 场景事先准备的就诊数 / visits prepared by the scenario settle
    #[arg(long, default_value = "100000")]
    pub visits: usize,
    /// What is done besides.
    #[command(flatten)]
    pub mix: Mix,
    /// 每多少笔结算核对一笔金额，0 为不核对 / check the amounts of every so many settlements; 0: of none
    #[arg(long, default_value = "50")]
    pub verify: u64,
    /// 服务器进程号，用来读它的处理器时间 / the server's process id, to read its processor time
    #[arg(long)]
    pub server_process: Option<u32>,
    /// 输出 JSON / print JSON
    #[arg(long)]
    pub json: bool,
}

/// What is done with settlements besides the scenario, in percent of them.
#[derive(clap::Args, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mix {
    /// 原样重发的百分比 / percent sent again as they are
    #[arg(long, default_value = "0", value_parser = clap::value_parser!(u32).range(0..=100))]
    pub repeat: u32,
    /// 撤销的百分比 / percent undone
    #[arg(long, default_value = "0", value_parser = clap::value_parser!(u32).range(0..=50))]
    pub undo: u32,
    /// 冲正的百分比 / percent reversed
    #[arg(long, default_value = "0", value_parser = clap::value_parser!(u32).range(0..=50))]
    pub reverse: u32,
}

/// What the clients do.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scenario {
    /// 挂号、就诊信息、明细、预结算、结算 / 2201 2203 2204 2206 2207
    Visit,
    /// 先备好就诊和明细，只计结算 / 2207 on visits prepared before
    Settle,
    /// 药店购药 / 2102
    Purchase,
}

/// Runs the command: fails if a message was refused or an answer was wrong.
///
/// # Errors
/// Wrong usage, or nothing could be measured.
pub fn run(args: &LoadArgs, lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    ensure!(
        args.own_test_host || args.server.ip().is_loopback(),
        "{} {}：{} / not on this machine: load your own test host only, and say --own-test-host",
        "不是本机地址",
        args.server,
        "压测只能对自己的测试机，并写明 --own-test-host",
    );
    let report = measure(args, Place::town(args.people, beijing(SystemTime::now()).date()))?;
    match args.json {
        true => writeln!(out, "{}", serde_json::to_string(&report)?)?,
        false => write!(out, "{}", report.text(lang))?,
    }
    Ok(if report.clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the clients and returns what it came to.
///
/// # Errors
/// If nothing could be measured.
pub fn measure(args: &LoadArgs, place: Place) -> Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut run = Run::new(args.server, args.path.clone(), place, args.mix);
    (run.verify, run.server_process) = (args.verify, args.server_process);
    let run = Rc::new(run);
    let clients = (0..args.clients)
        .map(|place| Client::new(run.clone(), args.seed, u64::try_from(place).unwrap_or_default()));
    let clients = clients.collect();
    tokio::task::LocalSet::new().block_on(&runtime, drive(args, &run, clients));
    let scenario = format!("{:?}", args.scenario).to_lowercase();
    run.report(scenario, args.clients, args.seed).context("没有计时数据；settle 场景请增加 --visits / nothing was measured; the scenario settle may need more --visits")
}

async fn drive(args: &LoadArgs, run: &Rc<Run>, mut clients: Vec<Client>) {
    let prepared = Rc::new(RefCell::new(Vec::new()));
    if args.scenario == Scenario::Settle {
        clients = prepare(args.visits, clients, &prepared).await;
    }
    let tasks = clients.into_iter().map(|client| {
        tokio::task::spawn_local(work(args.scenario, client, run.clone(), prepared.clone()))
    });
    let tasks: Vec<_> = tasks.collect();
    run.keep_time(Duration::from_secs(args.warm_up), Duration::from_secs(args.seconds)).await;
    for task in tasks {
        // A task ends with its client; it has nothing to say.
        let _ = task.await;
    }
}

/// Prepares visits until there are `wanted`, or until too many in a row were refused.
async fn prepare(
    wanted: usize,
    clients: Vec<Client>,
    prepared: &Rc<RefCell<Vec<Prepared>>>,
) -> Vec<Client> {
    let tasks = clients.into_iter().map(|mut client| {
        let prepared = prepared.clone();
        tokio::task::spawn_local(async move {
            let mut refused = 0;
            while prepared.borrow().len() < wanted && refused < 10 {
                match client.prepare().await {
                    Ok(visit) => {
                        prepared.borrow_mut().push(visit);
                        refused = 0;
                    }
                    Err(client::NotDone) => refused += 1,
                }
            }
            client
        })
    });
    let mut ready = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        ready.extend(task.await);
    }
    ready
}

async fn work(
    scenario: Scenario,
    mut client: Client,
    run: Rc<Run>,
    prepared: Rc<RefCell<Vec<Prepared>>>,
) {
    while run.phase() != Phase::Over {
        // Whatever goes wrong is counted where it happens.
        let _ = match scenario {
            Scenario::Visit => client.visit().await,
            Scenario::Purchase => client.purchase().await,
            Scenario::Settle => {
                let next = prepared.borrow_mut().pop();
                let Some(visit) = next else { return run.end() };
                client.settle(&visit, Transaction::Settle).await
            }
        };
    }
}
