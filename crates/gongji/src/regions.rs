//! The regions whose policies are at hand.

use std::collections::BTreeMap;

use kernel::Timeline;

/// A timeline of policies for each region, by division code.
#[derive(Clone, Debug, Default)]
pub struct Regions {
    timelines: BTreeMap<String, Timeline>,
}

impl Regions {
    /// The timeline of a region.
    #[must_use]
    pub fn get(&self, code: &str) -> Option<&Timeline> {
        self.timelines.get(code)
    }

    /// All regions, in order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Timeline)> {
        self.timelines.iter().map(|(code, timeline)| (code.as_str(), timeline))
    }
}

impl FromIterator<Timeline> for Regions {
    fn from_iter<I: IntoIterator<Item = Timeline>>(timelines: I) -> Regions {
        let by_code = |timeline: Timeline| (timeline.region.to_string(), timeline);
        Regions { timelines: timelines.into_iter().map(by_code).collect() }
    }
}
