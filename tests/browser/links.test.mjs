/** What a teacher can say in a link: what is hidden, what alone is shown, what is locked, that it is for a room. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { objections } from "./accessibility.mjs";
import { drawn, middle, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("a link shows only what it names, and says what it cannot name", () =>
  visit(
    { query: "v=1&exhibit=temperature-hardness&show=temperature,claim,moon&lock=tempo" },
    async (page) => {
      await drawn(page);
      const told = await page.locator("loss-explorer .notices").innerText();
      assert.match(told, /there is nothing called moon to show here/);
      assert.match(told, /there is nothing called tempo to lock here/);
      assert.equal(await page.getByRole("slider").count(), 1, "one slider is named");
      assert.equal(await page.locator("loss-explorer-figure").count(), 1, "the main figure");
      assert.equal(await page.getByRole("navigation").count(), 0, "the catalogue is there");
      assert.equal(await page.getByRole("heading", { name: "What to try" }).count(), 0);
      await page.getByRole("heading", { name: "The claim in numbers" }).waitFor();
    },
  ));

test("figures, catalogue, claim and story can be hidden; what is locked disables its buttons", () =>
  visit(
    {
      query:
        "v=1&exhibit=temperature-hardness&hide=catalogue,claim,story,figures&lock=count,temperature",
    },
    async (page) => {
      await drawn(page);
      assert.equal(await page.locator("loss-explorer .notices").count(), 0);
      assert.equal(await page.locator("loss-explorer-figure").count(), 1);
      assert.equal(await page.getByRole("navigation").count(), 0);
      assert.equal(await page.locator("loss-explorer .lead, loss-explorer .exhibit").count(), 0);
      for (const name of ["Add a point", "Remove the point"]) {
        assert.ok(await page.getByRole("button", { name }).isDisabled(), `${name} can be pressed`);
      }
      assert.ok(await page.getByRole("button", { name: "Change its class" }).isEnabled());
    },
  ));

test("an exhibit that was left for another scene says so, and leads back", () =>
  visit({ query: "v=1&exhibit=temperature-hardness" }, async (page) => {
    await drawn(page);
    await page.getByRole("combobox", { name: "shown as" }).selectOption("Pair plane");
    await settled(page);
    await page.getByText(/shows its claim on Embedding plane with InfoNCE/).waitFor();
    assert.equal(await page.getByRole("heading", { name: "What to try" }).count(), 0);
    await page.getByRole("button", { name: "Back to the exhibit" }).click();
    await page.getByRole("heading", { name: "What to try" }).waitFor();
  }));

test("to a room it is shown in large type with nothing around, and what is dragged stays under the hand", () =>
  visit({ query: "v=1&loss=nt-xent&stage=embedding-plane" }, async (page) => {
    await drawn(page);
    const size = () =>
      page
        .locator("loss-explorer h2")
        .evaluate((title) => parseFloat(getComputedStyle(title).fontSize));
    const before = await size();
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByText("For a class").click();
    await page.getByRole("checkbox", { name: "show only temperature" }).check();
    await settled(page);
    await page.getByRole("checkbox", { name: "show only the live numbers" }).check();
    await settled(page);
    await page.getByRole("button", { name: "Present" }).click();
    await settled(page);
    const query = await state(page);
    assert.equal(query.get("present"), "1");
    assert.equal(query.get("show"), "temperature,readouts");
    assert.ok((await size()) > 1.3 * before, "the type is no larger");
    for (const name of ["Share", "Catalogue"]) {
      assert.equal(await page.getByRole("button", { name }).count(), 0, `${name} is there`);
    }
    assert.equal(await page.getByRole("slider").count(), 1);
    const handle = page.locator("loss-explorer .handle").first();
    const from = await middle(handle);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + 30, { steps: 4 });
    await settled(page);
    const at = await middle(handle);
    await page.mouse.up();
    assert.ok(Math.hypot(at.x - from.x - 40, at.y - from.y - 30) < 3, "the handle is elsewhere");
    assert.match((await handle.getAttribute("aria-label")) ?? "", /^point 1, class A, at −?\d/);
    assert.deepEqual(await objections(page), []);
    await page.getByRole("button", { name: "End the presentation" }).click();
    await settled(page);
    await page.getByRole("button", { name: "Share" }).waitFor();
    assert.equal((await state(page)).get("present"), null);
  }));
