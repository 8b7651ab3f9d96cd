/** How figures become fine beside the page: what is wanted last is what is seen last. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();
/** A loss whose map takes some tenths of a second. */
const SLOW = { query: "v=1&loss=icnn&stage=embedding-plane" };
/** A training of some seconds. */
const LONG = { query: "v=1&loss=cross-entropy&stage=noisy-blobs&steps=1000&budget=1000" };

/** @typedef {import("playwright-core").Page} Page */

/** @typedef {{figure?: string, basis: string, more: boolean}} Answer */

/**
 * @typedef {object} Heard What went between the page and its workers about a figure.
 * @property {string[]} asked The basis of every job.
 * @property {{basis: string, more: boolean}[]} answers
 */

/**
 * Opens the page once more, listening to what goes between it and its workers.
 *
 * @param {Page} page
 * @param {string} figure
 * @returns {Promise<() => Promise<Heard>>} Asks for what was heard so far.
 */
async function listen(page, figure) {
  await page.addInitScript((name) => {
    /** @type {Heard} */
    const heard = { asked: [], answers: [] };
    Object.assign(globalThis, { heard });
    globalThis.Worker = class extends Worker {
      /** @param {[string | URL, WorkerOptions?]} how */
      constructor(...how) {
        super(...how);
        this.addEventListener("message", (/** @type {MessageEvent<Answer>} */ { data }) => {
          const { figure, basis, more } = data;
          if (figure === name) heard.answers.push({ basis, more });
        });
      }

      /**
       * @override
       * @param {unknown} message
       */
      postMessage(message) {
        const { figure, basis } = /** @type {{figure?: string, basis: string}} */ (message);
        if (figure === name) heard.asked.push(basis);
        super.postMessage(message);
      }
    };
  }, figure);
  await page.reload();
  await drawn(page);
  return () =>
    page.evaluate(() => /** @type {{heard: Heard}} */ (/** @type {unknown} */ (globalThis)).heard);
}

/**
 * Waits until the figure is as fine as it gets.
 *
 * @param {Page} page
 */
async function fine(page) {
  await page.waitForFunction(() => {
    const { asked, answers } = /** @type {{heard: Heard}} */ (/** @type {unknown} */ (globalThis))
      .heard;
    const last = answers.at(-1);
    return last !== undefined && !last.more && last.basis === asked.at(-1);
  });
  // Nothing more is asked for.
  await page.waitForTimeout(300);
}

/**
 * The numbers of a figure.
 *
 * @param {Page} page
 * @param {string} figure
 */
function numbers(page, figure) {
  return page.evaluate((name) => {
    const element = /** @type {unknown} */ (document.querySelector("loss-explorer"));
    return /** @type {import("./explorer.mjs").Explorer} */ (element).toCSV(name);
  }, figure);
}

/**
 * Turns the first slider of the loss key by key, as somebody does who looks at each place for a moment.
 *
 * @param {Page} page
 * @param {number} times
 */
async function turn(page, times) {
  const slider = page.locator("loss-explorer fieldset input[type=range]:enabled").first();
  for (let i = 0; i < times; i += 1) {
    await slider.press("ArrowRight");
    await page.waitForTimeout(100);
  }
}

for (const [what, { query }, figure] of /** @type {const} */ ([
  ["a map", SLOW, "plane"],
  ["a training", LONG, "regions"],
])) {
  test(`${what} that is turned on is given up, and where it comes to rest it becomes fine`, () =>
    visit({ query }, async (page) => {
      const heard = await listen(page, figure);
      await turn(page, 6);
      await fine(page);
      const { asked, answers } = await heard();
      const ended = answers.filter(({ more }) => !more).length;
      assert.ok(asked.length > 2, `only ${asked.length} jobs have been begun`);
      assert.ok(ended < asked.length, `all ${ended} jobs have been done to the end`);
      const order = answers.map(({ basis }) => asked.lastIndexOf(basis));
      assert.deepEqual(
        order,
        order.toSorted((a, b) => a - b),
        "an old answer came after a newer one",
      );
      const shown = await numbers(page, figure);
      await state(page);
      await page.goto(page.url());
      await drawn(page);
      await fine(page);
      assert.equal(
        await numbers(page, figure),
        shown,
        "what is seen is not that of the last state",
      );
    }));
}

test("a slow map becomes fine where it matters before all of it is there", () =>
  visit(SLOW, async (page) => {
    const heard = await listen(page, "plane");
    await fine(page);
    const { answers } = await heard();
    assert.deepEqual(new Set(answers.map(({ basis }) => basis)).size, 1);
    assert.ok(answers.length > 1, "nothing came before the end");
  }));
