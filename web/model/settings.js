/*
 * Everything that matters about a run, as it stands in the page's address. Parsed
 * strictly: an unknown name or a value out of range is a mistake that says what was
 * wanted and what was found, never a silent default.
 */
import { parseDuration } from './duration.js';

/**
 * @typedef {object} Settings
 * @property {string[]} lanes
 * @property {'synthetic'|'hash'} source
 * @property {string} path
 * @property {string} count
 * @property {string} interval
 * @property {string} jitter
 * @property {'progress'|'text'|'bytes'} payload
 * @property {string} size
 * @property {string} seed
 * @property {string} poll
 * @property {string[]} ws         one for all lanes, or one a lane
 * @property {string[]} encoding   one for all lanes, or one a lane
 * @property {string} heartbeat
 * @property {string} retry
 * @property {string} job
 * @property {boolean} run
 * @property {'auto'|'en'|'zh'} lang
 * @property {'auto'|'light'|'dark'} theme
 */

/** @typedef {{name: string, wanted: string, found: string, typed?: boolean}} Mistake */

/**
 * @typedef {object} Spec
 * @property {string} standard   the default, as text
 * @property {string} wanted     what a right value looks like
 * @property {(text: string) => boolean} fits
 * @property {boolean} [list]
 * @property {boolean} [duration]  milliseconds go without saying when it is typed
 * @property {boolean} [dress]   how the page looks, not what it measures: no chip
 */

const TRANSPORT_NAMES = ['polling', 'sse', 'websocket'];

/** @type {Record<keyof Settings, Spec>} */
export const SPECS = {
  lanes: { ...listOf(TRANSPORT_NAMES, 6), standard: 'polling,sse,websocket' },
  source: { ...oneOf(['synthetic', 'hash']), standard: 'synthetic' },
  path: { standard: '', wanted: 'a path below the served folder', fits: (text) => text.length <= 1000 },
  count: { ...integer(1, 1_000_000), standard: '100' },
  interval: { ...duration(0, 600_000), standard: '100ms' },
  jitter: { ...duration(0, 600_000), standard: '0ms' },
  payload: { ...oneOf(['progress', 'text', 'bytes']), standard: 'progress' },
  size: { ...integer(0, 1_048_576), standard: '64' },
  seed: { ...integer(0, Number.MAX_SAFE_INTEGER), standard: '1' },
  poll: { ...duration(10, 600_000), standard: '500ms' },
  ws: { ...listOf(['bare', 'resume'], 6), standard: 'bare' },
  encoding: { ...listOf(['json', 'binary'], 6), standard: 'json' },
  heartbeat: { ...durationOr('off', 100, 600_000), standard: '15s' },
  retry: { ...durationOr('', 0, 600_000), standard: '' },
  job: { standard: '', wanted: 'the name of a job', fits: (text) => /^[A-Za-z0-9_.-]{0,64}$/.test(text) },
  run: { ...oneOf(['0', '1']), standard: '0', dress: true },
  lang: { ...oneOf(['auto', 'en', 'zh']), standard: 'auto', dress: true },
  theme: { ...oneOf(['auto', 'light', 'dark']), standard: 'auto', dress: true },
};

/**
 * @param {string} search location.search
 * @returns {{settings: Settings, mistakes: Mistake[]}}
 */
export function parseSettings(search) {
  const params = new URLSearchParams(search);
  /** @type {Mistake[]} */
  const mistakes = [];
  for (const name of new Set(params.keys())) {
    if (!(name in SPECS)) mistakes.push({ name, wanted: Object.keys(SPECS).join(', '), found: name });
    else if (params.getAll(name).length > 1) {
      mistakes.push({ name, wanted: 'one value', found: params.getAll(name).join(' & ') });
    }
  }
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const [name, spec] of Object.entries(SPECS)) {
    const found = params.get(name) ?? spec.standard;
    const right = spec.fits(found);
    if (!right) mistakes.push({ name, wanted: spec.wanted, found });
    values[name] = typed(name, right ? found : spec.standard);
  }
  const settings = /** @type {Settings} */ (/** @type {unknown} */ (values));
  mistakes.push(...crossCheck(settings));
  return { settings, mistakes };
}

