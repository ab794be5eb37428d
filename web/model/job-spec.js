/*
 * The body of POST /api/jobs for these settings. Always made "ready": the feed
 * starts when the lanes are there, else the comparison would begin unfairly.
 */

/** @param {import('./settings.js').Settings} settings */
export function jobSpec(settings) {
  const { source, path, interval, jitter, payload } = settings;
  switch (source) {
    case 'hash':
      return { source, path, interval, start: 'ready' };
    case 'replay':
      return { source, path, speed: Number(settings.speed), start: 'ready' };
    case 'push':
      return { source, start: 'ready' };
    default:
      return {
        source, count: Number(settings.count), interval, jitter, payload, size: Number(settings.size),
        seed: Number(settings.seed), start: 'ready',
      };
  }
}
