/*
 * The bench's API as the page uses it. Errors come out as Complaint: what was
 * wanted, what was found, where, and what to do, as the server said it.
 */

/** @typedef {{id: number, url: string, listening: boolean}} Origin */
/**
 * @typedef {{version: string, bench: string, origins: Origin[], sources?: string[], hash: boolean, replay?: boolean,
 *   stdin?: string|null, caveats: string[]}} Bench
 */
/** @typedef {{job: string, source: string, epoch: string, state: string, head: number, total: number|null}} Job */
/**
 * @typedef {{client: string, job: string, transport: string, lane?: string|null, since: number, reading: boolean,
 *   cursor: string|null, lag: number, in: number, out: number}} PoolClient
 */
/** @typedef {{max: number, heartbeat: string, clients: PoolClient[]}} Pool */

export class Complaint extends Error {
  /**
   * @param {{wanted?: string, found?: string, where?: string, fix?: string}} parts
   * @param {number} status the answer's
   */
  constructor(parts, status) {
    // Where it was is said only when it says more than "in what was just asked".
    const where = parts.wanted && /^(path|body)$/.test(parts.where ?? '') ? '' : parts.where;
    super([where, parts.wanted && `wanted ${parts.wanted}`, parts.found && `found ${parts.found}`, parts.fix]
      .filter(Boolean).join(' · '));
    this.parts = parts;
    this.status = status;
  }
}

/** @returns {Promise<Bench>} */
export function readBench() {
  return ask('GET', '/api/bench');
}

/** @returns {Promise<import('../model/switches.js').TransportParams[]>} what each transport takes */
export async function readTransports() {
  return (await ask('GET', '/api/transports')).transports;
}

/** @returns {Promise<Pool>} */
export function readPool() {
  return ask('GET', '/api/clients');
}

/** @param {number} max */
export function setPoolMaximum(max) {
  return ask('PUT', '/api/clients', { max });
}

/**
 * @param {string} job
 * @param {string} client
 */
export function removeClient(job, client) {
  return ask('DELETE', `/api/clients/${encodeURIComponent(job)}/${encodeURIComponent(client)}`);
}

/** @returns {Promise<{faults: import('../model/faults.js').FaultKind[], thrown: import('../model/faults.js').Throw[]}>} */
export function readFaults() {
  return ask('GET', '/api/faults');
}

/**
 * @param {object} body
 * @returns {Promise<import('../model/faults.js').Throw>}
 */
export function throwFault(body) {
  return ask('POST', '/api/faults', body);
}

/**
 * @param {string} id
 * @returns {Promise<import('../model/faults.js').Throw>}
 */
export function clearFault(id) {
  return ask('DELETE', `/api/faults/${encodeURIComponent(id)}`);
}

export function clearAllFaults() {
  return ask('DELETE', '/api/faults');
}

/** @returns {Promise<{connection: number, lane: string|null, transport: string|null}[]>} the readers' open connections */
export async function readConnections() {
  return (await ask('GET', '/api/connections')).connections;
}

/**
 * @param {object} spec
 * @returns {Promise<Job>}
 */
export function makeJob(spec) {
  return ask('POST', '/api/jobs', spec);
}

/**
 * @param {string} job
 * @returns {Promise<Job>}
 */
export function readJob(job) {
  return ask('GET', `/jobs/${encodeURIComponent(job)}`);
}

/** @returns {Promise<Job[]>} */
export async function readJobs() {
  return (await ask('GET', '/api/jobs')).jobs;
}

/** @param {string} job */
export function forgetJob(job) {
  return ask('DELETE', `/api/jobs/${encodeURIComponent(job)}`);
}

/**
 * @param {string} job
 * @param {{command: string, factor?: number}} order
 */
export function commandJob(job, order) {
  return ask('POST', `/jobs/${encodeURIComponent(job)}/commands`, order);
}

/**
 * @param {number} id
 * @param {boolean} listening
 */
export function switchOrigin(id, listening) {
  return ask('PUT', `/api/origins/${id}`, { listening });
}

/** @returns {Promise<{scenarios: import('../model/scenarios.js').Scenario[], problems: string[]}>} */
export function readScenarios() {
  return ask('GET', '/api/scenarios');
}

/**
 * @param {string} scenario
 * @param {string[]} settings  what is set otherwise than in its file, as `--set` takes it
 * @returns {Promise<import('../model/scenarios.js').PlayedRun>}
 */
export function makeRun(scenario, settings) {
  return ask('POST', '/api/runs', { scenario, settings });
}

/**
 * @param {string} run
 * @returns {Promise<import('../model/scenarios.js').PlayedRun>}
 */
export function readRun(run) {
  return ask('GET', `/api/runs/${encodeURIComponent(run)}`);
}

/** @param {string} run */
export function endRun(run) {
  return ask('DELETE', `/api/runs/${encodeURIComponent(run)}`);
}

/** For a page that goes: it is asked though nobody is there to hear the answer. @param {string} run */
export function abandonRun(run) {
  void fetch(`/api/runs/${encodeURIComponent(run)}`, { method: 'DELETE', keepalive: true }).catch(() => null);
}

/**
 * What the lanes of a run saw, a line each; an empty text says that the page is there.
 * @param {string} run
 * @param {string} lines
 * @param {boolean} last
 */
export function postLines(run, lines, last) {
  return send('POST', `/api/runs/${encodeURIComponent(run)}/lanes${last ? '?last=1' : ''}`, 'application/x-ndjson', lines);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
function ask(method, path, body) {
  return body === undefined ? send(method, path) : send(method, path, 'application/json', JSON.stringify(body));
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} [type]
 * @param {string} [body]
 */
async function send(method, path, type, body) {
  const answer = await fetch(path, { method, headers: type ? { 'Content-Type': type } : undefined, body });
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : null;
  throw complaintFrom(answer.status, path, text);
}

/**
 * @param {number} status
 * @param {string} path
 * @param {string} text
 */
function complaintFrom(status, path, text) {
  try {
    const said = JSON.parse(text);
    // A command that the state does not allow is answered by an ack.
    if (typeof said.error === 'string') return new Complaint({ where: path, found: said.error }, status);
    if (said.error) return new Complaint(said.error, status);
  } catch {
    // Not JSON: some other server between us.
  }
  return new Complaint({ where: path, found: `HTTP ${status}` }, status);
}
