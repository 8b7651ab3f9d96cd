/** The golden cases of all losses, and the comparison of answers. */

import { readFile, readdir } from "node:fs/promises";

/**
 * @typedef {object} Answer Numbers, some in nested arrays; one that is not finite is a string.
 * @property {number | string} value
 * @property {Record<string, unknown>} gradient
 * @property {string} [error] In place of the others.
 *
 * @typedef {object} Case
 * @property {string} name Loss and line, as in `nt-xent:3`.
 * @property {string} line The line of JSON.
 * @property {Answer} expected The independent reference's answer.
 */

const FOLDER = new URL("../golden/", import.meta.url);

/**
 * Every line of every file in `tests/golden/`.
 *
 * @returns {Promise<Case[]>}
 */
export async function goldenCases() {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".jsonl")).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), "utf8");
      return text
        .trimEnd()
        .split("\n")
        .map((line, index) => ({
          name: `${name.replace(".jsonl", "")}:${index + 1}`,
          line,
          expected: answer(line),
        }));
    }),
  );
  return files.flat();
}

/**
 * Reads a line of JSON.
 *
 * @type {(line: string) => Answer}
 */
export const answer = JSON.parse;

/**
 * The first place where two answers differ, or nothing.
 *
 * @param {Answer} actual
 * @param {Answer} expected
 * @param {{ relative: number, absolute: number }} tolerance
 * @returns {string | undefined}
 */
export function difference(actual, expected, tolerance) {
  if (actual.error !== expected.error) {
    return `error ${JSON.stringify(actual.error)} instead of ${JSON.stringify(expected.error)}`;
  }
  if (expected.error !== undefined) return undefined;
  const names = [Object.keys(actual.gradient), Object.keys(expected.gradient)].map((keys) =>
    keys.sort().join(", "),
  );
  if (names[0] !== names[1]) return `gradient by ${names[0]} instead of by ${names[1]}`;
  return (
    between(actual.value, expected.value, "value", tolerance) ??
    Object.entries(expected.gradient)
      .map(([name, entries]) =>
        between(actual.gradient[name], entries, `gradient by ${name}`, tolerance),
      )
      .find((found) => found !== undefined)
  );
}

/**
 * @param {unknown} actual
 * @param {unknown} expected
 * @param {string} place
 * @param {{ relative: number, absolute: number }} tolerance
 * @returns {string | undefined}
 */
function between(actual, expected, place, tolerance) {
  if (Array.isArray(actual) && Array.isArray(expected) && actual.length === expected.length) {
    return expected
      .map((entry, index) => between(actual[index], entry, `${place}[${index}]`, tolerance))
      .find((found) => found !== undefined);
  }
  const numbers = !Array.isArray(actual) && !Array.isArray(expected);
  const [a, e] = [Number(actual), Number(expected)];
  const bound = tolerance.absolute + tolerance.relative * Math.abs(e);
  if (numbers && (Object.is(a, e) || Math.abs(a - e) <= bound)) return undefined;
  return `${place} is ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`;
}
