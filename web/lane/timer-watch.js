/*
 * Watches the Worker's own timer: where it ticks late, so do the lane's polls, waits and stamps, and the lane says so
 * in its record.
 */

const EVERY_MS = 200;
/** So late is no noise any more, ms. */
const LATE_MS = 300;
/** Said once in so many ms. */
const QUIET_MS = 5000;

/** @param {(values: {late: number}) => void} say */
export function watchTimer(say) {
  let last = performance.now();
  let saidAt = -Infinity;
  setInterval(() => {
    const now = performance.now();
    const late = now - last - EVERY_MS;
    last = now;
    if (late < LATE_MS || now - saidAt < QUIET_MS) return;
    saidAt = now;
    say({ late: Math.round(late) });
  }, EVERY_MS);
}
