/*
 * Scenarios and their runs as the bench tells them: which of the list somebody means, which lanes stand where, whom a step
 * is for, and what a report says was met.
 */
import { laneSettings } from './lane-settings.js';

/** @typedef {{name: string, transport: string, count: number}} ScenarioLane */
/**
 * @typedef {object} Scenario
 * @property {string} scenario
 * @property {string} title
 * @property {string} question
 * @property {string|null} [teaches]
 * @property {string|null} [proves]
 * @property {ScenarioLane[]} lanes
 * @property {string|null} skipped  why a page does not play it
 */
/**
 * @typedef {object} RunLane
 * @property {string} lane       its id in the record
 * @property {string} name       what the scenario calls it; several have one where it has a count
 * @property {string} transport
 * @property {number} origin
 * @property {string} url
 * @property {'same'|'other'} page
 * @property {Record<string, string>} settings
 */
/**
 * @typedef {object} PlayedRun
 * @property {string} run
 * @property {string} scenario
 * @property {string} title
 * @property {'waiting'|'playing'|'closing'|'ended'} state
 * @property {string} job
 * @property {RunLane[]} lanes
 * @property {number} steps
 * @property {string|null} why
 * @property {any} report
 */
/** @typedef {{met: 'met'|'missed'|'not-judged', lane: string, measure: string, expected: string, observed: string, because: string, count: number}} Verdict */
/** @typedef {{verdicts: Verdict[], caveats: string[]}} Judged */

/** @typedef {{id: number, url: string, listening: boolean}} Origin */

/** As many frames as a page can bear. */
export const MOST_PLAYED = 12;

/**
 * Those of the list in which every word occurs somewhere: name, title, question, lesson or transports.
 * @param {Scenario[]} list
 * @param {string} query
 */
export function search(list, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((one) => {
    const text = [one.scenario, one.title, one.question, one.teaches ?? '', one.proves ?? '', ...one.lanes.map((lane) => `${lane.name} ${lane.transport}`)]
      .join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** @param {ScenarioLane[]} lanes */
export function readers(lanes) {
  return lanes.reduce((sum, lane) => sum + lane.count, 0);
}

/**
 * Where the lanes of a scenario will stand if it is played, as far as its list tells: each has an origin of its own, which
 * those with a count share. Their frames can load before the run is made and its first faults are thrown.
 * @param {Scenario} scenario
 * @param {Origin[]} origins
 * @returns {import('../bench/stage.js').Cast[]}
 */
export function likely({ lanes }, origins) {
  return lanes.flatMap((lane, place) => Array.from({ length: lane.count }, (_, n) => ({
    id: `next-${lane.name}-${n}`, name: lane.count === 1 ? lane.name : `${lane.name}-${n + 1}`, transport: lane.transport,
    origin: origins[place % origins.length], page: null,
  })));
}

/**
 * Where they stand.
 * @param {PlayedRun} run
 * @param {Origin[]} origins
 * @returns {import('../bench/stage.js').Cast[]}
 */
export function castOf({ run, lanes }, origins) {
  return lanes.map(({ lane, transport, origin: id, url, page }) => {
    const origin = { ...(origins.find((one) => one.id === id) ?? { id, listening: true }), url };
    // The next one of the stage, as the runner has it.
    const other = origins.find((one) => one.id === id + 1) ?? origins.find((one) => one.id !== id);
    const name = lane.startsWith(`${run}-`) ? lane.slice(run.length + 1) : lane;
    return { id: lane, name, transport, origin, page: page === 'other' ? other?.url ?? '' : null };
  });
}

/**
 * What each lane plays with, by its id.
 * @param {PlayedRun} run
 * @param {import('./switches.js').Switches} switches
 */
export function playsOf({ lanes }, switches) {
  return new Map(lanes.map(({ lane, transport, settings }) => {
    const only = /** @type {import('./settings.js').Settings} */ (/** @type {unknown} */ ({ lanes: [{ transport, own: settings }], all: {} }));
    return [lane, laneSettings(only, 0, switches)];
  }));
}

/**
 * The ids of the lanes that a step is for.
 * @param {PlayedRun} run
 * @param {string|undefined} of  a lane's name in the scenario
 */
export function meant({ lanes }, of) {
  return lanes.filter((lane) => lane.name === of || lane.lane === of).map((lane) => lane.lane);
}

/**
 * What a report says, with what is missed first.
 * @param {any} report  that of `?format=json`
 * @returns {Judged}
 */
export function judged(report) {
  const list = Array.isArray(report?.verdicts) ? report.verdicts : [];
  const order = { missed: 0, 'not-judged': 1, met: 2 };
  const verdicts = list.map(verdictOf).sort((/** @type {Verdict} */ a, /** @type {Verdict} */ b) => order[a.met] - order[b.met]);
  return { verdicts, caveats: (Array.isArray(report?.caveats) ? report.caveats : []).map(caveatText) };
}

/** @param {any} one @returns {Verdict} */
function verdictOf(one) {
  const met = one.met === true || one.met === 'met' ? 'met' : one.met === false || one.met === 'missed' ? 'missed' : 'not-judged';
  const text = (/** @type {unknown} */ value) => (value === null || value === undefined ? '' : String(value));
  const why = met === 'not-judged' ? text(one.why ?? one.met?.['not-judged'] ?? one['not-judged']) : '';
  return {
    met, lane: text(one.name ?? one.lane), measure: text(one.measure), expected: text(one.expected), observed: why || text(one.observed),
    because: text(one.because), count: Number(one.lanes ?? 1) || 1,
  };
}

/** @param {any} one */
function caveatText(one) {
  if (typeof one === 'string') return one;
  const said = one?.text ?? one?.says;
  if (said) return String(said);
  const values = Object.entries(one?.values ?? {}).map(([name, value]) => `${name} ${value}`).join(', ');
  return [one?.caveat ?? one?.name ?? '', values].filter(Boolean).join(': ');
}
