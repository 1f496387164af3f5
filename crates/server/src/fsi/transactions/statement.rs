//! A settlement as the national interface states it: `setlinfo` and the fund rows `setldetail`. One statement serves trial
//! settlements, settlements, undos and queries; the table of the transaction says which fields it wants.
//!
//! The account stands among the fund rows though it is no fund (reference, I6 and I7), and the row of the pool is there
//! even if it pays nothing: it says why.

use super::{national, process};
use crate::fsi::answer::{Answer, Cell};
use crate::fsi::message::Message;
use crate::office::Office;
use agency::record::{Decision, Record};
use agency::regions::Regions;
use kernel::{Date, Fund, Moment};
use std::sync::Arc;
use store::{Id, PersonKey};

/// Who asks, and what the record of a settlement does not hold.
#[derive(Clone, Debug)]
pub(super) struct Desk {
    /// 人员编号.
    pub(super) person: Arc<str>,
    /// 清算经办机构.
    pub(super) clearing: Arc<str>,
    /// Names of programmes.
    pub(super) regions: Arc<Regions>,
}

impl Desk {
    /// The desk that a message about a person came to.
    pub(super) fn of(message: &Message<'_>, office: &Office, person: &PersonKey) -> Desk {
        let (code, now) = (&*message.institution, message.received);
        let directory = office.agency().directory(message.listed);
        let site = directory.and_then(|directory| directory.site(code, now.date(), now));
        let stated = site.map(|site| site.detail.clearing.clone());
        let clearing = stated.filter(|stated| !stated.is_empty());
        Desk {
            person: person.person.clone(),
            clearing: clearing.unwrap_or_else(|| Arc::from(message.area.to_string())),
            regions: office.agency().regions().clone(),
        }
    }
}

/// A settlement, a trial settlement, or what takes one back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement<'a> {
    /// The entry; [`Id::MIN`] for a trial.
    pub(super) entry: Id,
    /// The sender's number of the message behind it.
    pub(super) message: &'a str,
    pub(super) record: &'a Record,
    pub(super) desk: &'a Desk,
}

impl<'a> Statement<'a> {
    /// Writes both nodes.
    pub(super) fn write(&self, answer: &mut Answer) {
        answer.row("setlinfo", |field| self.cell(field));
        self.write_funds(answer);
    }

    /// Writes the fund rows.
    pub(super) fn write_funds(&self, answer: &mut Answer) {
        answer.rows("setldetail", self.shares(), |share, field| self.share_cell(share, field));
    }

