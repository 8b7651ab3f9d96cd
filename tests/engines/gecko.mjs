/** A page in Firefox, whose path comes from `cargo xtask` in the variable FIREFOX. */

import { env } from "node:process";
import { launch } from "puppeteer-core";
import { WINDOW } from "./page.mjs";

/** @returns {Promise<import("./page.mjs").Page>} */
export async function gecko() {
  const executablePath = env["FIREFOX"];
  if (executablePath === undefined) {
    throw new Error("FIREFOX does not name a browser: `cargo xtask engines` does");
  }
  const browser = await launch({ browser: "firefox", executablePath, defaultViewport: WINDOW });
  const page = await browser.newPage();
  return {
    open: async (address) => {
      await page.goto(address);
    },
    run: (source) => page.evaluate(source),
    drag: async ([first, ...others]) => {
      if (first === undefined) return;
      await page.mouse.move(first.x, first.y);
      await page.mouse.down();
      for (const { x, y } of others) await page.mouse.move(x, y);
      await page.mouse.up();
    },
    press: (key) => page.keyboard.press(key),
    screenshot: async () => Buffer.from(await page.screenshot()),
    close: () => browser.close(),
  };
}
