/** Going back to what was on screen, and forth again. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, readout, settled } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("what was turned is undone and redone, by button and by key", () =>
  visit({ query: "loss=nt-xent&stage=embedding-plane" }, async (page) => {
    await drawn(page);
    const undo = page.getByRole("button", { name: "Undo" });
    const redo = page.getByRole("button", { name: "Redo" });
    assert.ok(await undo.isDisabled(), "there is something to undo though nothing was done");
    const first = await readout(page, "loss");
    const slider = page.getByRole("slider", { name: "temperature" });
    await slider.focus();
    await page.keyboard.press("End");
    await settled(page);
    const turned = await readout(page, "loss");
    assert.notEqual(turned, first, "the temperature changes nothing");
    await undo.click();
    await settled(page);
    assert.equal(await readout(page, "loss"), first, "the number before is not back");
    await redo.click();
    await settled(page);
    assert.equal(await readout(page, "loss"), turned, "what was undone is not done again");
    await slider.focus();
    await page.keyboard.press("Control+z");
    await settled(page);
    assert.equal(await readout(page, "loss"), first, "the key does not undo");
    await page.keyboard.press("Control+Shift+z");
    await settled(page);
    assert.equal(await readout(page, "loss"), turned, "the key does not redo");
  }));

test("the time line goes back and forth in a training", () =>
  visit({ query: "loss=nt-xent&stage=embedding-plane&steps=40" }, async (page) => {
    await drawn(page);
    const line = page.getByRole("slider", { name: "Time line of the training" });
    const there = await readout(page, "loss");
    await line.focus();
    await page.keyboard.press("Home");
    await settled(page);
    assert.equal(await line.inputValue(), "0");
    assert.notEqual(await readout(page, "loss"), there);
    for (let step = 0; step < 40; step += 1) await page.keyboard.press("ArrowRight");
    await settled(page);
    assert.equal(await line.inputValue(), "40");
    assert.equal(await readout(page, "loss"), there, "going back and forth ends elsewhere");
  }));
