//! 医药机构信息: by code or by part of the name.

use crate::agency::Agency;
use crate::directory::Site;
use crate::reason::{Reason, Refused};
use store::Area;

/// The most institutions answered.
const MOST: usize = 100;

/// An institution as it is today, and the area that lists it.
#[derive(Clone, Debug)]
pub struct InstitutionFound {
    /// The area with whose agency it has its agreement.
    pub area: Area,
    /// The institution.
    pub site: Site,
}

/// Institutions with this code, or whose name contains these words; `kind` zero: of any kind. In order of code.
///
/// # Errors
/// [`Reason::Content`] if neither code nor name is given; [`Reason::InstitutionUnknown`] if none fits.
pub fn institutions(
    agency: &Agency,
    area: Area,
    kind: i16,
    code: &str,
    name: &str,
) -> Result<Vec<InstitutionFound>, Refused> {
    if code.is_empty() && name.is_empty() {
        return Err(Refused::new(Reason::Content, "机构编号和名称至少填写一项"));
    }
    let now = agency.now();
    let directories = agency.directories();
    let own = directories.get(&area).into_iter();
    let others = directories.values().filter(|other| other.area() != area && !code.is_empty());
    for directory in own.chain(others) {
        let codes = match code {
            "" => directory.institutions(),
            code => vec![code.into()],
        };
        let sites = codes.iter().filter_map(|code| directory.site(code, now.date(), now));
        let fits =
            |site: &Site| site.name.contains(name) && (kind == 0 || site.detail.kind == kind);
        let found = sites.filter(fits).take(MOST);
        let area = directory.area();
        let found: Vec<_> = found.map(|site| InstitutionFound { area, site }).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let asked = if code.is_empty() { name } else { code };
    Err(Refused::new(Reason::InstitutionUnknown, asked))
}