/**
 * The query of these settings, without what is as it would be anyway.
 * @param {Settings} settings
 */
export function formatSettings(settings) {
  const params = new URLSearchParams();
  for (const [name, spec] of Object.entries(SPECS)) {
    const text = textOf(settings, /** @type {keyof Settings} */ (name));
    if (text !== spec.standard) params.set(name, text);
  }
  // Commas are legal in a query and easier to read than %2C.
  const query = params.toString().replaceAll('%2C', ',');
  return query ? `?${query}` : '';
}

/**
 * The settings that differ from the default and so belong above the numbers.
 * @param {Settings} settings
 * @returns {{name: string, value: string}[]}
 */
export function deviations(settings) {
  return Object.entries(SPECS)
    .filter(([, spec]) => !spec.dress)
    .map(([name]) => ({ name, value: textOf(settings, /** @type {keyof Settings} */ (name)) }))
    .filter(({ name, value }) => value !== SPECS[/** @type {keyof Settings} */ (name)].standard);
}

/**
 * What the client of lane `index` is set to.
 * @param {Settings} settings
 * @param {number} index
 * @returns {import('./types.js').LaneSettings}
 */
export function laneSettings(settings, index) {
  return {
    poll: settings.poll,
    ws: /** @type {'bare'|'resume'} */ (settings.ws[index] ?? settings.ws[0]),
    encoding: /** @type {'json'|'binary'} */ (settings.encoding[index] ?? settings.encoding[0]),
    heartbeat: settings.heartbeat,
    retry: settings.retry,
  };
}

/**
 * What somebody typed as the address writes it: a duration may have a space before
 * its unit, and without one it is milliseconds.
 * @param {string} name
 * @param {string} text
 */
export function tidy(name, text) {
  const plain = text.trim();
  if (!SPECS[/** @type {keyof Settings} */ (name)].duration) return plain;
  const joined = plain.toLowerCase().replace(/^([\d.]+)\s+(ms|s|m)$/, '$1$2');
  return /^\d+(\.\d+)?$/.test(joined) ? `${joined}ms` : joined;
}

/**
 * Whether a lane with these settings comes back with a cursor.
 * @param {string} transport
 * @param {import('./types.js').LaneSettings} own
 */
export function resumes(transport, own) {
  return transport !== 'websocket' || own.ws === 'resume';
}

/**
 * @param {Settings} settings
 * @param {keyof Settings} name
 */
export function textOf(settings, name) {
  const value = settings[name];
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'boolean' ? (value ? '1' : '0') : value;
}

/**
 * @param {string} name
 * @param {string} text
 */
export function typed(name, text) {
  if (SPECS[/** @type {keyof Settings} */ (name)].list) return text.split(',');
  return name === 'run' ? text === '1' : text;
}

/** @param {Settings} settings @returns {Mistake[]} */
function crossCheck(settings) {
  /** @type {Mistake[]} */
  const mistakes = [];
  for (const name of /** @type {const} */ (['ws', 'encoding'])) {
    const given = settings[name].length;
    if (given !== 1 && given !== settings.lanes.length) {
      mistakes.push({ name, wanted: `one value, or ${settings.lanes.length}: one a lane`, found: `${given}` });
    }
  }
  if (settings.source === 'hash' && settings.path === '' && settings.job === '') {
    mistakes.push({ name: 'path', wanted: SPECS.path.wanted, found: '' });
  }
  return mistakes;
}

/** @param {string[]} words */
function oneOf(words) {
  return { wanted: words.join(' | '), fits: (/** @type {string} */ text) => words.includes(text) };
}

/**
 * @param {string[]} words
 * @param {number} most
 */
function listOf(words, most) {
  const fits = (/** @type {string} */ text) => {
    const parts = text.split(',');
    return parts.length <= most && parts.every((part) => words.includes(part));
  };
  return { list: true, wanted: `1 to ${most} of ${words.join(', ')}, with commas`, fits };
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
 * @param {string} word
 * @param {number} least
 * @param {number} most
 */
function durationOr(word, least, most) {
  const plain = duration(least, most);
  const fits = (/** @type {string} */ text) => text === word || plain.fits(text);
  return { duration: true, wanted: word ? `${plain.wanted}, or ${word}` : plain.wanted, fits };
}
