/** The same links, the same digits and the same hands in Blink, Gecko and WebKit. */

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { serve } from "../browser/static-server.mjs";
import { blink } from "./blink.mjs";
import { gecko } from "./gecko.mjs";
import { webkit } from "./webkit.mjs";

/**
 * @typedef {import("./page.mjs").Page} Page
 * @typedef {import("./page.mjs").Place} Place
 */

const ENGINES = { Blink: blink, Gecko: gecko, WebKit: webkit };
const DIST = fileURLToPath(new URL("../../dist/", import.meta.url));
const CORPUS = new URL("../corpus/", import.meta.url);
const PICTURES = new URL("../../target/engines/", import.meta.url);

/** How many links are opened. */
const LINKS = 30;

/** Before the page: keeps what goes wrong on it. */
const WATCH = `<script>
  globalThis.wrong = [];
  addEventListener("error", ({ message }) => wrong.push(message));
  addEventListener("unhandledrejection", ({ reason }) => wrong.push(String(reason)));
  const { error } = console;
  console.error = (...what) => { wrong.push(what.join(" ")); error(...what); };
</script>`;

const EXPLORER = `document.querySelector("loss-explorer")`;

/** What a person reads: the sentence and every number, with all its digits and the sign of a zero. */
const READ = `JSON.stringify([
  ${EXPLORER}.description.sentence,
  ...${EXPLORER}.description.readouts.map(({ id, of, value, note }) =>
    [id, of?.place ?? 0, Object.is(value, -0) ? "-0" : String(value), note].join(" ")),
])`;

const NOTICES = `[...wrong, ...[...(${EXPLORER}?.shadowRoot?.querySelectorAll("[role=alert], .notices") ?? [])]
  .map((notice) => notice.innerText.trim()).filter(Boolean)].join("; ")`;

const DRAWN = `(() => {
  const canvas = ${EXPLORER}?.shadowRoot?.querySelector("canvas");
  return (canvas?.width ?? 0) > 0 && canvas.width !== 300
    && (${EXPLORER}.shadowRoot.querySelector(".loading")?.textContent ?? "") === "";
})()`;

/** @type {Awaited<ReturnType<typeof serve>>} */
let host;
/** @type {Record<string, Page>} */
const pages = {};

before(async () => {
  host = await serve(DIST, WATCH);
  for (const [name, start] of Object.entries(ENGINES)) pages[name] = await start();
});
after(async () => {
  await Promise.all(Object.values(pages).map((page) => page.close()));
  await host.close();
});

/** The last link of each stage's corpus, which is a random one, and exhibits until there are enough. */
async function links() {
  const files = (await readdir(CORPUS)).filter((file) => file.endsWith(".jsonl")).sort();
  const corpora = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, CORPUS), "utf8");
      const lines = text.trim().split("\n");
      return lines.map((line) => {
        const record = /** @type {unknown} */ (JSON.parse(line));
        return /** @type {{ link: string }} */ (record).link;
      });
    }),
  );
  const random = corpora.map((corpus) => corpus.at(-1) ?? "");
  const exhibits = corpora.flat().filter((link) => link.includes("exhibit="));
  return [...random, ...exhibits].slice(0, LINKS);
}

/**
 * Opens a link and waits until it is drawn.
 *
 * @param {Page} page
 * @param {string} link
 */
async function open(page, link) {
  await page.open(`${host.address}site/?${link}`);
  await until(page, `location.search === ${JSON.stringify(`?${link}`)} && ${DRAWN}`, link);
}

/**
 * @param {Page} page
 * @param {string} condition
 * @param {string} what
 */
async function until(page, condition, what) {
  for (let tries = 0; tries < 600; tries += 1) {
    if ((await page.run(condition)) === true) return;
    await setTimeout(50);
  }
  assert.fail(`${what}: nothing is on screen after half a minute; ${await said(page)}`);
}

