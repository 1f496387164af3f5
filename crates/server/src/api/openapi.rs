//! The OpenAPI 3.1 document, from the table.

use super::BASE;
use super::endpoint::{Answer, Endpoint};
use super::shape::{Field, Kind, Shape};
use super::table;
use serde_json::{Map, Value, json};

/// The document, as it is served and kept in the repository.
#[must_use]
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    let mut schemas: Map<String, Value> = Map::new();
    schemas.insert("Problem".to_owned(), problem());
    for (zh, _, endpoints) in table::AREAS {
        for endpoint in *endpoints {
            let path = paths.entry(endpoint.path).or_insert_with(|| json!({}));
            path[endpoint.method.word().to_ascii_lowercase()] =
                operation(endpoint, zh, &mut schemas);
        }
    }
    let tags: Vec<_> =
        table::AREAS.iter().map(|(zh, en, _)| json!({"name": zh, "description": en})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "共济经办接口 / Gongji agency API",
            "version": "1",
            "description": "金额为整数分；时间为北京时间。/ Amounts are whole fen; times are Beijing time. \
                See docs/guide/api.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": BASE}],
        "security": [{"token": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    })
}

/// The document as text.
#[must_use]
pub fn text() -> String {
    let text = serde_json::to_string_pretty(&document()).unwrap_or_default();
    text + "\n"
}

fn operation(endpoint: &Endpoint, tag: &str, schemas: &mut Map<String, Value>) -> Value {
    let mut parameters: Vec<Value> = endpoint
        .path_parameters()
        .map(|name| {
            let schema = match name {
                "area" => json!({"type": "string", "pattern": "^[0-9]{6}$"}),
                "year" => json!({"type": "integer"}),
                _ => json!({"type": "string"}),
            };
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    for field in endpoint.parameters() {
        parameters.push(json!({
            "name": field.name, "in": "query", "required": field.required,
            "description": said(&field), "schema": schema(field.kind, schemas),
        }));
    }
    if endpoint.writes() {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "每次办理一个新值，重发用原值 / new for each thing done; the same when sent again",
            "schema": {"type": "string", "minLength": 1, "maxLength": super::journal::LONGEST},
        }));
    }
    let answer = match endpoint.answer {
        Answer::One(shape) => reference(shape, schemas),
        Answer::Page(shape) => json!({
            "type": "object",
            "required": ["items"],
            "properties": {
                "items": {"type": "array", "items": reference(shape, schemas)},
                "next": {"type": "string", "description": "下一页的after，末页没有 / `after` of the next page"},
            },
        }),
        Answer::Document => json!({"type": "object"}),
    };
    let roles: Vec<_> = endpoint.roles.iter().map(|role| role.code()).collect();
    let mut operation = json!({
        "operationId": endpoint.id,
        "tags": [tag],
        "summary": format!("{} / {}", endpoint.zh, endpoint.en),
        "x-roles": roles,
        "parameters": parameters,
        "responses": {
            "2XX": {
                "description": "办成 / done",
                "content": {"application/json": {"schema": answer}},
            },
            "default": {
                "description": "未办成 / not done",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    });
    if let Some(shape) = endpoint.body {
        operation["requestBody"] = json!({
            "required": shape.fields.iter().any(|field| field.required),
            "content": {"application/json": {"schema": reference(shape, schemas)}},
        });
    }
    operation
}

fn said(field: &Field) -> String {
    format!("{} / {}", field.zh, field.en)
}

/// A reference to a shape, which is described once.
fn reference(shape: &'static Shape, schemas: &mut Map<String, Value>) -> Value {
    if !schemas.contains_key(shape.name) {
        schemas.insert(shape.name.to_owned(), Value::Null);
        let mut properties = Map::new();
        for field in shape.fields {
            let mut described = schema(field.kind, schemas);
            described["description"] = json!(said(field));
            properties.insert(field.name.to_owned(), described);
        }
        let required: Vec<_> =
            shape.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        let described = json!({
            "type": "object",
            "description": format!("{} / {}", shape.zh, shape.en),
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        schemas.insert(shape.name.to_owned(), described);
    }
    json!({"$ref": format!("#/components/schemas/{}", shape.name)})
}

fn schema(kind: Kind, schemas: &mut Map<String, Value>) -> Value {
    match kind {
        Kind::Text => json!({"type": "string", "maxLength": super::shape::LONGEST}),
        Kind::Word(words) => json!({"type": "string", "enum": words}),
        Kind::Fen => json!({"type": "integer", "format": "int64"}),
        Kind::Whole => json!({"type": "integer"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Day => json!({"type": "string", "format": "date"}),
        Kind::Moment => {
            json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"})
        }
        Kind::Id => json!({"type": "string", "minLength": 26, "maxLength": 26}),
        Kind::Object(shape) => reference(shape, schemas),
        Kind::List(kind) => json!({"type": "array", "items": schema(*kind, schemas)}),
        Kind::Map(kind) => {
            json!({"type": "object", "additionalProperties": schema(*kind, schemas)})
        }
        Kind::Any => json!({}),
    }
}

fn problem() -> Value {
    let text = |said: &str| json!({"type": "string", "description": said});
    json!({
        "type": "object",
        "description": "未办成的原因 / why not (RFC 9457)",
        "required": ["type", "title", "status", "detail", "detail_en"],
        "properties": {
            "type": text("urn:gongji:problem:编号或词"),
            "status": {"type": "integer"},
            "title": text("哪一类问题"),
            "detail": text("具体问题"),
            "detail_en": text("English"),
            "field": text("有问题的字段"),
            "value": text("它的值"),
            "right": text("应当怎样"),
        },
    })
}
