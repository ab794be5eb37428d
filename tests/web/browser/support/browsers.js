// Real browsers, as the system has them: Chromium over its own protocol, Firefox over WebDriver BiDi, both without a
// driver program and with nothing downloaded. Each gets a profile of its own that goes when it is closed.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { FirefoxLauncher } from 'puppeteer-core/internal/node/FirefoxLauncher.js';
import { within } from './wait.js';

// Puppeteer puts all pages of Firefox into one process, where a busy page blocks every frame. Users have a process a
// site, and so do the tests.
FirefoxLauncher.getPreferences = (preferences) => ({ ...preferences, 'fission.webContentIsolationStrategy': 1 });

/** The browsers the stories are played in. */
export const names = (process.env.BROWSERS ?? 'chromium,firefox').split(',').filter(Boolean);

const chromium = {
  binary: process.env.CHROMIUM_BIN ?? 'chromium',
  options: (profile) => ({
    browser: 'chrome',
    userDataDir: profile,
    // Puppeteer turns throttling off; then tests would see a kinder browser than users do.
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-proxy-server',
    ],
  }),
};

const firefox = {
  binary: process.env.FIREFOX_BIN ?? 'firefox-esr',
  options: (profile) => ({
    browser: 'firefox',
    env: { ...process.env, HOME: profile },
    extraPrefsFirefox: { 'network.proxy.type': 0 },
  }),
};

const known = { chromium, firefox };

/** Starts a browser; `close()` ends it and removes its profile. */
export async function launch(name) {
  const kind = known[name];
  if (!kind) throw new Error(`BROWSERS: ${name} is none of ${Object.keys(known).join(', ')}`);
  const profile = mkdtempSync(join(tmpdir(), `wirebench-${name}-`));
  const browser = await puppeteer.launch({
    executablePath: execFileSync('which', [kind.binary], { encoding: 'utf8' }).trim(),
    headless: true,
    timeout: 60_000,
    protocolTimeout: 60_000,
    ...kind.options(profile),
  });
  const pages = [];
  return {
    name,
    version: await browser.version(),
    async newPage() {
      const page = await browser.newPage();
      pages.push(page);
      return page;
    },
    /** Closes every tab a story has opened. */
    closePages: () => Promise.allSettled(pages.splice(0).map((page) => page.close())),
    async close() {
      const own = browser.process();
      await within(`closing ${name}`, 15_000, browser.close()).catch(() => own?.kill('SIGKILL'));
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
