//! What a step makes of a stated value.

use super::number::{ONE, times};
use super::{Amiss, How, Number, Parameter, Step, select};
use crate::value::{Data, Value};
use kernel::policy::Vocabulary;
use kernel::{Date, Fen};

/// Keys of rows whose values are numbers.
const NUMBERS: [&str; 6] = ["yuan", "rate", "share", "points", "times", "value"];

/// The value with a step taken.
pub(super) fn step(
    stated: &Value,
    parameter: &Parameter,
    key: Option<&str>,
    step: &Step,
    vocabulary: &Vocabulary,
) -> Result<Value, Amiss> {
    if let Step::Value(value) = step {
        return Ok(value.clone());
    }
    let how = parameter.how;
    let is_rows = |items: &[Value]| items.iter().any(|item| matches!(item.data, Data::Table(_)));
    match &stated.data {
        Data::List(items) if is_rows(items) => {
            let rows = select::rows(items, parameter.row, &parameter.conditions, vocabulary)?;
            let rows = rows
                .into_iter()
                .map(|(row, meant)| if meant { in_row(&row, key, how, step) } else { Ok(row) });
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            Ok(Value { line: 0, data: Data::List(rows) })
        }
        _ if !parameter.conditions.is_empty() || key.is_some() => {
            let shown = stated.shown();
            Err(Amiss::new(
                format!("现在的值 {shown} 没有分行，不能写条件或键"),
                format!("the value is {shown}: it has no rows, so no conditions and no key"),
            ))
        }
        Data::List(items) => {
            let meant = |index: usize| parameter.row.is_none_or(|row| row == index + 1);
            let items = items.iter().enumerate().map(|(index, item)| {
                if meant(index) { scalar(item, "yuan", how, step) } else { Ok(item.clone()) }
            });
            let items = items.collect::<Result<Vec<_>, _>>()?;
            Ok(Value { line: 0, data: Data::List(items) })
        }
        _ => {
            let name = parameter.path.rsplit('.').next().unwrap_or_default();
            scalar(stated, name, how, step)
        }
    }
}

/// A row with its number varied.
fn in_row(row: &Value, key: Option<&str>, how: How, step: &Step) -> Result<Value, Amiss> {
    let numbers = || {
        let names = row.entries().iter().map(|(name, _)| name.as_str());
        names.filter(|name| NUMBERS.contains(name)).collect::<Vec<_>>()
    };
    let key = match (key, &numbers()[..]) {
        (Some(key), _) => key.to_string(),
        (None, [only]) => (*only).to_string(),
        (None, several) => {
            let (shown, keys) = (row.shown(), several.join(", "));
            return Err(Amiss::new(
                format!("这一行里可改的数有“{keys}”，请在路径后写明 .键：{shown}"),
                format!("the numbers of this row are {keys:?}; say .key behind the path: {shown}"),
            ));
        }
    };
    let Some(stated) = row.get(&key) else {
        let shown = row.shown();
        return Err(Amiss::new(
            format!("这一行没有“{key}”：{shown}"),
            format!("this row has no {key:?}: {shown}"),
        ));
    };
    Ok(replaced(row, &key, scalar(stated, &key, how, step)?.data))
}

/// A row with an entry replaced or added.
pub(super) fn replaced(row: &Value, name: &str, data: Data) -> Value {
    let value = Value { line: row.line, data };
    let mut entries = row.entries().to_vec();
    match entries.iter_mut().find(|(known, _)| known == name) {
        Some(entry) => entry.1 = value,
        None => entries.insert(0, (name.to_string(), value)),
    }
    Value { line: row.line, data: Data::Table(entries) }
}

/// A value that stands alone.
fn scalar(stated: &Value, name: &str, how: How, step: &Step) -> Result<Value, Amiss> {
    let (text, shown) = (stated.text().unwrap_or_default(), stated.shown());
    let is_money =
        name == "yuan" || stated.text().is_some_and(|text| Fen::parse_yuan(text).is_ok());
    let data = match (step, &stated.data) {
        (Step::Word(word), Data::Text(_)) if stated.rate().is_none() && !is_money => {
            Some(Data::Text(word.clone()))
        }
        (Step::Word(word), Data::Flag(_)) => word.parse().ok().map(Data::Flag),
        (Step::Word(word), Data::Day(_)) => Date::parse(word).map(Data::Day),
        (Step::Number(number), Data::Text(_)) if stated.rate().is_some() => {
            rate(stated.rate().map_or(0, |rate| i64::from(rate.get())), how, *number).map(|units| {
                let plus = if text.starts_with('+') && units >= 0 { "+" } else { "" };
                Data::Text(format!("{plus}{}", Number { units, percent: true }))
            })
        }
        (Step::Number(number), Data::Whole(_) | Data::Text(_)) if is_money => {
            let fen = stated.yuan().and_then(|stated| money(stated.get(), how, *number));
            fen.map(yuan)
        }
        (Step::Number(number), Data::Whole(stated)) => {
            whole(*stated, how, *number).map(Data::Whole)
        }
        _ => None,
    };
    let misfit = || {
        let step = match step {
            Step::Number(number) => number.to_string(),
            Step::Word(word) => word.clone(),
            Step::Value(value) => value.shown(),
        };
        Amiss::new(
            format!(
                "现在的值是 {shown}，取值“{step}”与它不是一类：金额写 200 或 200.50（元，到分），比例写 60%，乘数写 0.9，词写原来那样的词"
            ),
            format!(
                "the value is {shown}, and step {step:?} is of another kind: amounts are 200 or 200.50 (yuan, to the fen), rates 60%, factors 0.9, words like the word there"
            ),
        )
    };
    Ok(Value { line: stated.line, data: data.ok_or_else(misfit)? })
}

/// Fen after a step.
fn money(fen: i64, how: How, number: Number) -> Option<i64> {
    match how {
        How::Set => number.fen(),
        How::Plus => number.fen().and_then(|more| fen.checked_add(more)),
        How::Times => times(fen, number.units),
    }
}

/// Ten-thousandths after a step.
fn rate(stated: i64, how: How, number: Number) -> Option<i64> {
    let units = match how {
        How::Set => number.percent.then_some(number.units),
        How::Plus => number.percent.then(|| stated.saturating_add(number.units)),
        How::Times => times(stated, number.units),
    };
    units.filter(|units| i32::try_from(*units).is_ok())
}

fn whole(stated: i64, how: How, number: Number) -> Option<i64> {
    let own = (!number.percent && number.units % ONE == 0).then_some(number.units / ONE);
    match how {
        How::Set => own,
        How::Plus => own.and_then(|more| stated.checked_add(more)),
        How::Times => times(stated, number.units),
    }
}

/// An amount as documents write it.
pub(super) fn yuan(fen: i64) -> Data {
    if fen % 100 == 0 { Data::Whole(fen / 100) } else { Data::Text(Fen::new(fen).to_string()) }
}
