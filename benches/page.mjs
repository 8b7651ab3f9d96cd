/**
 * How the built page answers in Chromium, one line of JSON a quantity: every stage with one loss at
 * one and at two device pixels to a CSS pixel, the first load, and memory.
 */

import { fileURLToPath } from "node:url";
import { launch } from "../tests/browser/chromium.mjs";
import { serve } from "../tests/browser/static-server.mjs";
import { firstLoadBytes, weigh } from "../tests/browser/weight.mjs";
import { effort } from "./page/effort.mjs";
import { drag, dragForLong, turn } from "./page/hand.mjs";
import { held } from "./page/memory.mjs";
import { open, stages } from "./page/stages.mjs";
import { look, settled, watch } from "./page/watch.mjs";

const EVENTS = 40;
const LOADS = 5;
/** A minute of dragging. */
const LONG = 3600;
const MEGABYTE = 1e6;

const host = await serve(fileURLToPath(new URL("../dist/site/", import.meta.url)));
const browser = await launch();
try {
  const times = [];
  for (let i = 0; i < LOADS; i++) times.push(await firstPlot());
  report("", "cold load to first plot", "ms", times);
  report("", "first load, brotli", "KB", [firstLoadBytes(await weigh()) / 1000]);
  await holds();
  for (const scale of [1, 2]) await answers(scale);
} finally {
  await browser.close();
  await host.close();
}

/**
 * @param {string} of What it is a quantity of; empty for the page as a whole.
 * @param {string} what
 * @param {string} unit
 * @param {number[]} samples
 */
function report(of, what, unit, samples) {
  if (samples.length === 0) throw new Error(`${of} ${what}: nothing was measured`);
  const sorted = [...samples].sort((a, b) => a - b);
  const quantile = (/** @type {number} */ q) => sorted[Math.floor(q * (sorted.length - 1))];
  const line = { of, what, unit, p50: quantile(0.5), p95: quantile(0.95) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/**
 * An explorer at rest, in a context with no cache.
 *
 * @param {import("playwright-core").BrowserContextOptions} device
 */
async function visit(device) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...device });
  await watch(page);
  await page.goto(host.address, { waitUntil: "commit" });
  return page;
}

/** Milliseconds from navigation to the first frame with a figure. */
async function firstPlot() {
  const page = await visit({});
  await settled(page);
  const time = await page.evaluate(() => globalThis.watched.plotted);
  await page.close();
  return time;
}

/** What a minute of dragging leaves behind. */
async function holds() {
  const page = await visit({});
  await settled(page);
  // What is made once is there by then.
  await dragForLong(page, LONG / 20);
  await settled(page);
  const before = await held(page);
  await dragForLong(page, LONG);
  await settled(page);
  const after = await held(page);
  for (const what of ["script", "wasm"]) {
    const title = `memory of the ${what}, growth over ${LONG} events of a drag`;
    report("", `memory of the ${what}`, "MB", [before[what] / MEGABYTE]);
    report("", title, "MB", [(after[what] - before[what]) / MEGABYTE]);
  }
  await page.close();
}

/**
 * Drags and turns on every stage.
 *
 * @param {number} scale Device pixels to a CSS pixel.
 */
async function answers(scale) {
  const page = await visit({ deviceScaleFactor: scale });
  await settled(page);
  const spent = await effort(page);
  for (const [stage, loss] of await stages(page)) {
    for (const [deed, act] of [
      ["drag", drag],
      ["knob", turn],
    ]) {
      await open(page, `loss=${loss}&stage=${stage}`);
      await settled(page);
      await look(page);
      await spent();
      if (!(await act(page, EVENTS))) continue;
      const work = await spent();
      const { frames, long } = await look(page);
      const fine = await settled(page);
      const of = `${stage} (${loss}) at ${scale}×, ${deed}`;
      const times = (/** @type {"wait" | "work"} */ part) => frames.map((frame) => frame[part]);
      report(of, "event to painted", "ms", times("wait"));
      report(of, "frame", "ms", times("work"));
      report(of, "main thread a frame", "ms", [work / frames.length]);
      report(of, "tasks over 50 ms", "", [long]);
      report(of, "last event to full quality", "ms", [fine]);
    }
  }
  await page.close();
}
