/**
 * One page in one of three engines, by the same few verbs: what a test does there it can do in all.
 *
 * @typedef {{ x: number, y: number }} Place In CSS pixels from the top left corner of the page's window.
 *
 * @typedef {object} Page
 * @property {(address: string) => Promise<void>} open Goes there; what it shows may still be on its way.
 * @property {(source: string) => Promise<unknown>} run What an expression of the page's script comes to, as JSON.
 * @property {(places: Place[]) => Promise<void>} drag With the pointer: down at the first place, up at the last.
 * @property {(key: "ArrowRight" | "Home" | "End") => Promise<void>} press A key, where the focus is.
 * @property {() => Promise<Buffer>} screenshot As PNG.
 * @property {() => Promise<void>} close
 */

export const WINDOW = { width: 1280, height: 900 };

/**
 * What Playwright and Puppeteer call alike.
 *
 * @typedef {object} Driven
 * @property {(address: string) => Promise<unknown>} goto
 * @property {(source: string) => Promise<unknown>} evaluate
 * @property {{
 *   move: (x: number, y: number) => Promise<void>,
 *   down: () => Promise<void>,
 *   up: () => Promise<void>,
 * }} mouse
 * @property {{ press: (key: "ArrowRight" | "Home" | "End") => Promise<void> }} keyboard
 * @property {() => Promise<Uint8Array>} screenshot
 *
 * @param {Driven} page
 * @param {() => Promise<void>} close
 * @returns {Page}
 */
export function driven(page, close) {
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
    close,
  };
}
