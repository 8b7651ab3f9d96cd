/** The part of the program that the first plot does without. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, readout } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

const DEFERRED = "**/*deferred*.wasm";

test("the first plot is there without the rest of the program, which comes with the first person", () =>
  visit({}, async (page) => {
    await drawn(page);
    await page.waitForLoadState("networkidle");
    const fetched = () =>
      page.evaluate(() =>
        performance.getEntriesByType("resource").filter(({ name }) => name.includes("deferred")),
      );
    assert.deepEqual(await fetched(), [], "the rest was fetched though nobody was there");
    const coming = page.waitForResponse(DEFERRED);
    await page.mouse.move(200, 200);
    assert.ok((await coming).ok(), "the rest was not fetched though somebody was there");
  }));

test("what somebody asks for before the rest is there waits for it", () =>
  visit({}, async (page) => {
    await drawn(page);
    let asked = 0;
    await page.route(DEFERRED, async (route) => {
      asked += 1;
      // What was fetched ahead is still on its way when it is needed.
      if (asked > 1) await route.continue();
    });
    await page.getByRole("link", { name: "Hinge loss", exact: true }).click();
    await page.getByRole("heading", { name: "Hinge loss", exact: true }).waitFor();
    assert.ok(asked > 1, "nothing needed the rest");
    assert.ok(Number.isFinite(await readout(page, "loss")), "the hinge loss has no value");
  }));

test("when the rest cannot be had, the page says so, and has it once the connection is back", () =>
  visit({}, async (page, errors) => {
    await drawn(page);
    await page.route(DEFERRED, (route) => route.abort());
    await page.getByRole("link", { name: "Hinge loss", exact: true }).click();
    await page
      .getByText(/part of the explorer's program could not be loaded/)
      .first()
      .waitFor();
    await page.unroute(DEFERRED);
    await page.getByRole("link", { name: "Hinge loss", exact: true }).click();
    await page.getByRole("heading", { name: "Hinge loss", exact: true }).waitFor();
    errors.length = 0;
  }));
