//! A policy's tables in a form that can be shown and compared: each quantity as a function of the dimensions that
//! matter to it, and nothing else.

use crate::explain::step_in_words;
use kernel::account::CreditAmount;
use kernel::policy::{Axes, Cite, Policy, Programme};
use kernel::{Circumstances, Dim, Fen, Rate};

/// A quantity of a policy, e.g. the deductible of a programme.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// `programme.ordinary.deductible`; the same in every policy.
    pub key: String,
    /// 中文, e.g. 普通门诊 起付标准.
    pub zh: String,
    /// English.
    pub en: String,
    /// Its value everywhere.
    pub by: By,
}

/// How a quantity depends on the dimensions.
#[derive(Clone, Debug)]
pub enum By {
    /// By the cells of some axes.
    Cells {
        /// Whose axes.
        of: Source,
        /// One a cell.
        values: Vec<Shown>,
    },
    /// The same everywhere.
    One(Shown),
}

/// Whose axes a quantity depends on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Those of a programme, by index.
    Programme(usize),
    /// Those of the account credits.
    Credit,
}

impl Source {
    /// The axes.
    #[must_use]
    pub fn axes(self, policy: &Policy) -> Option<&Axes> {
        match self {
            Source::Programme(index) => {
                policy.programmes.get(index).map(|programme| &programme.axes)
            }
            Source::Credit => policy.account.credit.as_ref().map(|credit| &credit.axes),
        }
    }
}

/// A value as shown, with its citation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// Money.
    pub amount: Option<Fen>,
    /// A share.
    pub rate: Option<Rate>,
    /// Anything else: 中文, English.
    pub words: Option<(String, String)>,
    /// The rows behind it.
    pub cite: Cite,
}

impl Shown {
    fn money(amount: Fen, cite: Cite) -> Shown {
        Shown { amount: Some(amount), rate: None, words: None, cite }
    }

    fn share(rate: Rate, cite: Cite) -> Shown {
        Shown { amount: None, rate: Some(rate), words: None, cite }
    }

    fn words(zh: impl Into<String>, en: impl Into<String>, cite: Cite) -> Shown {
        Shown { amount: None, rate: None, words: Some((zh.into(), en.into())), cite }
    }

    /// True if both mean the same, whatever they cite.
    #[must_use]
    pub fn same(&self, other: &Shown) -> bool {
        (self.amount, self.rate, &self.words) == (other.amount, other.rate, &other.words)
    }

    /// As text.
    #[must_use]
    pub fn text(&self, english: bool) -> String {
        match (self.amount, self.rate, &self.words) {
            (Some(amount), ..) if amount >= Fen::UNLIMITED => {
                if english { "no limit" } else { "不限" }.into()
            }
            (Some(amount), ..) => amount.to_string(),
            (_, Some(rate), _) => rate.to_string(),
            (_, _, Some((_, en))) if english => en.clone(),
            (_, _, Some((zh, _))) => zh.clone(),
            _ => String::new(),
        }
    }
}

/// One line of a quantity's table: where it holds, and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Dimension and step, in words.
    pub at: Vec<(Dim, String)>,
    /// The value.
    pub value: Shown,
}

/// All quantities of a policy.
#[must_use]
pub fn quantities(policy: &Policy) -> Vec<Quantity> {
    let mut all = Vec::new();
    // What is routed last is the ordinary case and is read first.
    for (index, programme) in policy.programmes.iter().enumerate().rev() {
        programme_quantities(policy, index, programme, &mut all);
    }
    region_quantities(policy, &mut all);
    all
}

/// The programme's name before the quantity's, unless the quantity says it.
fn named(programme: &str, quantity: &str) -> String {
    if quantity.starts_with(programme) {
        quantity.to_string()
    } else {
        format!("{programme} {quantity}")
    }
}

