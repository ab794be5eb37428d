/*
 * The shapes that travel between the page's parts. Nothing runs here; other
 * files import these names for their JSDoc types. The observation is the line
 * of docs/reference/record.md.
 */

/**
 * @typedef {object} Observation
 * @property {1} v
 * @property {string} kind
 * @property {number} at       ms since 1970, by the clock that saw it
 * @property {'server'|'lane'} clock
 * @property {string} [lane]
 * @property {string} [transport]
 * @property {string} [conn]
 * @property {string} [run]      of a conductor's line
 * @property {number} [step]
 * @property {string} [does]     what a step does
 * @property {string} [of]       the lane it is for, as the scenario names it
 * @property {{command?: string, factor?: number|null, times?: number}} [order]
 * @property {string} [problem]
 * @property {string} [job]
 * @property {'up'|'down'} [dir]
 * @property {number} [seq]
 * @property {string} [type]
 * @property {number} [time]
 * @property {number} [payload]
 * @property {number} [bytes]
 * @property {string} [encoding]
 * @property {number|null} [percent]
 * @property {number} [attempt]
 * @property {string|null} [cursor]
 * @property {string} [url]
 * @property {number} [ready]
 * @property {string} [method]
 * @property {string} [path]
 * @property {number} [status]
 * @property {number} [took]
 * @property {string} [as]
 * @property {number} [from]
 * @property {number} [to]
 * @property {string} [asked]
 * @property {string} [epoch]
 * @property {number} [head]
 * @property {number} [earliest]
 * @property {string} [after]
 * @property {string} [id]
 * @property {string} [command]
 * @property {string} [via]
 * @property {number} [wire]
 * @property {boolean} [ok]
 * @property {string} [error]
 * @property {number} [code]
 * @property {string} [cause]
 * @property {number|null} [wait]
 * @property {string} [reason]
 * @property {boolean} [clean]
 * @property {number} [connections]
 * @property {number} [open]
 * @property {number} [requests]
 * @property {number} [in]
 * @property {number} [out]
 * @property {number} [offset]
 * @property {number} [rtt]
 * @property {number} [samples]
 * @property {string} [client]
 * @property {string} [by]       the transport that took over
 * @property {number} [max]
 * @property {number} [retry]
 * @property {number} [skipped]
 * @property {string} [text]     the beginning of a line of text
 * @property {number} [due]
 * @property {number} [origin]
 * @property {string} [fault]
 * @property {Record<string, string>} [params]
 * @property {string} [scope]
 * @property {string} [lasts]
 * @property {Record<string, number>} [heads]
 * @property {number} [struck]
 * @property {string} [what]     what a fault did to a connection
 * @property {string} [why]
 * @property {string} [caveat]
 * @property {Record<string, unknown>} [values]
 * @property {number} [lines]
 */

/** @typedef {'idle'|'connecting'|'open'|'waiting'|'closed'|'given-up'|'ended'} LaneState */

/**
 * What one lane's client is set to; part of the connect message.
 * @typedef {object} LaneSettings
 * @property {Record<string, string>} values   each switch as it stands, the defaults among them
 * @property {Record<string, string>} changed  those that are not as the server and the page have them by default
 * @property {Record<string, string>} sent     those of them that the server is to be told
 * @property {Record<string, string>} shown    those of them that belong on the lane's card: its own, and what makes its numbers others
 */

export {};
