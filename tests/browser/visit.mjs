/**
 * Visits to what `cargo xtask dist` built, one browser and one static host a test file:
 *
 *     const visit = visitor();
 *
 *     test("a title is shown", () =>
 *       visit({ query: "v=1&loss=nt-xent" }, async (page) => {
 *         assert.equal(await page.title(), "Loss explorer");
 *       }));
 *
 * A visit fails if the page threw an error or wrote one to the console.
 */

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { launch } from "./chromium.mjs";
import { serve } from "./static-server.mjs";

const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));

/**
 * @typedef {object} Destination
 * @property {string} [path] Below `dist/`; the site if left out.
 * @property {string} [html] A page of the test's own, shown at `path` with what `dist/` holds there
 *   beside it.
 * @property {string} [query] The state, without question mark.
 *
 * @typedef {import("playwright-core").BrowserContextOptions} Device Viewport, colour scheme,
 *   touch, reduced motion, …
 *
 * @callback Body
 * @param {import("playwright-core").Page} page The loaded page, in a context of its own.
 * @param {string[]} errors Errors so far. A test that provokes one removes it from here.
 * @returns {Promise<void>}
 */

/**
 * Starts the static host and the browser before the tests of a file and ends them after.
 *
 * @returns {(options: Destination & Device, body: Body) => Promise<void>}
 */
export function visitor() {
  /** @type {Awaited<ReturnType<typeof serve>>} */
  let host;
  /** @type {import("playwright-core").Browser} */
  let browser;

  before(async () => {
    host = await serve(DIST);
    browser = await launch();
  });
  after(async () => {
    await browser.close();
    await host.close();
  });

  return async ({ path = "site/", html, query = "", ...device }, body) => {
    const context = await browser.newContext(device);
    try {
      const page = await context.newPage();
      /** @type {string[]} */
      const errors = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error")
          errors.push(`${message.text()} (${message.location().url})`);
      });
      const address = `${host.address}${path}${query && `?${query}`}`;
      if (html !== undefined) {
        await page.route(address, (route) =>
          route.fulfill({ contentType: "text/html", body: html }),
        );
      }
      await page.goto(address);
      await body(page, errors);
      assert.deepEqual(errors, [], "the page reported errors");
    } finally {
      await context.close();
    }
  };
}
