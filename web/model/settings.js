/*
 * Everything that matters about a run, as it stands in the page's address. Parsed
 * strictly: an unknown name or a value out of range is a mistake that says what was
 * wanted and what was found, never a silent default.
 */
import { parseDuration } from './duration.js';
import { FAULT_FORM, checkChoice, readChoice } from './fault-choice.js';
import { FORM, checkSwitch, formatLanes, parseLanes } from './lane-list.js';
import { Switches, wanted } from './switches.js';

/**
 * @typedef {object} Settings
 * @property {import('./lane-list.js').LaneChoice[]} lanes
 * @property {Record<string, string>} all  switches for all lanes that take them
 * @property {Source} source
 * @property {string} path
 * @property {string} count
 * @property {string} interval
 * @property {string} jitter
 * @property {'progress'|'text'|'bytes'} payload
 * @property {string} size
 * @property {string} seed
 * @property {string} speed
 * @property {string} job
 * @property {string} fault    what the faults panel is set to; '' as it is by default
 * @property {string} scenario  the scenario that is shown, and with `run` played
 * @property {string} play      a run that somebody else has made, to be played here
 * @property {string} record    the run of this bench whose record is shown
 * @property {string} lesson    the lesson that is taught
 * @property {''|'teacher'} view  for one who looks, or for a class
 * @property {boolean} run
 * @property {'auto'|'en'|'zh'} lang
 * @property {'auto'|'light'|'dark'} theme
 */

/** @typedef {'synthetic'|'hash'|'push'|'replay'|'per-connection'} Source */
/** @typedef {Exclude<keyof Settings, 'all'>} Name */
/** @typedef {{name: string, wanted: string, found: string, typed?: boolean}} Mistake */

/**
 * @typedef {object} Spec
 * @property {string} standard   the default, as text
 * @property {string} wanted     what a right value looks like
 * @property {(text: string) => boolean} fits
 * @property {boolean} [duration]  milliseconds go without saying when it is typed
 * @property {boolean} [dress]   how the page looks, not what it measures: no chip
 */

/** Sources that read a file the operator has opened a folder for. */
export const FROM_FILE = new Set(['hash', 'replay']);
/** Sources that make their events up, on a schedule. */
export const MADE_UP = new Set(['synthetic', 'per-connection']);

const UNCHECKED = new Switches(null);

/** @type {Record<Name, Spec>} */
export const SPECS = {
  lanes: {
    standard: 'polling,sse,websocket', wanted: FORM,
    fits: (text) => {
      const { lanes, mistakes } = parseLanes(text, UNCHECKED);
      return lanes.length > 0 && mistakes.length === 0;
    },
  },
  source: { ...oneOf(['synthetic', 'hash', 'push', 'replay', 'per-connection']), standard: 'synthetic' },
  path: { standard: '', wanted: 'a path below the served folder', fits: (text) => text.length <= 1000 },
  count: { ...integer(1, 1_000_000), standard: '100' },
  interval: { ...duration(0, 600_000), standard: '100ms' },
  jitter: { ...duration(0, 600_000), standard: '0ms' },
  payload: { ...oneOf(['progress', 'text', 'bytes']), standard: 'progress' },
  size: { ...integer(0, 1_048_576), standard: '64' },
  seed: { ...integer(0, Number.MAX_SAFE_INTEGER), standard: '1' },
  speed: { ...decimal(0.01, 1000), standard: '1' },
  job: { standard: '', wanted: 'the name of a job', fits: (text) => /^[A-Za-z0-9_.-]{0,64}$/.test(text) },
  scenario: { standard: '', wanted: 'the name of a scenario', fits: (text) => /^[A-Za-z0-9._-]{0,100}$/.test(text), dress: true },
  play: { standard: '', wanted: 'the name of a run', fits: (text) => /^[A-Za-z0-9-]{0,64}$/.test(text), dress: true },
  record: { standard: '', wanted: 'the name of a run', fits: (text) => /^[A-Za-z0-9-]{0,64}$/.test(text), dress: true },
  fault: { standard: '', wanted: FAULT_FORM, fits: (text) => text === '' || readChoice(text) !== null, dress: true },
  lesson: { standard: '', wanted: 'the name of a lesson', fits: (text) => /^[a-z0-9-]{0,64}$/.test(text), dress: true },
  view: { standard: '', wanted: 'teacher', fits: (text) => text === '' || text === 'teacher', dress: true },
  run: { ...oneOf(['0', '1']), standard: '0', dress: true },
  lang: { ...oneOf(['auto', 'en', 'zh']), standard: 'auto', dress: true },
  theme: { ...oneOf(['auto', 'light', 'dark']), standard: 'auto', dress: true },
};

