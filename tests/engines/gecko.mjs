/** A page in Firefox, whose path comes from `cargo xtask` in the variable FIREFOX. */

import { env } from "node:process";
import { launch } from "puppeteer-core";
import { WINDOW, driven } from "./page.mjs";

/** @returns {Promise<import("./page.mjs").Page>} */
export async function gecko() {
  const executablePath = env["FIREFOX"];
  if (executablePath === undefined) {
    throw new Error("FIREFOX does not name a browser: `cargo xtask engines` does");
  }
  const browser = await launch({ browser: "firefox", executablePath, defaultViewport: WINDOW });
  return driven(await browser.newPage(), () => browser.close());
}
