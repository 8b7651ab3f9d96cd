/** The rows in Chromium, one line of JSON each. */

import { fileURLToPath } from "node:url";
import { launch } from "../../tests/browser/chromium.mjs";
import { serve } from "../../tests/browser/static-server.mjs";

const host = await serve(fileURLToPath(new URL("../", import.meta.url)));
const browser = await launch();
try {
  const page = await browser.newPage();
  await page.goto(`${host.address}peers/blank.html`);
  for (const row of await page.evaluate(rows)) {
    const measured = await page.evaluate(measure, row);
    if (measured !== undefined) {
      process.stdout.write(`${JSON.stringify({ who: "wasm in Chromium", row, ...measured })}\n`);
    }
  }
} finally {
  await browser.close();
  await host.close();
}

/** Runs in the page. */
async function rows() {
  const { default: init, names } = await import("../generated/loss_explorer_bench.js");
  await init();
  return names();
}

/**
 * Runs in the page.
 *
 * @param {string} name
 */
async function measure(name) {
  const { default: init, Row } = await import("../generated/loss_explorer_bench.js");
  const { least } = await import("./least.mjs");
  await init();
  const row = Row.prepare(name);
  return row && least((times) => row.run(times));
}
