import assert from "node:assert/strict";
import { test } from "node:test";
import { colours, drawn, middle, readout, refined, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();
const HINGE = { query: "v=1&loss=hinge&stage=margin-curve" };
const PLANE = { query: "v=1&loss=nt-xent&stage=embedding-plane&temperature=0.5&noise=0.4" };

test("the first screen is an exhibit with its claim, its figure and its controls", () =>
  visit({}, async (page) => {
    await drawn(page);
    assert.ok((await colours(page)) > 20, "the figure is blank");
    assert.notEqual(await page.locator("loss-explorer .lead").innerText(), "");
    assert.ok((await page.getByRole("slider").count()) > 0, "there is nothing to turn");
    assert.ok((await page.locator("loss-explorer .katex").count()) > 0, "there is no formula");
  }));

test("dragging the dot along the curve changes the loss and the address", () =>
  visit(HINGE, async (page) => {
    await drawn(page);
    assert.equal(await readout(page, "loss"), 2, "the hinge at margin −1");
    const dot = page.getByRole("button", { name: /^margin/ }).first();
    const from = await middle(dot);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    for (let i = 1; i <= 10; i += 1) await page.mouse.move(from.x + 12 * i, from.y);
    await page.mouse.up();
    await settled(page);
    const loss = await readout(page, "loss");
    assert.ok(loss < 1.5 && loss > 0, `after a drag to the right the loss is ${loss}`);
    const z = Number((await state(page)).get("z"));
    assert.ok(Math.abs(loss - (1 - z)) < 1e-3, `the hinge at ${z} is not ${loss}`);
  }));

test("a point of the plane is dragged, and its figure is drawn anew", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    const before = await readout(page, "loss");
    const point = page.locator("loss-explorer .handle[aria-pressed=true]").first();
    const from = await middle(point);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x - 40, from.y + 60, { steps: 5 });
    await page.mouse.up();
    await settled(page);
    assert.notEqual(await readout(page, "loss"), before);
    assert.ok((await state(page)).has("points"), "the address does not hold the points");
  }));

test("dragging the dot over a map draws the dot anew, not the map and not the axes", () =>
  visit({ query: "v=1&loss=cross-entropy&stage=logit-plane" }, async (page) => {
    await drawn(page);
    await refined(page);
    const layers = page.locator("loss-explorer .layers").first();
    await layers.evaluate((element) => {
      for (const canvas of element.querySelectorAll("canvas")) {
        const context = canvas.getContext("2d");
        if (context === null) continue;
        const clear = context.clearRect.bind(context);
        canvas.dataset["drawn"] = "0";
        context.clearRect = (x, y, width, height) => {
          canvas.dataset["drawn"] = String(Number(canvas.dataset["drawn"]) + 1);
          clear(x, y, width, height);
        };
      }
    });
    const dot = page.locator("loss-explorer .handle").first();
    const from = await middle(dot);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + 30, { steps: 8 });
    await page.mouse.up();
    await settled(page);
    const times = await layers
      .locator("canvas")
      .evaluateAll((canvases) =>
        canvases.map((canvas) => Number(/** @type {HTMLElement} */ (canvas).dataset["drawn"])),
      );
    const [ground, marks, margin] = times;
    assert.ok((marks ?? 0) > 0, "the dot has not been drawn anew");
    assert.deepEqual([ground, margin], [0, 0], "what has not changed has been drawn anew");
  }));

test("numbers of several losses are one table, a row a number and a column a loss", () =>
  visit({ query: "v=1&loss=cosface&vs=arcface,sface&theta=40" }, async (page) => {
    await drawn(page);
    const table = page.getByRole("table", { name: "Readouts" });
    const heads = table.getByRole("columnheader");
    assert.deepEqual(await heads.allInnerTexts(), ["CosFace", "ArcFace", "SFace"]);
    const colours = await heads.evaluateAll((cells) =>
      cells.map((cell) => getComputedStyle(cell).borderBottomColor),
    );
    assert.equal(new Set(colours).size, 3, `the losses have the colours ${colours.join(" ")}`);
    const names = await table.getByRole("rowheader").allInnerTexts();
    assert.equal(new Set(names).size, names.length, `a number has two rows: ${names.join(", ")}`);
    const pull = table.getByRole("row", { name: /^pull/ }).getByRole("cell");
    assert.equal(await pull.count(), 3, "not every loss has a pull");
  }));

test("arrow keys move a handle, with Shift ten times as far", () =>
  visit(HINGE, async (page) => {
    await drawn(page);
    const dot = page.getByRole("button", { name: /^margin/ }).first();
    await dot.focus();
    await page.keyboard.press("ArrowRight");
    await settled(page);
    const near = Number((await state(page)).get("z"));
    await page.keyboard.press("Shift+ArrowRight");
    await settled(page);
    const far = await page
      .getByRole("slider", { name: "z", exact: true })
      .getAttribute("aria-valuetext");
    assert.ok(near > -1 && near < -0.8, `one key moves it to ${near}`);
    assert.ok(Number(far?.replace("\u2212", "-")) > near + 0.5, `Shift moves it to ${far}`);
    assert.ok(await dot.evaluate((e) => e.matches(":focus-visible")), "the focus is lost");
  }));

