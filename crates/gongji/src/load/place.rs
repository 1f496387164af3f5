//! The town as those who send messages see it: who is insured, where they go, what they are charged for.

use agency::town::{self, CHONGQING, Town};
use fastrand::Rng;
use kernel::{Date, Fen};
use std::sync::Arc;

/// Whom and what messages are about.
#[derive(Clone, Debug)]
pub struct Place {
    /// Division code of the pooling area.
    pub area: String,
    /// Codes of hospitals and clinics.
    pub hospitals: Vec<Arc<str>>,
    /// Codes of pharmacies.
    pub pharmacies: Vec<Arc<str>>,
    /// What is charged for.
    pub wares: Vec<Ware>,
    /// How many people.
    pub people: u32,
    town: Town,
}

/// Something a hospital or pharmacy charges for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ware {
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// Unit price.
    pub price: Fen,
}

impl Ware {
    /// Price of a quantity.
    #[must_use]
    pub const fn charge(&self, quantity: i64) -> Fen {
        Fen::new(self.price.get() * quantity)
    }
}

/// A bill before it is sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bill {
    /// Place of the ware, quantity.
    pub lines: Vec<(usize, i64)>,
    /// Sum of quantity × price.
    pub total: Fen,
}

/// Fee lines of every bill.
pub const LINES: usize = 5;

impl Place {
    /// The demonstration town with so many people: those of its first area, in designated hospitals and pooling pharmacies.
    #[must_use]
    pub fn town(people: u32, today: Date) -> Place {
        let town = Town::new(people);
        let (pharmacies, hospitals): (Vec<_>, Vec<_>) = town::places(CHONGQING)
            .into_iter()
            .filter(|place| place.designated && !place.internet && place.pooling == place.pharmacy)
            .partition(|place| place.pharmacy);
        let codes = |places: Vec<town::Place>| places.into_iter().map(|place| place.code).collect();
        let drugs = town::wares(today).into_iter().filter(|ware| ware.drug);
        Place {
            area: CHONGQING.to_string(),
            hospitals: codes(hospitals),
            pharmacies: codes(pharmacies),
            wares: drugs.map(|ware| Ware { item: ware.code, price: ware.price }).collect(),
            people: town.people(CHONGQING),
            town,
        }
    }

    /// 人员编号 and 证件号码 of the person with a number below `people`.
    #[must_use]
    pub fn person(&self, number: u32) -> (String, String) {
        let key = Town::person(CHONGQING, number + 1);
        (key.person.to_string(), self.town.born(CHONGQING, number + 1).identity())
    }

    /// A bill of [`LINES`] lines by chance.
    #[must_use]
    pub fn bill(&self, dice: &mut Rng) -> Bill {
        let mut bill = Bill::default();
        for _ in 0..LINES {
            let ware = dice.usize(..self.wares.len());
            let quantity = dice.i64(1..=3);
            bill.total += self.wares[ware].charge(quantity);
            bill.lines.push((ware, quantity));
        }
        bill
    }

    /// One of the codes by chance.
    #[must_use]
    pub fn one_of(codes: &[Arc<str>], dice: &mut Rng) -> Arc<str> {
        codes[dice.usize(..codes.len())].clone()
    }
}
