/** The kernels as compiled for browsers, loaded in Node. */

import { readFile } from "node:fs/promises";
import { initSync } from "../../www/generated/wasm/loss_explorer.js";

const file = new URL("../../www/generated/wasm/loss_explorer_bg.wasm", import.meta.url);
initSync({ module: await readFile(file) });

export * from "../../www/generated/wasm/loss_explorer.js";
