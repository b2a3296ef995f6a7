/**
 * Asks a JSON address every few seconds, only while the page is looked at, and ever less often when it fails.
 * @param {string} url
 * @param {(answer: any) => boolean} take  answers whether to go on asking
 */
export function poll(url, take) {
  const usual = 3000;
  let wait = usual;

  async function ask() {
    if (document.visibilityState === "hidden") return again();
    try {
      const response = await fetch(url, { headers: { accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      wait = usual;
      if (take(await response.json())) again();
    } catch {
      wait = Math.min(wait * 2, 60_000);
      again();
    }
  }

  function again() {
    setTimeout(ask, wait);
  }

  again();
}
