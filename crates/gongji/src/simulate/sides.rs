//! Which policies: one in force, and a reform beside it.

use crate::lang::Lang;
use crate::source::Source;
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::{Date, Policy, Timeline};
use policy::{Choice, Faults, Library, Region};
use std::path::{Path, PathBuf};

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

/// A policy to be tried.
pub(super) struct Side {
    pub(super) name: String,
    pub(super) timeline: Timeline,
}

impl SidesArgs {
    /// The policy, and the reform if there is one.
    pub(super) fn read(&self, source: &Source) -> Result<std::result::Result<Vec<Side>, Faults>> {
        let (lang, library, choice) = (source.lang(), source.library()?, source.choice());
        let (code, day) = self
            .policy
            .split_once('@')
            .map_or((&*self.policy, None), |(code, day)| (code, Some(day)));
        let region = match library.region(code, &choice) {
            Ok(region) => region,
            Err(faults) => return Ok(Err(faults)),
        };
        let before = Side { name: name(&region, lang), timeline: on(&region, day, lang)? };
        if self.reform.is_empty() && self.reform_with.is_empty() && self.reform_set.is_empty() {
            return Ok(Ok(vec![before]));
        }
        let reformed = match self.reformed(&library, code, choice)? {
            Ok(region) => region,
            Err(faults) => return Ok(Err(faults)),
        };
        let named: Vec<String> =
            self.reform.iter().map(|path| path.display().to_string()).collect();
        let changes = [&named[..], &self.reform_with, &self.reform_set].concat().join("、");
        let timeline = match (self.dated, day) {
            (true, _) => reformed.timeline,
            // A changed value holds on the day asked for; documents hold from the day they begin.
            (false, Some(day)) if self.reform.is_empty() && self.reform_with.is_empty() => {
                on(&reformed, Some(day), lang)?
            }
            (false, None) if self.reform.is_empty() && self.reform_with.is_empty() => {
                reformed.timeline
            }
            (false, _) => last(&reformed.timeline, lang)?,
        };
        Ok(Ok(vec![before, Side { name: changes, timeline }]))
    }

    fn reformed(
        &self,
        library: &Library,
        code: &str,
        mut choice: Choice,
    ) -> Result<std::result::Result<Region, Faults>> {
        choice.with.extend(self.reform_with.iter().cloned());
        choice.set.extend(self.reform_set.iter().cloned());
        if self.reform.is_empty() {
            return Ok(library.region(code, &choice));
        }
        let mut files: Vec<(String, String)> = Vec::new();
        for (other, ..) in library.regions() {
            for (file, text) in library.texts_of(other) {
                if !files.iter().any(|(known, _)| known == file) {
                    files.push((file.to_string(), text.to_string()));
                }
            }
        }
        let mut added = Vec::new();
        for path in &self.reform {
            let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
            let file = format!("{code}-reform/{}", file_name(path)?);
            added.push(file.clone());
            files.push((file, text));
        }
        let library = Library::from_files(files);
        let reforms: Vec<_> =
            library.documents().iter().filter(|document| added.contains(&document.file)).collect();
        choice.with.extend(reforms.iter().map(|document| document.front.document.clone()));
        // A reform may be an overlay, a region of its own that inherits.
        let code = reforms.first().map_or(code, |document| document.front.region.as_str());
        Ok(library.region(code, &choice))
    }
}

fn file_name(path: &Path) -> Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.map(str::to_string).ok_or_else(|| anyhow!("{}", path.display()))
}

fn name(region: &Region, lang: Lang) -> String {
    let name = &region.timeline.name;
    lang.pick(&name.zh, &name.en).to_string()
}

/// The timeline, or the policy of one day for all days.
fn on(region: &Region, day: Option<&str>, lang: Lang) -> Result<Timeline> {
    let Some(text) = day else { return Ok(region.timeline.clone()) };
    let Some(day) = Date::parse(text) else {
        bail!("{text}: {}", lang.pick("日期写成 2024-03-01", "write the day as 2024-03-01"));
    };
    let policy = region.timeline.on(day);
    let policy = policy.ok_or_else(|| {
        anyhow!("{text}: {}", lang.pick("该日没有生效的政策", "no policy on that day"))
    })?;
    Ok(always(&region.timeline, policy))
}

/// The last policy for all days.
fn last(timeline: &Timeline, lang: Lang) -> Result<Timeline> {
    let policy = timeline.policies.last();
    let policy = policy.ok_or_else(|| {
        anyhow!("{}", lang.pick("改革方案里没有政策", "the reform has no policy"))
    })?;
    Ok(always(timeline, policy))
}

fn always(timeline: &Timeline, policy: &Policy) -> Timeline {
    let policy = Policy { from: Date::MIN, to: Date::MAX, ..policy.clone() };
    Timeline { policies: vec![policy], ..timeline.clone() }
}
