/*
 * When each line of a saved record came, by the server's clock: lines stand in the order in which they were written, so
 * what a lane saw a moment before and told later came when it was told.
 */

/** @typedef {import('./types.js').Observation} Observation */

/**
 * The first estimate of each lane's clock: what it saw before is read by that, as in a report.
 * @param {Observation[]} list
 * @returns {Map<string, Observation>}
 */
export function firstClocks(list) {
  const out = new Map();
  for (const obs of list) if (obs.kind === 'clock' && obs.lane !== undefined && !out.has(obs.lane)) out.set(obs.lane, obs);
  return out;
}

/**
 * @param {Observation[]} list
 * @returns {Float64Array} never falling
 */
export function timesOf(list) {
  /** @type {Map<string, number>} */
  const offsets = new Map([...firstClocks(list)].map(([lane, { offset }]) => [lane, offset ?? 0]));
  // A lane whose clock is wrong and unknown must not put off all that comes after it.
  let latest = -Infinity;
  for (const { clock, at } of list) if (clock === 'server' && at > latest) latest = at;
  if (latest === -Infinity) latest = Infinity;
  const times = new Float64Array(list.length);
  let now = -Infinity;
  list.forEach((obs, index) => {
    if (obs.kind === 'clock' && obs.lane !== undefined) offsets.set(obs.lane, obs.offset ?? 0);
    const at = obs.clock === 'server' ? obs.at : Math.min(latest, obs.at + (offsets.get(obs.lane ?? '') ?? 0));
    now = Math.max(now, at);
    times[index] = now;
  });
  return times;
}

/**
 * How many lines have come by then.
 * @param {Float64Array} times
 * @param {number} t
 */
export function countUntil(times, t) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}
