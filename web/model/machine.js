/*
 * The state of a lane as a fold of its observations: idle, connecting, open,
 * waiting, closed, given-up, ended. Beside it stands what the browser itself
 * says: readyState and close code.
 */

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {import('./types.js').LaneState} LaneState */

/**
 * @typedef {object} Machine
 * @property {LaneState} state
 * @property {number|null} ready      the browser's own readyState
 * @property {number|null} code       the last close code
 * @property {boolean} asking         polling, long polling: a request is under way
 * @property {number|null} stopped    the status or code that said there is no more
 * @property {string} cause           why it is where it is, if somebody said so
 * @property {number|null} waits      how long it waits, ms, where anybody but the browser knows
 * @property {boolean} complete       the end event has been delivered
 */

/** The types of the one event that is the last of its job. */
export const END_TYPES = new Set(['done', 'failed', 'cancelled']);

/** Causes that say more than the reason a Close carries. */
const CLEAR_CAUSES = new Set(['hand', 'next-run', 'closed', 'replaced', 'removed', 'full']);

/** @returns {Machine} */
export function idleMachine() {
  return { state: 'idle', ready: null, code: null, asking: false, stopped: null, cause: '', waits: null, complete: false };
}

/**
 * The machine after one more observation of the lane itself. The same object comes
 * back where nothing changed.
 * @param {Machine} machine
 * @param {Observation} obs
 * @returns {Machine}
 */
export function step(machine, obs) {
  switch (obs.kind) {
    case 'connecting':
      return { ...machine, state: 'connecting', ready: obs.ready ?? null, code: null, stopped: null, cause: '' };
    case 'request':
    case 'response':
      return { ...machine, asking: obs.kind === 'request' };
    case 'opened':
      return { ...machine, state: 'open', ready: obs.ready ?? machine.ready, code: null, cause: '' };
    case 'event':
      return END_TYPES.has(obs.type ?? '') ? { ...machine, state: 'ended', complete: true } : machine;
    case 'failed':
      return onFailed(machine, obs);
    case 'waiting':
      // No room: the server has said how long, also where it is the browser that waits.
      return { ...machine, state: 'waiting', cause: obs.cause ?? machine.cause, waits: obs.wait ?? (obs.cause === 'full' ? machine.waits : null) };
    case 'full':
      return { ...machine, state: 'waiting', cause: 'full', waits: obs.retry ?? null, code: obs.code ?? null };
    case 'stop':
      return onStop(machine, obs);
    case 'closed':
      return onClosed(machine, obs);
    default:
      return machine;
  }
}

/**
 * Told that there is no more: after the end, or because it is to stay away.
 * @param {Machine} machine
 * @param {Observation} obs
 * @returns {Machine}
 */
function onStop(machine, obs) {
  const stopped = obs.status ?? null;
  if (obs.cause) return { ...machine, state: 'closed', cause: obs.cause, stopped };
  return { ...machine, state: 'ended', code: obs.code ?? machine.code, stopped };
}

/**
 * @param {Machine} machine
 * @param {Observation} obs
 * @returns {Machine}
 */
function onFailed(machine, obs) {
  const next = { ...machine, ready: obs.ready ?? machine.ready, cause: obs.cause ?? '' };
  // An EventSource with readyState 2 never comes back by itself (HTML 9.2.3, "fail the connection").
  // A WebSocket's error event says nothing: its close event follows and does.
  // Who has the end event and asks again is told to stop by 204, which looks just like a refusal.
  if (obs.transport === 'sse' && obs.ready === 2) {
    next.state = machine.complete ? 'ended' : 'given-up';
    if (machine.complete) Object.assign(next, { stopped: 204, cause: '' });
  }
  return next;
}

/**
 * @param {Machine} machine
 * @param {Observation} obs
 * @returns {Machine}
 */
function onClosed(machine, obs) {
  const next = {
    ...machine,
    ready: obs.ready ?? machine.ready,
    code: obs.code ?? machine.code,
    // Who closed it knows why better than the other side's echo.
    cause: (CLEAR_CAUSES.has(obs.cause ?? '') ? obs.cause : obs.reason || obs.cause) || machine.cause,
  };
  next.state = machine.complete || machine.state === 'ended' ? 'ended' : obs.cause === 'gone' ? 'given-up' : 'closed';
  return next;
}
