/** Every stage of the page, with a loss to show on it. */

import { readFile } from "node:fs/promises";

const CATALOGUE = new URL("../../www/generated/catalogue.json", import.meta.url);

/**
 * Goes to a state without loading the page anew, as a link of the catalogue does.
 *
 * @param {import("playwright-core").Page} page One that is watched.
 * @param {string} state
 */
export async function open(page, state) {
  await page.evaluate((query) => {
    globalThis.watched.input = performance.now();
    history.pushState(null, "", `?${query}`);
    dispatchEvent(new PopStateEvent("popstate"));
    scrollTo({ top: 0 });
  }, state);
}

/**
 * The stages in the order in which the losses lead to them, each with the first loss that opens
 * there, or that can be shown there if none opens there.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<Map<string, string>>} Losses by stage.
 */
export async function stages(page) {
  const opening = new Map();
  const fitting = new Map();
  for (const { id: loss } of JSON.parse(await readFile(CATALOGUE, "utf8"))) {
    await open(page, `loss=${loss}`);
    const { stage, stages } = await page.evaluate(
      () => document.querySelector("loss-explorer").description,
    );
    if (!opening.has(stage.id)) opening.set(stage.id, loss);
    for (const { id } of stages) if (!fitting.has(id)) fitting.set(id, loss);
  }
  return new Map([...fitting, ...opening]);
}
