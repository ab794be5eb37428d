/*
 * The offset between a lane's clock and the server's. Each ping says when it
 * left, what the server's clock said, and when the answer came; the truth lies
 * within half a round trip, so the ping with the shortest one says most.
 */

/** @typedef {{sent: number, server: number, received: number}} Ping */

/**
 * Best estimate of "server minus lane" out of some pings.
 * @param {Ping[]} pings
 * @returns {{offset: number, rtt: number, samples: number}|null}
 */
export function estimateOffset(pings) {
  if (pings.length === 0) return null;
  const rtt = (/** @type {Ping} */ ping) => ping.received - ping.sent;
  const best = pings.reduce((a, b) => (rtt(b) < rtt(a) ? b : a));
  const middle = (best.sent + best.received) / 2;
  return { offset: round(best.server - middle), rtt: round(rtt(best)), samples: pings.length };
}

/**
 * How far the estimate can be off: half of the best round trip.
 * @param {{rtt?: number}} clock
 */
export function uncertainty(clock) {
  return (clock.rtt ?? 0) / 2;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 1000) / 1000;
}
