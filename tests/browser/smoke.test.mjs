import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("the page loads and shows the explorer", () =>
  visit({}, async (page) => {
    await page.getByRole("button", { name: "Share" }).isEnabled();
    await page.getByRole("img").first().waitFor();
    assert.match(await page.title(), / · Loss explorer$/, "the title in the tab");
  }));

test("the element of the npm package works on a page of another author", () => {
  const html = `<!doctype html>
    <link rel="icon" href="data:," />
    <script type="module" src="loss-explorer.js"></script>
    <loss-explorer></loss-explorer>`;
  return visit({ path: "npm/", html }, async (page) => {
    await page.getByRole("img").first().waitFor();
  });
});
