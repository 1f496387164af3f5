//! Profiles as far as policies tell them apart. Ages, months enrolled and areas make hundreds of thousands of profiles of a
//! province; where no policy of a sweep looks at them, a few hundred are left to compile for each candidate.

use crate::claims::Claims;
use crate::needless::needless;
use crate::profile::{Attribute, Profile};
use kernel::Timeline;

/// Profiles of which something was left out, and which of them each profile of the claims became.
pub(super) struct Told {
    pub(super) profiles: Vec<Profile>,
    of: Vec<u32>,
}

impl Told {
    /// Leaves out what none of these policies looks at.
    pub(super) fn of(profiles: &[Profile], timelines: &[&Timeline]) -> Told {
        let needless = [&[Attribute::Area], &needless(timelines)[..]].concat();
        let mut told: Vec<(Profile, usize)> = profiles.iter().cloned().zip(0..).collect();
        for (profile, _) in &mut told {
            needless.iter().for_each(|attribute| profile.set(*attribute, ""));
        }
        // Those that are parts of one bill must come together, as they did.
        told.sort_by(|(a, _), (b, _)| Profile::order(a, b));
        let mut left: Vec<Profile> = Vec::new();
        let mut of = vec![0; profiles.len()];
        for (profile, number) in told {
            if left.last() != Some(&profile) {
                left.push(profile);
            }
            if let Some(place) = of.get_mut(number) {
                *place = u32::try_from(left.len() - 1).unwrap_or(u32::MAX);
            }
        }
        Told { profiles: left, of }
    }

    /// Gives claims these profiles instead of their own.
    pub(super) fn tell(&self, claims: &mut Claims) {
        for profile in &mut claims.profile {
            *profile = self.of.get(*profile as usize).copied().unwrap_or(0);
        }
    }
}
