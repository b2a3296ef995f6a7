/** How the inputs of conditions are named: `audience-2-kind`, in a group `audience-2-0-kind`. */

/**
 * The next free number below `prefix`.
 * @param {string} prefix @param {string[]} taken prefixes of rows and groups, also of other trees and deeper
 */
export function nextNumber(prefix, taken) {
  const numbers = taken
    .filter((each) => each.startsWith(`${prefix}-`))
    .map((each) => Number(each.slice(prefix.length + 1)))
    .filter(Number.isInteger);
  return Math.max(-1, ...numbers) + 1;
}

/**
 * What was typed in a row, by the last part of its names.
 * @param {string} prefix @param {Iterable<[string, string]>} fields
 * @returns {Map<string, string[]>}
 */
export function typedIn(prefix, fields) {
  /** @type {Map<string, string[]>} */
  const typed = new Map();
  for (const [name, value] of fields) {
    if (!name.startsWith(`${prefix}-`)) continue;
    const part = name.slice(prefix.length + 1);
    typed.set(part, [...(typed.get(part) ?? []), value]);
  }
  return typed;
}

/**
 * Whether what stands in a part is needed for a comparison; a part without a list always is.
 * @param {string | undefined} needs @param {string} operator
 */
export function isNeeded(needs, operator) {
  return needs === undefined || needs.split(" ").includes(operator);
}
