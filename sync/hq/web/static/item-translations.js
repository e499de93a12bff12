// Options in other languages: one field for each option of the item, in its order.

/**
 * Brings the fields into the order of the options: new options get an empty one, and those of
 * removed options go.
 * @param {ParentNode} form
 * @param {string} letters
 */
export function follow(form, letters) {
  const options = [.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[name=option]"))];
  for (const list of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-translated]"))) {
    const rows = new Map([.../** @type {HTMLCollectionOf<HTMLElement>} */ (list.children)].map((row) => [row.dataset.of, row]));
    const model = /** @type {HTMLElement} */ (list.firstElementChild);
    const ordered = options.map(({ value }) => rows.get(value) ?? empty(model, value, String(list.dataset.translated)));
    ordered.forEach((row, number) => name(row, letters[number] ?? ""));
    list.replaceChildren(...ordered);
  }
}

/**
 * @param {HTMLElement} model
 * @param {string} token
 * @param {string} language
 */
function empty(model, token, language) {
  const row = /** @type {HTMLElement} */ (model.cloneNode(true));
  const field = /** @type {HTMLTextAreaElement} */ (row.querySelector("textarea"));
  row.dataset.of = token;
  field.name = `${language}-text-${token}`;
  field.value = "";
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {string} letter
 */
function name(row, letter) {
  const field = /** @type {HTMLTextAreaElement} */ (row.querySelector("textarea"));
  /** @type {HTMLElement} */ (row.querySelector(".option-letter")).textContent = letter;
  field.setAttribute("aria-label", String(field.ariaLabel).replace(/\S*$/, letter));
}
