//! Runs `gongji adjudicate` inside the test, on the policies that ship with the program.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Parser;
use gongji::adjudicate::sample::SampleArgs;
use gongji::adjudicate::{AdjudicateArgs, Streams, run_with, sample};
use gongji::lang::Lang;
use gongji::regions::Regions;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    args: AdjudicateArgs,
}

/// What a run came to.
pub(crate) struct Ran {
    /// The exit code, or the error behind exit code 2.
    pub(crate) code: Result<u8, String>,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn regions() -> &'static Regions {
    static REGIONS: OnceLock<Regions> = OnceLock::new();
    REGIONS.get_or_init(|| {
        let library = policy::Library::shipped();
        let compiled = library
            .regions()
            .into_iter()
            .map(|(code, _, _)| library.region(code, &policy::Choice::default()).unwrap().timeline);
        compiled.collect()
    })
}

pub(crate) fn adjudicate(lang: Lang, arguments: &[&str]) -> Ran {
    let command = Command::try_parse_from(["adjudicate"].iter().chain(arguments)).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut streams = Streams { out: &mut out, err: &mut err };
    let code = run_with(&command.args, regions(), lang, &mut streams);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: code.map_err(|error| format!("{error:#}")), out: text(out), err: text(err) }
}

/// The result of settling a file without a fault, as CSV.
pub(crate) fn settled(file: &Path, more: &[&str]) -> String {
    let file = file.to_str().unwrap();
    let arguments = [&[file, "--to", "csv", "--rejects", "/dev/null"], more].concat();
    let ran = adjudicate(Lang::En, &arguments);
    assert_eq!((ran.code, ran.err), (Ok(0), String::new()), "{file} {more:?}");
    ran.out
}

pub(crate) fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// Made-up bills of Chongqing.
pub(crate) fn sample_bills(bills: u64, persons: u64) -> String {
    let args = SampleArgs { bills, persons, seed: 7, region: "500000".to_owned() };
    let mut out = Vec::new();
    sample::write(&args, regions(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
