//! Profiles without what is needless, for claims of which all was kept: of a store, or read for other totals. A few hundred
//! are left to compile for each candidate.

use crate::claims::Claims;
use crate::needless::Needless;
use crate::profile::Profile;

/// Profiles of which something was left out, and which of them each profile of the claims became.
pub(super) struct Told {
    pub(super) profiles: Vec<Profile>,
    of: Vec<u32>,
}

impl Told {
    /// Leaves out what is needless.
    pub(super) fn of(profiles: &[Profile], needless: &Needless) -> Told {
        let left = profiles.iter().map(|profile| needless.of_profile(profile));
        let mut told: Vec<(Profile, usize)> = left.zip(0..).collect();
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
