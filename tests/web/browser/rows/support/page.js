// The page docs/reference/browsers.md: made from the rows and from cells of what was observed, and read back into those
// cells. So a run can be held against the page, and the page against the rows, without anything kept beside it.
import { printExpected } from './facts.js';

export const titles = { chromium: 'Chromium', firefox: 'Firefox' };
const browsers = Object.keys(titles);

const introduction = `\
# What browsers do

How the \`EventSource\` and \`WebSocket\` of real browsers answer a server that misbehaves: expected beside observed. Each row is
played in a headless browser against faults of this program ([faults.md](faults.md)), by

    cd tests/web && node --test browser/rows/*.test.js

which holds what it observes against this page: states, codes, counts and order exactly, times and varying counts against
the bounds printed here. With \`WIREBENCH_WRITE_DOCS=1\` it writes this page.

A time is the smallest of its samples as a round number, with the bounds in which that smallest sample must lie; the bounds are
wide because the machine may be slow. \`a race\` lists the outcomes that are known. \`≠\` marks what is observed and not as expected.
Times to the next request are taken from the error event in the browser to the request's arrival at the server.
The JSON of a throw is what is sent to \`POST /api/faults\`, beside a scope that names the row's lane unless it has
one; \`EPOCH\` in it stands for the log's epoch, \`…\` for what differs from run to run.
`;

/**
 * The page. `cells`: what was observed, `{id: {chromium: {fact: text}, firefox: …}}`; `versions`: `{chromium, firefox}`;
 * `absent`: `[{situation, reason}]`, the rows that no fault can produce.
 */
export function renderPage({ themes, absent, cells, versions }) {
  const rows = themes.flatMap((theme) => theme.rows);
  return [
    introduction,
    ...versionsOf(versions),
    ...differences(rows, cells),
    ...themes.flatMap((theme) => [`## ${theme.title}`, '', ...theme.rows.flatMap((row) => section(row, cells[row.id] ?? {}))]),
    '## What no fault can produce',
    '',
    ...absent.map(({ situation, reason }) => `- ${situation}: ${reason}`),
    '',
  ].join('\n');
}

const versionsOf = (versions) => [
  '| browser | version |',
  '| --- | --- |',
  ...browsers.map((name) => `| ${titles[name]} | ${versions[name] ?? 'not observed'} |`),
  '',
];

function differences(rows, cells) {
  const found = rows.flatMap((row) => browsers.flatMap((name) => {
    const facts = Object.entries(cells[row.id]?.[name] ?? {}).filter(([, cell]) => cell.startsWith('≠'));
    return facts.map(([fact]) => `- [${row.id}](#${row.id}), ${titles[name]}: ${fact}`);
  }));
  if (!found.length) return ['Nothing was observed that was not expected.', ''];
  return ['Observed otherwise than expected:', '', ...found, ''];
}

function section(row, cells) {
  const facts = factsOf(row, cells);
  return [
    `### ${row.id}`,
    '',
    `${row.situation}.`,
    '',
    ...(row.throws ?? []).map((fault) => `    ${typeof fault === 'string' ? fault : JSON.stringify(fault)}`),
    ...(row.throws?.length ? [''] : []),
    `| | ${browsers.map((name) => `${titles[name]}: expected | observed`).join(' | ')} |`,
    '| --- | --- | --- | --- | --- |',
    ...facts.map((fact) => `| ${fact} | ${browsers.map((name) => pair(row, cells, name, fact)).join(' | ')} |`),
    ...(row.note ? ['', row.note] : []),
    '',
  ];
}

const pair = (row, cells, name, fact) => `${escape(printExpected(expectedOf(row, name)[fact]))} | ${
  escape(cells[name]?.[fact] ?? 'not observed')}`;

/** What is expected of that browser: what is expected of both, and what of it alone. */
export const expectedOf = ({ expected }, name) => ({ ...expected.both, ...expected[name] });

/** The facts of a row, those expected first. */
function factsOf(row, cells) {
  const names = browsers.flatMap((name) => Object.keys(expectedOf(row, name)));
  const more = browsers.flatMap((name) => Object.keys(cells[name] ?? {}).filter((fact) => cells[name][fact] !== '–'));
  return [...new Set([...names, ...more])];
}

const escape = (text) => text.replaceAll('|', '\\|');
const unescape = (text) => text.replaceAll('\\|', '|');

/** The cells and versions of a page that `renderPage` made. */
export function parsePage(text) {
  const cells = {};
  const versions = {};
  let row;
  for (const line of text.split('\n')) {
    const heading = /^### (\S+)$/.exec(line);
    if (heading) row = cells[heading[1]] = { chromium: {}, firefox: {} };
    const columns = line.split(/(?<!\\)\|/).slice(1, -1).map((column) => unescape(column.trim()));
    if (columns.length === 2) {
      const name = browsers.find((one) => titles[one] === columns[0]);
      if (name && columns[1] !== 'not observed') versions[name] = columns[1];
    }
    if (!row || columns.length !== 5 || !columns[0] || columns[0] === '---') continue;
    browsers.forEach((name, index) => {
      if (columns[2 + 2 * index] !== 'not observed') row[name][columns[0]] = columns[2 + 2 * index];
    });
  }
  return { cells, versions };
}
