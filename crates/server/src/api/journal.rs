//! Who did what, once: every write is a message of its operator in the journal of the core, under the Idempotency-Key. The
//! same key and content gets the same answer; the same key and other content is refused.

use super::problem::{Kind, Problem};
use agency::business::OPERATOR;
use agency::{Business, Context, Decision, Reason, Refused, World};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::{Area, MessageKey, PersonKey, Store, Wants};

/// The longest key.
pub const LONGEST: usize = 64;
/// How the refusal of a used key is known again on its way through the core.
const USED: &str = "幂等键已用于其他请求";

/// The message of an operator: `content` is method, path and body.
#[must_use]
pub fn message(
    area: Area,
    operator: &str,
    key: &str,
    endpoint: &'static str,
    content: &[&[u8]],
) -> MessageKey {
    let mut digest = Sha256::new();
    for part in content {
        digest.update(part);
        digest.update([0]);
    }
    let mut half = [0; 16];
    half.copy_from_slice(&digest.finalize()[..16]);
    MessageKey {
        area,
        institution: format!("{OPERATOR}{operator}").into(),
        number: key.into(),
        transaction: endpoint.into(),
        digest: u128::from_be_bytes(half),
    }
}

/// Reads an Idempotency-Key.
///
/// # Errors
/// It is missing, too long, or not of visible ASCII.
pub fn key(stated: Option<&str>) -> Result<&str, Problem> {
    let right = format!("应为1至{LONGEST}个可见ASCII字符，每次办理用新的值，重发用原值");
    let stated = stated.unwrap_or_default();
    let fits =
        (1..=LONGEST).contains(&stated.len()) && stated.bytes().all(|it| it.is_ascii_graphic());
    if fits { Ok(stated) } else { Err(Problem::field(Kind::Key, "Idempotency-Key", stated, right)) }
}

/// Whether a key was used for something else already, as the books say.
///
/// # Errors
/// It was; or what the store says.
pub fn unused(store: &dyn Store, key: &MessageKey) -> Result<(), Problem> {
    let known = store.messages_numbered(key.area, &key.institution, &key.number)?;
    let other = known.iter().find(|message| message.key != *key);
    other.map_or(Ok(()), |_| Err(used(&key.number)))
}

fn used(key: &str) -> Problem {
    Problem::field(Kind::KeyReused, "Idempotency-Key", key, "新的办理请用新的值")
}

/// What a refusal is told as.
#[must_use]
pub fn told(refused: Refused, key: &str) -> Problem {
    if refused.reason == Reason::DocumentState && refused.value == USED {
        return used(key);
    }
    refused.into()
}

/// A business that is refused if its key was used with other content meanwhile.
pub struct Once {
    /// The business.
    pub business: Box<dyn Business>,
    /// Its message.
    pub message: MessageKey,
}

impl Business for Once {
    fn person(&self) -> Option<&PersonKey> {
        self.business.person()
    }

    fn wants(&self, wants: &mut Wants) {
        self.business.wants(wants);
        wants.originals.insert(self.message.clone());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        if world.messages_like(&self.message).any(|known| known.key.digest != self.message.digest) {
            return Err(Refused::new(Reason::DocumentState, USED));
        }
        self.business.decide(world, context)
    }
}

/// The name of an operator as the books note it.
#[must_use]
pub fn sender(operator: &str) -> Arc<str> {
    format!("{OPERATOR}{operator}").into()
}
