/** What axe says about a page. */

import { readFile } from "node:fs/promises";

const axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/**
 * What axe objects to, a line each.
 *
 * @param {import("playwright-core").Page} page
 * @returns {Promise<string[]>}
 */
export async function objections(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = /** @type {{ axe: typeof import("axe-core") }} */ (
      /** @type {unknown} */ (globalThis)
    );
    const { violations } = await axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(" ")).join("; ")}`,
    );
  });
}
