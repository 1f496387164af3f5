//! The wall clock of the region.

use agency::core::Clock;
use kernel::Moment;
use std::time::SystemTime;

/// Beijing time.
pub(crate) struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Moment {
        gongji::load::run::beijing(SystemTime::now())
    }
}
