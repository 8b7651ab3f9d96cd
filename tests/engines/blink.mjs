/** A page in Chromium. */

import { launch } from "../browser/chromium.mjs";
import { WINDOW } from "./page.mjs";

/** @returns {Promise<import("./page.mjs").Page>} */
export async function blink() {
  const browser = await launch();
  const page = await browser.newPage({ viewport: WINDOW });
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
    screenshot: () => page.screenshot(),
    close: () => browser.close(),
  };
}
