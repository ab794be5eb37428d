// Waiting for a condition, never for time alone: every wait has a limit, and says what it waited for and what
// it last saw when the limit is reached.

/** A pause, for the few places where time itself is what is tested. */
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks `probe` until it gives something true, and returns that. */
export async function until(what, probe, { limit = 20_000, every = 50, seen = () => undefined } = {}) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) {
      const last = await seen();
      throw new Error(`waited ${limit} ms for ${what}${last === undefined ? '' : `; last seen: ${JSON.stringify(last)}`}`);
    }
    await sleep(every);
  }
}

/** The promise, or an error that names what took too long. */
export function within(what, limit, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${limit} ms`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
