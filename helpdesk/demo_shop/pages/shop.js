// Switches between products without leaving the page, as single-page shops do: the widget has to notice.
const pattern = /^\/(ar\/)?goods\/[a-z]+$/;

async function show(path) {
  const response = await fetch(path);
  if (!response.ok) {
    location.assign(path);
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  document.title = page.title;
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  scrollTo(0, 0);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-switch]");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || !pattern.test(location.pathname)) return;
  event.preventDefault();
  history.pushState(null, "", link.pathname);
  show(link.pathname).then(() => document.querySelector("main").focus({ preventScroll: true }));
});

addEventListener("popstate", () => {
  if (pattern.test(location.pathname)) show(location.pathname);
});

// The chat is told what is in the basket, and follows nobody who was not asked.
const CONSENT = "saltholm-consent";
window.Helpdesk ??= function () {
  (window.Helpdesk.q ??= []).push(arguments);
};
Helpdesk("set", { cart: JSON.parse(document.body.dataset.cart) });

// What the shop calls its moments. Whether somebody is invited then is set in the help desk, not here.
if (document.querySelector('form[action$="/thanks"]')) Helpdesk("track", "checkout_started");
const bought = new URLSearchParams(location.search);
if (location.pathname.endsWith("/thanks") && bought.has("order"))
  Helpdesk("convert", { event: "order", value: Number(bought.get("value")), currency: "EUR", id: bought.get("order") });

const ask = document.querySelector(".ask");
const answered = localStorage.getItem(CONSENT);
ask.hidden = Boolean(answered) || !document.querySelector('script[src$="/widget.js"]');
if (answered === "yes") Helpdesk("consent", true);

ask.addEventListener("click", ({ target }) => {
  if (!target.value) return;
  localStorage.setItem(CONSENT, target.value);
  ask.hidden = true;
  if (target.value === "yes") Helpdesk("consent", true);
});
