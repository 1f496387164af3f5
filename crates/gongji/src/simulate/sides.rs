//! Which policies: one in force, and a reform beside it.

use super::said;
use crate::source::Source;
use ::simulate::{Asked, Reform, Side, Unclear};
use anyhow::{Context as _, Result};
use policy::Faults;
use std::path::PathBuf;

/// The policies to compare.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct SidesArgs {
    /// 统筹区；加 @日期 则全年都用那一天的政策 / region; with @DATE the policy of that day holds for all claims
    #[arg(long, value_name = "REGION[@DATE]")]
    policy: String,
    /// 改革方案：政策文件；全年都用它施行那天的政策 / a reform: policy documents; their policy holds for all claims
    #[arg(long, value_name = "FILE.md")]
    reform: Vec<PathBuf>,
    /// 改革方案：启用默认不生效的文件（文号）/ a reform: a document not in force by default
    #[arg(long, value_name = "DOCUMENT")]
    reform_with: Vec<String>,
    /// 改革方案：改一个值，如 programme.ordinary.… / a reform: state a value over the documents
    #[arg(long, value_name = "PATH=VALUE")]
    reform_set: Vec<String>,
    /// 改革从施行日起用，而不是全年 / the reform holds from its day on, not for all claims
    #[arg(long)]
    dated: bool,
}

impl SidesArgs {
    /// What is to be compared.
    pub(super) fn asked(&self, source: &Source) -> Result<Asked> {
        let files = self.reform.iter().map(|path| {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            Ok((path.display().to_string(), text))
        });
        let reform = Reform {
            files: files.collect::<Result<_>>()?,
            with: self.reform_with.clone(),
            set: self.reform_set.clone(),
            dated: self.dated,
        };
        Ok(Asked::of(&source.library()?, &self.policy, source.choice()).against(reform))
    }

    /// The policy, and the reform if there is one.
    pub(super) fn read(&self, source: &Source) -> Result<std::result::Result<Vec<Side>, Faults>> {
        match self.asked(source)?.sides() {
            Ok(sides) => Ok(Ok(sides)),
            Err(Unclear::Documents(faults)) => Ok(Err(faults)),
            Err(Unclear::Asked(fault)) => Err(said(&fault, source.lang())),
        }
    }
}
