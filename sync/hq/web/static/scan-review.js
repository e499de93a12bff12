// Keys of the review: A accepts, R returns, N goes on, 1 to 6 choose a usual reason.

const KEYS = "anr123456";

const form = document.getElementById("decision");
const reason = document.getElementById("reason");

function choose(key) {
  const usual = form?.querySelector(`input[data-key="${key}"]`);
  if (!(usual instanceof HTMLInputElement)) return false;
  usual.checked = true;
  return true;
}

function press(key) {
  if (key === "n") document.getElementById("next")?.click();
  else if (key === "a") document.getElementById("accept")?.click();
  else if (key === "r") askReason();
  else choose(key);
}

function askReason() {
  const given = form?.querySelector("input[name=usual]:checked") || (reason instanceof HTMLInputElement && reason.value.trim());
  if (given) document.getElementById("return")?.click();
  else reason?.focus();
}

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing) return;
  if (!KEYS.includes(event.key.toLowerCase())) return;
  event.preventDefault(); // the key must not be typed into the field that gets the focus
  press(event.key.toLowerCase());
});

export {};
