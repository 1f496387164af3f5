//! `gongji enrol declare`: a monthly file of an employer, or of people who pay by themselves. The table `contributions` of
//! `gongji import`, with what all rows have in common said once.

use super::{day, month};
use crate::books::Place;
use crate::books::import::{ImportArgs, run_given};
use crate::formats::{Encoding, Format};
use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// 申报缴费月 / declare months of contributions
///
/// 列见 `gongji import --columns` 的 contributions；`--employer`、`--month`、`--paid-on` 填在行里空着的地方。
/// 先不写到账日申报一次，到账后同一文件加 `--paid-on` 再导一次，即入账。
///
/// Columns: table contributions of `gongji import --columns`. The options say what stands where a row leaves a column
/// empty: declare a file first, and again with `--paid-on` once the money has arrived.
///
/// 退出码 / exit codes: 0 全部收下 / all taken; 1 有未收的行 / some rows not taken; 2 用法或文件有误 / wrong usage or file.
#[derive(clap::Args, Clone, Debug)]
pub struct DeclareArgs {
    /// 文件：CSV、XLSX、Parquet；`-` 为标准输入 / files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the books are.
    #[command(flatten)]
    pub place: Place,
    /// 申报的用人单位；不写为个人参保，或见文件中的列 / the employer; none: people by themselves, or as the file says
    #[arg(long, value_name = "CODE")]
    pub employer: Option<String>,
    /// 缴费月 / for which month
    #[arg(long, value_name = "YYYY-MM")]
    pub month: Option<String>,
    /// 到账日 / when the money had arrived
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub paid_on: Option<String>,
    /// 统筹区 / region
    #[arg(long, value_name = "CODE")]
    pub region: Option<String>,
    /// 只核对、不写入 / check everything, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// 每次提交的行数 / rows a commit
    #[arg(long, value_name = "N", default_value = "1000", value_parser = clap::value_parser!(u32).range(1..))]
    pub batch: u32,
    /// 输入格式，缺省看扩展名和内容 / format of the input, if neither name nor content tells it
    #[arg(long, value_name = "FORMAT")]
    pub from: Option<Format>,
    /// 文本文件的编码 / encoding of text files
    #[arg(long, default_value = "auto")]
    pub encoding: Encoding,
    /// 未收下的行写入的文件夹，缺省为当前目录 / folder for rows not taken
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub rejects: PathBuf,
    /// 经办人 / who hands it in
    #[arg(long, value_name = "NAME", default_value = "")]
    pub by: String,
}

/// Runs the command; faults are shown on `shown`.
///
/// # Errors
/// Exit code 2: a file that cannot be read, books that cannot be opened.
pub fn run(
    args: &DeclareArgs,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    let lang = source.lang();
    let mut given = Vec::new();
    if let Some(text) = &args.month {
        given.push(("month", month("--month", text, lang)?.to_string()));
    }
    if let Some(text) = &args.paid_on {
        given.push(("paid_on", day("--paid-on", text, lang)?.to_string()));
    }
    given.extend(args.employer.iter().map(|employer| ("employer", employer.clone())));
    let import = ImportArgs {
        columns: false,
        table: Some(agency::import::Table::Contributions.code().to_owned()),
        files: args.files.clone(),
        place: args.place.clone(),
        region: args.region.clone(),
        dry_run: args.dry_run,
        batch: args.batch,
        from: args.from,
        encoding: args.encoding,
        rejects: args.rejects.clone(),
        by: args.by.clone(),
    };
    run_given(&import, &given, source, out, shown)
}
