//! The vendors' guide, played: its curl examples against a demonstration, and what it says is answered.

use crate::serve::{address, gongji};
use serde_json::{Deserializer, Value};
use std::process::{Command, Stdio};

const GUIDE: &str = include_str!("../../../../docs/guide/vendors.md");
/// Stands between the outputs of two examples.
const MARK: &str = "\u{1e}";

/// The fences of the guide that are played, with the answer that stands under each, if one does.
fn examples() -> Vec<(&'static str, Option<Value>)> {
    let mut all: Vec<(&str, Option<Value>)> = Vec::new();
    let mut fences = GUIDE.split("```").skip(1).step_by(2);
    fences.by_ref().for_each(|fence| match fence.split_once('\n') {
        Some(("sh", script)) if !script.starts_with("gongji ") => all.push((script, None)),
        Some(("json", text)) => {
            let (_, answer) = all.last_mut().expect("an answer stands under its example");
            *answer = Some(serde_json::from_str(text).unwrap());
        }
        _ => {}
    });
    all
}

/// True if an answer has everything that is expected; `"…"` stands for anything.
fn holds(answer: &Value, expected: &Value) -> bool {
    match (answer, expected) {
        (_, Value::String(any)) if any == "…" => !answer.is_null(),
        (Value::Object(answer), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| answer.get(name).is_some_and(|answer| holds(answer, value))),
        (Value::Array(answer), Value::Array(expected)) => {
            expected.len() <= answer.len()
                && answer.iter().zip(expected).all(|(answer, value)| holds(answer, value))
        }
        // Amounts are numbers here and there; 0.00 is 0.
        (Value::Number(answer), Value::Number(expected)) => answer.as_f64() == expected.as_f64(),
        _ => answer == expected,
    }
}

#[cfg(unix)]
#[test]
fn every_example_of_the_vendors_guide_is_answered_as_the_guide_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = gongji()
        .args(["--demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (address, _rest) = address(&mut server);
    let examples = examples();
    assert!(examples.len() >= 10, "{} examples", examples.len());
    let mut script = String::from("set -eu\n");
    for (text, _) in &examples {
        script.push_str(&text.replace("http://127.0.0.1:8097", &format!("http://{address}")));
        script.push_str(&format!("printf '{MARK}'\n"));
    }
    let played = Command::new("bash").args(["-c", &script]).env("TZ", "CST-8").output();
    server.kill().unwrap();
    server.wait().unwrap();
    let played = played.unwrap();
    let errors = String::from_utf8_lossy(&played.stderr);
    assert!(played.status.success(), "{errors}");
    let output = String::from_utf8(played.stdout).unwrap();
    for ((text, expected), output) in examples.iter().zip(output.split(MARK)) {
        let answers: Vec<Value> =
            Deserializer::from_str(output).into_iter().map(Result::unwrap).collect();
        for answer in &answers {
            assert_eq!(answer["infcode"], 0, "{text}\n{answer}");
        }
        if let Some(expected) = expected {
            assert!(
                answers.iter().any(|answer| holds(answer, expected)),
                "{text}\n{expected}\nis not among\n{output}"
            );
        }
    }
}
