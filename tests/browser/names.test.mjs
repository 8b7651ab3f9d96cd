import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn, settled, state } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

for (const name of ["NTXentLoss", "NT-Xent", "ntxent", "nt-xentt"]) {
  test(`a link that calls the loss ${name} opens it with the visitor's temperature`, () =>
    visit({ query: `loss=${name}&temperature=0.2` }, async (page) => {
      await drawn(page);
      await page.locator("h2").getByText("NT-Xent", { exact: true }).waitFor();
      const notices = page.locator(".notices li");
      assert.equal(await notices.count(), 1, "the visitor's parameter is passed over");
      assert.match(await notices.innerText(), new RegExp(`there is no loss ${name}`));
      assert.equal((await state(page)).get("temperature"), "0.2");
    }));
}

test("what is near to a mistyped parameter is offered, and pressing it takes the value along", () =>
  visit({ query: "loss=nt-xent&temprature=0.2" }, async (page) => {
    await drawn(page);
    await page.getByRole("button", { name: "Open temperature" }).click();
    await settled(page);
    assert.equal((await state(page)).get("temperature"), "0.2");
    await page.locator(".notices").waitFor({ state: "detached" });
  }));

test("what is not there is said to be not there, and nothing far is offered", () =>
  visit({ query: "exhibit=nope" }, async (page) => {
    await drawn(page);
    const text = await page.locator(".notices li").innerText();
    assert.match(text, /^there is no exhibit nope; .* is shown$/);
    assert.equal(await page.locator(".notices li button").count(), 0);
  }));
