/*
 * A recovery as five durations: detect, wait, connect, first byte, caught up. Each is null where it cannot be known,
 * with the reason. Two clocks meet here; what comes out a little below zero is zero.
 */
/** @typedef {import('./recovery.js').Recovery} Recovery */

/** @typedef {'detect'|'wait'|'connect'|'first-byte'|'caught-up'} PartName */

/**
 * @typedef {object} Part
 * @property {PartName} name
 * @property {number|null} ms
 * @property {string} why  where it is null, why; where the server's clock helped out, that
 */

export const PARTS = /** @type {PartName[]} */ (['detect', 'wait', 'connect', 'first-byte', 'caught-up']);

/**
 * @param {Recovery} recovery
 * @returns {Part[]}
 */
export function partsOf(recovery) {
  const { struckAt, lostAt, openedAt, byteAt, caughtUpAt, asking, byHand, slack } = recovery;
  const between = measure(slack);
  const came = asking ? openedAt : byteAt;
  return [
    between('detect', struckAt, lostAt, byHand ? 'by-hand' : 'no-strike', 'two-clocks'),
    ...goingOut(recovery),
    asking && openedAt !== null ? { name: 'first-byte', ms: null, why: 'whole' } : between('first-byte', openedAt, byteAt, 'not-yet'),
    between('caught-up', came, caughtUpAt, 'not-yet'),
  ];
}

/**
 * All of it, from the strike, or from the loss where nobody struck; null before it is over.
 * @param {Recovery} recovery
 */
export function whole({ struckAt, lostAt, caughtUpAt }) {
  return caughtUpAt === null ? null : Math.max(0, caughtUpAt - Math.min(struckAt ?? lostAt, lostAt));
}

/**
 * Wait and connect. An EventSource does not tell when it sets out; then the server's request line tells when it had come.
 * @param {Recovery} recovery
 * @returns {Part[]}
 */
function goingOut({ lostAt, setOutAt, servedAt, openedAt, slack }) {
  const between = measure(slack);
  if (openedAt === null) return [{ name: 'wait', ms: null, why: 'not-yet' }, { name: 'connect', ms: null, why: 'not-yet' }];
  const told = setOutAt === null ? 'server' : '';
  const left = setOutAt ?? servedAt;
  return [between('wait', lostAt, left, 'browser', told), between('connect', left, openedAt, 'browser', told)];
}

/**
 * Measures from an instant to another; clocks that contradict each other by more than `slack` tell nothing.
 * @param {number} slack
 */
function measure(slack) {
  /**
   * @param {PartName} name
   * @param {number|null} from
   * @param {number|null} to
   * @param {string} missing  why it is null where an end is unknown
   * @param {string} [how]
   * @returns {Part}
   */
  return (name, from, to, missing, how = '') => {
    if (from === null || to === null) return { name, ms: null, why: missing };
    const ms = to - from;
    return ms < -2 * slack ? { name, ms: null, why: 'clocks' } : { name, ms: Math.max(0, ms), why: how };
  };
}
