//! How a trace is written: each article once, each step a row that names its articles by place.
//!
//! `{"articles":["渝医保发〔2023〕32号 第四条"],"steps":[["deductible","ordinary",[14593,0,10000],0,[0]]]}`; a row is kind, what
//! it is about, amounts without the zeros at their end, share, articles, and `true` if a value has no verified source.
//! What is zero or empty at the end of a row is left out.

use super::TraceStep;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Writes the steps.
pub(super) fn serialize<S: Serializer>(trace: &[TraceStep], to: S) -> Result<S::Ok, S::Error> {
    let mut articles: Vec<&Arc<str>> = Vec::new();
    let mut steps = Vec::with_capacity(trace.len());
    for step in trace {
        let place = |article| match articles.iter().position(|known| *known == article) {
            Some(place) => place,
            None => {
                articles.push(article);
                articles.len() - 1
            }
        };
        steps.push(Row { step, articles: step.articles.iter().map(place).collect() });
    }
    let mut stored = to.serialize_struct("Trace", 2)?;
    stored.serialize_field("articles", &articles)?;
    stored.serialize_field("steps", &steps)?;
    stored.end()
}

/// Reads what [`serialize`] wrote.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<TraceStep>, D::Error> {
    #[derive(Deserialize)]
    struct Stored {
        articles: Vec<Arc<str>>,
        steps: Vec<ReadRow>,
    }
    let Stored { articles, steps } = Stored::deserialize(from)?;
    let read = |ReadRow(step, places): ReadRow| {
        let named = places.iter().map(|place| articles.get(*place).cloned());
        let articles: Option<Arc<[Arc<str>]>> = named.collect();
        let articles = articles.ok_or_else(|| Error::custom("a step names no article"))?;
        Ok(TraceStep { articles, ..step })
    };
    steps.into_iter().map(read).collect()
}

struct Row<'a> {
    step: &'a TraceStep,
    articles: Vec<usize>,
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let TraceStep { kind, of, amounts, rate, unverified, .. } = self.step;
        let used = amounts.iter().rposition(|amount| *amount != 0).map_or(0, |last| last + 1);
        let filled = [!of.is_empty(), used > 0, *rate != 0, !self.articles.is_empty(), *unverified];
        let length = filled.iter().rposition(|filled| *filled).map_or(1, |last| last + 2);
        let mut row = to.serialize_seq(Some(length))?;
        row.serialize_element(kind)?;
        for column in 1..length {
            match column {
                1 => row.serialize_element(of)?,
                2 => row.serialize_element(amounts.get(..used).unwrap_or_default())?,
                3 => row.serialize_element(rate)?,
                4 => row.serialize_element(&self.articles)?,
                _ => row.serialize_element(unverified)?,
            }
        }
        row.end()
    }
}

/// A step without its articles, and where those stand.
struct ReadRow(TraceStep, Vec<usize>);

impl<'de> Deserialize<'de> for ReadRow {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<ReadRow, D::Error> {
        from.deserialize_seq(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = ReadRow;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("kind, what it is about, amounts, share, articles, whether unverified")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<ReadRow, A::Error> {
        let kind = row.next_element()?.ok_or_else(|| Error::invalid_length(0, &self))?;
        let of = row.next_element()?.unwrap_or_default();
        let written: Vec<i64> = row.next_element()?.unwrap_or_default();
        let mut amounts = [0; 5];
        let room = amounts.get_mut(..written.len());
        room.ok_or_else(|| Error::custom("too many amounts"))?.copy_from_slice(&written);
        let rate = row.next_element()?.unwrap_or_default();
        let articles = row.next_element()?.unwrap_or_default();
        let unverified = row.next_element()?.unwrap_or_default();
        let step = TraceStep { kind, of, amounts, rate, articles: Arc::default(), unverified };
        Ok(ReadRow(step, articles))
    }
}

#[cfg(test)]
mod tests {
    use super::super::TraceStep;
    use serde::{Deserialize, Serialize};
    use std::sync::Arc;

    #[derive(PartialEq, Debug, Serialize, Deserialize)]
    struct Holder {
        #[serde(with = "super")]
        trace: Vec<TraceStep>,
    }

    fn step(kind: &str, amounts: [i64; 5], rate: i32, articles: &[&str]) -> TraceStep {
        TraceStep {
            kind: kind.into(),
            of: "ordinary".into(),
            amounts,
            rate,
            articles: articles.iter().map(|article| Arc::from(*article)).collect(),
            unverified: rate > 0,
        }
    }

    #[test]
    fn a_trace_reads_back_and_names_each_article_once() {
        let trace = vec![
            step("deductible", [5, 0, 7, 0, 0], 0, &["第四条", "第五条"]),
            step("share", [0; 5], 6_000, &["第五条"]),
            TraceStep { kind: "cash".into(), ..TraceStep::default() },
        ];
        let text = serde_json::to_string(&Holder { trace }).unwrap();
        let expected = r#"{"trace":{"articles":["第四条","第五条"],"steps":[["deductible","ordinary",[5,0,7],0,[0,1]],["share","ordinary",[],6000,[1],true],["cash"]]}}"#;
        assert_eq!(text, expected);
        let read: Holder = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        assert_eq!(*read.trace[0].articles[1], *"第五条");
    }

    #[test]
    fn what_was_not_written_so_is_refused() {
        for steps in [r#"[["share","",[1,2,3,4,5,6]]]"#, r#"[["share","",[],0,[0]]]"#, "[[]]"] {
            let text = format!(r#"{{"trace":{{"articles":[],"steps":{steps}}}}}"#);
            assert!(serde_json::from_str::<Holder>(&text).is_err(), "{steps}");
        }
    }
}
