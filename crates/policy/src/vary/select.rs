//! Which rows a parameter is about. A row that holds for more than was asked for is cut in two, so that nothing else
//! changes.

use super::Amiss;
use crate::fault::nearest;
use crate::rows;
use crate::value::{Data, Value};
use kernel::Dim;
use kernel::policy::Vocabulary;

type Conditions = [(String, Vec<String>)];

/// The rows, cut so that each is either meant or not.
pub(super) fn rows(
    rows: &[Value],
    row: Option<usize>,
    conditions: &Conditions,
    vocabulary: &Vocabulary,
) -> Result<Vec<(Value, bool)>, Amiss> {
    known(rows, conditions, vocabulary)?;
    let mut cut = Vec::new();
    for (index, value) in rows.iter().enumerate() {
        if row.is_some_and(|row| row != index + 1) {
            cut.push((value.clone(), false));
        } else {
            split(value, conditions, vocabulary, &mut cut)?;
        }
    }
    if cut.iter().any(|(_, meant)| *meant) {
        return Ok(cut);
    }
    let shown = rows.iter().map(Value::shown).collect::<Vec<_>>().join(", ");
    Err(Amiss::new(
        format!("没有一行符合条件；现有的行：{shown}"),
        format!("no row is meant by the conditions; the rows are: {shown}"),
    ))
}

/// Conditions must be ones that rows have, with values that there are.
fn known(rows: &[Value], conditions: &Conditions, vocabulary: &Vocabulary) -> Result<(), Amiss> {
    for (name, values) in conditions {
        let Some(dim) = Dim::from_code(name) else {
            if rows.iter().any(|row| row.get(name).is_some()) {
                continue;
            }
            let near = nearest(name, Dim::ALL.iter().map(|dim| dim.code())).unwrap_or("status");
            return Err(Amiss::new(
                format!("没有条件“{name}”；是不是 {near}？"),
                format!("no condition is called {name:?}; {near:?} perhaps?"),
            ));
        };
        let codes = rows::codes(dim, vocabulary);
        let unknown = values.iter().find(|value| !codes.contains(&value.as_str()));
        if let Some(value) = unknown.filter(|_| !codes.is_empty()) {
            let codes = codes.join(", ");
            return Err(Amiss::new(
                format!("条件 {name} 没有值“{value}”；可用：{codes}"),
                format!("condition {name} knows no {value:?}; known: {codes}"),
            ));
        }
    }
    Ok(())
}

/// A row, cut into what is meant and what is not.
fn split(
    row: &Value,
    conditions: &Conditions,
    vocabulary: &Vocabulary,
    cut: &mut Vec<(Value, bool)>,
) -> Result<(), Amiss> {
    let (mut here, mut rest) = (row.clone(), Vec::new());
    for (name, wanted) in conditions {
        let otherwise = row.get("otherwise").and_then(Value::flag) == Some(true);
        let own = match (here.get(name), Dim::from_code(name)) {
            (Some(value), _) => value.items().to_vec(),
            (None, Some(dim)) if !otherwise => domain(dim, row, vocabulary)?,
            (None, _) => Vec::new(),
        };
        let (inside, outside): (Vec<Value>, Vec<Value>) =
            own.into_iter().partition(|value| wanted.contains(&text(value)));
        if inside.is_empty() {
            cut.push((row.clone(), false));
            return Ok(());
        }
        if !outside.is_empty() {
            rest.push((with(&here, name, outside), false));
            here = with(&here, name, inside);
        }
    }
    cut.push((here, true));
    cut.extend(rest);
    Ok(())
}

/// All values of a dimension that a row says nothing of.
fn domain(dim: Dim, row: &Value, vocabulary: &Vocabulary) -> Result<Vec<Value>, Amiss> {
    let data = |code: &str| match dim {
        Dim::Level => code.parse().map_or(Data::Unsupported("a level"), Data::Whole),
        Dim::Chosen | Dim::Contract => Data::Flag(code == "true"),
        _ => Data::Text(code.to_string()),
    };
    let codes = rows::codes(dim, vocabulary);
    if codes.is_empty() {
        let (name, shown) = (dim.code(), row.shown());
        return Err(Amiss::new(
            format!("这一行没有写条件 {name}，不能只改其中一部分：{shown}"),
            format!("this row says nothing of {name}, so no part of it can be varied: {shown}"),
        ));
    }
    Ok(codes.into_iter().map(|code| Value { line: row.line, data: data(code) }).collect())
}

/// How a condition's value is written on a command line.
fn text(value: &Value) -> String {
    match &value.data {
        Data::Text(text) => text.clone(),
        _ => value.shown(),
    }
}

fn with(row: &Value, name: &str, values: Vec<Value>) -> Value {
    let data = match <[Value; 1]>::try_from(values) {
        Ok([value]) => value.data,
        Err(values) => Data::List(values),
    };
    super::apply::replaced(row, name, data)
}
