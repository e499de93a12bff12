// What every look at the server brings beside time and state: the own call, and messages.

/** @typedef {{ number: number, reason: string, at: string, coming: boolean }} Call */
/** @typedef {{ call: Call | null, messages: import("./unread.js").Message[], live_wanted?: boolean }} News */

/**
 * Pass on what a reply of the server said.
 * @param {News} news
 */
export function spread(news) {
  document.dispatchEvent(new CustomEvent("attempt-news", { detail: news }));
}

/**
 * Run `act` with the news of every reply.
 * @param {(news: News) => void} act
 */
export function onNews(act) {
  document.addEventListener("attempt-news", (event) => event instanceof CustomEvent && act(event.detail));
}
