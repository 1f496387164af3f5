//! What a private PostgreSQL is good for.

#![cfg(test)]

use cluster::{Cluster, Settings};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

/// The socket that clients connect to.
fn socket(cluster: &Cluster) -> PathBuf {
    let connection = cluster.connection_string();
    let host = connection.split(' ').find_map(|part| part.strip_prefix("host="));
    PathBuf::from(host.unwrap()).join(".s.PGSQL.5432")
}

#[test]
fn a_killed_cluster_starts_again_and_a_dropped_one_is_gone() {
    let mut cluster = Cluster::start(&Settings::default()).unwrap();
    let socket = socket(&cluster);
    UnixStream::connect(&socket).unwrap();
    cluster.kill().unwrap();
    assert!(UnixStream::connect(&socket).is_err());
    assert!(cluster.kill().is_err(), "there is nothing to kill");
    cluster.restart().unwrap();
    UnixStream::connect(&socket).unwrap();
    cluster.new_database("another").unwrap();
    cluster.stop().unwrap();
    cluster.restart().unwrap();
    drop(cluster);
    assert!(!socket.parent().unwrap().exists());
}
