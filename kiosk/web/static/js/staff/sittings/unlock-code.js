// The unlock code as it is typed: groups of four, look-alikes corrected, check symbol tested.

import { normalised } from "../../common/typed-text.js";

const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 16;
const MODULUS = 37n;

/** Only the symbols of the code, look-alikes corrected (O is 0, I and L are 1). */
export function symbolsOf(text) {
  return [...normalised(text).replace(/O/g, "0").replace(/[IL]/g, "1")]
    .filter((symbol) => SYMBOLS.includes(symbol)).slice(0, LENGTH).join("");
}

/** In groups of four. */
export function grouped(text) {
  return (symbolsOf(text).match(/.{1,4}/g) || []).join("-");
}

/** Whether all symbols are there and the last one fits the others. */
export function looksRight(text) {
  const symbols = symbolsOf(text);
  if (symbols.length !== LENGTH) return false;
  const values = [...symbols].map((symbol) => BigInt(SYMBOLS.indexOf(symbol)));
  const number = values.slice(0, -1).reduce((sum, value) => sum * 32n + value, 0n);
  return number % MODULUS === values.at(-1);
}