/**
 * @param {string} search location.search
 * @param {Switches} [switches] what lanes can be switched to
 * @param {import('./faults.js').Faults|null} [faults] what can be thrown
 * @returns {{settings: Settings, mistakes: Mistake[]}}
 */
export function parseSettings(search, switches = UNCHECKED, faults = null) {
  const params = new URLSearchParams(search);
  /** @type {Mistake[]} */
  const mistakes = [];
  for (const name of new Set(params.keys())) {
    if (params.getAll(name).length > 1) mistakes.push({ name, wanted: 'one value', found: params.getAll(name).join(' & ') });
  }
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const [name, spec] of Object.entries(SPECS)) {
    if (name === 'lanes') continue;
    const found = params.get(name) ?? spec.standard;
    const right = spec.fits(found);
    if (!right) mistakes.push({ name, wanted: spec.wanted, found });
    values[name] = typed(name, right ? found : spec.standard);
  }
  const read = parseLanes(params.get('lanes') ?? SPECS.lanes.standard, switches);
  mistakes.push(...read.mistakes);
  const lanes = read.lanes.length > 0 ? read.lanes : parseLanes(SPECS.lanes.standard, switches).lanes;
  const settings = /** @type {Settings} */ (/** @type {unknown} */ ({ ...values, lanes, all: {} }));
  for (const [name, value] of new Map(params)) {
    if (!(name in SPECS)) mistakes.push(...forAll(settings, name, value, switches));
  }
  mistakes.push(...crossCheck(settings));
  mistakes.push(...checkChoice(settings.fault, faults));
  return { settings, mistakes };
}

/**
 * Reads a switch for all lanes that take it, or a list of values, one a lane.
 * @param {Settings} settings filled in
 * @param {string} name
 * @param {string} value
 * @param {Switches} switches
 * @returns {Mistake[]}
 */
function forAll(settings, name, value, switches) {
  const param = switches.any(name);
  if (!param && (switches.known || !/^[a-z][a-zA-Z-]*$/.test(name))) {
    return [{ name, wanted: [...Object.keys(SPECS), ...switches.names].join(', '), found: name }];
  }
  const each = value.split(',');
  if (each.length > 1) {
    const { lanes } = settings;
    if (each.length !== lanes.length) return [{ name, wanted: `one value, or ${lanes.length}: one a lane`, found: `${each.length}` }];
    const mistakes = each.map((one, index) => checkSwitch(lanes[index].transport, name, one, switches, name)
      // A list has a place for each lane, so the default may stand where a lane does not take it.
      ).filter((mistake, index) => mistake && !(each[index] === param?.default && !switches.find(lanes[index].transport, name)));
    if (mistakes.length > 0) return /** @type {Mistake[]} */ (mistakes);
    lanes.forEach((lane, index) => {
      if (each[index] !== param?.default) lane.own[name] ??= each[index];
    });
    return [];
  }
  if (param && !switches.fitsSome(name, value)) return [{ name, wanted: wanted(param), found: value }];
  if (value !== (param?.default ?? '')) settings.all[name] = value;
  return [];
}

/**
 * The query of these settings, without what is as it would be anyway.
 * @param {Settings} settings
 */
