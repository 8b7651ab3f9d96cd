import assert from "node:assert/strict";
import { test } from "node:test";
import { drawn } from "./explorer.mjs";
import { visitor } from "./visit.mjs";

const visit = visitor();

test("without WebAssembly the page says what is missing", () =>
  visit({}, async (page, errors) => {
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "WebAssembly");
    });
    await page.reload();
    assert.match(await page.getByRole("alert").innerText(), /computes with WebAssembly/);
    errors.length = 0;
  }));

test("when its program does not arrive, the page says so and tries again on request", () =>
  visit({}, async (page, errors) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.reload();
    assert.match(await page.getByRole("alert").innerText(), /could not be loaded/);
    await page.unroute("**/*.wasm");
    await page.getByRole("button", { name: "Try again" }).click();
    await drawn(page);
    errors.length = 0;
  }));

test("without script the page says what it would be", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    assert.match(await page.getByRole("main").innerText(), /needs JavaScript and WebAssembly/);
  }));
