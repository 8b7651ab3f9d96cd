/** What a page looks like on paper. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

/** A4 within its margins, in CSS pixels. */
const SHEET = { width: 680, height: 960 };

for (const query of ["exhibit=triplet-collapse", "exhibit=margins-on-the-circle", "loss=arcface"]) {
  test(`${query} is printed whole, in light colours and without its controls`, () =>
    visit({ query, colorScheme: "dark", viewport: { width: 1280, height: 720 } }, async (page) => {
      await drawn(page);
      await settled(page);
      // The part of the program that draws the other figures.
      await page.mouse.move(700, 300);
      await page.waitForTimeout(1000);
      await page.emulateMedia({ media: "print", colorScheme: "dark" });
      await page.setViewportSize(SHEET);
      await settled(page);
      const figures = await page.locator("loss-explorer .paper").evaluateAll((papers) =>
        papers.map((element) => {
          const paper = /** @type {HTMLCanvasElement} */ (element);
          const { width, height } = paper.getBoundingClientRect();
          const context = paper.getContext("2d");
          const pixels = context?.getImageData(0, 0, paper.width, paper.height).data;
          const colours = new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0)));
          return {
            name: paper.closest("figure")?.querySelector("figcaption")?.textContent ?? "",
            ground: [...(pixels ?? [])].slice(0, 3),
            colours: colours.size,
            stretched: (paper.width * height) / (paper.height * width),
            wide: width,
          };
        }),
      );
      const count = await page.locator("loss-explorer .surface").count();
      assert.equal(figures.length, count, "not every figure is there");
      for (const { name, ground, colours, stretched, wide } of figures) {
        assert.ok(colours > 3, `${name} is blank`);
        assert.deepEqual(ground, [255, 255, 255], `${name} is not on white`);
        assert.ok(Math.abs(stretched - 1) < 0.02, `${name} is stretched by ${stretched}`);
        assert.ok(wide > 200, `${name} is ${wide} pixels wide`);
      }
      for (const hidden of [".side", ".handle", ".time-line"]) {
        const seen = await page
          .locator(`loss-explorer ${hidden}`)
          .filter({ visible: true })
          .count();
        assert.equal(seen, 0, `${hidden} is printed`);
      }
      assert.ok(!(await page.locator(".bar").isVisible()), "the bar of the page is printed");
      assert.ok(await page.locator("loss-explorer .lead").isVisible(), "the claim is left out");
      assert.ok(await page.locator("loss-explorer .formula").first().isVisible(), "no formula");
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(over, 0, `the sheet is ${over} pixels too narrow`);
      await page.emulateMedia({ media: "screen" });
      await settled(page);
      assert.equal(await page.locator("loss-explorer .paper").count(), 0, "the paper stays");
    }));
}
