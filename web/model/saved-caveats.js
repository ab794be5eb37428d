/*
 * Reasons to distrust a saved record that only it can have: it breaks off, lines of it cannot be read, it lacks its first
 * line. The names are those of a report (docs/reference/report.md); words are in the dictionaries under caveat.<name>.
 */

/** @typedef {import('./types.js').Observation} Observation */
/** @typedef {import('./caveats.js').Caveat} Caveat */

/** A line by its number is named, the others are counted. */
const NAMED = 5;
const CONDUCTORS = new Set(['began', 'step', 'ended']);

/**
 * @param {{list: Observation[], header: unknown, bad: {line: number, reason: string}[], lines: number, brokenOff: boolean}} of
 * @returns {Caveat[]}
 */
export function ofRecord({ list, header, bad, lines, brokenOff }) {
  const conducted = list.some(({ kind }) => CONDUCTORS.has(kind));
  const ended = list.findLast(({ kind }) => kind === 'ended');
  const torn = !ended && (header !== null || conducted || brokenOff);
  const passed = bad.filter(({ line }) => !(torn && line === lines));
  const runs = list.filter(({ kind }) => kind === 'run').length;
  const why = ended?.why ?? '';
  return [
    ...(torn ? [{ caveat: 'torn', values: { lines } }] : []),
    ...(why === 'interrupted' || why === 'failed' ? [{ caveat: why, values: { problem: ended?.problem ?? '' } }] : []),
    ...(header === null && conducted ? [{ caveat: 'no-header', values: {} }] : []),
    ...(list.length > 0 && header === null && !conducted && !list.some(({ clock }) => clock === 'lane') ? [{ caveat: 'server-only', values: {} }] : []),
    ...(runs > 1 ? [{ caveat: 'several-runs', values: { runs } }] : []),
    ...(passed.length > 0 ? [{ caveat: 'bad-lines', values: { count: passed.length, which: told(passed) } }] : []),
    ...notKept(list),
    ...lost(list),
  ];
}

/** @param {{line: number, reason: string}[]} bad */
function told(bad) {
  const some = bad.slice(0, NAMED).map(({ line, reason }) => `${line} (${reason})`).join(', ');
  return bad.length > NAMED ? `${some}, …` : some;
}

/** @param {Observation[]} list @returns {Caveat[]} */
function notKept(list) {
  const sums = { up: 0, down: 0 };
  for (const { kind, caveat, values } of list) {
    if (kind !== 'caveat' || caveat !== 'bytes-not-kept') continue;
    sums.up += Number(values?.up ?? 0);
    sums.down += Number(values?.down ?? 0);
  }
  return sums.up + sums.down > 0 ? [{ caveat: 'bytes-not-kept', values: sums }] : [];
}

/** What lanes could not tell the bench. @param {Observation[]} list @returns {Caveat[]} */
function lost(list) {
  const lines = list.reduce((sum, { kind, caveat, values }) => (kind === 'caveat' && caveat === 'lines-lost' ? sum + Number(values?.lines ?? 0) : sum), 0);
  return lines > 0 ? [{ caveat: 'lines-lost', values: { lines } }] : [];
}
