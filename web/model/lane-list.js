/*
 * The lanes as the address writes them: "sse,sse(ids=off;heartbeat=1s),websocket". A
 * transport, and in brackets what this lane is switched to. Parsed strictly, each
 * mistake with what was wanted and what was found.
 */
import { fits, wanted } from './switches.js';

/** @typedef {import('./switches.js').Switches} Switches */

/**
 * @typedef {object} LaneChoice
 * @property {string} transport
 * @property {Record<string, string>} own  what this lane alone is switched to
 */

/** @typedef {{name: string, wanted: string, found: string}} Mistake */

export const TRANSPORT_NAMES = ['polling', 'long-polling', 'sse', 'fetch-stream', 'websocket'];
export const MOST_LANES = 6;
export const FORM = `1 to ${MOST_LANES} of ${TRANSPORT_NAMES.join(', ')}, with commas; switches of a lane in brackets: sse(ids=off;heartbeat=1s)`;

/**
 * @param {string} text
 * @param {Switches} switches
 * @returns {{lanes: LaneChoice[], mistakes: Mistake[]}} no lanes where the text cannot be read at all
 */
export function parseLanes(text, switches) {
  const parts = cut(text);
  if (parts === null || parts.length > MOST_LANES) return { lanes: [], mistakes: [{ name: 'lanes', wanted: FORM, found: text }] };
  /** @type {Mistake[]} */
  const mistakes = [];
  const lanes = parts.map((part, index) => parseLane(part, index + 1, switches, mistakes));
  const unread = lanes.some((lane) => lane === null);
  return { lanes: unread ? [] : /** @type {LaneChoice[]} */ (lanes), mistakes };
}

/** @param {LaneChoice[]} lanes */
export function formatLanes(lanes) {
  return lanes.map(({ transport, own }) => {
    const parts = Object.entries(own).map(([name, value]) => `${name}=${value}`);
    return parts.length === 0 ? transport : `${transport}(${parts.join(';')})`;
  }).join(',');
}

/**
 * Whether a lane can be switched so; null where it can, else the mistake.
 * @param {string} transport
 * @param {string} name
 * @param {string} value
 * @param {Switches} switches
 * @param {string} where  what the mistake is called
 * @returns {Mistake|null}
 */
export function checkSwitch(transport, name, value, switches, where) {
  const param = switches.find(transport, name);
  if (param) return fits(param, value) ? null : { name: where, wanted: wanted(param), found: value };
  if (!switches.known) return null;
  const takes = switches.of(transport).map((one) => one.name).join(', ');
  return { name: where, wanted: `a switch that ${transport} takes: ${takes}`, found: name };
}

/**
 * Cuts at the commas that stand outside of brackets; null where brackets do not match.
 * @param {string} text
 */
function cut(text) {
  const out = [''];
  let inside = false;
  for (const char of text) {
    if ((char === '(' && inside) || (char === ')' && !inside)) return null;
    if (char === '(') inside = true;
    else if (char === ')') inside = false;
    if (char === ',' && !inside) out.push('');
    else out[out.length - 1] += char;
  }
  return inside ? null : out;
}

/**
 * @param {string} part
 * @param {number} n
 * @param {Switches} switches
 * @param {Mistake[]} mistakes
 * @returns {LaneChoice|null}
 */
function parseLane(part, n, switches, mistakes) {
  const match = /^([a-z-]+)(?:\(([^()]*)\))?$/.exec(part);
  if (!match || !TRANSPORT_NAMES.includes(match[1])) {
    mistakes.push({ name: 'lanes', wanted: FORM, found: part });
    return null;
  }
  const transport = match[1];
  /** @type {Record<string, string>} */
  const own = {};
  for (const one of match[2] ? match[2].split(';') : []) {
    const [name, value, more] = one.split('=');
    const where = `lanes: ${n}. ${transport}`;
    if (value === undefined || more !== undefined || !/^[a-z][a-z-]*$/.test(name)) {
      mistakes.push({ name: where, wanted: 'name=value, with ; between', found: one });
    } else if (name in own) mistakes.push({ name: where, wanted: `${name} once`, found: match[2] });
    else {
      const mistake = checkSwitch(transport, name, value, switches, `${where}, ${name}`);
      if (mistake) mistakes.push(mistake);
      else own[name] = value;
    }
  }
  return { transport, own };
}
