//! 支付比例.

use super::Mechanism;
use crate::builder::Builder;
use crate::rows::{self, Row};
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::Rate;
use kernel::policy::{Axes, Cite};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "share",
    zh: "支付比例",
    en: "Shares",
    about: "The fund's share of what is above the deductible, for every combination of conditions and band. \
            Adjustments add points or multiply, in the order written, wherever their row holds: a bonus for a chosen \
            institution, a reduction or nothing off-site. The result stays between 0 and 100 %.",
    tables: &[Table {
        path: "programme.*.share",
        keys: &[
            key(
                "rate",
                Kind::Rows(&[
                    key("rate", Kind::Rate, "the share"),
                    key("band", Kind::Whole, "only in this band, from 1; without it in all"),
                ]),
                "the share, for every combination of conditions",
            ),
            key(
                "adjust",
                Kind::Rows(&[
                    key("points", Kind::Rate, "percentage points added: \"+10%\", \"-10%\""),
                    key("times", Kind::Rate, "or a factor: \"80%\""),
                ]),
                "applied in order wherever the row holds",
            ),
        ],
    }],
};

/// The rows of a programme's shares.
pub(crate) struct ShareRows<'a> {
    rate: Vec<Row<'a>>,
    adjust: Vec<Row<'a>>,
}

impl<'a> ShareRows<'a> {
    pub(crate) fn read(builder: &mut Builder<'a, '_>, programme: &str) -> ShareRows<'a> {
        let path = |key: &str| format!("programme.{programme}.share.{key}");
        ShareRows { rate: builder.rows(&path("rate")), adjust: builder.rows(&path("adjust")) }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Row<'a>> + Clone {
        self.rate.iter().chain(&self.adjust)
    }

    /// Rates and citations of all cells and bands.
    pub(crate) fn compile(
        &self,
        builder: &mut Builder<'a, '_>,
        programme: &str,
        bands: usize,
        axes: &Axes,
    ) -> (Vec<Rate>, Vec<Cite>) {
        let size = axes.cells * bands;
        let (mut rates, mut cites) = (vec![Rate::ZERO; size], vec![Cite::NONE; size]);
        let path = format!("programme.{programme}.share.rate");
        let Some(statement) = builder.statement(&path) else { return (rates, cites) };
        for band in 0..bands {
            let number = i64::try_from(band + 1).unwrap_or(i64::MAX);
            let of_band = |row: &&Row<'a>| {
                row.value.get("band").and_then(Value::whole).is_none_or(|b| b == number)
            };
            let rows: Vec<Row<'a>> = self.rate.iter().filter(of_band).cloned().collect();
            let chosen = rows::rows_by_cell(statement, &rows, axes, true, builder.faults);
            for (cell, row) in chosen.into_iter().enumerate() {
                let Some(row) = row else { continue };
                rates[cell * bands + band] = self.share(builder, &rows[row]);
                cites[cell * bands + band] = builder.cite_row(&rows[row]);
            }
        }
        for row in &self.rate {
            let band = row.value.get("band").and_then(Value::whole).unwrap_or(1);
            if band < 1 || usize::try_from(band).is_ok_and(|band| band > bands) {
                let problem = format!("there is no band {band}");
                builder.faults.push(statement.fault(
                    row.value.line,
                    problem,
                    format!("bands 1 to {bands}"),
                ));
            }
        }
        self.adjust(builder, bands, axes, &mut rates, &mut cites);
        (rates, cites)
    }

    fn share(&self, builder: &mut Builder<'a, '_>, row: &Row<'a>) -> Rate {
        match row.value.get("rate").and_then(Value::rate) {
            Some(rate) if rate.is_share() => rate,
            stated => {
                let problem = stated.map_or("the row states no share".to_string(), |rate| {
                    format!("the share is {rate}")
                });
                let fix = "rate = \"60%\", 0 % to 100 %";
                builder.faults.push(row.statement.fault(row.value.line, problem, fix));
                Rate::ZERO
            }
        }
    }

    fn adjust(
        &self,
        builder: &mut Builder<'a, '_>,
        bands: usize,
        axes: &Axes,
        rates: &mut [Rate],
        cites: &mut [Cite],
    ) {
        rows::refuse_otherwise(&self.adjust, builder.faults);
        for row in &self.adjust {
            let points = row.value.get("points").and_then(Value::rate);
            let times = row.value.get("times").and_then(Value::rate);
            if points.is_some() == times.is_some() {
                let fix = "points = \"+10%\" or times = \"80%\"";
                builder.faults.push(row.statement.fault(
                    row.value.line,
                    "an adjustment has either points or times",
                    fix,
                ));
                continue;
            }
            let by = builder.cite_row(row);
            for cell in row.cells(axes) {
                for at in cell * bands..(cell + 1) * bands {
                    rates[at] = points.map_or(rates[at], |points| rates[at].plus(points));
                    rates[at] = times.map_or(rates[at], |times| rates[at].times(times));
                    cites[at] = builder.cite_both(cites[at], by);
                }
            }
        }
        rates.iter_mut().for_each(|rate| *rate = rate.clamped());
    }
}
