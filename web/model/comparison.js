/*
 * The article's comparison table as data: what it says in each cell, how well that
 * stands, and what was just measured. Words are in the dictionaries under
 * table.<transport>.<column>.{article,truth,why}; here are only verdicts and numbers.
 */

import { formatMs } from './format.js';
import { partsOf } from './recovery-parts.js';

/** @typedef {'right'|'wrong'|'imprecise'|'silent'} Verdict */

/**
 * @typedef {object} Cell
 * @property {string} column
 * @property {Verdict} verdict   of what the article says
 * @property {{key: string, values: Record<string, string|number>}|null} measured
 */

export const COLUMNS = /** @type {const} */ (['protocol', 'channel', 'encoding', 'reconnect', 'types', 'cost']);

/** Of transports that are not in the article there is nothing to be put right. @type {Record<string, Record<string, Verdict>>} */
const VERDICTS = {
  polling: {
    protocol: 'silent', channel: 'wrong', encoding: 'silent', reconnect: 'silent', types: 'silent', cost: 'silent',
  },
  sse: {
    protocol: 'right', channel: 'right', encoding: 'imprecise', reconnect: 'imprecise', types: 'right', cost: 'imprecise',
  },
  websocket: {
    protocol: 'imprecise', channel: 'right', encoding: 'wrong', reconnect: 'imprecise', types: 'wrong', cost: 'imprecise',
  },
};

/**
 * The row of one transport; `lane` is the lane of this run that used it, if any did.
 * @param {string} transport
 * @param {import('./lane.js').LaneModel|null} lane
 * @returns {Cell[]}
 */
export function comparisonRow(transport, lane) {
  return COLUMNS.map((column) => ({
    column,
    verdict: VERDICTS[transport]?.[column] ?? 'silent',
    measured: lane && lane.machine.state !== 'idle' ? MEASURES[column](lane) : null,
  }));
}

/**
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
const said = (key, values = {}) => ({ key, values });

/** @type {Record<string, (lane: import('./lane.js').LaneModel) => Cell['measured']>} */
const MEASURES = {
  protocol: (lane) =>
    said('measured.protocol', { requests: lane.requests, connections: lane.socket?.connections ?? '–' }),
  channel: (lane) => {
    const last = lane.commands.last;
    if (!last) return said('measured.channel.none');
    return said(`measured.channel.${last.via}`, { count: lane.commands.list.length });
  },
  encoding: (lane) => {
    if (lane.encodings.size === 0) return null;
    const ratio = lane.payloadBytes === 0 ? 0 : Math.round((lane.carriedBytes / lane.payloadBytes - 1) * 100);
    return said('measured.encoding', { encodings: [...lane.encodings].join(' + '), ratio });
  },
  reconnect: (lane) => {
    const last = lane.recoveries.list.at(-1);
    if (!last) return said('measured.reconnect.none');
    if (last.openedAt === null) return said('measured.reconnect.away', { attempts: last.attempts });
    const [detect, wait, connect, first, caught] = partsOf(last).map(({ ms }) => formatMs(ms));
    return said('measured.reconnect.back', { detect, wait, connect, first, caught, replayed: last.replayed });
  },
  types: (lane) => {
    const key = ['sse', 'fetch-stream'].includes(lane.transport) ? 'measured.types.named' : 'measured.types.inside';
    return lane.types.size === 0 ? null : said(key, { types: [...lane.types.keys()].join(', ') });
  },
  cost: (lane) => {
    if (!lane.socket || lane.ledger.delivered === 0) return null;
    if (lane.socket.out + lane.socket.in < lane.payloadBytes) return null;
    const per = Math.round((lane.socket.out + lane.socket.in - lane.payloadBytes) / lane.ledger.delivered);
    return said('measured.cost', { per });
  },
};
