// A HAR of a run with all transports and with answers that never came, came in part, or were errors: held against the JSON Schema of
// HAR 1.2 (npm package `har-schema`), and its entries against the requests that the server counted.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import Ajv from 'ajv';
import formats from 'ajv-formats';
import { createRequire } from 'node:module';
import { program } from '../browser/support/server.js';

const require = createRequire(import.meta.url);
const run = promisify(execFile);

const lane = (name, transport, more = '') => `[[lane]]\nname = "${name}"\ntransport = "${transport}"\n${more}\n`;
const step = (at, rest) => `[[step]]\nat = "${at}"\n${rest}\n`;
const scenario = [
  'title = "Whatever an archive can hold"\nquestion = "Is it one?"\nuntil = "15s"\n',
  '[feed]\ncount = 40\ninterval = "50ms"\npayload = "text"\nsize = 200\n',
  lane('poll', 'polling', 'poll = "200ms"\ncompression = "gzip"'),
  lane('long', 'long-polling', 'encoding = "binary"'),
  lane('sse', 'sse', 'retry = "100ms"'),
  lane('zipped', 'sse', 'retry = "100ms"\ncompression = "gzip"'),
  lane('fetch', 'fetch-stream', 'fetch = "resume"\nagain = "100ms"'),
  lane('ws', 'websocket', 'ws = "resume"\nagain = "100ms"\nheartbeat = "200ms"'),
  lane('bits', 'websocket', 'encoding = "cbor"'),
  step('300ms', 'say = { lane = "ws", command = "pause" }'),
  step('400ms', 'say = { lane = "poll", command = "resume" }'),
  // Torn in the middle of an event, then an error, a redirection to nowhere, and a connection that ends before any answer.
  step('700ms', 'throw = { fault = "cut", at = "event", how = "fin", scope = "transport:sse" }'),
  step('800ms', 'throw = { fault = "answer", status = 503, retry-after = 1, scope = "lane:poll" }'),
  step('1100ms', 'throw = { fault = "cut", at = "request", scope = "lane:long" }'),
  step('1200ms', 'throw = { fault = "cut", how = "rst", scope = "lane:ws" }'),
  step('1300ms', 'throw = { fault = "cut", at = "bytes", count = 30, how = "rst", scope = "lane:fetch" }'),
  '[[expect]]\nevents = { min = 1 }\n',
].join('\n');

/** Plays the scenario with its bytes kept; its record line by line, and its archive. */
async function archived() {
  const folder = await mkdtemp(join(tmpdir(), 'wirebench-har-'));
  try {
    const [file, out, har] = ['story.toml', 'runs', 'story.har'].map((name) => join(folder, name));
    await writeFile(file, scenario);
    await run(program, ['play', file, '--bytes', '--out', out]).catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
    const [name] = await readdir(out);
    await run(program, ['export', join(out, name), '--format', 'har', '--out', har]);
    const record = (await readFile(join(out, name), 'utf8')).trim().split('\n').map((line) => JSON.parse(line));
    return { record, archive: JSON.parse(await readFile(har, 'utf8')) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The validator of a whole archive. The schema is one of draft 6, and says `min` and `optional`, which no draft knows. */
function validator() {
  const ajv = new Ajv.default({ allErrors: true, strict: false });
  ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-06.json'));
  formats.default(ajv);
  ajv.addSchema(Object.values(require('har-schema')));
  return ajv.getSchema('har.json#');
}

test('an archive passes the JSON Schema of HAR 1.2, and has an entry for each request that the server counted', { timeout: 120_000 }, async () => {
  const { record, archive } = await archived();
  const validate = validator();
  assert.ok(validate(archive), JSON.stringify(validate.errors, null, 1));
  const broken = structuredClone(archive);
  delete broken.log.entries[0].response.content.mimeType;
  assert.ok(!validate(broken), 'the validator sees what is missing');

  const { entries } = archive.log;
  const closed = record.filter(({ kind, clock, requests }) => kind === 'closed' && clock === 'server' && requests !== undefined);
  for (const { conn, requests } of closed) {
    assert.equal(entries.filter(({ connection }) => connection === conn).length, requests, `requests of connection ${conn}`);
  }
  assert.ok(closed.length > 8, `${closed.length} connections`);

  // Everything that an archive can hold is in this one.
  const of = (status) => entries.filter(({ response }) => response.status === status);
  for (const status of [0, 101, 200, 503]) assert.ok(of(status).length > 0, `an answer of ${status}`);
  for (const { response } of of(0)) assert.equal(response.comment, 'no answer came');
  for (const { _webSocketMessages: messages, request } of of(101)) {
    assert.ok(messages.length > 0 && request.url.startsWith('ws:'), request.url);
  }
  const opcodes = new Set(of(101).flatMap(({ _webSocketMessages: messages }) => messages.map(({ opcode }) => opcode)));
  assert.deepEqual([...opcodes].sort(), [1, 2]);
  assert.ok(entries.some(({ response }) => response.content.compression > 0), 'a compressed body');
  assert.ok(entries.some(({ response }) => response.content.encoding === 'base64'), 'a body that is no text');
  assert.ok(entries.some(({ request }) => request.postData?.text), 'a body of a request');
  const torn = entries.filter(({ comment, response }) => comment === 'lane sse' && response.status === 200 && !response.content.text.endsWith('\n\n'));
  assert.ok(torn.length > 0, 'an answer that was torn');
  const order = entries.map(({ startedDateTime }) => Date.parse(startedDateTime));
  assert.deepEqual(order, [...order].sort((a, b) => a - b), 'by the instants at which they began');
});
