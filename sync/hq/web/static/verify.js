// The public page: sends what follows "#" in the address of a QR code, which browsers keep to themselves.

const form = document.getElementById("statement-form");
const statement = document.getElementById("statement");

if (location.hash.length > 1 && form instanceof HTMLFormElement && statement instanceof HTMLTextAreaElement) {
  statement.value = location.hash.slice(1);
  // Going back must not send it again.
  history.replaceState(null, "", location.pathname + location.search);
  form.requestSubmit();
}
