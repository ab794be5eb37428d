// Observations for tests, with as little said as is needed.

import { Switches } from '../../../web/model/switches.js';

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

const ENCODINGS = { name: 'encoding', kind: 'choice', values: ['json', 'cbor', 'raw', 'binary'], default: 'json' };
const courtesy = (/** @type {string} */ name) => ({ name, kind: 'switch', values: ['on', 'off'], default: 'on', courtesy: true });
const heartbeat = { name: 'heartbeat', kind: 'duration', min: '100ms', max: '10m', off: true, default: '15s' };
const fanout = { name: 'fanout', kind: 'choice', values: ['shared', 'stock'], default: 'shared' };
const limit = { name: 'limit', kind: 'number', min: 1, max: 10_000, default: '1000' };
const mode = { name: 'mode', kind: 'choice', values: ['log', 'last'], default: 'log' };
const lane = { name: 'lane', kind: 'text', pattern: '^[A-Za-z0-9_-]{1,40}$' };

/** A table as GET /api/transports has it, in short. */
export const switches = new Switches(/** @type {any} */ ([
  { name: 'polling', params: [lane, ENCODINGS, mode, limit, courtesy('resume'), courtesy('keep-alive')] },
  {
    name: 'long-polling',
    params: [lane, ENCODINGS, mode, limit, { name: 'wait', kind: 'duration', min: '100ms', max: '10m', default: '25s' }, courtesy('resume')],
  },
  { name: 'sse', params: [lane, ENCODINGS, fanout, heartbeat, { name: 'retry', kind: 'duration', min: '0ms', max: '24h' }, courtesy('ids'), courtesy('resume')] },
  { name: 'fetch-stream', params: [lane, ENCODINGS, heartbeat, courtesy('ids'), courtesy('resume')] },
  { name: 'websocket', params: [lane, ENCODINGS, fanout, heartbeat, courtesy('resume')] },
]));
