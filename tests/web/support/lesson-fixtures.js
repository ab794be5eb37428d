// What lessons measured, kept for the unit tests: plays each lesson's scenario natively like three clients and in two real browsers, and its
// knobs like Chromium, and keeps of each report what the lesson names.
//   node tests/web/support/lesson-fixtures.js target/debug/wirebench [LESSON…]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LESSONS } from '../../../web/lessons/index.js';

/** @typedef {import('../../../web/lessons/types.js').Lesson} Lesson */

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const folder = join(root, 'tests/web/unit/lessons');

/** Who plays: three clients in simulated time, two real browsers. */
export const PLAYERS = {
  standard: ['--profile', 'standard'], 'like chromium': ['--profile', 'chromium'], 'like firefox': ['--profile', 'firefox'],
  chromium: ['--driver', 'chromium'], firefox: ['--driver', 'firefox'],
};

/** Who plays a lesson besides: half-open without the right to a black hole, which then is a stall. */
export const WITHOUT_RIGHT = {
  'chromium, stalled': ['--driver', 'chromium'], 'firefox, stalled': ['--driver', 'firefox'],
};

/**
 * The blanks of a text: `{measure}` or `{lane.measure}`.
 * @param {string} text
 */
export const blanks = (text) => [...text.matchAll(/\{(?:([a-z0-9-]+)\.)?([a-z-]+)\}/g)].map(([, lane, measure]) => ({ lane, measure }));

/**
 * Every text of a lesson, with where it stands.
 * @param {Lesson} lesson
 * @returns {{where: string, text: import('../../../web/lessons/types.js').Text}[]}
 */
export function textsOf(lesson) {
  const of = (/** @type {string} */ where, /** @type {any} */ text) => (text ? [{ where: `${lesson.name}: ${where}`, text }] : []);
  return [
    ...of('title', lesson.title), ...of('question', lesson.question), ...of('scene', lesson.scene), ...of('native', lesson.native?.says),
    ...lesson.bets.flatMap(({ bet, asks, answers, otherwise }) => [
      ...of(`${bet} asks`, asks), ...of(`${bet} otherwise`, otherwise),
      ...answers.flatMap((one) => [...of(`${bet} ${one.answer}`, one.says), ...of(`${bet} ${one.answer} because`, one.because)]),
    ]),
    ...lesson.knobs.flatMap(({ knob, says, look, values }) => [
      ...of(`${knob} says`, says), ...of(`${knob} look`, look), ...values.flatMap((one, at) => of(`${knob} ${at}`, one.says)),
    ]),
  ];
}

/**
 * The measures that a lesson names, in its answers and in its texts.
 * @param {Lesson} lesson
 */
export function measuresOf(lesson) {
  const held = lesson.bets.flatMap(({ answers }) => answers.flatMap(({ when, spread = {} }) => [...Object.keys(when), ...Object.keys(spread)]));
  const told = textsOf(lesson).flatMap(({ text }) => blanks(text.en)).map(({ measure }) => measure);
  return [...new Set([...held, ...told])].sort();
}

/**
 * The settings of each knob's values but the first.
 * @param {Lesson} lesson
 */
export const knobRuns = (lesson) => lesson.knobs.flatMap(({ values }) => values.slice(1).map(({ set }) => set));

/** @param {any} report @param {string[]} measures */
function reduced({ end, why, caveats, lanes }, measures) {
  const round = (/** @type {any} */ value) => (value && typeof value === 'object' && 'least' in value
    ? { least: Math.round(value.least), greatest: Math.round(value.greatest) } : value);
  const told = lanes.map((/** @type {any} */ one) => ({
    lane: one.lane, name: one.name, measures: Object.fromEntries(measures.map((name) => [name, round(one.measures[name])])),
  }));
  return { reports: [{ end, why, caveats: caveats.map((/** @type {any} */ { name, text, remedy }) => ({ name, text, remedy })), lanes: told }] };
}

/**
 * @param {string} program
 * @param {Lesson} lesson
 * @param {string[]} args
 * @param {string[]} before  a program that starts it
 */
function play(program, lesson, args, before = []) {
  const out = mkdtempSync(join(tmpdir(), 'wirebench-lesson-'));
  const [first, ...rest] = [...before, program, 'play', join(root, `scenarios/${lesson.scenario}.toml`), ...args, '--out', out, '--format', 'json'];
  const done = spawnSync(first, rest, { encoding: 'utf8', timeout: 120_000, maxBuffer: 1 << 28 });
  rmSync(out, { recursive: true });
  // A knob may well make the scenario's own expectations false (1): that is not what is asked here.
  if (done.status !== 0 && done.status !== 1) throw new Error(`${lesson.scenario} ${args.join(' ')}: ${done.stderr || done.error}`);
  console.log(`${lesson.name}: ${args.join(' ')}`);
  return reduced(JSON.parse(done.stdout).reports[0], measuresOf(lesson));
}

/** @param {string} program @param {string[]} names */
function make(program, names) {
  mkdirSync(folder, { recursive: true });
  for (const lesson of LESSONS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const players = Object.entries(PLAYERS).map(([name, args]) => [name, play(program, lesson, args)]);
    if (lesson.name === 'half-open') {
      for (const [name, args] of Object.entries(WITHOUT_RIGHT)) players.push([name, play(program, lesson, args, ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin'])]);
    }
    const knobs = knobRuns(lesson).map((set) => [set.join(' '), play(program, lesson, ['--profile', 'chromium', ...set.flatMap((one) => ['--set', one])])]);
    const lines = [...players, ...knobs].map(([name, told]) => `${JSON.stringify(name)}:${JSON.stringify(told)}`);
    writeFileSync(join(folder, `${lesson.name}.json`), `{\n${lines.join(',\n')}\n}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  if (process.argv.length < 3) throw new Error('wanted the program: node tests/web/support/lesson-fixtures.js target/debug/wirebench');
  make(process.argv[2], process.argv.slice(3));
}
