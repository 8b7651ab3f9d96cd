import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { drawn, exactLoss, readout, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

/** More numbers than a link should hold, each of them known. */
const logits = Array.from({ length: 1200 }, (_, i) => ((i * 7919) % 20011) / 10000 - 1);
const LONG = `v=2&loss=cross-entropy&stage=arrays&logits=60x20:${logits.join(",")}&labels=60:0*60`;

/**
 * Lets a file fall on the page.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} name
 * @param {string} text
 */
async function drop(page, name, text) {
  const dataTransfer = await page.evaluateHandle(
    ([name = "", text = ""]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, { type: "text/plain" }));
      return transfer;
    },
    [name, text],
  );
  await page.dispatchEvent("main", "dragover", { dataTransfer });
  await page.dispatchEvent("main", "drop", { dataTransfer });
}

/** @param {import("playwright-core").Page} page */
const whole = (page) =>
  page.evaluate(() =>
    /** @type {import("./explorer.mjs").Explorer & Element} */ (
      document.querySelector("loss-explorer")
    ).toState(),
  );

/** The mean of the surprise of the first of 20 classes. */
function expected() {
  const rows = Array.from({ length: 60 }, (_, i) => logits.slice(20 * i, 20 * (i + 1)));
  const surprise = (/** @type {number[]} */ row) =>
    Math.log(row.reduce((sum, x) => sum + Math.exp(x - (row[0] ?? 0)), 0));
  return rows.map(surprise).reduce((sum, x) => sum + x, 0) / rows.length;
}

test("what is too long for a link is dropped on the page, saved and opened again as a file", () =>
  visit({ query: "v=1&loss=hinge" }, async (page) => {
    await drawn(page);
    await drop(page, "long.txt", `${LONG}\n`);
    await page.waitForFunction(
      () => document.querySelector("loss-explorer")?.getAttribute("loss") === "cross-entropy",
    );
    await settled(page);
    const loss = await exactLoss(page);
    assert.ok(Math.abs(loss - expected()) < 1e-9, `the loss is ${loss}, not ${expected()}`);

    // The address holds what it can, says what it lacks, and a reload loses nothing.
    const address = await state(page);
    assert.equal(address.get("logits"), null);
    assert.equal(address.get("labels"), "60:0*60");
    assert.ok(page.url().length < 8500, `the address has ${page.url().length} characters`);
    const notices = page.locator("loss-explorer .notices");
    assert.match(await notices.innerText(), /8,000 characters\): logits is left out/);
    await page.reload();
    await drawn(page);
    await settled(page);
    assert.equal(await exactLoss(page), loss, "the reload has lost numbers");

    await page.getByRole("button", { name: "Share" }).click();
    await page.locator("share-panel").getByText("logits is left out").waitFor();
    const saving = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as a file" }).click();
    const saved = await saving;
    assert.equal(saved.suggestedFilename(), "cross-entropy.loss-explorer.txt");
    const text = await readFile(await saved.path(), "utf8");
    assert.equal(text, `${await whole(page)}\n`);
    await page.keyboard.press("Escape");

    await page.goBack();
    await settled(page);
    assert.equal((await state(page)).get("loss"), "hinge", "the file is no entry of the history");
    await page.getByRole("button", { name: "Share" }).click();
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Open a file" }).click();
    await (
      await choosing
    ).setFiles({
      name: "again.txt",
      mimeType: "text/plain",
      buffer: Buffer.from(text),
    });
    await page.getByText("again.txt is open.").waitFor();
    await settled(page);
    assert.equal(await exactLoss(page), loss);
    assert.equal(`${await whole(page)}\n`, text);
  }));

test("a file that holds no state is refused in words, and nothing changes", () =>
  visit({ query: "v=1&loss=hinge&z=0.5" }, async (page) => {
    await drawn(page);
    await drop(page, "numbers.csv", "1,2,3");
    const notices = page.locator("loss-explorer .notices");
    await notices.getByText("numbers.csv holds nothing that can be shown").waitFor();
    assert.equal((await state(page)).get("z"), "0.5");
    // A link in a file does as well.
    await drop(page, "link.txt", `${page.url().replace("z=0.5", "z=0.25")}\n`);
    await page.waitForFunction(() => location.search.includes("z=0.25"));
    await settled(page);
    assert.equal(await readout(page, "loss"), 0.75);
  }));
