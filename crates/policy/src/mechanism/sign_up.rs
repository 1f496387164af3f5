//! 签约与定点.

use super::Mechanism;
use crate::builder::Builder;
use crate::table::{Key, Kind, Table, key};
use kernel::Level;
use kernel::signup::{ChangeFrom, SignUp, SignUpRules};

const KEYS: &[Key] = &[
    key(
        "most",
        Kind::Whole,
        "institutions at a time; 0: any number; with 1 a new one takes the place of the old",
    ),
    key("change", Kind::Word(ChangeFrom::CODES), "from when a change holds; default day"),
    key("changes", Kind::Whole, "most changes in a benefit year; default any number"),
    key(
        "level",
        Kind::Special("a list of 0 to 3"),
        "settlement levels of institutions that may be named; default any",
    ),
];

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "sign_up",
    zh: "签约与定点",
    en: "Signing up",
    about: "How people sign up with an institution: the one they choose for everything 本人定点, for a filed disease \
            按病种定点, or their family doctor 家庭医生签约; how many at a time, from when a change holds, how often they \
            may change. What a settlement does elsewhere is said by `requires` of a programme, and for whom an \
            institution is paid by head by `payment.heads`.",
    tables: &[
        Table { path: "sign_up.chosen", keys: KEYS },
        Table { path: "sign_up.disease", keys: KEYS },
        Table { path: "sign_up.contract", keys: KEYS },
    ],
};

pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> SignUpRules {
    let usual = SignUpRules::default();
    SignUpRules {
        chosen: read(builder, "sign_up.chosen", usual.chosen),
        disease: read(builder, "sign_up.disease", usual.disease),
        contract: read(builder, "sign_up.contract", usual.contract),
    }
}

fn read(builder: &mut Builder<'_, '_>, table: &str, usual: SignUp) -> SignUp {
    let change = builder.text(&format!("{table}.change")).and_then(ChangeFrom::from_code);
    SignUp {
        most: count(builder, &format!("{table}.most")).unwrap_or(usual.most),
        change: change.unwrap_or(usual.change),
        changes: count(builder, &format!("{table}.changes")),
        levels: levels(builder, &format!("{table}.level")),
        cite: ["most", "change", "changes", "level"]
            .map(|key| format!("{table}.{key}"))
            .iter()
            .find(|path| builder.statement(path).is_some())
            .map_or(usual.cite, |path| builder.cite_path(path)),
    }
}

fn count(builder: &mut Builder<'_, '_>, path: &str) -> Option<u8> {
    let statement = builder.statement(path)?;
    let number = statement.value.whole().and_then(|number| u8::try_from(number).ok());
    if number.is_none() {
        let shown = statement.value.shown();
        builder.fault(statement, format!("{path}: the value is {shown}"), "0 to 255");
    }
    number
}

fn levels(builder: &mut Builder<'_, '_>, path: &str) -> u8 {
    let Some(statement) = builder.statement(path) else { return 0 };
    let mut set = 0;
    for item in statement.value.items() {
        let place = item.whole().and_then(|number| usize::try_from(number).ok());
        match place.and_then(|place| Level::ALL.get(place)) {
            Some(level) => set |= 1 << (*level as u8),
            None => {
                let problem = format!("{path}: {} is no level", item.shown());
                builder.fault(statement, problem, "e.g. [0, 1]");
            }
        }
    }
    set
}
