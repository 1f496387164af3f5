//! psql and pgbench against the private cluster.

use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use std::process::Command;

/// PostgreSQL's client programs, and where they connect.
#[derive(Clone, Debug)]
pub(crate) struct Tools {
    /// As `host=… port=… user=… dbname=…`.
    pub(crate) connection: String,
}

impl Tools {
    /// Runs a file of SQL with variables.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn script(&self, file: &Path, variables: &[(&str, u64)]) -> Result<String> {
        let mut command = self.psql();
        for (name, value) in variables {
            command.arg(format!("--set={name}={value}"));
        }
        self.output(command.arg("--file").arg(file))
    }

    /// Runs a statement; returns what it answers, columns separated by `|`.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn statement(&self, sql: &str) -> Result<String> {
        self.output(self.psql().arg("--command").arg(sql))
    }

    fn psql(&self) -> Command {
        let mut command = Command::new("psql");
        command.arg("--dbname").arg(&self.connection);
        command.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
        ]);
        command
    }

    /// Runs a command to its end and returns what it prints.
    ///
    /// # Errors
    /// What it says if it fails.
    pub(crate) fn output(&self, command: &mut Command) -> Result<String> {
        let output = command.output().with_context(|| format!("{command:?}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        let first: Vec<&str> = said.lines().take(10).collect();
        ensure!(output.status.success(), "{command:?}\n{}", first.join("\n"));
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}
