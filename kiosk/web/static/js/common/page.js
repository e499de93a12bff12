// What the server put into the page: texts, labels, data.

const node = document.getElementById("page-data");

/**
 * The page's data; empty where a page has none.
 * @type {Record<string, any>}
 */
export const data = node ? JSON.parse(node.textContent) : { texts: {}, labels: {} };

/**
 * The text in the reader's language; `%(name)s` is filled from `values`.
 * @param {string} source
 * @param {Record<string, unknown>} values
 */
export function t(source, values = {}) {
  const text = data.texts[source] || source;
  return text.replace(/%\((\w+)\)s/g, (/** @type {string} */ hole, /** @type {string} */ name) => (name in values ? String(values[name]) : hole));
}

/**
 * Sentences as one text: Chinese ones have no space between them.
 * @param {...string} texts
 */
export function sentences(...texts) {
  return texts.filter(Boolean).join(data.language === "en" ? " " : "");
}

/**
 * The name of a stable id in a group of labels; the id itself when it has none.
 * @param {string} group
 * @param {string | null | undefined} id
 * @returns {string}
 */
export function label(group, id) {
  return (id && data.labels[group]?.[id]) || String(id ?? "");
}

const locale = data.language === "en" ? "en-GB" : "zh-CN";

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
/** @type {Intl.DateTimeFormatOptions} */
const DAY = { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };

/** @type {Map<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>} Made when needed: one takes longer than all modules of a page. */
const formatters = new Map();

/**
 * @param {string | null} iso
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatted(iso, options) {
  if (!iso) return "";
  const made = formatters.get(options)
    ?? new Intl.DateTimeFormat(locale, { timeZone: data.timezone, hourCycle: "h23", ...options });
  formatters.set(options, made);
  return made.format(new Date(iso));
}

/**
 * Time of day in the centre's time zone.
 * @param {string | null} iso
 */
export function timeOfDay(iso) {
  return formatted(iso, CLOCK);
}

/**
 * Day and time in the centre's time zone.
 * @param {string | null} iso
 */
export function dayAndTime(iso) {
  return formatted(iso, DAY);
}

/**
 * Seconds, rounded up, as H:MM:SS.
 * @param {number} seconds
 */
export function duration(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const twoDigits = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${twoDigits(Math.floor(whole / 60) % 60)}:${twoDigits(whole % 60)}`;
}
