//! One connection, on a runtime of its own that runs only while somebody waits for an answer.

use super::failure::Failure;
use crate::StoreError;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row, Statement};

/// A value of a row or a column of values, to be sent.
pub(super) type Parameter<'a> = dyn ToSql + Sync + 'a;

/// What every connection is told. Look-ups by key are planned once and for all, as look-ups by key: what a table holds when
/// a statement is first planned says nothing about what it will hold.
const SETTINGS: &str = "SET application_name = 'gongji'; \
    SET statement_timeout = '60s'; SET lock_timeout = '10s'; \
    SET idle_in_transaction_session_timeout = '60s'; SET jit = off; \
    SELECT set_config('synchronous_commit', 'on', false) \
    WHERE current_setting('synchronous_commit') = 'off'";
const LOOKING_UP: &str = "SET plan_cache_mode = force_generic_plan; \
    SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET enable_material = off; SET enable_memoize = off";

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// Batches: look-ups by key.
    Batches,
    /// Queries, walks, definitions: the planner decides.
    Queries,
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection {
    runtime: Runtime,
    client: Client,
    statements: RefCell<HashMap<Cow<'static, str>, Statement>>,
}

impl Connection {
    pub(super) fn open(config: &Config, purpose: Purpose) -> Result<Connection, Failure> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|what| Failure::Lost(format!("start a runtime: {what}")))?;
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        // Its error is what the statement that meets it gets.
        runtime.spawn(async move { connection.await.unwrap_or_default() });
        let connection = Connection { runtime, client, statements: RefCell::default() };
        connection.simple(SETTINGS)?;
        if purpose == Purpose::Batches {
            connection.simple(LOOKING_UP)?;
        }
        Ok(connection)
    }

    /// False once it is known that the other side is gone.
    pub(super) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    /// Ends it without waiting for anything: also on a thread of another runtime, as when a server drops its books.
    pub(super) fn close(self) {
        let Connection { runtime, .. } = self;
        runtime.shutdown_background();
    }

    pub(super) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Runs statements without parameters or answer.
    pub(super) fn simple(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.wait(self.client.batch_execute(sql))?)
    }

    /// All rows of one statement.
    pub(super) fn rows(
        &self,
        sql: &'static str,
        parameters: &[&Parameter<'_>],
    ) -> Result<Vec<Row>, Failure> {
        self.wait(async {
            let statement = self.statement(sql).await?;
            Ok(self.client.query(&statement, parameters).await?)
        })
    }

    /// A prepared statement.
    pub(super) async fn statement(
        &self,
        sql: impl Into<Cow<'static, str>>,
    ) -> Result<Statement, Failure> {
        let sql = sql.into();
        if let Some(statement) = self.statements.borrow().get(&sql) {
            return Ok(statement.clone());
        }
        let statement = self.new_statement(&sql).await?;
        self.statements.borrow_mut().insert(sql, statement.clone());
        Ok(statement)
    }

    /// A statement prepared, and planned, for one use.
    pub(super) async fn new_statement(&self, sql: &str) -> Result<Statement, Failure> {
        #[cfg(test)]
        crate::plans::note(sql);
        Ok(self.client.prepare(sql).await?)
    }
}

/// A future in a box.
pub(super) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Waits for all of them. Each is polled in order, so that requests go out in order in one packet, and answers stand in
/// order, so that the first error is the one that caused the others.
pub(super) async fn in_order<T>(mut futures: Vec<Boxed<'_, T>>) -> Vec<T> {
    let mut answers: Vec<Option<T>> = futures.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut all = Poll::Ready(());
        for (future, answer) in futures.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *answer = Some(value),
                    Poll::Pending => all = Poll::Pending,
                }
            }
        }
        all
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// Statements sent in one packet.
pub(super) struct Packet<'a> {
    connection: &'a Connection,
    parts: Vec<Boxed<'a, Result<Vec<Row>, Failure>>>,
}

impl<'a> Packet<'a> {
    pub(super) fn new(connection: &'a Connection) -> Packet<'a> {
        Packet { connection, parts: Vec::new() }
    }

    /// Adds a statement that begins or ends a transaction.
    pub(super) fn add_simple(&mut self, sql: &'static str) {
        let client = self.connection.client();
        self.parts.push(Box::pin(async move {
            client.batch_execute(sql).await?;
            Ok(Vec::new())
        }));
    }

    /// Adds a statement.
    pub(super) async fn add(
        &mut self,
        sql: &'static str,
        parameters: &[&'a Parameter<'a>],
    ) -> Result<(), Failure> {
        let statement = self.connection.statement(sql).await?;
        let (client, parameters) = (self.connection.client(), parameters.to_vec());
        self.parts.push(Box::pin(async move { Ok(client.query(&statement, &parameters).await?) }));
        Ok(())
    }

    /// Adds a statement if it is wanted; without it, its part of the answer is empty.
    pub(super) async fn add_if(
        &mut self,
        wanted: bool,
        sql: &'static str,
        parameters: &[&'a Parameter<'a>],
    ) -> Result<(), Failure> {
        if wanted {
            return self.add(sql, parameters).await;
        }
        self.parts.push(Box::pin(async { Ok(Vec::new()) }));
        Ok(())
    }

    /// The rows of each part; the first failure, if there is one.
    pub(super) async fn send<const N: usize>(self) -> Result<[Vec<Row>; N], Failure> {
        let answers = in_order(self.parts).await;
        let rows: Vec<Vec<Row>> = answers.into_iter().collect::<Result<_, _>>()?;
        let lost = |_| StoreError::Database("a part of a packet has no answer".to_owned());
        Ok(rows.try_into().map_err(lost)?)
    }
}
