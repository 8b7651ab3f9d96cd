import { defineConfig, type UserConfig } from "vite";
import { cataloguePlugin } from "./catalogue-plugin.ts";
import { unindented } from "./unindented.ts";

/** What both builds share: addresses relative to the importing file, files fetched when needed. */
const common: UserConfig = {
  base: "./",
  // Browsers that run the wasm preload modules themselves.
  build: { emptyOutDir: true, target: "es2023", assetsInlineLimit: 0, modulePreload: false },
  worker: { format: "es" },
};

/** The page as static files that work under any path. */
const site: UserConfig = {
  ...common,
  plugins: [unindented(), cataloguePlugin((hash) => `assets/texts-${hash}`)],
  build: { ...common.build, outDir: "../dist/site" },
};

/** Names that stay the same from version to version. */
const plainNames = {
  entryFileNames: "[name].js",
  chunkFileNames: "chunks/[name].js",
  assetFileNames: "[name][extname]",
};

/** The element as one ES module, with what it fetches beside it. */
const npm: UserConfig = {
  ...common,
  plugins: [unindented(), cataloguePlugin(() => "texts")],
  build: {
    ...common.build,
    outDir: "../dist/npm",
    rolldownOptions: {
      input: "src/loss-explorer.ts",
      preserveEntrySignatures: "strict",
      output: plainNames,
    },
  },
  worker: { ...common.worker, rolldownOptions: { output: plainNames } },
};

export default defineConfig(({ mode }) => (mode === "npm" ? npm : site));
