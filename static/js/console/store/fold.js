/** Text as a search compares it: without regard to case, accents and the width of letters. @param {string} text */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
