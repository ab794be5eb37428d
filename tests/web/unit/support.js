// Observations for tests, with as little said as is needed.

/** @typedef {import('../../../web/model/types.js').Observation} Observation */

/**
 * A lane's own observation.
 * @param {string} kind
 * @param {Partial<Observation>} fields
 * @returns {Observation}
 */
export function seen(kind, fields = {}) {
  return { v: 1, kind, at: 0, clock: 'lane', lane: 'a-1', transport: 'sse', ...fields };
}

/**
 * Events from..to, one each 10 ms.
 * @param {number} from
 * @param {number} to
 * @param {Partial<Observation>} fields
 */
export function events(from, to, fields = {}) {
  /** @type {Observation[]} */
  const out = [];
  for (let seq = from; seq <= to; seq += 1) {
    out.push(seen('event', { dir: 'down', seq, type: 'progress', time: seq * 10, at: seq * 10 + 1, payload: 100, bytes: 120, encoding: 'text', ...fields }));
  }
  return out;
}
