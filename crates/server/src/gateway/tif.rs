//! TIF: `x-tif-signature` is the hex SHA-256 of timestamp, secret, nonce and timestamp.

use super::{Claim, Request, Signer, Verifier, hex, millis, same};
use crate::fsi::fault::Fault;
use sha2::{Digest, Sha256};

pub(super) fn claim<'r>(request: &Request<'r>) -> Result<Claim<'r>, Fault> {
    let key = request.required("x-tif-paasid")?;
    let timestamp = request.required("x-tif-timestamp")?;
    let nonce = request.required("x-tif-nonce")?;
    Ok(Claim { key, time: (timestamp, millis(timestamp)), nonce })
}

pub(super) fn verify(request: &Request<'_>, secret: &str) -> bool {
    let timestamp = request.header("x-tif-timestamp");
    let secret = Secret { secret, nonce: request.header("x-tif-nonce") };
    secret.verify(timestamp.as_bytes(), request.header("x-tif-signature"))
}

/// A secret and the nonce of a request; what is signed is the timestamp.
#[derive(Clone, Copy, Debug)]
pub struct Secret<'r> {
    /// The shared secret.
    pub secret: &'r str,
    /// The nonce.
    pub nonce: &'r str,
}

impl Signer for Secret<'_> {
    fn sign(&self, timestamp: &[u8]) -> String {
        let mut hash = Sha256::new();
        hash.update(timestamp);
        hash.update(self.secret);
        hash.update(self.nonce);
        hash.update(timestamp);
        hex(&hash.finalize())
    }
}

impl Verifier for Secret<'_> {
    fn verify(&self, timestamp: &[u8], signature: &str) -> bool {
        same(self.sign(timestamp).as_bytes(), signature.to_ascii_lowercase().as_bytes())
    }
}
