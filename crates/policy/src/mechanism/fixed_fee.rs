//! 定额: a fixed amount an item and bill.

use super::Mechanism;
use crate::builder::Builder;
use crate::rows::Row;
use crate::table::{Kind, Table, key};
use crate::value::Value;
use kernel::Item;
use kernel::policy::{Axes, FixedFee, Vocabulary};

pub(super) const MECHANISM: Mechanism = Mechanism {
    name: "fixed_fee",
    zh: "定额支付",
    en: "Fixed fees",
    about: "The fund pays an item (诊察费, 一般诊疗费 …) up to a fixed amount a bill; the rest is the person's. There is \
            no deductible and no share. It uses up a limit on payment, and is bounded by it, only if the limit names \
            the programme. Without a route of its own the programme takes the items its rows name.",
    tables: &[Table {
        path: "programme.*.fixed_fee",
        keys: &[key(
            "amount",
            Kind::Rows(&[
                key("item", Kind::Texts, "item codes"),
                key("yuan", Kind::Money, "the fixed amount"),
            ]),
            "the amount of each item, for every combination of conditions",
        )],
    }],
};

pub(crate) fn read<'a>(builder: &mut Builder<'a, '_>, programme: &str) -> Vec<Row<'a>> {
    builder.rows(&format!("programme.{programme}.fixed_fee.amount"))
}

/// The items that rows name.
pub(crate) fn items(rows: &[Row<'_>], vocabulary: &Vocabulary) -> Vec<Item> {
    let codes = rows.iter().flat_map(|row| row.value.get("item").map_or(&[][..], Value::items));
    let mut items: Vec<Item> =
        codes.filter_map(Value::text).filter_map(|code| item(code, vocabulary)).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// An item by its code.
pub(crate) fn item(code: &str, vocabulary: &Vocabulary) -> Option<Item> {
    let found = vocabulary.items.iter().position(|known| **known == *code)?;
    u16::try_from(found + 1).ok().map(Item)
}

pub(crate) fn compile<'a>(
    builder: &mut Builder<'a, '_>,
    programme: &str,
    rows: &[Row<'a>],
    axes: &Axes,
) -> Vec<FixedFee> {
    let path = format!("programme.{programme}.fixed_fee.amount");
    for row in rows.iter().filter(|row| row.value.get("item").is_none()) {
        let fix = "item = [\"110200001\"], the codes it is paid for";
        builder.faults.push(row.statement.fault(row.value.line, "the row names no item", fix));
    }
    let mut fees = Vec::new();
    for item in items(rows, builder.vocabulary) {
        let code = builder.vocabulary.items[usize::from(item.0 - 1)].clone();
        let names = |row: &&Row<'a>| {
            let codes = row.value.get("item").map_or(&[][..], Value::items);
            codes.iter().any(|known| known.text() == Some(&code))
        };
        let of_item: Vec<Row<'a>> = rows.iter().filter(names).cloned().collect();
        let (amount, cite) = builder.amounts(&path, &of_item, axes);
        fees.push(FixedFee { item, amount, cite });
    }
    fees
}
