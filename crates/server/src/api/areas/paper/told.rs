//! What is answered about paper claims and the orders that pay them.

use crate::api::areas::bare;
use crate::api::shape::{Kind, Shape, field, maybe};
use agency::clearing::{OrderState, Signed};
use agency::paper::{
    Application, Caveat, Due, Look, Notice, PeopleOrder, State, Turned, Verdict, Warning,
};
use serde_json::{Value, json};

static ACT: Shape = Shape {
    name: "PaperAct",
    zh: "办理",
    en: "who did something, and when",
    fields: &[
        field("by", Kind::Text, "经办人", "by whom"),
        field("at", Kind::Moment, "时间", "when"),
    ],
};

static WARNING: Shape = Shape {
    name: "PaperWarning",
    zh: "提示",
    en: "something to be looked at",
    fields: &[
        field("caveat", Kind::Word(Caveat::CODES), "类别", "what"),
        field("caveat_zh", Kind::Text, "类别", "in Chinese"),
        field("about", Kind::Text, "材料、申请或结算", "document, application or settlement"),
        field("words", Kind::Text, "说明", "in words"),
        maybe("cleared", Kind::Object(&ACT), "核实人", "who cleared it"),
        maybe("note", Kind::Text, "核实情况", "what was found"),
    ],
};

