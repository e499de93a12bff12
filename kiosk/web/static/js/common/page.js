// What the server put into the page: texts, labels, data.

const node = document.getElementById("page-data");

/** The page's data; empty where a page has none. */
export const data = node ? JSON.parse(node.textContent) : { texts: {}, labels: {} };

/** The text in the reader's language; `%(name)s` is filled from `values`. */
export function t(source, values = {}) {
  const text = data.texts[source] || source;
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Sentences as one text: Chinese ones have no space between them. */
export function sentences(...texts) {
  return texts.filter(Boolean).join(data.language === "en" ? " " : "");
}

/** The name of a stable id of one group of labels; the id itself when it has none. */
export function label(group, id) {
  return (data.labels[group] && data.labels[group][id]) || String(id ?? "");
}

const locale = data.language === "en" ? "en-GB" : "zh-CN";

function formatter(options) {
  return new Intl.DateTimeFormat(locale, { timeZone: data.timezone, hourCycle: "h23", ...options });
}

const clockTime = formatter({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayTime = formatter({ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** Time of day in the centre's time zone. */
export function timeOfDay(iso) {
  return iso ? clockTime.format(new Date(iso)) : "";
}

/** Day and time in the centre's time zone. */
export function dayAndTime(iso) {
  return iso ? dayTime.format(new Date(iso)) : "";
}

/** Seconds as H:MM:SS. */
export function duration(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const part = (value) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${part(Math.floor(whole / 60) % 60)}:${part(whole % 60)}`;
}
