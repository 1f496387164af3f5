//! 目录项目: one span of one item a row.

use super::column::{Values, columns, kernel_words};
use super::fault::Reason;
use super::importer::{Desk, Effect, Regions, Sheet};
use super::row::{Read, Row};
use crate::directory::ItemDetail;
use kernel::{Date, Flags, Level};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Item, Store, StoreError, Wants};

columns! {
    Region Always Values::Region, "region", "统筹区", "500000",
        "哪个统筹区的目录；整个文件同一地区时可用 --region 代替", "Whose catalogue; --region says it for all rows";
    Code Always Values::Code(50), "code", "项目编码", "XA99TEST0001",
        "医疗目录编码", "National code of the item";
    Name Always Values::Text(200), "name", "项目名称", "测试甲类药片",
        "名称", "The name";
    Class Always Values::Word(kernel_words!(kernel::CatalogueClass, "A" = &["甲", "01"], "B" = &["乙", "02"], "C" = &["丙", "03", "自费"])), "class", "目录类别", "A",
        "甲乙丙", "Class";
    FirstPay Sometimes Values::Rate, "first_pay", "先行自付比例", "",
        "乙类必填", "Needed of class B";
    Ceiling Never Values::Price, "ceiling", "限价", "",
        "每单位的最高支付价，各级相同；空着为没有限价", "Price ceiling of a unit at every level; empty: none";
    Ceiling0 Never Values::Price, "ceiling_0", "限价（未定级）", "",
        "这个等级的限价，优先于 ceiling。五列都空着时，已登记的限价不变", "The ceiling at this level, before that of ceiling. If all five are empty, ceilings on file stay";
    Ceiling1 Never Values::Price, "ceiling_1", "限价（一级）", "", "同上", "Likewise";
    Ceiling2 Never Values::Price, "ceiling_2", "限价（二级）", "", "同上", "Likewise";
    Ceiling3 Never Values::Price, "ceiling_3", "限价（三级）", "", "同上", "Likewise";
    Flags Never Values::Words(|| Flags::CODES.iter().zip(Flags::ZH).map(|(code, zh)| (*code, *zh, [].as_slice())).collect()), "flags", "待遇标志", "",
        "归到专门待遇的标志", "Flags that lead to special programmes";
    ChargeType Never Values::Code(6), "charge_type", "收费项目类别", "09",
        "国家字典：09 西药费、11 中成药费、02 诊察费等", "National list of charge types";
    List Never Values::Code(6), "list", "目录分类", "101",
        "国家字典：101 西药中成药、201 医疗服务、301 耗材等", "National list of catalogues";
    Restricted Never Values::Flag, "restricted", "限制使用", "否",
        "须经医院审批才可支付", "Payable only if the hospital approves the use";
    Restriction Never Values::Text(500), "restriction", "限制说明", "",
        "限制的内容", "What the restriction says";
    Essential Never Values::Flag, "essential", "基本药物", "否", "空着为否", "Essential medicine; empty: no";
    Denied Never Values::Flag, "denied", "账户不可付", "否",
        "在个人账户负面清单里", "A personal account may not pay it";
    Sex Never Values::Word(|| vec![("1", "限男", &["男"]), ("2", "限女", &["女"])]), "sex", "限性别", "", "空着为不限", "Empty: anybody";
    MinAge Never Values::Code(3), "min_age", "最小年龄", "", "周岁；空着为不限", "Years; empty: none";
    MaxAge Never Values::Code(3), "max_age", "最大年龄", "", "周岁；空着为不限", "Years; empty: none";
    Days Never Values::Code(4), "days", "限天数", "", "一张处方最多几天的量；空着为不限", "Most days of supply of one prescription; empty: no limit";
    Unit Never Values::Text(20), "unit", "计价单位", "盒", "计价单位", "Unit of the price";
    Spec Never Values::Text(100), "spec", "规格", "10mg×14片", "规格", "Specification";
    Form Never Values::Text(50), "form", "剂型", "片剂", "剂型", "Dosage form";
    Maker Never Values::Text(200), "manufacturer", "生产企业", "测试药厂", "生产企业", "Manufacturer";
    Approval Never Values::Text(50), "approval", "批准文号", "", "批准文号", "Approval number";
    From Always Values::Date, "from", "起始日", "2024-01-01", "从这天起（含）", "First day";
    To Never Values::Date, "to", "终止日", "", "到这天止（含）；空着为仍在持续", "Last day; empty while it lasts";
}

/// The columns that tell rows apart.
pub(super) const KEY: &[usize] = &[At::Region as usize, At::Code as usize, At::From as usize];

/// The rows that wait, and the catalogues of their areas.
#[derive(Default)]
pub(super) struct Rows {
    told: Vec<Item>,
    catalogue: Catalogue,
    stated: Stated,
}

