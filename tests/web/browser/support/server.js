// The program under test: started on free ports, its one JSON line read, stopped (by its own process id) when the
// test is over. WIREBENCH_BIN names another binary than the debug build.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { within } from './wait.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** The program under test. */
export const program = process.env.WIREBENCH_BIN ?? `${process.env.CARGO_TARGET_DIR ?? `${root}target`}/debug/wirebench`;

/** Starts the program, on free ports unless told; answers what it says of itself (`bench`, `origins`) and helpers. */
export async function startServer(flags = [], listen = '127.0.0.1:0') {
  if (!existsSync(program)) throw new Error(`${program} is missing: run cargo build first, or set WIREBENCH_BIN`);
  const lanes = flags.includes('--lanes') ? [] : ['--lanes', '3'];
  const child = spawn(program, ['--listen', listen, '--format', 'json', ...lanes, ...flags], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaints += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const line = await within('the server\'s first line', 20_000, firstLine(child)).catch((error) => {
    child.kill('SIGKILL');
    throw new Error(`${error.message}; it said: ${complaints}`);
  });
  const hello = JSON.parse(line);
  return {
    ...hello,
    ask: (path, options) => ask(hello.bench, path, options),
    complaints: () => complaints,
    async stop() {
      child.kill('SIGTERM');
      const killed = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(killed);
    },
  };
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code} before it said where it listens`)));
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
}

/** One request to the bench's API; an object in `body` goes as JSON. */
async function ask(bench, path, { method = 'GET', body } = {}) {
  const answer = await fetch(new URL(path, bench), {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
