//! Where policies come from and where answers go: what every command shares.

use crate::lang::Lang;
use crate::regions::Regions;
use anyhow::{Context as _, Result};
use clap::Args;
use policy::{Choice, Library};
use std::path::PathBuf;

/// Where policies come from, and in which language to speak.
#[derive(Debug, Args)]
pub struct Source {
    /// 输出语言 / language of the output
    #[arg(long, global = true, value_enum, default_value_t)]
    lang: Lang,
    /// 政策文件夹，缺省用程序自带的 / folder of policy documents instead of those in the program
    #[arg(long, global = true, value_name = "DIR")]
    policies: Option<PathBuf>,
    /// 启用默认不生效的文件（文号） / use a document that is not in force by default
    #[arg(long, global = true, value_name = "DOCUMENT")]
    with: Vec<String>,
    /// 改用另一种取值，如 refund.model=current / state a value over the documents
    #[arg(long, global = true, value_name = "PATH=VALUE")]
    set: Vec<String>,
}

impl Source {
    pub(crate) fn lang(&self) -> Lang {
        self.lang
    }

    pub(crate) fn library(&self) -> Result<Library> {
        match &self.policies {
            None => Ok(Library::shipped()),
            Some(folder) => Library::open(folder).with_context(|| {
                let (zh, en) = ("无法读取政策文件夹", "cannot read the policy folder");
                format!("{} {}", self.lang.pick(zh, en), folder.display())
            }),
        }
    }

    pub(crate) fn choice(&self) -> Choice {
        Choice { with: self.with.clone(), set: self.set.clone() }
    }

    /// Every region that compiles; a region with faults is left out and its faults are returned.
    pub(crate) fn regions(&self) -> Result<(Regions, Vec<policy::Faults>)> {
        let library = self.library()?;
        let (mut timelines, mut faults) = (Vec::new(), Vec::new());
        for (code, ..) in library.regions() {
            match library.region(code, &self.choice()) {
                Ok(region) => timelines.push(region.timeline),
                Err(found) => faults.push(found),
            }
        }
        Ok((timelines.into_iter().collect(), faults))
    }
}
