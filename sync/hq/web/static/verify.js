// The public page: sends what follows "#" in the address of a QR code, which browsers keep to themselves.

const statementForm = document.getElementById("statement-form");
const pasted = document.getElementById("statement");

if (location.hash.length > 1 && statementForm instanceof HTMLFormElement && pasted instanceof HTMLTextAreaElement) {
  pasted.value = location.hash.slice(1);
  // Going back must not send it again.
  history.replaceState(null, "", location.pathname + location.search);
  statementForm.requestSubmit();
}