static VERDICT: Shape = Shape {
    name: "PaperVerdict",
    zh: "核定",
    en: "what was decided",
    fields: &[
        maybe("act", Kind::Object(&ACT), "核定人", "who decided it"),
        field("opinion", Kind::Text, "意见", "opinion"),
        maybe("entry", Kind::Id, "记账", "the entry"),
        field("total", Kind::Fen, "总费用", "total"),
        field("in_scope", Kind::Fen, "政策范围内", "in scope"),
        field("deductible", Kind::Fen, "起付标准", "deductible charged"),
        field("funds", Kind::List(&Kind::Fen), "统筹、大额、补助", "by fund"),
        field("account", Kind::Fen, "个人账户", "from the own account"),
        field("cash", Kind::Fen, "个人负担", "borne by the person"),
        field("owed", Kind::Fen, "应付个人", "owed to the person"),
        maybe("withheld", Kind::Text, "不予支付的原因代码", "why it is not paid: a code"),
        maybe("why", Kind::Text, "不予支付的原因", "in words"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
    ],
};

static TURNED: Shape = Shape {
    name: "PaperTurned",
    zh: "不予受理或撤回",
    en: "turned down, or withdrawn",
    fields: &[
        field("act", Kind::Object(&ACT), "经办人", "by whom"),
        field("reason", Kind::Text, "理由", "why"),
        maybe("article", Kind::Text, "依据", "article"),
        maybe("entry", Kind::Id, "冲回的记账", "the entry that takes the decision back"),
    ],
};

pub(super) static PAPER_CLAIM: Shape = Shape {
    name: "PaperClaim",
    zh: "零星报销申请",
    en: "a paper claim",
    fields: &[
        field("number", Kind::Id, "申请编号", "its number"),
        field("person", Kind::Text, "人员编号", "whose"),
        field("state", Kind::Word(State::CODES), "状态", "state"),
        field("state_zh", Kind::Text, "状态", "in Chinese"),
        field("stated", Kind::Any, "申报内容", "what was handed in"),
        field("missing", Kind::List(&Kind::Text), "缺少的材料", "documents missing"),
        field("warnings", Kind::List(&Kind::Object(&WARNING)), "提示", "to be looked at"),
        field("received", Kind::Object(&ACT), "受理", "received"),
        maybe("decided", Kind::Object(&VERDICT), "核定", "decided"),
        maybe("refused", Kind::Object(&TURNED), "不予受理", "turned down"),
        maybe("withdrawn", Kind::Object(&TURNED), "撤回", "withdrawn"),
        maybe("order", Kind::Text, "所在个人拨付单", "the payment order it is in"),
        field("payments", Kind::Any, "支付与退汇", "payments and returns"),
        field("paid", Kind::Fen, "已支付", "paid so far"),
        field("due", Kind::Fen, "待支付；负数为应退回", "to be paid; negative: owed by the person"),
    ],
};

pub(super) static LOOK: Shape = Shape {
    name: "PaperLook",
    zh: "试算",
    en: "what would be decided",
    fields: &[
        field("verdict", Kind::Object(&VERDICT), "核定会是", "the decision"),
        field("open", Kind::List(&Kind::Object(&WARNING)), "待核实", "to be cleared before"),
    ],
};

static SENTENCE: Shape = Shape {
    name: "PaperSentence",
    zh: "计算说明的一句",
    en: "a sentence of the explanation",
    fields: &[
        field("level", Kind::Whole, "层次", "0: of the bill; 1: of a programme"),
        field("text", Kind::Text, "内容", "the sentence"),
        field("articles", Kind::List(&Kind::Text), "条文", "articles"),
    ],
};

pub(super) static NOTICE: Shape = Shape {
    name: "PaperNotice",
    zh: "核定告知书",
    en: "the notice of a decision",
    fields: &[
        field("claim", Kind::Object(&PAPER_CLAIM), "申请", "the application"),
        field("name", Kind::Text, "姓名", "name"),
        field("region", Kind::Text, "统筹区", "region"),
        field("documents", Kind::List(&Kind::Text), "政策要求的材料", "documents asked for"),
        field("explanation", Kind::List(&Kind::Object(&SENTENCE)), "计算说明", "why"),
        field("corrections", Kind::Any, "核定以后的更正", "corrections since"),
    ],
};

pub(super) static ORDER: Shape = Shape {
    name: "PeopleOrder",
    zh: "个人拨付单",
    en: "a payment order of paper claims",
    fields: &[
        field("batch", Kind::Text, "批次", "its number"),
        field("state", Kind::Word(&["made", "approved", "refused"]), "状态", "state"),
        field("total", Kind::Fen, "控制总额", "sum"),
        field("maker", Kind::Text, "制单人", "made by"),
        maybe("checker", Kind::Text, "复核人", "decided by"),
        maybe("refused", Kind::Text, "退回原因", "why it was refused"),
        field("lines", Kind::Any, "各笔：人员、申请、收款账户、金额", "payments"),
    ],
};

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn act(signed: &Signed) -> Value {
    json!({"by": &*signed.by, "at": &*signed.at})
}

fn warning(it: &Warning) -> Value {
    bare(json!({
        "caveat": it.caveat.code(),
        "caveat_zh": it.caveat.zh(),
        "about": &*it.about,
        "words": &*it.words,
        "cleared": it.cleared.as_ref().map(|cleared| act(&cleared.by)),
        "note": it.cleared.as_ref().map(|cleared| &*cleared.note),
    }))
}

fn verdict(it: &Verdict) -> Value {
    let made = (it.entry != store::Id::MIN).then_some(it.entry);
    bare(json!({
        "act": made.map(|_| act(&it.by)),
        "opinion": &*it.opinion,
        "entry": made,
        "total": it.total,
        "in_scope": it.in_scope,
        "deductible": it.deductible,
        "funds": it.funds,
        "account": it.account,
        "cash": it.cash,
        "owed": it.owed(),
        "withheld": some(&it.withheld),
        "why": some(&it.why),
        "articles": it.articles,
    }))
}

fn turned(it: &Turned) -> Value {
    bare(json!({
        "act": act(&it.by), "reason": &*it.reason, "article": some(&it.article), "entry": it.entry,
    }))
}

pub(super) fn claim(it: &Application, due: Due) -> Value {
    bare(json!({
        "number": &*it.number,
        "person": &*it.person,
        "state": it.state().code(),
        "state_zh": it.state().zh(),
        "stated": it.stated,
        "missing": it.missing,
        "warnings": it.warnings.iter().map(warning).collect::<Vec<_>>(),
        "received": act(&it.received),
        "decided": it.decided.as_ref().map(verdict),
        "refused": it.refused.as_ref().map(turned),
        "withdrawn": it.withdrawn.as_ref().map(turned),
        "order": some(&it.order),
        "payments": it.payments,
        "paid": it.paid(),
        "due": due.net(),
    }))
}

pub(super) fn look(it: &Look) -> Value {
    json!({
        "verdict": verdict(&it.verdict),
        "open": it.open.iter().map(warning).collect::<Vec<_>>(),
    })
}

pub(super) fn notice(it: &Notice, claim: &Value) -> Value {
    let sentences = it.explanation.iter().flat_map(|explanation| &explanation.sentences);
    let sentences = sentences.map(|sentence| {
        json!({
            "level": sentence.level, "text": sentence.text, "articles": sentence.articles,
        })
    });
    let corrections = it.corrections.iter().map(|corrected| {
        let correction = &corrected.correction;
        json!({
            "day": &*corrected.booking.day, "note": &*corrected.booking.note,
            "funds": correction.funds, "deductible": correction.deductible,
        })
    });
    json!({
        "claim": claim,
        "name": &*it.name,
        "region": &*it.region,
        "documents": it.documents,
        "explanation": sentences.collect::<Vec<_>>(),
        "corrections": corrections.collect::<Vec<_>>(),
    })
}

pub(super) fn order(it: &PeopleOrder) -> Value {
    bare(json!({
        "batch": &*it.batch,
        "state": match it.state() {
            OrderState::Made => "made",
            OrderState::Approved => "approved",
            OrderState::Refused => "refused",
        },
        "total": it.total,
        "maker": &*it.maker.by,
        "checker": it.checker.as_ref().map(|signed| &*signed.by),
        "refused": some(&it.refused),
        "lines": it.lines,
    }))
}