test("a surface turns with the pointer, and a click on it still moves the handle", () =>
  visit({ query: `${PLANE.query}&view=surface&yaw=0.5&pitch=0.5` }, async (page) => {
    await drawn(page);
    const box = await page.locator("loss-explorer .surface").first().boundingBox();
    assert.ok(box);
    // Where no handle is.
    const corner = { x: box.x + 16, y: box.y + 16 };
    await page.mouse.move(corner.x, corner.y);
    await page.mouse.down();
    await page.mouse.move(corner.x + 40, corner.y + 20, { steps: 4 });
    await page.mouse.up();
    await settled(page);
    const turned = await state(page);
    const [yaw, pitch] = [Number(turned.get("yaw")), Number(turned.get("pitch"))];
    assert.ok(Math.abs(yaw - 0.9) < 1e-6, `40 pixels turn it from 0.5 to ${yaw}`);
    assert.ok(Math.abs(pitch - 0.7) < 1e-6, `20 pixels tilt it from 0.5 to ${pitch}`);
    assert.ok(!turned.has("points"), "turning has moved a point");
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.7);
    await settled(page);
    assert.ok((await state(page)).has("points"), "a click has moved no point");
  }));

test("a selected handle goes where the figure is clicked, and where its fields say", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    const surface = page.locator("loss-explorer .surface").first();
    const box = await surface.boundingBox();
    assert.ok(box);
    const before = await readout(page, "loss");
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.7);
    await settled(page);
    const clicked = await readout(page, "loss");
    assert.notEqual(clicked, before, "the click in the figure did nothing");
    await page
      .getByRole("textbox", { name: /^x of point/ })
      .first()
      .fill("0.5");
    await page.keyboard.press("Enter");
    await settled(page);
    assert.notEqual(await readout(page, "loss"), clicked, "the typed coordinate did nothing");
  }));

test("a slider on a logarithmic scale is turned by keys and says the real value", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    const slider = page.getByRole("slider", { name: "temperature" }).first();
    const before = Number(await slider.getAttribute("aria-valuetext"));
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await settled(page);
    const after = Number(await slider.getAttribute("aria-valuetext"));
    assert.ok(after > before && after < before * 1.2, `one key turns ${before} to ${after}`);
    await page.keyboard.press("Home");
    await settled(page);
    assert.equal(
      Number(await slider.getAttribute("aria-valuetext")),
      0.01,
      "Home is the least value",
    );
    assert.equal((await state(page)).get("temperature"), "0.01");
    await page.getByRole("button", { name: "Reset temperature" }).click();
    await settled(page);
    assert.equal(Number(await slider.getAttribute("aria-valuetext")), before, "as it opened");
  }));

test("a number that is not allowed stays in its field with the sentence that says why", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    const field = page.getByRole("textbox", { name: /^temperature/ });
    await field.fill("-2");
    await page.keyboard.press("Enter");
    const alert = page.getByRole("alert");
    assert.match(await alert.innerText(), /temperature is -2, allowed is a number greater than 0/);
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    await field.fill("25");
    await page.keyboard.press("Enter");
    await settled(page);
    assert.equal(await alert.count(), 0, "the sentence stays");
    assert.equal((await state(page)).get("temperature"), "25", "beyond the slider, but allowed");
  }));

test("what is being typed stays while the training goes on", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    await page.getByRole("button", { name: "Play" }).click();
    const field = page.getByRole("textbox", { name: /^temperature/ });
    await field.fill("0.25");
    await page.waitForTimeout(300);
    assert.equal(await field.inputValue(), "0.25", "the training has overwritten what was typed");
    await page.keyboard.press("Enter");
    await page.waitForURL(/temperature=0\.25/);
  }));

test("pointing at a symbol of the formula lights up its slider", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    const control = page.locator('loss-explorer .control[data-key="temperature"]');
    await page.locator('loss-explorer .formula [data-param="temperature"]').first().hover();
    await page.locator("loss-explorer .control.lit").waitFor();
    assert.match((await control.getAttribute("class")) ?? "", /lit/);
  }));

test("a second loss is a curve beside the first, until it is removed", () =>
  visit(HINGE, async (page) => {
    await drawn(page);
    await page.getByLabel("Compare with").selectOption("logistic");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await settled(page);
    assert.equal((await state(page)).get("vs"), "logistic");
    await page.getByText("Numbers").first().click();
    await page.getByRole("columnheader").first().waitFor();
    const heads = await page.getByRole("columnheader").allInnerTexts();
    assert.ok(
      heads.some((head) => head.includes("Logistic")),
      `the table has ${heads.join(", ")}`,
    );
    await page.getByRole("button", { name: "Remove Logistic loss" }).click();
    await settled(page);
    assert.equal(await page.getByRole("button", { name: "Remove Logistic loss" }).count(), 0);
  }));

test("training plays, pauses, steps and rewinds", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    const before = await readout(page, "loss");
    const steps = page.getByRole("textbox", { name: "training steps" });
    await page.getByRole("button", { name: "Step", exact: true }).click();
    await settled(page);
    assert.equal(await steps.inputValue(), "1");
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() => {
      const element = /** @type {unknown} */ (document.querySelector("loss-explorer"));
      return /** @type {import("./explorer.mjs").Explorer} */ (element).description.steps >= 10;
    });
    await page.getByRole("button", { name: "Pause" }).click();
    await settled(page);
    assert.ok((await readout(page, "loss")) < before, "training did not lower the loss");
    await page.getByRole("button", { name: "Rewind" }).click();
    await settled(page);
    assert.equal(await steps.inputValue(), "0");
    assert.equal(await readout(page, "loss"), before, "the start has another loss");
  }));

test("with reduced motion, play is a jump", () =>
  visit({ ...PLANE, reducedMotion: "reduce" }, async (page) => {
    await drawn(page);
    assert.equal(await page.getByRole("button", { name: "Play" }).count(), 0);
    await page.getByRole("button", { name: "50 steps on" }).click();
    await settled(page);
    assert.equal(await page.getByRole("textbox", { name: "training steps" }).inputValue(), "50");
  }));
