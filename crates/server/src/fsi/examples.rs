//! Messages and their answers as the tests play them over the invented town, for the reference.

/// A message and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The transaction.
    pub number: &'static str,
    /// What it shows.
    pub what: &'static str,
    /// The body of the request.
    pub request: &'static str,
    /// The body of the answer.
    pub answer: &'static str,
}

macro_rules! example {
    ($number:literal, $what:literal) => {
        Example {
            number: $number,
            what: $what,
            request: include_str!(concat!("../../tests/examples/", $number, "-request.json")),
            answer: include_str!(concat!("../../tests/examples/", $number, "-answer.json")),
        }
    };
}

/// All examples, in the order in which they are played.
pub const ALL: &[Example] = &[
    example!("9001", "签到 / a session begins"),
    example!("1101", "凭身份证获取人员信息 / a person by identity card"),
    example!("1201", "按编号获取机构信息 / an institution by code"),
    example!("2201", "挂号 / a registration"),
    example!("2203", "就诊与诊断 / the visit and its diagnosis"),
    example!("2204", "三行费用明细 / three fee lines"),
    example!("2206", "预结算 / a pre-settlement"),
    example!("2207", "结算 / the settlement"),
    example!("2208", "撤销 / its undo"),
    example!("2601", "没有可冲正的报文 / nothing to reverse"),
];

/// The examples of a transaction.
pub fn of(number: &str) -> impl Iterator<Item = &'static Example> {
    ALL.iter().filter(move |example| example.number == number)
}
