//! Elements in CBOR, against golden files made by hand.

use wirebench::proto::cbor::encode;

use super::golden::{cases, hex, unhex};

#[test]
fn every_golden_element_is_written_as_it_stands_there() {
    for case in cases("cbor") {
        let json = case.says["json"].as_str().expect("JSON");
        let raw = case.says["raw"].as_str().map(unhex);
        assert_eq!(hex(&encode(json.as_bytes(), raw.as_deref())), hex(&case.hex()), "{}", case.name);
    }
}

#[test]
fn every_golden_element_reads_back_to_the_same_value() {
    for case in cases("cbor") {
        if case.says["raw"].is_string() {
            continue;
        }
        let read: ciborium::Value = ciborium::from_reader(&case.hex()[..]).expect("CBOR");
        let json: serde_json::Value =
            serde_json::from_str(case.says["json"].as_str().expect("JSON")).expect("JSON");
        assert_eq!(read.deserialized::<serde_json::Value>().expect("JSON"), json, "{}", case.name);
    }
}
