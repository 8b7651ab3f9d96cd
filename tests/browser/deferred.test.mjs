/** The part of the program that the first plot does without. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, middle, readout, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

/**
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("./explorer.mjs").Explorer} Explorer
 */

const visit = visitor();

const FIRST = /_bg[^/]*\.wasm$/;
const DEFERRED = /_deferred[^/]*\.wasm$/;

/** After so many milliseconds the page fetches it though nobody came; `www/src/deferred.ts`. */
const REST = 5000;

/** The longest that the first touch may keep the main thread, in milliseconds. */
const LONGEST = 100;

/** Before the page: nobody fetches anything because of a rest, however slow this machine is. */
const RESTLESS = `{
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (run, delay, ...given) =>
    delay === ${REST} ? 0 : setTimeout(run, delay, ...given);
}`;

/**
 * Opens the page anew, with requests for a file waiting until the returned function is called.
 *
 * @param {Page} page
 * @param {RegExp} file
 */
async function withheld(page, file) {
  /** @type {() => void} */
  let release = () => undefined;
  const released = new Promise((resolve) => {
    release = () => {
      resolve(undefined);
    };
  });
  await page.route(file, async (route) => {
    await released;
    await route.continue();
  });
  await page.addInitScript(RESTLESS);
  await page.reload();
  return release;
}

/**
 * When the two parts were fetched: the end of the first and the start of the other, in milliseconds.
 *
 * @param {Page} page
 */
async function fetched(page) {
  const times = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => /** @type {PerformanceResourceTiming} */ (entry))
      .map(({ name, startTime, responseEnd }) => ({ name, startTime, responseEnd })),
  );
  const first = times.find(({ name }) => FIRST.test(name))?.responseEnd;
  assert.ok(first !== undefined, "the first part was not fetched");
  return { first, deferred: times.find(({ name }) => DEFERRED.test(name))?.startTime };
}

/** @param {Page} page */
const loading = (page) => page.getByText("Loading the rest of the program").waitFor();

/** @param {Page} page */
const hinge = (page) => page.getByRole("link", { name: "Hinge loss", exact: true });

/** @param {Page} page */
const hingeShown = (page) =>
  page.getByRole("heading", { name: "Hinge loss", exact: true }).waitFor();

/** @param {Page} page */
async function toState(page) {
  const text = await page
    .locator("loss-explorer")
    .evaluate((element) => /** @type {Explorer} */ (/** @type {unknown} */ (element)).toState());
  return new URLSearchParams(text);
}

test("nobody there: the rest of the program comes by itself, after a rest", () =>
  visit({}, async (page) => {
    await drawn(page);
    await page.waitForResponse(DEFERRED, { timeout: 60_000 });
    await page.waitForTimeout(500);
    const { first, deferred } = await fetched(page);
    assert.ok(
      deferred !== undefined && deferred - first >= REST - 100,
      `the rest was fetched ${(deferred ?? 0) - first} ms after the first part though nobody was there`,
    );
  }));

test("the rest of the program comes with the first person", () =>
  visit({}, async (page) => {
    const release = await withheld(page, DEFERRED);
    release();
    await drawn(page);
    await page.waitForLoadState("networkidle");
    assert.equal((await fetched(page)).deferred, undefined, "the first plot fetched the rest");
    const coming = page.waitForResponse(DEFERRED);
    await page.mouse.move(200, 200);
    assert.ok((await coming).ok(), "the rest was not fetched though somebody was there");
  }));

test("before the program is there, the loss that a page asks for is remembered", () =>
  visit({}, async (page) => {
    const release = await withheld(page, FIRST);
    await page.locator("loss-explorer").evaluate((element) => {
      element.setAttribute("loss", "hinge");
    });
    await page.mouse.move(200, 200);
    release();
    await hingeShown(page);
    assert.ok(Number.isFinite(await readout(page, "loss")), "the hinge loss has no value");
  }));

test("a link to another loss waits for the rest, and so does what is done after it", () =>
  visit({}, async (page) => {
    const release = await withheld(page, DEFERRED);
    await drawn(page);
    await hinge(page).click();
    await loading(page);
    await page.locator("loss-explorer").evaluate((element) => {
      element.setAttribute("params", "threshold=2");
    });
    release();
    await hingeShown(page);
    assert.ok(Number.isFinite(await readout(page, "loss")), "the hinge loss has no value");
    assert.equal((await toState(page)).get("threshold"), "2", "the parameter was not set");
    await page.getByText("Loading the rest of the program").waitFor({ state: "detached" });
  }));

