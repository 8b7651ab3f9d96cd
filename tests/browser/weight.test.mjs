import assert from "node:assert/strict";
import { test } from "node:test";
import { BUDGET, firstLoadBytes, weigh } from "./weight.mjs";

test("the first load stays within its budget", async () => {
  const weights = await weigh();
  const bytes = firstLoadBytes(weights);
  const loaded = weights.filter(({ first }) => first).map(({ file }) => file);
  assert.ok(
    loaded.some((file) => file.endsWith(".wasm")),
    `the first load was seen without its wasm: ${loaded.join(", ")}`,
  );
  assert.ok(bytes <= BUDGET, `a first visit fetches ${bytes} bytes, the budget is ${BUDGET}`);
});
