//! The blocks of a pcapng file (draft-ietf-opsawg-pcapng-05 §4), in little-endian order.

/// Packets begin with the header of IPv4 or IPv6 (`LINKTYPE_RAW` of the registry of link types).
const LINKTYPE_RAW: u16 = 101;
const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
const ENHANCED_PACKET: u32 = 6;
/// What tells the order of bytes (§4.1).
const MAGIC: u32 = 0x1A2B_3C4D;
/// Options (§3.5, §4.1, §4.2).
const COMMENT: u16 = 1;
const USER_APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const RESOLUTION: u16 = 9;
/// Timestamps are in units of 10^-6 s.
const MICROSECONDS: u8 = 6;

/// A section and its one interface.
pub(super) fn head(program: &str, about: &str) -> Vec<u8> {
    let mut section = MAGIC.to_le_bytes().to_vec();
    section.extend(1_u16.to_le_bytes());
    section.extend(0_u16.to_le_bytes());
    // The length of the section is not told.
    section.extend(u64::MAX.to_le_bytes());
    option(&mut section, COMMENT, about.as_bytes());
    option(&mut section, USER_APPLICATION, program.as_bytes());
    option(&mut section, 0, &[]);
    let mut interface = LINKTYPE_RAW.to_le_bytes().to_vec();
    interface.extend([0; 2]);
    // No packet is cut.
    interface.extend(0_u32.to_le_bytes());
    option(&mut interface, INTERFACE_NAME, b"wirebench");
    option(&mut interface, RESOLUTION, &[MICROSECONDS]);
    option(&mut interface, 0, &[]);
    let mut out = Vec::new();
    block(&mut out, SECTION, &section);
    block(&mut out, INTERFACE, &interface);
    out
}

/// A packet at a moment in microseconds since 1970.
pub(super) fn packet(out: &mut Vec<u8>, at: u64, bytes: &[u8], comment: Option<&str>) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut body = 0_u32.to_le_bytes().to_vec();
    body.extend(u32::try_from(at >> 32).unwrap_or(u32::MAX).to_le_bytes());
    body.extend(u32::try_from(at & 0xFFFF_FFFF).unwrap_or(u32::MAX).to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(length.to_le_bytes());
    body.extend(bytes);
    pad(&mut body);
    if let Some(comment) = comment {
        option(&mut body, COMMENT, comment.as_bytes());
        option(&mut body, 0, &[]);
    }
    block(out, ENHANCED_PACKET, &body);
}

fn block(out: &mut Vec<u8>, kind: u32, body: &[u8]) {
    // Type, length, body, length.
    let length = u32::try_from(body.len() + 12).unwrap_or(u32::MAX).to_le_bytes();
    out.extend(kind.to_le_bytes());
    out.extend(length);
    out.extend(body);
    out.extend(length);
}

fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    // One is at most 65,535 bytes long.
    let value = &value[..value.len().min(usize::from(u16::MAX))];
    out.extend(code.to_le_bytes());
    out.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend(value);
    pad(out);
}

/// To a multiple of four, which is where everything begins.
fn pad(out: &mut Vec<u8>) {
    out.resize(out.len().next_multiple_of(4), 0);
}
