//! A grid file: parameters as TOML.
//!
//! ```toml
//! vary = ["比例=programme.ordinary.share.rate[status=active]+=-5%,0%,5%"]
//!
//! [[parameter]]
//! name   = "在职起付标准"
//! path   = "programme.ordinary.deductible.amount"
//! where  = { status = "active" }
//! values = [100, 200, "300.50"]
//! ```

use super::{Amiss, How, Parameter, Step, read};
use crate::fault::nearest;
use crate::value::{Data, Value};

const KEYS: [&str; 9] = ["name", "path", "where", "row", "key", "values", "times", "plus", "note"];

/// The parameters of a grid file.
pub(super) fn parameters(text: &str) -> Result<Vec<Parameter>, Amiss> {
    let file = Value::parse(text, 1).map_err(|(line, problem)| {
        Amiss::new(format!("不是 TOML：{problem}"), format!("not TOML: {problem}")).at(&line)
    })?;
    let mut parameters = Vec::new();
    for (name, value) in file.entries() {
        for item in value.items() {
            let read = match (&**name, item.text()) {
                ("vary", Some(text)) => read::parameter(text),
                ("parameter", None) => parameter(item),
                _ => Err(Amiss::new(
                    format!("看不懂“{name}”：可写 vary = [\"名称=路径=取值\"] 和 [[parameter]]"),
                    format!(
                        "{name:?} makes no sense: there are vary = [\"name=path=steps\"] and [[parameter]]"
                    ),
                )),
            };
            parameters.push(read.map_err(|amiss| amiss.at(&item.line))?);
        }
    }
    Ok(parameters)
}

fn parameter(table: &Value) -> Result<Parameter, Amiss> {
    for (name, _) in table.entries() {
        if !KEYS.contains(&name.as_str()) {
            let (near, all) = (nearest(name, KEYS).unwrap_or("path"), KEYS.join(", "));
            return Err(Amiss::new(
                format!("没有键“{name}”；是不是 {near}？可用：{all}"),
                format!("no key is called {name:?}; {near:?} perhaps? known: {all}"),
            ));
        }
    }
    let text = |name: &str| table.get(name).and_then(Value::text).map(str::to_string);
    let path = text("path").filter(|path| path.contains('.')).ok_or_else(|| {
        Amiss::new(
            "缺少 path，如 path = \"programme.ordinary.deductible.amount\"",
            "no path, e.g. path = \"programme.ordinary.deductible.amount\"",
        )
    })?;
    let stated = [("values", How::Set), ("times", How::Times), ("plus", How::Plus)];
    let stated: Vec<(&Value, How)> =
        stated.iter().filter_map(|(name, how)| Some((table.get(name)?, *how))).collect();
    let [(values, how)] = stated[..] else {
        return Err(Amiss::new(
            "values（改成）、times（乘）、plus（加）写且只写一个",
            "one of values (becomes), times and plus, and only one",
        ));
    };
    let conditions = table.get("where").map_or(&[][..], Value::entries).iter();
    let conditions = conditions
        .map(|(name, value)| (name.clone(), value.items().iter().map(written).collect::<Vec<_>>()));
    let row = table.get("row").and_then(Value::whole).and_then(|row| usize::try_from(row).ok());
    Ok(Parameter {
        name: text("name").unwrap_or_else(|| path.clone()),
        text: path.clone(),
        path,
        row,
        conditions: conditions.collect(),
        key: text("key"),
        how,
        steps: steps(values, how)?,
    })
}

fn steps(values: &Value, how: How) -> Result<Vec<Step>, Amiss> {
    if let Some(text) = values.text() {
        return read::steps(text, how);
    }
    let of = |value: &Value| match &value.data {
        Data::List(_) | Data::Table(_) => Ok(Step::Value(value.clone())),
        Data::Unsupported(_) => Err(Amiss::new(
            "带小数点的数写成文字，如 \"0.95\"",
            "write a number with a decimal point as text, e.g. \"0.95\"",
        )),
        _ => read::step(&written(value), how),
    };
    let steps = values.items().iter().map(of).collect::<Result<Vec<_>, _>>()?;
    if steps.is_empty() {
        return Err(Amiss::new("没有取值", "there are no steps"));
    }
    Ok(steps)
}

fn written(value: &Value) -> String {
    value.text().map_or_else(|| value.shown(), str::to_string)
}
