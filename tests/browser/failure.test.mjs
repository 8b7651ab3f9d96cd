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

test("a browser that cannot compile its program is told what it lacks", () =>
  visit({}, async (page, errors) => {
    // The eight bytes that a module begins with, and then a section that there is not.
    const body = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0x7f, 0]);
    await page.route("**/*.wasm", (route) =>
      route.fulfill({ body, contentType: "application/wasm" }),
    );
    await page.reload();
    assert.match(await page.getByRole("alert").innerText(), /needs WebAssembly SIMD/);
    errors.length = 0;
  }));

test("when a server has a page in place of its program, the browser is not blamed", () =>
  visit({}, async (page, errors) => {
    await page.route("**/*.wasm", (route) =>
      route.fulfill({ body: "<!doctype html><title>Home</title>", contentType: "text/html" }),
    );
    await page.reload();
    const told = await page.getByRole("alert").innerText();
    assert.match(told, /is no WebAssembly, it begins with “<!doctype html>/);
    assert.doesNotMatch(told, /SIMD|browser/);
    assert.deepEqual(errors, []);
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
