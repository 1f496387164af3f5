//! The published code lists 字典 as data: which values a field with a list may have, and what they are called.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One list.
#[derive(Debug)]
pub struct List {
    /// Its national name.
    pub name: &'static str,
    /// 中文名.
    pub zh: &'static str,
    /// Codes and what they are called, in order.
    pub codes: Vec<(&'static str, &'static str)>,
}

static LISTS: LazyLock<(Vec<List>, HashMap<&'static str, usize>)> = LazyLock::new(|| {
    let lists = read(include_str!("fields/codes.tsv"));
    let places = lists.iter().enumerate().map(|(place, list)| (list.name, place)).collect();
    (lists, places)
});

fn read(text: &'static str) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for line in text.lines() {
        let Some((first, second)) = line.split_once('\t') else { continue };
        match (first.strip_prefix("> "), lists.last_mut()) {
            (Some(name), _) => lists.push(List { name, zh: second, codes: Vec::new() }),
            (None, Some(list)) => list.codes.push((first, second)),
            (None, None) => {}
        }
    }
    lists
}

/// All lists.
#[must_use]
pub fn lists() -> &'static [List] {
    &LISTS.0
}

/// A list by name.
#[must_use]
pub fn list(name: &str) -> Option<&'static List> {
    LISTS.1.get(name).map(|place| &LISTS.0[*place])
}

/// True if the list has the code; a code the list has only the beginning of counts (`1101` where the list has `11`):
/// provinces subdivide.
#[must_use]
pub fn has(name: &str, code: &str) -> bool {
    list(name).is_none_or(|list| {
        let fits = |known: &str| known == code || (known.len() >= 2 && code.starts_with(known));
        list.codes.iter().any(|(known, _)| fits(known))
    })
}

/// What a code is called; empty if the list does not have it.
#[must_use]
pub fn name(list: &str, code: &str) -> &'static str {
    let list = self::list(list);
    let found = list.and_then(|list| list.codes.iter().find(|(known, _)| *known == code));
    found.map_or("", |(_, name)| name)
}
