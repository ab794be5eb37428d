/*
 * Cuts the `events` array of a poll's answer into the raw text of its elements.
 * JSON.parse alone would lose how many bytes each envelope had: the contract says
 * they are the same bytes as on the other transports, so they are cut, not rewritten.
 */

/**
 * The raw elements of the top-level array called `events`.
 * @param {string} text a JSON object
 * @returns {string[]}
 */
export function splitEvents(text) {
  let i = skipSpace(text, 0);
  if (text[i] !== '{') throw new SyntaxError(`wanted a JSON object, found ${describe(text, i)}`);
  i = skipSpace(text, i + 1);
  while (text[i] === '"') {
    const keyEnd = endOfString(text, i);
    const key = JSON.parse(text.slice(i, keyEnd));
    i = skipSpace(text, keyEnd);
    if (text[i] !== ':') throw new SyntaxError(`wanted ":", found ${describe(text, i)}`);
    i = skipSpace(text, i + 1);
    if (key === 'events' && text[i] === '[') return splitArray(text, i);
    i = skipSpace(text, endOfValue(text, i));
    if (text[i] === ',') i = skipSpace(text, i + 1);
  }
  return [];
}

/**
 * @param {string} text
 * @param {number} start where the array's bracket stands
 */
function splitArray(text, start) {
  /** @type {string[]} */
  const out = [];
  let i = skipSpace(text, start + 1);
  while (i < text.length && text[i] !== ']') {
    const end = endOfValue(text, i);
    out.push(text.slice(i, end).trimEnd());
    i = skipSpace(text, end);
    if (text[i] === ',') i = skipSpace(text, i + 1);
  }
  return out;
}

/**
 * The index behind the value that starts at `i`.
 * @param {string} text
 * @param {number} i
 */
function endOfValue(text, i) {
  let depth = 0;
  const start = i;
  while (i < text.length) {
    const char = text[i];
    if (char === '"') {
      i = endOfString(text, i);
      if (depth === 0) return i;
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      if (depth === 0) return i;
      depth -= 1;
      if (depth === 0) return i + 1;
    } else if (char === ',' && depth === 0) return i;
    i += 1;
  }
  throw new SyntaxError(`the value at ${start} does not end`);
}

/**
 * The index behind the string whose opening quote is at `i` (RFC 8259 section 7).
 * @param {string} text
 * @param {number} i
 */
function endOfString(text, i) {
  for (let j = i + 1; j < text.length; j += 1) {
    if (text[j] === '\\') j += 1;
    else if (text[j] === '"') return j + 1;
  }
  throw new SyntaxError(`the string at ${i} does not end`);
}

/**
 * @param {string} text
 * @param {number} i
 */
function skipSpace(text, i) {
  while (text[i] === ' ' || text[i] === '\n' || text[i] === '\r' || text[i] === '\t') i += 1;
  return i;
}

/**
 * @param {string} text
 * @param {number} i
 */
function describe(text, i) {
  return i < text.length ? `"${text[i]}" at ${i}` : 'the end';
}
