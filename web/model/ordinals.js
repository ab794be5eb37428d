/*
 * Numbers for lanes of one transport, where there is more than one: "SSE 1", "SSE 2".
 */

/**
 * For each transport of the list its number among its like; '' where it is the only one.
 * @param {string[]} transports
 * @returns {(number|'')[]}
 */
export function ordinals(transports) {
  return transports.map((one, index) => {
    const alone = transports.indexOf(one) === transports.lastIndexOf(one);
    return alone ? '' : transports.slice(0, index + 1).filter((other) => other === one).length;
  });
}
