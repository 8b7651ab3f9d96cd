/** A page in Chromium. */

import { launch } from "../browser/chromium.mjs";
import { WINDOW, driven } from "./page.mjs";

/** @returns {Promise<import("./page.mjs").Page>} */
export async function blink() {
  const browser = await launch();
  return driven(await browser.newPage({ viewport: WINDOW }), () => browser.close());
}
