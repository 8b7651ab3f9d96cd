import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("the page loads and shows the explorer", () =>
  visit({}, async (page) => {
    assert.equal(await page.title(), "Loss explorer", "the title in the tab");
    await page.getByText(/Loss explorer 0\./).waitFor();
  }));

test("the element of the npm package works on a page of another author", () =>
  visit({ path: "npm/package.json" }, async (page) => {
    await page.setContent(
      `<script type="module" src="loss-explorer.js"></script><loss-explorer></loss-explorer>`,
    );
    await page.getByText(/Loss explorer 0\./).waitFor();
  }));
