/*
 * What lessons cite: sections of standards, and manuals. Their names are the same in every language.
 */

/** @typedef {import('./types.js').Source} Source */

const HTML = 'https://html.spec.whatwg.org/multipage/server-sent-events.html';

/** @param {number} number @param {string} section @returns {Source} */
const rfc = (number, section) => ({ says: `RFC ${number} §${section}`, url: `https://www.rfc-editor.org/rfc/rfc${number}#section-${section}` });

/** @type {Record<string, Source>} */
export const SOURCES = {
  eventSource: { says: 'WHATWG HTML §9.2.2', url: `${HTML}#the-eventsource-interface` },
  reconnecting: { says: 'WHATWG HTML §9.2.3', url: `${HTML}#sse-processing-model` },
  lastEventId: { says: 'WHATWG HTML §9.2.4', url: `${HTML}#the-last-event-id-header` },
  parsing: { says: 'WHATWG HTML §9.2.5', url: `${HTML}#parsing-an-event-stream` },
  interpreting: { says: 'WHATWG HTML §9.2.6', url: `${HTML}#event-stream-interpretation` },
  authoring: { says: 'WHATWG HTML §9.2.7', url: `${HTML}#authoring-notes` },
  webSocket: { says: 'WHATWG WebSockets §3', url: 'https://websockets.spec.whatwg.org/#the-websocket-interface' },
  preflight: { says: 'WHATWG Fetch, CORS-preflight fetch', url: 'https://fetch.spec.whatwg.org/#cors-preflight-fetch' },
  body: { says: 'WHATWG Fetch, body', url: 'https://fetch.spec.whatwg.org/#concept-body' },
  nginxBuffering: { says: 'nginx, proxy_buffering', url: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering' },
  base64: rfc(4648, '4'),
  frames: rfc(6455, '5.2'),
  masks: rfc(6455, '5.3'),
  dataFrames: rfc(6455, '5.6'),
  closeCodes: rfc(6455, '7.4.1'),
  closedHow: rfc(6455, '7.1.5'),
  backOff: rfc(6455, '7.2.3'),
  upgrade: rfc(9110, '7.8'),
  retryAfter: rfc(9110, '10.2.3'),
  post: rfc(9110, '9.3.3'),
  chunks: rfc(9112, '7.1'),
  persistence: rfc(9112, '9.3'),
  concurrency: rfc(9112, '9.4'),
  halfOpen: rfc(9293, '3.5.1'),
};
