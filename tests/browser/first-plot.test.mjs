import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { firstFunctions } from "./first-plot.mjs";

test("the first plot needs no function that is fetched later", async () => {
  const list = new URL("../../xtask/first-functions.txt", import.meta.url);
  const listed = new Set((await readFile(list, "utf8")).split("\n"));
  const ran = await firstFunctions();
  assert.ok(ran.length > 0, "no function of the wasm ran");
  const missing = ran.filter((name) => !listed.has(name));
  assert.equal(
    missing.length,
    0,
    `the first plot waits for the second module, as xtask/first-functions.txt lacks:\n${missing.join("\n")}\n\`cargo xtask first-functions\` renews it`,
  );
});
