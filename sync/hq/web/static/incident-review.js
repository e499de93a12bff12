// Keys of an incident: N and P leaf through, J judges, the others choose a reason.

const form = document.getElementById("judgement");

function choose(key) {
  const reason = form?.querySelector(`input[data-key="${CSS.escape(key)}"]`);
  if (!(reason instanceof HTMLInputElement)) return false;
  reason.checked = true;
  reason.focus();
  return true;
}

function press(key) {
  if (key === "n") document.getElementById("next")?.click();
  else if (key === "p") document.getElementById("previous")?.click();
  else if (key === "j") document.getElementById("judge")?.click();
  else return choose(key);
  return true;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || typing) return;
  if (press(event.key.toLowerCase())) event.preventDefault();
});

export {};
