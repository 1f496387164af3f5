//! `gongji explain`: a bill given on the command line, step by step.

use crate::source::Source;
use anyhow::{Result, bail};
use clap::Args;
use policy::explain::explanation;
use policy::value::Value;
use std::fmt::Write as _;
use std::io::Write;
use std::process::ExitCode;

/// What is given of the person and the bill.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// 统筹区代码 / division code of the region
    #[arg(long)]
    region: String,
    /// 服务日期 / service date
    #[arg(long)]
    on: String,
    /// 政策范围内金额（元） / in-scope amount in yuan
    #[arg(long, required_unless_present = "lines")]
    in_scope: Option<String>,
    /// 全自费 / fully self-paid
    #[arg(long)]
    full_self_pay: Option<String>,
    /// 超限价 / above the price ceiling
    #[arg(long)]
    over_ceiling: Option<String>,
    /// 先行自付 / first pay
    #[arg(long)]
    first_pay: Option<String>,
    /// 明细，如 `{ class = "B", amount = "100", first_pay = "10%" }`，可重复 / a fee line; may be repeated
    #[arg(long, value_name = "LINE", conflicts_with = "in_scope")]
    lines: Vec<String>,
    /// 在职 active 或退休 retired
    #[arg(long, default_value = "active")]
    status: String,
    /// 参保类型代码 / plan
    #[arg(long)]
    plan: Option<String>,
    /// 出生日期 / birth date
    #[arg(long)]
    born: Option<String>,
    /// 待遇暂停原因：arrears, waiting, not-insured / why entitlement is suspended
    #[arg(long)]
    suspended: Option<String>,
    /// 机构等级 0–3 / level of the institution
    #[arg(long, default_value_t = 2)]
    level: u8,
    /// hospital, internet, pharmacy
    #[arg(long)]
    venue: Option<String>,
    /// local, filed, referred, emergency, resettled, unfiled
    #[arg(long)]
    place: Option<String>,
    /// direct, paper
    #[arg(long)]
    channel: Option<String>,
    /// 医疗类别 / category
    #[arg(long)]
    category: Option<String>,
    /// 病种代码；视为已备案 / disease, taken as filed
    #[arg(long)]
    disease: Option<String>,
    /// 外配处方机构等级 / level of the prescriber
    #[arg(long)]
    prescriber_level: Option<u8>,
    /// 住院期间 / while an inpatient
    #[arg(long)]
    inpatient: bool,
    /// 本人选定机构 / the chosen institution
    #[arg(long)]
    chosen: bool,
    /// 家庭医生签约 / family-doctor contract
    #[arg(long)]
    contract: bool,
    /// 个人账户余额 / balance of the own account
    #[arg(long)]
    account: Option<String>,
    /// 此前本年已发生，如 `{ on = 2024-01-05, level = 3, in_scope = "300" }`，可重复 / an earlier visit of the year
    #[arg(long, value_name = "VISIT")]
    earlier: Vec<String>,
    /// 其他系统已用额度，如 pool-year=41000 / a shared limit used up elsewhere
    #[arg(long, value_name = "LIMIT=YUAN")]
    used: Vec<String>,
    /// 输出 JSON / print the explanation as JSON
    #[arg(long)]
    json: bool,
}

impl ExplainArgs {
    /// The bill as the TOML of a case; its reader then says what is wrong with which value.
    fn case(&self) -> String {
        let mut person = format!("status = {:?}", self.status);
        for (key, value) in
            [("plan", &self.plan), ("suspended", &self.suspended), ("account", &self.account)]
        {
            if let Some(value) = value {
                let _ = write!(person, ", {key} = {value:?}");
            }
        }
        if let Some(born) = &self.born {
            let _ = write!(person, ", born = {born}");
        }
        if self.contract {
            person.push_str(", contract = true");
        }
        if let Some(disease) = &self.disease {
            let _ = write!(person, ", filings = [{disease:?}]");
        }
        let mut visit = format!("on = {}, level = {}", self.on, self.level);
        for (key, value) in [
            ("in_scope", &self.in_scope),
            ("full_self_pay", &self.full_self_pay),
            ("over_ceiling", &self.over_ceiling),
            ("first_pay", &self.first_pay),
            ("venue", &self.venue),
            ("place", &self.place),
            ("channel", &self.channel),
            ("category", &self.category),
            ("disease", &self.disease),
        ] {
            if let Some(value) = value {
                let _ = write!(visit, ", {key} = {value:?}");
            }
        }
        if !self.lines.is_empty() {
            let _ = write!(visit, ", lines = [{}]", self.lines.join(", "));
        }
        if let Some(level) = self.prescriber_level {
            let _ = write!(visit, ", prescription = {{ level = {level} }}");
        }
        for (flag, key) in [(self.inpatient, "inpatient"), (self.chosen, "chosen")] {
            if flag {
                let _ = write!(visit, ", {key} = true");
            }
        }
        let mut visits = self.earlier.clone();
        visits.push(format!("{{ {visit} }}"));
        let mut case = format!(
            "title = \"explain\"\nbasis = \"regression\"\nperson = {{ {person} }}\nvisits = [{}]\n",
            visits.join(", ")
        );
        let used = self.used.iter().filter_map(|used| used.split_once('='));
        let used: Vec<String> =
            used.map(|(limit, yuan)| format!("{:?} = {:?}", limit.trim(), yuan.trim())).collect();
        if !used.is_empty() {
            let _ = writeln!(case, "used = {{ {} }}", used.join(", "));
        }
        case
    }
}

pub(crate) fn run(args: &ExplainArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    let lang = source.lang();
    let region = match source.library()?.region(&args.region, &source.choice()) {
        Ok(region) => region,
        Err(faults) => bail!("{faults}"),
    };
    let table = match Value::parse(&args.case(), 1) {
        Ok(table) => table,
        Err((_, problem)) => {
            bail!("{}: {problem}", lang.pick("参数无法理解", "the options cannot be read"))
        }
    };
    let result = policy::case::run_table(&region, "gongji explain", &table);
    if let Some(fault) = result.failures.first() {
        bail!("{} — {}", fault.problem, fault.fix);
    }
    if let Some((_, refusal)) =
        result.refused.last().filter(|(index, _)| *index == args.earlier.len())
    {
        let reason = lang.choose(|| refusal.to_string(), || refusal.en().to_string());
        writeln!(out, "{}: {reason} ({})", lang.pick("不能结算", "not settled"), refusal.code())?;
        return Ok(ExitCode::FAILURE);
    }
    let Some(settled) = result.settled.last() else { bail!("nothing was settled") };
    let Some(policy) = region.timeline.on(settled.bill.service) else { bail!("no policy") };
    let english = lang == crate::lang::Lang::En;
    let explained = explanation(
        policy,
        &settled.bill,
        &settled.facts,
        &settled.settlement,
        &settled.trace,
        english,
    );
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&explained)?)?;
    } else {
        write!(out, "{explained}")?;
    }
    Ok(ExitCode::SUCCESS)
}
