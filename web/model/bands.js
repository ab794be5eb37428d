/*
 * The throws as the timeline draws them: from `thrown` to `cleared`, over the rows of
 * the lanes in their scope; and as marks, so that they can be stepped to.
 */
import { covers } from './faults.js';

/** @typedef {import('./faults.js').Thrown} Thrown */

/**
 * @typedef {object} Band
 * @property {Thrown} thrown
 * @property {number} from
 * @property {number|null} to  null while it lasts
 * @property {number[]} rows   of the lanes it is about, from the top
 * @property {boolean} whole   it is about all of them
 */

/**
 * @param {Thrown[]} throws
 * @param {{id: string, transport: string}[]} lanes
 * @param {number} begins  of the run
 * @param {number} ends
 * @returns {Band[]}
 */
export function bandsOf(throws, lanes, begins, ends) {
  return throws.flatMap((thrown) => {
    const over = thrown.cleared !== null && thrown.cleared < begins;
    if (over || thrown.thrown > ends) return [];
    const rows = lanes.flatMap((lane, index) => (covers(thrown, lane) ? [index] : []));
    if (rows.length === 0) return [];
    return [{ thrown, from: Math.max(thrown.thrown, begins), to: thrown.cleared, rows, whole: rows.length === lanes.length }];
  });
}

/**
 * The beginning and the end of each band as a mark.
 * @param {Band[]} bands
 * @returns {import('./timeline.js').Mark[]}
 */
export function bandMarks(bands) {
  return bands.flatMap(({ thrown, from, to }) => {
    const { id, fault, params, scope, lasts } = thrown;
    /** @type {import('./timeline.js').Mark} */
    const begin = { t: from, dir: 'down', what: 'thrown', replay: false, obs: {
      v: 1, kind: 'thrown', at: thrown.thrown, clock: 'server', id, fault, params, scope, lasts,
    } };
    if (to === null || to === from) return [begin];
    /** @type {import('./timeline.js').Mark} */
    const end = { ...begin, t: to, what: 'cleared', obs: { v: 1, kind: 'cleared', at: to, clock: 'server', id, fault, why: thrown.why, scope } };
    return [begin, end];
  }).sort((a, b) => a.t - b.t);
}
