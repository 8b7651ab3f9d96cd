/** The rows in Node, one line of JSON each: our wasm, plain JavaScript, jax-js, TensorFlow.js. */

import { readFile } from "node:fs/promises";
import { Row, initSync, names } from "../generated/loss_explorer_bench.js";
import * as jax from "./jax.mjs";
import { least, repeated } from "./least.mjs";
import * as plain from "./plain.mjs";
import * as tensorflow from "./tensorflow.mjs";

/**
 * @param {string} who
 * @param {string} row
 * @param {(times: number) => number} work
 */
function report(who, row, work) {
  process.stdout.write(`${JSON.stringify({ who, row, ...least(work) })}\n`);
}

const module = new URL("../generated/loss_explorer_bench_bg.wasm", import.meta.url);
initSync({ module: await readFile(module) });

for (const row of names()) {
  const ours = Row.prepare(row);
  if (ours !== undefined) report("wasm in Node", row, (times) => ours.run(times));
}
for (const [row, prepare] of Object.entries(plain.ROWS)) {
  report("plain JS", row, repeated(prepare()));
}
await jax.use();
for (const [row, prepare] of Object.entries(jax.ROWS)) {
  report("jax-js", row, repeated(prepare()));
}
for (const backend of /** @type {const} */ (["wasm", "cpu"])) {
  await tensorflow.use(backend);
  for (const [row, prepare] of Object.entries(tensorflow.ROWS)) {
    report(`TF.js ${backend}`, row, repeated(prepare()));
  }
}
