// Points as markers type them, exactly: in thousandths, so that 0.1 and 0.2 make 0.3.

const SCALE = 1000;

/** @returns {number|null} thousandths, or null if the text is no number of points */
export function read(text) {
  const plain = text.normalize("NFKC").trim().replace(/[,，。．]/, ".");
  const found = /^(\d{0,3})(?:\.(\d{0,3}))?$/.exec(plain);
  if (!found || !(found[1] || found[2])) return null;
  return Number(found[1] || "0") * SCALE + Number((found[2] || "").padEnd(3, "0"));
}

export function write(points) {
  return String(points / SCALE);
}

/** Whether a number of points can be given: by whole steps, or all of them. */
export function fits(points, most, step) {
  return points !== null && points >= 0 && points <= most && (points % step === 0 || points === most);
}

/** The points one step up or down, within 0 and the most; an empty field begins at its end. */
export function moved(points, direction, most, step) {
  if (points === null) return direction > 0 ? Math.min(step, most) : 0;
  const next = direction > 0 ? Math.floor(points / step + 1) * step : Math.ceil(points / step - 1) * step;
  return Math.max(0, Math.min(most, next));
}

/** @returns {number|null} null while a criterion has no points */
export function sum(given) {
  return given.includes(null) ? null : given.reduce((total, points) => total + points, 0);
}
