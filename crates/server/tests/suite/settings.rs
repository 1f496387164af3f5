//! Settings: what wins, and what is said about those that cannot be.

use server::settings::{self, Given, LogForm, list};
use std::collections::BTreeSet;

fn given(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Given {
    let pairs = |list: &[(&str, &str)]| {
        list.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())).collect()
    };
    Given {
        file: Some(("gongji.toml".to_string(), file.to_string())),
        environment: pairs(environment),
        flags: pairs(flags),
    }
}

fn faults(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Vec<String> {
    match settings::read(&given(file, environment, flags)) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "queue = 10\nbatch = 11\nlog-form = \"json\"\n";
    let environment = [("GONGJI_QUEUE", "20"), ("GONGJI_BATCH", "21"), ("PATH", "/")];
    let read = settings::read(&given(file, &environment, &[("queue", "30")])).unwrap();
    assert_eq!((read.queue, read.batch, read.log_form), (30, 21, LogForm::Json));
    assert_eq!(read.listen.to_string(), "127.0.0.1:8097");
}

#[test]
fn every_default_is_a_value_of_its_setting_and_names_are_unique() {
    let read = settings::read(&Given::default()).unwrap();
    let mut names = BTreeSet::new();
    for setting in list::SERVER {
        let mut again = read.clone();
        assert_eq!((setting.set)(&mut again, setting.default), Ok(()), "{}", setting.name);
        assert!(names.insert(setting.name), "{}", setting.name);
    }
    for setting in list::MANNERS {
        let mut again = read.manners;
        assert_eq!((setting.set)(&mut again, setting.default), Ok(()), "{}", setting.name);
        assert!(names.insert(setting.name), "{}", setting.name);
    }
}

#[test]
fn a_wrong_setting_is_named_with_its_place_its_value_and_what_would_be_right() {
    let file = "listen = \"here\"\nqueue = 0\ndivison = \"500000\"\ncodes = [\"warn\", \"refuse\"]\n\n\
                [[caller]]\nkey = \"his\"\nsecret = \"env:HIS_SECRET\"\ntoken = \"x\"\npublic-key = \"04ab\"\n\n\
                [[caller]]\nsecret = \"s3cret\"\n\n\
                [institution.H99500000001]\nedition = \"mars\"\n";
    assert_eq!(
        faults(file, &[("GONGJI_GATEWAY", "rsa"), ("GONGJI_SEED", "1")], &[("window", "soon")]),
        [
            "gongji.toml:1: listen = here：应为 地址:端口，如127.0.0.1:8097 / address:port",
            "gongji.toml:2: queue = 0：应为1至1000000的整数 / a whole number from 1 to 1000000",
            "gongji.toml:3: divison = 500000：没有此设置，是否为division / no such setting; division?",
            "gongji.toml:4: codes = warn,refuse：应为ignore、warn或refuse / ignore, warn or refuse",
            "gongji.toml:9: token = \"x\"：没有此设置，应为key、secret、public-key、sm4-key、institutions / no such setting; one of key、secret、public-key、sm4-key、institutions",
            "gongji.toml:10: public-key = \"04ab\"：应为04开头的130位十六进制公钥 / 04 and 128 hex digits, a point of the curve",
            "gongji.toml:6: caller.secret = env:HIS_SECRET：环境变量未设置 / the variable is not set",
            "gongji.toml:12: caller.key：不应为空 / must be given",
            "gongji.toml:16: edition = \"mars\"：应为chongqing、guangdong、guangxi、hunan、jiangsu、national / one of chongqing、guangdong、guangxi、hunan、jiangsu、national",
            "GONGJI_GATEWAY: gateway = rsa：应为open，或tif、csb、sm3、sm2 / open, or tif, csb, sm3, sm2",
            "--setting window: window = soon：应为1至1440的整数 / a whole number from 1 to 1440",
        ]
    );
}

#[test]
fn an_open_server_listens_on_loopback_only() {
    let told = faults("", &[], &[("listen", "0.0.0.0:8097")]);
    assert_eq!(told.len(), 1);
    assert!(
        told[0].starts_with("listen = 0.0.0.0:8097：不验签（gateway=open）时只能监听本机"),
        "{told:?}"
    );
    let told = faults("gateway = \"tif\"\n", &[], &[("listen", "0.0.0.0:8097")]);
    assert!(told[0].starts_with("gateway = tif：验签需要至少一个[[caller]]"), "{told:?}");
    let file = "gateway = \"tif\"\n[[caller]]\nkey = \"a\"\nsecret = \"b\"\n";
    assert_eq!(faults(file, &[], &[("listen", "0.0.0.0:8097")]), [""; 0]);
}

#[test]
fn a_file_that_is_no_toml_is_named_with_its_line() {
    let told = faults("queue = 1\nbatch =\n", &[], &[]);
    assert!(told[0].starts_with("gongji.toml:2: TOML"), "{told:?}");
}

#[test]
fn a_secret_is_read_from_the_environment_and_never_shown() {
    let file = "[[caller]]\nkey = \"his\"\nsecret = \"env:HIS_SECRET\"\n";
    let read = settings::read(&given(file, &[("HIS_SECRET", "s3cret")], &[])).unwrap();
    assert_eq!(read.callers[0].secret, "s3cret");
    let told = faults("[[caller]]\nkey = \"his\"\nsecret = \"\"\n", &[], &[]);
    assert_eq!(told, ["gongji.toml:3: secret = …：不应为空 / not empty"]);
}

#[test]
fn the_reference_page_lists_every_setting() {
    let page = settings::markdown();
    for setting in list::SERVER {
        assert!(page.contains(&format!("| `{}` |", setting.name)), "{}", setting.name);
        assert!(page.contains(&format!("`{}`", setting.environment())), "{}", setting.name);
    }
}
