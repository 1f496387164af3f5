//! How shares are rounded.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Kind, Table, key};
use kernel::Rounding;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "rounding",
    zh: "舍入",
    en: "Rounding",
    about: "Each share is rounded to the fen once, where it is computed (a fee line's first pay, a band's payment); \
            sums are exact, and the person's part is what is left of the total.",
    tables: &[Table {
        path: "rounding",
        keys: &[key(
            "mode",
            Kind::Word(&["half-up", "half-even", "down"]),
            "default half-up 四舍五入",
        )],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> Rounding {
    match builder.text("rounding.mode") {
        Some("half-even") => Rounding::HalfEven,
        Some("down") => Rounding::Down,
        _ => Rounding::HalfUp,
    }
}
