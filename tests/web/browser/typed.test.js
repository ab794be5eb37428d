// Type and see: what is typed is answered to a real EventSource and a real WebSocket of this browser, and what they fire
// stands beside what the standard says; where a browser is known to differ (docs/reference/browsers.md), it is marked.
import assert from 'node:assert/strict';
import { startServer } from './support/server.js';
import { story } from './support/story.js';
import { until } from './support/wait.js';

const start = () => startServer(['--lanes', '1']);

const same = {
  stream: ['plain', 'bom', 'crlf', 'no-blank', 'utf8'],
  frames: ['hello', 'fragments', 'ping', 'close-1005', 'rsv', 'bad-utf8'],
};

story('what this browser fires for typed bytes stands beside what the standard says', { start, timeout: 240_000 }, async ({ browser, open }) => {
  const { page } = await open({ lanes: 'sse', lang: 'en' });
  await page.evaluate(() => {
    document.querySelector('[data-action="microscope"]').click();
  });
  await until('the part to be there', () => page.evaluate(() => document.querySelector('.micro-typed') && (document.querySelector('.micro-typed').open = true)));
  for (const [part, examples] of Object.entries(same)) {
    for (const example of examples) {
      const seen = await tried(page, part, example);
      assert.match(seen.said, /what the standard says/, `${example}: ${JSON.stringify(seen.rows)}`);
      assert.deepEqual(seen.rows.map((row) => row.fired), seen.rows.map((row) => row.wanted), example);
      assert.equal(seen.rows[0].fired, 'open', example);
    }
  }
  const odd = browser.name === 'firefox';
  // RFC 6455 section 5.1: a client must not take it. Chromium does not, Firefox does.
  const masked = await tried(page, 'frames', 'masked');
  assert.match(masked.said, odd ? /differs from the standard/ : /what the standard says/, JSON.stringify(masked.rows));
  assert.equal(masked.rows.some(({ fired, signed }) => fired === 'message data "Hello"' && signed === 'differs'), odd);
  // WHATWG HTML section 9.2.6: the id alone is passed over. Firefox loses the event with it.
  const nul = await tried(page, 'stream', 'nul');
  assert.match(nul.said, odd ? /differs from the standard/ : /what the standard says/, JSON.stringify(nul.rows));
  assert.equal(nul.rows.some(({ fired }) => fired.includes('its id has a NUL')), !odd);
  // What is typed after is not what was answered.
  await page.type('[name="typed-frames"]', ' 8');
  assert.deepEqual(await page.evaluate(() => [document.querySelector('[data-typed="frames"] .typed-fired').childElementCount, document.querySelector('[data-typed="frames"] .typed-wrong').textContent]),
    [0, 'wanted pairs of hexadecimal digits']);
});

/** Presses an example, and waits for what came of it. */
async function tried(page, part, example) {
  await page.evaluate(([one, name]) => document.querySelector(`[data-typed="${one}"] [data-example="${name}"]`).click(), [part, example]);
  let last;
  return until(`${example} to be read by this browser`, async () => {
    last = await page.evaluate((one) => {
      const trial = document.querySelector(`[data-typed="${one}"] .typed-trial`);
      return {
        said: trial.querySelector('.typed-said').textContent,
        rows: [...trial.querySelectorAll('tbody tr')].map((row) => {
          const [wanted, fired, sign] = [...row.cells].map((cell) => cell.textContent.trim());
          return { wanted, fired, signed: sign.replace(/[=≠]/, '') };
        }),
      };
    }, part);
    return last.rows.length > 0 && last;
  }, { limit: 30_000, seen: () => last });
}
