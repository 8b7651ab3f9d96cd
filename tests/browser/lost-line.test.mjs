/** What comes when it is first wanted: on a lost line it says so, and comes once the line is back. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

/** Whatever this machine calls the failure of a fetch and of an import. */
const LOST = /ERR_INTERNET_DISCONNECTED|Failed to fetch/;

test("what was opened while the line was lost says so, and is there when it is back", () =>
  visit({ query: "v=1&loss=nt-xent&stage=embedding-plane" }, async (page, errors) => {
    await drawn(page);
    // Before anybody has come near: the first sign of somebody has all of it fetched.
    await page.context().setOffline(true);
    const told = /could not be loaded \(.*\)\. It is tried again\./;
    const explorer = page.locator("loss-explorer");

    await page.locator("loss-explorer details.table summary").first().click();
    await explorer.getByText(told).first().waitFor();
    await page.getByText(/^In your library/).click();
    await page.locator("loss-explorer-library").getByText(told).waitFor();
    await page.getByRole("searchbox").fill("arcface");
    await page.getByRole("navigation").getByText(told).waitFor();
    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(told).waitFor();

    await page.context().setOffline(false);
    await dialog.getByRole("button", { name: "Copy link" }).waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("navigation").getByText("found").waitFor();
    await page.locator("loss-explorer details.table table").first().waitFor();
    await page.getByRole("button", { name: "Copy Python" }).first().waitFor();
    assert.equal(await page.getByText(told).count(), 0, "it still says that something is missing");
    assert.deepEqual(
      errors.filter((error) => !LOST.test(error)),
      [],
    );
    errors.length = 0;
  }));

test("the text about a loss that did not come is told, and comes", () =>
  visit({}, async (page, errors) => {
    await drawn(page);
    await page.route(/losses\/hinge\.json$/, (route) => route.abort());
    await page.getByRole("link", { name: "Hinge loss", exact: true }).click();
    const told = page.getByText("The text about Hinge loss did not load. It is tried again.");
    await told.waitFor();
    assert.equal(await page.locator("loss-explorer .formula").count(), 0, "another loss's formula");
    await page.unroute(/losses\/hinge\.json$/);
    await page.locator("loss-explorer .formula").first().waitFor();
    await told.waitFor({ state: "detached" });
    errors.length = 0;
  }));
