/*
 * A dissector: every byte of one connection, both ways, as labelled spans (docs/reference/wire/README.md). The twin of
 * src/proto/dissect, held in step by tests/golden/wire.
 *
 * Fed the bytes in whatever pieces they crossed, it gives spans without gaps or overlaps, each with one kind and one
 * role. How the bytes were cut changes nothing but that a long span comes in parts: a part goes on (`continued`) where
 * the one before it ends, and `joined` puts them together. Bytes down are to be fed after the bytes up that they answer.
 */
import { Side } from './dissect/side.js';

/** @typedef {import('./dissect/tray.js').Span} Span */
/** @typedef {import('./dissect/tray.js').Way} Way */

export class Dissector {
  /** @type {import('./dissect/side.js').Link} */
  #link = { asked: [], upgrade: null };
  #sides = { up: new Side('up'), down: new Side('down') };

  /**
   * Takes the next bytes that went this way, and gives the spans that are certain by now: those of one way in order.
   * @param {Way} way
   * @param {Uint8Array} bytes
   * @returns {Span[]}
   */
  dissect(way, bytes) {
    for (let used = 0; used < bytes.length;) {
      used += this.#sides[way].feed(bytes.subarray(used), this.#link);
      const { upgrade } = this.#link;
      this.#link.upgrade = null;
      if (upgrade) this.#sides.up.upgraded(upgrade, this.#link);
    }
    return this.#given();
  }

  /**
   * So many bytes that went this way next were not kept: they are counted, and the place in the stream is lost.
   * @param {Way} way
   * @param {number} bytes
   */
  missed(way, bytes) {
    this.#sides[way].missed(bytes);
    return this.#given();
  }

  /**
   * Nothing more comes this way: what was undecided is decided.
   * @param {Way} way
   */
  finish(way) {
    this.#sides[way].finish();
    return this.#given();
  }

  /** Bytes held of what is not yet given, and spans that wait. */
  get buffered() {
    const { up, down } = this.#sides;
    return { bytes: up.held + down.held, spans: up.waiting + down.waiting, requests: this.#link.asked.length };
  }

  #given() {
    return [...this.#sides.up.given(), ...this.#sides.down.given()];
  }
}

/**
 * The spans with the parts of each put together; those of one way in order.
 * @param {Span[]} spans
 * @returns {Span[]}
 */
export function joined(spans) {
  /** @type {Span[]} */
  const out = [];
  /** @type {Partial<Record<Way, Span>>} */
  const last = {};
  for (const span of spans) {
    const before = last[span.way];
    if (before && isPart(before, span)) before.length += span.length;
    else out.push((last[span.way] = { ...span }));
  }
  return out;
}

/**
 * @param {Span} before
 * @param {Span} span
 */
function isPart(before, span) {
  return span.continued && before.kind === span.kind && before.role === span.role && before.at + before.length === span.at;
}

/**
 * Bytes by role.
 * @param {Iterable<Span>} spans
 */
export function sums(spans) {
  /** @type {Record<import('./dissect/kinds.js').Role, number>} */
  const out = { head: 0, framing: 0, payload: 0, heartbeat: 0, control: 0, unparsed: 0 };
  for (const span of spans) out[span.role] += span.length;
  return out;
}
