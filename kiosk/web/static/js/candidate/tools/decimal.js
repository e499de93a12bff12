// Decimal numbers of the calculator: exact sums and products of what people type, so that
// 0.1 + 0.2 is 0.3. Quotients and roots are rounded far behind the last digit that is shown.

/** @typedef {{ n: bigint, e: number }} Decimal n × 10^e */

const KEPT = 30;
const SHOWN = 12;
/** Differences this far behind the first digit are what rounding left over: 1 ÷ 3 × 3 − 1 is 0. */
const NOISE = 28;
const LARGEST = 99;

/** Why there is no result: "divide" by zero, "root" of a negative number, "large". */
export class NoResult extends Error {
  /** @param {"divide" | "root" | "large"} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** @type {Decimal} */
export const ZERO = { n: 0n, e: 0 };

/** @param {number} count */
const tens = (count) => 10n ** BigInt(count);
/** @param {bigint} n */
const size = (n) => (n < 0n ? -n : n);
/** @param {bigint} n */
const digits = (n) => String(size(n)).length;
/** The power of ten of the first digit. @param {Decimal} value */
const magnitude = ({ n, e }) => digits(n) + e - 1;

/**
 * Rounded half away from zero, without zeros at the end.
 * @param {Decimal} value
 * @param {number} kept digits
 * @returns {Decimal}
 */
function rounded({ n, e }, kept) {
  const cut = digits(n) - kept;
  if (cut > 0) {
    const half = n < 0n ? -tens(cut) / 2n : tens(cut) / 2n;
    [n, e] = [(n + half) / tens(cut), e + cut];
  }
  if (n === 0n) return ZERO;
  for (; n % 10n === 0n; e += 1) n /= 10n;
  return { n, e };
}

/** @param {Decimal} value */
function bounded(value) {
  const result = rounded(value, KEPT);
  if (result.n !== 0n && magnitude(result) > LARGEST) throw new NoResult("large");
  return result.n !== 0n && magnitude(result) < -LARGEST ? ZERO : result;
}

/**
 * The number that somebody has typed: digits with at most one point, perhaps a minus before.
 * @param {string} text
 * @returns {Decimal}
 */
export function parse(text) {
  const [whole, part = ""] = text.split(".");
  return rounded({ n: BigInt(`${whole}${part}`), e: -part.length }, KEPT);
}

/** @param {Decimal} value */
export function negative({ n, e }) {
  return { n: -n, e };
}

/**
 * @param {Decimal} a
 * @param {Decimal} b
 */
export function add(a, b) {
  const e = Math.min(a.e, b.e);
  const n = a.n * tens(a.e - e) + b.n * tens(b.e - e);
  const noise = Math.max(magnitude(a), magnitude(b)) - NOISE;
  return n !== 0n && magnitude({ n, e }) < noise ? ZERO : bounded({ n, e });
}

/**
 * @param {Decimal} a
 * @param {Decimal} b
 */
export function subtract(a, b) {
  return add(a, negative(b));
}

/**
 * @param {Decimal} a
 * @param {Decimal} b
 */
export function multiply(a, b) {
  return bounded({ n: a.n * b.n, e: a.e + b.e });
}

/**
 * Raises NoResult for a division by zero.
 * @param {Decimal} a
 * @param {Decimal} b
 */
export function divide(a, b) {
  if (b.n === 0n) throw new NoResult("divide");
  const more = Math.max(0, KEPT + 1 + digits(b.n) - digits(a.n));
  return bounded({ n: (a.n * tens(more)) / b.n, e: a.e - b.e - more });
}

/**
 * The square root. Raises NoResult for negative numbers.
 * @param {Decimal} value
 */
export function root({ n, e }) {
  if (n < 0n) throw new NoResult("root");
  if (n === 0n) return ZERO;
  // An even power of ten, and twice as many digits as are kept.
  const more = 2 * KEPT + (Math.abs(e) % 2);
  return bounded({ n: wholeRoot(n * tens(more)), e: (e - more) / 2 });
}

/**
 * The whole part of a square root, by Newton's method from above.
 * @param {bigint} n
 */
function wholeRoot(n) {
  let guess = tens(Math.ceil(digits(n) / 2));
  for (;;) {
    const next = (guess + n / guess) / 2n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/**
 * As it is shown: twelve digits, and a power of ten where there are more before or behind the point.
 * @param {Decimal} value
 */
export function show(value) {
  const { n, e } = rounded(value, SHOWN);
  const power = magnitude({ n, e });
  const sign = n < 0n ? "−" : "";
  const all = String(size(n));
  if (power >= SHOWN || power < -9) return `${sign}${all[0]}${all.length > 1 ? "." : ""}${all.slice(1)}×10^${String(power).replace("-", "−")}`;
  if (e >= 0) return sign + all + "0".repeat(e);
  const padded = all.padStart(1 - e, "0");
  return `${sign}${padded.slice(0, e)}.${padded.slice(e)}`;
}
