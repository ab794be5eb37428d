// Measures the page under load, by hand: five transports, an event each 10 ms, with the microscope closed and then open.
//   node tests/web/measure-load.js [seconds]        BROWSERS=chromium,firefox chooses
import { launch, names } from './browser/support/browsers.js';
import { openDashboard } from './browser/support/dashboard.js';
import { LOAD, figures, underLoad } from './browser/support/load.js';
import { startServer } from './browser/support/server.js';

const seconds = Number(process.argv[2] ?? 60);
for (const name of names) {
  for (const microscope of [false, true]) {
    const server = await startServer(['--lanes', '5']);
    const browser = await launch(name);
    try {
      const dashboard = await openDashboard(browser, server, LOAD, { errors: [], said: [] });
      const measured = await underLoad(dashboard, { seconds, microscope });
      console.log(`${browser.version}, ${seconds} s, microscope ${microscope ? 'open' : 'closed'}`);
      for (const line of figures(measured)) console.log(`  ${line}`);
    } finally {
      await browser.close();
      await server.stop();
    }
  }
}
