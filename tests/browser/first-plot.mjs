/**
 * Which functions of the wasm have run by the time the page is at rest, by name. The build puts the others into a second
 * module. Run on its own, prints them, a line each.
 */

import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { launch } from "./chromium.mjs";
import { serve } from "./static-server.mjs";

const SITE = fileURLToPath(new URL("../../dist/site/", import.meta.url));

/** The whole wasm, made to count; in place of the first part of it. */
const WATCHED = fileURLToPath(
  new URL("../../www/generated/wasm/loss_explorer_watched.wasm", import.meta.url),
);

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
  .map(([name]) => name.split(" ").slice(2).join(" ")))`;

/**
 * The names of the functions, in order.
 *
 * @returns {Promise<string[]>}
 */
export async function firstFunctions() {
  const host = await serve(SITE);
  const browser = await launch();
  /** @type {Set<string>} */
  const ran = new Set();
  try {
    for (const { isSlow, ...visit } of VISITS) {
      const page = await browser.newPage(visit);
      await page.route(/_bg[^/]*\.wasm$/, (route) =>
        route.fulfill({ path: WATCHED, contentType: "application/wasm" }),
      );
      await page.route(/\.js$/, async (route) => {
        const path = fileURLToPath(
          new URL(`.${new URL(route.request().url()).pathname}`, `file://${SITE}`),
        );
        const body = REMEMBER + (isSlow === true ? SLOW : "") + (await readFile(path, "utf8"));
        await route.fulfill({ body, contentType: "text/javascript" });
      });
      await page.goto(host.address, { waitUntil: "networkidle" });
      const places = [page.evaluate(RAN), ...page.workers().map((worker) => worker.evaluate(RAN))];
      const names = /** @type {string[][]} */ (await Promise.all(places));
      names.flat().forEach((name) => ran.add(name));
      await page.close();
    }
  } finally {
    await browser.close();
    await host.close();
  }
  return [...ran].sort();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write((await firstFunctions()).map((name) => `${name}\n`).join(""));
}