fn programme_quantities(
    policy: &Policy,
    index: usize,
    programme: &Programme,
    all: &mut Vec<Quantity>,
) {
    let code = &programme.term.code;
    let mut add = |key: String, zh: String, en: String, values: Vec<Shown>| {
        let (zh, en) = (named(&programme.term.zh, &zh), named(&programme.term.en, &en));
        all.push(Quantity {
            key: format!("programme.{code}.{key}"),
            zh,
            en,
            by: By::Cells { of: Source::Programme(index), values },
        });
    };
    let money = |amounts: &[Fen], cites: &[Cite]| {
        amounts
            .iter()
            .zip(cites)
            .map(|(amount, cite)| Shown::money(*amount, *cite))
            .collect::<Vec<_>>()
    };
    if let Some(deductible) = &programme.deductible {
        add(
            "deductible".into(),
            "起付标准".into(),
            "deductible".into(),
            money(&deductible.amount, &deductible.cite),
        );
        if let Some(ceiling) = &deductible.ceiling {
            let (zh, en) = ("起付标准合计上限", "deductible ceiling over levels");
            add(
                "deductible.ceiling".into(),
                zh.into(),
                en.into(),
                money(&ceiling.amount, &ceiling.cite),
            );
        }
    }
    let mut shared = Vec::new();
    let bands = programme.bands.upto.len();
    if !programme.is_fixed_fee() {
        for band in 0..bands {
            let at = |cell: usize| cell * bands + band;
            let values = (0..programme.axes.cells)
                .map(|c| Shown::share(programme.bands.rates[at(c)], programme.bands.cites[at(c)]));
            let (zh, en) = if bands == 1 {
                ("支付比例".to_string(), "share".to_string())
            } else {
                let upto = programme.bands.upto[band];
                let bound =
                    if upto >= Fen::UNLIMITED { "—".to_string() } else { upto.to_string() };
                (
                    format!("支付比例（第{}段，至 {bound}）", band + 1),
                    format!("share (band {}, up to {bound})", band + 1),
                )
            };
            add(format!("share.{}", band + 1), zh, en, values.collect());
        }
    }
    for used in programme.spending_limits.iter().chain(&programme.payment_limits) {
        let limit = &policy.limits[usize::from(used.limit)];
        if used.amount.iter().all(|amount| *amount >= Fen::UNLIMITED) {
            continue;
        }
        let own = limit.term.code.strip_prefix(&**code).and_then(|rest| rest.strip_prefix('.'));
        let values = money(&used.amount, &used.cite);
        match own {
            Some(name) => add(
                format!("limit.{name}"),
                limit.term.zh.to_string(),
                limit.term.en.to_string(),
                values,
            ),
            None => shared.push((format!("limit.{}", limit.term.code), limit.term.clone(), values)),
        }
    }
    for fee in &programme.fixed_fees {
        let item = policy
            .vocabulary
            .items
            .get(usize::from(fee.item.0.max(1) - 1))
            .map_or("", |code| &**code);
        let (zh, en) = (format!("定额 {item}"), format!("fixed amount {item}"));
        add(format!("fixed_fee.{item}"), zh, en, money(&fee.amount, &fee.cite));
    }
    // A shared limit is shown once, with the first programme it covers.
    for (key, term, values) in shared {
        if !all.iter().any(|known| known.key == key) {
            let (zh, en) = (term.zh.to_string(), term.en.to_string());
            all.push(Quantity {
                key,
                zh,
                en,
                by: By::Cells { of: Source::Programme(index), values },
            });
        }
    }
    let mut word = |key: &str, zh: &str, en: &str, value: Shown| {
        let (zh, en) =
            (format!("{} {zh}", programme.term.zh), format!("{} {en}", programme.term.en));
        all.push(Quantity { key: format!("programme.{code}.{key}"), zh, en, by: By::One(value) });
    };
    let admission = match programme.blocked_during_admission {
        Some(cite) => Shown::words("住院期间不享受", "blocked while an inpatient", cite),
        None => Shown::words("住院期间可享受", "allowed while an inpatient", Cite::NONE),
    };
    word("admission", "住院期间", "during admissions", admission);
    if let Some(cite) = programme.requires_chosen {
        word(
            "chosen",
            "定点管理",
            "chosen institution",
            Shown::words("限本人定点机构", "only at the chosen institution", cite),
        );
    }
    if let Some(cite) = programme.requires_contract {
        word(
            "contract",
            "签约",
            "contract",
            Shown::words("须家庭医生签约", "needs a family-doctor contract", cite),
        );
    }
}

fn region_quantities(policy: &Policy, all: &mut Vec<Quantity>) {
    let mut word = |key: &str, zh: &str, en: &str, value: Shown| {
        all.push(Quantity { key: key.into(), zh: zh.into(), en: en.into(), by: By::One(value) });
    };
    let (month, day) = policy.benefit_year.start();
    let start = format!("{month:02}-{day:02}");
    word(
        "benefit_year",
        "参保年度起始",
        "benefit year begins",
        Shown::words(start.clone(), start, Cite::NONE),
    );
    let pharmacy = &policy.pharmacy;
    let text = if pharmacy.covered {
        let need = if pharmacy.prescription_required {
            ("，须外配处方", ", with a prescription")
        } else {
            ("", "")
        };
        let level = match pharmacy.level {
            kernel::policy::PharmacyLevel::Prescriber => {
                ("按处方机构等级".to_string(), "at the prescriber's level".to_string())
            }
            kernel::policy::PharmacyLevel::Own => {
                ("按药店自身".to_string(), "at the pharmacy's own rows".to_string())
            }
            kernel::policy::PharmacyLevel::Fixed(level) => {
                (format!("按{}", level.zh()), format!("as {}", level.en()))
            }
        };
        (format!("纳入，{}{}", level.0, need.0), format!("covered {}{}", level.1, need.1))
    } else {
        ("未纳入".to_string(), "not covered".to_string())
    };
    word("pharmacy", "药店", "pharmacies", Shown::words(text.0, text.1, pharmacy.cite));
    let status = match policy.class_change {
        kernel::policy::ClassChange::SameDay => ("当日起", "from the day"),
        kernel::policy::ClassChange::MonthAfter => ("次月起", "from the month after"),
    };
    word(
        "class_change",
        "退休身份变更",
        "retirement counts",
        Shown::words(status.0, status.1, Cite::NONE),
    );
    let refund = match policy.refund {
        kernel::policy::RefundModel::Exact => ("原路冲销", "exact negation"),
        kernel::policy::RefundModel::Current => {
            ("按当前累计重算", "settled on today's accumulators")
        }
    };
    word("refund", "退费", "refunds", Shown::words(refund.0, refund.1, Cite::NONE));
    if let Some(credit) = &policy.account.credit {
        let value = |(amount, cite): (&CreditAmount, &Cite)| match amount {
            CreditAmount::Fixed(amount) => Shown::money(*amount, *cite),
            CreditAmount::ShareOfBase(rate) => {
                Shown::words(format!("缴费基数的 {rate}"), format!("{rate} of the base"), *cite)
            }
        };
        let values = credit.amount.iter().zip(&credit.cite).map(value).collect();
        let (zh, en) = ("个人账户月划入".into(), "monthly account credit".into());
        all.push(Quantity {
            key: "account.credit".into(),
            zh,
            en,
            by: By::Cells { of: Source::Credit, values },
        });
    }
}

