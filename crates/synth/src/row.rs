//! A claim with what its file says of the person, packed while it waits to be sorted.

use crate::claim::{Claim, Kind};
use crate::line::Amounts;
use crate::person::Person;
use crate::place::{Place, Tier};
use kernel::{Date, Moment};

/// A row of a file of claims.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub(crate) claim: Claim,
    pub(crate) born: Date,
    pub(crate) enrolled_on: Date,
    pub(crate) filed: [Option<u8>; 2],
    pub(crate) district: u8,
    pub(crate) contract: bool,
}

/// Bytes of a packed row.
pub(crate) const PACKED: usize = 73;
/// Nothing.
const NONE: u8 = u8::MAX;

impl Row {
    pub(crate) fn of(claim: &Claim, person: &Person) -> Row {
        Row {
            claim: *claim,
            born: person.born,
            enrolled_on: person.enrolled_on,
            filed: [person.chronic, person.two_disease],
            district: person.district,
            contract: person.contract,
        }
    }

    /// The order of arrival.
    pub(crate) fn order(&self) -> (Moment, u64, u32) {
        (self.claim.at, self.claim.person, self.claim.serial)
    }

    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        let Row { claim, .. } = self;
        let flags = [claim.retired, claim.arrears, claim.admitted, claim.offsite, self.contract];
        let flags = flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag));
        out.extend_from_slice(&claim.person.to_le_bytes());
        out.extend_from_slice(&claim.at.0.to_le_bytes());
        for amount in [claim.amounts.total, claim.amounts.outside, claim.amounts.first_pay] {
            out.extend_from_slice(&amount.to_le_bytes());
        }
        out.extend_from_slice(&claim.serial.to_le_bytes());
        out.extend_from_slice(&claim.reverses.to_le_bytes());
        out.extend_from_slice(&claim.place.number.to_le_bytes());
        for day in [claim.day, self.born, self.enrolled_on] {
            out.extend_from_slice(&day.days().to_le_bytes());
        }
        out.extend_from_slice(&[
            claim.kind as u8,
            claim.place.tier as u8,
            claim.prescribed.unwrap_or(NONE),
            claim.plan,
            flags,
            claim.disease.unwrap_or(NONE),
            self.filed[0].unwrap_or(NONE),
            self.filed[1].unwrap_or(NONE),
            self.district,
        ]);
    }

    pub(crate) fn unpack(bytes: &[u8; PACKED]) -> Row {
        let mut rest = &bytes[..];
        let flag = |bit: u8| bytes[68] >> bit & 1 == 1;
        let some = |place: usize| Some(bytes[place]).filter(|value| *value != NONE);
        let person = u64::from_le_bytes(take(&mut rest));
        let at = Moment(i64::from_le_bytes(take(&mut rest)));
        let mut amount = || i64::from_le_bytes(take(&mut rest));
        let amounts = Amounts { total: amount(), outside: amount(), first_pay: amount() };
        let mut number = || u32::from_le_bytes(take(&mut rest));
        let (serial, reverses, place) = (number(), number(), number());
        let mut day = || Date::from_days(i32::from_le_bytes(take(&mut rest)));
        let (service, born, enrolled_on) = (day(), day(), day());
        let tier = Tier::ALL[usize::from(bytes[65]) % Tier::ALL.len()];
        Row {
            claim: Claim {
                person,
                serial,
                at,
                day: service,
                kind: Kind::ALL[usize::from(bytes[64]) % Kind::ALL.len()],
                place: Place { tier, number: place },
                prescribed: some(66),
                plan: bytes[67],
                retired: flag(0),
                arrears: flag(1),
                admitted: flag(2),
                offsite: flag(3),
                disease: some(69),
                amounts,
                reverses,
            },
            born,
            enrolled_on,
            filed: [some(70), some(71)],
            district: bytes[72],
            contract: flag(4),
        }
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> [u8; N] {
    match rest.split_first_chunk::<N>() {
        Some((first, more)) => {
            *rest = more;
            *first
        }
        None => [0; N],
    }
}
