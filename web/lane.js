/*
 * The glue of a lane's frame: starts the worker and hands it the dashboard's port.
 * Says hello, then goes on saying that it lives, so that the dashboard can tell a
 * frame that loaded from one that shows an error page. Alone in a tab it runs the lane itself.
 */

const HEARTBEAT = 1000;
const params = new URLSearchParams(location.search);
const host = params.get('host');
const worker = new Worker(new URL('./lane-worker.js', import.meta.url), { type: 'module' });

if (host && parent !== window) serve(host);
else void import('./lane/alone.js').then(({ runAlone }) => runAlone(worker, params));

/** @param {string} dashboard its origin; nobody else is listened or spoken to */
function serve(dashboard) {
  const say = (/** @type {string} */ wirebench) => parent.postMessage({ wirebench }, dashboard);
  addEventListener('message', (event) => {
    if (event.origin !== dashboard || event.source !== parent) return;
    if (event.data?.wirebench !== 'port' || event.ports.length !== 1) return;
    worker.postMessage({ type: 'port' }, [event.ports[0]]);
  });
  worker.addEventListener('error', () => say('worker-failed'));
  say('hello');
  setInterval(() => say('alive'), HEARTBEAT);
}
