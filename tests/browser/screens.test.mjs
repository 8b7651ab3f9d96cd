import assert from "node:assert/strict";
import { test } from "node:test";
import { objections } from "./accessibility.mjs";
import { colours, drawn, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

const STATES = [
  "",
  "v=1&loss=hinge&vs=logistic&stage=margin-curve",
  "v=1&loss=hinge&threshold=-1",
  "v=1&loss=cross-entropy&stage=logit-plane",
  "v=1&loss=cosface&vs=arcface,sface",
  "v=1&loss=nt-xent&steps=20&lock=temperature",
];

/** With long names and many numbers side by side. */
const WIDE = ["exhibit=margins-on-the-circle", "exhibit=triplet-collapse"];

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  for (const query of STATES) {
    test(`${query || "the first screen"} is accessible in ${colorScheme}`, () =>
      visit({ query, colorScheme }, async (page) => {
        await drawn(page);
        await page.getByText("Numbers").first().click();
        await settled(page);
        assert.deepEqual(await objections(page), []);
        await page.getByRole("button", { name: "Share" }).click();
        await page.getByText("For a class").click();
        assert.deepEqual(await objections(page), [], "with the share dialog open");
      }));
  }
}

for (const width of [390, 320]) {
  for (const query of [...STATES, ...WIDE]) {
    test(`${query || "the first screen"} fits ${width} pixels`, () =>
      visit(
        { query, viewport: { width, height: 844 }, hasTouch: true, isMobile: true },
        async (page) => {
          await drawn(page);
          assert.ok((await colours(page)) > 5, "the figure is blank");
          const wide = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          assert.equal(wide, 0, `the page is ${wide} pixels too wide`);
          assert.deepEqual(await objections(page), []);
          await page.getByRole("button", { name: "Share" }).click();
          await page.locator("share-dialog #share-figure").waitFor();
          const over = await page
            .locator("share-dialog dialog")
            .evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
          assert.equal(over, 0, `the share dialog is ${over} pixels too wide`);
        },
      ));
  }
}

test("on a phone the figure stays in view while its first slider is turned", () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await drawn(page);
    await page.getByRole("slider").first().focus();
    await settled(page);
    const figure = await page.locator("loss-explorer .surface").first().boundingBox();
    const slider = await page.getByRole("slider").first().boundingBox();
    assert.ok(
      figure && figure.y >= -1 && figure.y + figure.height <= 844,
      "the figure is out of view",
    );
    assert.ok(slider && slider.y >= figure.y + figure.height - 1, "the figure covers the slider");
  }));

test("on a phone the settings of the stage open on demand, or when a symbol points at them", () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await drawn(page);
    const count = page.getByRole("slider", { name: "count", exact: true });
    assert.equal(await count.count(), 0, "the settings stand between the figure and its numbers");
    await page.getByText("Embedding plane").last().tap();
    await count.waitFor();
    await page.getByText("Embedding plane").last().tap();
    await count.waitFor({ state: "hidden" });
    assert.ok(await page.getByRole("slider", { name: "temperature" }).isVisible());
  }));

test("once the figures are there, nothing above them moves them", () =>
  visit({ query: "v=1&loss=arcface" }, async (page) => {
    await drawn(page);
    await settled(page);
    const shift = await page.evaluate(
      () =>
        /** @type {Promise<number>} */ (
          new Promise((resolve) => {
            new PerformanceObserver((list) => {
              const shifts = /** @type {{ value: number }[]} */ (
                /** @type {unknown} */ (list.getEntries())
              );
              resolve(shifts.reduce((sum, { value }) => sum + value, 0));
            }).observe({ type: "layout-shift", buffered: true });
            setTimeout(resolve, 1000, 0);
          })
        ),
    );
    assert.ok(shift < 0.02, `the page has jumped by ${shift} of itself`);
  }));

test("the theme button changes the figure's paper", () =>
  visit({ colorScheme: "light" }, async (page) => {
    await drawn(page);
    const paper = () =>
      page
        .locator("loss-explorer canvas")
        .first()
        .evaluate((element) => {
          const context = /** @type {HTMLCanvasElement} */ (element).getContext("2d");
          return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
        });
    assert.deepEqual(await paper(), [255, 255, 255]);
    const button = page.getByRole("button", { name: /^Theme/ });
    await button.click();
    await button.click();
    await settled(page);
    assert.deepEqual(await paper(), [20, 23, 26]);
  }));

test("twice as large, the figure and its first slider are side by side", () =>
  visit({ viewport: { width: 640, height: 360 } }, async (page) => {
    await drawn(page);
    const slider = page.locator("loss-explorer .side input[type=range]").first();
    await page.locator("loss-explorer .surface").first().scrollIntoViewIfNeeded();
    const [figure, box] = await Promise.all([
      page.locator("loss-explorer .surface").first().boundingBox(),
      slider.boundingBox(),
    ]);
    assert.ok(figure && box, "one of them is not there");
    assert.ok(figure.height >= 150, `the figure is ${figure.height} pixels high`);
    assert.ok(box.x >= figure.x + figure.width, "they are one under the other");
    assert.ok(box.y >= 0 && box.y + box.height <= 360, "the slider is out of view");
  }));
