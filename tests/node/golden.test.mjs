import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, difference, goldenCases } from "./cases.mjs";
import { evaluate } from "./wasm.mjs";

const cases = await goldenCases();

test("in wasm, every golden case has the reference's value and gradient", () => {
  const wrong = cases.flatMap(({ name, line, expected }) => {
    const found = difference(answer(evaluate(line)), expected, { relative: 1e-9, absolute: 1e-12 });
    return found === undefined ? [] : [`${name}: ${found}`];
  });
  assert.ok(cases.length > 0, "there are no golden cases");
  assert.deepEqual(wrong, [], `${wrong.length} of ${cases.length} cases differ`);
});
