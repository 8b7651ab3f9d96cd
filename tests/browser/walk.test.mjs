import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { colours, drawn, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();
const CATALOGUE = new URL("../../www/generated/catalogue.json", import.meta.url);

/** Keys that turn a slider or a choice, until one of them does something. */
const KEYS = ["End", "Home", "ArrowRight", "ArrowLeft"];

/** How long a worker takes at most to refine a figure that is looked at, in milliseconds. */
const REST = 250;

/** How long a figure may be blank at most, in milliseconds. */
const PATIENCE = 1000;

/** Steps of a training, before which there may be nothing that a parameter could change. */
const STEPS = 10;

/** @typedef {import("playwright-core").Page} Page */

/**
 * The losses of the catalogue.
 *
 * @type {(text: string) => { id: string, family: string }[]}
 */
const read = JSON.parse;
const losses = read(await readFile(CATALOGUE, "utf8"));

/**
 * Goes to a link without loading the page anew, as back and forward do.
 *
 * @param {Page} page
 * @param {string} id The loss.
 */
async function open(page, id) {
  await page.evaluate((query) => {
    history.pushState(null, "", query);
    dispatchEvent(new PopStateEvent("popstate"));
  }, `?loss=${id}`);
  await settled(page);
}

/**
 * What is on screen as numbers and words; with all numbers behind the figures if that is asked for.
 *
 * @param {Page} page
 * @param {boolean} [figures]
 * @returns {Promise<string>}
 */
function screen(page, figures = false) {
  return page.evaluate((figures) => {
    const explorer = /** @type {import("./explorer.mjs").Explorer & HTMLElement} */ (
      document.querySelector("loss-explorer")
    );
    const { sentence, figures: all } = explorer.description;
    // The sweep is over the parameter itself.
    const shown = all.filter(({ id }) => figures && id !== "sweep");
    const numbers = Object.entries(explorer.readouts).map(([id, value]) => `${id} ${value}`);
    return [sentence, ...numbers, ...shown.map(({ id }) => explorer.toCSV(id))].join("\n");
  }, figures);
}

/**
 * Takes some steps where something is trained.
 *
 * @param {Page} page
 */
async function train(page) {
  await page.evaluate((steps) => {
    const explorer = /** @type {import("./explorer.mjs").Explorer & HTMLElement} */ (
      document.querySelector("loss-explorer")
    );
    if (explorer.description.stage.trains) explorer.step(steps);
  }, STEPS);
  await settled(page);
}

/**
 * Turns parameters to their low ends.
 *
 * @param {Page} page
 * @param {readonly string[]} keys
 */
async function lower(page, keys) {
  for (const key of keys) await page.locator(`loss-explorer #control-${key}`).press("Home");
  await settled(page);
}

/**
 * Whether some key on a control changes what is on screen.
 *
 * @param {Page} page
 * @param {string} key The parameter.
 */
async function turns(page, key) {
  const control = page.locator(`loss-explorer #control-${key}`);
  if ((await control.count()) === 0) return false;
  const before = await screen(page);
  for (const press of KEYS) {
    await control.press(press);
    await settled(page);
    if ((await screen(page)) !== before) return true;
  }
  // Some parameters change only what is behind the figures, whose finer numbers come a little later.
  const others = new Set();
  for (const press of KEYS.slice(0, 2)) {
    await control.press(press);
    await page.waitForTimeout(REST);
    others.add(await screen(page, true));
  }
  return others.size > 1;
}

/**
 * What is wrong with a loss on the page.
 *
 * @param {Page} page
 * @param {string} id
 * @returns {Promise<string[]>}
 */
async function objections(page, id) {
  await open(page, id);
  const { shown, keys } = await page.evaluate(() => {
    const explorer = /** @type {import("./explorer.mjs").Explorer & HTMLElement} */ (
      document.querySelector("loss-explorer")
    );
    const { losses, groups } = explorer.description;
    const own = groups.find(({ contender }) => contender === 0)?.controls ?? [];
    const keys = own.filter(({ enabled }) => enabled).map(({ key }) => key);
    return { shown: losses[0]?.id, keys };
  });
  if (shown !== id) return [`no stage shows it, ${shown} is shown`];
  /** @type {string[]} */
  const found = [];
  // A figure that was not there before is drawn as soon as there is time.
  const until = performance.now() + PATIENCE;
  while ((await colours(page)) < 2 && performance.now() < until) await settled(page);
  if ((await colours(page)) < 2) found.push("its figure is blank");
  for (const key of keys) {
    if (await turns(page, key)) continue;
    // What was turned before may have left nothing for this one to do.
    await open(page, id);
    if (await turns(page, key)) continue;
    await train(page);
    if (await turns(page, key)) continue;
    await open(page, id);
    await lower(
      page,
      keys.filter((other) => other !== key),
    );
    if (!(await turns(page, key))) found.push(`turning ${key} changes nothing`);
  }
  return found;
}

// A shelf can be walked alone: `--test-name-pattern=logits`.
for (const shelf of new Set(losses.map(({ family }) => family))) {
  test(`every loss of ${shelf} opens from its link, and turning any of its parameters changes something`, () =>
    visit({}, async (page, errors) => {
      await drawn(page);
      /** @type {string[]} */
      const said = [];
      page.on("console", (message) => said.push(message.text()));
      /** @type {string[]} */
      const found = [];
      for (const { id } of losses.filter(({ family }) => family === shelf)) {
        const wrong = await objections(page, id);
        const messages = [...errors.splice(0), ...said.splice(0)];
        found.push(...wrong.map((what) => `${id}: ${what}`));
        found.push(...messages.map((message) => `${id}: the console says ${message}`));
      }
      assert.deepEqual(found, []);
    }));
}
