//! What a clerk states of a paper claim.

use crate::api::problem::{Kind as Wrong, Problem};
use crate::api::shape::{Given, Kind, Shape, field, maybe};
use agency::paper::{Issuer, PaperLine, Payee, Prescriber, Receipt, Stated};
use kernel::{Date, Level, Place, Venue};
use serde_json::Value;
use std::sync::Arc;

pub(super) static ISSUER: Shape = Shape {
    name: "PaperIssuer",
    zh: "开票机构；名录里有的，等级、定点、地区以名录为准",
    en: "who issued the receipts; what a directory says goes before",
    fields: &[
        maybe("code", Kind::Text, "机构编号；编号、名称至少一项", "code; code or name"),
        maybe("name", Kind::Text, "机构名称", "name as on the receipt"),
        maybe("area", Kind::Text, "所在统筹区，空着为外地", "pooling area; absent: elsewhere"),
        maybe("level", Kind::Word(Level::CODES), "机构等级", "level"),
        maybe("venue", Kind::Word(Venue::CODES), "机构类型，缺省为医院", "kind; a hospital"),
        maybe("designated", Kind::Flag, "在当地是否定点", "it has an agreement at its place"),
        maybe("place", Kind::Word(Place::CODES), "异地类别，缺省按备案", "kind of off-site care"),
    ],
};

pub(super) static PAYEE: Shape = Shape {
    name: "Payee",
    zh: "收款账户",
    en: "to which account of a bank it is paid",
    fields: &[
        field("name", Kind::Text, "户名", "name"),
        field("bank", Kind::Text, "开户行", "bank"),
        field("account", Kind::Text, "账号", "number"),
    ],
};

static PRESCRIBER: Shape = Shape {
    name: "PaperPrescriber",
    zh: "处方机构（药店购药）",
    en: "who prescribed what a pharmacy sold",
    fields: &[
        field("level", Kind::Word(Level::CODES), "等级", "level"),
        field("designated", Kind::Flag, "定点", "it has an agreement"),
    ],
};

static RECEIPT: Shape = Shape {
    name: "PaperReceipt",
    zh: "票据",
    en: "a receipt",
    fields: &[
        maybe("code", Kind::Text, "票据代码", "code"),
        maybe("number", Kind::Text, "票据号码", "number"),
        maybe("day", Kind::Day, "开票日期，缺省为就诊日", "day; that of the service"),
        field("amount", Kind::Fen, "金额", "amount"),
    ],
};

static LINE: Shape = Shape {
    name: "PaperLine",
    zh: "费用明细",
    en: "a fee line",
    fields: &[
        maybe("item", Kind::Text, "医疗目录编码；目录外的由个人负担", "item of the catalogue"),
        maybe("name", Kind::Text, "名称", "name"),
        maybe("quantity", Kind::Whole, "数量，万分之一；缺省10000", "ten-thousandths; 10000"),
        maybe("price", Kind::Whole, "单价，百万分之一元；缺省为金额÷数量", "millionths of a yuan"),
        field("amount", Kind::Fen, "金额", "amount"),
        maybe("approved", Kind::Flag, "限制使用的项目经核对符合", "a restricted use was found met"),
        maybe("disease", Kind::Text, "病种编码", "disease"),
    ],
};

pub(super) static RECEIVE: Shape = Shape {
    name: "ReceivePaperClaim",
    zh: "零星报销申请",
    en: "a paper claim to be received",
    fields: &[
        maybe("reference", Kind::Text, "受理号；同一份再交一次，不会重复受理", "its reference"),
        maybe("applicant", Kind::Text, "申请人，缺省为本人", "who hands it in"),
        maybe("submitted", Kind::Day, "受理日，缺省为今天", "when it was handed in; today"),
        field("service", Kind::Day, "就诊日", "day of service"),
        maybe("category", Kind::Text, "医疗类别，缺省11", "category; 11"),
        maybe("disease", Kind::Text, "病种编码", "disease"),
        field("issuer", Kind::Object(&ISSUER), "开票机构", "who issued the receipts"),
        maybe("prescriber", Kind::Object(&PRESCRIBER), "处方机构", "prescriber"),
        field("receipts", Kind::List(&Kind::Object(&RECEIPT)), "票据", "receipts"),
        field("documents", Kind::List(&Kind::Text), "材料，按政策的说法", "documents"),
        field("lines", Kind::List(&Kind::Object(&LINE)), "费用明细", "fee lines"),
        maybe("account", Kind::Flag, "本人要求使用个人账户", "the account pays the rest"),
        field("payee", Kind::Object(&PAYEE), "收款账户", "who is paid"),
    ],
};

/// An object within the body.
fn object(body: &Given, name: &str) -> Given {
    Given(body.0.get(name).and_then(Value::as_object).cloned().unwrap_or_default())
}

pub(super) fn issuer(given: &Given) -> Issuer {
    Issuer {
        code: given.kept("code"),
        name: given.kept("name"),
        area: given.kept("area"),
        level: given.kept("level"),
        venue: given.kept("venue"),
        designated: given.flag("designated"),
        place: given.kept("place"),
    }
}

/// What is stated.
pub(super) fn read(body: &Given, today: Date) -> Result<Stated, Problem> {
    let service = body.day("service").unwrap_or(Date::MIN);
    let or = |name: &str, default: &str| -> Arc<str> {
        Some(body.text(name)).filter(|text| !text.is_empty()).unwrap_or(default).into()
    };
    let payee = object(body, "payee");
    let prescriber = body.0.contains_key("prescriber").then(|| {
        let given = object(body, "prescriber");
        Prescriber { level: given.kept("level"), designated: given.flag("designated") }
    });
    let receipt = |it: Given| Receipt {
        code: it.kept("code"),
        number: it.kept("number"),
        day: it.day("day").unwrap_or(service),
        amount: it.whole("amount").unwrap_or_default(),
    };
    Ok(Stated {
        reference: body.kept("reference"),
        applicant: or("applicant", "本人"),
        submitted: body.day("submitted").unwrap_or(today),
        service,
        category: or("category", "11"),
        disease: body.kept("disease"),
        issuer: issuer(&object(body, "issuer")),
        prescriber,
        receipts: body.list("receipts").map(receipt).collect(),
        documents: body.texts("documents").map(Arc::from).collect(),
        lines: body.list("lines").map(|it| line(&it)).collect::<Result<_, _>>()?,
        account: body.flag("account"),
        payee: Payee {
            name: payee.kept("name"),
            bank: payee.kept("bank"),
            account: payee.kept("account"),
        },
    })
}

fn line(given: &Given) -> Result<PaperLine, Problem> {
    let amount = given.whole("amount").unwrap_or_default();
    let quantity = given.whole("quantity").unwrap_or(10_000);
    let wrong = || Problem::field(Wrong::FieldForm, "quantity", &quantity.to_string(), "应为正数");
    let by_quantity = || {
        let price = (i128::from(amount) * 100_000_000).checked_div(i128::from(quantity))?;
        i64::try_from(price).ok()
    };
    let price = given.whole("price").or_else(by_quantity).filter(|_| quantity > 0);
    Ok(PaperLine {
        item: given.kept("item"),
        name: given.kept("name"),
        quantity,
        price: price.ok_or_else(wrong)?,
        amount,
        approval: Arc::from(if given.flag("approved") { "1" } else { "" }),
        disease: given.kept("disease"),
    })
}
