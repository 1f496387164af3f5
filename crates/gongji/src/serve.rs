//! `gongji serve`: the settlement server, from settings to shutdown.

use crate::books::Place;
use crate::lang::Lang;
use crate::source::Source;
use agency::Agency;
use agency::core::{Clock as _, Core, Settings as CoreSettings};
use agency::town::{self, Town};
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use kernel::Moment;
use server::api::operators::demo_token;
use server::api::role::Role;
use server::settings::{self, Given, Settings};
use server::{Meters, Office, Server, WallClock, logs};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use store::Store;

/// What `gongji serve` takes.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// 设置文件（TOML），缺省取环境变量 `GONGJI_CONFIG` / file of settings, else what `GONGJI_CONFIG` names
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 监听地址与端口 / address and port
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// 内嵌账务库所在文件夹 / folder of the embedded books
    #[arg(long, value_name = "DIR", conflicts_with = "postgres")]
    data: Option<String>,
    /// 改用 PostgreSQL / PostgreSQL instead
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// 载入虚构的小镇 / load a synthetic town
    #[arg(long)]
    demo: bool,
    /// 其他设置 / any other setting
    #[arg(long = "setting", value_name = "NAME=VALUE")]
    other: Vec<String>,
    /// 列出全部设置 / print every setting and end
    #[arg(long)]
    settings: bool,
}

impl ServeArgs {
    /// True if only the list of settings is wanted.
    pub(crate) fn only_settings(&self) -> bool {
        self.settings
    }

    fn flags(&self) -> Result<Vec<(String, String)>> {
        let mut flags = Vec::new();
        for pair in &self.other {
            let (name, value) = pair.split_once('=').with_context(|| {
                format!("--setting {pair}：应为 名称=值 / should be NAME=VALUE")
            })?;
            flags.push((name.to_string(), value.to_string()));
        }
        let named = [("listen", &self.listen), ("data", &self.data), ("postgres", &self.postgres)];
        for (name, value) in named {
            flags.extend(value.clone().map(|value| (name.to_string(), value)));
        }
        if self.demo {
            flags.push(("demo".to_string(), "true".to_string()));
        }
        Ok(flags)
    }

    fn read(&self) -> Result<Settings> {
        let config =
            self.config.clone().or_else(|| std::env::var_os("GONGJI_CONFIG").map(Into::into));
        let file = match config {
            None => None,
            Some(path) => {
                let name = path.display().to_string();
                let text = std::fs::read_to_string(&path).with_context(|| {
                    format!("无法读取设置文件 / cannot read the settings {name}")
                })?;
                Some((name, text))
            }
        };
        let given = Given { file, environment: std::env::vars().collect(), flags: self.flags()? };
        settings::read(&given).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            anyhow!("设置有误 / the settings are wrong\n  {}", faults.join("\n  "))
        })
    }
}

/// Serves until it is told to stop (Ctrl-C or SIGTERM).
///
/// # Errors
/// Wrong settings, books or policies that cannot be opened, an address that cannot be listened on.
pub fn run(args: &ServeArgs, source: &Source) -> Result<ExitCode> {
    let settings = Arc::new(args.read()?);
    let log = logs::subscriber(settings.log_form, &settings.log, std::io::stderr);
    // Somebody who has set a subscriber of their own keeps it.
    let _ = tracing::subscriber::set_global_default(log);
    let meters = Arc::new(Meters::new());
    let office = open(&settings, source, meters.clone())?;
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = settings.threads {
        runtime.worker_threads(threads);
    }
    runtime.enable_all().build()?.block_on(serve(office, settings, meters))?;
    Ok(ExitCode::SUCCESS)
}

/// Books, policies and core, as the settings say.
///
/// # Errors
/// What cannot be opened.
pub(crate) fn open(settings: &Settings, source: &Source, meters: Arc<Meters>) -> Result<Office> {
    let books = books(settings, source.lang())?;
    let clock = Arc::new(WallClock);
    if settings.demo {
        people(&*books, settings.town, clock.now())?;
    }
    let (library, choice) = (source.library()?, source.choice());
    let agency = Agency::open(books, &library, &choice, clock, fastrand::u64(..))
        .context("无法打开账务库与政策 / cannot open books and policies")?;
    let agency = Arc::new(agency);
    let Settings { batch, queue, workers, .. } = *settings;
    let core = CoreSettings { batch, queue, workers, watch: Some(meters) };
    let core = Core::start(agency.clone(), core)?;
    Ok(Office::new(agency, core))
}

/// Writes the synthetic town into empty books; books that hold it are left alone.
fn people(books: &dyn Store, size: u32, at: Moment) -> Result<()> {
    let town = Town::new(size);
    let total = town.size();
    let mut moved = |done| eprintln!("小镇迁入 / moving in: {done} / {total}");
    town::build(books, &town, at, &mut moved).context(
        "无法载入小镇，请用另一个--data文件夹 / cannot load the town; use another --data folder",
    )?;
    eprint!("{}", town::cast::table());
    Ok(())
}

fn books(settings: &Settings, lang: Lang) -> Result<Arc<dyn Store>> {
    let postgres = (!settings.postgres.is_empty()).then(|| settings.postgres.clone());
    let data = postgres.is_none().then(|| settings.data.clone());
    if let Some(folder) = &data {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    Place { data, postgres }.open(true, lang)
}

async fn serve(office: Office, settings: Arc<Settings>, meters: Arc<Meters>) -> Result<()> {
    let listen = settings.listen;
    let server = Server::start(office, settings.clone(), meters)
        .await
        .with_context(|| format!("无法监听 / cannot listen on {listen}"))?;
    greet(&server, &settings)?;
    stopped().await?;
    eprintln!("正在停机：完成已受理的请求 / stopping: finishing what was accepted");
    server.stop().await?;
    Ok(())
}

fn greet(server: &Server, settings: &Settings) -> Result<()> {
    let address = server.address();
    let mut out = std::io::stdout().lock();
    writeln!(out, "共济结算服务 / Gongji settlement server")?;
    for (name, value) in settings.described() {
        let value = if name == "listen" { format!("http://{address}") } else { value };
        writeln!(out, "  {name:<8} {value}")?;
    }
    if settings.demo {
        writeln!(out, "小镇里的人 / people of the town:\n{}", town::cast::table())?;
    }
    if settings.demo && address.ip().is_loopback() {
        let tokens = Role::ALL.iter().map(|role| format!("{} {}", demo_token(*role), role.zh()));
        let tokens = tokens.collect::<Vec<_>>().join("、");
        writeln!(out, "REST 接口的演示令牌 / demo tokens of the REST API: {tokens}")?;
    }
    writeln!(out, "试一试 / try it:")?;
    writeln!(out, "  curl -s http://{address}/ready")?;
    let body = r#"{"infno":"9001","msgid":"H99500000001202403010830000001","fixmedins_code":"H99500000001","input":{"signIn":{"opter_no":"01"}}}"#;
    writeln!(out, "  curl -s http://{address}/fsi/api/9001 -d '{body}'")?;
    if settings.demo && address.ip().is_loopback() {
        let token = demo_token(Role::Auditor);
        writeln!(
            out,
            "  curl -s http://{address}/api/v1/areas -H 'Authorization: Bearer {token}'"
        )?;
    }
    out.flush()?;
    Ok(())
}

/// Waits for Ctrl-C or, where there are such things, SIGTERM.
async fn stopped() -> std::io::Result<()> {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminate =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = interrupt => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    interrupt.await
}
