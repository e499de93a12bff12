// Groups of items that share a stimulus: which items they have, and how much room they want.

/** Characters that a page of a small screen shows above a question without pushing it out of sight. */
const SHORT_CHARACTERS = 160;

/**
 * The numbers of a group's items, in order.
 * @param {{ group: number | null, number: number }[]} items
 * @param {number} group
 */
export function numbersOf(items, group) {
  return items.filter((item) => item.group === group).map((item) => item.number);
}

/**
 * Whether a text is long enough to be beside the question instead of above it.
 * @param {import("./item-text.js").Text} text
 */
export function isLong(text) {
  const characters = text.reduce((sum, part) => sum + (part.kind === "text" ? part.text.length : 0), 0);
  return characters > SHORT_CHARACTERS || text.some((part) => part.kind === "table" || part.kind === "picture");
}
