// Draws an answer from the server's nodes: elements of a closed list and text, never markup.

const TAGS = new Set(["p", "br", "b", "i", "u", "sub", "sup", "ul", "ol", "li"]);

/** @param {HTMLElement} place @param {Array<any>} nodes @param {(name: string, values?: object) => string} text */
export function draw(place, nodes, text) {
  place.replaceChildren(...nodes.map((node) => drawn(node, text)));
}

function drawn(node, text) {
  if (node.tag) return element(node, text);
  if (node.hidden) return bar(node.text, text("hidden"));
  return node.points ? keyword(node, text) : document.createTextNode(node.text);
}

function element(node, text) {
  const made = document.createElement(TAGS.has(node.tag) ? node.tag : "span");
  draw(made, node.nodes, text);
  return made;
}

function bar(content, name) {
  const made = document.createElement("span");
  made.className = "redacted";
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", name);
  made.textContent = content;
  return made;
}

function keyword(node, text) {
  const numbers = node.points.join(", ");
  const made = document.createElement("mark");
  made.title = text("keyword", { numbers });
  made.textContent = node.text;
  const small = document.createElement("sup");
  small.setAttribute("aria-hidden", "true");
  small.textContent = numbers;
  made.append(small);
  return made;
}
