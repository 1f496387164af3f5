//! The result of a run over some buckets of a store, and what all buckets come to together.
//!
//! A run over buckets can be repeated, lost or done twice on any machine: [`merge`] takes results only if every bucket of
//! the manifest is there exactly once, holds what the manifest says, and was settled under the same policies.

use crate::behaviour::Estimate;
use crate::fault::{Fault, Result};
use crate::store::{BucketTotals, Manifest};
use crate::totals::Totals;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Names the build of what settles claims: its version, and a hash over the sources of kernel, policies and simulation.
pub const ENGINE: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("GONGJI_ENGINE"));

/// What a run came to.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RunResult {
    /// What settled the claims, as [`ENGINE`] names it.
    pub engine: String,
    /// Version hashes of the policies, in order; a policy is every version of its timeline.
    pub policies: Vec<String>,
    /// What was read of each bucket.
    pub buckets: Vec<BucketTotals>,
    /// What it came to.
    pub totals: Totals,
    /// What it would come to with behaviour: an estimate, if one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Estimate>,
}

impl RunResult {
    /// Reads a result.
    ///
    /// # Errors
    /// A file that cannot be read or is no result.
    pub fn read(path: &Path) -> Result<RunResult> {
        let text = std::fs::read(path).map_err(|error| Fault::file(path, &error))?;
        serde_json::from_slice(&text).map_err(|error| {
            Fault::new(format!("不是结果文件（{error}）"), format!("no result ({error})"))
                .at(&path.display())
        })
    }

    /// Writes it.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_vec(self)
            .map_err(|error| Fault::new(error.to_string(), error.to_string()))?;
        std::fs::write(path, text).map_err(|error| Fault::file(path, &error))
    }
}

/// Puts the results of all buckets together.
///
/// # Errors
/// A bucket that is missing, there twice, or not as the manifest says; results under other policies or of other builds.
pub fn merge(manifest: &Manifest, results: &[RunResult]) -> Result<RunResult> {
    let Some((first, others)) = results.split_first() else {
        return Err(Fault::new("没有结果文件", "there are no results"));
    };
    let mut all = first.clone();
    for other in others {
        if other.engine != all.engine {
            let (one, two) = (&all.engine, &other.engine);
            return Err(Fault::new(
                format!("各部分不是同一版程序算的：{one}、{two}"),
                format!("the parts were settled by different builds of the program: {one}, {two}"),
            ));
        }
        if other.policies != all.policies {
            return Err(Fault::new(
                "各部分用的政策版本不同",
                "the parts were settled under different versions of policies",
            ));
        }
        all.totals.merge(&other.totals)?;
        match (&mut all.behaviour, &other.behaviour) {
            (Some(sum), Some(part)) => sum.merge(part)?,
            (None, None) => {}
            _ => {
                return Err(Fault::new(
                    "有的部分估计了行为反应，有的没有",
                    "some of the parts estimate behaviour, some do not",
                ));
            }
        }
        all.buckets.extend(&other.buckets);
    }
    covered(manifest, &mut all.buckets)?;
    Ok(all)
}

/// Every bucket of the manifest is there exactly once and holds what the manifest says; puts them in order.
pub(crate) fn covered(manifest: &Manifest, buckets: &mut [BucketTotals]) -> Result<()> {
    buckets.sort_unstable_by_key(|bucket| bucket.bucket);
    for pair in buckets.windows(2) {
        if pair[0].bucket == pair[1].bucket {
            let bucket = pair[0].bucket;
            return Err(Fault::new(
                format!("分桶 {bucket} 有两份结果"),
                format!("bucket {bucket} is there twice"),
            ));
        }
    }
    for wanted in &manifest.buckets {
        let number = wanted.bucket;
        match buckets.iter().find(|bucket| bucket.bucket == number) {
            None => {
                return Err(Fault::new(
                    format!("缺少分桶 {number} 的结果"),
                    format!("bucket {number} is missing"),
                ));
            }
            Some(found) if found != wanted => {
                return Err(Fault::new(
                    format!("分桶 {number} 的人数、行数或金额与清单不符"),
                    format!(
                        "bucket {number} holds other people, rows or fen than the manifest says"
                    ),
                ));
            }
            Some(_) => {}
        }
    }
    if buckets.len() != manifest.buckets.len() {
        return Err(Fault::new(
            "有清单之外的分桶",
            "there is a bucket that the manifest does not know",
        ));
    }
    Ok(())
}
