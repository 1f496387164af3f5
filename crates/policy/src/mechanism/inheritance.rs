//! Overlays and amendments. They need no table: the front matter says it.

use super::Mechanism;

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "inheritance",
    zh: "继承与修订",
    en: "Inheritance and amendments",
    about: "A city's document may say `inherits = \"<region>\"` and restate only what differs; its statements win and \
            cite its own articles. A later document of the same region may say `amends = \"<document>\"`: from its \
            effective day its statements win. The same statement twice for a day is otherwise a fault, and so are \
            regions that inherit from each other.",
    tables: &[],
};
