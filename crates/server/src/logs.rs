//! The log: one line a refusal (at level `debug` one a request), without personal data.
//!
//! What is logged is chosen field by field: transaction, institution, the number of a refusal, durations. Values of
//! messages are never logged, not even in errors: a refusal goes to its sender in words and into the log as a number.

use crate::settings::LogForm;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::MakeWriter;

/// The filter of a level or of directives.
///
/// # Errors
/// What cannot be read.
pub fn filter(text: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::try_new(text)
}

/// A subscriber that writes to `writer`.
pub fn subscriber<W>(
    form: LogForm,
    level: &str,
    writer: W,
) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = filter(level).unwrap_or_default();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let builder = builder.with_target(false);
    match form {
        LogForm::Text => Box::new(builder.with_ansi(false).finish()),
        LogForm::Json => Box::new(builder.json().flatten_event(true).finish()),
    }
}
