//! The API on the other store: every test of it once more.

use crate::town::ON_POSTGRESQL;
use cluster::{Cluster, Settings};
use std::process::Command;

#[test]
fn the_api_does_the_same_on_postgresql() {
    if std::env::var(ON_POSTGRESQL).is_ok() {
        return;
    }
    let options = vec![("max_connections".to_owned(), "300".to_owned())];
    let settings = Settings { durable: false, options, ..Settings::default() };
    let cluster = Cluster::start(&settings).unwrap();
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.env(ON_POSTGRESQL, cluster.connection_string());
    let output = again.args(["api::", "--test-threads=4"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("0 failed") && !said.contains(" 0 passed"), "{said}");
}