export function formatSettings(settings) {
  const params = new URLSearchParams();
  for (const [name, spec] of Object.entries(SPECS)) {
    const text = textOf(settings, /** @type {Name} */ (name));
    if (text !== spec.standard) params.set(name, text);
  }
  for (const [name, value] of Object.entries(settings.all)) params.set(name, value);
  // What separates lanes, faults and what they are set to is legal in a query and easier to read than %2C.
  const query = params.toString().replace(/(?<=(?:^|&)(?:lanes|fault)=)[^&]*/g, (text) =>
    text.replace(/%(?:2C|28|29|3D|3B|3A)/g, (sign) => decodeURIComponent(sign)));
  return query ? `?${query}` : '';
}

/**
 * The settings that differ from the default and so belong above the numbers.
 * @param {Settings} settings
 * @returns {{name: string, value: string}[]}
 */
export function deviations(settings) {
  const page = Object.entries(SPECS)
    .filter(([name, spec]) => !spec.dress && name !== 'lanes')
    .map(([name]) => ({ name, value: textOf(settings, /** @type {Name} */ (name)) }))
    .filter(({ name, value }) => value !== SPECS[/** @type {Name} */ (name)].standard);
  const transports = settings.lanes.map((one) => one.transport).join(', ');
  const lanes = transports.replaceAll(' ', '') === SPECS.lanes.standard ? [] : [{ name: 'lanes', value: transports }];
  return [...lanes, ...page, ...Object.entries(settings.all).map(([name, value]) => ({ name, value }))];
}

/**
 * What somebody typed as the address writes it: a duration may have a space before
 * its unit, and without one it is milliseconds.
 * @param {string} text
 * @param {boolean} [isDuration]
 */
export function tidy(text, isDuration = false) {
  const plain = text.trim();
  if (!isDuration) return plain;
  const joined = plain.toLowerCase().replace(/^([\d.]+)\s+(ms|s|m|h)$/, '$1$2');
  return /^\d+(\.\d+)?$/.test(joined) ? `${joined}ms` : joined;
}

/**
 * @param {Settings} settings
 * @param {Name} name
 */
export function textOf(settings, name) {
  if (name === 'lanes') return formatLanes(settings.lanes);
  const value = settings[name];
  return typeof value === 'boolean' ? (value ? '1' : '0') : value;
}

/**
 * @param {string} name
 * @param {string} text
 */
export function typed(name, text) {
  return name === 'run' ? text === '1' : text;
}

/** @param {Settings} settings @returns {Mistake[]} */
function crossCheck(settings) {
  if (!FROM_FILE.has(settings.source) || settings.path !== '' || settings.job !== '') return [];
  return [{ name: 'path', wanted: SPECS.path.wanted, found: '' }];
}

/** @param {string[]} words */
function oneOf(words) {
  return { wanted: words.join(' | '), fits: (/** @type {string} */ text) => words.includes(text) };
}

/**
 * @param {number} least
 * @param {number} most
 */
function integer(least, most) {
  const fits = (/** @type {string} */ text) =>
    /^(0|[1-9]\d{0,15})$/.test(text) && Number(text) >= least && Number(text) <= most;
  return { wanted: `a whole number, ${least} to ${most}`, fits };
}

/**
 * @param {number} least
 * @param {number} most
 */
function duration(least, most) {
  const fits = (/** @type {string} */ text) => {
    const value = parseDuration(text);
    return value !== null && value >= least && value <= most;
  };
  return { duration: true, wanted: `a duration with its unit, ${least}ms to ${most / 1000}s`, fits };
}

/**
 * @param {number} least
 * @param {number} most
 */
function decimal(least, most) {
  const fits = (/** @type {string} */ text) =>
    /^(0|[1-9]\d{0,8})(\.\d{1,6})?$/.test(text) && Number(text) >= least && Number(text) <= most;
  return { wanted: `a number, ${least} to ${most}`, fits };
}
