//! The plans of statements, for a test.

use super::connection::{Connection, Purpose};
use std::collections::BTreeSet;
use tokio_postgres::SimpleQueryMessage;

/// Each statement with the lines of its plan, on a connection set up as for batches.
///
/// Sequential scans are switched off there, in the test as in production. PostgreSQL then still plans one where no index
/// can serve, and that is what is looked for; with few rows it would plan one even where an index serves well.
pub(crate) fn explain(config: &str, statements: &BTreeSet<String>) -> Vec<(String, Vec<String>)> {
    let config = config.parse().unwrap();
    let connection = Connection::open(&config, Purpose::Batches).unwrap();
    let plan = |sql: &String| {
        let most = (1..100).take_while(|number| sql.contains(&format!("${number}"))).count();
        let nulls = vec!["NULL"; most].join(", ");
        let nulls = if most == 0 { nulls } else { format!("({nulls})") };
        let explain =
            format!("DEALLOCATE ALL; PREPARE one AS {sql}; EXPLAIN (COSTS OFF) EXECUTE one{nulls}");
        let answer = connection.wait(connection.client().simple_query(&explain)).unwrap();
        let lines = answer.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        (sql.clone(), lines.collect())
    };
    statements.iter().map(plan).collect()
}
