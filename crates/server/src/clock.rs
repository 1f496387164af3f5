//! The clock on the wall.

use agency::core::Clock;
use kernel::Moment;
use std::time::{SystemTime, UNIX_EPOCH};

/// Beijing time, from the machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

/// How far Beijing is ahead of UTC, milliseconds.
pub(crate) const AHEAD: i64 = 8 * 3_600_000;

impl Clock for WallClock {
    fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0));
        Moment(millis + AHEAD)
    }
}
