//! `gongji operator`: tokens of those who may use the REST API.

use crate::lang::Lang;
use anyhow::{Result, anyhow, bail};
use server::api::operators::digest;
use server::api::role::Role;
use std::io::Write;
use std::process::ExitCode;
use store::Area;

/// The commands about operators.
#[derive(Debug, clap::Subcommand)]
pub enum OperatorCommand {
    /// 新的令牌，以及设置文件中要写的几行 / a new token, and the lines for the file of settings
    Token(TokenArgs),
}

/// 新的令牌 / a new token
///
/// 令牌只显示这一次，交给本人；设置文件里只写它的 SHA-256。
///
/// The token is shown this once, for the operator; the file of settings holds its SHA-256 only.
#[derive(clap::Args, Clone, Debug)]
pub struct TokenArgs {
    /// 姓名或代号，记入账务库 / name under which the books note what the operator did
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// 角色，可多个 / role; may be given again
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = roles())]
    pub roles: Vec<String>,
    /// 经办的统筹区，可多个；缺省不限 / area; may be given again; all if not given
    #[arg(long = "area", value_name = "CODE")]
    pub areas: Vec<String>,
}

fn roles() -> clap::builder::PossibleValuesParser {
    let value = |role: &Role| clap::builder::PossibleValue::new(role.code()).help(role.zh());
    clap::builder::PossibleValuesParser::new(Role::ALL.iter().map(value).collect::<Vec<_>>())
}

/// Runs a command.
///
/// # Errors
/// Exit code 2: a name or area that cannot be, or no random numbers to be had.
pub fn run(command: &OperatorCommand, lang: Lang, out: &mut dyn Write) -> Result<ExitCode> {
    let OperatorCommand::Token(args) = command;
    let length = args.name.chars().count();
    if !(1..=40).contains(&length)
        || args.name.contains(['"', '\\'])
        || args.name.contains(char::is_control)
    {
        bail!(lang.pick(
            "--name：应为1至40字，不含引号、反斜线和控制字符",
            "--name: 1 to 40 characters without quotes, backslashes and control characters",
        ));
    }
    if let Some(area) = args.areas.iter().find(|area| Area::parse(area).is_none()) {
        bail!("--area {area}：{}", lang.pick("应为6位医保区划", "expected six digits"));
    }
    let token = token(lang)?;
    let list = |words: &[String]| {
        let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
        quoted.join(", ")
    };
    let said = lang.pick("令牌（只显示这一次）", "the token (shown this once)");
    writeln!(out, "{said}：{token}\n")?;
    writeln!(out, "{}\n", lang.pick("写入设置文件：", "for the file of settings:"))?;
    writeln!(out, "[[operator]]\nname = \"{}\"\nroles = [{}]", args.name, list(&args.roles))?;
    if !args.areas.is_empty() {
        writeln!(out, "areas = [{}]", list(&args.areas))?;
    }
    writeln!(out, "token-sha256 = \"{}\"", digest(&token))?;
    Ok(ExitCode::SUCCESS)
}

/// 256 random bits from the system, hex.
fn token(lang: Lang) -> Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| {
        anyhow!("{}：{error}", lang.pick("系统没有给出随机数", "no random numbers to be had"))
    })?;
    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(hex.concat())
}
