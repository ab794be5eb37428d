/*
 * What came of lanes that were struck: of one lane, of the class, and what a page tells of its own. Pure.
 */

/** @typedef {import('./api.js').LaneTold} LaneTold */
/** @typedef {'untouched'|'gone'|'holes'|'all'} Outcome */

/** The lanes of the class, in the order in which they are shown. */
export const LANES = /** @type {const} */ (['sse', 'websocket', 'polling']);

/**
 * Whether it came back, and with everything.
 * @param {LaneTold} lane
 * @returns {Outcome}
 */
export function outcomeOf(lane) {
  if (lane.lost === 0) return 'untouched';
  if (lane['back-after'] === null) return 'gone';
  return lane.missed > 0 ? 'holes' : 'all';
}

/**
 * How many lanes of the class came to each outcome.
 * @param {import('./api.js').Sum|undefined} sum
 * @param {boolean} [struck]  whether any lane of the class was: else there was nothing to notice
 * @returns {Record<string, number>}
 */
export function outcomesOf(sum, struck = false) {
  if (!sum) return { all: 0, holes: 0, gone: 0, untouched: 0 };
  return { all: sum.back - sum.holes, holes: sum.holes, gone: sum.lost - sum.back, untouched: struck ? sum.lanes - sum.lost : 0 };
}

/**
 * The answer of a bet that most of the class's lanes gave; '' where none was struck or two are level.
 * @param {import('./api.js').Sum|undefined} sum
 * @param {boolean} [struck]  whether any lane of the class was
 */
export function mostly(sum, struck = false) {
  const [first, second] = Object.entries(outcomesOf(sum, struck)).sort((a, b) => b[1] - a[1]);
  return first[1] > 0 && first[1] > second[1] ? first[0] : '';
}

/**
 * What this page tells of a lane.
 * @param {import('../model/lane.js').LaneModel} lane
 * @param {number} head
 * @returns {LaneTold}
 */
export function toldOf(lane, head) {
  const losses = lane.recoveries.list.filter((one) => !one.byHand);
  const last = losses.at(-1);
  const whole = (/** @type {number} */ value) => Math.max(0, Math.round(value));
  return {
    transport: lane.transport,
    state: lane.machine.state,
    delivered: lane.ledger.delivered,
    missed: lane.missed(head),
    repeated: lane.ledger.repeated,
    attempts: 1 + losses.reduce((sum, one) => sum + one.attempts, 0),
    last: lane.lastSeq,
    lost: losses.length,
    'back-after': last && last.openedAt !== null ? whole(last.openedAt - last.lostAt) : null,
  };
}
