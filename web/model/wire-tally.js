/*
 * In how many pieces bytes crossed the sockets of each lane, and what that would cost beneath: an estimate, for nobody
 * here sees a segment or a TLS record. One piece is one write; TCP segments of 1,500 byte packets over IPv4 with time
 * stamps (RFC 791: 20 bytes, RFC 9293: 20, RFC 7323: 12), TLS 1.3 records of at most 16,384 bytes with 5 bytes of header,
 * one of type and 16 of tag (RFC 8446 section 5.2). Handshakes and bare acknowledgements are left out.
 */

/** @typedef {import('./microscope.js').Note} Note */
/** @typedef {{writes: number, segments: number, records: number}} Pieces */

export const PER_SEGMENT = 20 + 20 + 12;
export const PER_RECORD = 5 + 1 + 16;
const SEGMENT = 1500 - PER_SEGMENT;
const RECORD = 16_384;

export class WireTally {
  /** By lane. @type {Map<string, Pieces>} */
  lanes = new Map();

  /** @param {Note} note */
  hear({ lane, way, bytes }) {
    if (lane === null || way === undefined || bytes === undefined || bytes === '') return;
    const known = this.lanes.get(lane);
    const pieces = known ?? { writes: 0, segments: 0, records: 0 };
    if (!known) this.lanes.set(lane, pieces);
    const length = sizeOf(bytes);
    const records = Math.ceil(length / RECORD);
    pieces.writes += 1;
    pieces.records += records;
    pieces.segments += Math.ceil((length + records * PER_RECORD) / SEGMENT);
  }

  /**
   * What these lanes' bytes would have cost beneath, up and down together.
   * @param {string[]} ids
   */
  beneath(ids) {
    const sum = { writes: 0, segments: 0, records: 0 };
    for (const id of ids) {
      const one = this.lanes.get(id);
      if (one) for (const name of /** @type {const} */ (['writes', 'segments', 'records'])) sum[name] += one[name];
    }
    return { ...sum, tcp: sum.segments * PER_SEGMENT, tls: sum.records * PER_RECORD };
  }
}

/**
 * How many bytes a text in base64 stands for.
 * @param {string} text
 */
function sizeOf(text) {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