/**
 * What is on screen once it stays the same.
 *
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
async function atRest(page) {
  let last = "";
  let same = 0;
  for (let tries = 0; tries < 200; tries += 1) {
    const now = String(await page.run(READ));
    // What a worker computes may come a little later, the more so on a busy machine.
    same = now === last && !now.includes("being trained") ? same + 1 : 0;
    if (same === 4) {
      const read = /** @type {unknown} */ (JSON.parse(now));
      return /** @type {string[]} */ (read);
    }
    last = now;
    await setTimeout(150);
  }
  return assert.fail("what is on screen does not come to rest");
}

/** @param {Page} page */
async function said(page) {
  return String(await page.run(NOTICES));
}

/**
 * Does the same in every engine, and holds what is read then against the first.
 *
 * @param {string} what
 * @param {(page: Page) => Promise<unknown>} act
 */
async function everywhere(what, act) {
  /** @type {unknown} */
  let first;
  for (const [name, page] of Object.entries(pages)) {
    const seen = await act(page);
    assert.equal(await said(page), "", `${name} complains: ${what}`);
    first ??= seen;
    assert.deepEqual(seen, first, `${name} shows something else: ${what}`);
  }
}

test("the same links show the same numbers, to the last digit", async () => {
  const opened = await links();
  assert.equal(opened.length, LINKS, "the corpus does not hold enough links");
  for (const link of opened) {
    await everywhere(link, async (page) => {
      await open(page, link);
      return atRest(page);
    });
  }
});

test("a point follows the pointer, to the same place", () =>
  everywhere("a point was dragged", async (page) => {
    await open(page, "loss=nt-xent&stage=embedding-plane");
    const before = await atRest(page);
    const handle = `${EXPLORER}.shadowRoot.querySelector(".handle[aria-pressed=true]")`;
    const box = `(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }))(${handle}.getBoundingClientRect())`;
    const from = /** @type {Place} */ (await page.run(box));
    const to = { x: from.x - 40, y: from.y + 60 };
    await page.drag([from, { x: from.x - 20, y: from.y + 30 }, to]);
    assert.notDeepEqual(await atRest(page), before, "the drag moves nothing");
    const there = /** @type {Place} */ (await page.run(box));
    // Engines lay figures out to different pixels: the same place on screen is not the same number.
    const missed = Math.hypot(there.x - to.x, there.y - to.y);
    assert.ok(missed < 2, `the point lies ${missed} px beside the pointer`);
  }));

test("a slider turned by key shows the same numbers", () =>
  everywhere("a slider was turned", async (page) => {
    await open(page, "loss=nt-xent&stage=embedding-plane&noise=0.4");
    const before = await atRest(page);
    await page.run(`${EXPLORER}.shadowRoot.querySelector("input[type=range]").focus()`);
    for (let times = 0; times < 5; times += 1) await page.press("ArrowRight");
    const turned = await atRest(page);
    assert.notDeepEqual(turned, before, "the slider turns nothing");
    await page.press("End");
    return [turned, await atRest(page)];
  }));

test("a training comes to the same numbers", () =>
  everywhere("40 steps were taken", async (page) => {
    await open(page, "loss=nt-xent&stage=embedding-plane");
    const before = await atRest(page);
    await page.run(`${EXPLORER}.step(40)`);
    const trained = await atRest(page);
    assert.notDeepEqual(trained, before, "the training moves nothing");
    return trained;
  }));

test("the page is drawn, and kept to be looked at", async () => {
  await mkdir(PICTURES, { recursive: true });
  for (const [name, page] of Object.entries(pages)) {
    await open(page, "exhibit=margins-on-the-circle");
    await atRest(page);
    const picture = await page.screenshot();
    assert.ok(picture.length > 40_000, `${name}'s picture has only ${picture.length} bytes`);
    await writeFile(new URL(`${name}.png`, PICTURES), picture);
  }
});