impl Sheet for Rows {
    fn read(&mut self, row: Row<'_>, regions: &Regions) -> Read<()> {
        let (from, to) = super::facts::days(&row, At::From, At::To)?;
        let (area, code) = (row.region(At::Region, regions)?, row.code(At::Code)?);
        let (name, detail) = (row.needed(At::Name)?, detail(&row)?);
        let detail = Arc::from(serde_json::to_string(&detail).unwrap_or_default());
        self.stated.add((area, code.clone(), None), from, to, &row, At::From)?;
        self.told.push(Item { area, code, from, to, name, detail });
        Ok(())
    }

    fn wants(&self, wants: &mut Wants) {
        wants.areas.extend(self.told.iter().map(|told| told.area));
    }

    fn look_up(&mut self, store: &dyn Store) -> Result<(), StoreError> {
        self.catalogue.load(store, self.told.iter().map(|told| told.area).collect())
    }

    fn apply(&mut self, from: usize, to: usize, desk: &mut Desk<'_>) -> Vec<Read<Effect>> {
        let Rows { told, catalogue, .. } = self;
        let mut catalogue = catalogue.clone();
        told[from..to].iter().map(|told| state(told, &mut catalogue, desk)).collect()
    }

    fn clear(&mut self) {
        self.told.clear();
        self.catalogue.0.clear();
    }
}

/// Brings the spans from the row's first day on in line with the row. Where prices have cut its span into several, each
/// of them keeps its ceilings, unless the row states its own.
fn state(told: &Item, catalogue: &mut Catalogue, desk: &mut Desk<'_>) -> Read<Effect> {
    let spans = catalogue.spans(told.area, &told.code);
    let meets = |span: &Item| span.from <= told.to && told.from <= span.to;
    let met: Vec<usize> = (0..spans.len()).filter(|place| meets(&spans[*place])).collect();
    let Some((first, last)) = met.first().zip(met.last()) else {
        spans.push(told.clone());
        spans.sort_by_key(|span| span.from);
        desk.changes.items.push(told.clone());
        return Ok(Effect::Added);
    };
    if spans[*first].from != told.from {
        let span = &spans[*first];
        let reason = Reason::Overlaps {
            other: span.name.to_string(),
            from: span.from.to_string(),
            to: if span.to == Date::MAX { "…".to_owned() } else { span.to.to_string() },
        };
        let column = &COLUMNS[At::From as usize];
        return Err(Box::new(super::Fault::at(column, &told.from.to_string(), reason)));
    }
    let mut effect = Effect::Unchanged;
    for place in &met {
        let span = &spans[*place];
        let to = if place == last { told.to } else { span.to };
        let detail = with_ceilings_of(&told.detail, &span.detail);
        let stated = Item { from: span.from, to, detail, ..told.clone() };
        if *span != stated {
            effect = Effect::Changed;
            desk.changes.items.push(stated.clone());
            spans[*place] = stated;
        }
    }
    Ok(effect)
}

/// What a row says, with the ceilings on file if it states none.
fn with_ceilings_of(told: &Arc<str>, known: &str) -> Arc<str> {
    let read = |text: &str| serde_json::from_str::<ItemDetail>(text).ok();
    let (Some(mut detail), Some(known)) = (read(told), read(known)) else { return told.clone() };
    if detail.ceiling.is_some() || !detail.ceilings.is_empty() {
        return told.clone();
    }
    (detail.ceiling, detail.ceilings) = (known.ceiling, known.ceilings);
    serde_json::to_string(&detail).map_or_else(|_| told.clone(), Arc::from)
}

fn detail(row: &Row<'_>) -> Read<ItemDetail> {
    let class = row.word(At::Class)?;
    let flags: Vec<Arc<str>> = row.words(At::Flags)?.into_iter().map(Arc::from).collect();
    let (ceiling, ceilings) = ceilings(row)?;
    Ok(ItemDetail {
        first_pay: first_pay(row, class)?,
        class: Arc::from(class),
        ceiling,
        ceilings,
        negotiated: flags.iter().any(|flag| &**flag == "negotiated"),
        flags,
        charge_type: row.code(At::ChargeType)?,
        list: row.code(At::List)?,
        restricted: row.flag(At::Restricted)?,
        restriction: row.code(At::Restriction)?,
        essential: row.flag(At::Essential)?,
        denied: row.flag(At::Denied)?,
        sex: Arc::from(row.word(At::Sex)?),
        min_age: number(row, At::MinAge)?,
        max_age: number(row, At::MaxAge)?,
        days: number(row, At::Days)?,
        unit: row.code(At::Unit)?,
        spec: row.code(At::Spec)?,
        form: row.code(At::Form)?,
        manufacturer: row.code(At::Maker)?,
        approval: row.code(At::Approval)?,
    })
}

