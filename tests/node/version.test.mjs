import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { version } from "./wasm.mjs";

test("the wasm says which version it is", async () => {
  const manifest = await readFile(new URL("../../Cargo.toml", import.meta.url), "utf8");
  assert.ok(manifest.includes(`version = "${version()}"`), `${version()} is not in Cargo.toml`);
});
