/*
 * What one lane plays with: its own switches before those of all lanes before the
 * server's defaults; which of them are worth saying; and where lanes differ, so that a
 * comparison that is not like for like says so.
 */

/** @typedef {import('./switches.js').Switches} Switches */
/** @typedef {import('./settings.js').Settings} Settings */
/** @typedef {import('./types.js').LaneSettings} LaneSettings */

/** What a client does where neither the page nor the server has said anything. @type {Record<string, string>} */
const FALLBACK = { encoding: 'json', poll: '500ms', overlap: '1', wait: '25s', ws: 'bare', fetch: 'bare' };

/** Shown on each card even where they are the same for all lanes: without them the numbers are not understood. */
const ALWAYS_SHOWN = new Set(['encoding', 'ws', 'fetch']);

/**
 * What the client of lane `index` is set to.
 * @param {Settings} settings
 * @param {number} index
 * @param {Switches} switches
 * @returns {LaneSettings}
 */
export function laneSettings(settings, index, switches) {
  const { transport, own } = settings.lanes[index] ?? settings.lanes[0];
  /** @type {Record<string, string>} */
  const values = { ...FALLBACK };
  /** @type {Record<string, string>} */
  const changed = {};
  const params = switches.of(transport);
  for (const param of params) {
    const standard = param.default ?? '';
    const value = own[param.name] ?? fitting(settings.all[param.name], param) ?? standard;
    if (value !== '') values[param.name] = value;
    if (value !== standard) changed[param.name] = value;
  }
  if (!switches.known) Object.assign(changed, settings.all, own);
  Object.assign(values, changed);
  const clients = new Set(params.filter((one) => one.own).map((one) => one.name));
  const sent = Object.fromEntries(Object.entries(changed).filter(([name]) => !clients.has(name)));
  const shown = Object.fromEntries(Object.entries(changed).filter(([name]) => name in own || ALWAYS_SHOWN.has(name)));
  return { values, changed, sent, shown };
}

/**
 * Whether a lane with these settings comes back with a cursor that is heard.
 * @param {string} transport
 * @param {LaneSettings} own
 */
export function resumes(transport, own) {
  if (own.values.resume === 'off') return false;
  if (transport === 'websocket') return own.values.ws === 'resume';
  return transport === 'fetch-stream' ? own.values.fetch === 'resume' : true;
}

/**
 * The names of switches in which lanes are not alike: those who take it differ, or a
 * courtesy is denied to some and others have no use for it.
 * @param {{transport: string, own: LaneSettings}[]} lanes
 * @param {Switches} switches
 */
export function differences(lanes, switches) {
  const names = new Set(lanes.flatMap(({ own }) => Object.keys(own.changed)));
  return [...names].filter((name) => {
    const takers = lanes.filter(({ transport }) => switches.find(transport, name) || !switches.known);
    const values = new Set(takers.map(({ own }) => own.changed[name] ?? ''));
    return values.size > 1 || (switches.any(name)?.courtesy === true && takers.length < lanes.length);
  });
}

/**
 * A value for all lanes, where this transport's switch of that name has it.
 * @param {string|undefined} value
 * @param {import('./switches.js').Param} param
 */
function fitting(value, param) {
  if (value === undefined) return undefined;
  return param.values === undefined || param.values.includes(value) ? value : undefined;
}