/// 先行自付比例, ten-thousandths: what the kernel accepts of the class.
fn first_pay(row: &Row<'_>, class: &str) -> Read<i32> {
    let rate = row.rate(At::FirstPay)?.map(kernel::Rate::get);
    match (class, rate) {
        ("B", None) => row.fault(At::FirstPay, Reason::Missing),
        ("B", Some(rate)) => Ok(rate),
        ("C", None | Some(0 | 10_000)) => Ok(10_000),
        ("A", None | Some(0)) => Ok(0),
        _ => row.fault(At::FirstPay, Reason::FirstPay),
    }
}

/// Ceilings by level, codes of [`Level`].
type Ceilings = Vec<(Arc<str>, i64)>;

fn ceilings(row: &Row<'_>) -> Read<(Option<i64>, Ceilings)> {
    let mut ceilings = Vec::new();
    let places = [At::Ceiling0, At::Ceiling1, At::Ceiling2, At::Ceiling3];
    for (level, place) in Level::ALL.iter().zip(places) {
        if let Some(ceiling) = row.price(place)? {
            ceilings.push((Arc::from(level.code()), ceiling));
        }
    }
    Ok((row.price(At::Ceiling)?, ceilings))
}

fn number(row: &Row<'_>, at: At) -> Read<Option<i32>> {
    let text = row.code(at)?;
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) if text.is_empty() => Ok(None),
        Err(_) => row.fault(at, Reason::Form),
    }
}

/// The spans that earlier rows of the file state: two rows for one day would leave the order of rows to decide.
#[derive(Default)]
pub(super) struct Stated(BTreeMap<Stating, Vec<(Date, Date)>>);

/// What spans may not meet: an item, or its price at a level.
type Stating = (Area, Arc<str>, Option<Level>);

impl Stated {
    /// Adds a span, unless an earlier one meets it.
    pub(super) fn add(
        &mut self,
        key: Stating,
        from: Date,
        to: Date,
        row: &Row<'_>,
        at: impl Into<usize>,
    ) -> Read<()> {
        let code = key.1.to_string();
        let spans = self.0.entry(key).or_default();
        if let Some((first, last)) = spans.iter().find(|span| span.0 <= to && from <= span.1) {
            let to = if *last == Date::MAX { "…".to_owned() } else { last.to_string() };
            return row.fault(at, Reason::Overlaps { other: code, from: first.to_string(), to });
        }
        spans.push((from, to));
        Ok(())
    }
}

/// Says something else of the days `from` to `to` of an item, cutting the spans it meets where these days begin and end; the
/// spans to write. `None`: it meets none.
pub(super) fn cut(
    spans: &mut Vec<Item>,
    (first, last): (Date, Date),
    within: impl Fn(&Arc<str>) -> Arc<str>,
) -> Option<Vec<Item>> {
    let mut cut = Vec::with_capacity(spans.len() + 2);
    let mut written = Vec::new();
    let mut met = false;
    for span in &*spans {
        let (from, to) = (span.from.max(first), span.to.min(last));
        let detail = within(&span.detail);
        if from > to || detail == span.detail {
            met |= from <= to;
            cut.push(span.clone());
            continue;
        }
        met = true;
        let part = |from: Date, to: Date, detail: &Arc<str>| {
            let detail = detail.clone();
            (from <= to).then(|| Item { from, to, detail, ..span.clone() })
        };
        // Days before the first and after the last there is are none: a span of theirs would begin after its end.
        let before = (span.from < from).then(|| part(span.from, from.previous(), &span.detail));
        let after = (to < span.to).then(|| part(to.next(), span.to, &span.detail));
        let parts = [before.flatten(), part(from, to, &detail), after.flatten()];
        written.extend(parts.iter().flatten().cloned());
        cut.extend(parts.into_iter().flatten());
    }
    *spans = cut;
    met.then_some(written)
}

/// Catalogues as they stand in the books: the spans of each item, by area and code.
#[derive(Clone, Default)]
pub(super) struct Catalogue(BTreeMap<(Area, Arc<str>), Vec<Item>>);

/// Rows read at a time.
const PAGE: usize = 10_000;

impl Catalogue {
    /// Reads the catalogues of some areas.
    pub(super) fn load(
        &mut self,
        store: &dyn Store,
        areas: BTreeSet<Area>,
    ) -> Result<(), StoreError> {
        self.0.clear();
        for area in areas {
            let mut after = (Arc::from(""), Date::MIN);
            loop {
                let page = store.items(area, (&after.0, after.1), PAGE)?;
                let Some(last) = page.last() else { break };
                after = (last.code.clone(), last.from);
                for item in page {
                    self.0.entry((area, item.code.clone())).or_default().push(item);
                }
            }
        }
        Ok(())
    }

    /// The spans of an item.
    pub(super) fn spans(&mut self, area: Area, code: &Arc<str>) -> &mut Vec<Item> {
        self.0.entry((area, code.clone())).or_default()
    }
}
