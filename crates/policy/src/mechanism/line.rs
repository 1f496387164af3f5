//! 待遇: benefit lines, and which fee goes to which.

use super::Mechanism;
use super::deductible::DeductibleRows;
use super::limit::{LimitRows, in_document_order};
use super::share::ShareRows;
use super::{bands, fixed_fee, own_account_first};
use crate::builder::Builder;
use crate::rows::{self, Row};
use crate::statement::Statement;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::policy::{
    Above, Axes, BandBasis, Bands, Cite, DiseaseRoute, Limit, LimitBasis, Per, Period, Programme,
    Route, Term,
};
use kernel::{Category, Dim, DiseaseSet, Fen, Flags, Fund};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "line",
    zh: "待遇与归类",
    en: "Benefit lines and routing",
    about: "A programme (普通门诊, 慢特病, 国谈药品 …) has its own deductible, shares and limits. Every fee line of a bill \
            goes to exactly one: the first, in `order`, one of whose routes takes it. A programme may need a filing \
            备案 for the disease, a chosen institution or a family-doctor contract, and may pay nothing while the \
            person is an inpatient. What no programme takes is the patient's.",
    tables: &[Table {
        path: "programme.*",
        keys: &[
            key("name", Kind::Text, "中文名"),
            key("name_en", Kind::Text, "English name"),
            key("order", Kind::Whole, "routing priority, lowest first"),
            key(
                "route",
                Kind::List(&[
                    key("category", Kind::Words(Category::CODES), "医疗类别"),
                    key("flag", Kind::Words(Flags::CODES), "标识 of the fee line"),
                    key("item", Kind::Texts, "item codes"),
                    key("disease", Kind::Texts, "disease codes, or \"any\""),
                ]),
                "any row takes the fee; all conditions of a row must hold; without rows: everything left",
            ),
            key(
                "filing",
                Kind::Word(&["required", "chronic", "none"]),
                "required: only for a disease the person has a filing for; chronic: a filing as 两病 does not do",
            ),
            key(
                "admission",
                Kind::Word(&["blocked", "allowed"]),
                "blocked: pays nothing while the person is an inpatient",
            ),
            key(
                "requires",
                Kind::Words(&["chosen", "contract", "dual-channel"]),
                "without it the programme pays nothing: the chosen institution (of a filed disease also one chosen for it), a family-doctor contract, at pharmacies 双通道",
            ),
            key("pays", Kind::Word(Fund::CODES), "the fund that pays first; default pool"),
        ],
    }],
};

/// Everything a programme states, read.
struct Stated<'a> {
    code: &'a str,
    deductible: DeductibleRows<'a>,
    share: ShareRows<'a>,
    fixed: Vec<Row<'a>>,
}

/// All programmes in routing order, and all limits.
pub(crate) fn compile(builder: &mut Builder<'_, '_>) -> (Vec<Programme>, Vec<Limit>) {
    let codes = in_routing_order(builder);
    let limit_rows = LimitRows::read_all(builder, &codes);
    let limit_codes: Vec<&str> = limit_rows.iter().map(|limit| limit.code.as_str()).collect();
    let limits: Vec<Limit> =
        limit_rows.iter().map(|limit| limit.limit(builder, &limit_codes, &codes)).collect();
    let mut programmes = Vec::new();
    for code in &codes {
        let stated = Stated {
            code,
            deductible: DeductibleRows::read(builder, code),
            share: ShareRows::read(builder, code),
            fixed: fixed_fee::read(builder, code),
        };
        programmes.push(stated.compile(builder, &codes, &limit_rows, &limits));
    }
    refuse_cycles(builder, &programmes, &limit_rows, &limits);
    refuse_idle_limits(builder, &programmes, &limit_rows, &limits);
    (programmes, limits)
}

fn in_routing_order<'a>(builder: &mut Builder<'a, '_>) -> Vec<&'a str> {
    let mut codes = in_document_order(builder, "programme");
    let order =
        |code: &&str| builder.value(&format!("programme.{code}.order")).and_then(Value::whole);
    codes.sort_by_key(|code| order(code).unwrap_or(i64::MAX));
    let pairs: Vec<(&str, &str)> = codes
        .windows(2)
        .filter(|pair| order(&pair[0]) == order(&pair[1]))
        .map(|pair| (pair[0], pair[1]))
        .collect();
    for (first, second) in pairs {
        let table = format!("programme.{second}");
        let stated = builder.statement(&format!("{table}.order"));
        if let Some(statement) = stated.or_else(|| builder.first_below(&table)) {
            let what = if stated.is_some() { "have the same order" } else { "state no order" };
            let problem = format!("programmes {first} and {second} {what}");
            builder.fault(statement, problem, "give each programme an `order` of its own");
        }
    }
    codes
}

