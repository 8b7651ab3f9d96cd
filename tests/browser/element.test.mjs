import assert from "node:assert/strict";
import { test } from "node:test";
import { middle, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

/** @param {string} body */
const embedding = (body) => ({
  path: "npm/",
  html: `<!doctype html><html lang="en"><title>Of another author</title>
    <link rel="icon" href="data:," />
    <script>
      window.heard = [];
      for (const name of ["load", "error", "input", "change", "statechange"]) {
        document.addEventListener(name, (event) => {
          if (event.target.localName === "loss-explorer") window.heard.push(event.target.id + " " + name);
        });
      }
    </script>
    <script type="module" src="loss-explorer.js"></script>
    ${body}</html>`,
});

/** @typedef {{ heard: string[] }} Ear */

/** @param {import("playwright-core").Page} page */
const heard = (page) =>
  page.evaluate(() => /** @type {Ear} */ (/** @type {unknown} */ (globalThis)).heard);

/**
 * @param {import("playwright-core").Page} page
 * @param {string} event
 */
const hear = (page, event) =>
  page.waitForFunction(
    (name) => /** @type {Ear} */ (/** @type {unknown} */ (globalThis)).heard.includes(name),
    event,
  );

test("two elements on one page are two explorers with events of their own", () =>
  visit(
    embedding(`<loss-explorer id="a" loss="hinge" params="threshold=2" controls="minimal"></loss-explorer>
      <loss-explorer id="b" loss="logistic" controls="none" theme="dark"></loss-explorer>`),
    async (page) => {
      await hear(page, "a load");
      await hear(page, "b load");
      assert.equal(
        await page.locator("#b").getByRole("slider").count(),
        0,
        "controls=none has sliders",
      );
      const values = await page.evaluate(() =>
        ["a", "b"].map((id) => {
          const element = /** @type {unknown} */ (document.getElementById(id));
          return /** @type {import("./explorer.mjs").Explorer} */ (element).readouts["loss"] ?? NaN;
        }),
      );
      assert.deepEqual(
        values.map((v) => Math.round(1e4 * v) / 1e4),
        [3, 1.3133],
      );
      const dot = page.locator("#b .handle").first();
      const { x, y } = await middle(dot);
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 60, y, { steps: 3 });
      await page.mouse.up();
      await hear(page, "b change");
      const events = await heard(page);
      for (const name of ["b input", "b statechange", "b change"])
        assert.ok(events.includes(name), name);
      assert.ok(!events.includes("a input"), "the other element moved as well");
      assert.match(
        (await page.locator("#b").getAttribute("state")) ?? "",
        /z=/,
        "the attribute reflects",
      );
    },
  ));

test("attributes and methods turn it, and say what is wrong", () =>
  visit(
    embedding(`<loss-explorer id="a" loss="nt-xent" stage="embedding-plane"></loss-explorer>`),
    async (page) => {
      await hear(page, "a load");
      const element = page.locator("#a");
      /** @param {(explorer: import("./explorer.mjs").Explorer) => unknown} act */
      const on = (act) => element.evaluate(/** @type {(element: unknown) => unknown} */ (act));
      await on((explorer) => {
        explorer.setAttribute("params", "temperature=0.2");
      });
      await settled(page);
      assert.match(String(await on((explorer) => explorer.toState())), /temperature=0.2/);
      await on((explorer) => {
        explorer.step(3);
      });
      await settled(page);
      assert.equal(await on((explorer) => explorer.description.steps), 3);
      await on((explorer) => {
        explorer.reset();
      });
      await settled(page);
      assert.equal(await on((explorer) => explorer.description.steps), 0);
      await on((explorer) => {
        explorer.fromState("v=1&loss=hinge&z=0.25");
      });
      await settled(page);
      assert.equal(await element.getAttribute("loss"), "hinge");
      assert.equal(await on((explorer) => explorer.readouts["loss"]), 0.75);
      assert.ok(Number(await on(async (explorer) => (await explorer.toBlob()).size)) > 5000);
      assert.match(String(await on((explorer) => explorer.toSVG())), /^<svg/);
      assert.match(String(await on((explorer) => explorer.toCSV())), /,/);
      await on((explorer) => {
        explorer.setAttribute("params", "threshold=-1");
      });
      await hear(page, "a error");
      await page.getByText(/threshold is -1, allowed is/).waitFor();
    },
  ));

test("a lazy element starts when it comes near", () =>
  visit(
    embedding(
      `<div style="height: 4000px"></div><loss-explorer id="a" loss="hinge" loading="lazy"></loss-explorer>`,
    ),
    async (page) => {
      await page.waitForTimeout(300);
      assert.deepEqual(await heard(page), []);
      await page.locator("#a").scrollIntoViewIfNeeded();
      await hear(page, "a load");
    },
  ));
