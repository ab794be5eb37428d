/*
 * Words about faults and caveats: what a fault is called, whom it strikes, what it came to, and why to distrust a run.
 */
import { has, t } from '../i18n/index.js';
import { cutScope, struckCount } from '../model/faults.js';
import { formatMs } from '../model/format.js';

/** @typedef {import('../model/faults.js').Thrown} Thrown */
/** @typedef {import('../model/faults.js').FaultKind} FaultKind */
/** What each lane is called on the page, by its id. @typedef {Map<string, string>} Titles */

/** Values of a caveat that are milliseconds. */
const TIMES = new Set(['late']);

/**
 * @param {string} name
 * @param {FaultKind|null} [kind]  a fault of a later server brings its own title
 */
export function faultTitle(name, kind = null) {
  return has(`fault.${name}`) ? t(`fault.${name}`) : (kind?.title ?? name);
}

/**
 * What it is set to, where that is not the default.
 * @param {Pick<Thrown, 'params'>} one
 * @param {FaultKind|null} kind
 */
export function paramsText({ params }, kind) {
  return Object.entries(params)
    .filter(([name, value]) => value !== null && String(value) !== (kind?.params.find((one) => one.name === name)?.default ?? ''))
    .map(([name, value]) => `${name} ${value}`).join(' · ');
}

/**
 * @param {string} scope
 * @param {Titles} titles
 */
export function scopeText(scope, titles) {
  const [kind, name] = cutScope(scope);
  if (kind === 'lane') return titles.get(name) ?? name;
  if (kind === 'transport') return t('faults.scope-transport', { transport: shortTitle(name) });
  return kind === 'connection' ? t('faults.scope-connection', { number: name }) : t('faults.scope-all');
}

/**
 * @param {Thrown} one
 * @param {Titles} titles
 */
export function struckText(one, titles) {
  const count = struckCount(one);
  if (count === 0) return t('faults.struck-none');
  const lanes = [...new Set(one.conns.values())].filter(Boolean).map((id) => titles.get(id) ?? id);
  return lanes.length === 0 ? t('faults.struck-count', { count }) : t('faults.struck', { count, lanes: lanes.join(', ') });
}

/**
 * How long it has been at work, or was.
 * @param {Thrown} one
 * @param {number} now  server time
 */
export function timeText(one, now) {
  if (one.cleared === null) return t('faults.at-work', { time: formatMs(Math.max(0, Math.round((now - one.thrown) / 100) * 100)) });
  const took = one.cleared - one.thrown;
  return one.lasts === 'once' && took < 1 ? t('faults.struck-once') : t('faults.was', { time: formatMs(took) });
}

/** @param {string} transport */
export function shortTitle(transport) {
  return has(`transport.${transport}.short`) ? t(`transport.${transport}.short`) : transport;
}

/**
 * A caveat in words, and what can be done about it.
 * @param {import('../model/caveats.js').Caveat} told
 * @param {(name: string) => FaultKind|null} kindOf
 * @param {Titles} titles
 * @returns {{text: string, fix: string}}
 */
export function caveatWords({ caveat, values }, kindOf, titles) {
  const said = Object.fromEntries(Object.entries(values).map(([name, value]) => {
    if (name === 'fault') return [name, faultTitle(String(value), kindOf(String(value)))];
    if (name === 'scope') return [name, scopeText(String(value), titles)];
    return [name, TIMES.has(name) && typeof value === 'number' ? formatMs(value) : value];
  }));
  if (!has(`caveat.${caveat}`)) {
    return { text: [caveat, ...Object.entries(said).map(([name, value]) => `${name} ${value}`)].join(' · '), fix: '' };
  }
  const fix = `caveat.${caveat}.fix`;
  return { text: t(`caveat.${caveat}`, said), fix: has(fix) ? t(fix, said) : '' };
}
