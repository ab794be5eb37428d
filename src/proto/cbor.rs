//! Writing an element in CBOR (RFC 8949): the map of its JSON, members in the same order, and a binary payload as the byte
//! string that JSON has no type for. Several one behind the other are a CBOR sequence (RFC 8742).

use ciborium::Value;

/// The element whose JSON is `json`; `raw` takes the place of its `data`. What is no JSON becomes null.
pub fn encode(json: &[u8], raw: Option<&[u8]>) -> Vec<u8> {
    // JSON of our own making, so this reads. A float stays one, however it is written: `time` is never an integer.
    let mut value: Value = serde_json::from_slice(json).unwrap_or(Value::Null);
    if let (Some(raw), Value::Map(members)) = (raw, &mut value) {
        let data = members.iter_mut().find(|(name, _)| name.as_text() == Some("data"));
        if let Some((_, data)) = data {
            *data = Value::Bytes(raw.to_vec());
        }
    }
    let mut bytes = Vec::with_capacity(json.len());
    // Writing to memory cannot fail.
    let _ = ciborium::into_writer(&value, &mut bytes);
    bytes
}
