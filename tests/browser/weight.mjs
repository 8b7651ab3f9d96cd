/**
 * The weight of the site: bytes of each file, raw and as brotli sends them, and of what a browser
 * fetches before the page is at rest. Run on its own, prints it as a table.
 */

import { readFile, readdir } from "node:fs/promises";
import { extname, relative } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { launch } from "./chromium.mjs";
import { serve } from "./static-server.mjs";

/** What the first load may weigh in brotli bytes, fonts left out: until nothing moves and nobody has come near. */
export const BUDGET = 250_000;

const SITE = fileURLToPath(new URL("../../dist/site/", import.meta.url));
const FONTS = [".woff2", ".woff", ".ttf"];

/**
 * @typedef {object} Weight
 * @property {string} file Path below the site.
 * @property {number} raw Bytes.
 * @property {number} brotli Bytes.
 * @property {boolean} first Whether it belongs to the first load.
 *
 * @returns {Promise<Weight[]>} The files of the site, the heaviest first.
 */
export async function weigh() {
  const fetched = await firstLoad();
  const entries = await readdir(SITE, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const weights = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = `${parentPath}/${name}`;
      const bytes = await readFile(path);
      const file = relative(SITE, path);
      return {
        file,
        raw: bytes.length,
        brotli: brotliCompressSync(bytes).length,
        first: fetched.has(file) && !FONTS.includes(extname(file)),
      };
    }),
  );
  return weights.sort((a, b) => b.brotli - a.brotli);
}

/**
 * The brotli bytes of the first load.
 *
 * @param {Weight[]} weights
 */
export function firstLoadBytes(weights) {
  return weights.reduce((sum, { brotli, first }) => sum + (first ? brotli : 0), 0);
}

/** The files that a browser with an empty cache fetches until the network is idle. */
async function firstLoad() {
  const host = await serve(SITE);
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(host.address, { waitUntil: "networkidle" });
  } finally {
    await browser.close();
    await host.close();
  }
  return new Set([...host.served].map((path) => relative(SITE, path)));
}

/** @param {number} bytes */
const kilobytes = (bytes) => (bytes / 1000).toFixed(1).padStart(9);

if (argv[1] === fileURLToPath(import.meta.url)) {
  const weights = await weigh();
  const lines = weights.map(
    ({ file, raw, brotli, first }) =>
      `${kilobytes(raw)} ${kilobytes(brotli)}  ${first ? "*" : " "} ${file}`,
  );
  process.stdout.write(
    [
      `${"raw KB".padStart(9)} ${"brotli KB".padStart(9)}`,
      ...lines,
      `first load (*): ${kilobytes(firstLoadBytes(weights)).trim()} of ${BUDGET / 1000} KB`,
      "",
    ].join("\n"),
  );
}
