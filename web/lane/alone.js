/*
 * lane.html opened in a tab of its own: runs one lane on ?job= and shows its card.
 * /lane.html?job=NAME&transport=sse&encoding=…&poll=…&ws=… – no dashboard needed. A lane's
 * origin has no table of switches: what the address says is passed on, for the server to judge.
 */
import { setTheme } from '../bench/theme.js';
import { randomName } from '../bench/ids.js';
import { setLanguage, t } from '../i18n/index.js';
import { wantedText } from '../i18n/wanted.js';
import { RunModel } from '../model/run.js';
import { laneSettings, resumes } from '../model/lane-settings.js';
import { SPECS, parseSettings } from '../model/settings.js';
import { Switches } from '../model/switches.js';
import { h } from '../views/dom.js';
import '../views/lane-card.js';
import '../views/code-dialog.js';

const UNCHECKED = new Switches(null);
const STYLES = ['tokens', 'base', 'controls', 'lane-card', 'lane-log', 'faults', 'code-dialog'];

/**
 * @param {Worker} worker
 * @param {URLSearchParams} params
 */
export function runAlone(worker, params) {
  const transport = params.get('transport') ?? 'sse';
  const id = params.get('lane') ?? `${randomName(5)}-1`;
  const own = new URLSearchParams([...params].filter(([name]) => !['transport', 'lane', 'host'].includes(name)));
  own.set('lanes', transport);
  const { settings, mistakes } = parseSettings(`?${own}`);
  setTheme(settings.theme);
  setLanguage(settings.lang);
  for (const name of STYLES) document.head.append(h('link', { rel: 'stylesheet', href: `styles/${name}.css` }));
  if (mistakes.length > 0 || settings.job === '') {
    const texts = mistakes.map(({ name, wanted, found }) => `${name}: ${t('notice.mistake', { wanted: wantedText(wanted), found: `“${found}”` })}`);
    if (settings.job === '') texts.push(`job: ${t('notice.mistake', { wanted: wantedText(SPECS.job.wanted), found: t('notice.nothing') })}`);
    document.body.replaceChildren(h('main', { id: 'page' }, ...texts.map((text) => h('p', { role: 'alert' }, text))));
    return;
  }
  startLane(worker, id, transport, settings);
}

/**
 * @param {Worker} worker
 * @param {string} id
 * @param {string} transport
 * @param {import('../model/settings.js').Settings} settings
 */
function startLane(worker, id, transport, settings) {
  const run = new RunModel(settings.job);
  const lane = run.addLane(id, transport, resumes(transport, laneSettings(settings, 0, UNCHECKED)));
  const card = /** @type {import('../views/lane-card.js').LaneCard} */ (document.createElement('wb-lane-card'));
  const dialog = /** @type {import('../views/code-dialog.js').CodeDialog} */ (document.createElement('wb-code-dialog'));
  Object.assign(card, { n: 1, transport, alone: true, origin: { id: 0, url: location.origin, listening: true } });
  document.body.replaceChildren(h('main', { id: 'page', class: 'alone' }, card), dialog);
  card.build();
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ type: 'port' }, [port2]);
  let drawing = false;
  const draw = () => {
    drawing = false;
    card.update({ lane, head: run.headOf(lane), total: run.total, jobState: run.jobState, source: run.source, alive: true, chips: [], now: performance.timeOrigin + performance.now() + (lane.clock?.offset ?? 0) });
  };
  port1.onmessage = ({ data }) => {
    if (data.type === 'source') return dialog.show(data.files);
    for (const obs of data.lines ?? []) run.fold(obs);
    if (!drawing) requestAnimationFrame(draw);
    drawing = true;
  };
  const connect = (/** @type {boolean} */ fresh) => port1.postMessage({
    type: 'connect', fresh, lane: id, transport, job: settings.job, settings: laneSettings(settings, 0, UNCHECKED),
  });
  let orders = 0;
  document.addEventListener('wb-wish', (event) => {
    const { action } = /** @type {CustomEvent} */ (event).detail;
    if (action === 'connect') connect(false);
    else if (action === 'disconnect') port1.postMessage({ type: 'disconnect', cause: 'hand' });
    else if (action === 'code') port1.postMessage({ type: 'source', ask: 'code' });
    else if (action.startsWith('lane-')) {
      port1.postMessage({ type: 'command', order: { id: `1.${(orders += 1)}`, command: action.slice(5) } });
    }
  });
  connect(true);
}
