//! Signatures: who is let in, who is not, and in which form that is said.

use crate::place::{HOSPITAL, Place, Response, envelope};
use serde_json::json;
use server::gateway::{Signer as _, Verifier as _, csb, sealed, sm2, sm3, tif};

/// The private key of the example in GM/T 0003.5.
const STANDARD_KEY: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const PATH: &str = "/fsi/api/9001";

fn body() -> String {
    envelope("9001", "m1").with(&json!({"signIn": {"opter_no": "01"}}))
}

/// Now, seconds since 1970 UTC, on the server's clock.
fn seconds(place: &Place) -> i64 {
    (place.now().0 - 8 * 3_600_000) / 1_000
}

fn post(place: &Place, headers: &[(&str, &str)], body: &str) -> Response {
    place.send("POST", PATH, headers, body.as_bytes())
}

fn refused(response: &Response) -> String {
    assert_eq!(response.status, 401, "{}", response.text());
    let json = response.json();
    assert_eq!(json["code"], 401);
    json["message"].as_str().unwrap().to_string()
}

const TIF: &str = "gateway = \"tif\"\n[[caller]]\nkey = \"his\"\nsecret = \"s3cret\"\n";

fn tif(place: &Place, secret: &str, timestamp: &str, nonce: &str, body: &str) -> Response {
    let signature = tif::Secret { secret, nonce }.sign(timestamp.as_bytes());
    let headers = [
        ("x-tif-paasid", "his"),
        ("x-tif-timestamp", timestamp),
        ("x-tif-nonce", nonce),
        ("x-tif-signature", &signature),
    ];
    post(place, &headers, body)
}

#[test]
fn tif_signatures_are_taken_in_seconds_and_milliseconds_within_the_window() {
    let place = Place::open(TIF);
    let now = seconds(&place);
    tif(&place, "s3cret", &now.to_string(), "n1", &body()).output();
    tif(&place, "s3cret", &(now * 1_000).to_string(), "n2", &body()).output();
    tif(&place, "s3cret", &(now - 1_790).to_string(), "n3", &body()).output();
    let late = tif(&place, "s3cret", &(now - 1_801).to_string(), "n4", &body());
    assert_eq!(refused(&late), "签名时间戳超时!");
    let early = tif(&place, "s3cret", &(now + 1_801).to_string(), "n5", &body());
    assert_eq!(refused(&early), "签名时间戳超时!");
    let wrong = tif(&place, "guess", &now.to_string(), "n6", &body());
    assert_eq!(refused(&wrong), "签名不一致!");
    assert_eq!(refused(&post(&place, &[], &body())), "缺少服务网关的请求头!");
    let unknown = [
        ("x-tif-paasid", "nobody"),
        ("x-tif-timestamp", &now.to_string()),
        ("x-tif-nonce", "n"),
        ("x-tif-signature", "00"),
    ];
    assert_eq!(refused(&post(&place, &unknown, &body())), "非法用户!");
}

#[test]
fn the_signature_is_as_the_reference_says() {
    // printf '1717376400s3cretn11717376400' | sha256sum
    let signature = tif::Secret { secret: "s3cret", nonce: "n1" }.sign(b"1717376400");
    assert_eq!(signature, "e754978148d34361733b10777f73b1135bbe483fdd7d59b55d728ca76b979ac0");
    // printf '_api_access_key=ak&_api_name=1101&_api_timestamp=1717376400000&_api_version=1.0.0' |
    //   openssl dgst -sha1 -hmac s3cret -binary | base64
    let text = b"_api_access_key=ak&_api_name=1101&_api_timestamp=1717376400000&_api_version=1.0.0";
    assert_eq!(csb::Secret("s3cret").sign(text), "cI64XDzQnhp0+l66oicE+fZt9Gs=");
    // printf '1717376400\n{}' | openssl dgst -sm3 -hmac s3cret
    assert_eq!(
        sm3::Secret("s3cret").sign(b"1717376400\n{}"),
        "516F3279030D1FCD4AD848B67D6C46C2A13C668341091BCA8C1F20CB8FF40627"
    );
}

