/** Numbers that are typed: with a comma, empty, too large, too small, beyond the end. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("each typing slip has its own sentence, and the field stays where it is", () =>
  visit({ query: "v=1&loss=nt-xent&stage=embedding-plane&temperature=0,4" }, async (page) => {
    await drawn(page);
    const field = page.getByRole("textbox", { name: /^temperature/ });
    assert.equal(await field.inputValue(), "0.4", "the comma of the link");
    assert.equal(await field.getAttribute("inputmode"), "decimal");
    await field.fill("0,25");
    await field.press("Enter");
    await settled(page);
    assert.equal((await state(page)).get("temperature"), "0.25");
    const before = await field.boundingBox();
    const sentences = [
      ["", /The field is empty; allowed is a number greater than 0\./],
      ["1e999", /1e999 is too large to be held: numbers end at 1\.79e308\./],
      ["1e-320", /1e-320 is too near to 0: below 2\.23e-308 a number loses its digits\./],
      ["-1", /allowed is a number greater than 0; it stays at 0\.25/],
    ];
    for (const [typed = "", told = ""] of sentences) {
      await field.fill(String(typed));
      await field.press("Enter");
      const alert = page.getByRole("alert");
      await alert.waitFor();
      assert.match(await alert.innerText(), /** @type {RegExp} */ (told));
      assert.deepEqual(await field.boundingBox(), before, `the field moves at “${typed}”`);
      await field.press("Escape");
    }
    const steps = page.getByRole("textbox", { name: "training steps" });
    await steps.fill("100000");
    await steps.press("Enter");
    await page.getByText("The training ends after 100 steps.").waitFor();
    await settled(page);
    assert.equal(await steps.inputValue(), "100");
    assert.equal((await state(page)).get("steps"), "100");
    const x = page.getByRole("textbox", { name: /^x of/ });
    assert.equal(await x.getAttribute("inputmode"), "text", "a phone has no minus to type");
  }));

test("an angle says π, and a link with too many steps says where the training ends", () =>
  visit({ query: "v=1&loss=arcface&stage=hypersphere-train&m=4&steps=1000" }, async (page) => {
    await drawn(page);
    const told = page.locator("loss-explorer .notices");
    assert.match(await told.innerText(), /m is 4, allowed is a number from 0 to π/);
    assert.match(
      await told.innerText(),
      /steps is 1000, the training ends after 400; 400 are taken/,
    );
    assert.equal(await page.getByRole("textbox", { name: "training steps" }).inputValue(), "400");
  }));
