//! Writing frames: the shortest length form (RFC 6455 §5.2) and, for a client, the mask (§5.3).

use super::Opcode;

/// One frame. `mask` is the client's masking key; a server passes `None`.
///
/// The caller holds the rules that span frames: control payloads of at most 125 bytes (see
/// [`encode_close`](super::encode_close)), `Continuation` only after a frame without `fin`.
pub fn encode_frame(opcode: Opcode, fin: bool, payload: &[u8], mask: Option<[u8; 4]>) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(if fin { 0x80 } else { 0 } | opcode.bits());
    let masked = if mask.is_some() { 0x80 } else { 0 };
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length), _) if length <= 125 => frame.push(masked | length),
        (_, Ok(length)) => {
            frame.push(masked | 0x7E);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.push(masked | 0x7F);
            frame.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    let start = frame.len() + mask.map_or(0, |key| key.len());
    frame.extend_from_slice(mask.as_ref().map_or(&[], |key| key.as_slice()));
    frame.extend_from_slice(payload);
    if let Some(key) = mask {
        apply_mask(&mut frame[start..], key);
    }
    frame
}

/// The bytes of the header before an unmasked payload of this length.
pub fn header_size(payload: usize) -> usize {
    match payload {
        0..=125 => 2,
        126..=0xFFFF => 4,
        _ => 10,
    }
}

/// Masks, or unmasks, `payload` in place (§5.3): octet i with octet i mod 4 of the key.
pub fn apply_mask(payload: &mut [u8], key: [u8; 4]) {
    for (byte, key) in payload.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}
