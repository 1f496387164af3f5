//! The town as those who send messages see it: who is insured, where they go, what they are charged for.

use fastrand::Rng;
use kernel::Fen;
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
    /// 人员编号 and 证件号码 of the person with a number below `people`.
    pub person: fn(u32) -> (String, String),
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

impl Place {
    /// The demonstration town with so many people.
    #[must_use]
    pub fn town(people: u32) -> Place {
        let codes = |letter: char, count: u32| -> Vec<Arc<str>> {
            (1..=count).map(|number| format!("{letter}500000{number:05}").into()).collect()
        };
        let ware = |number: i64| Ware {
            item: format!("XA01BC{number:02}A001010100001").into(),
            price: Fen::new(500 + 100 * number),
        };
        Place {
            area: "500000".to_owned(),
            hospitals: codes('H', 20),
            pharmacies: codes('P', 20),
            wares: (0..40).map(ware).collect(),
            people,
            person: |number| (format!("5000{number:08}"), format!("999999{number:012}")),
        }
    }
}
