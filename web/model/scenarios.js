/*
 * Scenarios and their runs as the bench tells them: which of the list somebody means, which lanes stand where, whom a step
 * is for, and what a report says was met.
 */
import { laneSettings } from './lane-settings.js';

/** @typedef {{name: string, transport: string, count: number}} ScenarioLane */
/** @typedef {{title: string, question: string, teaches?: string|null}} Words  what a scenario says of itself in one language */
/** @typedef {{by: 'readers'|'proxy'|'scenario', because: string, zh: string|null}} Skipped */
/**
 * @typedef {object} Scenario
 * @property {string} scenario
 * @property {string} title
 * @property {string} question
 * @property {string|null} [teaches]
 * @property {Words|null} [zh]     the same in Chinese, if its file has it
 * @property {string|null} [proves]
 * @property {ScenarioLane[]} lanes
 * @property {Skipped|null} skipped  why a page does not play it
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
/** @typedef {{met: 'met'|'missed'|'not-judged', lane: string, measure: string, expected: string, observed: string, because: string}} Verdict */
/** @typedef {{verdicts: Verdict[], caveats: {text: string, remedy: string}[], unjudged: string}} Judged  `unjudged`: why nothing was */

/** @typedef {{id: number, url: string, listening: boolean}} Origin */

/** As many frames as a page can bear. */
export const MOST_PLAYED = 12;

/**
 * What it says of itself in that language, or in English where its file has no other words.
 * @param {Scenario} scenario
 * @param {'en'|'zh'} language
 * @returns {Words}
 */
export function wordsIn(scenario, language) {
  return (language === 'zh' && scenario.zh) || scenario;
}

/**
 * Those of the list in which every word occurs somewhere: name, title, question, lesson (in any language) or transports.
 * @param {Scenario[]} list
 * @param {string} query
 */
export function search(list, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return list.filter((one) => {
    const said = [one, one.zh].flatMap((words) => (words ? [words.title, words.question, words.teaches ?? ''] : []));
    const text = [one.scenario, ...said, one.proves ?? '', ...one.lanes.map((lane) => `${lane.name} ${lane.transport}`)]
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
 * @param {any} told  that of `?format=json`: the reports of some records, here of one
 * @returns {Judged}
 */
export function judged(told) {
  const report = told?.reports?.[0] ?? {};
  const order = { missed: 0, 'not-judged': 1, met: 2 };
  const verdicts = (report.verdicts ?? []).map(verdictOf);
  verdicts.sort((/** @type {Verdict} */ a, /** @type {Verdict} */ b) => order[a.met] - order[b.met]);
  return { verdicts, caveats: (report.caveats ?? []).map(caveatText), unjudged: report.not_judged ?? '' };
}

/** @param {any} one @returns {Verdict} */
function verdictOf({ verdict, why, measure, lane, expected, observed, because }) {
  const met = verdict === 'met' || verdict === 'missed' ? verdict : 'not-judged';
  return { met, lane: lane ?? '', measure, expected, observed: met === 'not-judged' ? why ?? '' : observed, because: because ?? '' };
}

/** @param {any} one */
function caveatText({ caveat, text, remedy }) {
  return { text: text || caveat, remedy: remedy ?? '' };
}
