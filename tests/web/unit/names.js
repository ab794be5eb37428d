// Latin words that Chinese text keeps, and why.

/** @param {string} words */
const list = (words) => words.split(/\s+/).filter(Boolean);

export const NAMES = new Set([
  // Products, this program and its commands and flags.
  ...list('wirebench Chromium Firefox nginx check play record report FILE bytes lanes jsonl'),
  // Standards, protocols, formats and what their texts call things.
  ...list('HTTP TCP TLS RFC SSE WebSocket WS XHR EventSource Fetch fetch Worker JSON CBOR SVG Markdown UTF- IPv IP SHA- base xff'),
  ...list('GET POST Upgrade Content-Encoding Last-Event-ID X-Accel-Buffering no Access-Control gzip event-stream text head'),
  ...list('Retry-After WHATWG HTML cookie dead-after'),
  ...list('BOM CR CRLF LF NUL Nagle NODELAY FIN RST CAP NET ADMIN KiB ms'),
  // Fields, events, states and values, as they stand in code and on the wire.
  ...list('data event id retry type error open message close Close ping pong readyState CONNECTING CLOSED DONE addEventListener xhr'),
  ...list('after binary compressed hello last log off poll raw restart resume shared snapshot status stock token'),
  // Keys.
  ...list('Alt Enter Escape Page Up Down'),
  // The name of the other language, and a word of the article that is quoted.
  ...list('English NO'),
]);
