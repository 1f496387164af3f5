//! Which signed requests were seen lately: two generations of a window's length each, bounded.

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// More are not remembered: the older generation is dropped early.
const MOST: usize = 1_000_000;

pub(super) struct Window {
    length: i64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    since: i64,
    current: HashMap<[u8; 16], [u8; 16]>,
    before: HashMap<[u8; 16], [u8; 16]>,
}

impl Window {
    /// Remembers at least for the time in which a timestamp is taken: as long before now as after.
    pub(super) fn new(length: i64) -> Window {
        Window { length: length.saturating_mul(2), seen: Mutex::default() }
    }

    /// False if the nonce was used before for another body.
    pub(super) fn admits(&self, caller: &str, nonce: &str, body: &[u8], now: i64) -> bool {
        let name = digest(&[caller.as_bytes(), b"\0", nonce.as_bytes()]);
        let body = digest(&[body]);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now - seen.since > self.length || seen.current.len() >= MOST {
            seen.before = std::mem::take(&mut seen.current);
            seen.since = now;
        }
        let known = seen.current.get(&name).or_else(|| seen.before.get(&name)).copied();
        seen.current.entry(name).or_insert(known.unwrap_or(body));
        known.is_none_or(|known| known == body)
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    let mut half = [0; 16];
    half.copy_from_slice(&hash.finalize()[..16]);
    half
}
