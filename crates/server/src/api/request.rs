//! A request as handlers see it: who asks, and the values of path, query and body, checked.

use super::operators::Operator;
use super::paging::Page;
use super::problem::{Kind, Problem};
use super::shape::{self, Field, Given};
use agency::Agency;
use agency::directory::Directory;
use serde_json::{Map, Value};
use std::sync::Arc;
use store::{Area, Id, PersonKey};

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks.
    pub operator: Arc<Operator>,
    /// The parameters of the path.
    pub path: Vec<(String, String)>,
    /// The area of the path; of a path without one, none.
    pub area: Area,
    /// The query.
    pub query: Given,
    /// The body.
    pub body: Given,
}

impl Ask {
    /// A parameter of the path.
    #[must_use]
    pub fn path(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The person of the path.
    #[must_use]
    pub fn person(&self) -> PersonKey {
        PersonKey::new(self.area, self.path("person"))
    }

    /// An id of the path.
    ///
    /// # Errors
    /// It is none: nothing has this id.
    pub fn path_id(&self, name: &str) -> Result<Id, Problem> {
        let text = self.path(name);
        Id::parse(text).ok_or_else(|| Problem::not_found(name, text))
    }

    /// Which page is wanted.
    ///
    /// # Errors
    /// See [`Page::of`].
    pub fn page(&self) -> Result<Page, Problem> {
        Page::of(&self.query)
    }

    /// The directory of the area.
    ///
    /// # Errors
    /// There is none.
    pub fn directory(&self, agency: &Agency) -> Result<Arc<Directory>, Problem> {
        agency.reload_directories()?;
        let found = agency.directory(self.area);
        found.ok_or_else(|| Problem::not_found("area", &self.area.to_string()))
    }
}

/// Reads a query by its fields.
///
/// # Errors
/// A name that nobody knows or that stands there twice, a value that is not of its form, or a missing one.
pub fn query(text: &str, fields: &[Field]) -> Result<Given, Problem> {
    let mut all = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        let kind = fields.iter().find(|field| field.name == name).map(|field| field.kind);
        let value = match (kind, value.parse::<i64>(), &*value) {
            (Some(shape::Kind::Whole | shape::Kind::Fen), Ok(number), _) => Value::from(number),
            (Some(shape::Kind::Flag), _, "true") => Value::Bool(true),
            (Some(shape::Kind::Flag), _, "false") => Value::Bool(false),
            _ => Value::String(value),
        };
        if let Some(first) = all.insert(name.clone(), value) {
            let first = first.as_str().map_or_else(|| first.to_string(), str::to_owned);
            return Err(Problem::field(Kind::FieldForm, &name, &first, "应只给出一次"));
        }
    }
    // An empty parameter is one that is not given.
    all.retain(|name, value| {
        value.as_str() != Some("") || !fields.iter().any(|field| field.name == *name)
    });
    shape::check(fields, &all, "")?;
    Ok(Given(all))
}

/// Percent and plus signs undone; what is no UTF-8 is replaced.
#[must_use]
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let ahead = rest.clone();
                let digits: Vec<u8> = ahead.take(2).collect();
                let hex = std::str::from_utf8(&digits).ok().filter(|hex| hex.len() == 2);
                match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(byte) => {
                        bytes.push(byte);
                        rest.nth(1);
                    }
                    None => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads a body by its shape; an empty body is an empty object.
///
/// # Errors
/// No JSON, no object, or what [`shape::check`] finds.
pub fn body(bytes: &[u8], fields: &[Field]) -> Result<Given, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        shape::check(fields, &Map::new(), "")?;
        return Ok(Given::default());
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let place = format!("第{}行第{}列", error.line(), error.column());
        let place_en = format!("line {}, column {}", error.line(), error.column());
        Problem::new(Kind::Body, format!("JSON有误：{place}"), format!("not JSON: {place_en}"))
    })?;
    match value {
        Value::Object(object) => {
            shape::check(fields, &object, "")?;
            Ok(Given(object))
        }
        _ => Err(Problem::new(Kind::Body, "应为JSON对象", "must be an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_signs_are_undone() {
        assert_eq!(decoded("%E6%B5%8B+%2B1%"), "测 +1%");
        assert_eq!(decoded("2026-03-01%2008:30:00"), "2026-03-01 08:30:00");
    }
}
