//! 异地就医.

use super::{Mechanism, paper};
use crate::builder::Builder;
use crate::table::{Key, Kind, Table, key};
use crate::value::Value;
use kernel::policy::OffsiteRules;
use kernel::{Channel, Place};

const PLACES: &[Key] = &[
    key("place", Kind::Words(Place::CODES), "kinds of place"),
    key("channel", Kind::Words(Channel::CODES), "channels"),
];

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "offsite",
    zh: "异地就医",
    en: "Off-site care",
    about: "Which combinations of place (filed, referred, emergency, resettled, not filed) and channel (direct, paper) a \
            fund pays for at all, and whose catalogue holds there. Local direct settlement always is covered. How much \
            less is paid off-site is said by share adjustments.",
    tables: &[Table {
        path: "offsite",
        keys: &[
            key("covered", Kind::List(PLACES), "combinations that are covered"),
            key(
                "catalogue",
                Kind::List(&[
                    key("place", Kind::Words(Place::CODES), "kinds of place"),
                    key("channel", Kind::Words(Channel::CODES), "channels"),
                    key(
                        "of",
                        Kind::Word(&["place-of-care", "place-of-insurance"]),
                        "whose catalogue",
                    ),
                ]),
                "whose catalogue holds; default place-of-insurance",
            ),
        ],
    }],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> OffsiteRules {
    let (deadline, documents, deadline_cite) = paper::compile(builder);
    OffsiteRules {
        covered: combinations(builder, "offsite.covered", |_| true),
        deadline,
        late_is_paid: paper::late_is_paid(builder),
        place_of_care_catalogue: combinations(builder, "offsite.catalogue", |row| {
            row.get("of").and_then(Value::text) == Some("place-of-care")
        }),
        documents,
        cite: builder.cite_path("offsite.covered"),
        deadline_cite,
    }
}

fn combinations(builder: &Builder<'_, '_>, path: &str, wanted: impl Fn(&Value) -> bool) -> u16 {
    let mut set = 0;
    for row in builder.value(path).map_or(&[][..], Value::items).iter().filter(|row| wanted(row)) {
        let codes = |key: &str, all: &[&'static str]| -> Vec<String> {
            let stated = row.get(key).map(|value| {
                value.items().iter().filter_map(Value::text).map(str::to_string).collect()
            });
            stated.unwrap_or_else(|| all.iter().map(ToString::to_string).collect())
        };
        for place in codes("place", Place::CODES).iter().filter_map(|code| Place::from_code(code)) {
            for channel in
                codes("channel", Channel::CODES).iter().filter_map(|code| Channel::from_code(code))
            {
                set |= OffsiteRules::bit(place, channel);
            }
        }
    }
    set
}
