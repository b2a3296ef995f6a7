/** What the renderer of invitations needs around it, asked once for each language. */

/** @typedef {{look: Record<string, any>, words: Record<string, string>}} Around */

/** @type {Map<string, Promise<Around | null>>} */
const asked = new Map();

/** @param {string} address @param {string} language @returns {Promise<Around | null>} null: the server cannot be asked */
export function aroundIn(address, language) {
  const key = `${address} ${language}`;
  const known = asked.get(key);
  if (known) return known;
  const answer = fetch(`${address}?language=${encodeURIComponent(language)}`)
    .then((response) => (response.ok && !response.redirected ? response.json() : null))
    .catch(() => null);
  asked.set(key, answer);
  return answer;
}

/** A basket to look at: the shop tells the real one. */
export const SAMPLE_CART = {
  value: 116,
  currency: "EUR",
  items: [
    { name: "Tide teapot", quantity: 1, price: 68 },
    { name: "Ember mug", quantity: 2, price: 24 },
  ],
};

/** @param {HTMLElement} stage @param {HTMLElement} drawn in place of what was drawn before */
export function place(stage, drawn) {
  stage.querySelector("helpdesk-invitation")?.remove();
  stage.append(drawn);
}
