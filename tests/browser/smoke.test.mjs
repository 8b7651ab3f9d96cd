import assert from "node:assert/strict";
import { test } from "node:test";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("the page loads and shows the explorer", () =>
  visit({}, async (page) => {
    assert.equal(await page.title(), "Loss explorer", "the title in the tab");
    await page.getByText(/Loss explorer 0\./).waitFor();
  }));
