//! Segments: groups of profiles that totals keep apart, by status, plan, age, level and area.

use crate::profile::{Attribute, Profile};
use serde::{Deserialize, Serialize};

/// A way to divide claims.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    /// In work or retired.
    Status,
    /// 参保类型.
    Plan,
    /// 周岁, in bands.
    Age,
    /// 机构等级.
    Level,
    /// 地区.
    Area,
}

impl Division {
    /// All.
    pub const ALL: [Division; 5] =
        [Division::Status, Division::Plan, Division::Age, Division::Level, Division::Area];
}

/// What is kept apart; empty where it is not given.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Segment([String; 5]);

impl Segment {
    /// Stands for any value, where segments of few people were put together.
    pub const ANY: &str = "*";

    /// The same without regard to some divisions.
    pub(crate) fn without(&self, divisions: &[Division]) -> Segment {
        let mut segment = self.clone();
        for (division, value) in Division::ALL.into_iter().zip(&mut segment.0) {
            if divisions.contains(&division) {
                *value = Segment::ANY.to_string();
            }
        }
        segment
    }

    /// True if it is the same as another without regard to some divisions.
    pub(crate) fn is_like(&self, other: &Segment, divisions: &[Division]) -> bool {
        let looked_at = Division::ALL.into_iter().filter(|division| !divisions.contains(division));
        looked_at.into_iter().all(|division| self.get(division) == other.get(division))
    }

    /// What some segments have in common; any, where they differ.
    pub(crate) fn shared(segments: &[&Segment]) -> Segment {
        Segment(Division::ALL.map(|division| {
            let mut values = segments.iter().map(|segment| segment.get(division));
            let first = values.next().unwrap_or(Segment::ANY);
            let same = values.all(|value| value == first);
            (if same { first } else { Segment::ANY }).to_string()
        }))
    }

    /// Its value of a division.
    #[must_use]
    pub fn get(&self, division: Division) -> &str {
        &self.0[division as usize]
    }

    fn of(profile: &Profile) -> Segment {
        let status = match profile.get(Attribute::Status) {
            "" => "active",
            "retired-this-month" => "retired",
            status => status,
        };
        let text = |attribute| profile.get(attribute).to_string();
        Segment([
            status.to_string(),
            text(Attribute::Plan),
            age_band(profile.get(Attribute::Age)).to_string(),
            text(Attribute::Level),
            text(Attribute::Area),
        ])
    }
}

/// Bands of ages: the least age of each, the same as a text, and what it is called.
const BANDS: [(u8, &str, &str); 6] = [
    (0, "0", "0-34"),
    (35, "35", "35-44"),
    (45, "45", "45-54"),
    (55, "55", "55-64"),
    (65, "65", "65-74"),
    (75, "75", "75+"),
];

/// Of the band that an age lies in: its least age as a text, and what it is called. `None`: that is no age.
fn band_of(age: &str) -> Option<(&'static str, &'static str)> {
    let age = age.parse::<u8>().ok()?;
    let band = BANDS.iter().rev().find(|(least, ..)| *least <= age);
    band.map(|(_, least, called)| (*least, *called))
}

fn age_band(age: &str) -> &'static str {
    band_of(age).map_or("", |(_, called)| called)
}

/// The least age of the band that an age lies in; what is no age stays as it is.
pub(crate) fn least_of_band_of(age: &str) -> &str {
    band_of(age).map_or(age, |(least, _)| least)
}

/// The least age of the band that an age lies in.
pub(crate) fn least_of_band(age: i64) -> i64 {
    let mut leasts = BANDS.iter().rev().map(|(least, ..)| i64::from(*least));
    leasts.find(|least| *least <= age).unwrap_or(0)
}

/// The segments of some profiles.
#[derive(Clone, Debug)]
pub(crate) struct Segments {
    pub(crate) list: Vec<Segment>,
    pub(crate) of_profile: Vec<u32>,
    /// Rows of these profiles are no claims.
    uses: Vec<bool>,
}

impl Segments {
    pub(crate) fn of(profiles: &[Profile]) -> Segments {
        let mut list: Vec<Segment> = profiles.iter().map(Segment::of).collect();
        list.sort_unstable();
        list.dedup();
        let number = |profile: &Profile| {
            let found = list.binary_search(&Segment::of(profile)).unwrap_or(0);
            u32::try_from(found).unwrap_or(0)
        };
        let is_use = |profile: &Profile| !profile.get(Attribute::UsedLimit).is_empty();
        Segments {
            of_profile: profiles.iter().map(number).collect(),
            uses: profiles.iter().map(is_use).collect(),
            list,
        }
    }

    /// Rows of this profile are no claims, but use of limits elsewhere.
    pub(crate) fn is_use(&self, profile: u32) -> bool {
        self.uses.get(profile as usize).copied().unwrap_or(false)
    }
}
