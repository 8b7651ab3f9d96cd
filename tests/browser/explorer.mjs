/** What a person does and reads on the page, for the tests of this folder. */

import assert from "node:assert/strict";

/**
 * @typedef {import("playwright-core").Page} Page
 *
 * @typedef {object} Explorer What the tests use of the element.
 * @property {Record<string, number>} readouts
 * @property {import("../../www/src/description.ts").Description} description
 * @property {(name: string, value: string) => void} setAttribute
 * @property {() => string} toState
 * @property {(text: string) => void} fromState
 * @property {() => string} toSVG
 * @property {(figure?: string) => string} toCSV
 * @property {() => Promise<Blob>} toBlob
 * @property {(count: number) => void} step
 * @property {() => void} reset
 */

/**
 * Waits until the main figure is drawn.
 *
 * @param {Page} page
 */
export async function drawn(page) {
  await page.locator("loss-explorer canvas").first().waitFor();
  await page.waitForFunction(() => {
    const canvas = document.querySelector("loss-explorer")?.shadowRoot?.querySelector("canvas");
    return (canvas?.width ?? 0) > 0 && canvas?.width !== 300;
  });
}

/**
 * The loss with all its digits.
 *
 * @param {Page} page
 */
export async function exactLoss(page) {
  const loss = await page.evaluate(
    () =>
      /** @type {Explorer & Element} */ (document.querySelector("loss-explorer")).readouts["loss"],
  );
  assert.ok(typeof loss === "number", "the explorer tells no loss");
  return loss;
}

/**
 * Waits until nothing is to be drawn any more.
 *
 * @param {Page} page
 */
export async function settled(page) {
  const twoFrames = () =>
    page.evaluate(
      () =>
        new Promise((resolve) => {
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              resolve(undefined);
            }),
          );
        }),
    );
  await twoFrames();
  // What a person did may wait for a part of the program.
  await page.waitForFunction(() =>
    [...document.querySelectorAll("loss-explorer")].every(
      (explorer) => (explorer.shadowRoot?.querySelector(".loading")?.textContent ?? "") === "",
    ),
  );
  await twoFrames();
}

/**
 * Waits until the figures that are looked at are as fine as they get.
 *
 * @param {Page} page
 */
export async function refined(page) {
  await page.waitForTimeout(1000);
}

/**
 * How many different colours the main figure has.
 *
 * @param {Page} page
 * @returns {Promise<number>}
 */
export function colours(page) {
  return page
    .locator("loss-explorer .layers")
    .first()
    .evaluate((element) => {
      const layers = [...element.querySelectorAll("canvas")];
      // By way of a copy: reading a canvas itself would move it out of the graphics memory.
      const copy = new OffscreenCanvas(layers[0]?.width ?? 1, layers[0]?.height ?? 1);
      const context = copy.getContext("2d", { willReadFrequently: true });
      for (const layer of layers) context?.drawImage(layer, 0, 0);
      const pixels = context?.getImageData(0, 0, copy.width, copy.height).data;
      return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
    });
}

/**
 * The number that a text shows: 0.125, −3 or 2.180×10⁻⁷.
 *
 * @param {string} text
 */
function number(text) {
  const [figures = "", power] = text.replace("−", "-").split("×10");
  const exponent = Array.from(power ?? "0", (raised) =>
    raised === "⁻" ? "-" : Math.max(0, "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(raised)),
  );
  return Number(`${figures}e${exponent.join("")}`);
}

/**
 * The number that stands under a name.
 *
 * @param {Page} page
 * @param {string} name
 * @returns {Promise<number>}
 */
export async function readout(page, name) {
  const term = page.locator(".numbers dt").getByText(name, { exact: true });
  const text = await term.locator("xpath=following-sibling::dd").innerText();
  const value = number(text.split("\n")[0] ?? "");
  assert.ok(!Number.isNaN(value), `${name} is “${text}”`);
  return value;
}

/**
 * The state that the address holds.
 *
 * @param {Page} page
 */
export async function state(page) {
  // While something is turned the address follows a little later, as browsers limit how often it may change.
  await page.waitForTimeout(500);
  return new URL(page.url()).searchParams;
}

/**
 * Where the middle of something is.
 *
 * @param {import("playwright-core").Locator} locator
 */
export async function middle(locator) {
  await locator.scrollIntoViewIfNeeded();
  const box = await locator.boundingBox();
  if (box === null) throw new Error("it is not on screen");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
