// What is expected of a browser and what was observed, as values that can be printed into a cell of the page and held
// against a printed cell later: words, numbers and codes exactly, times and counts that vary against the bounds that
// stand in the cell, races as the set of their outcomes.

/** A time in ms: printed as a round number with bounds that a slow machine keeps too. */
export function about(ms, { from = ms * 0.95, to = Math.max(ms * 1.5, ms + 2_000) } = {}) {
  return { kind: 'time', ms, from, to };
}

/** What happens without a delay of the browser's own: `to` is what a busy machine may add. */
export const atOnce = (to = 2_000) => about(0, { from: 0, to });

/** A count that is not the same each time. */
export const between = (from, to) => ({ kind: 'count', from, to });

/** A known race: either is right. */
export const oneOf = (...outcomes) => ({ kind: 'race', outcomes });

/** Observed times in ms. The smallest is what the browser does; what the others have more is the machine's. */
export const times = (...ms) => ({ kind: 'times', ms: ms.flat() });

/** What was seen in several tries at once, of which each is an outcome. */
export const outcomes = (seen) => ({ kind: 'outcomes', seen: [...new Set(seen)].sort() });

/** An expectation as it stands in a cell. */
export function printExpected(value) {
  if (value === undefined) return '–';
  if (value.kind === 'time') return `${round(value.ms)} (${bounds(value)})`;
  if (value.kind === 'count') return `${value.from} to ${value.to}`;
  if (value.kind === 'race') return `a race: ${value.outcomes.join(' / ')}`;
  return String(value);
}

/** What was observed as it stands in a cell beside its expectation; `≠` begins what is not as expected. */
export function printObserved(value, expected) {
  const wanted = printExpected(expected);
  if (value === undefined) return expected === undefined ? '–' : '≠ nothing';
  if (value.kind === 'times') {
    if (!value.ms.length) return '≠ never';
    const least = Math.min(...value.ms);
    const right = expected?.kind === 'time' && inside(value, expected);
    // A little late is the machine's doing; it would make the page another one each time.
    const near = right && (!expected.ms || least <= expected.ms * 1.25 + 100) ? expected.ms : least;
    return `${right ? '' : '≠ '}${round(near)} (${bounds(right ? expected : about(nominal(least)))})`;
  }
  return fits(value, wanted) ? wanted : `≠ ${tell(value)}`;
}

/** Whether an observation is what a printed cell says; for times and counts, whether it is in the bounds printed there. */
export function fits(value, cell) {
  const said = cell.replace(/^≠ /, '');
  if (value === undefined) return said === '–' || said === 'nothing';
  if (value.kind === 'times') {
    const read = /\((\d+) to (\d+) ms\)$/.exec(said);
    if (!value.ms.length) return said === 'never';
    return Boolean(read) && inside(value, { from: Number(read[1]), to: Number(read[2]) });
  }
  if (value.kind === 'outcomes') return value.seen.every((one) => fits(one, said));
  const count = /^(\d+) to (\d+)$/.exec(said);
  if (count && typeof value === 'number') return value >= Number(count[1]) && value <= Number(count[2]);
  if (said.startsWith('a race: ')) return said.slice('a race: '.length).split(' / ').includes(String(value));
  return said === String(value);
}

/** How an observation is said in a complaint, where no cell could. */
export function tell(value) {
  if (value?.kind === 'times') return `${value.ms.map(Math.round).join(', ')} ms`;
  if (value?.kind !== 'outcomes') return String(value);
  return value.seen.length === 1 ? value.seen[0] : `a race: ${value.seen.join(' / ')}`;
}

const inside = ({ ms }, { from, to }) => Math.min(...ms) >= Math.floor(from) && Math.min(...ms) <= Math.ceil(to);
const bounds = ({ from, to }) => `${Math.floor(from)} to ${Math.ceil(to)} ms`;

/** The round number that a time is close to: one figure below 10 s, two from there on. */
function nominal(ms) {
  if (ms < 50) return 0;
  const step = 10 ** Math.floor(Math.log10(ms)) / (ms >= 10_000 ? 10 : 1);
  return Math.round(ms / step) * step;
}

function round(ms) {
  const near = nominal(ms);
  if (!near) return 'at once';
  return near < 100 ? `about ${near} ms` : `about ${Number((near / 1000).toFixed(3))} s`;
}
