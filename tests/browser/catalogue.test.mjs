import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

/** What is typed, and what is found first. */
const FIRST = [
  ["arcface", "ArcFace"],
  ["additive angular margin", "ArcFace"],
  ["angular additive", "ArcFace"],
  ["InfoNCE", "InfoNCE"],
  ["van den oord", "InfoNCE"],
  ["NT-Xent", "NT-Xent"],
  ["nt-xent", "NT-Xent"],
  ["simclr loss", "NT-Xent"],
  ["A Simple Framework for Contrastive Learning of Visual Representations", "NT-Xent"],
  ["TripletMarginLoss", "Triplet margin loss"],
  ["torch.nn.TripletMarginLoss", "Triplet margin loss"],
  ["optax.sigmoid_focal_loss", "Binary focal loss"],
  ["CategoricalFocalCrossentropy", "Focal loss"],
  ["losses.SupConLoss", "Supervised contrastive loss"],
  ["proxy-anchor", "Proxy-Anchor"],
  ["xyzzy", "Nothing"],
  ["tripelt margin", "Triplet margin loss"],
  ["embeddings schroff", "Triplet margin loss"],
  ["CrossEntropyLoss", "Softmax cross-entropy"],
  ["temperature", "Temperature and hardness"],
  ["temperature contrastive learning", "Temperature and hardness"],
  ["stuck at the margin", "Triplet loss gets stuck at the margin"],
  ["why is triplet loss stuck at the margin", "Triplet loss gets stuck at the margin"],
  ["KL divergence", "Confidence penalty"],
  ["knowledge distillation", "DINO"],
];

test("a loss is found by its id, title, alias, paper, authors, family and library class", () =>
  visit({}, async (page) => {
    await drawn(page);
    const search = page.getByRole("searchbox", { name: "Search the catalogue" });
    const links = page.getByRole("navigation").getByRole("link");
    for (const [query = "", title = ""] of FIRST) {
      await search.fill(query);
      await page
        .getByRole("navigation")
        .getByText(title === "Nothing" ? `Nothing is found for “${query}”` : /\d found/)
        .waitFor();
      const found = await links.allInnerTexts();
      assert.equal(found[0] ?? "Nothing", title, `“${query}” finds ${found.join(", ")}`);
    }
  }));

test("an exhibit is found by its losses, Enter opens what is first, and the list shows where it is", () =>
  visit({ query: "v=1&loss=surface-quadratic" }, async (page) => {
    await drawn(page);
    const marked = page.getByRole("navigation").locator("[aria-current]");
    const rail = await page.locator("catalogue-rail").boundingBox();
    const line = await marked.boundingBox();
    assert.ok(
      rail !== null &&
        line !== null &&
        line.y > rail.y &&
        line.y + line.height < rail.y + rail.height,
      `the marked line is at ${line?.y}, out of sight`,
    );
    const search = page.getByRole("searchbox", { name: "Search the catalogue" });
    await search.fill("arcface");
    await page.getByRole("link", { name: "Margins on the circle" }).waitFor();
    await search.press("Enter");
    await settled(page);
    assert.equal(await page.locator("loss-explorer h2").innerText(), "ArcFace");
  }));

test("a link of the catalogue shows its loss, and back and forward return", () =>
  visit({}, async (page) => {
    await drawn(page);
    const heading = page.getByRole("heading", { level: 2 }).and(page.locator("loss-explorer h2"));
    const first = await heading.innerText();
    await page.getByRole("link", { name: "Hinge loss", exact: true }).click();
    await settled(page);
    assert.equal(await heading.innerText(), "Hinge loss");
    assert.match(await page.title(), /^Hinge loss/);
    await page.getByRole("slider", { name: "threshold" }).focus();
    await page.keyboard.press("End");
    await settled(page);
    const turned = (await state(page)).get("threshold");
    assert.ok(turned !== null, "the address does not hold the threshold");
    await page.goBack();
    await settled(page);
    assert.equal((await state(page)).get("threshold"), null);
    assert.equal(await heading.innerText(), "Hinge loss");
    await page.goBack();
    await settled(page);
    assert.equal(await heading.innerText(), first);
    await page.goForward();
    await page.goForward();
    await settled(page);
    const slider = page.getByRole("slider", { name: "threshold" });
    assert.equal(Number(await slider.getAttribute("aria-valuetext")), Number(turned));
  }));

test("the rail folds away and stays folded", () =>
  visit({}, async (page) => {
    await drawn(page);
    const button = page.getByRole("button", { name: "Catalogue" });
    assert.equal(await button.getAttribute("aria-expanded"), "true");
    await button.click();
    assert.equal(await page.getByRole("navigation").count(), 0, "the rail is still there");
    await page.reload();
    await drawn(page);
    assert.equal(await page.getByRole("navigation").count(), 0, "the rail is back after a reload");
  }));

test("on a phone the catalogue is a drawer that closes when something is chosen", () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await drawn(page);
    await page.getByRole("button", { name: "Catalogue" }).tap();
    const drawer = page.getByRole("dialog", { name: "Catalogue" });
    await drawer.getByRole("link", { name: "Hinge loss", exact: true }).tap();
    await settled(page);
    assert.equal(await drawer.count(), 0, "the drawer is still open");
    assert.equal(await page.locator("loss-explorer h2").innerText(), "Hinge loss");
  }));
