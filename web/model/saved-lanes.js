/*
 * Whose lines a saved record holds: what its first line says of the run, its lanes, and which of them read the same job. A
 * record of a run names its lanes; in that of a bench or of a page they are those that were seen.
 */
import { TRANSPORT_NAMES } from './lane-list.js';

/** @typedef {import('./types.js').Observation} Observation */

/**
 * @typedef {object} SavedLane
 * @property {string} id
 * @property {string} name       what its scenario calls it, or ''
 * @property {string} transport
 * @property {string} job
 * @property {string} url        where it reads, or ''
 * @property {boolean} resumes   it comes back with a cursor
 * @property {Record<string, string>} shown  what its address asked for
 */

/**
 * @typedef {object} Header of a run
 * @property {number} at
 * @property {string} scenario
 * @property {string} title     of the scenario, as its text has it
 * @property {string} question
 * @property {string} source    its text
 * @property {string[]} settings
 * @property {string} client
 * @property {string} driver
 * @property {string} time      `real` or `virtual`
 * @property {number|null} seed
 * @property {string} program
 * @property {string} version
 * @property {string} job
 * @property {{lane: string, name: string, transport: string}[]} lanes
 */

/** As many as the page has room for. */
export const MOST_SHOWN = 12;
/** What each address says of who asks, not of how. */
const PLAIN = new Set(['lane', 'client', 'after', 'token']);

/** @param {Observation[]} list @returns {Header|null} */
export function headerOf(list) {
  const found = /** @type {any} */ (list.find(({ kind }) => kind === 'run'));
  if (!found || !Array.isArray(found.lanes)) return null;
  const text = (/** @type {string} */ name) => (typeof found[name] === 'string' ? found[name] : '');
  const source = text('source');
  return {
    at: found.at, scenario: text('scenario'), title: topLevel(source, 'title') || text('scenario'), question: topLevel(source, 'question'), source,
    settings: Array.isArray(found.settings) ? found.settings.map(String) : [], client: text('client'), driver: text('driver'), time: text('time'),
    seed: typeof found.seed === 'number' ? found.seed : null, program: text('program'), version: text('version'), job: text('job'),
    lanes: found.lanes.filter((/** @type {any} */ one) => typeof one?.lane === 'string')
      .map((/** @type {any} */ one) => ({ lane: one.lane, name: String(one.name ?? ''), transport: String(one.transport ?? '') })),
  };
}

/**
 * Each reader has a log of its own: only the scenario says so.
 * @param {Header|null} header
 */
export function apartOf(header) {
  if (!header) return false;
  const changed = header.settings.findLast((one) => one.startsWith('feed.source='))?.slice('feed.source='.length);
  const feed = /^\[feed\][^\n]*\n((?:(?!\[)[^\n]*\n?)*)/m.exec(header.source)?.[1] ?? '';
  const written = /^\s*source\s*=\s*["']([\w-]+)["']/m.exec(feed)?.[1];
  return (changed?.replaceAll('"', '') ?? written) === 'per-connection';
}

/**
 * @param {Observation[]} list
 * @param {Header|null} header
 * @returns {SavedLane[]}
 */
export function lanesOf(list, header) {
  /** @type {Map<string, SavedLane>} */
  const lanes = new Map();
  const add = (/** @type {string} */ id, name = '', transport = '') => {
    const lane = { id, name, transport, job: '', url: '', resumes: !['websocket', 'fetch-stream'].includes(transport), shown: {} };
    lanes.set(id, lane);
    return lane;
  };
  // A lane with a count has one name several times: its id tells which it is.
  const several = (/** @type {string} */ name) => (header?.lanes.filter((one) => one.name === name).length ?? 0) > 1;
  for (const { lane, name, transport } of header?.lanes ?? []) add(lane, several(name) ? lane : name, transport);
  for (const obs of list) {
    if (obs.lane === undefined || obs.lane === null) continue;
    const lane = lanes.get(obs.lane) ?? (header ? null : add(obs.lane, '', obs.transport ?? ''));
    if (lane) learn(lane, obs);
  }
  const all = [...lanes.values()];
  // Where nobody names them in their order, a page's own are numbered in it: k3f9a-1, k3f9a-2.
  if (!header) all.sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  const known = all.filter(({ transport }) => TRANSPORT_NAMES.includes(transport));
  for (const lane of known) lane.job ||= header?.job ?? '';
  return known;
}

/**
 * The lanes by what they read: those that the page shows, a few of each name, in the order of the record.
 * @param {SavedLane[]} lanes
 * @param {Header|null} header
 */
export function jobsOf(lanes, header) {
  if (header) return lanes.length > 0 ? [{ job: header.job, lanes, shown: some(lanes) }] : [];
  /** @type {Map<string, SavedLane[]>} */
  const jobs = new Map();
  for (const lane of lanes) jobs.set(lane.job, [...jobs.get(lane.job) ?? [], lane]);
  return [...jobs].map(([job, of]) => ({ job, lanes: of, shown: some(of) })).sort((a, b) => Number(b.job !== '') - Number(a.job !== '') || b.lanes.length - a.lanes.length);
}

/**
 * As many as there is room for, of each name some.
 * @param {SavedLane[]} lanes
 */
export function some(lanes) {
  if (lanes.length <= MOST_SHOWN) return lanes;
  /** @type {Map<string, number>} */
  const counts = new Map();
  const nth = lanes.map((lane) => {
    const kind = `${lane.transport} ${lane.name.replace(/-\d+$/, '')}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts.get(kind) ?? 0;
  });
  const chosen = new Set(lanes.map((lane, index) => ({ lane, index })).sort((a, b) => nth[a.index] - nth[b.index] || a.index - b.index)
    .slice(0, MOST_SHOWN).map(({ lane }) => lane));
  return lanes.filter((lane) => chosen.has(lane));
}

/**
 * @param {SavedLane} lane
 * @param {Observation} obs one that names it
 */
function learn(lane, obs) {
  if (lane.transport === '') {
    lane.transport = obs.transport ?? '';
    lane.resumes = !['websocket', 'fetch-stream'].includes(lane.transport);
  }
  if (lane.job === '') lane.job = (obs.kind === 'event' ? obs.job : /\/jobs\/([^/?]+)\//.exec(obs.url ?? obs.path ?? '')?.[1]) ?? '';
  if (obs.clock !== 'lane') return;
  // Who says how it comes back does; a browser's sockets never do.
  if (obs.kind === 'waiting' && ['websocket', 'fetch-stream'].includes(lane.transport)) lane.resumes = true;
  if (obs.kind !== 'connecting' || lane.url !== '') return;
  lane.url = /^\w+:\/\/[^/]*/.exec(obs.url ?? '')?.[0] ?? '';
  const query = new URLSearchParams((obs.url ?? '').split('?')[1] ?? '');
  lane.shown = Object.fromEntries([...query].filter(([name]) => !PLAIN.has(name)));
}

/**
 * A text that stands in a scenario above its tables. What is written otherwise than the scenarios' own are is left out.
 * @param {string} source
 * @param {string} key
 */
function topLevel(source, key) {
  const above = source.split(/^\s*\[/m)[0];
  const found = new RegExp(`^${key}\\s*=\\s*("(?:[^"\\\\\\n]|\\\\.)*")`, 'm').exec(above)?.[1];
  if (!found) return '';
  try {
    return String(JSON.parse(found));
  } catch {
    return '';
  }
}
