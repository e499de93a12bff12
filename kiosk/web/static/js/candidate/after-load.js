// What a page does not need to be shown comes after it: help, and answers that this terminal still
// holds. Without the server, help opens as a page and the answers wait for the next page.

addEventListener("load", () => {
  import("./help-overlay.js");
  import("./answers/held-answers.js");
}, { once: true });
