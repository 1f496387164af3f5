//! The list of settings.

use super::{Caller, Codes, ErrorForm, LogForm, Manners, Settings};
use crate::api::operators::Operator;
use crate::api::role::Role;
use crate::fsi::edition::{self, Edition};
use crate::gateway::Scheme;
use store::Area;

/// One setting of `T`.
pub struct Setting<T> {
    /// Its name in the file; the flag is `--setting name=value`, the environment `GONGJI_NAME`.
    pub name: &'static str,
    /// What it is if nothing is said.
    pub default: &'static str,
    /// 中文: what it does.
    pub zh: &'static str,
    /// English: what it does.
    pub en: &'static str,
    /// Sets it; or says what would be right.
    pub set: fn(&mut T, &str) -> Result<(), String>,
}

impl<T> Setting<T> {
    /// The name of its environment variable.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("GONGJI_{}", self.name.to_ascii_uppercase().replace('-', "_"))
    }
}

/// Settings of the server.
pub const SERVER: &[Setting<Settings>] = &[
    Setting {
        name: "listen",
        default: "127.0.0.1:8097",
        zh: "监听地址与端口；端口为0时由系统选择",
        en: "address and port to listen on; port 0: the system chooses",
        set: |settings, text| {
            let address = if text == "localhost" { "127.0.0.1:8097" } else { text };
            settings.listen = address
                .replace("localhost:", "127.0.0.1:")
                .parse()
                .map_err(|_| "应为 地址:端口，如127.0.0.1:8097 / address:port".to_string())?;
            Ok(())
        },
    },
    Setting {
        name: "data",
        default: "gongji-data",
        zh: "内嵌账务库所在文件夹",
        en: "folder of the embedded books",
        set: |settings, text| {
            settings.data = text.into();
            if text.is_empty() { Err("应为文件夹 / a folder".to_string()) } else { Ok(()) }
        },
    },
    Setting {
        name: "postgres",
        default: "",
        zh: "改用PostgreSQL：连接串；为空则用内嵌账务库",
        en: "PostgreSQL instead: its connection string; empty: the embedded books",
        set: |settings, text| {
            settings.postgres = text.to_string();
            let plausible = text.is_empty() || text.contains("://") || text.contains('=');
            let right = "应为postgres://用户@主机/库 / postgres://user@host/database";
            if plausible { Ok(()) } else { Err(right.to_string()) }
        },
    },
    Setting {
        name: "demo",
        default: "false",
        zh: "载入虚构的小镇：参保人、医药机构、目录、两个统筹区",
        en: "load a synthetic town: people, institutions, a catalogue, two regions",
        set: |settings, text| flag(text).map(|flag| settings.demo = flag),
    },
    Setting {
        name: "town",
        default: "2000",
        zh: "小镇的人数",
        en: "how many people the town has",
        set: |settings, text| number(text, 40, 2_400_000).map(|number| settings.town = number),
    },
    Setting {
        name: "base",
        default: "*",
        zh: "交易编号可出现在哪些路径之下（逗号分隔）；*为任意",
        en: "paths under which a transaction number may stand, with commas; *: any",
        set: |settings, text| {
            settings.bases =
                items(text).map(|base| base.trim_end_matches('/').to_string()).collect();
            let right = "每项应以/开头，或为* / each begins with /, or is *";
            let fits = |base: &String| base.is_empty() || base == "*" || base.starts_with('/');
            if settings.bases.iter().all(fits) { Ok(()) } else { Err(right.to_string()) }
        },
    },
    Setting {
        name: "division",
        default: "",
        zh: "报文未给出参保地、机构也不在名录时所用的统筹区",
        en: "pooling area of requests that name none and come from an institution that is not listed",
        set: |settings, text| {
            settings.division = Area::parse(text);
            let right = "应为6位医保区划 / six digits";
            if text.is_empty() || settings.division.is_some() {
                Ok(())
            } else {
                Err(right.to_string())
            }
        },
    },
    Setting {
        name: "gateway",
        default: "open",
        zh: "接受的网关签名（逗号分隔）：tif、csb、sm3、sm2；open为不验签，仅限监听本机",
        en: "signatures taken, with commas: tif, csb, sm3, sm2; open: none is checked, on loopback only",
        set: |settings, text| {
            settings.gateways = Vec::new();
            for word in items(text).filter(|word| *word != "open") {
                let right = "应为open，或tif、csb、sm3、sm2 / open, or tif, csb, sm3, sm2";
                settings.gateways.push(Scheme::of(word).ok_or(right)?);
            }
            Ok(())
        },
    },
    Setting {
        name: "seal-key",
        default: "",
        zh: "本系统SM2私钥（64位十六进制），用于签署处方中心加密应答；为空则不签署",
        en: "our SM2 private key (64 hex digits), which signs sealed answers of the prescription centre; empty: unsigned",
        set: |settings, text| {
            settings.seal_key = text.to_string();
            let fits = text.is_empty() || crate::gateway::sm2::PrivateKey::read(text).is_some();
            if fits { Ok(()) } else { Err("应为64位十六进制 / 64 hex digits".to_string()) }
        },
    },
    Setting {
        name: "gateway-errors",
        default: "gateway",
        zh: "网关拒绝的应答形式：gateway为{code,message}与状态401；envelope为普通应答报文",
        en: "form of gateway refusals: gateway is {code,message} with status 401; envelope is as any other",
        set: |settings, text| {
            settings.gateway_errors = match text {
                "gateway" => ErrorForm::Gateway,
                "envelope" => ErrorForm::Envelope,
                _ => return Err("应为gateway或envelope / gateway or envelope".to_string()),
            };
            Ok(())
        },
    },
    Setting {
        name: "window",
        default: "30",
        zh: "签名时间戳有效期，分钟",
        en: "how old a signature may be, minutes",
        set: |settings, text| number(text, 1, 1_440).map(|number| settings.window = number),
    },
    Setting {
        name: "body-limit",
        default: "8192",
        zh: "报文最大长度，KiB",
        en: "largest body, KiB",
        set: |settings, text| size(text, 16, 1_048_576).map(|size| settings.body = size * 1_024),
    },
    Setting {
        name: "batch",
        default: "64",
        zh: "一次入账的最多请求数",
        en: "most requests in one transaction of the books",
        set: |settings, text| size(text, 1, 4_096).map(|size| settings.batch = size),
    },
    Setting {
        name: "queue",
        default: "4096",
        zh: "排队的最多请求数，超过即答复系统繁忙",
        en: "most requests waiting; one more is answered busy",
        set: |settings, text| size(text, 1, 1_000_000).map(|size| settings.queue = size),
    },
    Setting {
        name: "workers",
        default: "0",
        zh: "同时入账的事务数；0由账务库决定",
        en: "transactions of the books at once; 0: the store decides",
        set: |settings, text| {
            size(text, 0, 256).map(|size| settings.workers = (size > 0).then_some(size))
        },
    },
    Setting {
        name: "threads",
        default: "0",
        zh: "服务线程数；0为处理器核数",
        en: "threads that serve connections; 0: one a core",
        set: |settings, text| {
            size(text, 0, 1_024).map(|size| settings.threads = (size > 0).then_some(size))
        },
    },
    Setting {
        name: "grace",
        default: "20",
        zh: "停机时等待处理中请求的最长时间，秒",
        en: "how long a shutdown waits for requests under way, seconds",
        set: |settings, text| number(text, 0, 3_600).map(|number| settings.grace = number),
    },
    Setting {
        name: "log",
        default: "info",
        zh: "日志级别：off、error、warn、info、debug，或tracing指令",
        en: "what is logged: off, error, warn, info, debug, or tracing directives",
        set: |settings, text| {
            settings.log = text.to_string();
            let right = "应为off、error、warn、info、debug / a level";
            crate::logs::filter(text).map(|_| ()).map_err(|_| right.to_string())
        },
    },
    Setting {
        name: "log-form",
        default: "text",
        zh: "日志格式：text或json",
        en: "how it is logged: text or json",
        set: |settings, text| {
            settings.log_form = match text {
                "text" => LogForm::Text,
                "json" => LogForm::Json,
                _ => return Err("应为text或json / text or json".to_string()),
            };
            Ok(())
        },
    },
];

