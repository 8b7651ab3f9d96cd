/** Reset means as it opened, another draw is a button, and a press never loses the focus. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

/**
 * @param {import("playwright-core").Page} page
 * @param {string} name
 */
const button = (page, name) => page.getByRole("button", { name, exact: true });

/** What has the focus, by its text or label. @param {import("playwright-core").Page} page */
const focused = (page) =>
  page.evaluate(() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.getAttribute("aria-label") ?? at?.textContent.trim() ?? "";
  });

test("a control and everything go back to what the link said, not to the defaults", () =>
  visit({ query: "v=1&exhibit=temperature-hardness&temperature=0.5" }, async (page) => {
    await drawn(page);
    assert.equal(
      await page.locator("loss-explorer .reset").filter({ visible: true }).count(),
      0,
      "something may be reset though nothing was changed",
    );
    assert.ok(await button(page, "Reset everything").isDisabled());
    const slider = page.getByRole("slider", { name: "temperature" });
    const opened = await slider.getAttribute("aria-valuetext");
    await slider.focus();
    await page.keyboard.press("Home");
    await settled(page);
    assert.notEqual(await slider.getAttribute("aria-valuetext"), opened);
    await button(page, "Reset temperature").click();
    await settled(page);
    assert.equal(await slider.getAttribute("aria-valuetext"), opened, "the arrow at the control");
    assert.equal(await focused(page), "Reset temperature", "the focus is lost");
    await page.getByRole("combobox", { name: "layout" }).selectOption({ index: 0 });
    await slider.focus();
    await page.keyboard.press("End");
    await button(page, "Reset everything").click();
    await settled(page);
    assert.equal(await slider.getAttribute("aria-valuetext"), opened, "Reset everything");
    const query = await state(page);
    assert.deepEqual([...query.keys()].sort(), ["exhibit", "temperature", "v"]);
    assert.equal(await focused(page), "Reset everything", "the focus is lost");
    // Going back does not change what it opened with.
    await button(page, "Undo").click();
    await settled(page);
    await button(page, "Reset everything").click();
    await settled(page);
    assert.equal(await slider.getAttribute("aria-valuetext"), opened, "after an undo");
  }));

test("a button draws again, rewinding keeps the focus, and a training plays as slowly as is wanted", () =>
  visit({ query: "v=1&exhibit=triplet-collapse" }, async (page) => {
    await drawn(page);
    const text = await page.locator("loss-explorer").innerText();
    assert.doesNotMatch(text, /seed=|the address/, "the page asks for work on the address");
    await button(page, "Draw again").click();
    await settled(page);
    assert.notEqual((await state(page)).get("seed"), null, "nothing was drawn again");
    await page.getByRole("combobox", { name: "Speed of Play" }).selectOption("2 a second");
    const steps = () => page.getByRole("textbox", { name: "training steps" }).inputValue();
    await button(page, "Rewind").click();
    await settled(page);
    assert.equal(await steps(), "0");
    assert.equal(await focused(page), "Rewind", "the focus is lost");
    await button(page, "Play").click();
    await page.waitForTimeout(1600);
    await button(page, "Pause").click();
    await settled(page);
    const taken = Number(await steps());
    assert.ok(taken >= 2 && taken <= 6, `${taken} steps in 1.6 s at 2 a second`);
  }));