#[test]
fn a_nonce_serves_a_retry_but_no_other_body() {
    let place = Place::open(TIF);
    let now = seconds(&place).to_string();
    tif(&place, "s3cret", &now, "n1", &body()).output();
    tif(&place, "s3cret", &now, "n1", &body()).output();
    let other = body().replace("\"01\"", "\"02\"");
    assert_eq!(refused(&tif(&place, "s3cret", &now, "n1", &other)), "请求重复!");
}

#[test]
fn csb_signatures_are_taken() {
    let place = Place::open(
        "gateway = [\"tif\", \"csb\"]\n[[caller]]\nkey = \"ak\"\nsecret = \"s3cret\"\n",
    );
    let millis = (seconds(&place) * 1_000).to_string();
    let signed = |version: &str| {
        let text =
            format!("_api_access_key=ak&_api_name=9001&_api_timestamp={millis}&_api_version=1.0.0");
        let signature = csb::Secret("s3cret").sign(text.as_bytes());
        let headers = [
            ("_api_name", "9001"),
            ("_api_version", version),
            ("_api_timestamp", &millis),
            ("_api_access_key", "ak"),
            ("_api_signature", &signature),
        ];
        post(&place, &headers, &body())
    };
    signed("1.0.0").output();
    assert_eq!(refused(&signed("2.0.0")), "签名不一致!");
}

#[test]
fn sm3_signatures_cover_the_body() {
    let place = Place::open("gateway = \"sm3\"\n[[caller]]\nkey = \"ak\"\nsecret = \"s3cret\"\n");
    let now = seconds(&place);
    let digits = sm3::Secret("s3cret").sign(format!("{now}\n{}", body()).as_bytes());
    let signature = format!("{now}:{digits}");
    let headers = [("x-ca-key", "ak"), ("x-ca-signature", signature.as_str())];
    post(&place, &headers, &body()).output();
    let other = body().replace("\"01\"", "\"02\"");
    assert_eq!(refused(&post(&place, &headers, &other)), "签名不一致!");
}

#[test]
fn sm2_signatures_stand_in_the_envelope() {
    let key = sm2::PrivateKey::read(STANDARD_KEY).unwrap();
    let file = format!(
        "gateway = \"sm2\"\n[[caller]]\nkey = \"his\"\npublic-key = \"{}\"\ninstitutions = [\"{HOSPITAL}\"]\n",
        key.public_key()
    );
    let place = Place::open(&file);
    let unsigned: serde_json::Value = serde_json::from_str(&body()).unwrap();
    let mut fields: Vec<String> = unsigned
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| !["cainfo", "input"].contains(&name.as_str()) && *value != "")
        .map(|(name, value)| format!("{name}={}", value.as_str().unwrap()))
        .collect();
    fields.sort();
    let mut signed = unsigned.clone();
    signed["cainfo"] = key.sign(fields.join("&").as_bytes()).into();
    post(&place, &[], &signed.to_string()).output();
    signed["opter"] = "02".into();
    assert_eq!(refused(&post(&place, &[], &signed.to_string())), "签名不一致!");
    assert_eq!(refused(&post(&place, &[], &body())), "缺少服务网关的请求头!");
}

