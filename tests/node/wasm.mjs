/** The kernels as compiled for browsers, and the page's own module, loaded in Node. */

import { readFile } from "node:fs/promises";
import { evaluate, initSync as startEval } from "../wasm/generated/loss_explorer_eval.js";
import {
  deferredFrom,
  initSync as startPage,
  version,
} from "../../www/generated/wasm/loss_explorer.js";

const bytes = (/** @type {string} */ path) => readFile(new URL(path, import.meta.url));
startEval({ module: await bytes("../wasm/generated/loss_explorer_eval_bg.wasm") });
const first = startPage({
  module: await bytes("../../www/generated/wasm/loss_explorer_bg.wasm"),
});
const deferred = await bytes("../../www/generated/wasm/loss_explorer_deferred.wasm");
await WebAssembly.instantiate(deferred, {
  "": /** @type {WebAssembly.ModuleImports} */ (/** @type {unknown} */ (first)),
});
deferredFrom(() => undefined);

export { evaluate, version };
