/*
 * The teacher's page: opens the lesson, moves the class, throws one fault for all, and shows the wall. The key comes behind
 * the mark of the address and leaves it at once, for a class sees the address on the projector.
 */
import { forget, keep, kept } from './bench/kept.js';
import { ask, listen } from './class/api.js';
import { WHO_COMES_BACK } from './class/lesson.js';
import { Shell } from './class/shell.js';
import { t } from './i18n/index.js';
import { TeacherView } from './views/class-teacher.js';

/** @typedef {import('./class/api.js').Wall} Wall */

const KEY = 'wirebench-class-key';
const hash = new URLSearchParams(location.hash.slice(1)).get('key');
if (hash) {
  keep(KEY, hash);
  history.replaceState(null, '', location.pathname + location.search);
}

const state = {
  // Where nothing can be kept, the address has it once.
  key: hash ?? kept(KEY) ?? '',
  problem: '',
  /** @type {import('./class/api.js').Lesson|null} */
  lesson: null,
  /** @type {Wall|null} */
  wall: null,
  run: { count: '240', interval: '500ms', ws: 'bare' },
};
/** @typedef {typeof state} State */

const shell = new Shell('class.title-teacher', () => draw(true));
const view = new TeacherView(shell, {
  move: (to) => tried(() => ask(state.key, 'POST', '/api/class/move', to === 'run' ? { to, ...state.run, count: Number(state.run.count) } : { to })),
  again: () => tried(() => ask(state.key, 'POST', '/api/class/open', state.lesson ?? WHO_COMES_BACK)),
  remove: (member) => tried(() => ask(state.key, 'DELETE', `/api/class/members/${member}`)),
  fault: (body) => tried(() => ask(state.key, 'POST', '/api/faults', body)),
  clear: () => tried(() => ask(state.key, 'DELETE', '/api/faults')),
});

draw(true);
if (state.key) {
  listen(state.key, {
    away: (away) => shell.away(away),
    refused: () => {
      forget(KEY);
      shell.away(false);
      Object.assign(state, { key: '', wall: null });
      draw(true);
    },
    event: (name, data) => {
      const before = view.shows(state);
      if (name === 'lesson') hear(data);
      else if (name === 'class') state.wall = data;
      draw(before !== view.shows(state));
    },
  });
}

/** @param {import('./class/api.js').Lesson|null} lesson */
function hear(lesson) {
  state.lesson = lesson;
  if (!lesson) void tried(() => ask(state.key, 'POST', '/api/class/open', WHO_COMES_BACK));
}

/**
 * @template T
 * @param {() => Promise<T>} what
 * @returns {Promise<T|null>}
 */
async function tried(what) {
  try {
    const answer = await what();
    state.problem = '';
    view.update(state);
    return answer;
  } catch (error) {
    state.problem = error instanceof Error ? error.message : String(error);
    view.update(state);
    return null;
  }
}

/** @param {boolean} anew */
function draw(anew) {
  if (!state.key) state.problem = t('class.no-key');
  if (anew) view.build(state);
  view.update(state);
}
