/**
 * Opens the page and prints which functions of its wasm have run by the time it is at rest, as positions in the module.
 * The build puts the others into a second module; `cargo xtask` has made the module in `dist/site` count.
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { launch } from "./chromium.mjs";
import { serve } from "./static-server.mjs";

const SITE = fileURLToPath(new URL("../../dist/site/", import.meta.url));

/**
 * How people come: what is drawn differs a little, and on a slow machine finer figures come in parts.
 *
 * @type {(import("playwright-core").BrowserContextOptions & { isSlow?: boolean })[]}
 */
const VISITS = [
  { viewport: { width: 1440, height: 900 }, colorScheme: "light", deviceScaleFactor: 1 },
  { viewport: { width: 1024, height: 768 }, colorScheme: "dark", deviceScaleFactor: 1.5 },
  { viewport: { width: 390, height: 844 }, colorScheme: "light", deviceScaleFactor: 3 },
  { viewport: { width: 1440, height: 900 }, colorScheme: "light", isSlow: true },
];

/** Runs before every script of the page and of its workers. */
const REMEMBER = `
globalThis.modules ??= (() => {
  const modules = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const made = await instantiate.apply(WebAssembly, given);
    modules.push(made.instance ?? made);
    return made;
  };
  return modules;
})();
`;

/** Makes a worker slow by its own clock. */
const SLOW = `
if (globalThis.document === undefined) {
  let late = 0;
  const { now } = Performance.prototype;
  Performance.prototype.now = function () {
    late += 50;
    return late + now.call(this);
  };
}
`;

/** What ran in the modules of a page or a worker; a text, as it is not this program that runs it. */
const RAN = `modules.flatMap(({ exports }) => Object.entries(exports)
  .filter(([name, value]) => name.startsWith("ran ") && value.value === 1)
  .map(([name]) => Number(name.slice(4))))`;

const host = await serve(SITE);
const browser = await launch();
/** @type {Set<number>} */
const ran = new Set();
for (const { isSlow, ...visit } of VISITS) {
  const page = await browser.newPage(visit);
  await page.route(/\.js$/, async (route) => {
    const path = fileURLToPath(
      new URL(`.${new URL(route.request().url()).pathname}`, `file://${SITE}`),
    );
    const body = REMEMBER + (isSlow === true ? SLOW : "") + (await readFile(path, "utf8"));
    await route.fulfill({ body, contentType: "text/javascript" });
  });
  await page.goto(host.address, { waitUntil: "networkidle" });
  const places = [page.evaluate(RAN), ...page.workers().map((worker) => worker.evaluate(RAN))];
  const positions = /** @type {number[][]} */ (await Promise.all(places));
  positions.flat().forEach((position) => ran.add(position));
  await page.close();
}
await browser.close();
await host.close();
process.stdout.write(`${JSON.stringify([...ran].sort((a, b) => a - b))}\n`);
