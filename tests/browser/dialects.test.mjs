import assert from "node:assert/strict";
import { test } from "node:test";
import { objections } from "./accessibility.mjs";
import { drawn, readout, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();
const permissions = ["clipboard-read", "clipboard-write"];

/**
 * Opens the fold with the libraries and finds the part about a class or function.
 *
 * @param {import("playwright-core").Page} page
 * @param {string} call
 */
async function dialect(page, call) {
  await drawn(page);
  await page.getByText(/^In your library/).click();
  const part = page.locator(".dialects section").filter({ hasText: call });
  await part.first().waitFor();
  return part.first();
}

test("the defaults of a library are set in our terms: degrees become radians", () =>
  visit({ query: "v=1&loss=arcface&scale=10" }, async (page) => {
    const part = await dialect(page, "losses.ArcFaceLoss");
    await part.getByRole("button", { name: "Use its defaults" }).click();
    await part.getByText("are set").waitFor();
    const query = await state(page);
    assert.equal(Number(query.get("m")).toFixed(5), "0.49916");
    assert.equal(query.get("scale"), null, "64 is our default too");
  }));

test("the script that is copied holds the batch, the parameters and the loss on screen", () =>
  visit({ query: "v=1&loss=contrastive&neg_margin=1.5&distance=1", permissions }, async (page) => {
    const part = await dialect(page, "losses.ContrastiveLoss");
    await part.getByRole("button", { name: "Copy Python" }).click();
    await part.getByText("The script is copied.").waitFor();
    const script = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(script, /embeddings = torch\.tensor\(\[\n( {4}\[[-\d.e]+, [-\d.e]+\],\n){12}\]\)/);
    assert.match(script, /neg_margin = 1\.5\n/);
    assert.match(script, /distance=distances\.LpDistance\(normalize_embeddings=False\)/);
    const value = Number(/^here = (\S+)$/m.exec(script)?.[1]);
    const shown = await readout(page, "loss");
    assert.ok(Math.abs(value - shown) < 1e-3 * value, `${value} in the script, ${shown} on screen`);
  }));

test("a library that cannot follow says why, until the parameter is back", () =>
  visit({ query: "v=1&loss=arcface&easy_margin=1" }, async (page) => {
    const part = await dialect(page, "losses.ArcFaceLoss");
    const copy = part.getByRole("button", { name: "Copy Python" });
    assert.ok(await copy.isDisabled(), "there is no such script");
    assert.match(await part.innerText(), /It has easy margin everywhere only\./);
    await part.getByRole("button", { name: "Use its defaults" }).click();
    await settled(page);
    assert.ok(await copy.isEnabled(), "it can follow again");
  }));

for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
  test(`the libraries are accessible in ${colorScheme}`, () =>
    visit({ query: "v=1&loss=triplet-margin", colorScheme }, async (page) => {
      await dialect(page, "torch.nn.TripletMarginLoss");
      assert.deepEqual(await objections(page), []);
    }));
}

test("the libraries fit 320 pixels", () =>
  visit(
    { query: "v=1&loss=triplet-margin", viewport: { width: 320, height: 844 }, isMobile: true },
    async (page) => {
      await dialect(page, "torch.nn.TripletMarginLoss");
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wide, 0, `the page is ${wide} pixels too wide`);
      assert.deepEqual(await objections(page), []);
    },
  ));
