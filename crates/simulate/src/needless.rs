//! What policies do not look at. Years of age and months enrolled make nearly as many profiles as a province has claims; where
//! no policy asks for them, a few thousand are left.

use crate::profile::Attribute;
use kernel::{Dim, Timeline};

/// Which of age and months enrolled no table of these policies asks for.
pub(crate) fn needless(timelines: &[&Timeline]) -> Vec<Attribute> {
    let programmes = timelines
        .iter()
        .flat_map(|timeline| &timeline.policies)
        .flat_map(|policy| &policy.programmes);
    let looked_at = |dim: Dim| {
        programmes.clone().any(|programme| programme.axes.axes.iter().any(|axis| axis.dim == dim))
    };
    let dims = [(Attribute::Age, Dim::Age), (Attribute::Tenure, Dim::Tenure)];
    dims.into_iter().filter(|(_, dim)| !looked_at(*dim)).map(|(attribute, _)| attribute).collect()
}
