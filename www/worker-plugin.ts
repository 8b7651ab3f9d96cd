/** `virtual:worker`: the address of the worker's script, which shares with the page's whatever both need. */

import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const ID = "virtual:worker";
const SCRIPT = fileURLToPath(new URL("src/worker.ts", import.meta.url));

/** The plugin. */
export function workerPlugin(): Plugin {
  return {
    name: "worker",
    enforce: "pre",
    resolveId: (id) => (id === ID ? `\0${ID}` : null),
    load(id) {
      if (id !== `\0${ID}`) return null;
      const script = this.emitFile({ type: "chunk", id: SCRIPT, name: "worker" });
      return `export default import.meta.ROLLUP_FILE_URL_${script}`;
    },
  };
}
