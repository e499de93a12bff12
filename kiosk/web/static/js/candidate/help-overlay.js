// Help and privacy open over the page: whoever reads them stays where they are.

import { findById, make } from "../common/dom.js";
import { t } from "../common/page.js";
import { sheet } from "../common/sheet.js";

const PAGES = { "#help": "/help", "#privacy": "/privacy" };

async function textOf(address) {
  // The answer page says at its switch how much of the paper is in two languages.
  const translated = findById("language")?.dataset.translated;
  const response = await fetch(`${address}?over=1${translated ? `&questions=${translated}` : ""}`, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(String(response.status));
  const found = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#main .prose");
  const title = found?.querySelector("h1");
  if (!found || !title) throw new Error("a page without a text");
  title.remove();
  return { title: title.textContent, content: [...found.children].map((part) => document.importNode(part, true)) };
}

async function open(address) {
  const { title, content } = await textOf(address).catch(() => ({
    title: t("Help"), content: [make("p", {}, t("The server of this centre cannot be reached."))],
  }));
  await sheet({
    title, wide: true, content: [make("div", { class: "prose stack" }, content)],
    actions: [{ value: null, text: t("Close"), kind: "primary" }],
  });
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("a[data-help]");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(new URL(link.href).pathname);
});

if (PAGES[location.hash]) {
  const address = PAGES[location.hash];
  history.replaceState(null, "", location.pathname + location.search);
  open(address);
}
findById("main")?.setAttribute("data-help-ready", "");