    /// The value of a field of `setlinfo`.
    pub(super) fn cell(&self, field: &str) -> Cell<'a> {
        let record = self.record;
        let (who, case, inputs) = (&record.who, &record.case, &record.inputs);
        match field {
            "setl_id" if self.entry == Id::MIN => Cell::Absent,
            "setl_id" => Cell::text(self.entry.to_string()),
            "mdtrt_id" if case.visit == Id::MIN => Cell::Absent,
            "mdtrt_id" => Cell::text(case.visit.to_string()),
            "psn_no" => Cell::text(&*self.desk.person),
            "psn_name" => Cell::text(&*who.name),
            "psn_cert_type" => Cell::text(&*who.cert_type),
            "certno" => Cell::text(&*who.cert_no),
            "gend" => Cell::text(&*who.gender),
            "naty" => Cell::text(&*who.nation),
            "brdy" => Cell::text(&*who.born),
            "age" => age(&who.born, &inputs.service),
            "insutype" => Cell::text(national::scheme(&case.scheme)),
            "psn_type" => Cell::text(national::psn_type(&inputs.facts.status)),
            "cvlserv_flag" => Cell::Flag(who.civil_servant),
            "setl_time" => Cell::Moment(self.at()),
            "mdtrt_cert_type" => Cell::text(&*case.credential),
            "med_type" => Cell::text(&*case.category),
            "medins_setl_id" => Cell::text(self.message),
            "clr_optins" => Cell::text(&*self.desk.clearing),
            "clr_way" => Cell::text(national::BY_ITEM),
            "clr_type" => Cell::text(national::clearing_type(&inputs.venue)),
            "exp_content" => self.extension(),
            _ => amount(&record.decision, record.balance, field),
        }
    }

    /// When it was settled: an entry's own time, else that of the trial.
    pub(super) fn at(&self) -> Moment {
        if self.entry == Id::MIN { Moment(self.record.inputs.at) } else { self.entry.moment() }
    }

    /// What the fields of the interface have no place for, for people: a JSON object in a text.
    fn extension(&self) -> Cell<'a> {
        let record = self.record;
        let original = record.original.map(|original| original.to_string());
        let withheld = record.decision.withheld.as_deref().map(process::refusal);
        if original.is_none() && withheld.is_none() {
            return Cell::Absent;
        }
        let said = [("orig_setl_id", original), ("not_paid_rea", withheld.map(String::from))];
        let said =
            said.into_iter().filter_map(|(name, text)| Some((name.to_string(), text?.into())));
        Cell::text(serde_json::Value::Object(said.collect()).to_string())
    }

    /// What each payer but cash paid; the pool always.
    fn shares(&self) -> Vec<Share> {
        let decision = &self.record.decision;
        let inputs = &self.record.inputs;
        let mut shares = Vec::with_capacity(3);
        for fund in Fund::ALL {
            let place = *fund as usize;
            let payment = decision.funds[place];
            if payment != 0 || *fund == Fund::Pool {
                shares.push(Share {
                    payer: Payer::Fund(*fund),
                    payment,
                    room: decision.room[place],
                });
            }
        }
        let own = decision.account_current + decision.account_earlier;
        if own != 0 {
            let room = Some(inputs.wallet.0 + inputs.wallet.1);
            shares.push(Share { payer: Payer::OwnAccount, payment: own, room });
        }
        let family = decision.family_payment();
        if family != 0 {
            let room = Some(inputs.family.iter().map(agency::record::Purse::amount).sum());
            shares.push(Share { payer: Payer::FamilyAccounts, payment: family, room });
        }
        shares
    }

    fn share_cell(&self, share: &Share, field: &str) -> Cell<'a> {
        let code = || match share.payer {
            Payer::Fund(fund) => national::fund_pay_type(fund, &self.record.case.scheme),
            Payer::OwnAccount => national::OWN_ACCOUNT,
            Payer::FamilyAccounts => national::FAMILY_ACCOUNTS,
        };
        match field {
            "fund_pay_type" => Cell::text(code()),
            "fund_pay_type_name" => Cell::text(crate::fsi::codes::name("fund_pay_type", code())),
            "inscp_scp_amt" => Cell::Fen(self.record.decision.in_scope),
            "crt_payb_lmt_amt" => Cell::Fen(share.room.unwrap_or(national::NO_LIMIT)),
            "fund_payamt" => Cell::Fen(share.payment),
            "setl_proc_info" if share.payer == Payer::Fund(Fund::Pool) => {
                Cell::text(process::in_words(self.record, &self.desk.regions))
            }
            _ => Cell::Absent,
        }
    }
}

/// What one payer paid.
struct Share {
    payer: Payer,
    /// Fen.
    payment: i64,
    /// What it could have paid before, fen; `None`: no limit.
    room: Option<i64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Payer {
    Fund(Fund),
    OwnAccount,
    FamilyAccounts,
}

/// The value of a field that is an amount.
fn amount<'a>(decision: &Decision, balance: i64, field: &str) -> Cell<'a> {
    let [pool, large_amount, subsidy] = decision.funds;
    let fen = match field {
        "medfee_sumamt" => decision.total,
        "fulamt_ownpay_amt" => decision.full_self_pay,
        "overlmt_selfpay" => decision.over_ceiling,
        "preselfpay_amt" => decision.first_pay,
        "inscp_scp_amt" => decision.in_scope,
        "act_pay_dedc" => decision.deductible,
        "hifp_pay" => pool,
        "hifob_pay" => large_amount,
        "cvlserv_pay" => subsidy,
        "hifes_pay" | "hifmi_pay" | "hifdm_pay" | "maf_pay" | "oth_pay" | "hosp_part_amt"
        | "pref_fund_pay" => 0,
        "fund_pay_sumamt" => decision.fund_payment(),
        "psn_part_amt" | "psn_pay" => decision.account_payment() + decision.cash,
        "acct_pay" => decision.account_payment(),
        "acct_mulaid_pay" => decision.family_payment(),
        "psn_cash_pay" | "cash_payamt" => decision.cash,
        "balc" => balance,
        "pool_prop_selfpay" => return Cell::Ratio(i64::from(decision.rate)),
        _ => return Cell::Absent,
    };
    Cell::Fen(fen)
}

/// 年龄 on a day, both as `YYYY-MM-DD`.
fn age<'a>(born: &str, day: &str) -> Cell<'a> {
    match (Date::parse(born), Date::parse(day)) {
        (Some(born), Some(day)) => age_on(born, day),
        _ => Cell::Absent,
    }
}

/// 年龄 on a day: whole years, of an infant tenths of a year.
pub(super) fn age_on<'a>(born: Date, day: Date) -> Cell<'a> {
    Cell::Tenths(match day.age_of(born) {
        0 => i64::from(day.months_since(born)) * 10 / 12,
        years => i64::from(years) * 10,
    })
}
