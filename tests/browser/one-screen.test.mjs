/** What an exhibit speaks of is in view together: figures, numbers of the claim, Play, and any control. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drawn, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

const EXHIBITS = new URL("../../www/generated/exhibits.json", import.meta.url);

/** The windows of a small laptop and of a larger one. */
const WINDOWS = [
  { width: 1280, height: 720 },
  { width: 1440, height: 900 },
];

/** No figure that is looked at first is lower than this, in CSS pixels. */
const LEAST = 120;

/**
 * @typedef {{ id: string, figures: string[] }} Exhibit
 *
 * @param {string} text
 * @returns {Exhibit[]}
 */
function exhibits(text) {
  const read = /** @type {unknown} */ (JSON.parse(text));
  return /** @type {Exhibit[]} */ (read);
}

/**
 * What of the parts is cut off by the window, and which figures are too small.
 *
 * @param {import("playwright-core").Page} page
 * @param {Exhibit} exhibit
 * @returns {Promise<string[]>}
 */
function unseen(page, { figures }) {
  return page.evaluate(
    ({ figures, least }) => {
      const explorer = /** @type {import("./explorer.mjs").Explorer & HTMLElement} */ (
        document.querySelector("loss-explorer")
      );
      const root = explorer.shadowRoot;
      /** @type {string[]} */
      const found = [];
      /** @param {Element | null | undefined} element @param {string} name */
      const seen = (element, name) => {
        if (!element) {
          found.push(`${name} is not there`);
          return;
        }
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const [width, height] = [document.documentElement.clientWidth, innerHeight];
        if (left < 0 || right > width || top < 0 || bottom > height) {
          found.push(
            `${name} reaches from ${Math.round(top)} to ${Math.round(bottom)} of ${height}`,
          );
        }
      };
      const { figures: all, stage } = explorer.description;
      const first = all.filter(({ main }) => main).map(({ id }) => id);
      for (const id of [...first, ...figures]) {
        const surface = root
          ?.querySelector(`#figure-${id}`)
          ?.closest("figure")
          ?.querySelector(".surface");
        seen(surface, `the figure ${id}`);
        const height = surface?.getBoundingClientRect().height ?? 0;
        if (height < least) found.push(`the figure ${id} is ${Math.round(height)} pixels high`);
      }
      seen(root?.querySelector(".claim"), "the claim in numbers");
      seen(root?.querySelector("h2"), "the title");
      if (stage.trains) seen(root?.querySelector(".transport"), "Play");
      return found;
    },
    { figures, least: LEAST },
  );
}

for (const viewport of WINDOWS) {
  const { width, height } = viewport;
  test(`every exhibit is on one screen of ${width} × ${height}, whatever control is gone to`, () =>
    visit({ viewport }, async (page) => {
      await drawn(page);
      /** @type {string[]} */
      const found = [];
      for (const exhibit of exhibits(await readFile(EXHIBITS, "utf8"))) {
        await page.evaluate((state) => {
          const explorer = /** @type {import("./explorer.mjs").Explorer & HTMLElement} */ (
            document.querySelector("loss-explorer")
          );
          explorer.fromState(state);
        }, `exhibit=${exhibit.id}`);
        await page.waitForFunction(
          ({ id, figures }) => {
            const explorer = /** @type {import("./explorer.mjs").Explorer & HTMLElement} */ (
              document.querySelector("loss-explorer")
            );
            const root = explorer.shadowRoot;
            const told = root?.querySelector(".claim :is(dd, td + td, th + td)") !== null;
            const there = figures.every((figure) => root?.querySelector(`.key #figure-${figure}`));
            return explorer.description.exhibit?.id === id && told && there;
          },
          { id: exhibit.id, figures: exhibit.figures },
          { timeout: 20_000 },
        );
        await settled(page);
        const opened = await unseen(page, exhibit);
        const controls = page.locator("loss-explorer .side :is(input[type=range], select)");
        const last = controls.last();
        for (const control of [controls.first(), last]) {
          await control.focus();
          await settled(page);
          const box = await control.boundingBox();
          if (box === null || box.y < 0 || box.y + box.height > height) {
            opened.push("a control is out of view when it is gone to");
          }
          opened.push(...(await unseen(page, exhibit)).map((what) => `at a control, ${what}`));
        }
        found.push(...opened.map((what) => `${exhibit.id}: ${what}`));
      }
      assert.deepEqual(found, []);
    }));
}

test("two figures that are compared stand side by side", () =>
  visit(
    { query: "exhibit=triplet-collapse", viewport: { width: 1280, height: 720 } },
    async (page) => {
      await drawn(page);
      await settled(page);
      const [left, right] = await Promise.all(
        [0, 1].map((i) => page.locator("loss-explorer .surface").nth(i).boundingBox()),
      );
      assert.ok(left && right && left.x + left.width <= right.x, "they stand one under the other");
      assert.equal(left.y, right.y, "they are not level");
    },
  ));
