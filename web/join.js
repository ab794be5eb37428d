/*
 * A learner's page: joins the class with its code, bets, reads three lanes with the browser's own clients, says how they are,
 * and shows what came of them.
 */
import { forget, keep, kept } from './bench/kept.js';
import { PHASES, ask, listen } from './class/api.js';
import { OwnLanes } from './class/own-lanes.js';
import { Shell } from './class/shell.js';
import { t } from './i18n/index.js';
import { LearnerView } from './views/class-learner.js';

/** @typedef {import('./class/api.js').Learners} Learners */

/** Said no more often than the class takes it, ms. */
const TELL_MS = 1050;
const SECRET = 'wirebench-class-secret';

const shell = new Shell('class.title-learner', () => draw(true));
const lanes = new OwnLanes(() => later());
const view = new LearnerView(shell, { join, bet });

const state = {
  secret: kept(SECRET) ?? '',
  problem: '',
  /** @type {import('./class/api.js').You|null} */
  you: null,
  /** @type {import('./class/api.js').Lesson|null} */
  lesson: null,
  /** @type {Learners|null} */
  class: null,
  lanes,
};
/** @typedef {typeof state} State */

let drawing = false;
let told = '';
/** The job that this page has read while it ran: only of that it has something to tell at the reveal, and once. */
let ran = '';

if (state.secret) hear();
draw(true);
setInterval(() => void tell(), TELL_MS);

/** @param {string} code @param {string} name */
async function join(code, name) {
  try {
    const { secret } = await ask('', 'POST', '/api/class/join', { code, name });
    keep(SECRET, secret);
    Object.assign(state, { secret, problem: '' });
    hear();
    draw(true);
  } catch (error) {
    // What was typed stays.
    state.problem = wordsOf(error);
    draw(false);
  }
}

/** What a learner can do about it. @param {unknown} error */
function wordsOf(error) {
  const status = /** @type {{status?: number}} */ (error ?? {}).status ?? 0;
  const own = { 400: 'class.wrong-name', 403: 'class.wrong-code', 503: 'class.full' }[status];
  return own ? t(own) : error instanceof Error ? error.message : String(error);
}

function hear() {
  listen(state.secret, {
    away: (away) => shell.away(away),
    refused: () => {
      // Another class has another code.
      history.replaceState(null, '', location.pathname);
      leave(t('class.another'));
    },
    event: (name, data) => {
      if (name === 'removed') return leave(t('class.removed'));
      const before = view.shows(state);
      if (name === 'you') state.you = data;
      else if (name === 'lesson') state.lesson = data;
      else if (name === 'class') {
        state.class = data;
        if (data.phase === 'run') ran = data.run?.job ?? '';
        lanes.read(data.phase === 'run' || data.phase === 'reveal' ? data.run : null, data.origins);
      }
      draw(before !== view.shows(state));
    },
  });
}

/** @param {string} problem */
function leave(problem) {
  forget(SECRET);
  shell.away(false);
  lanes.read(null, []);
  Object.assign(state, { secret: '', you: null, class: null, lesson: null, problem });
  draw(true);
}

/** @param {string} name @param {string} answer */
async function bet(name, answer) {
  try {
    await ask(state.secret, 'POST', '/api/class/bet', { bet: name, answer });
    if (state.you) state.you.bets[name] = answer;
    state.problem = '';
  } catch (error) {
    state.problem = error instanceof Error ? error.message : String(error);
  }
  draw(false);
}

/** Says how the lanes are, where that has changed. */
async function tell() {
  const phase = state.class?.phase ?? 'lobby';
  if (!state.secret || !lanes.job || PHASES.indexOf(phase) < PHASES.indexOf('run')) return;
  const last = phase === 'reveal';
  if (last && ran !== lanes.job) return;
  const body = { job: lanes.job, lanes: lanes.told() };
  const text = JSON.stringify(body);
  if (text === told && !last) return;
  try {
    await ask(state.secret, 'POST', '/api/class/tell', body);
    told = text;
    if (last) ran = '';
  } catch {
    // Too soon, or the class has moved on, or the line is lost: the next word is newer anyway.
  }
}

function later() {
  if (!drawing) requestAnimationFrame(() => { drawing = false; draw(false); });
  drawing = true;
}

/** @param {boolean} anew */
function draw(anew) {
  if (anew) view.build(state);
  view.update(state);
}
