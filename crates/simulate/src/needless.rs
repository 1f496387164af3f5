//! What nobody asks for. Years of age, months enrolled and areas make nearly as many profiles as a province has claims; where
//! neither a policy nor a total depends on them, a few thousand are left.

use crate::profile::{Attribute, Profile};
use crate::segment::{Division, least_of_band_of};
use kernel::{Dim, Timeline};

/// What of claims need not be known, since nothing that is asked for depends on it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needless(Vec<(Attribute, Left)>);

/// What is left of an attribute that no policy looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Left {
    /// The least age of the band: totals are divided by bands.
    Band,
    Nothing,
}

impl Needless {
    /// Nothing is: other policies may settle the claims later, and any total may be asked for.
    #[must_use]
    pub const fn nothing() -> Needless {
        Needless(Vec::new())
    }

    /// What none of these policies looks at, as far as totals by these divisions can do without it as well.
    #[must_use]
    pub fn of(timelines: &[&Timeline], divisions: &[Division]) -> Needless {
        let policies = timelines.iter().flat_map(|timeline| &timeline.policies);
        let programmes = policies.flat_map(|policy| &policy.programmes);
        let axes = programmes.flat_map(|programme| &programme.axes.axes);
        let looked_at = |dim: Dim| axes.clone().any(|axis| axis.dim == dim);
        let divides = |division: Division| divisions.contains(&division);
        let mut needless = Vec::new();
        if !looked_at(Dim::Age) {
            let left = if divides(Division::Age) { Left::Band } else { Left::Nothing };
            needless.push((Attribute::Age, left));
        }
        if !looked_at(Dim::Tenure) {
            needless.push((Attribute::Tenure, Left::Nothing));
        }
        // Areas are for totals only.
        if !divides(Division::Area) {
            needless.push((Attribute::Area, Left::Nothing));
        }
        Needless(needless)
    }

    /// True if these policies look at nothing of it.
    #[must_use]
    pub fn is_needless_to(&self, timelines: &[&Timeline]) -> bool {
        let needless = Needless::of(timelines, &[]);
        self.0.iter().all(|(attribute, _)| needless.has(*attribute))
    }

    fn left(&self, attribute: Attribute) -> Option<Left> {
        self.0.iter().find(|(of, _)| *of == attribute).map(|(_, left)| *left)
    }

    /// True if no policy looks at it, though a total may.
    pub(crate) fn has(&self, attribute: Attribute) -> bool {
        self.left(attribute).is_some()
    }

    /// True if nothing of it is left.
    pub(crate) fn leaves_out(&self, attribute: Attribute) -> bool {
        self.left(attribute) == Some(Left::Nothing)
    }

    /// What is left of a text.
    pub(crate) fn of_text<'a>(&self, attribute: Attribute, text: &'a str) -> &'a str {
        match self.left(attribute) {
            None => text,
            Some(Left::Band) => least_of_band_of(text),
            Some(Left::Nothing) => "",
        }
    }

    /// What is left of a profile.
    pub(crate) fn of_profile(&self, profile: &Profile) -> Profile {
        let mut left = profile.clone();
        for (attribute, _) in &self.0 {
            left.set(*attribute, self.of_text(*attribute, profile.get(*attribute)));
        }
        left
    }
}
