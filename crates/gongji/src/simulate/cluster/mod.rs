//! A simulation on a cluster: a task for every bucket of a store, done by Spark or Dask through the Python package; what
//! comes back is put together here, or refused.

mod child;

use super::said;
use crate::lang::Lang;
use crate::progress::Progress;
use ::simulate::{Asked, ENGINE, RunResult, Side, Store, merge, versions};
use anyhow::{Context as _, Result, bail};
use child::{Child, Told};
use std::path::{Path, PathBuf};

/// Which cluster.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct ClusterArgs {
    /// Its address.
    #[arg(
        long,
        value_name = "URL",
        conflicts_with_all = ["bucket", "rows", "against_books", "data", "postgres"],
        help = "在集群上算：spark://主机:7077、dask://主机:8786，或本机的 spark://local[2]、dask://local[2]；单据须是单据库，放在各节点路径相同的文件夹里 / settle on a cluster; the claims must be a store at a path that all its machines share"
    )]
    cluster: Option<String>,
    /// 装了 gongji 包的 Python / the Python that has the package gongji
    #[arg(long, value_name = "PATH", default_value = "python3", requires = "cluster")]
    python: PathBuf,
    /// 工作节点上的 Python（Spark），缺省与 --python 相同 / Python of Spark's workers; default: that of --python
    #[arg(long, value_name = "PATH", requires = "cluster")]
    worker_python: Option<String>,
    /// 等集群和第一个工作节点多少秒 / seconds to wait for the cluster and its first worker
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "cluster")]
    cluster_wait: u32,
    /// 一个任务可以失败几次 / how often a task may fail
    #[arg(long, value_name = "N", default_value_t = 4, requires = "cluster", value_parser = clap::value_parser!(u32).range(1..=100))]
    cluster_tries: u32,
    /// Spark 的设置，如 spark.executor.memory=2g / a setting of Spark
    #[arg(long, value_name = "NAME=VALUE", requires = "cluster")]
    cluster_set: Vec<String>,
}

impl ClusterArgs {
    /// True if a cluster is named.
    pub(super) fn named(&self) -> bool {
        self.cluster.is_some()
    }

    /// Refuses what a cluster cannot settle.
    pub(super) fn check(&self, claims: &[PathBuf], lang: Lang) -> Result<()> {
        match claims {
            _ if !self.named() => Ok(()),
            [folder] if Store::is_at(folder) => Ok(()),
            [folder] => {
                let words = lang.pick(
                    "不是单据库；在集群上算要先用 gongji claims group 分组",
                    "no store of claims; group them first with gongji claims group",
                );
                bail!("{}：{words}", folder.display());
            }
            _ => bail!("{}", lang.pick("--cluster 要一个单据库", "--cluster takes one store")),
        }
    }

    /// What a store comes to.
    pub(super) fn settle(
        &self,
        claims: &[PathBuf],
        asked: &Asked,
        sides: &[Side],
        lang: Lang,
    ) -> Result<RunResult> {
        let [folder] = claims else { bail!("--claims") };
        let store = Store::open(folder).map_err(|fault| said(&fault, lang))?;
        let place = std::path::absolute(folder).with_context(|| folder.display().to_string())?;
        let work = tempfile::Builder::new().prefix("gongji-cluster-").tempdir()?;
        let job = work.path().join("job.json");
        std::fs::write(&job, serde_json::to_vec(asked)?)
            .with_context(|| job.display().to_string())?;
        let mut child = Child::start(self, &place, &job, work.path(), lang)?;
        let buckets = store.buckets() as u64;
        let progress = Progress::begin(lang.pick("集群，分桶", "cluster, buckets"), buckets, 2);
        let repeated = loop {
            match child.next()? {
                Told::Done => progress.moved(1),
                Told::Note(text) => progress.say(&text),
                Told::Repeated(count) => break count,
                Told::Fault(text) => bail!("{text}"),
                Told::End => return Err(child.gave_up()),
            }
        };
        drop(progress);
        child.end()?;
        if repeated > 0 {
            let words = lang.choose(
                || format!("{repeated} 个分桶算了不止一次，结果相同，只计一次"),
                || {
                    format!(
                        "{repeated} buckets were settled more than once, to the same; counted once"
                    )
                },
            );
            eprintln!("{words}");
        }
        put_together(&store, work.path(), sides, lang)
    }
}

/// All results in a folder, in order of buckets.
fn put_together(store: &Store, folder: &Path, sides: &[Side], lang: Lang) -> Result<RunResult> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("bucket-") && name.ends_with(".json") {
            paths.push(path);
        }
    }
    paths.sort();
    let results = paths.iter().map(|path| RunResult::read(path));
    let results =
        results.collect::<::simulate::Result<Vec<_>>>().map_err(|fault| said(&fault, lang))?;
    let merged = merge(store.manifest(), &results).map_err(|fault| said(&fault, lang))?;
    let named: Vec<String> = sides.iter().map(|side| versions(&side.timeline)).collect();
    if merged.policies != named || merged.engine != ENGINE {
        let words = lang.choose(
            || format!("结果不是用这里的政策和程序算的（{}，这里是 {ENGINE}）", merged.engine),
            || {
                format!(
                    "the results are of other policies or of another build ({}, here {ENGINE})",
                    merged.engine
                )
            },
        );
        bail!("{words}");
    }
    Ok(merged)
}
