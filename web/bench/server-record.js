/*
 * The server's own observations, as a stream of the bench. The bench is up while
 * stages are stopped, so this is an ordinary EventSource, rebuilt where it gave up.
 */

const REBUILD_MS = 3000;

/**
 * @param {(obs: import('../model/types.js').Observation) => void} onObservation
 * @param {(listening: boolean) => void} onState
 */
export function listenToServer(onObservation, onState) {
  const source = new EventSource('/api/record');
  source.onopen = () => onState(true);
  source.addEventListener('observation', (event) => {
    const obs = JSON.parse(event.data);
    if (obs.v === 1) onObservation(obs);
  });
  source.onerror = () => {
    onState(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listenToServer(onObservation, onState), REBUILD_MS);
  };
  // A page that is left may be kept for the back button with its stream open, and a browser has six connections for an
  // HTTP/1.1 origin: the seventh visit would wait for ever. Who comes back is served a page made anew.
  addEventListener('pagehide', () => source.close(), { once: true });
  addEventListener('pageshow', (event) => event.persisted && location.reload(), { once: true });
}
