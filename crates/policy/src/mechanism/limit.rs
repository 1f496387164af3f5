//! 支付限额, of a programme or shared by several.

use super::Mechanism;
use super::deductible::AMOUNT;
use crate::builder::{Builder, PER, PERIODS, per, period};
use crate::rows::{self, Row};
use crate::statement::Statement;
use crate::table::{Key, Kind, Table, key};
use crate::value::{Data, Value};
use kernel::policy::{Above, Axes, Cite, Limit, LimitBasis, LimitUse, Term};
use kernel::{Fen, Fund};

const KEYS: &[Key] = &[
    key("name", Kind::Text, "中文名"),
    key("name_en", Kind::Text, "English name"),
    key(
        "basis",
        Kind::Word(&["payment", "in-scope", "above-deductible"]),
        "what is limited; default payment",
    ),
    key(
        "funds",
        Kind::Words(Fund::CODES),
        "with basis payment: whose payments use it up and are bounded; default all",
    ),
    key("period", Kind::Word(PERIODS), "over which stretch; default benefit-year"),
    key("amount", Kind::Rows(AMOUNT), "the limit, for every combination of conditions"),
    key("unlimited", Kind::Flag, "true: only counts"),
    key(
        "first_year",
        Kind::Rows(&[key("times", Kind::Rate, "the factor")]),
        "scales the amount wherever the row holds, usually over tenure",
    ),
    key("per", Kind::Word(PER), "one for all (default), or one a level or disease"),
    key(
        "above",
        Kind::Special(
            "\"patient\" | { payer = \"large-amount\", share = \"same\" | \"80%\", limit = \"<limit>\" } | { programme = \"<programme>\" }",
        ),
        "who bears the excess; default patient",
    ),
    key("external", Kind::Flag, "other systems (inpatient …) use it up too"),
    key("programmes", Kind::Texts, "of a shared limit: the programmes it covers"),
];

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "limit",
    zh: "支付限额",
    en: "Limits",
    about: "The most a fund pays, or the most spending it shares, over a visit, month, quarter or benefit year. A \
            programme's own limits bind first, then shared ones, limits over several funds before those over one; each \
            sees what the one before left. What exceeds a limit is the patient's, or goes to another fund at the same \
            or another share up to its own limit (大额互助), or its spending enters another programme. Money sent to \
            another fund stays inside every limit that covers that fund.",
    tables: &[
        Table { path: "programme.*.limit.*", keys: KEYS },
        Table { path: "limit.*", keys: KEYS },
    ],
};

/// A limit as stated.
pub(crate) struct LimitRows<'a> {
    /// `ordinary.year` for an own limit, `pool-year` for a shared one.
    pub(crate) code: String,
    /// Its table: `programme.ordinary.limit.year`, `limit.pool-year`.
    pub(crate) prefix: String,
    /// Programmes it covers.
    pub(crate) programmes: Vec<&'a str>,
    amount: Vec<Row<'a>>,
    first_year: Vec<Row<'a>>,
    funds: u8,
}

impl<'a> LimitRows<'a> {
    /// All limits: own ones of each programme, then shared ones, each in document order.
    pub(crate) fn read_all(
        builder: &mut Builder<'a, '_>,
        programmes: &[&'a str],
    ) -> Vec<LimitRows<'a>> {
        let mut limits = Vec::new();
        for programme in programmes {
            let prefix = format!("programme.{programme}.limit");
            for name in in_document_order(builder, &prefix) {
                let covers = vec![*programme];
                limits.push(LimitRows::read(
                    builder,
                    format!("{programme}.{name}"),
                    format!("{prefix}.{name}"),
                    covers,
                ));
            }
        }
        for name in in_document_order(builder, "limit") {
            let prefix = format!("limit.{name}");
            let mut covers = Vec::new();
            if let (None, Some(statement)) =
                (builder.value(&format!("{prefix}.programmes")), builder.first_below(&prefix))
            {
                let fix =
                    "programmes = [ … ], or state it as [programme.<programme>.limit.<limit>]";
                builder.fault(statement, format!("[{prefix}] covers no programme"), fix);
            }
            if let Some(statement) = builder.statement(&format!("{prefix}.programmes")) {
                for item in statement.value.items().iter().filter_map(Value::text) {
                    if builder.known(statement, item, programmes, "programme").is_some() {
                        covers.push(item);
                    }
                }
            }
            limits.push(LimitRows::read(builder, name.to_string(), prefix, covers));
        }
        limits
    }

