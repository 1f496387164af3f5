//! Reads a parameter: `name=path[conditions].key=steps`.

use super::{Amiss, How, Number, Parameter, Step};

/// More steps are a mistake of the step.
const MOST: usize = 100_000;

const EXAMPLE: &str =
    "起付标准=programme.ordinary.deductible.amount[status=active]=100..400 step 50";

/// Reads a parameter as it is written on a command line.
pub(super) fn parameter(text: &str) -> Result<Parameter, Amiss> {
    parts(text).map_err(|amiss| amiss.at(&text))
}

fn parts(text: &str) -> Result<Parameter, Amiss> {
    let (name, rest) = match text.split_once('=') {
        Some((name, rest)) if !name.contains(['.', '[', '*', '+']) => (name.trim(), rest),
        _ => ("", text),
    };
    let end = rest.find(['[', '=', '*', '+']).unwrap_or(rest.len());
    let (path, rest) = rest.split_at(end);
    let path = path.trim();
    if !path.contains('.') {
        return Err(Amiss::new(
            format!("要写成 名称=路径[条件]=取值，路径是“表.键”，如 {EXAMPLE}"),
            format!(
                "write name=path[conditions]=steps; the path is that of a table and a key, e.g. {EXAMPLE}"
            ),
        ));
    }
    let (inside, rest) = match rest.strip_prefix('[') {
        None => ("", rest),
        Some(rest) => rest.split_once(']').ok_or_else(|| {
            Amiss::new(
                "条件的方括号没有结束“]”",
                "the bracket of the conditions is not closed with ]",
            )
        })?,
    };
    let (key, how, steps) = operator(rest)?;
    let (row, conditions) = conditions(inside)?;
    Ok(Parameter {
        name: if name.is_empty() { path.to_string() } else { name.to_string() },
        text: text.to_string(),
        path: path.to_string(),
        row,
        conditions,
        key: key.strip_prefix('.').map(|key| key.trim().to_string()),
        how,
        steps: self::steps(steps, how)?,
    })
}

/// What stands before the operator, the operator, what stands behind it.
fn operator(rest: &str) -> Result<(&str, How, &str), Amiss> {
    let Some((before, steps)) = rest.split_once('=') else {
        return Err(Amiss::new(
            "没有取值：在路径后写 =100,200（改成）、*=0.9,1.1（乘）或 +=-50,50（加）",
            "no steps: behind the path write =100,200 (becomes), *=0.9,1.1 (times) or +=-50,50 (plus)",
        ));
    };
    let before = before.trim();
    let (key, how) = match (before.strip_suffix('*'), before.strip_suffix('+')) {
        (Some(key), _) => (key, How::Times),
        (_, Some(key)) => (key, How::Plus),
        _ => (before, How::Set),
    };
    let key = key.trim();
    if !key.is_empty() && !key.starts_with('.') {
        return Err(Amiss::new(
            format!("看不懂“{key}”：条件之后只能写 .键，如 .yuan"),
            format!(
                "{key:?} makes no sense: behind the conditions only .key may stand, e.g. .yuan"
            ),
        ));
    }
    Ok((key, how, steps))
}

type Conditions = (Option<usize>, Vec<(String, Vec<String>)>);

/// `status=active,level=0|1`, or the number of a row.
fn conditions(inside: &str) -> Result<Conditions, Amiss> {
    let (mut row, mut conditions) = (None, Vec::new());
    for condition in inside.split([',', '，']).map(str::trim).filter(|text| !text.is_empty()) {
        if let Ok(number) = condition.parse::<usize>() {
            row = Some(number);
            continue;
        }
        let Some((name, values)) = condition.split_once('=') else {
            return Err(Amiss::new(
                format!("条件“{condition}”应写成 status=active、level=0|1，或行号"),
                format!(
                    "condition {condition:?}: write status=active, level=0|1, or the number of a row"
                ),
            ));
        };
        let values = values.split('|').map(|value| value.trim().trim_matches('"').to_string());
        conditions.push((name.trim().to_string(), values.collect()));
    }
    Ok((row, conditions))
}

/// Steps: values and ranges, with commas between.
pub(super) fn steps(text: &str, how: How) -> Result<Vec<Step>, Amiss> {
    let mut steps = Vec::new();
    for part in text.split([',', '，']).map(str::trim) {
        match part.split_once("..") {
            Some((from, rest)) => range(part, from, rest, &mut steps)?,
            None => steps.push(step(part, how)?),
        }
    }
    Ok(steps)
}

/// One step that is no range.
pub(super) fn step(text: &str, how: How) -> Result<Step, Amiss> {
    let text = text.trim();
    match (Number::parse(text), how) {
        (Some(number), _) => Ok(Step::Number(number)),
        (None, How::Set) if !text.is_empty() && !text.contains(char::is_whitespace) => {
            Ok(Step::Word(text.trim_matches('"').to_string()))
        }
        _ => Err(Amiss::new(
            format!("取值“{text}”不是数：写 200、60%、100..400 step 50，用逗号隔开"),
            format!(
                "step {text:?} is no number: write 200, 60%, 100..400 step 50, with commas between"
            ),
        )),
    }
}

fn range(text: &str, from: &str, rest: &str, steps: &mut Vec<Step>) -> Result<(), Amiss> {
    let cut = ["step", "步长", "/"].iter().find_map(|word| rest.split_once(word));
    let numbers = cut.map(|(to, by)| (Number::parse(from), Number::parse(to), Number::parse(by)));
    let Some((Some(from), Some(to), Some(by))) = numbers else {
        return Err(Amiss::new(
            format!("“{text}”应写成 100..400 step 50（或 100..400/50）：从、到、步长"),
            format!("{text:?}: write 100..400 step 50 (or 100..400/50): from, to, by"),
        ));
    };
    // A percent sign at the end of a range is meant for all of it.
    let percent = from.percent || to.percent || by.percent;
    let alike = [from, to, by].iter().all(|number| number.percent == percent);
    if !alike || by.units <= 0 || from.units > to.units {
        return Err(Amiss::new(
            format!("“{text}”：从小到大，步长大于零，三个数都带或都不带百分号"),
            format!(
                "{text:?}: from the least to the most, by more than nothing, all or none of the three with a percent sign"
            ),
        ));
    }
    if (to.units - from.units) / by.units >= i64::try_from(MOST).unwrap_or(i64::MAX) {
        return Err(Amiss::new(
            format!("“{text}”超过 {MOST} 个取值：加大步长"),
            format!("{text:?} has more than {MOST} steps: take longer ones"),
        ));
    }
    let mut units = from.units;
    while units <= to.units {
        steps.push(Step::Number(Number { units, percent }));
        units += by.units;
    }
    Ok(())
}
