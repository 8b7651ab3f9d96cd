/** Leaves out the indentation of templates, which no browser shows. */

import type { Plugin } from "vite";

/** The plugin. */
export function unindented(): Plugin {
  return {
    name: "unindented",
    enforce: "pre",
    transform: (code, id) => (/\/src\/.*\.ts$/.test(id) ? code.replaceAll(/\n\s+/g, "\n") : null),
  };
}