    fn read(
        builder: &mut Builder<'a, '_>,
        code: String,
        prefix: String,
        programmes: Vec<&'a str>,
    ) -> LimitRows<'a> {
        let amount = builder.rows(&format!("{prefix}.amount"));
        let first_year = builder.rows(&format!("{prefix}.first_year"));
        let words = builder.value(&format!("{prefix}.funds")).map(Value::items);
        let funds = words.map_or(0b111, |words| {
            let bits = words
                .iter()
                .filter_map(|word| word.text().and_then(Fund::from_code))
                .map(|fund| 1 << fund as u8);
            bits.fold(0, |set: u8, bit: u8| set | bit)
        });
        LimitRows { code, prefix, programmes, amount, first_year, funds }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &Row<'a>> + Clone {
        self.amount.iter().chain(&self.first_year)
    }

    /// True if it is kept apart by disease.
    pub(crate) fn by_disease(&self, builder: &Builder<'a, '_>) -> bool {
        builder.text(&format!("{}.per", self.prefix)) == Some("disease")
    }

    /// True if it covers payments of more than one fund.
    pub(crate) fn over_several_funds(&self) -> bool {
        self.funds.count_ones() > 1
    }

    /// The limit itself; `codes` are all limits, `programmes` all programmes, each in order of their index.
    pub(crate) fn limit(
        &self,
        builder: &mut Builder<'a, '_>,
        codes: &[&str],
        programmes: &[&'a str],
    ) -> Limit {
        let path = |key: &str| format!("{}.{key}", self.prefix);
        let basis = match builder.text(&path("basis")) {
            Some("in-scope") => LimitBasis::InScope,
            Some("above-deductible") => LimitBasis::AboveDeductible,
            _ => LimitBasis::Payment,
        };
        let (stretch, part) =
            (period(builder.text(&path("period"))), per(builder.text(&path("per"))));
        let accumulator =
            builder.registry.accumulator(&format!("limit.{}", self.code), stretch, part, false);
        let above = self.above(builder, codes, programmes);
        if basis != LimitBasis::Payment && above != Above::Patient {
            let statement = builder.statement(&path("above"));
            if let Some(statement) = statement {
                builder.fault(
                    statement,
                    "only a limit on payment can send its excess on",
                    "above = \"patient\", or basis = \"payment\"",
                );
            }
        }
        let name = |key: &str| builder.text(&path(key)).unwrap_or(&self.code);
        Limit {
            term: Term {
                code: self.code.as_str().into(),
                zh: name("name").into(),
                en: name("name_en").into(),
            },
            basis,
            accumulator,
            funds: self.funds,
            above,
            external: builder.flag(&path("external"), false),
        }
    }

    fn above(
        &self,
        builder: &mut Builder<'a, '_>,
        codes: &[&str],
        programmes: &[&'a str],
    ) -> Above {
        let Some(statement) = builder.statement(&format!("{}.above", self.prefix)) else {
            return Above::Patient;
        };
        let value = &statement.value;
        match &value.data {
            Data::Text(word) if word == "patient" => Above::Patient,
            Data::Table(_) if value.get("payer").is_some() => self.payer(builder, statement, codes),
            Data::Table(_) if value.get("programme").is_some() => {
                let name = value.get("programme").and_then(Value::text).unwrap_or_default();
                let index = builder.known(statement, name, programmes, "programme");
                index
                    .and_then(|index| u16::try_from(index).ok())
                    .map_or(Above::Patient, Above::Programme)
            }
            _ => {
                let shown = value.shown();
                builder.fault(
                    statement,
                    format!("{}.above is {shown}", self.prefix),
                    format!("expected {}", KEYS[9].kind.expected()),
                );
                Above::Patient
            }
        }
    }

    fn payer(
        &self,
        builder: &mut Builder<'a, '_>,
        statement: &'a Statement,
        codes: &[&str],
    ) -> Above {
        let text = |key: &str| statement.value.get(key).and_then(Value::text);
        let fund = text("payer").and_then(Fund::from_code);
        let Some(fund) = fund else {
            builder.fault(statement, "no such payer", format!("one of {}", Fund::CODES.join(", ")));
            return Above::Patient;
        };
        let share = match text("share") {
            None | Some("same") => None,
            Some(text) => match kernel::Rate::parse(text) {
                Ok(rate) if rate.is_share() => Some(rate),
                _ => {
                    builder.fault(
                        statement,
                        format!("\"{text}\" is no share"),
                        "\"same\" or \"80%\"",
                    );
                    None
                }
            },
        };
        let limit = text("limit").and_then(|name| builder.known(statement, name, codes, "limit"));
        let limit = limit.and_then(|index| u16::try_from(index).ok());
        let mut cite = builder.cite(statement);
        if let Some(code) = limit.and_then(|index| codes.get(usize::from(index))) {
            // What the other payer still has is part of the answer.
            let table =
                code.split_once('.').map_or(format!("limit.{code}"), |(programme, limit)| {
                    format!("programme.{programme}.limit.{limit}")
                });
            let room = builder.cite_path(&format!("{table}.amount"));
            cite = builder.cite_both(cite, room);
        }
        Above::Payer { fund, share, limit, cite }
    }

    /// How a programme uses the limit: its amount in every cell.
    pub(crate) fn used_by(
        &self,
        builder: &mut Builder<'a, '_>,
        index: u16,
        axes: &Axes,
    ) -> LimitUse {
        let path = format!("{}.amount", self.prefix);
        let Some(statement) = builder.statement(&path) else {
            return self.counting_only(builder, index, axes);
        };
        let (mut amount, mut cite) = builder.amounts(&statement.path, &self.amount, axes);
        rows::refuse_otherwise(&self.first_year, builder.faults);
        for row in &self.first_year {
            let Some(times) = row.value.get("times").and_then(Value::rate) else {
                let fix = "times = \"50%\"";
                builder.faults.push(row.statement.fault(
                    row.value.line,
                    "the row states no factor",
                    fix,
                ));
                continue;
            };
            let by = builder.cite_row(row);
            for cell in row.cells(axes) {
                amount[cell] = times.of(amount[cell], kernel::Rounding::HalfUp);
                cite[cell] = builder.cite_both(cite[cell], by);
            }
        }
        LimitUse { limit: index, amount, cite }
    }

    fn counting_only(&self, builder: &mut Builder<'a, '_>, index: u16, axes: &Axes) -> LimitUse {
        if !builder.flag(&format!("{}.unlimited", self.prefix), false)
            && let Some(statement) = builder.first_below(&self.prefix)
        {
            let fix = "amount = [ … ], or unlimited = true if it only counts";
            builder.fault(statement, format!("[{}] states no amount", self.prefix), fix);
        }
        LimitUse {
            limit: index,
            amount: vec![Fen::UNLIMITED; axes.cells],
            cite: vec![Cite::NONE; axes.cells],
        }
    }
}

/// Names below a path in the order in which documents first speak of them, inherited documents first.
pub(crate) fn in_document_order<'a>(builder: &Builder<'a, '_>, path: &str) -> Vec<&'a str> {
    let mut names: Vec<((usize, &str, u32), &'a str)> = Vec::new();
    for statement in builder.in_force.iter() {
        let rest = statement.path.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
        let Some((name, _)) = rest.and_then(|rest| rest.split_once('.')) else { continue };
        let place = (statement.layer, statement.file.as_str(), statement.value.line);
        match names.iter_mut().find(|(_, known)| *known == name) {
            Some((first, _)) => *first = place.min(*first),
            None => names.push((place, name)),
        }
    }
    names.sort_unstable();
    names.into_iter().map(|(_, name)| name).collect()
}
