/**
 * How fast the built page answers in Chromium, one line of JSON a quantity: median and 95th
 * percentile.
 */

import { fileURLToPath } from "node:url";
import { launch } from "../tests/browser/chromium.mjs";
import { serve } from "../tests/browser/static-server.mjs";
import { firstLoadBytes, weigh } from "../tests/browser/weight.mjs";

/** A loss for every stage. */
const STAGES = {
  "margin-curve": "hinge",
  "residual-curve": "huber",
  "logit-plane": "cross-entropy",
  "angle-curve": "arcface",
  "embedding-plane": "nt-xent",
  "weight-plane": "linear-regression",
};

const EVENTS = 60;
const LOADS = 5;

/**
 * @param {string} what
 * @param {string} unit
 * @param {number[]} samples
 */
function report(what, unit, samples) {
  if (samples.length === 0) throw new Error(`${what}: nothing was measured`);
  const sorted = [...samples].sort((a, b) => a - b);
  const quantile = (/** @type {number} */ q) => sorted[Math.floor(q * (sorted.length - 1))];
  const line = { what, unit, p50: quantile(0.5), p95: quantile(0.95) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const host = await serve(fileURLToPath(new URL("../dist/site/", import.meta.url)));
const browser = await launch();
try {
  const loads = [];
  for (let i = 0; i < LOADS; i++) loads.push(await firstPlot());
  report("cold load to first plot", "ms", loads);
  for (const [stage, loss] of Object.entries(STAGES)) await answers(stage, loss);
  report("first load, brotli", "KB", [firstLoadBytes(await weigh()) / 1000]);
} finally {
  await browser.close();
  await host.close();
}

/** Milliseconds from navigation to the first frame with a figure, in a context with no cache. */
async function firstPlot() {
  const page = await browser.newPage();
  await page.goto(host.address, { waitUntil: "commit" });
  const time = await page.evaluate(plotted);
  await page.close();
  return time;
}

/**
 * Drags a handle and turns a knob of a stage.
 *
 * @param {string} stage
 * @param {string} loss
 */
async function answers(stage, loss) {
  const page = await browser.newPage();
  await page.addInitScript(watchFrames);
  await page.goto(`${host.address}?v=1&loss=${loss}&stage=${stage}`);
  await page.evaluate(plotted);
  await page.waitForLoadState("networkidle");

  const handle = page.locator("loss-explorer .handle").first();
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  if (box === null) throw new Error(`${stage} has no handle on screen`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(takeFrames);
  for (let i = 1; i <= EVENTS; i++) {
    const angle = (2 * Math.PI * i) / EVENTS;
    await page.mouse.move(x + 30 * Math.sin(angle), y + 30 * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
  await reportFrames(page, `${stage}, drag`);

  const knob = page.getByRole("slider").first();
  await page.evaluate(takeFrames);
  for (let i = 0; i < EVENTS; i++) {
    await knob.press(i % 20 < 10 ? "ArrowRight" : "ArrowLeft");
  }
  await reportFrames(page, `${stage}, knob`);
  await page.close();
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} what
 */
async function reportFrames(page, what) {
  const frames = await page.evaluate(takeFrames);
  report(
    `${what}: frame`,
    "ms",
    frames.map(({ frame }) => frame),
  );
  report(
    `${what}: event to painted`,
    "ms",
    frames.map(({ event }) => event),
  );
}

/** In the page: resolves with the time at which the main figure has been drawn. */
function plotted() {
  return new Promise((resolve) => {
    const look = () => {
      const canvas = document.querySelector("loss-explorer")?.shadowRoot?.querySelector("canvas");
      // A canvas that nobody has drawn on has the width of the standard.
      if (canvas && canvas.width > 0 && canvas.width !== 300) resolve(performance.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}

/**
 * In the page: notes for every frame that follows an input how long it took from its beginning to
 * after its painting, and how long after the input it was painted. The two differ by the wait for
 * the screen, up to 17 ms.
 */
function watchFrames() {
  let first = 0;
  globalThis.framesAfterInput = [];
  const note = (/** @type {Event} */ event) => {
    if (first > 0) return;
    first = event.timeStamp;
    requestAnimationFrame((begin) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const end = performance.now();
        globalThis.framesAfterInput.push({ frame: end - begin, event: end - first });
        first = 0;
      };
      // Comes after the painting of this frame.
      port2.postMessage(undefined);
    });
  };
  for (const type of ["pointermove", "input"]) addEventListener(type, note, { capture: true });
}

/** In the page: the frames since the last call. */
function takeFrames() {
  return globalThis.framesAfterInput.splice(0);
}
