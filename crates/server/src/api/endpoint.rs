//! One row of the table of endpoints.

use super::problem::Problem;
use super::request::Ask;
use super::role::Role;
use super::serve::Api;
use super::shape::{Field, Shape};
use agency::Business;
use agency::core::Answered;
use serde_json::Value;
use std::sync::Arc;

/// The method of an endpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// Looks.
    Get,
    /// Does something new.
    Post,
    /// Makes something so.
    Put,
    /// Ends something.
    Delete,
}

impl Method {
    /// As it stands in a request.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
        }
    }
}

/// What an endpoint answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// One thing.
    One(&'static Shape),
    /// A page of things.
    Page(&'static Shape),
    /// The OpenAPI document.
    Document,
}

/// What an endpoint does.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Looks something up. Runs where it may wait for the books.
    Look(fn(&Arc<Api>, &Ask) -> Result<Value, Problem>),
    /// Makes ready what is to be done. Runs where it may wait for the books.
    Write(fn(&Arc<Api>, &Ask) -> Result<Write, Problem>),
}

/// How the answer to what was done is made. `Answered::replayed`: it was done before.
pub type Render = Box<dyn FnOnce(&Arc<Api>, &Answered) -> Result<Value, Problem> + Send>;

/// Something to be done.
pub struct Write {
    /// The business.
    pub business: Box<dyn Business>,
    /// The status of its answer: 200, 201 or 202.
    pub status: u16,
    /// How it is answered.
    pub render: Render,
}

impl Write {
    /// Something answered with 200.
    pub fn new(
        business: impl Business + 'static,
        render: impl FnOnce(&Arc<Api>, &Answered) -> Result<Value, Problem> + Send + 'static,
    ) -> Write {
        Write { business: Box::new(business), status: 200, render: Box::new(render) }
    }

    /// The same with another status.
    #[must_use]
    pub fn status(self, status: u16) -> Write {
        Write { status, ..self }
    }
}

/// A row of the table.
#[derive(Clone, Copy)]
pub struct Endpoint {
    /// Its name: `operationId`, label of the metrics, transaction of the message journal.
    pub id: &'static str,
    /// Method.
    pub method: Method,
    /// Path below [`super::BASE`]; `{area}` is an area of the operator.
    pub path: &'static str,
    /// Who may use it.
    pub roles: &'static [Role],
    /// 中文: what it is for.
    pub zh: &'static str,
    /// English: what it is for.
    pub en: &'static str,
    /// Parameters of the query; those of pages are added.
    pub query: &'static [Field],
    /// The body.
    pub body: Option<&'static Shape>,
    /// The answer.
    pub answer: Answer,
    /// What it does.
    pub handler: Handler,
}

impl Endpoint {
    /// Parameters of the query, those of pages too.
    #[must_use]
    pub fn parameters(&self) -> Vec<Field> {
        let paging: &[Field] = match self.answer {
            Answer::Page(_) => super::paging::FIELDS,
            _ => &[],
        };
        self.query.iter().chain(paging).copied().collect()
    }

    /// Names of the parameters of the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// It changes something.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.method != Method::Get
    }
}