#[test]
fn the_example_of_the_sm2_standard_verifies() {
    let key = sm2::PrivateKey::read(STANDARD_KEY).unwrap();
    let key = sm2::PublicKey::read(&key.public_key()).unwrap();
    let (r, s) = (
        "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3",
        "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    );
    assert!(key.verify(b"message digest", &format!("{r}{s}")));
    let der = format!("3046022100{r}022100{s}");
    assert!(key.verify(b"message digest", &der));
    assert!(!key.verify(b"message", &der));
    for broken in ["", "30", "3046", &der[..60], "zz", &"00".repeat(64)] {
        assert!(!key.verify(b"message digest", broken), "{broken}");
    }
}

#[test]
fn a_caller_speaks_for_its_own_institutions() {
    let place = Place::open(&format!("{TIF}institutions = [\"H99500000001\"]\n"));
    let now = seconds(&place).to_string();
    let response = tif(&place, "s3cret", &now, "n1", &body());
    assert_eq!(refused(&response), "访问标识与医药机构不符!");
    let own = body().replace(HOSPITAL, "H99500000001");
    tif(&place, "s3cret", &now, "n2", &own).output();
}

#[test]
fn refusals_come_as_envelopes_on_request() {
    let place = Place::open(TIF);
    let response = post(&place, &[("x-error-form", "envelope")], &body());
    assert_eq!(response.status, 200);
    assert_eq!(response.error(), "[1301]缺少服务网关的请求头。请按网关规范携带签名请求头");
    let place = Place::open(&format!("gateway-errors = \"envelope\"\n{TIF}"));
    assert_eq!(post(&place, &[], &body()).status, 200);
}

#[test]
fn a_gateway_does_not_hide_health() {
    let place = Place::open(TIF);
    assert_eq!(place.send("GET", "/ready", &[], b"").status, 200);
}

const SM4_KEY: &str = "0123456789abcdeffedcba9876543210";

/// A body of the prescription centre, sealed by its caller.
fn sealed(place: &Place, data: &serde_json::Value) -> serde_json::Value {
    let mut body = json!({
        "appId": "his", "encType": "SM4", "signType": "SM2", "version": "1.0.0",
        "timestamp": (seconds(place) * 1_000).to_string(),
        "encData": sealed::encrypt(SM4_KEY, &data.to_string()).unwrap(),
    });
    let text = signed_text(&body);
    let key = sm2::PrivateKey::read(STANDARD_KEY).unwrap();
    body["signData"] = key.sign(text.as_bytes()).into();
    body
}

/// What a sealed body signs: `serde_json` keeps names in order.
fn signed_text(body: &serde_json::Value) -> String {
    let fields = body.as_object().unwrap().iter().filter(|(name, _)| *name != "signData");
    let fields = fields.map(|(name, value)| match value {
        serde_json::Value::String(text) => format!("{name}={text}"),
        other => format!("{name}={other}"),
    });
    fields.filter(|field| !field.ends_with('=')).collect::<Vec<_>>().join("&")
}

#[test]
fn the_envelope_of_the_prescription_centre_is_opened_and_answered_sealed() {
    let key = sm2::PrivateKey::read(STANDARD_KEY).unwrap();
    let place = Place::open(&format!(
        "seal-key = \"{STANDARD_KEY}\"\ngateway = \"tif\"\n[[caller]]\nkey = \"his\"\nsm4-key = \"{SM4_KEY}\"\npublic-key = \"{}\"\n",
        key.public_key()
    ));
    let path = "/epc/fsi/api/fsiFixMedInsService/queryFixMedIns";
    let data = json!({"fixmedinsCode": HOSPITAL, "fixmedinsType": "1"});
    let body = sealed(&place, &data);
    let answer = place.post(path, &body.to_string()).json();
    assert_eq!((&answer["code"], &answer["success"]), (&json!(0), &json!(true)), "{answer}");
    let output = sealed::decrypt(SM4_KEY, answer["encData"].as_str().unwrap()).unwrap();
    assert!(output.contains("测试第2人民医院"), "{output}");
    let ours = sm2::PublicKey::read(&key.public_key()).unwrap();
    assert!(ours.verify(signed_text(&answer).as_bytes(), answer["signData"].as_str().unwrap()));
    let mut forged = body.clone();
    forged["version"] = "2".into();
    assert_eq!(refused(&place.post(path, &forged.to_string())), "签名不一致!");
    let nobody = body.to_string().replace("\"his\"", "\"her\"");
    assert_eq!(refused(&place.post(path, &nobody)), "非法用户!");
    place.later(3_600);
    assert_eq!(refused(&place.post(path, &body.to_string())), "签名时间戳超时!");
}
