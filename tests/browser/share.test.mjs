import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drawn, middle, readout, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();
const PLANE = { query: "v=1&loss=nt-xent&stage=embedding-plane&temperature=0.5" };

/** @param {import("playwright-core").Page} page */
const openDialog = (page) => page.getByRole("button", { name: "Share" }).click();

test("a link shows somebody else what is on screen", () =>
  visit({ ...PLANE, permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await drawn(page);
    const point = page.locator("loss-explorer .handle[aria-pressed=true]").first();
    const { x, y } = await middle(point);
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 50, y + 30, { steps: 4 });
    await page.mouse.up();
    await settled(page);
    const loss = await readout(page, "loss");
    await openDialog(page);
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByText("The link is copied.").waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    const other = await page.context().newPage();
    await other.goto(link);
    await drawn(other);
    assert.ok(Math.abs((await readout(other, "loss")) - loss) < 2e-4, `not the loss ${loss}`);
    await page.getByRole("button", { name: "Copy embed code" }).click();
    await page.getByText("The embed code is copied.").waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(code, /<loss-explorer state="v=1&amp;loss=nt-xent/);
  }));

test("figures are saved as PNG, SVG and CSV", () =>
  visit(PLANE, async (page) => {
    await drawn(page);
    await openDialog(page);
    /** @type {[string, (bytes: Buffer) => boolean][]} */
    const kinds = [
      ["PNG", (bytes) => bytes.subarray(1, 4).toString() === "PNG" && bytes.length > 10_000],
      [
        "SVG",
        (bytes) => bytes.includes("<svg") && bytes.includes("</svg>") && bytes.includes("loss"),
      ],
      ["CSV", (bytes) => bytes.toString().split("\n").length > 3 && bytes.includes(",")],
    ];
    for (const [kind, good] of kinds) {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: kind, exact: true }).click();
      const saved = await download;
      assert.match(saved.suggestedFilename(), new RegExp(`^nt-xent-.*\\.${kind.toLowerCase()}$`));
      assert.ok(good(await readFile(await saved.path())), `the ${kind} file has no content`);
    }
  }));

test("a figure that nobody has scrolled to is computed before it is saved", () =>
  visit({ query: "v=1&loss=triplet-margin" }, async (page) => {
    await drawn(page);
    await openDialog(page);
    await page.getByRole("combobox", { name: "Figure" }).selectOption("sweep");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV", exact: true }).click();
    const rows = (await readFile(await (await download).path())).toString().trim().split("\n");
    assert.equal(rows.length, 62, `the sweep has ${rows.length} lines in place of 62`);
    const picture = page.waitForEvent("download");
    await page.getByRole("button", { name: "SVG", exact: true }).click();
    const svg = (await readFile(await (await picture).path())).toString();
    const corners = Math.max(
      ...[...svg.matchAll(/points="([^"]*)"/g)].map(([, points = ""]) => points.split(" ").length),
    );
    assert.ok(corners > 50, `the curve has ${corners} corners`);
  }));

test("what is wrong in a link is named on screen, the rest is used", () =>
  visit({ query: "v=1&loss=hinge&threshold=-3&colour=red&z=0.5" }, async (page) => {
    await drawn(page);
    const notices = page.locator("loss-explorer .notices");
    const text = await notices.innerText();
    assert.match(text, /threshold is -3/);
    assert.match(text, /colour/);
    assert.equal(await readout(page, "loss"), 0.5, "the margin of the link is not used");
    await page.getByRole("button", { name: "Close the notices" }).click();
    await notices.waitFor({ state: "detached" });
    await page.getByRole("slider").first().press("ArrowRight");
    await settled(page);
    assert.equal(await notices.count(), 0, "the notices come back with the next change");
  }));

test("a teacher hides one control and locks another, and the link keeps it so", () =>
  visit({ query: "v=1&loss=unpg&stage=embedding-plane" }, async (page) => {
    await drawn(page);
    const names = await page
      .locator("loss-explorer .control")
      .evaluateAll((controls) =>
        controls
          .slice(0, 2)
          .map((control) => /** @type {HTMLElement} */ (control).dataset["key"] ?? ""),
      );
    const [hidden = "", locked = ""] = names;
    await openDialog(page);
    await page.getByText("For a class").click();
    await page.getByLabel(`hide ${hidden.replaceAll("_", " ")}`, { exact: true }).check();
    await page.getByLabel(`lock ${locked.replaceAll("_", " ")}`, { exact: true }).check();
    await settled(page);
    await page.keyboard.press("Escape");
    assert.equal((await state(page)).get("hide"), hidden);
    assert.equal((await state(page)).get("lock"), locked);
    await page.reload();
    await drawn(page);
    assert.equal(await page.locator(`loss-explorer .control[data-key="${hidden}"]`).count(), 0);
    const slider = page.locator(
      `loss-explorer .control[data-key="${locked}"] :is(input[type=range], select)`,
    );
    assert.ok(await slider.isDisabled(), "the locked control can be turned");
  }));
