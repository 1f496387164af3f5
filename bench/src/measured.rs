//! The cluster that is measured.

use anyhow::Result;
use cluster::{Cluster, Settings};

/// What a cluster is measured with: durable commits, and no checkpoint in the middle of a run.
pub(crate) fn cluster(further: &[(&str, &str)]) -> Result<Cluster> {
    let options = [
        ("shared_buffers", "2GB"),
        ("max_wal_size", "8GB"),
        ("checkpoint_timeout", "15min"),
        ("max_connections", "120"),
    ];
    let all = options.iter().chain(further);
    let options = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Cluster::start(&Settings { options, ..Settings::default() })
}
