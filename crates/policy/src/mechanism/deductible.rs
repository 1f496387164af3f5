//! 起付标准.

use super::Mechanism;
use crate::builder::{Builder, PER, PERIODS, per, period};
use crate::rows::{self, Row};
use crate::table::{Key, Kind, Table, key};
use kernel::Fen;
use kernel::policy::{Axes, Ceiling, Cite, Deductible, DeductibleBasis, Per};

/// What a row that states an amount may carry beside its conditions.
pub(crate) const AMOUNT: &[Key] = &[
    key("yuan", Kind::Money, "the amount"),
    key("share", Kind::Rate, "or a share …"),
    key("of", Kind::Text, "… of this statistic"),
    key(
        "round",
        Kind::Word(&["fen", "yuan"]),
        "the share is rounded half up to the fen (default) or the yuan",
    ),
];

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "deductible",
    zh: "起付标准",
    en: "Deductibles",
    about: "In-scope spending the person pays before a fund does: a year, a quarter, a month, a visit, or a day at one \
            institution; by any dimension, the visit's number included. With one accumulator for all levels a higher \
            level asks only the difference (累计补差); with one a level a ceiling may bound their sum.",
    tables: &[Table {
        path: "programme.*.deductible",
        keys: &[
            key(
                "period",
                Kind::Word(PERIODS),
                "over which stretch it counts; default benefit-year",
            ),
            key("amount", Kind::Rows(AMOUNT), "the amount, for every combination of conditions"),
            key(
                "basis",
                Kind::Word(&["paid", "spending"]),
                "met by deductible paid so far (default), or by all in-scope spending",
            ),
            key("per", Kind::Word(PER), "one accumulator (default), or one a level or disease"),
            key(
                "ceiling",
                Kind::Rows(AMOUNT),
                "with per = \"level\": the most all levels together may ask",
            ),
            key("reduce", Kind::Rows(AMOUNT), "taken off the amount wherever the row holds"),
            key("shared_with", Kind::Text, "uses the accumulator of that programme's deductible"),
        ],
    }],
};

/// The rows of a programme's deductible.
pub(crate) struct DeductibleRows<'a> {
    amount: Vec<Row<'a>>,
    ceiling: Vec<Row<'a>>,
    reduce: Vec<Row<'a>>,
}

impl<'a> DeductibleRows<'a> {
    pub(crate) fn read(builder: &mut Builder<'a, '_>, programme: &str) -> DeductibleRows<'a> {
        let path = |key: &str| format!("programme.{programme}.deductible.{key}");
        DeductibleRows {
            amount: builder.rows(&path("amount")),
            ceiling: builder.rows(&path("ceiling")),
            reduce: builder.rows(&path("reduce")),
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Row<'a>> + Clone {
        self.amount.iter().chain(&self.ceiling).chain(&self.reduce)
    }

    pub(crate) fn compile(
        &self,
        builder: &mut Builder<'a, '_>,
        programme: &str,
        programmes: &[&str],
        axes: &Axes,
    ) -> Option<Deductible> {
        let own = |key: &str| format!("programme.{programme}.deductible.{key}");
        builder.statement(&own("amount"))?;
        let owner = self.owner(builder, programme, programmes);
        let of_owner = |key: &str| format!("programme.{owner}.deductible.{key}");
        let word = |builder: &Builder<'a, '_>, key: &str| {
            builder.text(&own(key)).or_else(|| builder.text(&of_owner(key)))
        };
        let (stretch, part) = (period(word(builder, "period")), per(word(builder, "per")));
        let basis = match word(builder, "basis") {
            Some("spending") => DeductibleBasis::Spending,
            _ => DeductibleBasis::Paid,
        };
        let (mut amount, mut cite) = builder.amounts(&own("amount"), &self.amount, axes);
        self.reduce(builder, axes, &mut amount, &mut cite);
        let accumulator =
            builder.registry.accumulator(&format!("{owner}.deductible"), stretch, part, false);
        let ceiling = (!self.ceiling.is_empty()).then(|| {
            let (amount, cite) = builder.amounts(&own("ceiling"), &self.ceiling, axes);
            let name = format!("{owner}.deductible-ceiling");
            Ceiling {
                accumulator: builder.registry.accumulator(&name, stretch, Per::None, false),
                amount,
                cite,
            }
        });
        if let (Some(statement), Per::None) = (builder.statement(&own("ceiling")), part) {
            builder.fault(
                statement,
                "a ceiling over levels needs per = \"level\"",
                "per = \"level\", or no ceiling",
            );
        }
        Some(Deductible { accumulator, basis, amount, cite, ceiling })
    }

    fn owner<'n>(
        &self,
        builder: &mut Builder<'a, '_>,
        programme: &'n str,
        programmes: &[&str],
    ) -> &'n str
    where
        'a: 'n,
    {
        let path = format!("programme.{programme}.deductible.shared_with");
        let Some(statement) = builder.statement(&path) else { return programme };
        let name: &'a str = statement.value.text().unwrap_or_default();
        if builder.known(statement, name, programmes, "programme").is_some() {
            name
        } else {
            programme
        }
    }

    fn reduce(
        &self,
        builder: &mut Builder<'a, '_>,
        axes: &Axes,
        amount: &mut [Fen],
        cite: &mut [Cite],
    ) {
        rows::refuse_otherwise(&self.reduce, builder.faults);
        for row in &self.reduce {
            let Some((less, by)) = builder.amount(row) else { continue };
            for cell in row.cells(axes) {
                amount[cell] = amount[cell].room(less);
                cite[cell] = builder.cite_both(cite[cell], by);
            }
        }
    }
}
