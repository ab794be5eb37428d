/*
 * What a dashboard may tell a lane over its port, and what comes back. Nothing runs here.
 */

/**
 * @typedef {object} ConnectOrder
 * @property {'connect'} type
 * @property {boolean} fresh       a new run: forget the reader and the record
 * @property {string} lane
 * @property {string} transport
 * @property {string} job
 * @property {import('../model/types.js').LaneSettings} settings
 * @property {string} [origin]  where it reads, if not at the origin of its own page
 */

/**
 * @typedef {ConnectOrder
 *   | {type: 'disconnect', cause: string}
 *   | {type: 'command', order: import('../transports/link.js').Order}
 *   | {type: 'dump', ask: string}
 *   | {type: 'source', ask: string, transport?: string}} Order
 */

/**
 * @typedef {{type: 'records', lines: import('../model/types.js').Observation[]}
 *   | {type: 'dump', ask: string, lines: import('../model/types.js').Observation[], dropped: number}
 *   | {type: 'source', ask: string, files: {address: string, text: string}[]}} Answer
 */

export {};