impl<'a> Stated<'a> {
    fn path(&self, key: &str) -> String {
        format!("programme.{}.{key}", self.code)
    }

    fn compile(
        &self,
        builder: &mut Builder<'a, '_>,
        codes: &[&'a str],
        limit_rows: &[LimitRows<'a>],
        limits: &[Limit],
    ) -> Programme {
        let uses: Vec<&LimitRows<'a>> =
            limit_rows.iter().filter(|limit| limit.programmes.contains(&self.code)).collect();
        let all = self.deductible.all().chain(self.share.all()).chain(&self.fixed);
        let axes = rows::axes(
            &all.chain(uses.iter().flat_map(|limit| limit.rows())),
            &[],
            builder.vocabulary,
        );
        self.check_size(builder, &axes);
        let faults = builder.faults.len();
        let too_large = axes.cells > MOST_CELLS;
        let axes = if too_large { Axes { axes: Vec::new(), cells: 1 } } else { axes };
        let deductible = self.deductible.compile(builder, self.code, codes, &axes);
        let fixed_fees = fixed_fee::compile(builder, self.code, &self.fixed, &axes);
        let bands = self.bands(builder, &axes, self.fixed.is_empty());
        let (mut spending_limits, mut payment_limits) = (Vec::new(), Vec::new());
        for (index, limit) in
            limit_rows.iter().enumerate().filter(|(_, limit)| limit.programmes.contains(&self.code))
        {
            let used = limit.used_by(builder, u16::try_from(index).unwrap_or(0), &axes);
            match limits[index].basis {
                LimitBasis::Payment => payment_limits.push((!limit.over_several_funds(), used)),
                _ => spending_limits.push(used),
            }
        }
        payment_limits.sort_by_key(|(one_fund, _)| *one_fund);
        let payment_limits: Vec<_> = payment_limits.into_iter().map(|(_, used)| used).collect();
        self.check_payers(builder, &payment_limits, limit_rows, limits);
        let current = builder.text("refund.model") == Some("current");
        let counts_visits = axes.axes.iter().any(|axis| axis.dim == Dim::Visit);
        let mut yearly = |name: &str, counts: bool| {
            let name = format!("{}.{name}", self.code);
            builder.registry.accumulator(&name, Period::BenefitYear, Per::None, counts)
        };
        let visits = counts_visits.then(|| yearly("visits", true));
        let by_spending = bands.basis == BandBasis::Spending && bands.position.is_some();
        let covered = (current || by_spending).then(|| yearly("above-deductible", false));
        let unlimited_payment = current.then(|| yearly("before-limits", false));
        if too_large {
            // Gaps and overlaps on a single cell mean nothing.
            builder.faults.truncate(faults);
        }
        let filing = builder.text(&self.path("filing"));
        Programme {
            term: self.term(builder),
            cite: self.established_by(builder),
            routes: self.routes(builder),
            filing_required: matches!(filing, Some("required" | "chronic")),
            chronic_filing: filing == Some("chronic"),
            blocked_during_admission: self.where_word(builder, "admission", "blocked"),
            requires_chosen: self.where_word(builder, "requires", "chosen"),
            requires_contract: self.where_word(builder, "requires", "contract"),
            requires_dual_channel: self.where_word(builder, "requires", "dual-channel"),
            fund: builder.text(&self.path("pays")).and_then(Fund::from_code).unwrap_or(Fund::Pool),
            by_disease: self.by_disease(builder, &axes, deductible.as_ref(), &uses),
            axes,
            deductible,
            own_account_first: own_account_first::compile(builder, self.code),
            bands,
            spending_limits,
            payment_limits,
            fixed_fees,
            visits,
            unlimited_payment,
            covered,
        }
    }

    fn check_size(&self, builder: &mut Builder<'a, '_>, axes: &Axes) {
        if axes.cells > MOST_CELLS
            && let Some(statement) = builder.first_below(&format!("programme.{}", self.code))
        {
            let dims: Vec<&str> = axes.axes.iter().map(|axis| axis.dim.code()).collect();
            let problem = format!(
                "programme {} has {} combinations of {}",
                self.code,
                axes.cells,
                dims.join(", ")
            );
            builder.fault(
                statement,
                problem,
                format!("at most {MOST_CELLS}: use fewer dimensions or wider ranges"),
            );
        }
    }

    fn bands(&self, builder: &mut Builder<'a, '_>, axes: &Axes, needs_share: bool) -> Bands {
        let (basis, upto, cite) = bands::compile(builder, self.code);
        if needs_share
            && builder.statement(&self.path("share.rate")).is_none()
            && let Some(statement) = builder.first_below(&format!("programme.{}", self.code))
        {
            let problem = format!("programme {} states no share", self.code);
            builder.fault(
                statement,
                problem,
                format!("[programme.{}.share] rate = [ … ]", self.code),
            );
        }
        let (rates, cites) = self.share.compile(builder, self.code, upto.len(), axes);
        let measured = upto.len() > 1 || upto.first().is_some_and(|bound| *bound != Fen::UNLIMITED);
        let name = match basis {
            BandBasis::Spending => format!("{}.above-deductible", self.code),
            BandBasis::Payment => format!("{}.paid", self.code),
        };
        let position = measured
            .then(|| builder.registry.accumulator(&name, Period::BenefitYear, Per::None, false));
        Bands { basis, position, upto, rates, cites, cite }
    }

    /// The limit of another payer must cover this programme, or its use would not be counted.
    fn check_payers(
        &self,
        builder: &mut Builder<'a, '_>,
        uses: &[kernel::policy::LimitUse],
        limit_rows: &[LimitRows<'a>],
        limits: &[Limit],
    ) {
        for used in uses {
            let Above::Payer { limit: Some(other), .. } = limits[usize::from(used.limit)].above
            else {
                continue;
            };
            if uses.iter().any(|used| used.limit == other) {
                continue;
            }
            let code = &limits[usize::from(other)].term.code;
            let from = &limits[usize::from(used.limit)].term.code;
            let table = &limit_rows[usize::from(used.limit)].prefix;
            if let Some(statement) = builder.statement(&format!("{table}.above")) {
                let problem = format!(
                    "limit {from} leads to limit {code}, which does not cover programme {}",
                    self.code
                );
                builder.fault(
                    statement,
                    problem,
                    format!("let it lead to a limit that covers it, e.g. [limit.<limit>] programmes = [ …, \"{}\" ]", self.code),
                );
            }
        }
    }

    fn by_disease(
        &self,
        builder: &Builder<'a, '_>,
        axes: &Axes,
        deductible: Option<&kernel::policy::Deductible>,
        uses: &[&LimitRows<'a>],
    ) -> bool {
        let kept_apart = |id: kernel::policy::AccumulatorId| {
            builder.registry.0[usize::from(id.0)].per == Per::Disease
        };
        let requires = builder.value(&self.path("requires"));
        let chosen =
            requires.is_some_and(|it| it.items().iter().any(|it| it.text() == Some("chosen")));
        let filed = matches!(builder.text(&self.path("filing")), Some("required" | "chronic"));
        chosen && filed
            || axes.axes.iter().any(|axis| axis.dim == Dim::Disease)
            || deductible.is_some_and(|rule| kept_apart(rule.accumulator))
            || uses.iter().any(|limit| limit.by_disease(builder))
    }

    fn term(&self, builder: &Builder<'a, '_>) -> Term {
        let name = |key: &str| builder.text(&self.path(key)).unwrap_or(self.code);
        Term { code: self.code.into(), zh: name("name").into(), en: name("name_en").into() }
    }

    fn established_by(&self, builder: &mut Builder<'a, '_>) -> Cite {
        let stated =
            ["route", "name", "order"].iter().find_map(|key| builder.statement(&self.path(key)));
        stated.map_or(Cite::NONE, |statement| builder.cite(statement))
    }

    fn where_word(&self, builder: &mut Builder<'a, '_>, key: &str, word: &str) -> Option<Cite> {
        let statement = builder.statement(&self.path(key))?;
        let stated = statement.value.items().iter().any(|item| item.text() == Some(word));
        stated.then(|| builder.cite(statement))
    }

    fn routes(&self, builder: &mut Builder<'a, '_>) -> Vec<Route> {
        let Some(statement) = builder.statement(&self.path("route")) else {
            let items = fixed_fee::items(&self.fixed, builder.vocabulary);
            return vec![Route { items: (!items.is_empty()).then_some(items), ..Route::default() }];
        };
        statement.value.items().iter().map(|row| route(builder, statement, row)).collect()
    }
}

/// More combinations than this are a mistake.
const MOST_CELLS: usize = 200_000;

fn route(builder: &mut Builder<'_, '_>, statement: &Statement, row: &Value) -> Route {
    let texts = |key: &str| {
        row.get(key).map(|value| value.items().iter().filter_map(Value::text).collect::<Vec<_>>())
    };
    let categories = texts("category").map(|words| {
        words
            .into_iter()
            .filter_map(Category::from_code)
            .fold(0, |set, category| set | Route::category_bit(category))
    });
    let flags = texts("flag").map(|words| {
        words.into_iter().filter_map(Flags::from_code).fold(Flags::default(), Flags::with)
    });
    let items = texts("item").map(|codes| {
        codes
            .into_iter()
            .filter_map(|code| fixed_fee::item(code, builder.vocabulary))
            .collect::<Vec<_>>()
    });
    let diseases = texts("disease").map(|codes| {
        if codes == ["any"] {
            return DiseaseRoute::Any;
        }
        let mut set = DiseaseSet::default();
        let known: Vec<&str> = builder.vocabulary.diseases.iter().map(|term| &*term.code).collect();
        for code in codes {
            match rows::disease(code, builder.vocabulary) {
                Some(disease) => set.insert(disease),
                None => {
                    let _ = builder.known(statement, code, &known, "disease");
                }
            }
        }
        DiseaseRoute::OneOf(set)
    });
    Route { categories, flags, items, diseases }
}

/// Limits that could do nothing: on the spending of a programme that pays fixed amounts, or leading to one.
fn refuse_idle_limits(
    builder: &mut Builder<'_, '_>,
    programmes: &[Programme],
    limit_rows: &[LimitRows<'_>],
    limits: &[Limit],
) {
    for (limit, rows) in limits.iter().zip(limit_rows) {
        if let Above::Programme(index) = limit.above
            && let Some(other) =
                programmes.get(usize::from(index)).filter(|other| other.is_fixed_fee())
            && let Some(statement) = builder.statement(&format!("{}.above", rows.prefix))
        {
            let problem = format!(
                "programme {} pays fixed amounts an item and takes no excess",
                other.term.code
            );
            builder.fault(
                statement,
                problem,
                "lead to a programme with shares, or above = \"patient\"",
            );
        }
        let fixed = programmes.iter().find(|programme| {
            programme.is_fixed_fee() && rows.programmes.contains(&&*programme.term.code)
        });
        if let Some(programme) = fixed.filter(|_| limit.basis != LimitBasis::Payment)
            && let Some(statement) = builder.first_below(&rows.prefix)
        {
            let code = &programme.term.code;
            let problem = format!(
                "programme {code} pays fixed amounts: a limit on its spending does nothing"
            );
            builder.fault(statement, problem, "basis = \"payment\", or leave the programme out");
        }
    }
}

/// Excess that would go round in a circle is a fault.
fn refuse_cycles(
    builder: &mut Builder<'_, '_>,
    programmes: &[Programme],
    limit_rows: &[LimitRows<'_>],
    limits: &[Limit],
) {
    let leading_on = |index: usize| {
        let uses = programmes[index].payment_limits.iter();
        uses.filter_map(|used| match limits[usize::from(used.limit)].above {
            Above::Programme(other) => Some((usize::from(used.limit), usize::from(other))),
            _ => None,
        })
    };
    let next = |index: usize| leading_on(index).map(|(_, other)| other);
    let mut told: Vec<usize> = Vec::new();
    for start in 0..programmes.len() {
        if told.contains(&start) {
            continue;
        }
        let mut seen = vec![start];
        let mut todo: Vec<usize> = next(start).collect();
        while let Some(index) = todo.pop() {
            if index == start {
                told.extend(&seen);
                let limit = leading_on(start).next().map(|(limit, _)| &limit_rows[limit].prefix);
                if let Some(statement) =
                    limit.and_then(|table| builder.statement(&format!("{table}.above")))
                {
                    let names: Vec<&str> =
                        seen.iter().map(|index| &*programmes[*index].term.code).collect();
                    let problem =
                        format!("what exceeds this limit comes back to it: {}", names.join(" → "));
                    builder.fault(
                        statement,
                        problem,
                        "let one of the limits say above = \"patient\"",
                    );
                }
                break;
            }
            if !seen.contains(&index) {
                seen.push(index);
                todo.extend(next(index));
            }
        }
    }
}
