//! Each dependency's licence against the list in `deny.toml`.
//!
//! The same list rules `cargo deny check licenses`; this check needs neither that program nor the
//! network. Dependencies of every platform and of tests count.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, Licensee, ParseMode};

use crate::Found;

/// One fault for each package whose licence the list does not allow.
pub(crate) fn check(root: &Path) -> Result<Found> {
    let allowed = allowed(&fs::read_to_string(root.join("deny.toml")).context("read deny.toml")?)?;
    let packages = packages(root)?;
    let faults: Vec<_> = packages.iter().filter_map(|package| package.fault(&allowed)).collect();
    Ok(Found { right: packages.len() - faults.len(), faults })
}

struct Package {
    name: String,
    version: String,
    licence: Option<String>,
}

impl Package {
    fn fault(&self, allowed: &[Licensee]) -> Option<String> {
        let Self { name, version, licence } = self;
        let Some(licence) = licence else {
            return Some(format!("{name} {version}: its manifest names no licence"));
        };
        // Lax: older manifests write `MIT/Apache-2.0`.
        let expression = match Expression::parse_mode(licence, ParseMode::LAX) {
            Ok(expression) => expression,
            Err(error) => {
                return Some(format!(
                    "{name} {version}: licence `{licence}` cannot be read: {}",
                    error.reason
                ));
            }
        };
        let holds = expression.evaluate(|wanted| allowed.iter().any(|one| one.satisfies(wanted)));
        (!holds).then(|| format!("{name} {version}: licence `{licence}` is not in deny.toml"))
    }
}

fn allowed(deny: &str) -> Result<Vec<Licensee>> {
    let deny: toml::Table = toml::from_str(deny).context("parse deny.toml")?;
    let list = deny
        .get("licenses")
        .and_then(|licences| licences.get("allow"))
        .and_then(toml::Value::as_array)
        .context("deny.toml has no list licenses.allow")?;
    list.iter()
        .map(|entry| {
            let entry = entry.as_str().context("licenses.allow in deny.toml: not a string")?;
            Licensee::parse(entry).with_context(|| format!("licenses.allow in deny.toml: {entry}"))
        })
        .collect()
}

fn packages(root: &Path) -> Result<Vec<Package>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    packages
        .iter()
        .map(|package| {
            Ok(Package {
                name: text(&package["name"]).context("a package without a name")?,
                version: text(&package["version"]).context("a package without a version")?,
                licence: text(&package["license"]),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-3-Clause"]
    "#;

    fn fault(licence: Option<&str>) -> Option<String> {
        let licence = licence.map(str::to_owned);
        let package = Package { name: "dep".into(), version: "1.0.0".into(), licence };
        package.fault(&allowed(DENY).unwrap())
    }

    #[test]
    fn one_allowed_licence_of_several_is_enough() {
        assert_eq!(fault(Some("GPL-3.0-only OR MIT")), None);
        assert_eq!(fault(Some("Unlicense/MIT")), None);
        assert_eq!(fault(Some("Apache-2.0 WITH LLVM-exception")), None);
    }

    #[test]
    fn a_copyleft_licence_is_a_fault() {
        let expected = "dep 1.0.0: licence `GPL-3.0-only` is not in deny.toml";
        assert_eq!(fault(Some("GPL-3.0-only")).as_deref(), Some(expected));
    }

    #[test]
    fn every_licence_joined_by_and_must_be_allowed() {
        assert_eq!(fault(Some("(Apache-2.0 OR MIT) AND BSD-3-Clause")), None);
        assert!(fault(Some("(Apache-2.0 OR MIT) AND MPL-2.0")).is_some());
    }

    #[test]
    fn a_missing_or_unreadable_licence_is_a_fault() {
        let expected = "dep 1.0.0: its manifest names no licence";
        assert_eq!(fault(None).as_deref(), Some(expected));
        assert!(fault(Some("see the file")).is_some_and(|fault| fault.contains("cannot be read")));
    }

    #[test]
    fn a_list_that_is_missing_is_an_error() {
        assert!(allowed("[bans]").is_err());
    }
}
