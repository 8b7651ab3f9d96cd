import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { env } from "node:process";
import { test } from "node:test";
import { answer, difference, goldenCases } from "./cases.mjs";
import { evaluate } from "./wasm.mjs";

test("wasm and native builds give the same numbers", async () => {
  const cases = await goldenCases();
  const executable = env["LOSS_EXPLORER"];
  assert.ok(executable, "LOSS_EXPLORER does not name the native build: `cargo xtask test` does");
  const input = cases.map(({ line }) => line).join("\n");
  const output = execFileSync(executable, ["eval"], { input, maxBuffer: 1e9, encoding: "utf8" });
  const native = output.trimEnd().split("\n");
  assert.equal(native.length, cases.length, "one answer to every line");
  const wrong = cases.flatMap(({ name, line }, index) => {
    const expected = answer(native[index] ?? "");
    const found = difference(answer(evaluate(line)), expected, { relative: 1e-12, absolute: 0 });
    return found === undefined ? [] : [`${name}: in wasm, ${found} natively`];
  });
  assert.deepEqual(wrong, [], `${wrong.length} of ${cases.length} cases differ`);
});
