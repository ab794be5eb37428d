/*
 * The body of POST /api/jobs for these settings. Always made "ready": the feed
 * starts when the lanes are there, else the comparison would begin unfairly.
 */

/** @param {import('./settings.js').Settings} settings */
export function jobSpec(settings) {
  if (settings.source === 'hash') {
    return { source: 'hash', path: settings.path, interval: settings.interval, start: 'ready' };
  }
  return {
    source: 'synthetic', count: Number(settings.count), interval: settings.interval, jitter: settings.jitter,
    payload: settings.payload, size: Number(settings.size), seed: Number(settings.seed), start: 'ready',
  };
}
