// A story is told once and played in every browser: a server of its own, a fresh browser, and at the end no error
// on any page. Its steps only say what a person at the screen would do and see.
import assert from 'node:assert/strict';
import test from 'node:test';
import { launch, names } from './browsers.js';
import { openDashboard } from './dashboard.js';
import { startServer } from './server.js';

/**
 * Registers `sentence` for each browser; `play` gets `{browser, server, open, t}`. `start` starts the server where its
 * usual flags do not do; what it pushes on the list it is given is called at the end.
 */
export function story(sentence, { start = () => startServer(), timeout = 120_000 } = {}, play) {
  for (const name of names) {
    test(`${sentence} (${name})`, { timeout }, async (t) => {
      const closing = [];
      const [errors, said] = [[], []];
      try {
        const server = await start(closing);
        closing.push(() => server.stop());
        const browser = await launch(name);
        closing.push(() => browser.close());
        const open = (params = {}, options = {}) => openDashboard(browser, server, params, { ...options, errors, said });
        await play({ browser, server, open, t });
        assert.deepEqual([...new Set(errors)], [], 'no page may report an error');
      } catch (error) {
        for (const line of [...errors, ...said].slice(0, 30)) t.diagnostic(line);
        throw error;
      } finally {
        for (const close of closing.reverse()) await close();
      }
    });
  }
}