/// How we talk to an institution: as settings of the server they are the default for all; in the file, under
/// `[institution.<code>]`, they are for one.
pub const MANNERS: &[Setting<Manners>] = &[
    Setting {
        name: "edition",
        default: edition::DEFAULT,
        zh: "接口版本",
        en: "edition of the interface",
        set: |manners, text| {
            let known: Vec<_> = edition::all().keys().map(String::as_str).collect();
            let right = || format!("应为{0} / one of {0}", known.join("、"));
            manners.edition = Edition::of(text).ok_or_else(right)?;
            Ok(())
        },
    },
    Setting {
        name: "infcode",
        default: "integer",
        zh: "infcode的类型：integer或string",
        en: "type of infcode: integer or string",
        set: |manners, text| {
            manners.textual = match text {
                "integer" => false,
                "string" => true,
                _ => return Err("应为integer或string / integer or string".to_string()),
            };
            Ok(())
        },
    },
    Setting {
        name: "refused-infcode",
        default: "-1",
        zh: "业务拒绝的infcode：-1，或-2（系统错误仍为-1）",
        en: "infcode of a plain no: -1, or -2 (faults of ours stay -1)",
        set: |manners, text| {
            manners.refused = match text {
                "-1" => -1,
                "-2" => -2,
                _ => return Err("应为-1或-2 / -1 or -2".to_string()),
            };
            Ok(())
        },
    },
    Setting {
        name: "missing",
        default: "refuse",
        zh: "必填项为空时：refuse拒绝；warn仅提示（交易离不开的项仍拒绝）",
        en: "a required field is blank: refuse; warn (what the transaction cannot do without is refused still)",
        set: |manners, text| {
            manners.patient = match text {
                "refuse" => false,
                "warn" => true,
                _ => return Err("应为refuse或warn / refuse or warn".to_string()),
            };
            Ok(())
        },
    },
    Setting {
        name: "codes",
        default: "warn",
        zh: "取值不在字典内时：ignore、warn（在warn_msg中提示）或refuse",
        en: "a code is not in its list: ignore, warn (in warn_msg) or refuse",
        set: |manners, text| {
            manners.codes = match text {
                "ignore" => Codes::Ignore,
                "warn" => Codes::Warn,
                "refuse" => Codes::Refuse,
                _ => return Err("应为ignore、warn或refuse / ignore, warn or refuse".to_string()),
            };
            Ok(())
        },
    },
];

