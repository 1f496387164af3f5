//! 5206 人员累计信息查询. Codes of what accumulates, as one province's programs read them: a letter for the quantity, the
//! fund where one pays, `_BIZ` and the 医疗类别 where it is of one kind of care.

use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::transactions::{Act, national};
use crate::office::Office;
use agency::counter::accumulated::{Accumulated, Quantity, Stretch};
use kernel::{BenefitYear, Fund};

pub(in crate::fsi::transactions) fn accumulated(
    message: &Message<'_>,
    office: &Office,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let person = message.person(&row)?;
    let today = message.received.date();
    let law = office.agency().regions().law(person.area);
    let policy = law.and_then(|law| law.on(today)).map(|version| version.policy);
    let begins = policy.map_or(BenefitYear::CALENDAR, |policy| policy.benefit_year);
    let asked = match row.text("cum_ym") {
        "" => Asked { year: begins.of(today), month: None },
        text => Asked::read(text, begins)
            .ok_or_else(|| row.fault("cum_ym", Wire::Unfit, "应为年度yyyy或年月yyyyMM"))?,
    };
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = agency::counter::accumulated(office.agency(), &person, asked.year)?;
        let told = found.values.iter().filter(|value| asked.takes(value.stretch));
        let told = told.filter_map(|value| Some((code(value)?, value)));
        answer.rows("cuminfo", told, |(code, value), field| match field {
            "insutype" => Cell::text(national::EMPLOYEES),
            "year" => Cell::text(found.year.to_string()),
            "cum_ym" => Cell::text(period(found.year, value.stretch, begins)),
            "cum_type_code" => Cell::text(code.clone()),
            "cum" if value.quantity == Quantity::Visits => Cell::Fen(value.value * 100),
            "cum" => Cell::Fen(value.value),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}

/// A benefit year, or one month of it.
#[derive(Clone, Copy)]
struct Asked {
    year: i32,
    month: Option<u8>,
}

impl Asked {
    fn read(text: &str, begins: BenefitYear) -> Option<Asked> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year: i32 = text.get(..4)?.parse().ok()?;
        match text.len() {
            4 => Some(Asked { year, month: None }),
            6 => {
                let month: u8 = text[4..].parse().ok()?;
                let before = i32::from(month < begins.start().0);
                (1..=12)
                    .contains(&month)
                    .then_some(Asked { year: year - before, month: Some(month) })
            }
            _ => None,
        }
    }

    fn takes(self, stretch: Stretch) -> bool {
        match (self.month, stretch) {
            (None, _) => true,
            (Some(asked), Stretch::Month(month)) => asked == month,
            (Some(_), Stretch::Year) => false,
        }
    }
}

/// 累计年月 of a stretch.
fn period(year: i32, stretch: Stretch, begins: BenefitYear) -> String {
    match stretch {
        Stretch::Year => format!("{year:04}"),
        Stretch::Month(month) => {
            format!("{:04}{month:02}", year + i32::from(month < begins.start().0))
        }
    }
}

/// 累计类别代码; `None` for what no code is known of.
fn code(value: &Accumulated) -> Option<String> {
    let fund = |fund: Fund| format!("D{}1", national::fund_pay_type(fund, national::EMPLOYEES));
    let mut code = match value.quantity {
        Quantity::Visits => "C0000".to_string(),
        Quantity::Total => "F0000".to_string(),
        Quantity::InScope => "S0000".to_string(),
        Quantity::Deductible => "Q0000".to_string(),
        Quantity::PaidBy(payer) => fund(payer),
        Quantity::Accounts => format!("D{}1", national::OWN_ACCOUNT),
        Quantity::Cash => return None,
    };
    if let Some(category) = value.category {
        code.push_str("_BIZ");
        code.push_str(national::med_type_of(category));
    }
    Some(code)
}
