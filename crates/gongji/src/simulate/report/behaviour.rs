//! What it would come to if people went more or less often: an estimate, kept apart from what is settled.

use super::super::behaviour::lines;
use super::{Room, Told, both};
use policy::vary::Number;
use serde_json::{Value, json};

/// The estimate, if one was asked for.
pub(super) fn estimate(told: &Told<'_>, _: Room) -> Value {
    let Some(estimate) = &told.result.behaviour else { return Value::Null };
    let made = estimate.behaviour;
    let elasticity = Number { units: made.elasticity.into(), percent: false };
    let line = |line: super::super::behaviour::Line| json!({ "name": both(line.zh, line.en), "money": line.money, "values": line.values });
    json!({
        "elasticity": elasticity.to_string(),
        "seed": made.seed,
        "replicates": made.replicates,
        "lines": lines(estimate).into_iter().map(line).collect::<Vec<_>>(),
    })
}