/// Settings of a caller, in the file under `[[caller]]`.
pub const CALLER: &[Setting<Caller>] = &[
    Setting {
        name: "key",
        default: "",
        zh: "访问标识：paasid、AccessKey或ca-key",
        en: "access key: paasid, access key or ca key",
        set: |caller, text| {
            caller.key = text.to_string();
            if text.is_empty() { Err("不应为空 / not empty".to_string()) } else { Ok(()) }
        },
    },
    Setting {
        name: "secret",
        default: "",
        zh: "共享密钥；env:NAME从环境变量NAME读取",
        en: "shared secret; env:NAME reads the environment variable NAME",
        set: |caller, text| {
            caller.secret = text.to_string();
            if text.is_empty() { Err("不应为空 / not empty".to_string()) } else { Ok(()) }
        },
    },
    Setting {
        name: "public-key",
        default: "",
        zh: "SM2公钥，十六进制，04开头共130位",
        en: "SM2 public key, hex, 04 and 128 digits",
        set: |caller, text| {
            caller.public_key = text.to_string();
            let right =
                "应为04开头的130位十六进制公钥 / 04 and 128 hex digits, a point of the curve";
            if crate::gateway::sm2::is_public_key(text) { Ok(()) } else { Err(right.to_string()) }
        },
    },
    Setting {
        name: "sm4-key",
        default: "",
        zh: "处方中心加密报文的SM4密钥，32位十六进制",
        en: "SM4 key of sealed bodies of the prescription centre, 32 hex digits",
        set: |caller, text| {
            caller.sm4_key = text.to_string();
            let hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if hex { Ok(()) } else { Err("应为32位十六进制 / 32 hex digits".to_string()) }
        },
    },
    Setting {
        name: "institutions",
        default: "",
        zh: "可代表的医药机构编号（列表）；为空则不限",
        en: "institutions it may speak for (a list); none: all",
        set: |caller, text| {
            caller.institutions = items(text).map(str::to_string).collect();
            Ok(())
        },
    },
];

/// Settings of an operator of the REST API, in the file under `[[operator]]`.
pub const OPERATOR: &[Setting<Operator>] = &[
    Setting {
        name: "name",
        default: "",
        zh: "经办人的姓名或代号，记入账务库",
        en: "name under which the books note what the operator did",
        set: |operator, text| {
            operator.name = text.to_string();
            let fits = (1..=40).contains(&text.chars().count());
            if fits { Ok(()) } else { Err("应为1至40字 / 1 to 40 characters".to_string()) }
        },
    },
    Setting {
        name: "roles",
        default: "",
        zh: "角色（列表）：clerk经办、reviewer复核、finance财务、supervisor监管、auditor审计、administrator系统管理",
        en: "roles (a list): clerk, reviewer, finance, supervisor, auditor, administrator",
        set: |operator, text| {
            operator.roles = Vec::new();
            for word in items(text) {
                let known: Vec<_> = Role::ALL.iter().map(|role| role.code()).collect();
                let right = || format!("应为{0} / one of {0}", known.join("、"));
                operator.roles.push(Role::of(word).ok_or_else(right)?);
            }
            if operator.roles.is_empty() {
                return Err("至少一个角色 / at least one role".to_string());
            }
            Ok(())
        },
    },
    Setting {
        name: "areas",
        default: "",
        zh: "经办的统筹区（列表）；为空则不限",
        en: "areas the operator works for (a list); none: all",
        set: |operator, text| {
            operator.areas = Vec::new();
            for word in items(text) {
                let area = Area::parse(word).ok_or("应为6位医保区划 / six digits")?;
                operator.areas.push(area);
            }
            Ok(())
        },
    },
    Setting {
        name: "token-sha256",
        default: "",
        zh: "令牌的SHA-256，64位十六进制；gongji operator token给出令牌与此行",
        en: "SHA-256 of the token, 64 hex digits; `gongji operator token` prints both",
        set: |operator, text| {
            operator.token_sha256 = text.to_ascii_lowercase();
            let hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            if hex { Ok(()) } else { Err("应为64位十六进制 / 64 hex digits".to_string()) }
        },
    },
];

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" | "yes" => Ok(true),
        "false" | "0" | "no" => Ok(false),
        _ => Err("应为true或false / true or false".to_string()),
    }
}

fn number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number
        .ok_or_else(|| format!("应为{least}至{most}的整数 / a whole number from {least} to {most}"))
}

fn size(text: &str, least: usize, most: usize) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number
        .ok_or_else(|| format!("应为{least}至{most}的整数 / a whole number from {least} to {most}"))
}
