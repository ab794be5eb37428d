// What rows say of what they saw, in the words of the page: one wording for one thing.

/** The last word of an EventSource: how many errors it gave, and in which readyState. */
export const errorsSaid = (notes) => {
  const errors = notes.filter((note) => note.kind === 'error');
  if (!errors.length) return 'none';
  const states = [...new Set(errors.map((note) => note.ready))].join(' then ');
  return `${errors.length === 1 ? 'one' : errors.length}, readyState ${states}`;
};

/** The readyState in which its errors were given. */
export const statesSaid = (errors) => `readyState ${[...new Set(errors.map(({ ready }) => ready))].join(' and ')}`;

/** A close event with the error event before it, if there was one. */
export const closeSaid = ({ code, wasClean, reason }) => `${code}${reason ? ` "${reason}"` : ''}, ${wasClean ? 'clean' : 'not clean'}`;

/** The error events of a WebSocket, by their place beside its close event. */
export function errorSaid(notes) {
  const kinds = notes.map(({ kind }) => kind).filter((kind) => kind === 'error' || kind === 'close');
  if (kinds.join(' ') === 'error close') return 'one, before it';
  return kinds.filter((kind) => kind === 'error').length ? kinds.join(', ') : 'none';
}

/** The times from each of these to the one at the same place in the others. */
export const spans = (from, to) => from.slice(0, to.length).map((note, index) => to[index].at - note.at);

/** The times between one and the next. */
export const gaps = (notes) => notes.slice(1).map((note, index) => note.at - notes[index].at);

/** How many of the feed's events are missing between the first and the last that came. */
export function seqsLost(events) {
  const seqs = events.map(({ data }) => data && JSON.parse(data).seq).filter(Boolean);
  return seqs.at(-1) - seqs[0] + 1 - new Set(seqs).size;
}
