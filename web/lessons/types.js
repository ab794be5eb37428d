/*
 * The shape of a lesson. Nothing runs here; lessons and their model import these names for their JSDoc types.
 * A lesson is data: what is asked, what can be answered, and how the answer is read from what was measured.
 */

/** @typedef {{en: string, zh: string}} Text  blanks `{wait}` or `{sse.bytes-up}` are filled with what was measured */

/** @typedef {{says: string, url: string}} Source  the section of a standard, or a manual */

/**
 * What a measure must be (docs/reference/scenario/expect.md has their names): a value; `null` where nothing may have been measured; or bounds, both
 * within, times in ms. `above` and `below` compare with the same measure of another lane, `times` a multiple of it.
 * Where it was measured several times, the least counts for `min` and `above`, the greatest for `max` and `below`.
 * @typedef {number|string|boolean|null|{min?: number, max?: number, above?: string, below?: string, times?: number}} Wanted
 */

/**
 * One of those that can be chosen, and when it is right: if all of `when` holds for each reader of the bet's lanes, and what they differ by in a measure
 * is within `spread`. With `readers`, if `when` holds for so many of them.
 * @typedef {object} Answer
 * @property {string} answer  its name
 * @property {Text} says
 * @property {Record<string, Wanted>} when
 * @property {{min: number, max: number}} [readers]
 * @property {Record<string, {min?: number, max?: number}>} [spread]
 * @property {Text} [because]  the reason; of each that is usual
 */

/**
 * @typedef {object} Bet
 * @property {string} bet       its name
 * @property {string[]} lanes   whom it is on, as the scenario names them
 * @property {Text} asks
 * @property {Answer[]} answers the first that is right is what was measured
 * @property {string[]} usual   what was measured in browsers before
 * @property {Text} otherwise   said where something else was measured, or nothing that is an answer
 * @property {Source[]} sources
 */

/** @typedef {{says: Text, set: string[]}} KnobValue  `set`: settings of the run, as POST /api/runs and --set take them */

/**
 * @typedef {object} Knob
 * @property {string} knob
 * @property {Text} says
 * @property {KnobValue[]} values  the first is the scenario as it is
 * @property {Text} look           what to look for
 */

/**
 * @typedef {object} Lesson
 * @property {string} name
 * @property {Text} title
 * @property {Text} question
 * @property {Text} scene          what is done to whom, in a sentence or two, before the bets
 * @property {string} scenario     a file of scenarios/, by its name
 * @property {{says: Text, scenario: string, command: string}|null} native  what a page cannot play, and how it is played
 * @property {Bet[]} bets
 * @property {Knob[]} knobs
 * @property {string|null} next    a lesson's name
 */

export {};
