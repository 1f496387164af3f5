//! `review sample`.

use crate::clearing::Whose;
use crate::clearing::office::{Office, month, refused};
use crate::source::Source;
use agency::Refused;
use agency::business::review::{TakeSample, Whose as Reviewed};
use agency::review::{Review, draw, institutions};
use anyhow::Result;
use kernel::Month;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

/// `review sample`.
#[derive(clap::Args, Clone, Debug)]
pub struct SampleArgs {
    /// Which books.
    #[command(flatten)]
    pub whose: Whose,
    /// 处方所在月份，须已过完 / month of the prescriptions; it must be over
    #[arg(long, value_name = "YYYY-MM")]
    pub month: String,
    /// 种子：同一种子抽得同一样本 / the same seed draws the same sample
    #[arg(long, value_name = "NUMBER")]
    pub seed: u64,
    /// 定点机构编号；省略则全部有处方的机构 / code of the institution; all with prescriptions if not given
    #[arg(long, value_name = "CODE")]
    pub institution: Option<String>,
    /// 抽样人 / who draws it
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Runs the command.
///
/// # Errors
/// Why it is refused.
pub(super) fn run(args: &SampleArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let month = month(&args.month, lang)?;
    let office = Office::open(&args.whose, source)?;
    let all = match &args.institution {
        Some(institution) => vec![Arc::from(&**institution)],
        None => {
            let all = institutions(&office.agency, office.area, month);
            all.map_err(|why| refused(&why, lang))?.into_iter().collect()
        }
    };
    let mut code = ExitCode::SUCCESS;
    for institution in &all {
        match take(&office, institution, month, args) {
            Ok(review) => {
                let (of, drawn, seed) = (review.prescriptions, review.drawn.len(), review.seed);
                let said = lang.choose(
                    || format!("{institution} {month}：{of} 张处方，按种子 {seed} 抽 {drawn} 张"),
                    || format!("{institution} {month}: {drawn} of {of} prescriptions, seed {seed}"),
                );
                writeln!(out, "{said}")?;
            }
            Err(why) => {
                writeln!(out, "{institution}：{}", refused(&why, lang))?;
                code = ExitCode::FAILURE;
            }
        }
    }
    if all.is_empty() {
        writeln!(out, "{month} {}", lang.pick("没有处方", "has no prescriptions"))?;
    }
    Ok(code)
}

fn take(
    office: &Office,
    institution: &Arc<str>,
    month: Month,
    args: &SampleArgs,
) -> Result<Review, Refused> {
    let by = Arc::from(args.by.trim());
    let review = draw(&office.agency, office.area, institution, month, (args.seed, &by))?;
    let whose = Reviewed::new(office.area, institution, month);
    let taken = office.ask(TakeSample { whose, review: review.clone() })?;
    Ok(taken.document().unwrap_or(review))
}
