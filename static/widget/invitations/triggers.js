/**
 * Whether what an invitation waits for has happened: trees of conditions as the server sends them, with all that it can
 * tell by itself already taken out. Pure.
 * @module triggers
 */

/**
 * @typedef {{kind: string, operator: string, value?: number, name?: string, within_seconds?: number | null}} Condition
 * @typedef {{match: "all" | "any", of: (Condition | Tree)[]}} Tree
 * @typedef {object} Facts what the page knows of itself now
 * @property {string} view its own id of this view of the page
 * @property {number} seconds_page that somebody looked at it
 * @property {number} seconds_visit the same, of all pages
 * @property {number} seconds_idle
 * @property {number} scroll_percent how far down it was ever seen, 0 … 100
 * @property {boolean} exit_intent
 * @property {string[]} seen selectors of which an element was in view
 * @typedef {{name: string, at: number}} Happening `at` in ms
 */

/** @type {Record<string, (facts: Facts, condition: Condition, events: Happening[], now: number) => any>} */
const VALUES = {
  seconds_on_page: (facts) => facts.seconds_page,
  seconds_on_site: (facts) => facts.seconds_visit,
  seconds_idle: (facts) => facts.seconds_idle,
  scroll_percent: (facts) => facts.scroll_percent,
  exit_intent: (facts) => facts.exit_intent,
  element_seen: (facts, { name = "" }) => facts.seen.includes(name),
  custom_event: (_facts, { name, within_seconds: span }, events, now) =>
    events.filter((each) => each.name === name && (!span || now - each.at <= span * 1000)).length,
};

/** @type {Record<string, (actual: any, wanted: any) => boolean>} */
const OPERATORS = {
  equals: (actual, wanted) => actual === wanted,
  does_not_equal: (actual, wanted) => actual !== wanted,
  at_least: (actual, wanted) => actual >= wanted,
  less_than: (actual, wanted) => actual < wanted,
  more_than: (actual, wanted) => actual > wanted,
  at_most: (actual, wanted) => actual <= wanted,
  yes: (actual) => actual,
  no: (actual) => !actual,
};

/**
 * What the page cannot know never matches, negated or not.
 * @param {Tree} tree @param {Facts} facts @param {Happening[]} events that the site tracked on this page @param {number} now
 * @returns {boolean}
 */
export function holds(tree, facts, events, now) {
  const judge = (/** @type {Condition | Tree} */ member) => {
    if ("match" in member) return holds(member, facts, events, now);
    const value = VALUES[member.kind]?.(facts, member, events, now);
    return value !== undefined && Boolean(OPERATORS[member.operator]?.(value, member.value));
  };
  return tree.match === "any" ? tree.of.some(judge) : tree.of.every(judge);
}

/** The selectors that the tree asks about. @param {Tree} tree @returns {string[]} */
export function selectors(tree) {
  return tree.of.flatMap((member) =>
    "match" in member ? selectors(member) : member.kind === "element_seen" && member.name ? [member.name] : [],
  );
}