/// The value of a quantity in given circumstances.
#[must_use]
pub fn value_at<'q>(
    policy: &Policy,
    quantity: &'q Quantity,
    at: &Circumstances,
) -> Option<&'q Shown> {
    match &quantity.by {
        By::One(value) => Some(value),
        By::Cells { of, values } => values.get(of.axes(policy)?.cell(at).ok()?),
    }
}

/// Values over some dimensions, first dimension fastest.
#[derive(Clone, Debug)]
pub struct Grid<V> {
    /// Each dimension with the names of its steps.
    pub axes: Vec<(Dim, Vec<String>)>,
    /// One a combination of steps.
    pub values: Vec<V>,
}

/// Where one line of a reduced table holds: for each dimension that matters, the steps it joins.
pub type Place = Vec<(Dim, String)>;

impl<V> Grid<V> {
    /// The smallest table with the same content: dimensions that do not matter are left out, steps that never differ
    /// are joined.
    pub fn reduced(&self, same: impl Fn(&V, &V) -> bool) -> Vec<(Place, &V)> {
        let groups: Vec<Vec<Vec<usize>>> =
            (0..self.axes.len()).map(|axis| self.groups(axis, &same)).collect();
        let count: usize = groups.iter().map(Vec::len).product();
        (0..count).map(|number| self.line(number, &groups)).collect()
    }

    fn line(&self, mut number: usize, groups: &[Vec<Vec<usize>>]) -> (Place, &V) {
        let (mut cell, mut stride, mut place) = (0, 1, Vec::new());
        for ((dim, steps), group) in self.axes.iter().zip(groups) {
            let chosen = &group[number % group.len()];
            number /= group.len();
            cell += chosen[0] * stride;
            stride *= steps.len();
            if group.len() > 1 {
                let names: Vec<&str> = chosen.iter().map(|step| steps[*step].as_str()).collect();
                place.push((*dim, names.join("/")));
            }
        }
        (place, &self.values[cell])
    }

    /// Steps of an axis, those together that give the same values everywhere.
    fn groups(&self, axis: usize, same: &impl Fn(&V, &V) -> bool) -> Vec<Vec<usize>> {
        let stride: usize = self.axes[..axis].iter().map(|(_, steps)| steps.len()).product();
        let steps = self.axes[axis].1.len();
        let alike = |a: usize, b: usize| {
            let cells = (0..self.values.len()).filter(|cell| cell / stride % steps == a);
            cells
                .into_iter()
                .all(|cell| same(&self.values[cell], &self.values[cell - a * stride + b * stride]))
        };
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for step in 0..steps {
            match groups.iter_mut().find(|group| alike(group[0], step)) {
                Some(group) => group.push(step),
                None => groups.push(vec![step]),
            }
        }
        groups
    }
}

/// The place of a line in words: 在职，三级.
#[must_use]
pub fn place_in_words(place: &Place, policy: &Policy, english: bool) -> Vec<(Dim, String)> {
    let words = |(dim, step): &(Dim, String)| {
        (*dim, step_in_words(*dim, step, &policy.vocabulary, english))
    };
    place.iter().map(words).collect()
}

/// The smallest table that shows a quantity.
#[must_use]
pub fn entries(policy: &Policy, quantity: &Quantity, english: bool) -> Vec<Entry> {
    let (of, values) = match &quantity.by {
        By::One(value) => return vec![Entry { at: Vec::new(), value: value.clone() }],
        By::Cells { of, values } => (of, values),
    };
    let axes = of.axes(policy).map_or(&[][..], |axes| &axes.axes);
    let named = |axis: &kernel::policy::Axis| {
        (axis.dim, axis.steps.iter().map(ToString::to_string).collect())
    };
    let grid = Grid { axes: axes.iter().map(named).collect(), values: values.clone() };
    let lines = grid.reduced(Shown::same).into_iter();
    lines
        .map(|(place, value)| Entry {
            at: place_in_words(&place, policy, english),
            value: value.clone(),
        })
        .collect()
}
