// Reading times out of a lane's own record. What is asserted of them is generous: three quarters of a window may be
// noise of a busy machine before a check fails, while the effects looked for (a timer slowed to 1 s, a thread blocked
// for 700 ms) move every single value.

/** The value below which this share of the values lies. */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** How much later than the quickest of the record each event came; only those due within the window. */
export function delays(lines, { from, to }) {
  const events = lines.filter((line) => line.kind === 'event').map((line) => ({ due: line.time, late: line.at - line.time }));
  const quickest = Math.min(...events.map((event) => event.late));
  return events.filter(({ due }) => due >= from && due <= to).map(({ late }) => late - quickest);
}

/** The time between one poll and the next, of polls sent within the window. */
export function pollSpacing(lines, { from, to }) {
  const sent = lines.filter((line) => line.kind === 'request').map((line) => line.at).filter((at) => at >= from && at <= to);
  return sent.slice(1).map((at, index) => at - sent[index]);
}

/** In a page or frame: starts a timer of the document's own thread; `readTimer` gives the spacing of its ticks. */
export const startTimer = (where, every = 200) => where.evaluate((ms) => {
  globalThis.testTicks = [];
  setInterval(() => globalThis.testTicks.push(Date.now()), ms);
}, every);

/** The spacing of the timer's ticks within the window. */
export async function readTimer(where, { from, to }) {
  const ticks = (await where.evaluate(() => globalThis.testTicks)).filter((at) => at >= from && at <= to);
  return ticks.slice(1).map((at, index) => at - ticks[index]);
}
