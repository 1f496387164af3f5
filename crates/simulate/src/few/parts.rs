//! Which parts of a whole are hidden; narrow bins made wider until each has enough people.

use crate::people::Bin;

/// The parts of few people and, unless these are many together, the next smallest others until they are. Parts without
/// people are not hidden. The parts have no person in common, or the largest of those chosen has enough.
pub(super) fn small(sizes: &[u64], least: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sizes.len()).filter(|index| sizes[*index] > 0).collect();
    order.sort_by_key(|index| (sizes[*index], *index));
    let few = order.iter().take_while(|index| sizes[**index] < least).count();
    // One more than the few: alone it has enough people, whoever else has claims in several parts.
    let hidden = if few == 0 { 0 } else { few + 1 };
    order.truncate(hidden);
    order.sort_unstable();
    order
}

/// The same for bands in order: the one that goes with the few is the nearest that has enough people.
pub(super) fn small_bands(sizes: &[u64], least: u64) -> Vec<usize> {
    let is_few = |index: &usize| sizes[*index] > 0 && sizes[*index] < least;
    let mut hidden: Vec<usize> = (0..sizes.len()).filter(is_few).collect();
    let far = |index: usize| hidden.iter().map(|few| few.abs_diff(index)).min();
    let many = (0..sizes.len()).filter(|index| sizes[*index] >= least);
    let nearest = many.min_by_key(|index| (far(*index), sizes[*index]));
    if let (Some(nearest), false) = (nearest, hidden.is_empty()) {
        hidden.push(nearest);
        hidden.sort_unstable();
    }
    hidden
}

/// Puts neighbouring bins (number, people, amount) together until each has enough people. What is left at the end goes to
/// the bin before it.
pub(super) fn wider(bins: Vec<(usize, u64, i64)>, least: u64) -> Vec<(usize, u64, i64)> {
    let mut wide: Vec<(usize, u64, i64)> = Vec::new();
    let mut open: Option<(usize, u64, i64)> = None;
    for (number, people, amount) in bins {
        let (_, before, sum) = open.take().unwrap_or_default();
        let bin = (number, before + people, sum + amount);
        if bin.1 < least { open = Some(bin) } else { wide.push(bin) }
    }
    match (open, wide.last_mut()) {
        (Some((_, people, amount)), Some(last)) => {
            last.1 += people;
            last.2 += amount;
        }
        (Some(bin), None) => wide.push(bin),
        (None, _) => {}
    }
    wide
}

/// The same for the bins of annual spending.
pub(super) fn bins(bins: &mut [Bin], least: u64) {
    let empty = |bin: &Bin| Bin { paid: vec![0; bin.paid.len()], ..Bin::default() };
    let (mut last, mut open): (Option<usize>, Option<usize>) = (None, None);
    for index in 0..bins.len() {
        if bins[index].people == 0 {
            continue;
        }
        if let Some(before) = open.take() {
            let moved = std::mem::take(&mut bins[before]);
            bins[before] = empty(&moved);
            add(&mut bins[index], &moved);
        }
        if bins[index].people < least { open = Some(index) } else { last = Some(index) }
    }
    if let (Some(from), Some(to)) = (open, last) {
        let moved = std::mem::take(&mut bins[from]);
        bins[from] = empty(&moved);
        add(&mut bins[to], &moved);
    }
}

fn add(sum: &mut Bin, part: &Bin) {
    sum.people += part.people;
    sum.in_scope += part.in_scope;
    sum.outside += part.outside;
    for (sum, part) in sum.paid.iter_mut().zip(&part.paid) {
        *sum += part;
    }
}