test("a slider that is turned before the rest is there is where it was left, and every step is taken", () =>
  visit({}, async (page) => {
    const release = await withheld(page, DEFERRED);
    await drawn(page);
    const before = await toState(page);
    const slider = page.getByRole("slider", { name: "temperature" });
    await slider.focus();
    await page.keyboard.press("End");
    await loading(page);
    const key = await slider.evaluate(({ id }) => id.replace("control-", ""));
    for (let i = 0; i < 3; i += 1) {
      await page.getByRole("button", { name: "Step", exact: true }).click();
    }
    assert.deepEqual([...(await toState(page))], [...before], "something was done too early");
    release();
    await page.getByText("Loading the rest of the program").waitFor({ state: "detached" });
    const after = await toState(page);
    assert.notEqual(after.get(key), before.get(key), `${key} is where it was`);
    assert.equal(after.get("steps"), "3", "of three steps not all were taken");
  }));

test("a handle that is held when the rest comes follows the hand", () =>
  visit({}, async (page) => {
    const release = await withheld(page, DEFERRED);
    await drawn(page);
    const handle = page.locator("loss-explorer .handle").first();
    const from = await middle(handle);
    const hand = (/** @type {number} */ up) => page.mouse.move(from.x, from.y - up, { steps: 4 });
    await hand(0);
    await page.mouse.down();
    await hand(20);
    await loading(page);
    await hand(40);
    release();
    await page.getByText("Loading the rest of the program").waitFor({ state: "detached" });
    const held = await middle(handle);
    assert.ok(held.y < from.y - 20, `${held.y} px: the handle has not come to the hand`);
    await hand(80);
    await page.mouse.up();
    await settled(page);
    const put = await middle(handle);
    assert.ok(put.y < held.y - 20, `${put.y} px: the handle does not follow the hand any more`);
  }));

test("a training that is started before the rest is there runs once it is", () =>
  visit({}, async (page) => {
    const release = await withheld(page, DEFERRED);
    await drawn(page);
    await page.locator("loss-explorer button.play").click();
    await loading(page);
    release();
    await page.waitForFunction(() => {
      const element = /** @type {Explorer | null} */ (
        /** @type {unknown} */ (document.querySelector("loss-explorer"))
      );
      return (element?.description.steps ?? 0) > 3;
    });
  }));

test("a lost connection is told once, and what was done is kept until it is back", () =>
  visit({}, async (page, errors) => {
    await page.addInitScript(RESTLESS);
    await page.reload();
    await drawn(page);
    await page.waitForLoadState("networkidle");
    await page.context().setOffline(true);
    await page.getByRole("slider").first().focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Home");
    await hinge(page).click();
    const told = page.getByText(/part of the explorer's program could not be loaded/);
    await told.first().waitFor();
    // Long enough for it to have been asked for again.
    await page.waitForTimeout(3500);
    assert.equal(await told.count(), 1, "the lost connection is told more than once");
    await page.context().setOffline(false);
    await hingeShown(page);
    await told.waitFor({ state: "detached" });
    const others = errors.filter((error) => !error.includes("ERR_INTERNET_DISCONNECTED"));
    assert.deepEqual(others, [], "the page reported errors besides the lost connection");
    const asked = errors.filter((error) => error.includes("_deferred"));
    assert.ok(asked.length <= 5, `the rest was asked for ${asked.length} times in 4 seconds`);
    errors.length = 0;
  }));

test("when a server has a page in place of the rest, the browser is not blamed", () =>
  visit({}, async (page, errors) => {
    await page.addInitScript(RESTLESS);
    await page.route(DEFERRED, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Home</title>" }),
    );
    await page.reload();
    await drawn(page);
    await hinge(page).click();
    const told = page.getByText(/part of the explorer's program could not be loaded/).first();
    await told.waitFor();
    assert.match(await told.innerText(), /is no WebAssembly/);
    assert.doesNotMatch(await told.innerText(), /SIMD|browser/);
    await page.unroute(DEFERRED);
    await hingeShown(page);
    assert.deepEqual(errors, []);
  }));

test("on a slow line the first touch keeps nobody waiting", { timeout: 240_000 }, () =>
  visit({}, async (page) => {
    await page.addInitScript(RESTLESS);
    await page.reload();
    await drawn(page);
    await page.waitForLoadState("networkidle");
    const line = await page.context().newCDPSession(page);
    await line.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 400,
      downloadThroughput: 400_000 / 8,
      uploadThroughput: 400_000 / 8,
    });
    await page.evaluate(() => {
      const tasks = /** @type {number[]} */ ([]);
      Object.assign(globalThis, { tasks });
      new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
      }).observe({ type: "longtask" });
    });
    const slider = page.getByRole("slider").first();
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await loading(page);
    await page
      .getByText("Loading the rest of the program")
      .waitFor({ state: "detached", timeout: 200_000 });
    await page.waitForTimeout(300);
    const tasks = /** @type {number[]} */ (await page.evaluate("tasks"));
    const longest = Math.max(0, ...tasks);
    assert.ok(
      longest <= LONGEST,
      `the first touch kept the main thread for ${longest} ms, at most ${LONGEST} are allowed`,
    );
  }),
);
