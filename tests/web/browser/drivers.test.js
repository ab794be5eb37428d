// The differential proof: each scenario is played by a real browser and by the native client that is like it, and both come to
// the same verdicts by the same states, events and requests. The table of docs/reference/drivers.md says what this found:
// WIREBENCH_WRITE_DOCS=1 writes it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { names } from './support/browsers.js';
import { program } from './support/server.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = `${root}docs/reference/drivers.md`;
const folder = mkdtempSync(join(tmpdir(), 'wirebench-drivers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What a page may learn late of its loss on a busy machine, which takes from the wait; and what that may add to it. */
const EARLY_MS = 500;
const LATE_MS = 2000;

const texts = new Map(readdirSync(`${root}scenarios`)
  .filter((name) => name.endsWith('.toml'))
  .map((name) => [name.slice(0, -5), readFileSync(`${root}scenarios/${name}`, 'utf8')]));
/** Only a real proxy needs real sockets. */
const proxied = [...texts].filter(([, text]) => text.includes('[[proxy]]')).map(([name]) => name);

/** What the program prints; `allowed` are the exit codes that it may end with. @param {string[]} args */
async function told(args, allowed = [0]) {
  const running = promisify(execFile)(program, args, { cwd: root, maxBuffer: 1 << 28 });
  const { code, stdout, stderr } = await running.then((done) => ({ code: 0, ...done }), (error) => error);
  assert.ok(allowed.includes(code), `wirebench ${args.join(' ')}: ${code}\n${stderr}\n${stdout.slice(-4000)}`);
  return stdout;
}

const file = (name) => `scenarios/${name}.toml`;

/** Plays, all of them met. @param {string} out @param {string[]} args */
const play = (out, ...args) => told(['play', ...args, '--out', join(folder, out)]);

/**
 * Plays everything with a browser, two runs at a time; what was not met on a machine that was too busy for two is played once
 * more, alone, and must be met. Says which scenarios were not played and why. @param {string} name
 */
async function playInBrowser(name) {
  const text = await told(['play', 'scenarios', '--driver', name, '--jobs', '2', '--out', join(folder, name)], [0, 1, 2]);
  const lines = (word) => [...text.matchAll(new RegExp(`^${word} +([a-z0-9-]+)[ :](.*)$`, 'gm'))];
  const again = [...lines('missed'), ...lines('failed')].map(([, scenario]) => scenario);
  assert.ok(again.length < texts.size / 4, `too many were not met\n${text.slice(-8000)}`);
  for (const record of readdirSync(join(folder, name))) {
    if (again.some((scenario) => record.startsWith(`${scenario}.`))) rmSync(join(folder, name, record));
  }
  if (again.length > 0) await play(name, ...again.map(file), '--driver', name);
  return lines('skipped').map(([, scenario, why]) => ({ scenario, why: why.trim() }));
}
const report = async (out) => new Map(JSON.parse(await told(['report', join(folder, out), '--format', 'json']))
  .reports.map((one) => [one.scenario, one]));

/** Whether a lane comes back by the back-off of RFC 6455, which is drawn. */
function drawn(scenario, lane) {
  const block = texts.get(scenario).split(/^(?=\[)/m).find((part) => part.startsWith('[[lane]]') && part.includes(`name = "${lane}"`)) ?? '';
  return /^(ws|fetch) = "(resume|restart)"/m.test(block) && !/^again = /m.test(block);
}

/** Waits of the browser that are not within the bounds that the page states. Back-off by chance is nobody's to foretell. */
function waitsApart(native, real) {
  const apart = [];
  for (const [scenario, { lanes }] of native) {
    for (const lane of lanes) {
      const other = real.get(scenario)?.lanes.find(({ name }) => name === lane.name);
      const [own, its] = [lane.measures.wait, other?.measures.wait];
      if (!own || !its || drawn(scenario, lane.name)) continue;
      if (its.least < own.least - Math.max(EARLY_MS, own.least / 2) || its.greatest > own.greatest + LATE_MS) apart.push({ scenario, lane: lane.name, native: own, real: its });
    }
  }
  return apart;
}

/** Plays everything with the browser and with the native client that is like it. @param {string} name */
async function bothOf(name) {
  const skipped = await playInBrowser(name);
  const simulated = [...texts.keys()].filter((one) => !proxied.includes(one)).map(file);
  const native = `${name}-native`;
  await play(native, ...simulated, '--profile', name);
  await play(native, ...proxied.map(file), '--profile', name, '--clock', 'real');
  return { skipped, real: await report(name), native: await report(native) };
}

/** What each of the two did, and why it was not played where it was not; by the scenario's name. */
const found = new Map();

for (const name of names) {
  test(`the native client does in every scenario what the browser does (${name})`, { timeout: 900_000 }, async () => {
    const { skipped, real, native } = await bothOf(name);
    const compared = JSON.parse(await told(['diff', '--behaviour', '--format', 'json', join(folder, `${name}-native`), join(folder, name)], [0, 1]));
    // What the scenario keeps from the page has no other side.
    const diffs = compared.diffs.filter(({ scenario }) => !skipped.some((one) => one.scenario === scenario));
    assert.deepEqual(diffs.filter(({ alike }) => !alike), [], 'what they did');
    const cells = new Map(diffs.map(({ scenario }) => [scenario, `alike, ${real.get(scenario).verdicts.length} expectations`]));
    for (const { scenario, why } of skipped) cells.set(scenario, `not played: ${why}`);
    assert.deepEqual([...cells.keys()].sort(), [...texts.keys()].sort());
    assert.deepEqual(waitsApart(native, real), []);
    found.set(name, cells);
  });
}

test('the table says what was found', () => {
  assert.equal(found.size, names.length, 'every browser was compared');
  const head = `| scenario | ${names.map((name) => `like ${name}`).join(' | ')} |\n| --- |${' --- |'.repeat(names.length)}\n`;
  const rows = [...texts.keys()].sort().map((one) => `| [${one}](../../scenarios/${one}.toml) | ${names.map((name) => found.get(name).get(one)).join(' | ')} |\n`);
  const text = readFileSync(page, 'utf8');
  const wanted = text.replace(/(<!-- table -->\n)[^]*(<!-- \/table -->)/, (_, from, to) => from + head + rows.join('') + to);
  if (process.env.WIREBENCH_WRITE_DOCS) writeFileSync(page, wanted);
  else assert.equal(text, wanted, 'WIREBENCH_WRITE_DOCS=1 writes it anew');
});
